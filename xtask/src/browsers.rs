//! Browsers and their drivers: owns where each may be installed. It must not know how one is
//! installed (setup does) or what runs in it. The places come from the environment, the search
//! path, `target/tools`, and macOS' application folder.

use crate::paths;
use std::path::PathBuf;
use std::process::Command;

/// A program that a browser test needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Program {
    Chromium,
    Chromedriver,
    Firefox,
    Geckodriver,
}

impl Program {
    pub const ALL: [Program; 4] =
        [Program::Chromium, Program::Chromedriver, Program::Firefox, Program::Geckodriver];

    /// The variable that overrides the search, and tells child processes what was found.
    pub fn variable(self) -> &'static str {
        match self {
            Program::Chromium => "KEEPFAST_CHROMIUM",
            Program::Chromedriver => "KEEPFAST_CHROMEDRIVER",
            Program::Firefox => "KEEPFAST_FIREFOX",
            Program::Geckodriver => "KEEPFAST_GECKODRIVER",
        }
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Program::Chromium => {
                &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
            }
            Program::Chromedriver => &["chromedriver", "chromium.chromedriver"],
            Program::Firefox => &["firefox-esr", "firefox"],
            Program::Geckodriver => &["geckodriver"],
        }
    }

    fn applications(self) -> &'static [&'static str] {
        match self {
            Program::Chromium => &[
                "Google Chrome.app/Contents/MacOS/Google Chrome",
                "Chromium.app/Contents/MacOS/Chromium",
            ],
            Program::Firefox => &["Firefox.app/Contents/MacOS/firefox"],
            Program::Chromedriver | Program::Geckodriver => &[],
        }
    }
}

/// The place of a program, if it is installed.
pub fn find(program: Program) -> Option<PathBuf> {
    if let Some(given) = std::env::var_os(program.variable()).filter(|given| !given.is_empty()) {
        return Some(given.into());
    }
    candidates(program).into_iter().find(|place| place.is_file())
}

/// Tells a child process where the browsers and drivers are, by [`Program::variable`].
pub fn tell(command: &mut Command) {
    for program in Program::ALL {
        if let Some(place) = find(program) {
            command.env(program.variable(), place);
        }
    }
}

fn candidates(program: Program) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = program.names().iter().map(|name| paths::tool(name)).collect();
    for name in program.names() {
        places.extend(std::env::split_paths(&path).map(|folder| folder.join(name)));
    }
    let applications = program.applications().iter();
    places.extend(applications.map(|inner| PathBuf::from("/Applications").join(inner)));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installed_tool_comes_before_the_search_path() {
        let places = candidates(Program::Geckodriver);
        assert_eq!(places[0], paths::tool("geckodriver"));
        assert!(places.len() > 1, "the search path is looked at too");
    }

    #[test]
    fn mac_applications_are_looked_at_last() {
        let last = candidates(Program::Firefox).pop().expect("there are candidates");
        assert!(last.starts_with("/Applications"), "{last:?}");
    }

    #[test]
    fn every_program_has_a_variable_of_its_own() {
        let mut names: Vec<_> = Program::ALL.iter().map(|program| program.variable()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Program::ALL.len());
    }
}
