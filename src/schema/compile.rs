//! From the text of a schema to tables (RFC 8927 section 2): every rule of a correct schema is
//! checked here, so that checking content can take them for granted. Works on canonical text, in
//! which members are sorted and names are unique.

use super::error::{SchemaError, SchemaErrorKind as Kind};
use super::form::{ANYTHING, Form, FormId, List, Name, Place, Shape, Tables};
use super::refs;
use crate::json::locate;
use crate::json::order::compare_keys;
use crate::json::sort::sort;
use crate::json::tree::Children;
use alloc::vec::Vec;

/// Compiles a schema from its canonical text.
pub(crate) fn compile(text: Vec<u8>) -> Result<Tables, SchemaError> {
    let wrong = (Kind::NotObject, 0);
    let mut compiler = Compiler { text: &text, tables: Tables::anything(), wrong };
    let done = compiler.root();
    let Compiler { mut tables, wrong: (kind, place), .. } = compiler;
    if done.is_none() {
        return Err(SchemaError { kind, pointer: locate::pointer(&text, place as usize) });
    }
    tables.text = text;
    Ok(tables)
}

/// A schema that is being compiled. Its functions give nothing when the schema breaks a rule; what
/// is wrong stands here then.
struct Compiler<'t> {
    text: &'t [u8],
    /// The first list names the definitions.
    tables: Tables,
    wrong: (Kind, Place),
}

/// The values of a schema's keywords, by their place in [`KEYWORDS`]; empty: absent.
type Given<'t> = [&'t [u8]; KEYWORDS.len()];

const ABSENT: Given<'static> = [b""; KEYWORDS.len()];

const KEYWORDS: [&str; 13] = [
    "ref",
    "type",
    "enum",
    "elements",
    "properties",
    "optionalProperties",
    "additionalProperties",
    "values",
    "discriminator",
    "mapping",
    "nullable",
    "metadata",
    "definitions",
];
const REF: usize = 0;
const TYPE: usize = 1;
const ENUM: usize = 2;
const ELEMENTS: usize = 3;
const PROPERTIES: usize = 4;
const OPTIONAL: usize = 5;
const ADDITIONAL: usize = 6;
const VALUES: usize = 7;
const DISCRIMINATOR: usize = 8;
const MAPPING: usize = 9;
const NULLABLE: usize = 10;
const METADATA: usize = 11;
const DEFINITIONS: usize = 12;

const TYPES: [&str; 11] = [
    "boolean",
    "string",
    "timestamp",
    "float32",
    "float64",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
];
/// The shapes of [`TYPES`].
const SHAPES: [Shape; TYPES.len()] = [
    Shape::Boolean,
    Shape::String,
    Shape::Timestamp,
    Shape::Float,
    Shape::Float,
    Shape::Integer(i8::MIN as i32, i8::MAX as u32),
    Shape::Integer(0, u8::MAX as u32),
    Shape::Integer(i16::MIN as i32, i16::MAX as u32),
    Shape::Integer(0, u16::MAX as u32),
    Shape::Integer(i32::MIN, i32::MAX as u32),
    Shape::Integer(0, u32::MAX),
];

impl<'t> Compiler<'t> {
    fn root(&mut self) -> Option<()> {
        let mut given = ABSENT;
        self.read(self.text, &mut given)?;
        let definitions = given[DEFINITIONS];
        let mut names = Vec::new();
        if !definitions.is_empty() {
            for child in self.members(definitions)? {
                let form = self.reserve();
                self.push_name(child.key, form, &mut names);
            }
        }
        self.put(names);
        // Only when all of them are known, so that references can name them whatever the order.
        for (i, child) in Children::new(definitions).enumerate() {
            self.form(i as FormId + 1, child.value, b"")?;
        }
        self.tables.root = self.reserve();
        self.given_form(self.tables.root, self.text, &given, b"")?;
        match refs::resolve(&mut self.tables.forms) {
            Ok(()) => Some(()),
            Err(place) => {
                self.wrong = (Kind::EndlessRef, place);
                None
            }
        }
    }

    /// Makes room for a form.
    fn reserve(&mut self) -> FormId {
        self.tables.forms.push(self.tables.forms[0]);
        self.tables.forms.len() as FormId - 1
    }

    /// Compiles the schema in `text` and gives it a number. `tag`: the token of the discriminator's
    /// name, when the schema stands in its mapping.
    #[inline(never)]
    fn add(&mut self, text: &'t [u8], tag: &'t [u8]) -> Option<FormId> {
        let id = self.reserve();
        self.form(id, text, tag)?;
        Some(id)
    }

