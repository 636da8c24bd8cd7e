//! Signed entitlements as credentials: what they open, and what they do not.

use super::world::{ALICE, World};
use serde_json::{Value, json};
use tessera_token::{KeySet, Narrowing, RevocationList, attenuate, verify};

const DEVICE: &str = "tel:+31612345678";

async fn bought(world: &World) -> (Value, String) {
    let token = world.buy_boost(ALICE, "one", Some(DEVICE)).await.expect(201);
    let text = token["entitlement"].as_str().expect("a text").to_owned();
    (token, text)
}

fn call(device: &str) -> Value {
    json!({"device": device, "duration_s": 60})
}

#[tokio::test]
async fn whoever_presents_an_entitlement_calls_its_token_and_no_other() {
    let world = World::open().await;
    let (token, text) = bought(&world).await;
    let other = world.buy_boost(ALICE, "two", None).await.expect(201);
    let header = [("tessera-entitlement", text.as_str())];
    let mut wrong = call(DEVICE);
    wrong["token"] = other["id"].clone();
    world.send("", "POST", "/v1/sessions", &header, Some(wrong)).await.problem(403, "token-narrower-than-call");
    let session = world.send("", "POST", "/v1/sessions", &header, Some(call(DEVICE))).await.expect(201);
    assert_eq!(session["token"], token["id"]);
    let path = format!("/v1/sessions/{}", session["id"].as_str().expect("an id"));
    world.send("", "GET", &path, &header, None).await.expect(200);
    let stranger = other["entitlement"].as_str().expect("a text");
    world.send("", "GET", &path, &[("tessera-entitlement", stranger)], None).await.problem(404, "unknown-session");
    world.send("", "DELETE", &path, &header, None).await.expect(202);
}

#[tokio::test]
async fn a_narrower_entitlement_an_altered_one_and_a_wrong_device_are_refused() {
    let world = World::open().await;
    let (_, text) = bought(&world).await;
    let before = world.next_seq().await;
    let narrowed = attenuate(&text, &Narrowing::new().op("inspect")).expect("it can be narrowed");
    let cells = attenuate(&text, &Narrowing::new().cells([0x0891_969c_9d97_ffff])).expect("it can be narrowed");
    for narrow in [&narrowed, &cells] {
        let reply =
            world.send("", "POST", "/v1/sessions", &[("tessera-entitlement", narrow)], Some(call(DEVICE))).await;
        reply.problem(403, "token-narrower-than-call");
    }
    let header = [("tessera-entitlement", text.as_str())];
    let wrong = world.send("", "POST", "/v1/sessions", &header, Some(call("tel:+31600000000"))).await;
    wrong.problem(403, "token-narrower-than-call");
    let (head, tail) = text.split_at(text.len() / 2);
    let altered = format!("{head}{}{}", if tail.starts_with('A') { 'B' } else { 'A' }, &tail[1..]);
    for bad in ["nonsense", altered.as_str(), ""] {
        let reply = world.send("", "POST", "/v1/sessions", &[("tessera-entitlement", bad)], Some(call(DEVICE))).await;
        reply.problem(401, "entitlement-invalid");
    }
    let twice = [("tessera-entitlement", text.as_str()), ("tessera-entitlement", text.as_str())];
    world.send("", "POST", "/v1/sessions", &twice, Some(call(DEVICE))).await.problem(401, "entitlement-invalid");
    let proof = [header[0], ("tessera-entitlement-proof", "a"), ("tessera-entitlement-proof", "b")];
    world.send("", "POST", "/v1/sessions", &proof, Some(call(DEVICE))).await.problem(401, "entitlement-proof-invalid");
    let told = world.get("", "/metrics").await.body.as_str().expect("a text").to_owned();
    for (reason, count) in [("invalid_entitlement", 4), ("invalid_entitlement_proof", 1), ("nothing_shown", 0)] {
        let line = format!("\ntessera_authentication_failures_total{{reason=\"{reason}\"}} {count}\n");
        assert!(told.contains(&line), "{line}: {told}");
    }
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn an_entitlement_verifies_offline_with_the_published_keys() {
    let world = World::open().await;
    let (token, text) = bought(&world).await;
    let keys = world.get("", "/v1/keys").await.expect(200).to_string();
    let keys = KeySet::parse(&keys).expect("a key set");
    let device = world.app.vault(|vault| vault.find(DEVICE)).await.expect("the vault works").expect("it knows it");
    let cell = token["place"][0].as_str().and_then(|text| u64::from_str_radix(text, 16).ok());
    let request = tessera_token::Request {
        op: "activate".to_owned(),
        capability: "experience".to_owned(),
        qos: Some("QOS_L".to_owned()),
        device: Some(device.to_string()),
        cell,
        ..tessera_token::Request::default()
    };
    let now = node::wall_clock().as_ms();
    let verified = verify(&text, &keys, &request, now, &RevocationList::default()).expect("it is good");
    assert_eq!(verified.ent, token["id"].as_str().unwrap_or_default());
}
