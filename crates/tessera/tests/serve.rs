//! `tessera serve` as an operator meets it: the real binary, on a port and in a folder of its own.

#[path = "serve/books.rs"]
mod books;
#[path = "serve/crowded.rs"]
mod crowded;
#[path = "serve/logs.rs"]
mod logs;
#[path = "serve/nchf.rs"]
mod nchf;
#[path = "serve/offerings.rs"]
mod offerings;
mod support;
#[path = "serve/telemetry.rs"]
mod telemetry;
#[path = "serve/tls.rs"]
mod tls;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use support::shop;
use support::{Caller, Server, fails, file, prints, serve, tessera, text};
use tempfile::tempdir;

#[test]
fn an_empty_folder_becomes_a_cell_where_a_customer_can_buy() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Server::start(&mut serve(&data));
    assert!(server.said.contains("serving cell 1 on http://127.0.0.1:"), "{}", server.said);
    assert!(server.said.contains("operator.secret"), "{}", server.said);
    let operator = Caller::operator(&server, &data);
    for secret in ["cell.key", "operator.secret"] {
        let mode = std::fs::metadata(data.join(secret)).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{secret} is its owner's alone");
    }
    operator.get("/healthz", 200);
    operator.get("/readyz", 200);
    assert_eq!(operator.get("/v1/offerings", 200)["items"], json!([]));
    Caller::new(&server.base, "guessed").get("/v1/offerings", 401);
    let shop = shop::open(&operator);
    assert_eq!(server.stop().code, Some(0));

    let made = prints(tessera().args(["credential", "--role", "customer", "--party", &shop.customer]));
    let secret = made.split("Bearer ").nth(1).and_then(|rest| rest.lines().next()).expect("it shows the secret");
    let config = file(folder.path(), "tessera.toml", &made);
    let server = Server::start(serve(&data).arg("--config").arg(&config));
    let customer = Caller::new(&server.base, secret);
    let token = customer.post_keyed("/v1/orders", "one", &json!(shop.order()), 201);
    assert_eq!((text(&token, "party"), text(&token, "state")), (shop.customer.clone(), "issued".to_owned()));
    for path in ["/v1/books", "/metrics"] {
        customer.get(path, 404);
    }
    Caller::new(&server.admin, secret).get("/v1/books", 403);
    assert!(Caller::operator(&server, &data).get("/metrics", 200).as_str().is_some_and(|text| text.contains("# HELP")));
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn told_to_stop_it_answers_what_is_under_way_and_its_data_opens_again() {
    let folder = tempdir().expect("a folder");
    let server = Server::start(&mut serve(folder.path()));
    let operator = Caller::operator(&server, folder.path());
    let shop = shop::open(&operator);
    let secret = std::fs::read_to_string(folder.path().join("operator.secret")).expect("the secret is there");
    let body = json!({"currency": "EUR", "amount_minor": 5}).to_string();
    let (first, rest) = body.split_at(4);
    let mut under_way = TcpStream::connect(server.admin.trim_start_matches("http://")).expect("it listens");
    let (customer, length) = (&shop.customer, body.len());
    let head = format!(
        "POST /v1/parties/{customer}/top-ups HTTP/1.1\r\nhost: tessera\r\nauthorization: Bearer {}\r\n\
         idempotency-key: last\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n\
         content-length: {length}\r\n\r\n",
        secret.trim()
    );
    under_way.write_all(head.as_bytes()).expect("it listens");
    // The server says that it reads the body: from here on the request is under way.
    let mut answer = [0; 25];
    under_way.read_exact(&mut answer).expect("it goes on");
    assert!(answer.starts_with(b"HTTP/1.1 100 Continue"), "{}", String::from_utf8_lossy(&answer));
    under_way.write_all(first.as_bytes()).expect("it reads");
    server.signal("TERM");
    // It no longer takes connections, and still waits for the one it has.
    while TcpStream::connect(server.admin.trim_start_matches("http://")).is_ok() {
        thread::yield_now();
    }
    under_way.write_all(rest.as_bytes()).expect("it reads");
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let ended = server.wait();
    assert_eq!((ended.code, ended.said.as_str()), (Some(0), "stopping\nstopped\n"));

    let server = Server::start(&mut serve(folder.path()));
    let wallet = Caller::operator(&server, folder.path()).get(&format!("/v1/wallets/EUR?party={}", shop.customer), 200);
    assert_eq!(wallet["balance"]["minor"], 10_005);
    server.signal("INT");
    assert_eq!(server.wait().code, Some(0));
}

