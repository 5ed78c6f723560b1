//! The demo as a newcomer meets it: the program starts, prints its address, answers there, and
//! ends with success on Ctrl-C.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "a test of a tool may ask for the time")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn ctrl_c_stops_the_demo_with_success() {
    let mut demo = start();
    let address = printed_address(&mut demo);
    assert!(page_at(&address).starts_with("HTTP/1.1 200 OK\r\n"));
    let pid = demo.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill exists");
    assert!(sent.success());
    assert_eq!(exit_code(&mut demo), Some(0));
}

fn start() -> Child {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_xtask"));
    demo.args(["demo", "--no-build"]).stdout(Stdio::piped()).spawn().expect("xtask was built")
}

/// The host and port in the first line that the program prints.
fn printed_address(demo: &mut Child) -> String {
    let output = demo.stdout.take().expect("the output is piped");
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).expect("the program prints");
    let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
    address.unwrap_or_else(|| panic!("no address in {line:?}")).to_string()
}

fn page_at(address: &str) -> String {
    let mut connection = TcpStream::connect(address).expect("the demo listens where it says");
    connection.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("the demo reads");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("the page is text");
    answer
}

/// The exit code, waiting no longer than ten seconds for it.
fn exit_code(demo: &mut Child) -> Option<i32> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(10) {
        if let Some(status) = demo.try_wait().expect("the child is ours") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    demo.kill().expect("the child is ours");
    panic!("the demo still runs ten seconds after Ctrl-C");
}
