//! A promise follows its device.

use super::world::{ALICE, ELSEWHERE, OPERATOR, World, here, resource};
use serde_json::{Value, json};

const DEVICE: &str = "tel:+31612345678";

/// A second radio cell elsewhere, too small for more than two promises.
async fn second_cell(world: &World) {
    let there = h3o::LatLng::new(ELSEWHERE.0, ELSEWHERE.1).expect("a point").to_cell(h3o::Resolution::Nine);
    let radio = json!({
        "id": resource(3).to_string(), "name": "n78-2", "class": "radio_macro", "upstream": resource(1).to_string(),
        "covers": [there.to_string()], "nominal": 20, "floor_ppm": 0, "profile": 0,
    });
    world.post(OPERATOR, "/v1/resources", radio).await.expect(201);
}

fn there() -> Value {
    json!({"lat": ELSEWHERE.0, "lon": ELSEWHERE.1})
}

async fn attach(world: &World, place: &Value, ahead: &Value) -> String {
    let attachment = json!({"device": DEVICE, "place": place, "ahead": ahead});
    let answer = world.post(OPERATOR, "/v1/attachments", attachment).await.expect(200);
    assert_eq!(answer["sessions"].as_array().map(Vec::len), Some(1), "{answer}");
    answer["sessions"][0]["promise"].as_str().expect("a word").to_owned()
}

async fn path_of(world: &World, token: &Value) -> Vec<String> {
    let path = format!("/v1/tokens/{}", token["id"].as_str().expect("an id"));
    let row = world.get(ALICE, &path).await.expect(200);
    row["path"].as_array().expect("a path").iter().map(|leg| leg["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn a_promise_follows_its_device_is_held_ahead_and_breaks_aloud_where_there_is_no_room() {
    let world = World::open().await;
    second_cell(&world).await;
    let unknown = json!({"device": DEVICE, "place": here()});
    world.post(OPERATOR, "/v1/attachments", unknown.clone()).await.problem(404, "unknown-device");
    let token = world.buy_boost(ALICE, "one", Some(DEVICE)).await.expect(201);
    let call = json!({"token": token["id"], "device": DEVICE, "flow": {"server": "203.0.113.10"}, "duration_s": 600});
    world.post(ALICE, "/v1/sessions", call).await.expect(201);
    world.network_confirms().await;
    assert_eq!(attach(&world, &here(), &json!([])).await, "kept");
    assert_eq!(attach(&world, &here(), &json!([there()])).await, "moved");
    assert_eq!(path_of(&world, &token).await, ["n78-1", "upf-1", "n78-2"], "held ahead");
    assert_eq!(attach(&world, &there(), &json!([])).await, "moved");
    assert_eq!(path_of(&world, &token).await, ["n78-2", "upf-1"], "what was left is given back");
    assert_eq!(attach(&world, &here(), &json!([])).await, "moved");
    let order =
        json!({"offering": super::world::offering(1).to_string(), "window": {"duration_s": 7_200}, "place": there()});
    for key in ["two", "three"] {
        let _ = world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", key)], Some(order.clone())).await;
    }
    assert_eq!(attach(&world, &there(), &json!([])).await, "broken");
    let path = format!("/v1/tokens/{}/events", token["id"].as_str().expect("an id"));
    let events = world.get(ALICE, &path).await.expect(200);
    let kinds: Vec<_> = events["items"].as_array().expect("a list").iter().map(|entry| entry["type"].clone()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "token_rebooked").count(), 3, "{kinds:?}");
    assert_eq!(kinds.last(), Some(&json!("promise_broken")), "{kinds:?}");
    assert_ne!(events["items"].as_array().and_then(|all| all.last()).expect("one")["refund"]["minor"], 0, "it pays");
    let area = json!({"device": DEVICE, "place": {"lat": 52.0, "lon": 4.0, "radius_m": 5_000}});
    world.post(OPERATOR, "/v1/attachments", area).await.problem(422, "invalid-value");
    world.post(ALICE, "/v1/attachments", unknown).await.problem(403, "role-not-allowed");
}
