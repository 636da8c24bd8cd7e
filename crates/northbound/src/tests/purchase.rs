//! The purchase path, as a person walks it.

use super::world::{ALICE, BOB, ELSEWHERE, OPERATOR, World, here, offering, party, resource};
use h3o::{CellIndex, LatLng, Resolution};
use serde_json::{Value, json};
use std::str::FromStr;

#[tokio::test]
async fn qualified_quoted_bought_called_and_ended() {
    let world = World::open().await;
    let outcome = json!({"latency_ms_max": 30, "percentile": 95, "downlink_kbps_min": 5_000, "place": here(), "window": {"duration_s": 7_200}});
    let answer = world.post(ALICE, "/v1/qualifications", outcome).await.expect(200);
    assert_eq!((&answer["promised"], answer["answers"].as_array().map(Vec::len)), (&json!(true), Some(1)));
    let best = &answer["answers"][0];
    assert_eq!(best["price"], json!({"minor": 150, "currency": "EUR", "text": "1.50 EUR"}));
    assert!((best["confidence"].as_f64().expect("a number") - 0.999_599).abs() < 1e-9, "{best}");
    let path: Vec<_> =
        best["path"].as_array().expect("a path").iter().map(|leg| (&leg["name"], &leg["units"])).collect();
    assert_eq!(path, [(&json!("n78-1"), &json!(10)), (&json!("upf-1"), &json!(5))]);

    let wish = json!({"offering": best["offering"], "window": {"duration_s": 7_200}, "place": here()});
    let quote = world.post(ALICE, "/v1/quotes", wish).await.expect(201);
    assert_eq!((&quote["state"], &quote["price"]["minor"]), (&json!("open"), &json!(150)));
    let again = world.get(ALICE, &format!("/v1/quotes/{}", text(&quote["id"]))).await.expect(200);
    assert_eq!(again, quote);

    let order = json!({"quote": quote["id"], "device": "tel:+31612345678"});
    let key = [("idempotency-key", "first")];
    let token = world.send(ALICE, "POST", "/v1/orders", &key, Some(order.clone())).await.expect(201);
    assert_eq!((&token["state"], &token["device_bound"]), (&json!("issued"), &json!(true)));
    assert!(text(&token["entitlement"]).len() > 100);
    assert_eq!(world.send(ALICE, "POST", "/v1/orders", &key, Some(order)).await.expect(201), token);
    let wallet = world.get(ALICE, "/v1/wallets/EUR").await.expect(200);
    assert_eq!((&wallet["held"]["minor"], &wallet["available"]["minor"]), (&json!(150), &json!(850)));

    let call = json!({"token": token["id"], "device": "tel:+31612345678", "flow": {"server": "203.0.113.10"}, "duration_s": 600});
    let session = world.post(ALICE, "/v1/sessions", call.clone()).await.expect(201);
    assert_eq!(session["state"], "requested");
    world.post(ALICE, "/v1/sessions", call).await.problem(409, "session-conflict");
    world.network_confirms().await;
    let path = format!("/v1/sessions/{}", text(&session["id"]));
    assert_eq!(world.get(ALICE, &path).await.expect(200)["state"], "active");
    assert_eq!(world.get(ALICE, "/v1/wallets/EUR").await.expect(200)["balance"]["text"], "8.50 EUR");
    assert_eq!(world.delete(ALICE, &path).await.expect(202)["reason"], "delete_requested");

    let events = world.get(ALICE, &format!("/v1/tokens/{}/events", text(&token["id"]))).await.expect(200);
    let kinds: Vec<_> = events["items"].as_array().expect("a list").iter().map(|entry| text(&entry["type"])).collect();
    assert_eq!(kinds, ["token_issued", "session_requested", "session_activated", "session_ending"]);
}

