//! Forecasts: loaded, seen in the calendar, and whom a rise after the sale affects.

use super::world::{ALICE, OPERATOR, World, offering, party, resource};
use crate::time;
use engine::Event;
use node::wall_clock;
use serde_json::{Value, json};
use types::Instant;

/// The start of the slot that runs now.
fn slot_now() -> String {
    let ms = wall_clock().as_ms();
    time::text(Instant::from_ms(ms - ms % 300_000))
}

/// The same load on the radio cell for a day.
fn flat(load: u32) -> Value {
    of(&[(2, vec![load; 24])])
}

fn of(rows: &[(u128, Vec<u32>)]) -> Value {
    let rows: Vec<_> = rows.iter().map(|(n, row)| json!({"id": resource(*n).to_string(), "background": row})).collect();
    json!({"from": slot_now(), "step_s": 3_600, "quantile_ppm": 950_000, "resources": rows})
}

fn calendar() -> String {
    format!("/v1/resources/{}/calendar", resource(2))
}

fn affected() -> String {
    format!("/v1/resources/{}/affected", resource(2))
}

#[tokio::test]
async fn a_forecast_is_seen_slot_by_slot_and_the_profile_everywhere_else() {
    let world = World::open().await;
    let before = world.get(OPERATOR, &calendar()).await.expect(200);
    let from = |calendar: &Value| calendar["slots"][1]["background_from"].clone();
    assert_eq!((from(&before), &before["slots"][1]["background"]), (json!("profile"), &json!(10)));
    assert_eq!(before["slots"][1].get("quantile_ppm"), None);

    let loaded = world.put(OPERATOR, "/v1/forecasts", flat(30)).await.expect(200);
    assert_eq!(loaded["forecast"].as_str().map(str::len), Some(64));
    assert_eq!((&loaded["resources"], &loaded["overcommitted"]), (&json!(1), &json!(0)));
    let after = world.get(OPERATOR, &calendar()).await.expect(200);
    let line = &after["slots"][1];
    assert_eq!((from(&after), &line["quantile_ppm"]), (json!("forecast"), &json!(950_000)));
    assert_eq!((&line["capacity"], &line["background"], &line["committed"]), (&json!(100), &json!(30), &json!(0)));
    assert_eq!((&line["short"], &line["floor"], &line["free"]), (&json!(0), &json!(40), &json!(30)));
    let tomorrow = time::text(wall_clock().after(types::Duration::from_hours(30)));
    let later = world.get(OPERATOR, &format!("{}?from={tomorrow}", calendar())).await.expect(200);
    assert_eq!(from(&later), "profile");
}

