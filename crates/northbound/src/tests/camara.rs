//! CAMARA quality-on-demand 1.1.0, trap by trap.

mod extend;
mod legs;

use super::spec::Spec;
use super::world::{ALICE, BOB, METER, OPERATOR, World, offering};
use engine::state::EndReason;
use serde_json::{Value, json};
use types::SessionId;

const SESSIONS: &str = "/quality-on-demand/v1/sessions";

fn request() -> Value {
    json!({
        "device": {"phoneNumber": "+31612345678", "ipv4Address": {"publicAddress": "203.0.113.7", "publicPort": 59_765}},
        "applicationServer": {"ipv4Address": "198.51.100.0/24"},
        "applicationServerPorts": {"ranges": [{"from": 5_010, "to": 5_020}], "ports": [5_060]},
        "qosProfile": "QOS_L",
        "sink": "https://application-server.com/notifications",
        "sinkCredential": {"credentialType": "ACCESSTOKEN", "accessToken": "s3cret", "accessTokenExpiresUtc": "2030-07-03T12:27:08.312Z", "accessTokenType": "bearer"},
        "duration": 600,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut body = request();
    body[name] = value;
    body
}

fn without(name: &str) -> Value {
    let mut body = request();
    body.as_object_mut().expect("an object").remove(name);
    body
}

fn path_of(session: &Value) -> String {
    format!("{SESSIONS}/{}", session["sessionId"].as_str().expect("an id"))
}

fn id_of(session: &Value) -> SessionId {
    let hex = session["sessionId"].as_str().expect("an id").replace('-', "");
    SessionId::from_u128(u128::from_str_radix(&hex, 16).expect("a UUID"))
}

#[tokio::test]
async fn a_session_is_requested_available_and_deleted() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let session = world.post(ALICE, SESSIONS, request()).await.expect(201);
    assert_eq!((&session["qosStatus"], &session["duration"]), (&json!("REQUESTED"), &json!(600)));
    assert_eq!((session.get("startedAt"), session.get("expiresAt"), session.get("statusInfo")), (None, None, None));
    assert_eq!(session["device"], json!({"phoneNumber": "+31612345678"}));
    assert!(!session.to_string().contains("s3cret"), "{session}");
    let elsewhere = with("sink", json!("https://elsewhere.example/"));
    world.post(ALICE, SESSIONS, elsewhere).await.error_info(409, "CONFLICT");

    world.network_confirms().await;
    let path = path_of(&session);
    let available = world.get(ALICE, &path).await.expect(200);
    assert_eq!((&available["qosStatus"], &available["duration"]), (&json!("AVAILABLE"), &json!(600)));
    assert!(available["startedAt"].as_str() < available["expiresAt"].as_str());
    assert_eq!(available["sink"], "https://application-server.com/notifications");

    let deleted = world.delete(ALICE, &path).await;
    assert_eq!((deleted.status.as_u16(), &deleted.body), (204, &json!("")));
    world.network_stops(id_of(&session), None).await;
    let over = world.get(ALICE, &path).await.expect(200);
    assert_eq!((&over["qosStatus"], &over["statusInfo"]), (&json!("UNAVAILABLE"), &json!("DELETE_REQUESTED")));
    assert!(over["duration"].as_u64().is_some_and(|seconds| (1..600).contains(&seconds)), "{over}");
    world.delete(ALICE, &path).await.expect(204);
    world.get(ALICE, &path).await.error_info(404, "NOT_FOUND");

    let Some(spec) = Spec::quality_on_demand() else { return };
    for answer in [&session, &available, &over] {
        spec.assert_is("SessionInfo", answer);
    }
}

#[tokio::test]
async fn what_the_network_terminated_stays_in_conflict_until_it_is_deleted() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    world.buy_boost(ALICE, "two", None).await.expect(201);
    let session = world.post(ALICE, SESSIONS, request()).await.expect(201);
    world.network_confirms().await;
    world.network_stops(id_of(&session), Some(EndReason::NetworkTerminated)).await;
    let over = world.get(ALICE, &path_of(&session)).await.expect(200);
    assert_eq!((&over["qosStatus"], &over["statusInfo"]), (&json!("UNAVAILABLE"), &json!("NETWORK_TERMINATED")));
    world.post(ALICE, SESSIONS, request()).await.error_info(409, "CONFLICT");
    world.delete(ALICE, &path_of(&session)).await.expect(204);
    world.post(ALICE, SESSIONS, request()).await.expect(201);
}

