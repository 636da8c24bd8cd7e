//! Two legs and three: who names the device, who is shown it, and whose sessions are whose.

use super::{SESSIONS, path_of, request, with, without};
use crate::tests::world::{ALICE, BOB, PHONE, TABLET, World};
use serde_json::{Value, json};

const RETRIEVE: &str = "/quality-on-demand/v1/retrieve-sessions";

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|row| row["sessionId"].as_str()).collect()
}

fn of_phone() -> Value {
    json!({"device": {"phoneNumber": "+31612345678"}})
}

#[tokio::test]
async fn a_token_of_three_legs_names_the_device_and_no_answer_does() {
    let world = World::open().await;
    let phone = world.on_behalf(PHONE).await;
    let tablet = world.on_behalf(TABLET).await;
    world.buy_boost(ALICE, "one", Some("tel:+31612345678")).await.expect(201);
    let unnecessary = (422, "UNNECESSARY_IDENTIFIER");
    world.post(&phone, SESSIONS, request()).await.error_info(unnecessary.0, unnecessary.1);
    world.post(&phone, SESSIONS, with("device", json!({}))).await.error_info(unnecessary.0, unnecessary.1);
    world.post(&tablet, SESSIONS, without("device")).await.error_info(422, "SERVICE_NOT_APPLICABLE");
    let session = world.post(&phone, SESSIONS, without("device")).await.expect(201);
    assert_eq!(session.get("device"), None);
    world.network_confirms().await;
    for who in [&phone, ALICE] {
        let shown = world.get(who, &path_of(&session)).await.expect(200);
        assert_eq!((shown.get("device"), &shown["qosStatus"]), (None, &json!("AVAILABLE")));
    }
}

#[tokio::test]
async fn a_session_named_by_its_request_hides_its_device_from_a_token_that_names_it() {
    let world = World::open().await;
    let phone = world.on_behalf(PHONE).await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let session = world.post(ALICE, SESSIONS, request()).await.expect(201);
    let shown = world.get(&phone, &path_of(&session)).await.expect(200);
    assert_eq!(shown.get("device"), None);
    let listed = world.post(&phone, RETRIEVE, json!({})).await.expect(200);
    assert_eq!((ids(&listed), listed[0].get("device")), (ids(&json!([session])), None));
    let listed = world.post(ALICE, RETRIEVE, of_phone()).await.expect(200);
    assert_eq!(listed[0]["device"], json!({"phoneNumber": "+31612345678"}));
}

#[tokio::test]
async fn another_devices_session_is_denied_to_a_token_of_three_legs() {
    let world = World::open().await;
    let phone = world.on_behalf(PHONE).await;
    let tablet = world.on_behalf(TABLET).await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let session = world.post(ALICE, SESSIONS, request()).await.expect(201);
    world.network_confirms().await;
    let before = world.next_seq().await;
    let path = path_of(&session);
    let more = json!({"requestedAdditionalDuration": 60});
    for who in [&tablet, BOB] {
        world.get(who, &path).await.error_info(403, "PERMISSION_DENIED");
        world.post(who, &format!("{path}/extend"), more.clone()).await.error_info(403, "PERMISSION_DENIED");
        world.delete(who, &path).await.error_info(403, "PERMISSION_DENIED");
    }
    assert_eq!(world.post(&tablet, RETRIEVE, json!({})).await.expect(200), json!([]));
    assert_eq!(world.post(BOB, RETRIEVE, of_phone()).await.expect(200), json!([]));
    assert_eq!(world.next_seq().await, before);
    world.delete(&phone, &path).await.expect(204);
}

#[tokio::test]
async fn sessions_are_found_by_their_device_the_newest_first() {
    let world = World::open().await;
    assert_eq!(world.post(ALICE, RETRIEVE, of_phone()).await.expect(200), json!([]));
    world.buy_boost(ALICE, "one", None).await.expect(201);
    world.buy_boost(ALICE, "two", None).await.expect(201);
    let first = world.post(ALICE, SESSIONS, request()).await.expect(201);
    let elsewhere = with("applicationServer", json!({"ipv6Address": "2001:db8::/32"}));
    let second = world.post(ALICE, SESSIONS, elsewhere).await.expect(201);
    let listed = world.post(ALICE, RETRIEVE, of_phone()).await.expect(200);
    assert_eq!(listed, json!([second, first]));
    let by_address = json!({"device": {"ipv4Address": {"publicAddress": "203.0.113.7", "publicPort": 59_765}}});
    assert_eq!(world.post(ALICE, RETRIEVE, by_address).await.expect(200), json!([]));
    let Some(spec) = crate::tests::spec::Spec::quality_on_demand() else { return };
    spec.assert_is("RetrieveSessionsOutput", &listed);
}

#[tokio::test]
async fn a_device_that_is_missing_malformed_unsupported_or_foreign_has_its_error() {
    let world = World::open().await;
    let phone = world.on_behalf(PHONE).await;
    let device = |device: Value| json!({ "device": device });
    let table = [
        (json!({}), 422, "MISSING_IDENTIFIER"),
        (device(json!({})), 400, "INVALID_ARGUMENT"),
        (device(json!(null)), 400, "INVALID_ARGUMENT"),
        (device(json!({"phoneNumber": "31612345678"})), 400, "INVALID_ARGUMENT"),
        (device(json!({"networkAccessIdentifier": 7})), 400, "INVALID_ARGUMENT"),
        (device(json!({"networkAccessIdentifier": "7@example.com"})), 422, "UNSUPPORTED_IDENTIFIER"),
        (device(json!({"phoneNumber": "+4917612345678"})), 404, "IDENTIFIER_NOT_FOUND"),
        (json!({"device": {"phoneNumber": "+31612345678"}, "sink": "https://a.example/"}), 400, "INVALID_ARGUMENT"),
    ];
    for (body, status, code) in table {
        world.post(ALICE, RETRIEVE, body).await.error_info(status, code);
    }
    world.post(&phone, RETRIEVE, of_phone()).await.error_info(422, "UNNECESSARY_IDENTIFIER");
    world.post(&world.bare().await, RETRIEVE, of_phone()).await.error_info(403, "PERMISSION_DENIED");
}
