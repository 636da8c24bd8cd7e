//! A little of everything in the cell, and its ids where the requests are drawn from: a random id is always unknown.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::cell::{CUSTOMER, Cell, METER, Role};

/// The meter's.
const SOURCE: &str = "src_01m85gr2mdf2jbcnev4w7rg63p";
const PHONE: &str = "+31612345678";

/// Words that a schema calls only a string, and that mean something to the cell.
const WORDS: &[&str] = &["EUR", "QOS_CALLS", "2026-01-01T00:00:00Z", "8928308280fffff", "198.51.100.7", SOURCE];

/// Makes it through the API, and returns the configuration of Schemathesis.
pub fn make(cell: &Cell) -> Result<String> {
    let (operator, customer, meter) =
        (Caller(cell, Role::Operator), Caller(cell, Role::Customer), Caller(cell, Role::Meter));
    operator.post("/v1/parties", &json!({"id": CUSTOMER, "kind": "consumer", "personal": {"name": "Ada"}}))?;
    operator.post("/v1/parties", &json!({"id": METER, "kind": "partner"}))?;
    operator.post(&format!("/v1/parties/{CUSTOMER}/wallets"), &json!({"currency": "EUR"}))?;
    let money = json!({"currency": "EUR", "amount_minor": 100_000_000});
    operator.post(&format!("/v1/parties/{CUSTOMER}/top-ups"), &money)?;
    operator.call("PUT", "/v1/profiles/0", &json!({"hourly_ppm": vec![100_000; 168]}))?;
    let resource = json!({"name": "upf-1", "class": "core", "nominal": 1_000, "floor_ppm": 100_000, "profile": 0});
    let resource = operator.post("/v1/resources", &resource)?;
    let offering = operator.post("/v1/offerings", &calls())?;
    let order = json!({"offering": offering, "place": {"lat": 52.37, "lon": 4.9}, "window": {"duration_s": 86_400}});
    let quote = customer.post("/v1/quotes", &order)?;
    let token = customer.post("/v1/orders", &order)?;
    let session = json!({"token": token, "device": "tel:+31612345678", "duration_s": 3_600});
    let session = customer.post("/v1/sessions", &session)?;
    let webhook = customer.post("/v1/webhooks", &json!({"url": "https://shop.example.org/told"}))?;
    meter.post("/v1/meters", &json!({"id": SOURCE}))?;
    let paths = [
        ("/resources/", "path.id", json!(resource)),
        ("/offerings/", "path.id", json!(offering)),
        ("/quotes/", "path.id", json!(quote)),
        ("/tokens/", "path.id", json!(token)),
        ("/v1/sessions/", "path.id", json!(session)),
        ("/webhooks/", "path.id", json!(webhook)),
        ("/parties/", "path.id", json!(CUSTOMER)),
        ("/wallets/", "path.currency", json!("EUR")),
        ("/members/", "path.party", json!(METER)),
        ("/qos-profiles/", "path.name", json!("QOS_CALLS")),
    ];
    let bodies = [
        ("", "body.party", json!(CUSTOMER)),
        ("", "body.offering", json!(offering)),
        ("", "body.token", json!(token)),
        ("", "body.source", json!(SOURCE)),
        ("", "body.currency", json!("EUR")),
        ("", "body.qosProfile", json!("QOS_CALLS")),
        ("", "body.duration", json!(600)),
        ("", "body.duration_s", json!(600)),
        ("", "body.window.duration_s", json!(600)),
        ("", "body.applicationServer.ipv4Address", json!("198.51.100.7")),
        ("", "body.place.lat", json!(52.37)),
        ("", "body.place.lon", json!(4.9)),
        ("", "body.to", json!(METER)),
        ("/v1/sessions$", "body.device", json!(format!("tel:{PHONE}"))),
        ("/v1/orders", "body.device", json!(format!("tel:{PHONE}"))),
        ("/quality-on-demand/", "body.device.phoneNumber", json!(PHONE)),
    ];
    Ok(config(paths.iter().map(|row| (row, 0.5)).chain(bodies.iter().map(|row| (row, 0.9)))))
}

/// Metered calls: they need nothing of the network.
fn calls() -> Value {
    json!({
        "name": "Calls", "capability": "inference", "qos_profile": "QOS_CALLS",
        "terms": {"latency_ms_max": 0, "percentile_ppm": 0, "downlink_kbps_min": 0, "uplink_kbps_min": 0,
                  "window_length_max_s": 86_400},
        "price": {"currency": "EUR", "usage": {"unit": "call", "rate_minor": 2, "per_quantity": 1}},
        "guarantee": {"assurance_window_s": 60, "samples_min": 1},
        "remedy": {"per_broken_window_ppm": 0, "cap_ppm": 0},
    })
}

/// Which operations (all of them when it is empty), which part of their requests, and what is there.
type Row = (&'static str, &'static str, Value);

/// Draws each of them from what is there, with its probability, and a fifth of all other texts from [`WORDS`].
fn config<'a>(rows: impl Iterator<Item = (&'a Row, f32)>) -> String {
    let mut dictionaries = format!("[dictionaries]\nwords = {{ values = {WORDS:?} }}\n");
    let (mut everywhere, mut operations) = (String::from("[parameters]\n"), String::new());
    for (number, ((path, part, value), probability)) in rows.enumerate() {
        dictionaries += &format!("one_{number} = {{ values = [{value}] }}\n");
        let bound = format!("\"{part}\" = {{ dictionary = \"one_{number}\", probability = {probability} }}");
        if path.is_empty() {
            everywhere += &format!("{bound}\n");
        } else {
            operations += &format!("[[operations]]\ninclude-path-regex = \"{path}\"\nparameters = {{ {bound} }}\n");
        }
    }
    let texts = "[generation.dictionaries]\nstring = { dictionary = \"words\", probability = 0.2 }\n";
    [dictionaries, everywhere, texts.to_owned(), operations].join("\n")
}

/// Calls the cell as someone.
struct Caller<'a>(&'a Cell, Role);

impl Caller<'_> {
    /// Makes something; its id.
    fn post(&self, path: &str, body: &Value) -> Result<String> {
        let made = self.call("POST", path, body)?;
        Ok(made["id"].as_str().unwrap_or_default().to_owned())
    }

    /// One request on a connection of its own; anything but success is an error.
    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let Self(cell, role) = self;
        let host = cell.base(*role).trim_start_matches("http://");
        let (secret, body) = (cell.secret(*role).unwrap_or_default(), body.to_string());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\n\
             Idempotency-Key: sample\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(host).with_context(|| format!("calling {host}"))?;
        stream.write_all((head + &body).as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).with_context(|| format!("{method} {path}"))?;
        let (head, body) = answer.split_once("\r\n\r\n").context("an answer has a head")?;
        ensure!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
        match body {
            "" => Ok(Value::Null),
            body => serde_json::from_str(body).with_context(|| format!("{method} {path}: {answer}")),
        }
    }
}
