//! Random JTD schemas and instances that nearly fit them. Owns the choice of forms, names and
//! edge values; knows nothing of the engine or of any validator.

#![allow(dead_code, reason = "each test file includes this one and uses its part of it")]

use crate::model::{self, Value};
use crate::random::Random;
use crate::timestamps;

const TYPES: &[&str] = &[
    "boolean",
    "float32",
    "float64",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "string",
    "timestamp",
];

/// Numbers at and over the edges of the integer types, and at the edges of the doubles' integers.
const NUMBERS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    100.0,
    0.5,
    -0.5,
    255.5,
    1e-7,
    127.0,
    128.0,
    -128.0,
    -129.0,
    255.0,
    256.0,
    32767.0,
    32768.0,
    -32768.0,
    -32769.0,
    65535.0,
    65536.0,
    2147483647.0,
    2147483648.0,
    -2147483648.0,
    -2147483649.0,
    4294967295.0,
    4294967296.0,
    4294967295.5,
    9007199254740993.0,
    9223372036854774784.0,
    9223372036854775808.0,
    18446744073709549568.0,
    18446744073709551616.0,
    -9223372036854775808.0,
    -18446744073709551616.0,
    1e300,
    3.5e38,
];

/// A schema within another: a form and what any form may carry.
#[derive(Clone, Debug)]
pub struct Node {
    pub form: Form,
    nullable: Option<bool>,
    metadata: Option<Value>,
}

/// The eight forms of RFC 8927 section 2.2.
#[derive(Clone, Debug)]
pub enum Form {
    Empty,
    Ref(String),
    Type(&'static str),
    Enum(Vec<String>),
    Elements(Box<Node>),
    Properties(Properties),
    Values(Box<Node>),
    Discriminator(String, Vec<(String, Node)>),
}

/// The members of the properties form.
#[derive(Clone, Debug)]
pub struct Properties {
    required: Option<Vec<(String, Node)>>,
    optional: Option<Vec<(String, Node)>>,
    additional: Option<bool>,
}

/// A schema with its definitions.
#[derive(Clone, Debug)]
pub struct Schema {
    root: Node,
    definitions: Vec<(String, Node)>,
}

fn unique_names(random: &mut Random, count: usize, except: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for _ in 0..count {
        let name = (*random.pick(model::NAMES)).to_owned();
        if !names.contains(&name) && !except.contains(&name) {
            names.push(name);
        }
    }
    names
}

impl Schema {
    /// A random correct schema, but that references may lead in a circle.
    pub fn random(random: &mut Random) -> Schema {
        let count = *random.pick(&[0, 0, 1, 2, 4]);
        let names = unique_names(random, count, &[]);
        let depth = 1 + random.below(4);
        let root = Node::random(random, depth, &names);
        let define = |name: &String| (name.clone(), Node::random(random, 1 + depth / 2, &names));
        Schema { root, definitions: names.iter().map(define).collect() }
    }

    /// The schema as a JSON value.
    pub fn value(&self) -> Value {
        let Value::Object(mut members) = self.root.value() else { unreachable!("a node") };
        if !self.definitions.is_empty() {
            members.push(("definitions".to_owned(), named(&self.definitions)));
        }
        Value::Object(members)
    }

    /// Whether some definition refers to itself through nothing but `ref` forms.
    pub fn has_pure_ref_cycle(&self) -> bool {
        self.definitions.iter().any(|(start, _)| {
            let mut name = start;
            for _ in 0..=self.definitions.len() {
                match self.definition(name).form {
                    Form::Ref(ref next) => name = next,
                    _ => return false,
                }
            }
            true
        })
    }

    fn definition(&self, name: &str) -> &Node {
        let found = self.definitions.iter().find(|(known, _)| known == name);
        &found.expect("references are made to definitions that exist").1
    }

    /// An instance that fits but for one mistake in `mistakes` places; zero for none on purpose.
    pub fn instance(&self, random: &mut Random, mistakes: usize) -> Value {
        Instances { schema: self, random, mistakes }.of(&self.root, 6)
    }
}

fn named(nodes: &[(String, Node)]) -> Value {
    Value::Object(nodes.iter().map(|(name, node)| (name.clone(), node.value())).collect())
}

fn string(text: &str) -> Value {
    Value::String(text.to_owned())
}

impl Node {
    fn random(random: &mut Random, depth: usize, definitions: &[String]) -> Node {
        let nullable = *random.pick(&[None, None, Some(true), Some(false)]);
        let metadata = random
            .one_in(8)
            .then(|| Value::Object(vec![("description".to_owned(), Value::random(random, 1))]));
        Node { form: Form::random(random, depth, definitions), nullable, metadata }
    }

