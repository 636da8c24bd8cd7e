//! What happens in a cell, as others hear of it: the real binary, and receivers on real sockets that misbehave.

mod receiver;
#[expect(dead_code, reason = "these tests look at what a cell tells, not at what it prints")]
mod support;

use receiver::{Letter, Receiver};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;
use support::shop;
use support::{Caller, Server, file, serve};
use tempfile::tempdir;

/// A cell that may call this machine.
fn lab(folder: &Path) -> (PathBuf, PathBuf) {
    (folder.join("data"), file(folder, "tessera.toml", "[web]\nallow_loopback = true\n"))
}

fn start((data, config): &(PathBuf, PathBuf)) -> (Server, Caller) {
    let server = Server::start(serve(data).arg("--config").arg(config));
    let operator = Caller::operator(&server, data);
    (server, operator)
}

/// A webhook for top-ups at a receiver.
fn hook(operator: &Caller, receiver: &Receiver) -> Value {
    operator.post("/v1/webhooks", &json!({"url": receiver.url(), "types": ["wallet.topped_up"]}), 201)
}

fn top_up(operator: &Caller, customer: &str, amount_minor: u64) {
    let path = format!("/v1/parties/{customer}/top-ups");
    let body = json!({"currency": "EUR", "amount_minor": amount_minor});
    operator.post_keyed(&path, &format!("top-up-{amount_minor}"), &body, 201);
}

/// The amounts that were told, each once, in the order in which they were first told.
fn amounts(letters: &[Letter]) -> Vec<u64> {
    let mut seen = Vec::new();
    for letter in letters {
        let amount = letter.body["data"]["amount"]["minor"].as_u64().expect("an amount");
        if !seen.contains(&amount) {
            seen.push(amount);
        }
    }
    seen
}