#[test]
fn a_folder_that_cannot_be_served_is_refused_with_the_reason() {
    let folder = tempdir().expect("a folder");
    let server = Server::start(&mut serve(folder.path()));
    let said = fails(&mut serve(folder.path()));
    assert!(said.contains("is in use by another process"), "{said}");
    let said = fails(tessera().args(["audit", "verify", "--data"]).arg(folder.path()));
    assert!(said.contains("is in use by another process"), "{said}");
    let said = fails(serve(folder.path().join("other").as_path()).args(["--listen", &server.base[7..]]));
    assert!(said.contains("could not listen on 127.0.0.1:"), "{said}");
    assert_eq!(server.stop().code, Some(0));

    let said = fails(serve(folder.path()).args(["--cell", "2"]));
    assert!(said.contains("is the journal of cell 1, not of cell 2"), "{said}");
    let format = std::fs::read_to_string(folder.path().join("FORMAT")).expect("it is there");
    file(folder.path(), "FORMAT", &format.replace("tessera data 1", "tessera data 99"));
    let said = fails(&mut serve(folder.path()));
    assert!(said.contains("has format version 99, this program supports version 1"), "{said}");
    file(folder.path(), "FORMAT", &format);

    let key = std::fs::read(folder.path().join("cell.key")).expect("it is there");
    std::fs::remove_file(folder.path().join("cell.key")).expect("it is removed");
    let said = fails(&mut serve(folder.path()));
    assert!(said.contains("cell.key is missing") && said.contains("from your backup"), "{said}");
    assert!(!folder.path().join("cell.key").exists(), "no other key may take its place");
    file(folder.path(), "cell.key", "too short");
    let said = fails(&mut serve(folder.path()));
    assert!(said.contains("must hold 64 hexadecimal digits"), "{said}");
    std::fs::write(folder.path().join("cell.key"), key).expect("it is put back");
    assert_eq!(Server::start(&mut serve(folder.path())).stop().code, Some(0));

    let foreign = tempdir().expect("a folder");
    file(foreign.path(), "holiday.jpg", "");
    let said = fails(&mut serve(foreign.path()));
    assert!(said.contains("holds holiday.jpg but no FORMAT"), "{said}");
    let said = fails(tessera().args(["audit", "verify", "--data"]).arg(foreign.path()));
    assert!(said.contains("is not a data folder of tessera"), "{said}");
}

#[test]
fn a_wrong_configuration_names_what_would_be_accepted() {
    let folder = tempdir().expect("a folder");
    let hash = "0".repeat(64);
    let party = "pty_01m85gr2mdf2jbcnev4w7rg63m";
    let credential = |hash: &str, role: &str, party: &str| {
        format!("[[credentials]]\nsecret_sha256 = \"{hash}\"\nrole = \"{role}\"\nparty = \"{party}\"\n")
    };
    for (config, parts) in [
        ("lisen = \"127.0.0.1:0\"".to_owned(), ["unknown field `lisen`", "`listen`"]),
        ("[network]\ndriver = \"5g\"".to_owned(), ["unknown variant `5g`", "`twin`"]),
        ("[network]\ndevices = [\"+316\"]".to_owned(), ["`network.devices` cannot be used", "`tel:+316`"]),
        ("listen = 8080".to_owned(), ["listen = 8080", "socket address"]),
        ("cell = ".to_owned(), ["is not a configuration of tessera", "line 1"]),
        (credential(&hash, "customer", "ada"), ["`party = \"ada\"`", "pty_"]),
        (credential(&hash, "king", party), ["unknown variant `king`", "`customer`"]),
        (credential("secret", "customer", party), ["credential 1", "64 hexadecimal digits"]),
        (credential(&hash, "customer", party).repeat(2), ["credential 2", "has the secret of another one"]),
    ] {
        let path = file(folder.path(), "wrong.toml", &config);
        let said = fails(serve(&folder.path().join("data")).arg("--config").arg(&path));
        for part in parts {
            assert!(said.contains(part), "{config}: `{part}` is missing in: {said}");
        }
    }
    let said = fails(serve(folder.path()).args(["--config", "not-there.toml"]));
    assert!(said.contains("could not read not-there.toml"), "{said}");
    let said = fails(serve(&folder.path().join("data")).args(["--log", "=="]));
    assert!(said.contains("the log filter is not one"), "{said}");
    let said = fails(tessera().args(["credential", "--role", "customer", "--party", "ada"]));
    assert!(said.contains("pty_"), "{said}");
}

