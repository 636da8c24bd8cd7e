//! What the real binary writes about its requests: a line for each that its caller can find again, and nothing of what is
//! secret or somebody's.

use crate::support::{Server, prints, serve, shop, tessera};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// The most that our crates can say.
const EVERYTHING: &str = "info,northbound=trace,node=trace,southbound=trace,engine=trace,journal=trace,tessera=trace";
/// What must not be found. None of it is a word that is written for another reason.
const PHONE: &str = "+31655501234";
const PRIVATE_ADDRESS: &str = "203.0.113.77";
const NAME: &str = "Wilhelmina van Zanten";
const CONTACT: &str = "wilhelmina@private.example";
const SINK: &str = "https://sink-of-somebody.example/callback";
const SINK_SECRET: &str = "sinksecret8f3b1c";
const KEY: &str = "idempotencykey-5c1d77";
const GUESS: &str = "guessedbearer-41aa09";
const QUERY: &str = "queryvalue-77b0e2";

/// A cell that logs everything to a file.
struct Logged {
    folder: TempDir,
    server: Server,
    secret: String,
    sent: usize,
}

impl Logged {
    fn start(format: &str) -> Self {
        let folder = tempdir().expect("a folder");
        let log = File::create(folder.path().join("log")).expect("a file");
        let data = folder.path().join("data");
        let mut command = serve(&data);
        command.env("TESSERA_LOG", EVERYTHING).args(["--log-format", format, "--network-driver", "twin"]).stderr(log);
        let server = Server::start(&mut command);
        let secret = std::fs::read_to_string(data.join("operator.secret")).expect("the secret is there");
        Self { folder, server, secret: secret.trim().to_owned(), sent: 0 }
    }

