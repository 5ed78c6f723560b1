//! Functions: owns how the length and the parameters of each are counted, and their limits.
//! It must not know the language beyond `fn`, `function` and brackets. It reads the text without
//! comments and strings.

use super::Offence;
use super::file::{File, line_at};
use super::mask::Language;

/// From the line of `fn` to the line of the closing brace.
const LINES_MAX: usize = 70;
/// Without `self`; what needs more is a struct.
const PARAMETERS_MAX: usize = 5;

/// A function is at most 70 lines long and takes at most five parameters.
pub fn short_with_few_parameters(file: &File) -> Vec<Offence> {
    let mut offences = Vec::new();
    for function in functions(file) {
        let mut add = |reason| offences.push(Offence::new(file, function.line, reason));
        if function.lines > LINES_MAX {
            let (name, lines) = (&function.name, function.lines);
            add(format!("{name} is {lines} lines long; the most is {LINES_MAX}"));
        }
        if function.parameters > PARAMETERS_MAX {
            let (name, count) = (&function.name, function.parameters);
            add(format!(
                "{name} takes {count} parameters; more than {PARAMETERS_MAX} are a struct"
            ));
        }
    }
    offences
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
    parameters: usize,
}

fn functions(file: &File) -> Vec<Function> {
    let keyword = match Language::of(&file.path) {
        Some(Language::Rust) => "fn",
        Some(Language::Script) => "function",
        None => return Vec::new(),
    };
    let starts = file.code.match_indices(keyword).map(|(at, _)| at);
    let whole_words = starts.filter(|at| is_word(&file.code, *at, keyword.len()));
    whole_words.filter_map(|at| function(&file.code, at, keyword.len())).collect()
}

fn is_word(code: &str, at: usize, length: usize) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    !code[..at].ends_with(is_part) && !code[at + length..].starts_with(is_part)
}

/// The function whose keyword stands at `at`; nothing for a function type or a declaration.
fn function(code: &str, at: usize, keyword: usize) -> Option<Function> {
    let name = code[at + keyword..].trim_start_matches([' ', '*']);
    let name: String = name.chars().take_while(|l| l.is_alphanumeric() || *l == '_').collect();
    let is_type = name.is_empty() && code[at..].starts_with("fn");
    if is_type {
        return None;
    }
    let opening = at + first_outside(&code[at..], |byte| byte == b'(')?;
    let inside = &code[opening + 1..];
    let closing = first_outside(inside, |byte| byte == b')')?;
    let after = opening + 1 + closing + 1;
    let body = after + first_outside(&code[after..], |byte| matches!(byte, b'{' | b';'))?;
    if code.as_bytes()[body] == b';' {
        return None;
    }
    let end = body + 1 + first_outside(&code[body + 1..], |byte| byte == b'}')?;
    let line = line_at(code, at);
    let lines = line_at(code, end) - line + 1;
    Some(Function { name, line, lines, parameters: parameters(&inside[..closing]) })
}

/// The offset of the first byte that satisfies `wanted` outside of all brackets opened here.
/// Angle brackets count as brackets, except in `->`, `=>`, and comparisons, which have spaces.
fn first_outside(code: &str, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let bytes = code.as_bytes();
    let (mut round, mut angle) = (0_usize, 0_usize);
    for (at, byte) in bytes.iter().enumerate() {
        // A comparison without spaces in a body must not hide the brace that ends it.
        if round == 0 && (angle == 0 || *byte == b'}') && wanted(*byte) {
            return Some(at);
        }
        let before = if at == 0 { b' ' } else { bytes[at - 1] };
        match byte {
            b'(' | b'[' | b'{' => round += 1,
            b')' | b']' | b'}' => round = round.saturating_sub(1),
            b'<' if round == 0 && before != b' ' && before != b'<' => angle += 1,
            b'>' if round == 0 && before != b'-' && before != b'=' => {
                angle = angle.saturating_sub(1)
            }
            _ => {}
        }
    }
    None
}

/// How many parameters stand between the parentheses, without `self`.
fn parameters(inside: &str) -> usize {
    let mut rest = inside;
    let mut count = 0;
    while !rest.trim().is_empty() {
        let end = first_outside(rest, |byte| byte == b',').unwrap_or(rest.len());
        let first = rest[..end].split(':').next().unwrap_or_default();
        let is_self = first.split([' ', '&', '\n']).any(|word| word == "self");
        count += usize::from(!is_self && !rest[..end].trim().is_empty());
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    count
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::file;
    use super::*;

    fn found(path: &str, text: &str) -> Vec<(String, usize, usize)> {
        let functions = functions(&file(path, text)).into_iter();
        functions.map(|function| (function.name, function.lines, function.parameters)).collect()
    }

    fn one(name: &str, lines: usize, parameters: usize) -> Vec<(String, usize, usize)> {
        vec![(name.to_string(), lines, parameters)]
    }

    #[test]
    fn a_function_of_seventy_lines_passes_and_one_of_71_does_not() {
        let text =
            |lines: usize| format!("fn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2));
        assert_eq!(short_with_few_parameters(&file("src/a.rs", &text(70))), []);
        let offences = short_with_few_parameters(&file("src/a.rs", &text(71)));
        assert_eq!(offences.len(), 1);
        assert!(offences[0].reason.contains("long is 71 lines"), "{offences:?}");
    }

    #[test]
    fn five_parameters_pass_and_six_do_not() {
        let five = "fn f(&mut self, a: u8, b: u8, c: u8, d: u8, e: u8) {}";
        assert_eq!(short_with_few_parameters(&file("src/a.rs", five)), []);
        let six = "fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {}";
        let offences = short_with_few_parameters(&file("src/a.rs", six));
        assert_eq!(offences.len(), 1);
        assert!(offences[0].reason.contains("6 parameters"), "{offences:?}");
    }

    #[test]
    fn types_with_commas_are_one_parameter() {
        let text = "fn f<K: Ord, V>(map: Map<K, V>, g: impl Fn(K, V) -> (K, V),\n) -> [u8; 2] {\n}";
        assert_eq!(found("a.rs", text), one("f", 3, 2));
    }

    #[test]
    fn function_types_and_declarations_have_no_body() {
        assert_eq!(found("a.rs", "struct S { run: fn(u8) -> u8 }\ntrait T { fn f(&self); }"), []);
    }

    #[test]
    fn braces_in_strings_and_comments_do_not_count() {
        let text = "fn f() {\n    // }\n    g('}', \"}\");\n}\n";
        assert_eq!(found("a.rs", text), one("f", 4, 0));
    }

    #[test]
    fn script_functions_are_counted_too() {
        let text = "async function f(a: Map<string, number>, { b, c }: Both): P<{ d: E }> {\n}\n";
        assert_eq!(found("a.ts", text), one("f", 2, 2));
    }

    #[test]
    fn an_inner_function_is_counted_on_its_own() {
        let text = "fn outer() {\n    fn inner(a: u8) {\n    }\n}\n";
        assert_eq!(found("a.rs", text), [one("outer", 4, 0), one("inner", 2, 1)].concat());
    }
}
