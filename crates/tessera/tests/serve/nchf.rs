//! A function of the network charges, over a listener that the configuration opens.

use crate::support::{Caller, Server, file, prints, serve, shop, tessera, text};
use serde_json::{Value, json};
use tempfile::tempdir;

const ROOT: &str = "/nchf-convergedcharging/v3/chargingdata";

fn asked(sequence: u32, usage: &Value) -> Value {
    json!({
        "subscriberIdentifier": "imsi-204080000000001", "nfConsumerIdentification": {"nodeFunctionality": "SMF"},
        "invocationTimeStamp": "2026-11-25T12:00:00Z", "invocationSequenceNumber": sequence, "multipleUnitUsage": [usage],
    })
}

#[test]
fn a_quota_outlives_the_process_that_granted_it() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Server::start(&mut serve(&data));
    let operator = Caller::operator(&server, &data);
    let shop = shop::open(&operator);
    let mut order = shop.order();
    order["device"] = json!("imsi:204080000000001");
    operator.post_keyed("/v1/orders", "one", &order, 201);
    let smf =
        text(&operator.post("/v1/parties", &json!({"kind": "enterprise", "personal": {"name": "SMF"}}), 201), "id");
    assert_eq!(server.stop().code, Some(0));

    let made = prints(tessera().args(["credential", "--role", "meter", "--party", &smf]));
    let secret = made.split("Bearer ").nth(1).and_then(|rest| rest.lines().next()).expect("it shows the secret");
    let groups = format!("[nchf.rating_groups]\n7 = \"{}\"\n", shop.offering);
    let config = format!("[nchf]\nlisten = \"127.0.0.1:0\"\nquota_units = 40\n{groups}{made}");
    let config = file(folder.path(), "tessera.toml", &config);
    let start = || {
        let server = Server::start(serve(&data).arg("--config").arg(&config));
        let line = server.said.lines().find(|line| line.starts_with("functions of the network charge on "));
        let address = line.and_then(|line| line.split_whitespace().last()).expect("it says where").to_owned();
        (Caller::new(&address, secret), server)
    };
    let (core, server) = start();
    core.post(ROOT, &asked(0, &json!({"ratingGroup": 7, "requestedUnit": {}})), 201);
    let leases = Caller::operator(&server, &data).get("/v1/leases", 200);
    assert_eq!((&leases["items"][0]["quantity"], &leases["items"][0]["held"]["minor"]), (&json!(40), &json!(80)));
    let charging = text(&leases["items"][0], "charging");
    core.get("/v1/leases", 404);
    Caller::new(&server.base, secret).post(ROOT, &asked(1, &json!({"ratingGroup": 7})), 404);
    assert_eq!(server.stop().code, Some(0));

    let (core, server) = start();
    let used = json!({"ratingGroup": 7, "usedUnitContainer": [{"localSequenceNumber": 1, "serviceSpecificUnits": 3}]});
    core.post(&format!("{ROOT}/{charging}/update"), &asked(1, &used), 200);
    let operator = Caller::operator(&server, &data);
    assert_eq!(operator.get("/v1/leases", 200)["items"], json!([]), "the rest went back");
    let books = operator.get("/v1/books", 200).to_string();
    assert!(books.contains("\"posted\":9994"), "3 calls are 6 cents: {books}");
    assert_eq!(server.stop().code, Some(0));
}
