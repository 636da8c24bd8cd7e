//! A little of everything in the cell, and its ids where the requests are drawn from: a random id is always unknown.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::cell::{CUSTOMER, Cell, METER, Role};

/// Words that a schema calls only a string, and that mean something to the cell.
const WORDS: &[&str] = &[
    "EUR",
    "QOS_CALLS",
    "tel:+31612345678",
    "+31612345678",
    "2026-01-01T00:00:00Z",
    "8928308280fffff",
    "198.51.100.7",
    "https://shop.example.org/told",
    SOURCE,
];

/// The meter's.
const SOURCE: &str = "src_01m85gr2mdf2jbcnev4w7rg63p";

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
    Ok(config(&[
        ("/resources/", resource),
        ("/offerings/", offering),
        ("/quotes/", quote),
        ("/tokens/", token),
        ("/v1/sessions/", session),
        ("/webhooks/", webhook),
        ("/parties/", CUSTOMER.to_owned()),
    ]))
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

/// Half of the paths' variables and a fifth of all texts are drawn from what is there.
fn config(ids: &[(&str, String)]) -> String {
    let named = [("/wallets/", "currency", WORDS[0]), ("/qos-profiles/", "name", WORDS[1])];
    let ids = ids.iter().map(|(folder, id)| (*folder, "id", id.as_str()));
    let variables: Vec<_> = ids.chain(named).collect();
    let mut dictionaries = String::from("[dictionaries]\n");
    let mut operations = String::new();
    for (number, (folder, variable, value)) in variables.iter().enumerate() {
        dictionaries += &format!("one_{number} = {{ values = [{value:?}] }}\n");
        operations += &format!(
            "[[operations]]\ninclude-path-regex = {folder:?}\n\
             parameters = {{ \"path.{variable}\" = {{ dictionary = \"one_{number}\", probability = 0.5 }} }}\n"
        );
    }
    let words: Vec<_> = variables.iter().map(|(_, _, value)| *value).chain(WORDS.iter().copied()).collect();
    format!(
        "{dictionaries}words = {{ values = {words:?} }}\n\n[generation.dictionaries]\n\
         string = {{ dictionary = \"words\", probability = 0.2 }}\n\n{operations}"
    )
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
