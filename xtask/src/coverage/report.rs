//! The printed form of a coverage: owns columns, sums, the names of the lines that did not run, and
//! the verdict on each bar. It must not know how anything was counted.

use super::Module;
use super::lcov::Counted;
use crate::Outcome;

/// A table, and a sentence for each module below its bar.
pub struct Report {
    pub text: String,
    pub below: Vec<String>,
}

/// Lines with code, and how many of them ran.
#[derive(Clone, Copy, Default)]
struct Share {
    lines: usize,
    ran: usize,
}

impl Report {
    /// Lays out the files of these modules.
    ///
    /// # Errors
    /// Names a module with a bar of which no line was counted: it must not pass for success.
    pub fn new(modules: &[Module], files: Vec<Counted>) -> Outcome<Report> {
        let wide = files.iter().map(|file| file.path.len()).max().unwrap_or(0);
        let text = format!("{:<wide$}{:>8}{:>8}{:>9}\n", "coverage", "lines", "ran", "%");
        let mut report = Report { text, below: Vec::new() };
        for module in modules {
            report.add(module, files.iter().filter(|file| module.has(&file.path)), wide)?;
        }
        let gaps: Vec<String> = files.iter().flat_map(gaps).collect();
        if !gaps.is_empty() {
            report.text += &format!("\nlines that no test ran:\n{}\n", gaps.join("\n"));
        }
        Ok(report)
    }

    fn add<'a>(
        &mut self,
        module: &Module,
        files: impl Iterator<Item = &'a Counted>,
        wide: usize,
    ) -> Outcome {
        let mut sum = Share::default();
        for file in files {
            let share = Share::of(file);
            sum = Share { lines: sum.lines + share.lines, ran: sum.ran + share.ran };
            self.text += &share.row(&file.path, wide);
        }
        let name = module.name;
        self.text += &sum.row(&format!("src/{name} in all"), wide);
        let Some(least) = module.percent_min else { return Ok(()) };
        if sum.lines == 0 {
            return Err(format!("no line of src/{name} was counted"));
        }
        if sum.percent() < least {
            let percent = sum.percent();
            self.below.push(format!("src/{name}: {percent:.2} % of lines ran; the bar is {least}"));
        }
        Ok(())
    }
}

impl Share {
    fn of(file: &Counted) -> Share {
        let ran = file.lines.values().filter(|count| **count > 0).count();
        Share { lines: file.lines.len(), ran }
    }

    /// Of a file without code: all of it.
    fn percent(self) -> f64 {
        if self.lines == 0 { 100.0 } else { 100.0 * self.ran as f64 / self.lines as f64 }
    }

    fn row(self, name: &str, wide: usize) -> String {
        format!("{name:<wide$}{:>8}{:>8}{:>9.2}\n", self.lines, self.ran, self.percent())
    }
}

/// The lines of a file that did not run, as `path:3-7`: a range has no line that ran.
fn gaps(file: &Counted) -> Vec<String> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let mut is_open = false;
    for (&line, &count) in &file.lines {
        match ranges.last_mut() {
            Some((_, last)) if count == 0 && is_open => *last = line,
            _ if count == 0 => ranges.push((line, line)),
            _ => {}
        }
        is_open = count == 0;
    }
    let path = &file.path;
    let named = |(first, last): (usize, usize)| match first == last {
        true => format!("{path}:{first}"),
        false => format!("{path}:{first}-{last}"),
    };
    ranges.into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULES: &[Module] = &[
        Module { name: "engine", percent_min: Some(75.0) },
        Module { name: "replica", percent_min: None },
    ];

    fn counted(path: &str, lines: &[(usize, u64)]) -> Counted {
        Counted { path: path.to_string(), lines: lines.iter().copied().collect() }
    }

    #[test]
    fn a_module_at_its_bar_passes_and_one_below_is_named() {
        let at = vec![counted("src/engine/a.rs", &[(1, 1), (2, 1), (3, 9), (4, 0)])];
        assert!(Report::new(MODULES, at).expect("lines were counted").below.is_empty());
        let below = vec![counted("src/engine/a.rs", &[(1, 1), (2, 1), (3, 0)])];
        let below = Report::new(MODULES, below).expect("lines were counted").below;
        assert_eq!(below, ["src/engine: 66.67 % of lines ran; the bar is 75"]);
    }

    #[test]
    fn the_files_of_a_module_are_summed_up() {
        let files = vec![
            counted("src/engine/a.rs", &[(1, 1), (2, 1)]),
            counted("src/engine/b.rs", &[(1, 1), (2, 0)]),
            counted("src/replica/c.rs", &[(1, 0)]),
        ];
        let text = Report::new(MODULES, files).expect("lines were counted").text;
        let row = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        assert!(row("src/engine in all").ends_with("       4       3    75.00"), "{text}");
        assert!(row("src/replica in all").ends_with("       1       0     0.00"), "{text}");
    }

    #[test]
    fn a_module_with_a_bar_that_was_not_counted_is_an_error() {
        let told = Report::new(MODULES, Vec::new()).err();
        assert_eq!(told.as_deref(), Some("no line of src/engine was counted"));
    }

    #[test]
    fn lines_that_did_not_run_are_named_as_ranges() {
        let lines = [(2, 0), (3, 1), (5, 0), (6, 0), (9, 0), (10, 4), (12, 0)];
        let named = gaps(&counted("src/engine/a.rs", &lines));
        assert_eq!(named, ["src/engine/a.rs:2", "src/engine/a.rs:5-9", "src/engine/a.rs:12"]);
        assert!(gaps(&counted("src/engine/a.rs", &[(1, 1)])).is_empty());
    }
}
