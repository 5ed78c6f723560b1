//! Blanks out comments and strings: owns just enough of the lexical grammars of Rust and of
//! JavaScript to tell code from the rest. It must not know what the code is searched for.
//! The text comes from a file; its lines and byte offsets are kept.

/// The lexical grammar of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Language {
    Rust,
    /// JavaScript and TypeScript.
    Script,
}

impl Language {
    pub fn of(path: &str) -> Option<Language> {
        match path.rsplit_once('.')?.1 {
            "rs" => Some(Language::Rust),
            "ts" | "tsx" | "js" | "mjs" => Some(Language::Script),
            _ => None,
        }
    }
}

/// The text with every byte of comments and of strings' contents replaced by a space; quotes and
/// line feeds stay.
pub fn mask(text: &str, language: Language) -> String {
    let mut masker = Masker { bytes: text.as_bytes().to_vec(), at: 0, templates: Vec::new() };
    while masker.at < masker.bytes.len() {
        match language {
            Language::Rust => masker.step_rust(),
            Language::Script => masker.step_script(),
        }
    }
    String::from_utf8(masker.bytes).expect("only whole characters are replaced, by spaces")
}

struct Masker {
    bytes: Vec<u8>,
    at: usize,
    /// For each template literal that `${` has left: the braces open since.
    templates: Vec<usize>,
}

impl Masker {
    fn step_rust(&mut self) {
        match self.bytes[self.at] {
            b'/' if self.peek(1) == b'/' => self.line_comment(),
            b'/' if self.peek(1) == b'*' => self.block_comment(true),
            b'"' => self.quoted(b'"'),
            b'r' if !self.after_word() && self.raw_hashes().is_some() => self.raw_string(),
            b'b' | b'c' if !self.after_word() && self.peek(1) == b'r' => {
                self.at += 1;
                if self.raw_hashes().is_some() {
                    self.raw_string();
                }
            }
            b'\'' => self.character_or_lifetime(),
            _ => self.at += 1,
        }
    }

    fn step_script(&mut self) {
        match self.bytes[self.at] {
            b'/' if self.peek(1) == b'/' => self.line_comment(),
            b'/' if self.peek(1) == b'*' => self.block_comment(false),
            b'/' if self.regex_may_start() => self.regex(),
            quote @ (b'"' | b'\'') => self.quoted(quote),
            b'`' => {
                self.at += 1;
                self.template();
            }
            b'{' => self.brace(|open| open + 1),
            b'}' if self.templates.last() == Some(&0) => {
                self.templates.pop();
                self.at += 1;
                self.template();
            }
            b'}' => self.brace(|open| open - 1),
            _ => self.at += 1,
        }
    }

    fn brace(&mut self, count: impl Fn(usize) -> usize) {
        if let Some(open) = self.templates.last_mut() {
            *open = count(*open);
        }
        self.at += 1;
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(b'\n')
    }

    /// Replaces the byte at the cursor and moves on.
    fn blank(&mut self) {
        if let Some(byte) = self.bytes.get_mut(self.at).filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
        self.at += 1;
    }

    fn blank_many(&mut self, count: usize) {
        (0..count).for_each(|_| self.blank());
    }

    fn line_comment(&mut self) {
        while self.at < self.bytes.len() && self.bytes[self.at] != b'\n' {
            self.blank();
        }
    }

    fn block_comment(&mut self, nests: bool) {
        let mut depth = 0;
        while self.at < self.bytes.len() {
            let pair = [self.peek(0), self.peek(1)];
            if pair == *b"/*" && (nests || depth == 0) {
                depth += 1;
                self.blank_many(2);
            } else if pair == *b"*/" {
                depth -= 1;
                self.blank_many(2);
                if depth == 0 {
                    return;
                }
            } else {
                self.blank();
            }
        }
    }

    fn quoted(&mut self, quote: u8) {
        self.at += 1;
        while self.at < self.bytes.len() && self.bytes[self.at] != quote {
            let escaped = self.bytes[self.at] == b'\\';
            self.blank_many(if escaped { 2 } else { 1 });
        }
        self.at += 1;
    }

