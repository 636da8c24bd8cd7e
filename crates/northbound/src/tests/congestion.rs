//! Bid prices and guard rails: loaded, seen, in the price of a quote, and refused by name when they cannot be meant.

use super::world::{ALICE, OPERATOR, World, here, offering, resource};
use crate::planning::{Congestion, CongestionCounts};
use crate::time;
use node::wall_clock;
use serde_json::{Value, json};
use std::sync::Arc;
use types::{Duration, Instant};

const PRICES: &str = "/v1/congestion/prices";
const RAILS: &str = "/v1/congestion/rails";

/// The start of the slot that runs now.
fn slot_now() -> Instant {
    let ms = wall_clock().as_ms();
    Instant::from_ms(ms - ms % 300_000)
}

/// The same price on these for four hours: thousandths of a minor unit for one unit in one slot.
fn flat(resources: &[u128], value: i64) -> Value {
    let row = |n: &u128| json!({"id": resource(*n).to_string(), "values": vec![value; 4]});
    json!({
        "from": time::text(slot_now()), "step_s": 3_600, "currency": "EUR", "scale": 1_000,
        "expires_at": time::text(slot_now().after(Duration::from_hours(3))),
        "resources": resources.iter().map(row).collect::<Vec<_>>(),
    })
}

/// What an hour of the boost costs, in minor units.
async fn price(world: &World) -> i64 {
    let asked = json!({"place": here(), "window": {"duration_s": 3_600}});
    let answer = world.post(ALICE, "/v1/qualifications", asked).await.expect(200);
    let boost = offering(1).to_string();
    let found = answer["answers"].as_array().expect("answers").iter().find(|one| one["offering"] == boost);
    found.and_then(|one| one["price"]["minor"].as_i64()).unwrap_or_else(|| panic!("{answer}"))
}

#[tokio::test]
async fn bid_prices_are_seen_and_are_in_the_next_quote() {
    let world = World::open().await;
    let plan = price(&world).await;
    let loaded = world.post(OPERATOR, PRICES, flat(&[1, 2], 90_000)).await.expect(201);
    assert_eq!((loaded["prices"].as_str().map(str::len), &loaded["resources"]), (Some(64), &json!(2)));
    let seen = world.get(OPERATOR, &format!("{PRICES}?limit=1")).await.expect(200);
    let first = &seen["items"][0];
    assert_eq!((&first["resource"], &first["currency"]), (&json!(resource(1).to_string()), &json!("EUR")));
    assert_eq!((&first["scale"], &first["step_s"]), (&json!(1_000), &json!(3_600)));
    assert_eq!(first["values"], json!([90_000, 90_000, 90_000, 90_000]));
    let next = format!("{PRICES}?after={}", seen["next"].as_str().expect("more"));
    let rest = world.get(OPERATOR, &next).await.expect(200);
    assert_eq!((&rest["items"][0]["name"], rest["items"].as_array().map(Vec::len)), (&json!("n78-1"), Some(1)));
    let dear = price(&world).await;
    assert!(dear > plan, "{dear} {plan}");

    // Twice the plan's price, and no more.
    let cap = json!({"cap": {"plan_ppm": 2_000_000}, "step_ppm": null, "exempt_level": 8,
        "classes": [{"kind": "public_service", "share_ppm": 0}]});
    world.put(OPERATOR, RAILS, cap).await.expect(200);
    assert_eq!(price(&world).await, 2 * plan);
    let own = json!({"offering": offering(1).to_string(), "floor": {"minor": 1}, "classes": [
        {"kind": "consumer", "share_ppm": 0}, {"kind": "enterprise", "grade": "hard", "share_ppm": 500_000}]});
    assert_eq!(world.put(OPERATOR, RAILS, own.clone()).await.expect(200), own);
    assert_eq!(price(&world).await, plan, "consumers are exempt there");
    let rails = world.get(OPERATOR, RAILS).await.expect(200);
    assert_eq!((&rails["items"][0]["cap"], &rails["items"][1]), (&json!({"plan_ppm": 2_000_000}), &own));
    world.delete(OPERATOR, &format!("{RAILS}?offering={}", offering(1))).await.expect(204);
    world.delete(OPERATOR, RAILS).await.expect(204);
    let usual = world.get(OPERATOR, RAILS).await.expect(200);
    let default = json!({"classes": [{"kind": "public_service", "share_ppm": 0}], "exempt_level": 8});
    assert_eq!(usual["items"], json!([default]));
}

/// The lines of a price: their words, and their amounts in minor units.
fn said(priced: &Value) -> Vec<(String, i64)> {
    let line = |line: &Value| {
        let text = line["text"].as_str().expect("words").to_owned();
        (text, line["amount"]["minor"].as_i64().expect("an amount"))
    };
    priced["lines"].as_array().expect("lines").iter().map(line).collect()
}

