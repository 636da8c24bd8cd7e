//! How often each may ask, and what it is told when that was too often.

use super::world::{ALICE, BOB, METER, OPERATOR, Reply, World, exchange, here, offering, source};
use crate::admit::Peer;
use crate::{Limits, Rate};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::Ordering;

fn rate(requests: u32, window_s: u64) -> Rate {
    Rate::new(requests, window_s).expect("a rate")
}

fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply.headers.get(name).map_or("", |value| value.to_str().expect("headers of ours are text"))
}

#[tokio::test]
async fn a_caller_beyond_its_rate_is_told_when_to_come_back_and_nobody_else_is() {
    let mut world = World::open().await;
    let now_ms = world.limit(&Limits { customer: rate(3, 30), ..Limits::default() });
    for left in ["\"default\";r=2;t=10", "\"default\";r=1;t=20", "\"default\";r=0;t=30"] {
        let reply = world.get(ALICE, "/v1/wallets").await;
        assert_eq!((reply.status.as_u16(), header(&reply, "ratelimit")), (200, left));
        assert_eq!(header(&reply, "ratelimit-policy"), "\"default\";q=3;w=30");
    }
    let refused = world.get(ALICE, "/v1/wallets").await;
    assert_eq!((header(&refused, "retry-after"), header(&refused, "ratelimit")), ("10", "\"default\";r=0;t=30"));
    refused.problem(429, "rate-limited");
    let refused = world.get(ALICE, "/quality-on-demand/v1/sessions/00000000-0000-0000-0000-000000000000").await;
    assert_eq!(header(&refused, "retry-after"), "10");
    refused.error_info(429, "TOO_MANY_REQUESTS");
    world.get(BOB, "/v1/wallets").await.expect(200);
    let others = world.get(OPERATOR, "/v1/wallets").await;
    assert_eq!(header(&others, "ratelimit-policy"), "\"default\";q=10000;w=10");
    now_ms.store(10_000, Ordering::Relaxed);
    world.get(ALICE, "/v1/wallets").await.expect(200);
    world.get(ALICE, "/v1/wallets").await.problem(429, "rate-limited");
}

#[tokio::test]
async fn a_refused_request_changes_nothing() {
    let mut world = World::open().await;
    world.limit(&Limits { meter: rate(1, 60), ..Limits::default() });
    let charge =
        |sequence| json!({"token": "tok_x", "source": source().to_string(), "sequence": sequence, "quantity": 1});
    world.post(METER, "/v1/usage", charge(1)).await.problem(422, "invalid-value");
    let before = world.next_seq().await;
    world.post(METER, "/v1/usage", charge(2)).await.problem(429, "rate-limited");
    assert_eq!(world.next_seq().await, before);
}

/// One request from an address.
async fn from(world: &World, address: IpAddr, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(path).extension(Peer(address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    exchange(world.router.clone(), request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn strangers_share_the_rate_of_their_address_whatever_they_claim() {
    let mut world = World::open().await;
    world.limit(&Limits { stranger: rate(3, 30), ..Limits::default() });
    let here = IpAddr::from([192, 0, 2, 1]);
    from(&world, here, "/v1/wallets", &[("authorization", "Bearer guess")]).await.problem(401, "unauthenticated");
    from(&world, here, "/v1/wallets", &[]).await.problem(401, "unauthenticated");
    from(&world, here, "/docs/problems", &[]).await.expect(200);
    for headers in [&[("x-forwarded-for", "198.51.100.7")], &[("forwarded", "for=198.51.100.7")]] {
        let refused = from(&world, here, "/docs/problems", headers).await;
        assert_eq!(header(&refused, "retry-after"), "10");
        assert!(!refused.headers.contains_key("ratelimit"), "nobody is told how others stand");
        refused.problem(429, "rate-limited");
    }
    from(&world, here, "/v1/wallets", &[("authorization", "Bearer guess")]).await.problem(429, "rate-limited");
    from(&world, here, "/v1/tokens/tok_x/entitlement", &[]).await.problem(429, "rate-limited");
    from(&world, here, "/healthz", &[]).await.expect(200);
    from(&world, IpAddr::from([192, 0, 2, 2]), "/docs/problems", &[]).await.expect(200);
    let bearer = format!("Bearer {ALICE}");
    from(&world, here, "/v1/wallets", &[("authorization", &bearer)]).await.expect(200);
}

#[tokio::test]
async fn an_ipv6_network_is_one_address() {
    let mut world = World::open().await;
    world.limit(&Limits { stranger: rate(1, 30), ..Limits::default() });
    let address = |network, host| IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, network, 0, 0, 0, host));
    from(&world, address(1, 1), "/docs/problems", &[]).await.expect(200);
    from(&world, address(1, 2), "/docs/problems", &[]).await.problem(429, "rate-limited");
    from(&world, address(2, 1), "/docs/problems", &[]).await.expect(200);
    let mapped = IpAddr::from(std::net::Ipv4Addr::new(192, 0, 2, 9).to_ipv6_mapped());
    from(&world, mapped, "/docs/problems", &[]).await.expect(200);
    from(&world, IpAddr::from([192, 0, 2, 9]), "/docs/problems", &[]).await.problem(429, "rate-limited");
}

fn wish() -> Value {
    json!({"offering": offering(1).to_string(), "window": {"duration_s": 7_200}, "place": here()})
}

#[tokio::test]
async fn quotes_and_purchases_of_a_party_have_a_velocity() {
    let mut world = World::open().await;
    let now_ms = world.limit(&Limits { quotes: rate(1, 60), purchases: rate(1, 120), ..Limits::default() });
    world.post(ALICE, "/v1/quotes", wish()).await.expect(201);
    let before = world.next_seq().await;
    let refused = world.post(ALICE, "/v1/quotes", wish()).await;
    assert_eq!((header(&refused, "retry-after"), header(&refused, "ratelimit").is_empty()), ("60", false));
    refused.problem(429, "quota-reached");
    assert_eq!(world.next_seq().await, before);
    world.post(BOB, "/v1/quotes", wish()).await.problem(403, "not-eligible");
    world.buy_boost(ALICE, "k-1", None).await.expect(201);
    world.buy_boost(ALICE, "k-2", None).await.problem(429, "quota-reached");
    now_ms.store(120_000, Ordering::Relaxed);
    world.buy_boost(ALICE, "k-2", None).await.expect(201);
    // Asked again, the engine has a reason of its own.
    world.post(ALICE, "/v1/quotes", wish()).await.problem(429, "quote-share-exhausted");
}

#[tokio::test]
async fn purchases_for_a_device_have_a_velocity_of_their_own() {
    let mut world = World::open().await;
    world.limit(&Limits { device_purchases: rate(1, 60), ..Limits::default() });
    world.buy_boost(ALICE, "k-1", Some("tel:+31612345678")).await.expect(201);
    world.buy_boost(ALICE, "k-2", Some("tel:+31612345678")).await.problem(429, "quota-reached");
    world.buy_boost(ALICE, "k-3", Some("tel:+31612345679")).await.expect(201);
    world.buy_boost(ALICE, "k-4", None).await.expect(201);
}