    /// The number of hashes of a raw string that starts here, if one does.
    fn raw_hashes(&self) -> Option<usize> {
        let hashes = self.bytes[self.at + 1..].iter().take_while(|byte| **byte == b'#').count();
        (self.peek(1 + hashes) == b'"').then_some(hashes)
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().expect("the caller has seen the opening quote");
        self.at += hashes + 2;
        let closing = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
        while self.at < self.bytes.len() && !self.bytes[self.at..].starts_with(&closing) {
            self.blank();
        }
        self.at += closing.len();
    }

    fn character_or_lifetime(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let width = rest.first().map_or(1, |first| match first {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        });
        if rest.first() == Some(&b'\\') || rest.get(width) == Some(&b'\'') {
            self.quoted(b'\'');
        } else {
            self.at += 1;
        }
    }

    /// The inside of a template literal, up to its end or to `${`.
    fn template(&mut self) {
        while self.at < self.bytes.len() {
            match (self.bytes[self.at], self.peek(1)) {
                (b'`', _) => {
                    self.at += 1;
                    return;
                }
                (b'$', b'{') => {
                    self.templates.push(0);
                    self.at += 2;
                    return;
                }
                (b'\\', _) => self.blank_many(2),
                _ => self.blank(),
            }
        }
    }

    fn regex(&mut self) {
        self.at += 1;
        let mut in_class = false;
        while self.at < self.bytes.len() && self.bytes[self.at] != b'\n' {
            match self.bytes[self.at] {
                b'/' if !in_class => break,
                b'[' => in_class = true,
                b']' => in_class = false,
                _ => {}
            }
            let escaped = self.bytes[self.at] == b'\\';
            self.blank_many(if escaped { 2 } else { 1 });
        }
        self.at += 1;
    }

    /// Whether a slash here starts a regular expression: division follows a value, an expression
    /// follows everything else.
    fn regex_may_start(&self) -> bool {
        let before = String::from_utf8_lossy(&self.bytes[..self.at]);
        let before = before.trim_end();
        let word = before.rsplit(|letter: char| !letter.is_alphanumeric()).next();
        match before.chars().next_back() {
            None => true,
            Some(_) if matches!(word, Some("return" | "typeof" | "case" | "in" | "of")) => true,
            Some(last) => !(last.is_alphanumeric() || "_$)]}\"'`".contains(last)),
        }
    }

    fn after_word(&self) -> bool {
        let before = self.at.checked_sub(1).map(|before| self.bytes[before]);
        before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust(text: &str) -> String {
        mask(text, Language::Rust)
    }

    fn script(text: &str) -> String {
        mask(text, Language::Script)
    }

    #[test]
    fn comments_of_rust_are_blank_and_lines_stay() {
        assert_eq!(rust("a // b\nc"), "a     \nc");
        assert_eq!(rust("a /* b /* c */ d\n */ e"), "a               \n    e");
    }

    #[test]
    fn strings_of_rust_are_blank_between_their_quotes() {
        assert_eq!(rust(r#"f("fn \" {", b"}")"#), r#"f("       ", b" ")"#);
        assert_eq!(rust("r#\"a\"b\"# c"), "r#\"   \"# c");
        assert_eq!(rust("br\"a\\\" c"), "br\"  \" c");
    }

    #[test]
    fn characters_and_lifetimes_are_told_apart() {
        assert_eq!(rust("'{' 'é' '\\'' b'}'"), "' ' '  ' '  ' b' '");
        assert_eq!(rust("fn f<'a>(x: &'a str)"), "fn f<'a>(x: &'a str)");
    }

    #[test]
    fn script_strings_templates_and_comments_are_blank() {
        assert_eq!(script("a('x', \"y\"); // z"), "a(' ', \" \");     ");
        assert_eq!(script("`a ${ b({c: 1}) } d` + e"), "`  ${ b({c: 1}) }  ` + e");
        assert_eq!(script("/* a\n/* b */ c"), "    \n        c");
    }

    #[test]
    fn a_regular_expression_is_not_a_division() {
        assert_eq!(script("x = /['\"{]/g; y"), "x = /     /g; y");
        assert_eq!(script("a / b; '/'"), "a / b; ' '");
    }

    #[test]
    fn an_unfinished_string_ends_with_the_file() {
        for text in ["\"abc\\", "r#\"abc", "/* abc", "'\\"] {
            assert_eq!(rust(text).len(), text.len(), "{text}");
            assert_eq!(script(text).len(), text.len(), "{text}");
        }
    }
}