#[tokio::test]
async fn every_malformed_creation_has_its_error_and_changes_nothing() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let before = world.next_seq().await;
    let argument = (400, "INVALID_ARGUMENT");
    let table = [
        (without("device"), (422, "MISSING_IDENTIFIER")),
        (with("device", json!({})), argument),
        (with("device", json!(null)), argument),
        (with("device", json!({"networkAccessIdentifier": "123@domain.com"})), (422, "UNSUPPORTED_IDENTIFIER")),
        (with("device", json!({"phoneNumber": "31612345678"})), argument),
        (with("device", json!({"phoneNumber": "+0612345678"})), argument),
        (with("device", json!({"ipv4Address": {"publicAddress": "203.0.113.7"}})), argument),
        (with("device", json!({"ipv4Address": {"publicPort": 80}})), argument),
        (with("device", json!({"ipv4Address": {"publicAddress": "203.0.113.0/24", "publicPort": 1}})), argument),
        (with("device", json!({"ipv6Address": "2001:db8::/64"})), argument),
        (with("device", json!({"phoneNumber": "+31612345678", "imei": "1"})), argument),
        (with("duration", json!(0)), (400, "QUALITY_ON_DEMAND.DURATION_OUT_OF_RANGE")),
        (with("duration", json!(90_000)), (400, "QUALITY_ON_DEMAND.DURATION_OUT_OF_RANGE")),
        (with("duration", json!("600")), argument),
        (without("duration"), argument),
        (without("qosProfile"), argument),
        (with("qosProfile", json!("QOS_UNKNOWN")), argument),
        (with("qosProfile", json!("a b")), argument),
        (without("applicationServer"), argument),
        (with("applicationServer", json!({})), argument),
        (with("applicationServer", json!({"ipv4Address": "198.51.100.0/33"})), argument),
        (with("applicationServerPorts", json!({})), argument),
        (with("devicePorts", json!({"ports": []})), argument),
        (with("devicePorts", json!({"ports": [65_536]})), argument),
        (with("devicePorts", json!({"ranges": [{"from": 2, "to": 1}]})), (400, "OUT_OF_RANGE")),
        (with("device", json!({"phoneNumber": "+4917612345678"})), (404, "IDENTIFIER_NOT_FOUND")),
        (with("sink", json!("http://application-server.com/")), (400, "INVALID_SINK")),
        (
            with("sinkCredential", json!({"credentialType": "PLAIN", "identifier": "a", "secret": "b"})),
            (400, "INVALID_CREDENTIAL"),
        ),
        (
            with(
                "sinkCredential",
                json!({"credentialType": "ACCESSTOKEN", "accessToken": "a", "accessTokenExpiresUtc": "2030-01-01T00:00:00Z", "accessTokenType": "mac"}),
            ),
            (400, "INVALID_TOKEN"),
        ),
        (with("unknown", json!(1)), argument),
        (json!([]), argument),
    ];
    for (body, (status, code)) in table {
        let shown = body.to_string();
        let reply = world.post(ALICE, SESSIONS, body).await;
        assert_eq!((reply.status.as_u16(), &reply.body["code"]), (status, &json!(code)), "{shown}: {}", reply.body);
        reply.error_info(status, code);
    }
    for body in ["", "{", "\u{0}", "{\"device\":"] {
        world
            .raw(ALICE, "POST", SESSIONS, &[("content-type", "application/json")], body)
            .await
            .error_info(400, "INVALID_ARGUMENT");
    }
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn a_session_needs_a_token_that_is_the_callers_and_covers_the_device() {
    let world = World::open().await;
    let message = world.post(ALICE, SESSIONS, request()).await.error_info(422, "SERVICE_NOT_APPLICABLE");
    assert!(message["message"].as_str().is_some_and(|text| text.contains("buy one")), "{message}");
    world.buy_boost(ALICE, "other-device", Some("tel:+31600000000")).await.expect(201);
    world.post(ALICE, SESSIONS, request()).await.error_info(422, "SERVICE_NOT_APPLICABLE");
    world.buy_boost(ALICE, "this-device", Some("tel:+31612345678")).await.expect(201);
    // Nothing with this profile is sold to Bob's kind: to him there is none.
    world.post(BOB, SESSIONS, request()).await.error_info(400, "INVALID_ARGUMENT");
    let session = world.post(ALICE, SESSIONS, request()).await.expect(201);

    world.get(BOB, &path_of(&session)).await.error_info(403, "PERMISSION_DENIED");
    world.delete(BOB, &path_of(&session)).await.error_info(403, "PERMISSION_DENIED");
    world.get(BOB, &format!("{SESSIONS}/3fa85f64-5717-4562-b3fc-2c963f66afa6")).await.error_info(404, "NOT_FOUND");
    world.get(ALICE, &format!("{SESSIONS}/ses_1")).await.error_info(400, "INVALID_ARGUMENT");
}