    /// The schema as a JSON value.
    pub fn value(&self) -> Value {
        let mut members: Vec<(&str, Value)> = match &self.form {
            Form::Empty => vec![],
            Form::Ref(name) => vec![("ref", string(name))],
            Form::Type(name) => vec![("type", string(name))],
            Form::Enum(values) => {
                vec![("enum", Value::Array(values.iter().map(|value| string(value)).collect()))]
            }
            Form::Elements(node) => vec![("elements", node.value())],
            Form::Values(node) => vec![("values", node.value())],
            Form::Discriminator(tag, mapping) => {
                vec![("discriminator", string(tag)), ("mapping", named(mapping))]
            }
            Form::Properties(properties) => properties.members(),
        };
        members.extend(self.nullable.map(|nullable| ("nullable", Value::Bool(nullable))));
        members.extend(self.metadata.clone().map(|metadata| ("metadata", metadata)));
        Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Properties {
    fn random(random: &mut Random, depth: usize, definitions: &[String], tag: &[String]) -> Self {
        let count = *random.pick(&[0, 1, 2, 3, 6, 12]);
        let mut names = unique_names(random, count, tag);
        let split = random.below(names.len() + 1);
        let optional_names = names.split_off(split);
        let mut nodes = |names: Vec<String>| -> Vec<(String, Node)> {
            let node = |name| (name, Node::random(random, depth, definitions));
            names.into_iter().map(node).collect()
        };
        let (required, optional) = (nodes(names), nodes(optional_names));
        // One of the two members must be there; an empty one may be left out.
        let keep_empty = random.one_in(2);
        let required = Some(required).filter(|list| !list.is_empty() || keep_empty);
        let optional = Some(optional).filter(|list| !list.is_empty() || required.is_none());
        Properties {
            required,
            optional,
            additional: *random.pick(&[None, Some(true), Some(false)]),
        }
    }

    fn members(&self) -> Vec<(&'static str, Value)> {
        let mut members = Vec::new();
        members.extend(self.required.as_ref().map(|list| ("properties", named(list))));
        members.extend(self.optional.as_ref().map(|list| ("optionalProperties", named(list))));
        members.extend(self.additional.map(|yes| ("additionalProperties", Value::Bool(yes))));
        members
    }
}

impl Form {
    fn random(random: &mut Random, depth: usize, definitions: &[String]) -> Form {
        let choice = if depth == 0 { random.below(7) } else { random.below(14) };
        let mut inner = || Box::new(Node::random(random, depth.saturating_sub(1), definitions));
        match choice {
            0 => Form::Empty,
            1 if !definitions.is_empty() => Form::Ref(random.pick(definitions).clone()),
            1..=5 => Form::Type(random.pick::<&str>(TYPES)),
            6 => {
                let mut values = unique_names(random, 4, &[]);
                values.push("always".to_owned());
                Form::Enum(values)
            }
            7 | 8 => Form::Elements(inner()),
            9 => Form::Values(inner()),
            10 | 11 => Form::random_discriminator(random, depth - 1, definitions),
            _ => Form::Properties(Properties::random(random, depth - 1, definitions, &[])),
        }
    }

    fn random_discriminator(random: &mut Random, depth: usize, definitions: &[String]) -> Form {
        let tag = (*random.pick(model::NAMES)).to_owned();
        let count = random.below(4);
        let mut mapping = Vec::new();
        for name in unique_names(random, count, &[]) {
            let taken = [tag.clone()];
            let properties = Properties::random(random, depth, definitions, &taken);
            let nullable = *random.pick(&[None, None, Some(false)]);
            mapping.push((
                name,
                Node { form: Form::Properties(properties), nullable, metadata: None },
            ));
        }
        Form::Discriminator(tag, mapping)
    }
}

/// Makes instances of one schema.
struct Instances<'a> {
    schema: &'a Schema,
    random: &'a mut Random,
    mistakes: usize,
}

impl Instances<'_> {
    fn mistake(&mut self) -> bool {
        self.mistakes > 0 && self.random.one_in(self.mistakes)
    }

