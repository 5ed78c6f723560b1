//! A small HTTP/1.1 file server for one person's browser: owns requests, answers and content
//! types. It must not know which folders are served. GET and HEAD only, one request for each
//! connection, nothing outside of the folders.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// More than any browser sends before the empty line.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Browsers open connections ahead of use and may never send anything over them.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is served.
#[derive(Clone)]
pub struct Site {
    /// The first one whose prefix fits answers.
    pub folders: Vec<Folder>,
}

/// A folder and the beginning of the addresses that lead into it.
#[derive(Clone)]
pub struct Folder {
    /// Begins and ends with a slash.
    pub prefix: &'static str,
    pub place: PathBuf,
}

/// Answers until the process ends, each connection in a thread of its own.
pub fn serve(listener: &TcpListener, site: &Site) {
    for connection in listener.incoming() {
        // A connection that was gone before it was accepted concerns nobody else.
        let Ok(connection) = connection else { continue };
        let site = site.clone();
        // An error here means that the browser went away: there is nobody to tell.
        thread::spawn(move || answer(connection, &site).ok());
    }
}

fn answer(mut connection: TcpStream, site: &Site) -> std::io::Result<()> {
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    let head = read_head(&mut connection)?;
    let answer = answer_to(&head, site);
    connection.write_all(answer.head().as_bytes())?;
    if !head.starts_with("HEAD ") {
        connection.write_all(&answer.body)?;
    }
    connection.flush()
}

