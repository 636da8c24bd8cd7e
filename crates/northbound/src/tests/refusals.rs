//! Every operation, against everyone and everything it should refuse: the right form, and nothing changes.

use super::openapi::{filled, operations};
use super::world::{ALICE, METER, OPERATOR, Reply, World, exchange};
use crate::limits::FORECAST_BODY_BYTES_MAX;
use crate::{camara, tmf};
use axum::body::Body;
use axum::http::Request;
use serde_json::json;

const OPEN: [&str; 14] = [
    "/v1/sandbox/applications",
    "/v1/keys",
    "/v1/revocations",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs/rejections",
    "/docs/problems",
    "/oauth2/token",
    "/oauth2/jwks",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-protected-resource",
];

#[track_caller]
fn in_form(path: &str, reply: Reply) -> u16 {
    let status = reply.status.as_u16();
    let code = reply.body["code"].as_str().unwrap_or_default().to_owned();
    if camara::speaks(path) {
        reply.error_info(status, &code);
    } else if tmf::speaks(path) {
        reply.tmf_error(status, &code);
    } else {
        reply.problem(status, &code);
    }
    status
}

#[tokio::test]
async fn no_operation_is_open_that_is_not_meant_to_be() {
    let world = World::open().await;
    let before = world.next_seq().await;
    for (method, path) in operations(&world).await.iter().filter(|(_, path)| !OPEN.contains(&path.as_str())) {
        for who in ["", "wrong", "operator-secre"] {
            let status = in_form(path, world.send(who, method, &filled(path), &[], Some(json!({}))).await);
            assert_eq!(status, 401, "{method} {path} as {who:?}");
        }
        for bad in ["Basic b3BlcmF0b3I=", "Bearer", "Bearer ", "operator-secret"] {
            let reply = world.send("", method, &filled(path), &[("authorization", bad)], Some(json!({}))).await;
            assert_eq!(in_form(path, reply), 401, "{method} {path} with {bad:?}");
        }
    }
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn every_operation_refuses_what_it_cannot_read() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let json = ("content-type", "application/json");
    for (method, path) in operations(&world).await.iter().filter(|(method, _)| *method == "POST" || *method == "PUT") {
        // The token endpoint reads forms, and refuses in a form of its own (`tests::oauth`).
        let bodiless =
            ["/suspend", "/resume", "/test", "/secret", "/redrive", "/close"].iter().any(|verb| path.ends_with(verb));
        if bodiless || path == "/oauth2/token" || path.contains("/members/") {
            continue;
        }
        let who = if path.ends_with("/usage") { METER } else { OPERATOR };
        let at = filled(path);
        let key = ("idempotency-key", "k");
        let several = ["/v1/forecasts", "/v1/loads", "/v1/usage", "/v1/congestion/prices"];
        let has_many = several.contains(&path.as_str());
        let large = "x".repeat(if has_many { FORECAST_BODY_BYTES_MAX + 1 } else { 1_100_000 });
        for (body, header, status) in [
            ("{\"a\":", json, 400),
            ("", json, 400),
            ("{\"unknown_member\": 1}", json, 400),
            ("[1, 2]", json, 400),
            ("{}", ("content-type", "text/xml"), 415),
            (large.as_str(), json, 413),
        ] {
            // No operation of CAMARA has a status of its own for a body of another type or size.
            let status = if camara::speaks(path) { 400 } else { status };
            let reply = world.raw(who, method, &at, &[header, key], body.to_owned()).await;
            assert_eq!(in_form(path, reply), status, "{method} {path} with {body:.30}");
        }
    }
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn ids_that_are_not_and_things_that_are_not_there() {
    let world = World::open().await;
    let before = world.next_seq().await;
    for (method, path) in operations(&world).await.iter().filter(|(_, path)| path.contains("{id}")) {
        let reply = world.send(OPERATOR, method, &path.replace("{id}", "tok-1"), &[], Some(json!({}))).await;
        // To TM Forum an id is any text: one that is not of ours is that of nothing.
        let nothing = tmf::speaks(path) && method != "PATCH";
        assert_eq!(in_form(path, reply), if nothing { 404 } else { 400 }, "{method} {path}");
        let reply = world.send(OPERATOR, method, &path.replace("{id}", "%ff%fe"), &[], None).await;
        assert_eq!(in_form(path, reply), 400, "{method} {path}");
        if method == "GET" || method == "DELETE" {
            let reply = world.send(OPERATOR, method, &filled(path), &[], None).await;
            assert_eq!(in_form(path, reply), 404, "{method} {path}");
        }
    }
    world.get(ALICE, "/v1/nothing").await.problem(404, "no-such-route");
    world.put(ALICE, "/v1/orders", json!({})).await.problem(405, "method-not-allowed");
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn the_operators_operations_are_the_operators() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let document = world.get("", "/openapi.json").await.expect(200);
    let mut seen = 0;
    for (method, path) in operations(&world).await {
        let tag = &document["paths"][&path][method.to_lowercase()]["tags"][0];
        if tag == "operator" {
            for who in [ALICE, METER] {
                let reply = world.send(who, &method, &filled(&path), &[], Some(json!({}))).await;
                reply.problem(403, "role-not-allowed");
            }
            seen += 1;
        }
    }
    assert!(seen >= 17, "{seen}");
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn purchases_need_a_key() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let order = json!({"quote": "quo_0000000000000000000000000z"});
    world.post(ALICE, "/v1/orders", order.clone()).await.problem(400, "idempotency-key-missing");
    for bad in ["", "white space", &"k".repeat(256)] {
        let reply = world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", bad)], Some(order.clone())).await;
        reply.problem(400, "idempotency-key-missing");
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    world.send(ALICE, "POST", "/v1/orders", &twice, Some(order.clone())).await.problem(400, "idempotency-key-missing");
    world.send(ALICE, "POST", "/v1/orders", &twice[..1], Some(order)).await.problem(404, "unknown-quote");
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn a_cell_that_has_stopped_says_so() {
    let world = World::open().await;
    world.get("", "/readyz").await.expect(200);
    let (_, router) = world.stop();
    let request = |path: &str| Request::get(path).body(Body::empty()).expect("a request");
    let reply = exchange(router.clone(), request("/readyz")).await;
    assert_eq!(reply.headers["retry-after"], "1");
    reply.problem(503, "stopped");
    exchange(router, request("/healthz")).await.expect(200);
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_never_by_address() {
    let world = World::open().await;
    world.get(ALICE, "/v1/tokens/tok_0000000000000000000000000z").await.problem(404, "unknown-token");
    let text = world.get("", "/metrics").await.body.as_str().expect("a text").to_owned();
    assert!(text.contains("route=\"/v1/tokens/{id}\",status=\"404\"} 1\n"), "{text}");
    assert!(text.contains("\ntessera_commands_accepted_total ") && !text.contains("tok_0000"), "{text}");
}

#[tokio::test]
async fn metrics_tell_why_callers_were_turned_away_and_what_could_not_be_delivered() {
    let world = World::open().await;
    let hook = json!({"url": "https://alice.example/hook", "types": ["wallet.topped_up"]});
    world.post(ALICE, "/v1/webhooks", hook).await.expect(201);
    world.postbox.answers(&[503; 40]);
    world.top_up(2, 1, "told").await.expect(201);
    world.postbox.letters(1).await;
    world.get("", "/v1/wallets").await.problem(401, "unauthenticated");
    for _ in 0..2 {
        world.get("nobody's", "/v1/wallets").await.problem(401, "unauthenticated");
    }
    world.get(ALICE, "/v1/wallets?access_token=x").await.problem(400, "malformed-request");
    let text = world.get("", "/metrics").await.body.as_str().expect("a text").to_owned();
    for line in [
        "tessera_deliveries_waiting 1",
        "tessera_dead_letters 0",
        "tessera_authentication_failures_total{reason=\"nothing_shown\"} 1",
        "tessera_authentication_failures_total{reason=\"invalid_token\"} 2",
        "tessera_authentication_failures_total{reason=\"invalid_request\"} 1",
        "tessera_authentication_failures_total{reason=\"invalid_proof\"} 0",
        "tessera_requests_shed_total{priority=\"look\"} 0",
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}: {text}");
    }
}