    fn of(&mut self, node: &Node, depth: usize) -> Value {
        if self.mistake() {
            return self.wrong();
        }
        if node.nullable == Some(true) && self.random.one_in(8) {
            return Value::Null;
        }
        match &node.form {
            Form::Empty => Value::random(self.random, depth.min(2)),
            Form::Ref(_) if depth == 0 => Value::Null,
            Form::Ref(name) => {
                let schema = self.schema;
                self.of(schema.definition(name), depth - 1)
            }
            Form::Type(name) => self.of_type(name),
            Form::Enum(values) => Value::String(self.random.pick(values).clone()),
            Form::Elements(_) | Form::Values(_) if depth == 0 => self.empty(&node.form),
            Form::Elements(inner) => {
                let len = *self.random.pick(&[0, 1, 2, 3, 8]);
                Value::Array((0..len).map(|_| self.of(inner, depth - 1)).collect())
            }
            Form::Values(inner) => {
                let count = self.random.below(4);
                let names = unique_names(self.random, count, &[]);
                let member = |name| (name, self.of(inner, depth - 1));
                Value::Object(names.into_iter().map(member).collect())
            }
            Form::Properties(properties) => Value::Object(self.members(properties, &[], depth)),
            Form::Discriminator(tag, mapping) => self.tagged(tag, mapping, depth),
        }
    }

    fn empty(&mut self, form: &Form) -> Value {
        match form {
            Form::Elements(_) => Value::Array(vec![]),
            _ => Value::Object(vec![]),
        }
    }

    /// Something that may be of any type, near the edges.
    fn wrong(&mut self) -> Value {
        match self.random.below(6) {
            0 => Value::Null,
            1 => Value::Number(*self.random.pick(NUMBERS)),
            2 => Value::String(timestamps::random(self.random)),
            3 => Value::String((*self.random.pick(model::NAMES)).to_owned()),
            _ => Value::random(self.random, 2),
        }
    }

    fn of_type(&mut self, name: &str) -> Value {
        match name {
            "boolean" => Value::Bool(self.random.one_in(2)),
            "string" => Value::String(model::random_string(self.random)),
            "timestamp" => Value::String(timestamps::random(self.random)),
            "float32" | "float64" if self.random.one_in(2) => {
                Value::Number(model::random_number(self.random))
            }
            _ if self.mistakes == 0 => Value::Number(self.random.below(128) as f64),
            _ => Value::Number(*self.random.pick(NUMBERS)),
        }
    }

    fn members(&mut self, of: &Properties, taken: &[String], depth: usize) -> Vec<(String, Value)> {
        let mut members: Vec<(String, Value)> = Vec::new();
        for (name, node) in of.required.iter().flatten() {
            if !self.mistake() {
                members.push((name.clone(), self.of(node, depth.saturating_sub(1))));
            }
        }
        for (name, node) in of.optional.iter().flatten() {
            if self.random.one_in(2) {
                members.push((name.clone(), self.of(node, depth.saturating_sub(1))));
            }
        }
        let more = self.mistake() || (of.additional == Some(true) && self.random.one_in(2));
        if more {
            let known = members.iter().map(|(name, _)| name).chain(taken).cloned();
            let known: Vec<String> = known.collect();
            for name in unique_names(self.random, 3, &known) {
                members.push((name, self.wrong()));
            }
        }
        members
    }

    fn tagged(&mut self, tag: &str, mapping: &[(String, Node)], depth: usize) -> Value {
        let taken = [tag.to_owned()];
        let mut members = match mapping {
            [] => vec![],
            _ => {
                let (name, node) = self.random.pick(mapping);
                let Form::Properties(properties) = &node.form else { unreachable!("a variant") };
                let mut members = self.members(properties, &taken, depth);
                members.push((tag.to_owned(), string(name)));
                members
            }
        };
        if self.mistake() {
            members.retain(|(name, _)| name != tag);
            if self.random.one_in(2) {
                members.push((tag.to_owned(), self.wrong()));
            }
        }
        Value::Object(members)
    }
}
