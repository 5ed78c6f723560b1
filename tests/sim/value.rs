//! The app's value of a document: a small JSON tree with its own writer, reader and edits, so that
//! what the engine makes of edits is compared with something that shares no code with it.

use std::collections::BTreeMap;

use keepfast::replica::Edit;

/// A JSON value. Numbers are small integers: how numbers are spelled is tested elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// null
    Null,
    /// true or false
    Bool(bool),
    /// A number.
    Number(i64),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Value>),
    /// An object. Member names are ASCII, so that their order is that of canonical text.
    Object(BTreeMap<String, Value>),
}

impl Value {
    /// Canonical text.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out, false);
        out
    }

    /// Text as `JSON.stringify` may write it: members in another order.
    pub fn stringify(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out, true);
        out
    }

    fn write(&self, out: &mut Vec<u8>, backwards: bool) {
        match self {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Bool(truth) => out.extend_from_slice(if *truth { b"true" } else { b"false" }),
            Value::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Text(text) => write_text(out, text),
            Value::Array(elements) => {
                out.push(b'[');
                for (index, element) in elements.iter().enumerate() {
                    separate(out, index);
                    element.write(out, backwards);
                }
                out.push(b']');
            }
            Value::Object(members) => {
                out.push(b'{');
                let mut write = |(index, (name, value)): (usize, (&String, &Value))| {
                    separate(out, index);
                    write_text(out, name);
                    out.push(b':');
                    value.write(out, backwards);
                };
                match backwards {
                    true => members.iter().rev().enumerate().for_each(&mut write),
                    false => members.iter().enumerate().for_each(&mut write),
                }
                out.push(b'}');
            }
        }
    }

    /// Reads what `canonical` and `stringify` write; nothing if it is anything else.
    pub fn parse(text: &[u8]) -> Option<Value> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value()?;
        (reader.at == text.len()).then_some(value)
    }

    /// The value at a pointer.
    pub fn at_mut(&mut self, pointer: &str) -> Option<&mut Value> {
        let mut value = self;
        for token in tokens(pointer) {
            value = match value {
                Value::Array(elements) => elements.get_mut(token.parse::<usize>().ok()?)?,
                Value::Object(members) => members.get_mut(&token)?,
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => return None,
            };
        }
        Some(value)
    }

    /// Carries out an edit; false, and nothing done, if there is no such place.
    pub fn apply(&mut self, edit: &Edit) -> bool {
        match edit {
            Edit::Put { at, text } => self.put(at, Value::parse(text), false),
            Edit::Insert { at, text } => self.put(at, Value::parse(text), true),
            Edit::Remove { at } => self.take(at).is_some(),
            Edit::Move { from, to } => {
                let Some(value) = self.take(from) else { return false };
                self.put(to, Some(value), true)
            }
        }
    }

    fn put(&mut self, at: &str, value: Option<Value>, insert: bool) -> bool {
        let Some(value) = value else { return false };
        let Some((parent, token)) = split(at) else {
            *self = value;
            return true;
        };
        match self.at_mut(parent) {
            Some(Value::Object(members)) => {
                members.insert(token, value);
                true
            }
            Some(Value::Array(elements)) => match token.parse::<usize>() {
                Ok(index) if insert && index <= elements.len() => {
                    elements.insert(index, value);
                    true
                }
                Ok(index) if !insert && index < elements.len() => {
                    elements[index] = value;
                    true
                }
                Ok(_) | Err(_) => false,
            },
            _ => false,
        }
    }

    fn take(&mut self, at: &str) -> Option<Value> {
        let (parent, token) = split(at)?;
        match self.at_mut(parent)? {
            Value::Object(members) => members.remove(&token),
            Value::Array(elements) => {
                let index = token.parse::<usize>().ok().filter(|index| *index < elements.len())?;
                Some(elements.remove(index))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => None,
        }
    }
}

/// A name as a token of a JSON Pointer.
pub fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn tokens(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
}

fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, token) = pointer.rsplit_once('/')?;
    Some((parent, token.replace("~1", "/").replace("~0", "~")))
}

fn separate(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.push(b',');
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            other => out.push(other),
        }
    }
    out.push(b'"');
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, word: &str) -> Option<()> {
        let found = self.text[self.at..].starts_with(word.as_bytes());
        found.then(|| self.at += word.len())
    }

    fn value(&mut self) -> Option<Value> {
        match self.peek()? {
            b'n' => self.eat("null").map(|()| Value::Null),
            b't' => self.eat("true").map(|()| Value::Bool(true)),
            b'f' => self.eat("false").map(|()| Value::Bool(false)),
            b'"' => self.string().map(Value::Text),
            b'[' => self.array(),
            b'{' => self.object(),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Option<Value> {
        let rest = &self.text[self.at..];
        let ends = |byte: &u8| !byte.is_ascii_digit() && *byte != b'-';
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.at += length;
        std::str::from_utf8(&rest[..length]).ok()?.parse().ok().map(Value::Number)
    }

    fn string(&mut self) -> Option<String> {
        self.eat("\"")?;
        let mut bytes = Vec::new();
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(bytes).ok(),
                b'\\' => {
                    bytes.push(if self.peek()? == b'n' { b'\n' } else { self.peek()? });
                    self.at += 1;
                }
                other => bytes.push(other),
            }
        }
    }

    fn array(&mut self) -> Option<Value> {
        self.eat("[")?;
        let mut elements = Vec::new();
        while self.peek()? != b']' {
            if !elements.is_empty() {
                self.eat(",")?;
            }
            elements.push(self.value()?);
        }
        self.at += 1;
        Some(Value::Array(elements))
    }

    fn object(&mut self) -> Option<Value> {
        self.eat("{")?;
        let mut members = BTreeMap::new();
        while self.peek()? != b'}' {
            if !members.is_empty() {
                self.eat(",")?;
            }
            let name = self.string()?;
            self.eat(":")?;
            members.insert(name, self.value()?);
        }
        self.at += 1;
        Some(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_from_either_order() {
        let text = br#"{"a":[1,-2,{"x/y":null}],"b":"q\"\\\n","c":true}"#;
        let value = Value::parse(text).expect("it is such text");
        assert_eq!(value.canonical(), text);
        assert_eq!(Value::parse(&value.stringify()), Some(value.clone()));
        assert_ne!(value.stringify(), text);
    }

    #[test]
    fn an_edit_that_has_no_place_changes_nothing() {
        let mut value = Value::parse(br#"{"a":[1,2]}"#).expect("it is such text");
        let before = value.clone();
        assert!(!value.apply(&Edit::Remove { at: "/a/2".into() }));
        assert!(!value.apply(&Edit::Insert { at: "/a/3".into(), text: b"9"[..].into() }));
        assert!(!value.apply(&Edit::Put { at: "/b/0".into(), text: b"9"[..].into() }));
        assert_eq!(value, before);
        assert!(value.apply(&Edit::Move { from: "/a/1".into(), to: "/a/0".into() }));
        assert_eq!(value.canonical(), br#"{"a":[2,1]}"#);
    }
}
