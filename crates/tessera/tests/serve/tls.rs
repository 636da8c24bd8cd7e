//! `[tls]` of the configuration, as an operator writes it.

use crate::support::{Server, fails, file, serve};
use rcgen::generate_simple_self_signed;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::tempdir;

/// A certificate and its key in a folder, and the configuration that names them.
fn certificate(folder: &Path) -> String {
    let made = generate_simple_self_signed(vec!["localhost".to_owned()]).expect("it is made");
    let certificate = file(folder, "cell.pem", &made.cert.pem());
    let key = file(folder, "cell.key.pem", &made.signing_key.serialize_pem());
    format!("[tls]\ncertificate = \"{}\"\nkey = \"{}\"\n", certificate.display(), key.display())
}

#[test]
fn with_tls_plain_http_gets_no_answer_and_a_hangup_reads_the_files_again() {
    let folder = tempdir().expect("a folder");
    let config = file(folder.path(), "tessera.toml", &certificate(folder.path()));
    let log = folder.path().join("log");
    let mut command = serve(&folder.path().join("data"));
    command.env("TESSERA_LOG", "info").arg("--config").arg(&config).stderr(File::create(&log).expect("a file"));
    let server = Server::start(&mut command);
    assert!(server.said.contains("serving cell 1 on https://127.0.0.1:"), "{}", server.said);
    assert!(server.said.contains("the operator's side is on http://127.0.0.1:"), "{}", server.said);
    let mut stream = TcpStream::connect(server.base.trim_start_matches("https://")).expect("it listens");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("it reads");
    let mut answer = Vec::new();
    // Where it does not read on, the rest of the connection is reset.
    let _ = stream.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/"), "{answer:?}");
    let said = || std::fs::read_to_string(&log).expect("there is a log");
    let hears = |words: &str| {
        server.signal("HUP");
        let begun = Instant::now();
        while !said().contains(words) && begun.elapsed() < Duration::from_secs(20) {
            std::thread::yield_now();
        }
        assert!(said().contains(words), "{}", said());
    };
    certificate(folder.path());
    hears("the certificates were read again");
    file(folder.path(), "cell.pem", "nothing");
    hears("the certificates are kept as they were");
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn files_of_tls_that_cannot_be_used_are_named_at_the_start() {
    let folder = tempdir().expect("a folder");
    let sound = certificate(folder.path());
    let absent = sound.replace("cell.key.pem", "absent.pem");
    for (config, part) in [
        (absent, "could not read a private key from"),
        ("[tls]\ncertificate = \"c.pem\"".to_owned(), "missing field `key`"),
        (format!("{sound}client_certificates = \"optional\"\n"), "needs `tls.client_ca`"),
        (format!("{sound}client_certificates = \"maybe\"\n"), "unknown variant `maybe`"),
        (format!("{sound}sides = \"admin\"\n"), "unknown variant `admin`"),
    ] {
        let path = file(folder.path(), "wrong.toml", &config);
        let said = fails(serve(&folder.path().join("data")).arg("--config").arg(&path));
        assert!(said.contains(part), "{config}: `{part}` is missing in: {said}");
    }
}