#[tokio::test]
async fn a_quote_says_in_words_why_it_costs_more_than_its_plan() {
    let world = World::open().await;
    // A unit in a slot is worth a cent: ten units of a radio cell and five of the core for twelve slots are 1.80.
    world.post(OPERATOR, PRICES, flat(&[1, 2], 1_000)).await.expect(201);
    let window = json!({"from": time::text(slot_now()), "duration_s": 3_600});
    let wish = json!({"offering": offering(1).to_string(), "place": here(), "window": window});
    let plan = ("Time: 1 × hour at 0.75 EUR each".to_owned(), 75);
    let worth = "The network is in demand then: what it takes is worth 1.80 EUR to others".to_owned();
    let quote = world.post(ALICE, "/v1/quotes", wish.clone()).await.expect(201);
    assert_eq!((said(&quote), &quote["price"]["minor"]), (vec![plan.clone(), (worth.clone(), 105)], &json!(180)));
    world.put(OPERATOR, RAILS, json!({"cap": {"plan_ppm": 2_000_000}})).await.expect(200);
    let asked = json!({"place": here(), "window": wish["window"]});
    let answer = world.post(ALICE, "/v1/qualifications", asked).await.expect(200);
    let answers = answer["answers"].as_array().expect("answers");
    let railed = answers.iter().find(|one| one["offering"] == wish["offering"]).expect("the boost answers");
    let down = ("Down to the highest price".to_owned(), -30);
    assert_eq!((said(railed), &railed["price"]["minor"]), (vec![plan, (worth, 105), down], &json!(150)));
    // What was quoted is bought for the same reasons, whatever the rails say since.
    let order = json!({"quote": quote["id"]});
    let token = world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", "dear")], Some(order)).await.expect(201);
    assert_eq!((said(&token), &token["price"]), (said(&quote), &quote["price"]));
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_by_name_and_changes_nothing() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let with = |name: &str, value: Value| {
        let mut draft = flat(&[2], 1);
        draft[name] = value;
        draft
    };
    let rows = |rows: &[(u128, Vec<i64>)]| {
        let row = |(n, row): &(u128, Vec<i64>)| json!({"id": resource(*n).to_string(), "values": row});
        with("resources", rows.iter().map(row).collect())
    };
    for (draft, code, detail) in [
        (with("from", json!("2026-01-05T10:01:00Z")), "invalid-value", "slot of five minutes"),
        (with("step_s", json!(600)), "invalid-value", "300 or 3600"),
        (with("scale", json!(0)), "invalid-value", "divisor of 1000000"),
        (with("scale", json!(3)), "invalid-value", "divisor of 1000000"),
        (with("currency", json!("euro")), "invalid-value", "currency"),
        (with("currency", json!("JPY")), "currency-not-sold", ""),
        (with("resources", json!([])), "invalid-value", "at least one"),
        (rows(&[(2, vec![-1])]), "invalid-value", "0 to 4294967295"),
        (rows(&[(2, vec![1]), (2, vec![1])]), "invalid-value", "twice"),
        (rows(&[(1, vec![1]), (2, vec![1, 2])]), "invalid-value", "as many as the others"),
        (rows(&[(2, vec![1; 2_017])]), "list-out-of-range", ""),
        (rows(&[(2, vec![1; 14 * 24 + 1])]), "window-beyond-calendar", ""),
        (with("expires_at", json!("2026-01-05T10:01:00Z")), "window-in-past", ""),
    ] {
        let problem = world.post(OPERATOR, PRICES, draft).await.problem(422, code);
        assert!(problem["detail"].as_str().is_some_and(|text| text.contains(detail)), "{problem}");
    }
    world.post(OPERATOR, PRICES, flat(&[9], 1)).await.problem(404, "unknown-resource");
    world.post(OPERATOR, PRICES, with("more", json!(1))).await.problem(400, "malformed-request");
    world.get(OPERATOR, &format!("{PRICES}?after=res_x")).await.problem(404, "unknown-resource");
    for rails in [
        json!({"cap": {"minor": 5}}),
        json!({"floor": {"plan_ppm": 2}, "cap": {"plan_ppm": 1}}),
        json!({"step_ppm": 100_000_001}),
    ] {
        world.put(OPERATOR, RAILS, rails).await.problem(422, "guard-rails-unsound");
    }
    let twice = json!({"classes": [{"share_ppm": 0}, {"share_ppm": 1}]});
    world.put(OPERATOR, RAILS, twice).await.problem(422, "list-out-of-range");
    world.put(OPERATOR, RAILS, json!({"exempt_level": 16})).await.problem(422, "invalid-value");
    let stranger = json!({"offering": offering(99).to_string()});
    world.put(OPERATOR, RAILS, stranger).await.problem(404, "unknown-offering");
    world.put(OPERATOR, RAILS, json!({"cap": {"none": 1}})).await.problem(400, "malformed-request");
    assert_eq!(world.next_seq().await, before);
}

/// What a cell did that made bid prices.
struct Made;

impl Congestion for Made {
    fn counts(&self) -> CongestionCounts {
        CongestionCounts { solved: 3, refreshed: 11, failures: 2, resources: 7, took_us: 1_500_000 }
    }
}

#[tokio::test]
async fn what_making_bid_prices_did_is_counted() {
    let world = World::open().await.with_app(|app| app.with_congestion(Some(Arc::new(Made))));
    let text = world.get(OPERATOR, "/metrics").await.body.as_str().expect("a text").to_owned();
    for line in ["solved_total 3", "refreshed_total 11", "failures_total 2", "resources 7", "seconds_total 1.500000"] {
        assert!(text.contains(&format!("tessera_bid_prices_{line}")), "{line} in {text}");
    }
}