#[tokio::test]
async fn what_cannot_be_promised_says_why_and_when_it_can() {
    let world = World::open().await;
    for key in ["one", "two", "three", "four", "five"] {
        world.buy_boost(ALICE, key, None).await.expect(201);
    }
    let outcome = json!({"latency_ms_max": 30, "place": here(), "window": {"duration_s": 7_200}});
    let answer = world.post(ALICE, "/v1/qualifications", outcome).await.expect(200);
    assert_eq!(answer["promised"], false);
    let reason = &answer["answers"][0]["reason"];
    assert_eq!(
        (&reason["code"], &reason["wanted"], &reason["free"]),
        (&json!("capacity-exhausted"), &json!(10), &json!(0))
    );
    let nearest = &answer["answers"][0]["nearest"];
    assert!(text(&nearest["from"]) > text(&answer["window"]["from"]), "{answer}");
    let later = json!({"latency_ms_max": 30, "place": here(), "window": nearest});
    assert_eq!(world.post(ALICE, "/v1/qualifications", later).await.expect(200)["promised"], true);
    world.buy_boost(ALICE, "six", None).await.problem(422, "capacity-exhausted");

    let far =
        json!({"place": {"lat": ELSEWHERE.0, "lon": ELSEWHERE.1}, "latency_ms_max": 30, "window": {"duration_s": 60}});
    let answer = world.post(ALICE, "/v1/qualifications", far).await.expect(200);
    assert_eq!(answer["answers"][0]["reason"]["code"], "not-covered");
}

#[tokio::test]
async fn what_cannot_be_promised_here_is_promised_at_the_nearest_place_where_it_can() {
    let world = World::open().await;
    let point = here();
    let degrees = |name: &str| point[name].as_f64().expect("degrees");
    let covered = LatLng::new(degrees("lat"), degrees("lon")).expect("a point").to_cell(Resolution::Eight);
    let served = world.post(ALICE, "/v1/qualifications", asked(&point)).await.expect(200)["place"][0].clone();
    let resolution = CellIndex::from_str(text(&served)).expect("an index").resolution();
    let covered = covered.parent(resolution).unwrap_or(covered);
    let beside = covered.grid_ring::<Vec<_>>(3).into_iter().next().expect("a cell");
    let answer = world.post(ALICE, "/v1/qualifications", asked(&json!({"h3": [beside.to_string()]}))).await.expect(200);
    assert_eq!((&answer["promised"], &answer["answers"][0]["reason"]["code"]), (&json!(false), &json!("not-covered")));
    let near = &answer["alternatives"][0];
    assert_eq!((&near["promised"], &near["offering"]), (&json!(true), &answer["answers"][0]["offering"]), "{answer}");
    assert_eq!(near["tier"], "ground");
    let metres = near["distance_m"].as_u64().expect("metres");
    let place = CellIndex::from_str(text(&near["place"][0])).expect("an index");
    assert!(metres > 0 && place != beside, "{near}");
    let there = world.post(ALICE, "/v1/qualifications", asked(&json!({"h3": near["place"]}))).await.expect(200);
    assert_eq!(there["promised"], true, "what is offered instead can be had");
}

#[tokio::test]
async fn an_area_holds_what_serves_it_and_says_at_what_grade() {
    let world = World::open().await;
    let point = here();
    let circle = json!({"lat": point["lat"], "lon": point["lon"], "radius_m": 5});
    let mut outcome = asked(&circle);
    outcome["grade_min"] = json!("statistical");
    let answer = world.post(ALICE, "/v1/qualifications", outcome.clone()).await.expect(200);
    assert_eq!(
        (&answer["promised"], &answer["answers"][0]["grade"]),
        (&json!(true), &json!("statistical")),
        "{answer}"
    );
    assert_eq!(answer["answers"][0]["path"][0]["class"], "radio_macro");
    outcome["grade_min"] = json!("hard");
    let answer = world.post(ALICE, "/v1/qualifications", outcome).await.expect(200);
    assert_eq!(answer["answers"][0]["reason"]["code"], "not-promisable");
    let both = json!({"lat": 52.0, "lon": 4.0, "h3": ["881969c9b3fffff"]});
    world.post(ALICE, "/v1/qualifications", asked(&both)).await.problem(400, "malformed-request");
}

fn asked(place: &Value) -> Value {
    json!({"latency_ms_max": 30, "place": place, "window": {"duration_s": 7_200}})
}

