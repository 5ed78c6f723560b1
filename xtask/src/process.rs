//! Child processes: owns how one is run, how its output is shown or kept, and how its failure is
//! told. It must not know which programs exist. Commands come from the other modules.

use crate::{Outcome, paths};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long output is still read after a process has ended. A browser that a test left behind
/// keeps the pipe open; without this limit it would hold up everything after it.
const LATE_OUTPUT_MAX: Duration = Duration::from_secs(2);

/// What a process left behind.
pub struct Finished {
    pub success: bool,
    /// Standard output and error, line by line as they came.
    pub text: String,
}

/// A call of the cargo that runs this program, from the root of the tree.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(paths::root()).env("CARGO_TARGET_DIR", paths::target());
    command
}

/// Runs a command whose output goes straight to the terminal.
///
/// # Errors
/// The command line, with why it could not start or how it ended.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", line(command))) }
}

/// Runs a command quietly and returns its standard output.
///
/// # Errors
/// The command line, how it ended, and the beginning and end of what it printed.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|error| not_started(command, &error))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let both = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
    Err(format!("`{}` ended with {}\n{}", line(command), output.status, shortened(&both)))
}

/// Runs a command, shows its output while it comes, and keeps it.
///
/// # Errors
/// Only when the command could not start; a failing one is in [`Finished::success`].
pub fn tee(command: &mut Command) -> Outcome<Finished> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| not_started(command, &error))?;
    let (sender, lines) = channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);
    let text = show_until_ended(&lines, &mut child);
    let status = child.wait().map_err(|error| format!("`{}`: {error}", line(command)))?;
    Ok(Finished { success: status.success(), text })
}

/// Sends each line of a stream, with its line feed.
fn forward(stream: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            if sender.send(String::from_utf8_lossy(&bytes).into_owned()).is_err() {
                return;
            }
            bytes.clear();
        }
    });
}

/// Prints and collects lines until both streams are closed, or the process has ended and
/// [`LATE_OUTPUT_MAX`] has passed.
fn show_until_ended(lines: &Receiver<String>, child: &mut Child) -> String {
    let mut text = String::new();
    let mut ended_at = None;
    while ended_at.is_none_or(|at: Instant| at.elapsed() < LATE_OUTPUT_MAX) {
        match lines.recv_timeout(Duration::from_millis(50)) {
            Ok(line) => {
                print!("{line}");
                let _ = std::io::stdout().flush();
                text.push_str(&line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if ended_at.is_none() && !matches!(child.try_wait(), Ok(None)) {
            ended_at = Some(Instant::now());
        }
    }
    text
}

/// The command as a person would type it.
pub fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The first and the last lines of a text: tools tell the reason in either.
fn shortened(text: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<&str> = text.trim().lines().collect();
    if lines.len() <= 2 * LINES {
        return lines.join("\n");
    }
    [&lines[..LINES], &["…"], &lines[lines.len() - LINES..]].concat().join("\n")
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not start: {error}", line(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_told_with_its_line_and_its_words() {
        let told = output(Command::new("cargo").arg("no-such-command")).expect_err("must fail");
        assert!(told.contains("cargo no-such-command"), "{told}");
        assert!(told.contains("no such command"), "{told}");
    }

    #[test]
    fn a_command_that_does_not_exist_is_named() {
        let told = run(&mut Command::new("no-such-program-here")).expect_err("must fail");
        assert!(told.contains("no-such-program-here"), "{told}");
    }

    #[test]
    fn shown_output_is_kept_from_both_streams() {
        let finished = tee(Command::new("cargo").arg("--version")).expect("cargo is installed");
        assert!(finished.success);
        assert!(finished.text.starts_with("cargo 1."), "{}", finished.text);
        let failed = tee(Command::new("cargo").arg("no-such-command")).expect("cargo starts");
        assert!(!failed.success);
        assert!(failed.text.contains("no such command"), "{}", failed.text);
    }

    #[cfg(unix)]
    #[test]
    fn a_process_left_behind_does_not_hold_up_the_rest() {
        let started = Instant::now();
        let finished = tee(Command::new("sh").args(["-c", "sleep 20 & echo gone"]));
        assert!(finished.expect("sh starts").text.contains("gone"));
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_long_output_is_shortened_in_its_middle() {
        let text: String = (1..=100).map(|number| format!("{number}\n")).collect();
        let short = shortened(&text);
        assert!(short.starts_with("1\n") && short.ends_with("\n100"), "{short}");
        assert_eq!(short.lines().count(), 41);
        assert_eq!(shortened("a\nb\n"), "a\nb");
    }
}