/// Everything before the empty line, or as much of it as is allowed.
fn read_head(connection: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while head.len() < HEAD_BYTES_MAX && !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match connection.read(&mut chunk)? {
            0 => break,
            count => head.extend_from_slice(&chunk[..count]),
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

struct Answer {
    status: &'static str,
    content_type: &'static str,
    body: Vec<u8>,
}

impl Answer {
    fn words(status: &'static str) -> Answer {
        let body = format!("{status}\n").into_bytes();
        Answer { status, content_type: "text/plain; charset=utf-8", body }
    }

    fn head(&self) -> String {
        let allow = if self.status.starts_with("405") { "Allow: GET, HEAD\r\n" } else { "" };
        // A reload must show what was just built.
        format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{allow}\
             Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
             Connection: close\r\n\r\n",
            self.status,
            self.content_type,
            self.body.len(),
        )
    }
}

fn answer_to(head: &str, site: &Site) -> Answer {
    let mut words = head.lines().next().unwrap_or_default().split(' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    let (Some(method), Some(target), Some(true)) =
        (method, target, version.map(|version| version.starts_with("HTTP/1.")))
    else {
        return Answer::words("400 Bad Request");
    };
    if !matches!(method, "GET" | "HEAD") {
        return Answer::words("405 Method Not Allowed");
    }
    let Some(path) = plain_path(target) else {
        return Answer::words("400 Bad Request");
    };
    let Some(file) = file_of(&path, site) else {
        return Answer::words("404 Not Found");
    };
    match std::fs::read(&file) {
        Ok(body) => Answer { status: "200 OK", content_type: content_type(&file), body },
        Err(_) => Answer::words("404 Not Found"),
    }
}

/// The path of a request's target, decoded; nothing if it is malformed or climbs.
fn plain_path(target: &str) -> Option<String> {
    let encoded = target.split(['?', '#']).next().unwrap_or_default();
    let mut bytes = Vec::new();
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    let path = String::from_utf8(bytes).ok()?;
    let climbs = path.split('/').any(|part| part == ".." || part == ".");
    let is_plain = path.starts_with('/') && !path.contains(['\\', '\0', ':']);
    (is_plain && !climbs).then_some(path)
}

/// The file that an address leads to; a folder leads to its `index.html`.
fn file_of(path: &str, site: &Site) -> Option<PathBuf> {
    let folder = site.folders.iter().find(|folder| path.starts_with(folder.prefix))?;
    let mut file = folder.place.join(path[folder.prefix.len()..].trim_start_matches('/'));
    if file.is_dir() {
        file = file.join("index.html");
    }
    // A symbolic link must not lead out of the folder either.
    let (file, place) = (file.canonicalize().ok()?, folder.place.canonicalize().ok()?);
    (file.starts_with(place) && file.is_file()).then_some(file)
}

/// The type by the extension; browsers compile wasm while it streams only under its own type.
fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map" | "ipynb") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("txt" | "md" | "ts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    /// Starts the server for `site` on a free port, sends one request, returns the whole answer.
    pub fn fetch(site: Site, request: &str) -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a bound listener has an address");
        thread::spawn(move || serve(&listener, &site));
        let mut connection = TcpStream::connect(address).expect("the server listens");
        connection.write_all(request.as_bytes()).expect("the server reads");
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).expect("the server answers and closes");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A site of two folders with a secret beside them.
    fn site(name: &str) -> Site {
        let base = std::env::temp_dir().join(format!("keepfast-{}-{name}", std::process::id()));
        for folder in ["www/sub", "dist"] {
            std::fs::create_dir_all(base.join(folder)).expect("the folder of temporary files");
        }
        for (file, text) in [
            ("www/index.html", "<p>page</p>"),
            ("www/sub/index.html", "<p>sub</p>"),
            ("www/a b.js", "code"),
            ("dist/keepfast.wasm", "\0asm"),
            ("secret.txt", "secret"),
        ] {
            std::fs::write(base.join(file), text).expect("the folder exists");
        }
        Site {
            folders: vec![
                Folder { prefix: "/keepfast/", place: base.join("dist") },
                Folder { prefix: "/", place: base.join("www") },
            ],
        }
    }

    fn get(name: &str, target: &str) -> String {
        fetch(site(name), &format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n"))
    }

    #[test]
    fn a_folder_is_answered_with_its_index() {
        let answer = get("index", "/");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("Content-Length: 11\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n<p>page</p>"), "{answer}");
        assert!(get("index", "/sub/").ends_with("<p>sub</p>"));
    }

    #[test]
    fn each_prefix_leads_to_its_folder_with_the_right_type() {
        let wasm = get("types", "/keepfast/keepfast.wasm");
        assert!(wasm.contains("Content-Type: application/wasm\r\n"), "{wasm}");
        let script = get("types", "/a%20b.js?fresh#top");
        assert!(script.contains("Content-Type: text/javascript; charset=utf-8\r\n"), "{script}");
    }

    #[test]
    fn head_has_the_length_but_no_body() {
        let answer = fetch(site("head"), "HEAD / HTTP/1.1\r\n\r\n");
        assert!(answer.contains("Content-Length: 11\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }

    #[test]
    fn other_methods_are_refused() {
        let answer = fetch(site("post"), "POST / HTTP/1.1\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
        assert!(answer.contains("Allow: GET, HEAD\r\n"), "{answer}");
    }

    #[test]
    fn no_address_leads_out_of_the_folders() {
        for target in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/sub/../../secret.txt",
            "/..\\secret.txt",
            "/keepfast/../../secret.txt",
            "//secret.txt",
            "secret.txt",
            "/%zz",
            "/%ff",
            "/\0",
        ] {
            let answer = get("climb", target);
            assert!(answer.starts_with("HTTP/1.1 40"), "{target}: {answer}");
            assert!(!answer.contains("\r\n\r\nsecret"), "{target}: {answer}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let site = site("link");
        let place = &site.folders[1].place;
        let link = place.join("link.txt");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(place.join("../secret.txt"), link).expect("links exist here");
        let answer = fetch(site, "GET /link.txt HTTP/1.1\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    }

    #[test]
    fn nonsense_is_a_bad_request() {
        for head in ["\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / SPDY\r\n\r\n"] {
            let answer = fetch(site("nonsense"), head);
            assert!(answer.starts_with("HTTP/1.1 400 "), "{head:?}: {answer}");
        }
    }
}
