//! `cargo xtask demo`: owns which folders make up the demo's address space, and how it starts and
//! stops. It must not know HTTP (the server does) or what the pages do. The pages come from
//! `www/`, the package they import from `pkg/dist`.

mod server;

use crate::{Outcome, build, paths};
use server::{Folder, Site};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};

/// Builds everything and serves the demo until Ctrl-C.
///
/// `--port N` asks for a port; without it, a free one is taken. `--no-build` serves what is there.
///
/// # Errors
/// A build that failed, or a port that is taken.
pub fn run(args: &[String]) -> Outcome {
    let options = options(args)?;
    if options.build {
        build::run(&[])?;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
        .map_err(|error| format!("port {}: {error}", options.port))?;
    stop_on_ctrl_c()?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("The playground is at http://{address}/ (Ctrl-C stops it)");
    server::serve(&listener, &site());
    Ok(())
}

/// The pages, and the package under the name that their import map gives it.
fn site() -> Site {
    let root = paths::root();
    Site {
        folders: vec![
            Folder { prefix: "/keepfast/", place: root.join("pkg/dist") },
            Folder { prefix: "/", place: root.join("www") },
        ],
    }
}

fn stop_on_ctrl_c() -> Outcome {
    let stop = || {
        // Nobody may be reading any more; that must not keep the demo from stopping.
        let _ = writeln!(std::io::stdout(), "\nstopped");
        std::process::exit(0);
    };
    ctrlc::set_handler(stop).map_err(|error| format!("Ctrl-C cannot be handled: {error}"))
}

#[derive(Debug, PartialEq)]
struct Options {
    /// 0 stands for any free port.
    port: u16,
    build: bool,
}

fn options(args: &[String]) -> Outcome<Options> {
    let mut options = Options { port: 0, build: true };
    let mut words = args.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "--no-build" => options.build = false,
            "--port" => {
                let port = words.next().and_then(|number| number.parse().ok());
                options.port = port.ok_or("--port needs a number from 0 to 65535")?;
            }
            _ => {
                return Err(format!("unknown argument {word:?}; known: --port N, --no-build"));
            }
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_string).collect()
    }

    #[test]
    fn a_free_port_and_a_build_are_the_default() {
        assert_eq!(options(&[]), Ok(Options { port: 0, build: true }));
        let given = options(&words("--no-build --port 8080"));
        assert_eq!(given, Ok(Options { port: 8080, build: false }));
    }

    #[test]
    fn a_bad_port_is_refused() {
        for bad in ["--port", "--port many", "--port 70000", "--prot 80"] {
            assert!(options(&words(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_page_is_served_from_the_site() {
        let answer = server::tests::fetch(site(), "GET / HTTP/1.1\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("Content-Type: text/html; charset=utf-8\r\n"), "{answer}");
        assert!(answer.contains("/keepfast/index.js"), "the import map names the package");
    }
}