    #[inline(never)]
    fn form(&mut self, id: FormId, text: &'t [u8], tag: &'t [u8]) -> Option<()> {
        if tag.is_empty()
            && let Some(shape) = plain_type(text)
        {
            let place = self.place(text);
            self.tables.forms[id as usize] = Form { shape, nullable: false, place };
            return Some(());
        }
        let mut given = ABSENT;
        self.read(text, &mut given)?;
        self.given_form(id, text, &given, tag)
    }

    /// As [`Self::form`], when the values of the keywords are known.
    #[inline(never)]
    fn given_form(
        &mut self,
        id: FormId,
        text: &'t [u8],
        given: &Given<'t>,
        tag: &'t [u8],
    ) -> Option<()> {
        let nullable = self.boolean(given[NULLABLE])?;
        if !given[METADATA].is_empty() {
            self.members(given[METADATA])?;
        }
        let shape = self.shape(text, given, tag)?;
        if !tag.is_empty() && !matches!(shape, Shape::Properties(_)) {
            return self.wrong(Kind::MappingForm, text);
        }
        if !tag.is_empty() && nullable {
            return self.wrong(Kind::MappingNullable, text);
        }
        self.tables.forms[id as usize] = Form { shape, nullable, place: self.place(text) };
        Some(())
    }

    /// Notes the values of the keywords of the schema in `text`.
    #[inline(never)]
    fn read(&mut self, text: &'t [u8], given: &mut Given<'t>) -> Option<()> {
        for child in self.members(text)? {
            match index_of(child.key, &KEYWORDS) {
                Some(DEFINITIONS) if text.len() < self.text.len() => {
                    return self.wrong(Kind::NestedDefinitions, child.value);
                }
                Some(i) => given[i] = child.value,
                None => return self.wrong(Kind::UnknownKeyword, child.value),
            }
        }
        Some(())
    }

    fn shape(&mut self, text: &'t [u8], given: &Given<'t>, tag: &'t [u8]) -> Option<Shape> {
        const OBJECT: u32 = 1 << PROPERTIES | 1 << OPTIONAL;
        const OPEN_OBJECT: u32 = OBJECT | 1 << ADDITIONAL;
        const UNION: u32 = 1 << DISCRIMINATOR | 1 << MAPPING;
        let mut mask = 0;
        for (i, value) in given[..NULLABLE].iter().enumerate() {
            mask |= u32::from(!value.is_empty()) << i;
        }
        if mask & OBJECT != 0 && mask & !OPEN_OBJECT == 0 {
            return self.properties(given, tag);
        }
        match mask {
            0 => return Some(Shape::Empty),
            UNION => return self.union(given),
            _ if !mask.is_power_of_two() => return self.wrong(Kind::MixedForms, text),
            _ => {}
        }
        let keyword = mask.trailing_zeros() as usize;
        let value = given[keyword];
        match keyword {
            REF => self.reference(value),
            TYPE => self.simple(value),
            ENUM => self.enumeration(value),
            ELEMENTS => self.add(value, b"").map(Shape::Elements),
            VALUES => self.add(value, b"").map(Shape::Values),
            _ => self.wrong(Kind::MixedForms, text),
        }
    }

    fn reference(&mut self, token: &'t [u8]) -> Option<Shape> {
        let name = self.string(token)?;
        match self.tables.lists[0].find(self.text, name) {
            Some(i) => Some(Shape::Ref(i as FormId + 1)),
            None => self.wrong(Kind::UnknownDefinition, token),
        }
    }

    fn simple(&mut self, token: &'t [u8]) -> Option<Shape> {
        match index_of(self.string(token)?, &TYPES) {
            Some(i) => Some(SHAPES[i]),
            None => self.wrong(Kind::UnknownType, token),
        }
    }

    fn enumeration(&mut self, value: &'t [u8]) -> Option<Shape> {
        if value.first() != Some(&b'[') {
            return self.wrong(Kind::NotArray, value);
        }
        let mut names = Vec::new();
        for child in Children::new(value) {
            let inner = self.string(child.value)?;
            self.push_name(inner, ANYTHING, &mut names);
        }
        if names.is_empty() {
            return self.wrong(Kind::EmptyEnum, value);
        }
        if let Some((_, later)) = self.sort(&mut names) {
            return self.wrong(Kind::RepeatedValue, later.inner(self.text));
        }
        Some(Shape::Enum(self.put(names)))
    }