#[test]
fn a_flag_goes_before_the_environment_before_the_file_before_the_default() {
    let folder = tempdir().expect("a folder");
    let config = file(
        folder.path(),
        "tessera.toml",
        "cell = 2\ndata = \"of-file\"\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n",
    );
    let told = |command: &mut std::process::Command| {
        let server = Server::start(command.current_dir(folder.path()).stderr(std::process::Stdio::null()));
        let said = server.said.clone();
        assert_eq!(server.stop().code, Some(0));
        (said.split(" on ").next().unwrap_or_default().to_owned(), said.rsplit("is in ").next().map(str::to_owned))
    };
    let command = || {
        let mut command = tessera();
        command.arg("serve");
        command
    };
    let by_file = told(command().arg("--config").arg(&config));
    assert_eq!(by_file, ("serving cell 2".to_owned(), Some("of-file/operator.secret\n".to_owned())));
    let mut environment = command();
    environment.env("TESSERA_CONFIG", &config).env("TESSERA_CELL", "3").env("TESSERA_DATA", "of-environment");
    assert_eq!(
        told(&mut environment),
        ("serving cell 3".to_owned(), Some("of-environment/operator.secret\n".to_owned()))
    );
    assert_eq!(
        told(environment.args(["--cell", "4", "--data", "of-flag"])),
        ("serving cell 4".to_owned(), Some("of-flag/operator.secret\n".to_owned()))
    );
    let defaults = told(command().env("TESSERA_LISTEN", "127.0.0.1:0").args(["--admin-listen", "127.0.0.1:0"]));
    assert_eq!(defaults, ("serving cell 1".to_owned(), Some("tessera-data/operator.secret\n".to_owned())));
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there_once() {
    const CLIENTS: usize = 4;
    let folder = tempdir().expect("a folder");
    let server = Server::start(&mut serve(folder.path()));
    let operator = Caller::operator(&server, folder.path());
    let shop = shop::open(&operator);
    let token = text(&operator.post_keyed("/v1/orders", "one", &shop.order(), 201), "id");
    let meter = || text(&operator.post("/v1/meters", &json!({}), 201), "id");
    let meters: Vec<String> = (0..CLIENTS).map(|_| meter()).collect();
    let charge =
        |meter: &str, sequence: usize| json!({"token": token, "source": meter, "sequence": sequence, "quantity": 1});
    let acknowledged = AtomicUsize::new(0);
    // Of each client: how many it sent, and which were acknowledged.
    let told: Vec<(usize, BTreeSet<usize>)> = thread::scope(|scope| {
        let client = |meter: &String| {
            let (operator, acknowledged) = (operator.clone(), &acknowledged);
            let meter = meter.clone();
            scope.spawn(move || {
                let mut mine = BTreeSet::new();
                for sequence in 1.. {
                    let answer = operator.try_call("POST", "/v1/usage", "", &charge(&meter, sequence));
                    let Some((status, answer)) = answer else { return (sequence, mine) };
                    assert_eq!((status, &answer["status"]), (200, &json!("charged")));
                    mine.insert(sequence);
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
                (0, mine)
            })
        };
        let clients: Vec<_> = meters.iter().map(client).collect();
        while acknowledged.load(Ordering::SeqCst) < 60 * CLIENTS {
            thread::yield_now();
        }
        server.signal("KILL");
        clients.into_iter().map(|client| client.join().expect("a client ends")).collect()
    });
    assert_eq!(server.wait().code, None, "it was killed");

    let server = Server::start(&mut serve(folder.path()));
    let operator = Caller::operator(&server, folder.path());
    let mut sent = 0;
    for (meter, (last, acknowledged)) in meters.iter().zip(&told) {
        let charges: Vec<Value> = (1..=*last).map(|sequence| charge(meter, sequence)).collect();
        let answer = operator.post("/v1/usage", &json!({"charges": charges}), 200);
        let results = answer["results"].as_array().expect("one for each");
        for (sequence, result) in (1..).zip(results) {
            let repeated = result["status"] == "repeated";
            assert!(repeated || result["status"] == "charged", "{result}");
            assert!(repeated || !acknowledged.contains(&sequence), "{meter} {sequence} was acknowledged, and lost");
        }
        sent += last;
    }
    let row = operator.get(&format!("/v1/tokens/{token}"), 200);
    assert_eq!(row["used"], sent, "each counts once");
    let wallet = operator.get(&format!("/v1/wallets/EUR?party={}", shop.customer), 200);
    assert_eq!(wallet["balance"]["minor"], json!(10_000 - 2 * i64::try_from(sent).expect("a few")));
    let again = operator.post_keyed("/v1/orders", "one", &shop.order(), 201);
    assert_eq!(text(&again, "id"), token, "the order is the same one");
    assert_eq!(server.stop().code, Some(0));
    let verified = prints(tessera().args(["audit", "verify", "--data"]).arg(folder.path()));
    assert!(verified.contains("chain verified") && verified.contains("sums to zero"), "{verified}");
}

#[test]
fn help_has_a_line_for_each_option() {
    for command in [
        "serve",
        "demo",
        "credential",
        "client new",
        "client assertion",
        "token inspect",
        "token verify",
        "audit verify",
        "simulate",
        "bench",
    ] {
        let help = prints(tessera().args(command.split(' ')).arg("--help"));
        let listed = help.split("Options:").nth(1).unwrap_or_default();
        let mut lines = listed.lines().filter(|line| !line.trim().is_empty()).peekable();
        while let Some(line) = lines.next() {
            let option = line.trim_start();
            if !option.starts_with("--") && !option.starts_with("-h") {
                continue;
            }
            let own = option.split_once("  ").is_some_and(|(_, what)| !what.trim().is_empty());
            let below = lines.peek().is_some_and(|next| !next.trim_start().starts_with('-'));
            assert!(own || below, "{command}: {option} says nothing");
        }
    }
}
