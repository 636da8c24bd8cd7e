//! A sandbox: signing up, calling with the key that was given, numbers that fix the outcome, and the log of requests.

use super::world::{ALICE, OPERATOR, World, boost, here, offering};
use crate::sandbox::Sandbox;
use serde_json::{Value, json};

async fn sandbox() -> World {
    World::open().await.with_app(|app| app.with_sandbox(Some(Sandbox { balance_minor: 10_000 })))
}

async fn application(world: &World) -> Value {
    let draft = json!({"name": "Arena"});
    world.post("", "/v1/sandbox/applications", draft).await.expect(201)
}

#[tokio::test]
async fn an_application_signs_up_buys_calls_and_sees_what_it_sent() {
    let world = sandbox().await;
    let made = application(&world).await;
    assert_eq!(made["wallets"][0]["text"], "100.00 EUR");
    assert!(made["numbers"].as_array().is_some_and(|numbers| numbers.iter().any(|it| it["ends_with"] == "9911")));
    let key = made["key"].as_str().expect("a key").to_owned();
    let order = json!({"offering": offering(1).to_string(), "window": {"duration_s": 3_600}, "place": here()});
    let token =
        world.send(&key, "POST", "/v1/orders", &[("idempotency-key", "one")], Some(order.clone())).await.expect(201);
    assert_eq!(token["party"], made["party"]);
    let call = json!({"token": token["id"], "device": "tel:+31612349914", "flow": {}, "duration_s": 60});
    world.post(&key, "/v1/sessions", call).await.problem(422, "not-promisable");
    let mut unpromised = order.clone();
    unpromised["device"] = json!("tel:+31612349914");
    let refused = world.send(&key, "POST", "/v1/orders", &[("idempotency-key", "two")], Some(unpromised)).await;
    refused.problem(422, "not-promisable");

    let log = world.get(&key, "/v1/sandbox/requests").await.expect(200)["items"].clone();
    let seen: Vec<(&Value, &Value)> =
        log.as_array().expect("a list").iter().map(|it| (&it["target"], &it["status"])).collect();
    let expected = [("/v1/orders", 422), ("/v1/sessions", 422), ("/v1/orders", 201)]
        .map(|(path, status)| (json!(path), json!(status)));
    assert_eq!(seen, expected.iter().map(|(path, status)| (path, status)).collect::<Vec<_>>());
    let first = &log[2];
    assert_eq!(serde_json::from_str::<Value>(first["body"].as_str().expect("a text")).expect("JSON"), order);
    assert_eq!(serde_json::from_str::<Value>(first["answer"].as_str().expect("a text")).expect("JSON"), token);
    assert_eq!(first["headers"]["idempotency-key"], "one");
    let line = first["curl"].as_str().expect("a line");
    assert!(line.contains("-H 'idempotency-key: one'") && line.contains("--data-raw '{"), "{line}");
    assert!(!log.to_string().contains(&key), "no key is kept");
    // Others have logs of their own; whose requests are not kept have an empty one.
    let other = application(&world).await["key"].as_str().expect("a key").to_owned();
    for who in [ALICE, &other] {
        let log = world.get(who, "/v1/sandbox/requests").await.expect(200);
        assert_eq!(log["items"], json!([]));
    }
    world.get(&key, "/v1/sandbox/requests?limit=0").await.problem(400, "malformed-request");
    world.get(&key, "/v1/books").await.problem(403, "role-not-allowed");
}

#[tokio::test]
async fn a_key_is_good_for_its_cell_alone_and_not_after_it_is_no_sandbox() {
    let world = sandbox().await;
    let key = application(&world).await["key"].as_str().expect("a key").to_owned();
    world.get(&key, "/v1/wallets").await.expect(200);
    let mut forged = key.clone().into_bytes();
    let last = forged.last_mut().expect("it is long");
    *last = if *last == b'0' { b'1' } else { b'0' };
    let forged = String::from_utf8(forged).expect("digits");
    for wrong in [forged.as_str(), &key[..key.len() - 1], "sbx_", "sbx_é"] {
        world.get(wrong, "/v1/wallets").await.problem(401, "unauthenticated");
    }
    let real = world.with_app(|app| app.with_sandbox(None));
    real.get(&key, "/v1/wallets").await.problem(401, "unauthenticated");
    real.post("", "/v1/sandbox/applications", json!({"name": "Arena"})).await.problem(404, "no-sandbox");
    real.get(ALICE, "/v1/sandbox/requests").await.problem(404, "no-sandbox");
}

#[tokio::test]
async fn what_cannot_be_signed_up_is_refused_and_nothing_is_made() {
    let world = sandbox().await;
    world
        .post(OPERATOR, "/v1/offerings", {
            let mut draft = boost();
            draft["id"] = json!(offering(7).to_string());
            draft
        })
        .await
        .expect(201);
    let before = world.next_seq().await;
    for (draft, status, code) in [
        (json!({}), 400, "malformed-request"),
        (json!({"name": ""}), 422, "invalid-value"),
        (json!({"name": "x", "kind": "operator"}), 422, "invalid-value"),
        (json!({"name": "x", "more": 1}), 400, "malformed-request"),
    ] {
        world.post("", "/v1/sandbox/applications", draft).await.problem(status, code);
    }
    assert_eq!(world.next_seq().await, before);
}