#[tokio::test]
async fn a_retired_profile_is_not_applicable() {
    let world = World::open().await;
    world.delete(OPERATOR, &format!("/v1/offerings/{}", offering(1))).await.expect(204);
    world.post(ALICE, SESSIONS, request()).await.error_info(422, "QUALITY_ON_DEMAND.QOS_PROFILE_NOT_APPLICABLE");
}

#[tokio::test]
async fn faults_outside_the_operation_are_in_camara_form_too() {
    let world = World::open().await;
    let before = world.next_seq().await;
    world.post("", SESSIONS, request()).await.error_info(401, "UNAUTHENTICATED");
    let stranger = world.post("stranger", SESSIONS, request()).await;
    assert!(stranger.headers["www-authenticate"].to_str().is_ok_and(|text| text.starts_with("Bearer ")));
    stranger.error_info(401, "UNAUTHENTICATED");
    world.post(METER, SESSIONS, request()).await.error_info(403, "PERMISSION_DENIED");
    world.get(ALICE, "/quality-on-demand/v1/nothing").await.error_info(404, "NOT_FOUND");
    world.get(ALICE, "/qos-profiles/v1/nothing").await.error_info(404, "NOT_FOUND");
    world.get(ALICE, "/qos-profiles").await.error_info(404, "NOT_FOUND");
    world.get(ALICE, "/qos-profilesx").await.problem(404, "no-such-route");
    world.put(ALICE, SESSIONS, request()).await.error_info(405, "METHOD_NOT_ALLOWED");
    let text = [("content-type", "text/plain")];
    world.raw(ALICE, "POST", SESSIONS, &text, request().to_string()).await.error_info(400, "INVALID_ARGUMENT");
    world.raw(ALICE, "POST", SESSIONS, &[], request().to_string()).await.error_info(400, "INVALID_ARGUMENT");
    let large = with("qosProfile", json!("x".repeat(70_000)));
    world.post(ALICE, SESSIONS, large).await.error_info(400, "INVALID_ARGUMENT");
    assert_eq!(world.next_seq().await, before);
    let (_, router) = {
        world.buy_boost(ALICE, "one", None).await.expect(201);
        world.stop()
    };
    let request = axum::http::Request::get(format!("{SESSIONS}/3fa85f64-5717-4562-b3fc-2c963f66afa6"));
    let request = request.header("authorization", format!("Bearer {ALICE}")).body(axum::body::Body::empty());
    super::world::exchange(router, request.expect("a request")).await.error_info(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_correlator_is_echoed_on_every_answer_and_refused_when_it_is_not_one() {
    let world = World::open().await;
    for (path, status) in [(SESSIONS, 405), ("/quality-on-demand/v1/x", 404), ("/v1/offerings", 200), ("/v1/x", 404)] {
        let reply = world.send(ALICE, "GET", path, &[("x-correlator", "b4-9.{<:>}/_;")], None).await;
        assert_eq!(reply.status.as_u16(), status);
        assert_eq!(reply.headers["x-correlator"], "b4-9.{<:>}/_;");
    }
    for bad in ["white space", &"x".repeat(257), "a\"b"] {
        let reply = world.send(ALICE, "POST", SESSIONS, &[("x-correlator", bad)], Some(request())).await;
        assert_ne!(reply.headers["x-correlator"], bad, "what was not checked is not echoed");
        reply.error_info(400, "INVALID_ARGUMENT");
    }
    let empty = world.send(ALICE, "GET", "/v1/offerings", &[("x-correlator", "")], None).await;
    let other = world.send(ALICE, "GET", "/v1/offerings", &[], None).await;
    for reply in [&empty, &other] {
        assert!(
            (reply.status.as_u16(), reply.headers["x-correlator"].is_empty()) == (200, false),
            "it gets one of ours"
        );
    }
    assert_ne!(empty.headers["x-correlator"], other.headers["x-correlator"], "each its own");
    let echoed = world.send(ALICE, "GET", "/v1/x", &[("x-request-id", "r-1")], None).await;
    assert_eq!(echoed.headers["x-request-id"], "r-1");
}