#[test]
fn a_receiver_that_misbehaves_hears_everything_in_order_and_holds_up_no_other() {
    let folder = tempdir().expect("a folder");
    let lab = lab(folder.path());
    let (server, operator) = start(&lab);
    let customer = shop::open(&operator).customer;
    let (good, dead) = (Receiver::start(&[]), Receiver::start(&["hang"; 8]));
    let bad = [["500", "500", "slow"], ["close", "302", "204"]].map(|script| Receiver::start(&script));
    for receiver in [&dead, &bad[0], &bad[1], &good] {
        hook(&operator, receiver);
    }
    for amount in 1..=3 {
        top_up(&operator, &customer, amount);
    }
    assert_eq!(amounts(&good.letters(3)), [1, 2, 3]);
    dead.letters(1);
    for receiver in &bad {
        let told = receiver.letters(5);
        let order: Vec<u64> = told.iter().flat_map(|letter| amounts(std::slice::from_ref(letter))).collect();
        assert_eq!(order, [1, 1, 1, 2, 3], "until it is taken, what comes after it waits");
        assert!(told[..3].iter().all(|letter| letter.header("webhook-id") == told[0].header("webhook-id")));
    }
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn what_was_not_delivered_when_the_cell_was_killed_is_delivered_after() {
    let folder = tempdir().expect("a folder");
    let lab = lab(folder.path());
    let (server, operator) = start(&lab);
    let customer = shop::open(&operator).customer;
    // It takes nothing while the cell lives.
    let receiver = Receiver::start(&["hang"]);
    hook(&operator, &receiver);
    for amount in 1..=20 {
        top_up(&operator, &customer, amount);
    }
    receiver.letters(1);
    server.signal("KILL");
    server.wait();
    assert_eq!(receiver.heard(), 1);
    let (server, operator) = start(&lab);
    top_up(&operator, &customer, 21);
    let all: Vec<u64> = (1..=21).collect();
    assert_eq!(amounts(&receiver.letters(22)), all, "none is lost, and the first is told again");
    assert_eq!(receiver.heard(), 22, "nothing else is told twice");
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn a_receiver_that_is_gone_is_told_nothing_more_not_even_after_a_restart() {
    let folder = tempdir().expect("a folder");
    let lab = lab(folder.path());
    let (server, operator) = start(&lab);
    let customer = shop::open(&operator).customer;
    let (gone, good) = (Receiver::start(&["410"]), Receiver::start(&[]));
    hook(&operator, &gone);
    hook(&operator, &good);
    top_up(&operator, &customer, 1);
    good.letters(1);
    gone.letters(1);
    while operator.get("/v1/webhooks", 200)["items"][0].get("gone_at").is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    server.signal("KILL");
    server.wait();
    let (server, operator) = start(&lab);
    top_up(&operator, &customer, 2);
    good.letters(2);
    assert_eq!(gone.heard(), 1);
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn an_address_inside_is_not_called_unless_the_configuration_says_so() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Server::start(&mut serve(&data));
    let operator = Caller::operator(&server, &data);
    let receiver = Receiver::start(&[]);
    for url in [receiver.url(), receiver.url().replace("http:", "https:"), "https://2130706433/".to_owned()] {
        let refused = operator.post("/v1/webhooks", &json!({"url": url}), 422);
        assert_eq!(refused["code"], "address-forbidden", "{url}");
    }
    // Only its name is known before it is called.
    operator.post("/v1/webhooks", &json!({"url": "https://localhost/hook", "types": ["wallet.topped_up"]}), 201);
    let customer = shop::open(&operator).customer;
    top_up(&operator, &customer, 1);
    let letter = loop {
        match operator.get("/v1/dead-letters", 200)["items"].as_array().and_then(|items| items.first()) {
            Some(letter) => break letter.clone(),
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    assert_eq!(letter["reason"], "an address that is not of the public internet must not be called");
    assert_eq!(server.stop().code, Some(0));
}

/// The next event of a stream: its number and type.
fn next(stream: &mut impl BufRead) -> Option<(u64, String)> {
    let (mut id, mut kind) = (0, String::new());
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("id", number)) => id = number.parse().ok()?,
            Some(("event", name)) => name.clone_into(&mut kind),
            _ if line.trim_end().is_empty() && !kind.is_empty() => return Some((id, kind)),
            _ => {}
        }
    }
}

fn follow(base: &str, data: &Path, after: &str) -> BufReader<TcpStream> {
    let secret = std::fs::read_to_string(data.join("operator.secret")).expect("the secret is there");
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
    let head = format!("GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n{after}\r\n", secret.trim());
    stream.write_all(head.as_bytes()).expect("it reads");
    BufReader::new(stream)
}

#[test]
fn a_stream_goes_on_after_a_restart_where_it_was_and_holds_up_no_end() {
    let folder = tempdir().expect("a folder");
    let lab = lab(folder.path());
    let (server, operator) = start(&lab);
    let mut stream = follow(&server.base, &lab.0, "last-event-id: 0\r\n");
    let customer = shop::open(&operator).customer;
    let mut last = 0;
    while let Some((id, kind)) = next(&mut stream) {
        assert!(id > last, "in order");
        last = id;
        if kind == "offering.published" {
            break;
        }
    }
    server.signal("KILL");
    server.wait();
    assert_eq!(next(&mut stream), None);
    let (server, operator) = start(&lab);
    top_up(&operator, &customer, 5);
    let mut stream = follow(&server.base, &lab.0, &format!("last-event-id: {last}\r\n"));
    let (id, kind) = next(&mut stream).expect("it goes on");
    assert_eq!(kind, "wallet.topped_up");
    let mut again = follow(&server.base, &lab.0, "last-event-id: 0\r\n");
    let mut all = std::iter::from_fn(|| next(&mut again)).take_while(|(seen, _)| *seen <= id);
    assert!(all.any(|(_, kind)| kind == "party.registered"), "out of the journal");
    let told = std::time::Instant::now();
    assert_eq!(server.stop().code, Some(0));
    assert!(told.elapsed() < Duration::from_secs(9), "streams end; they are not waited for");
    assert_eq!(next(&mut stream), None);
}

#[test]
fn a_low_balance_is_told_right_behind_the_charge_that_caused_it() {
    let folder = tempdir().expect("a folder");
    let (server, operator) = start(&lab(folder.path()));
    let shop = shop::open(&operator);
    let token = operator.post_keyed("/v1/orders", "order", &shop.order(), 201)["id"].clone();
    let meter = operator.post("/v1/meters", &json!({}), 201)["id"].clone();
    let receiver = Receiver::start(&[]);
    operator.post("/v1/webhooks", &json!({"url": receiver.url(), "types": ["wallet.balance_low"]}), 201);
    let path = format!("/v1/wallets/EUR/low-balance?party={}", shop.customer);
    let set = operator.try_call("PUT", &path, "", &json!({"below_minor": 9_999}));
    assert_eq!(set.map(|(status, _)| status), Some(200));
    let charge = json!({"token": token, "source": meter, "sequence": 1, "quantity": 1});
    let began = std::time::Instant::now();
    operator.post("/v1/usage", &charge, 200);
    let answered = began.elapsed();
    let letters = receiver.letters(1);
    println!("charged after {answered:?}, told after {:?}", began.elapsed());
    let data = &letters[0].body["data"];
    assert_eq!((&data["available"]["minor"], &data["below"]["minor"]), (&json!(9_998), &json!(9_999)));
    operator.post("/v1/usage", &json!({"token": token, "source": meter, "sequence": 2, "quantity": 1}), 200);
    assert_eq!(server.stop().code, Some(0));
    assert_eq!(receiver.heard(), 1, "once");
}