    fn properties(&mut self, given: &Given<'t>, tag: &'t [u8]) -> Option<Shape> {
        let additional = self.boolean(given[ADDITIONAL])?;
        let mut names = Vec::new();
        self.schemas(given[PROPERTIES], b"", &mut names)?;
        for name in &mut names {
            name.required = true;
        }
        self.schemas(given[OPTIONAL], b"", &mut names)?;
        if let [_, inner @ .., _] = tag {
            // The members may include the tag, which is checked elsewhere.
            self.push_name(inner, ANYTHING, &mut names);
        }
        // Those of a single object are in order, as in all canonical text.
        let single = given[PROPERTIES].is_empty() || given[OPTIONAL].is_empty();
        if !(single && tag.is_empty())
            && let Some((a, b)) = self.sort(&mut names)
        {
            return match a.form {
                ANYTHING => self.wrong(Kind::MappingTag, b.inner(self.text)),
                _ => self.wrong(Kind::RepeatedProperty, a.inner(self.text)),
            };
        }
        let index = self.put(names);
        let list = &mut self.tables.lists[index as usize];
        list.additional = additional;
        if given[PROPERTIES].is_empty() {
            list.keyword = "/optionalProperties";
        }
        Some(Shape::Properties(index))
    }

    fn union(&mut self, given: &Given<'t>) -> Option<Shape> {
        let tag = self.string(given[DISCRIMINATOR])?;
        let mut names = Vec::new();
        self.schemas(given[MAPPING], given[DISCRIMINATOR], &mut names)?;
        let index = self.put(names);
        self.tables.lists[index as usize].tag = Some(self.name(tag, ANYTHING));
        Some(Shape::Discriminator(index))
    }

    /// Adds the schemas in an object, and their names to `names`. For `tag` see [`Self::add`].
    #[inline(never)]
    fn schemas(&mut self, text: &'t [u8], tag: &'t [u8], names: &mut Vec<Name>) -> Option<()> {
        if text.is_empty() {
            return Some(());
        }
        for child in self.members(text)? {
            let form = self.add(child.value, tag)?;
            self.push_name(child.key, form, names);
        }
        Some(())
    }

    /// Puts names in canonical order. Gives two that are the same, in the order of the text.
    #[inline(never)]
    fn sort(&self, names: &mut [Name]) -> Option<(Name, Name)> {
        let text = self.text;
        sort(names, |a, b| compare_keys(a.inner(text), b.inner(text)).then(a.place.cmp(&b.place)));
        for i in 1..names.len() {
            let (a, b) = (names[i - 1], names[i]);
            if a.inner(text) == b.inner(text) {
                return Some((a, b));
            }
        }
        None
    }

    /// Gives a list a number.
    #[inline(never)]
    fn put(&mut self, names: Vec<Name>) -> u32 {
        self.tables.lists.push(List {
            names,
            additional: false,
            keyword: "/properties",
            tag: None,
        });
        self.tables.lists.len() as u32 - 1
    }

    /// The value of a keyword that is true or false; false when it is absent.
    fn boolean(&mut self, value: &'t [u8]) -> Option<bool> {
        match value {
            b"" | b"false" => Some(false),
            b"true" => Some(true),
            _ => self.wrong(Kind::NotBoolean, value),
        }
    }

    /// The members of what must be an object.
    fn members(&mut self, text: &'t [u8]) -> Option<Children<'t>> {
        match text.first() {
            Some(b'{') => Some(Children::new(text)),
            _ => self.wrong(Kind::NotObject, text),
        }
    }

    /// The spelling, without quotes, of what must be a string.
    #[inline(never)]
    fn string(&mut self, token: &'t [u8]) -> Option<&'t [u8]> {
        match token {
            [b'"', inner @ .., b'"'] => Some(inner),
            _ => self.wrong(Kind::NotString, token),
        }
    }

    #[inline(never)]
    fn push_name(&self, inner: &'t [u8], form: FormId, names: &mut Vec<Name>) {
        names.push(self.name(inner, form));
    }

    /// A name from its spelling, which stands between quotes in the text.
    fn name(&self, inner: &'t [u8], form: FormId) -> Name {
        Name::new(self.text, self.place(inner) - 1, inner.len() + 2, form)
    }

    /// Where a part of the text begins.
    fn place(&self, part: &'t [u8]) -> Place {
        (part.as_ptr() as usize - self.text.as_ptr() as usize) as Place
    }

    fn wrong<T>(&mut self, kind: Kind, part: &'t [u8]) -> Option<T> {
        self.wrong = (kind, self.place(part));
        None
    }
}

/// The shape of a schema that names a type and nothing else, as most do: it need not be read as an
/// object.
fn plain_type(text: &[u8]) -> Option<Shape> {
    let name = text.strip_prefix(br#"{"type":""#)?.strip_suffix(br#""}"#)?;
    index_of(name, &TYPES).map(|i| SHAPES[i])
}

/// The number of a text among others.
#[inline(never)]
fn index_of(text: &[u8], among: &[&str]) -> Option<usize> {
    among.iter().position(|other| other.as_bytes() == text)
}