#[tokio::test]
async fn an_outcome_beyond_every_offering_is_answered_with_what_there_is() {
    let world = World::open().await;
    let outcome =
        json!({"latency_ms_max": 5, "capability": "experience", "place": here(), "window": {"duration_s": 60}});
    let answer = world.post(ALICE, "/v1/qualifications", outcome).await.expect(200);
    assert_eq!((&answer["promised"], &answer["answers"]), (&json!(false), &json!([])));
    assert_eq!(answer["alternatives"][0]["offering"], offering(1).to_string());
    let sharper = json!({"latency_ms_max": 30, "percentile": 99, "place": here(), "window": {"duration_s": 60}});
    assert_eq!(world.post(ALICE, "/v1/qualifications", sharper).await.expect(200)["promised"], false);
}

#[tokio::test]
async fn a_wallet_that_cannot_pay_a_stranger_and_a_used_key_are_refused() {
    let world = World::open().await;
    let long = json!({"offering": offering(1).to_string(), "window": {"duration_s": 80_000}, "place": here()});
    let before = world.next_seq().await;
    let poor = world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", "k")], Some(long)).await;
    let problem = poor.problem(402, "insufficient-funds");
    assert_eq!((&problem["needed"], &problem["available"]), (&json!(1_725), &json!(1_000)));
    world.buy_boost(BOB, "k", None).await.problem(403, "not-eligible");
    assert_eq!(world.next_seq().await, before);

    let token = world.buy_boost(ALICE, "k", None).await.expect(201);
    world.buy_boost(ALICE, "k", Some("tel:+31600000000")).await.problem(409, "idempotency-key-reused");
    let path = format!("/v1/tokens/{}", text(&token["id"]));
    world.get(BOB, &path).await.problem(404, "unknown-token");
    world.delete(BOB, &path).await.problem(404, "unknown-token");
    world.get(BOB, &format!("{path}/events")).await.problem(404, "unknown-token");
    world.get(BOB, &format!("/v1/wallets?party={}", party(2))).await.problem(404, "unknown-party");
    world.delete(ALICE, &path).await.expect(200);
    world.delete(ALICE, &path).await.problem(409, "token-not-usable");
}

#[tokio::test]
async fn lists_are_paged_and_a_token_is_suspended_and_resumed() {
    let world = World::open().await;
    for key in ["one", "two"] {
        world.buy_boost(ALICE, key, None).await.expect(201);
    }
    let first = world.get(ALICE, "/v1/tokens?limit=1").await.expect(200);
    let rest = world.get(ALICE, &format!("/v1/tokens?limit=1&after={}", text(&first["next"]))).await.expect(200);
    assert_ne!(first["items"][0]["id"], rest["items"][0]["id"]);
    assert_eq!((rest["items"].as_array().map(Vec::len), rest.get("next")), (Some(1), None));
    assert_eq!(first["items"][0].get("entitlement"), None);
    world.get(ALICE, "/v1/tokens?limit=201").await.problem(422, "invalid-value");
    world.get(ALICE, "/v1/tokens?page=1").await.problem(400, "malformed-request");

    let path = format!("/v1/tokens/{}", text(&first["items"][0]["id"]));
    world.send(ALICE, "POST", &format!("{path}/suspend"), &[], None).await.problem(403, "role-not-allowed");
    world.send(OPERATOR, "POST", &format!("{path}/suspend"), &[], None).await.expect(200);
    let call = json!({"token": first["items"][0]["id"], "device": "tel:+31612345678", "duration_s": 60});
    let problem = world.post(ALICE, "/v1/sessions", call).await.problem(409, "token-not-usable");
    assert_eq!(problem["state"], "suspended");
    assert_eq!(world.send(OPERATOR, "POST", &format!("{path}/resume"), &[], None).await.expect(200)["state"], "issued");
}

#[tokio::test]
async fn a_calendar_shows_what_a_promise_takes() {
    let world = World::open().await;
    let path = format!("/v1/resources/{}/calendar", resource(2));
    let before = world.get(OPERATOR, &path).await.expect(200);
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let after = world.get(OPERATOR, &path).await.expect(200);
    let free = |calendar: &Value| calendar["slots"][1]["free"].as_u64();
    assert_eq!((free(&before), free(&after)), (Some(50), Some(40)));
    assert_eq!(after["slots"][1]["committed"], 10);
    world
        .get(OPERATOR, &format!("{path}?from=2030-01-01T00:00:00Z&to=2030-01-03T00:00:00Z"))
        .await
        .problem(422, "invalid-value");
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