#[tokio::test]
async fn a_rise_after_the_sale_stops_sales_and_whoever_is_affected_is_known() {
    let world = World::open().await;
    let mut tokens = Vec::new();
    for key in ["one", "two"] {
        tokens.push(world.buy_boost(ALICE, key, None).await.expect(201)["id"].clone());
    }
    assert_eq!(world.get(OPERATOR, &affected()).await.expect(200)["items"], json!([]));

    let loaded = world.put(OPERATOR, "/v1/forecasts", flat(45)).await.expect(200);
    assert_eq!(loaded["overcommitted"], 1);
    assert_eq!(loaded["shortages"][0], json!({"resource": resource(2).to_string(), "slot_at": slot_now()}));
    let last = world.app.read(|view| view.timeline.back().map(|(.., event)| event.clone())).await;
    assert!(matches!(last, Some(Event::ResourceOvercommitted { .. })), "{last:?}");
    world.buy_boost(ALICE, "three", None).await.problem(422, "capacity-exhausted");

    let first = world.get(OPERATOR, &format!("{}?limit=1", affected())).await.expect(200);
    let entry = &first["items"][0];
    assert_eq!((&entry["token"], &entry["party"]), (&tokens[0], &json!(party(2).to_string())));
    assert_eq!((&entry["offering"], &entry["units"]), (&json!(offering(1).to_string()), &json!(10)));
    let next = format!("{}?after={}", affected(), first["next"].as_str().expect("more"));
    let rest = world.get(OPERATOR, &next).await.expect(200);
    assert_eq!((&rest["items"][0]["token"], rest["items"].as_array().map(Vec::len)), (&tokens[1], Some(1)));

    // One gives its token up: what is left fits, and nobody is affected any more.
    world.delete(ALICE, &format!("/v1/tokens/{}", tokens[0].as_str().expect("an id"))).await.expect(200);
    assert_eq!(world.get(OPERATOR, &affected()).await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn a_forecast_that_cannot_be_meant_is_refused_by_name_and_changes_nothing() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let with = |name: &str, value: Value| {
        let mut draft = flat(1);
        draft[name] = value;
        draft
    };
    let refused = [
        (with("from", json!("2026-01-05T10:01:00Z")), "invalid-value", "slot of five minutes"),
        (with("step_s", json!(600)), "invalid-value", "300 or 3600"),
        (with("step_s", json!(3_601)), "invalid-value", "300 or 3600"),
        (with("resources", json!([])), "invalid-value", "at least one"),
        (of(&[(2, vec![1]), (2, vec![1])]), "invalid-value", "twice"),
        (of(&[(1, vec![1]), (2, vec![1, 2])]), "invalid-value", "as many as the others"),
        (with("quantile_ppm", json!(0)), "share-out-of-range", ""),
        (with("from", json!("2026-01-05T10:00:00Z")), "window-in-past", ""),
        (of(&[(2, vec![1; 14 * 24 + 1])]), "window-beyond-calendar", ""),
    ];
    for (draft, code, detail) in refused {
        let problem = world.put(OPERATOR, "/v1/forecasts", draft).await.problem(422, code);
        assert!(problem["detail"].as_str().is_some_and(|text| text.contains(detail)), "{problem}");
    }
    world.put(OPERATOR, "/v1/forecasts", of(&[(9, vec![1])])).await.problem(404, "unknown-resource");
    world.put(OPERATOR, "/v1/forecasts", with("more", json!(1))).await.problem(400, "malformed-request");
    world.get(OPERATOR, &format!("/v1/resources/{}/affected", resource(9))).await.problem(404, "unknown-resource");
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn a_forecast_may_be_larger_than_other_requests_and_has_its_own_limit() {
    let world = World::open().await;
    let padded = |bytes: usize| format!("{}{}", flat(1), " ".repeat(bytes));
    let json = [("content-type", "application/json")];
    let put = |body: String| world.raw(OPERATOR, "PUT", "/v1/forecasts", &json, body);
    put(padded(1 << 20)).await.expect(200);
    put(padded(crate::limits::FORECAST_BODY_BYTES_MAX)).await.problem(413, "body-too-large");
}

#[tokio::test]
async fn resources_are_found_by_class_by_name_and_one_by_one() {
    let world = World::open().await;
    let names = async |path: &str| {
        let found = world.get(OPERATOR, path).await.expect(200);
        let items = found["items"].as_array().expect("a list").iter();
        items.map(|row| row["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("/v1/resources").await, ["upf-1", "n78-1"]);
    assert_eq!(names("/v1/resources?class=radio_macro").await, ["n78-1"]);
    assert_eq!(names("/v1/resources?name=upf").await, ["upf-1"]);
    assert!(names("/v1/resources?name=upf&class=radio_macro").await.is_empty());
    let one = world.get(OPERATOR, &format!("/v1/resources/{}", resource(2))).await.expect(200);
    assert_eq!(one["name"], "n78-1");
    world.get(OPERATOR, &format!("/v1/resources/{}", resource(9))).await.problem(404, "unknown-resource");
    world.get(OPERATOR, "/v1/resources?class=moon").await.problem(400, "malformed-request");
}