    /// Sends a request of raw headers, with a correlator of its own; the whole answer.
    fn send(&mut self, bearer: &str, line: &str, headers: &str, body: &Value) -> String {
        self.sent += 1;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let address = self.server.admin.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("it listens");
        let request = format!(
            "{line} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {bearer}\r\nx-correlator: correlator-{}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
            self.sent,
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// Stops it; what it wrote.
    fn end(self) -> String {
        assert_eq!(self.server.stop().code, Some(0));
        std::fs::read_to_string(self.folder.path().join("log")).expect("there is a log")
    }
}

fn body_of(answer: &str) -> Value {
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    serde_json::from_str(body).unwrap_or(Value::Null)
}

/// Everything that a request can carry, accepted and refused. Also what came back that is secret.
fn drive(logged: &mut Logged) -> Vec<String> {
    let operator = logged.secret.clone();
    let key = format!("idempotency-key: {KEY}\r\n");
    let party = json!({"kind": "consumer", "personal": {"name": NAME, "contact": CONTACT}});
    let party = body_of(&logged.send(&operator, "POST /v1/parties", "", &party));
    let party = party["id"].as_str().expect("it is registered").to_owned();
    let wallet = format!("POST /v1/parties/{party}/wallets");
    logged.send(&operator, &wallet, "", &json!({"currency": "EUR"}));
    let top_up = format!("POST /v1/parties/{party}/top-ups");
    logged.send(&operator, &top_up, &key, &json!({"currency": "EUR", "amount_minor": 10_000}));
    let offering = body_of(&logged.send(&operator, "POST /v1/offerings", "", &shop::calls()));
    let order = json!({
        "party": party, "offering": offering["id"], "device": format!("tel:{PHONE}"),
        "place": {"lat": 52.37, "lon": 4.90}, "window": {"duration_s": 3_600},
    });
    let answer = logged.send(&operator, "POST /v1/orders", &format!("idempotency-key: {KEY}-2\r\n"), &order);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let token = body_of(&answer);
    let entitlement = token["entitlement"].as_str().unwrap_or_default().to_owned();
    let id = token["id"].as_str().unwrap_or_default().to_owned();
    let presented = format!("tessera-entitlement: {entitlement}\r\n");
    let call = json!({"token": id, "device": {"phoneNumber": PHONE}, "duration_s": 60});
    let session = json!({
        "device": {"phoneNumber": PHONE, "ipv4Address": {"publicAddress": PRIVATE_ADDRESS, "publicPort": 4_711}},
        "applicationServer": {"ipv4Address": PRIVATE_ADDRESS}, "qosProfile": "QOS_CALLS", "duration": 60, "sink": SINK,
        "sinkCredential": {
            "credentialType": "ACCESSTOKEN", "accessToken": SINK_SECRET, "accessTokenType": "bearer",
            "accessTokenExpiresUtc": "2030-01-01T00:00:00Z",
        },
    });
    for bearer in [operator.as_str(), GUESS] {
        logged.send(bearer, "POST /v1/sessions", &presented, &call);
        logged.send(bearer, "POST /v1/sessions", "", &call);
        logged.send(bearer, "POST /quality-on-demand/v1/sessions", &key, &session);
        logged.send(bearer, "POST /v1/quotes", &key, &order);
        logged.send(bearer, "POST /v1/qualifications", "", &order);
        logged.send(bearer, &format!("GET /v1/tokens?after={QUERY}"), "", &Value::Null);
        logged.send(bearer, &format!("GET /v1/tokens/{QUERY}"), &presented, &Value::Null);
        logged.send(bearer, &format!("GET /{PHONE}/{QUERY}?phone={PHONE}"), "", &Value::Null);
        logged.send(bearer, "POST /v1/orders", &key, &json!({"unknown": NAME, "contact": CONTACT}));
        logged.send(bearer, &format!("DELETE /v1/parties/{party}/personal-data"), "", &Value::Null);
    }
    vec![operator, entitlement]
}

#[test]
fn every_request_is_logged_and_nothing_of_what_it_carries() {
    let mut logged = Logged::start("text");
    let secret = drive(&mut logged);
    let sent = logged.sent;
    let log = logged.end();
    for number in 1..=sent {
        let line = format!("correlator=\"correlator-{number}\"");
        assert!(log.contains(&line), "request {number} is not logged:\n{log}");
    }
    assert!(log.contains("route=\"/v1/orders\"") && log.contains("client="), "{log}");
    let known = [PHONE, PRIVATE_ADDRESS, NAME, CONTACT, SINK, SINK_SECRET, KEY, GUESS, QUERY];
    for secret in secret.iter().map(String::as_str).chain(known) {
        assert!(secret.len() > 8, "{secret} is too short to be looked for");
        let bare = secret.trim_start_matches('+');
        let line = log.lines().find(|line| line.contains(bare));
        assert_eq!(line, None, "`{secret}` is logged");
    }
}

#[test]
fn as_json_every_line_is_an_object_with_the_request_in_it() {
    let mut logged = Logged::start("json");
    let operator = logged.secret.clone();
    let answer = logged.send(&operator, "GET /v1/books", "", &Value::Null);
    assert!(answer.contains("x-correlator: correlator-1\r\n"), "{answer}");
    let log = logged.end();
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect();
    let line = lines.iter().find(|line| line["span"]["correlator"] == "correlator-1").expect("the request is logged");
    let span = &line["span"];
    assert_eq!((&span["method"], &span["route"], &span["side"]), (&json!("GET"), &json!("/v1/books"), &json!("admin")));
    assert_eq!((&span["status"], &line["message"]), (&json!(200), &json!("answered")));
    assert!(line["took_us"].is_u64() && span["client"].is_string(), "{line}");
}

#[test]
fn a_listener_without_tls_that_others_reach_is_warned_of() {
    let folder = tempdir().expect("a folder");
    let log = folder.path().join("log");
    let start = |listen: &str| {
        let mut command = serve(&folder.path().join("data"));
        command.args(["--listen", listen]).stderr(File::create(&log).expect("a file"));
        assert_eq!(Server::start(&mut command).stop().code, Some(0));
        std::fs::read_to_string(&log).expect("there is a log")
    };
    assert!(start("0.0.0.0:0").contains("secrets travel in the clear"));
    assert!(!start("127.0.0.1:0").contains("secrets travel in the clear"));
    assert!(prints(tessera().args(["serve", "--help"])).contains("--log-format") && Path::new(&log).exists());
}
