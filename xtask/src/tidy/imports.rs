//! Who may import whom in JavaScript: owns the rules for the package's source and for the pages.
//! It must not know what is imported. It reads the strings that follow `from` and `import`.

use super::Offence;
use super::file::{File, line_at};

/// In the package only `bridge.ts` imports the generated glue, and `react.ts` not even the bridge.
pub fn of_the_package(file: &File) -> Vec<Offence> {
    if !file.path.starts_with("pkg/src/") || !file.is(&["ts", "tsx"]) {
        return Vec::new();
    }
    let mut offences = Vec::new();
    for (line, specifier) in specifiers(file) {
        let leaves = specifier.starts_with("../") || specifier.contains("/wasm/");
        if leaves && file.name() != "bridge.ts" {
            let reason = format!("{specifier:?}: only bridge.ts imports the generated glue");
            offences.push(Offence::new(file, line, reason));
        }
        if file.name().starts_with("react.") && specifier.contains("bridge") {
            offences.push(Offence::new(file, line, "react.ts must not know the bridge"));
        }
    }
    offences
}

/// The pages use the package as a stranger would: by its name, never by a path into it.
pub fn of_the_pages(file: &File) -> Vec<Offence> {
    if !file.path.starts_with("www/") || !file.is(&["js", "mjs", "ts"]) {
        return Vec::new();
    }
    let into_package = |specifier: &str| {
        ["pkg/", "dist/", "/keepfast/", "../"].iter().any(|part| specifier.contains(part))
    };
    let wrong = specifiers(file).into_iter().filter(|(_, specifier)| into_package(specifier));
    wrong
        .map(|(line, specifier)| {
            Offence::new(file, line, format!("{specifier:?}: a page imports \"keepfast\" by name"))
        })
        .collect()
}

/// Every string after `from` or `import`, also as the argument of `import(…)`, with its line.
fn specifiers(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for keyword in ["from", "import"] {
        for (at, _) in file.code.match_indices(keyword) {
            let part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
            let after = at + keyword.len();
            if file.code[..at].ends_with(part) || file.code[after..].starts_with(part) {
                continue;
            }
            found.extend(quoted(file, after).map(|text| (line_at(&file.code, at), text)));
        }
    }
    found
}

/// The string that begins at `at`, past spaces and one parenthesis.
fn quoted(file: &File, at: usize) -> Option<String> {
    let rest = &file.code[at..];
    let start = rest.find(|letter: char| !letter.is_whitespace() && letter != '(')?;
    let quote = rest[start..].chars().next().filter(|letter| "\"'`".contains(*letter))?;
    let opening = at + start + 1;
    let length = file.code[opening..].find(quote)?;
    Some(file.text[opening..opening + length].to_string())
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::file;
    use super::*;

    #[test]
    fn only_the_bridge_imports_the_glue() {
        let text = "import init, {\n  pass,\n} from \"../wasm/keepfast.js\";\n";
        assert_eq!(of_the_package(&file("pkg/src/bridge.ts", text)), []);
        let offences = of_the_package(&file("pkg/src/load.ts", text));
        assert_eq!(offences.iter().map(|offence| offence.line).collect::<Vec<_>>(), [3]);
        let late = "const glue = await import('../wasm/keepfast.js');";
        assert_eq!(of_the_package(&file("pkg/src/load.ts", late)).len(), 1);
        let bare = "import \"../wasm/keepfast.js\";";
        assert_eq!(of_the_package(&file("pkg/src/load.ts", bare)).len(), 1);
    }

    #[test]
    fn siblings_and_comments_are_no_offence() {
        let text = "// from \"../wasm/keepfast.js\"\nimport { call } from \"./bridge.js\";\n";
        assert_eq!(of_the_package(&file("pkg/src/load.ts", text)), []);
    }

    #[test]
    fn react_does_not_know_the_bridge() {
        let text = "import { call } from \"./bridge.js\";";
        assert_eq!(of_the_package(&file("pkg/src/react.ts", text)).len(), 1);
    }

    #[test]
    fn a_page_imports_the_package_by_name() {
        let good = "import { digest } from \"keepfast\";\nimport { show } from \"./show.js\";";
        assert_eq!(of_the_pages(&file("www/main.js", good)), []);
        for bad in ["../pkg/dist/index.js", "/keepfast/index.js"] {
            let text = format!("import {{ digest }} from \"{bad}\";");
            assert_eq!(of_the_pages(&file("www/main.js", &text)).len(), 1, "{bad}");
        }
    }
}
