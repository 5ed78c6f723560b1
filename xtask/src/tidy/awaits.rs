//! No top-level `await` in the package: owns how one is recognised. A service worker refuses a
//! module that has one, and Safari may run such a module before what it imports. It must not know
//! anything else about the code, which it reads without comments and strings.

use super::Offence;
use super::file::{File, line_at};

/// `pkg/src` has no `await` outside of functions.
pub fn no_top_level_await(file: &File) -> Vec<Offence> {
    if !file.path.starts_with("pkg/src/") || !file.is(&["ts", "tsx"]) {
        return Vec::new();
    }
    let at_top = top_level_awaits(&file.code).into_iter();
    at_top.map(|at| Offence::new(file, line_at(&file.code, at), "top-level await")).collect()
}

fn top_level_awaits(code: &str) -> Vec<usize> {
    let mut found = Vec::new();
    // For each open brace, whether it is, or is inside, a function or class.
    let mut inside = Vec::new();
    let mut statement = 0;
    for (at, letter) in code.char_indices() {
        let in_function = inside.last().copied().unwrap_or(false);
        match letter {
            '{' => {
                inside.push(in_function || !is_block(&code[statement..at]));
                statement = at + 1;
            }
            '}' => {
                inside.pop();
                statement = at + 1;
            }
            ';' => statement = at + 1,
            'a' if !in_function && is_await(code, at) && !has_arrow(&code[statement..at]) => {
                found.push(at);
            }
            _ => {}
        }
    }
    found
}

/// Whether a brace after this text opens a statement's block, whose code runs with the module.
fn is_block(before: &str) -> bool {
    let before = before.trim();
    let keywords =
        ["if", "else", "for", "while", "do", "try", "catch", "finally", "switch", "case"];
    let first = before.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    !has_arrow(before) && (before.is_empty() || keywords.contains(&first))
}

/// Whether the statement so far is the head of an arrow function, whose body may have no braces.
fn has_arrow(statement: &str) -> bool {
    statement.contains("=>")
}

fn is_await(code: &str, at: usize) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let rest = code[at..].strip_prefix("await");
    rest.is_some_and(|rest| !rest.starts_with(part)) && !code[..at].ends_with(part)
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::file;
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let offences = no_top_level_await(&file("pkg/src/load.ts", text));
        offences.into_iter().map(|offence| offence.line).collect()
    }

    #[test]
    fn an_await_of_the_module_is_found() {
        assert_eq!(lines("const a = 1;\nconst b = await load();\n"), [2]);
        assert_eq!(lines("if (a) {\n  await load();\n}\n"), [2]);
        assert_eq!(lines("try {\n  a();\n} catch {\n  await b();\n}\n"), [4]);
        assert_eq!(lines("for await (const a of b) {}\n"), [1]);
    }

    #[test]
    fn an_await_of_a_function_is_fine() {
        assert_eq!(lines("async function f() {\n  if (a) { await b(); }\n}\n"), [0; 0]);
        assert_eq!(lines("const f = async () => {\n  await a();\n};\n"), [0; 0]);
        assert_eq!(lines("const f = async (a) => await a();\n"), [0; 0]);
        assert_eq!(lines("class A {\n  async f() { await a(); }\n}\n"), [0; 0]);
        assert_eq!(lines("const a = {\n  async f() { await b(); },\n};\n"), [0; 0]);
    }

    #[test]
    fn words_and_comments_are_not_awaits() {
        assert_eq!(lines("// await\nconst awaited = \"await\"; const a = awaits;\n"), [0; 0]);
    }

    #[test]
    fn tests_may_await_where_they_like() {
        assert_eq!(no_top_level_await(&file("pkg/test/a.test.ts", "await a();")), []);
    }
}
