//! What cannot be meant, asked of every operation that takes it: each case has a name of its own in the documentation, says
//! what would be accepted, and changes nothing.

use super::world::{ALICE, ELSEWHERE, HERE, OPERATOR, PHONE, Reply, World, boost, here, offering, party};
use serde_json::{Value, json};

/// Everything that there is to see of a cell: how many events, and what they come to.
async fn digest(world: &World) -> (u64, String) {
    world.app.read(|view| (view.next_seq, view.state_hash().to_string())).await
}

/// The code of a refusal, documented and complete, whether it is the whole answer or the reason in one.
#[track_caller]
fn refusal(what: &str, reply: Reply) -> (String, String) {
    let reason = reply.body["answers"][0]["reason"].clone();
    let body = if reply.status == 200 { reason } else { reply.body.clone() };
    let code = body["code"].as_str().unwrap_or_else(|| panic!("{what}: {}", reply.body)).to_owned();
    let status = reply.status.as_u16();
    if status != 200 {
        reply.problem(status, &code);
    }
    let documented = engine::Rejection::ALL.iter().any(|page| page.code == code)
        || crate::DOOR_PAGES.iter().any(|page| page.code == code);
    assert!(documented, "{what}: {code}");
    assert!(body["accepted"].as_str().is_some_and(|text| !text.is_empty()), "{what}: {body}");
    let detail = body["detail"].as_str().map(str::to_owned).unwrap_or_default();
    (code, detail)
}

/// A qualification, a quote and an order, each with one thing changed.
async fn ask_all(world: &World, what: &str, change: &Value) -> Vec<(String, String)> {
    let changed = |mut request: Value| {
        for (name, value) in change.as_object().expect("members") {
            request[name] = value.clone();
        }
        request
    };
    let outcome = changed(json!({"latency_ms_max": 30, "place": here(), "window": {"duration_s": 3_600}}));
    let wish = changed(json!({"offering": offering(1).to_string(), "place": here(), "window": {"duration_s": 3_600}}));
    let key = [("idempotency-key", "bad")];
    let replies = [
        ("qualification", world.post(ALICE, "/v1/qualifications", outcome).await),
        ("quote", world.post(ALICE, "/v1/quotes", wish.clone()).await),
        ("order", world.send(ALICE, "POST", "/v1/orders", &key, Some(wish)).await),
    ];
    replies.into_iter().map(|(operation, reply)| refusal(&format!("{what}: {operation}"), reply)).collect()
}

#[tokio::test]
async fn windows_that_cannot_be_meant() {
    let at = |from: &str, to: &str| json!({"from": from, "to": to});
    let (before, after) = ("2090-01-01T10:00:00Z", "2090-01-01T11:00:00Z");
    check(&[
        ("inverted", json!({"window": at(after, before)}), "window-inverted"),
        ("no time between", json!({"window": at(before, before)}), "window-inverted"),
        ("of no length", json!({"window": {"duration_s": 0}}), "window-inverted"),
        ("ended before now", json!({"window": {"to": "2020-01-01T11:00:00Z"}}), "window-inverted"),
        ("in the past", json!({"window": at("2020-01-01T10:00:00Z", "2020-01-01T11:00:00Z")}), "window-in-past"),
        ("longer than it is sold for", json!({"window": {"duration_s": 86_401}}), "window-too-long"),
        ("longer than time", json!({"window": {"duration_s": u64::MAX}}), "window-too-long"),
        ("beyond the calendar", json!({"window": at(before, after)}), "window-beyond-calendar"),
        ("of negative length", json!({"window": {"duration_s": -1}}), "malformed-request"),
        ("without an end", json!({"window": {}}), "malformed-request"),
        ("with two ends", json!({"window": {"to": after, "duration_s": 60}}), "malformed-request"),
        ("no time at all", json!({"window": at("tomorrow", after)}), "invalid-value"),
    ])
    .await;
}

#[tokio::test]
async fn places_that_cannot_be_meant() {
    let circle = |radius_m: Value| json!({"place": {"lat": HERE.0, "lon": HERE.1, "radius_m": radius_m}});
    let polygon = |corners: &[[f64; 2]]| json!({"place": {"polygon": corners}});
    let h3 = |cells: &[&str]| json!({"place": {"h3": cells}});
    let bow = [[4.8, 52.3], [5.0, 52.5], [5.0, 52.3], [4.8, 52.5]];
    let dateline = [[179.0, 10.0], [-179.0, 10.0], [-179.0, 11.0], [179.0, 11.0]];
    check(&[
        ("outside coverage", json!({"place": {"lat": ELSEWHERE.0, "lon": ELSEWHERE.1}}), "not-covered"),
        ("an area beyond coverage", circle(json!(5_000)), "not-covered"),
        ("a route out of coverage", json!({"place": {"route": [[HERE.1, HERE.0], [5.9, 51.98]]}}), "not-covered"),
        ("sides that cross", polygon(&bow), "shape-invalid"),
        ("two points", polygon(&bow[..2]), "shape-invalid"),
        ("no points", polygon(&[]), "shape-invalid"),
        ("one point three times", polygon(&[bow[0]; 3]), "shape-invalid"),
        ("across the antimeridian", polygon(&dateline), "place-size-out-of-range"),
        ("half the earth", polygon(&[[-80.0, -60.0], [80.0, -60.0], [80.0, 60.0]]), "place-size-out-of-range"),
        ("no radius", circle(json!(0)), "place-size-out-of-range"),
        ("a negative radius", circle(json!(-100)), "place-size-out-of-range"),
        ("an absurd radius", circle(json!(1e300)), "place-size-out-of-range"),
        ("a radius that is no number", circle(json!("NaN")), "malformed-request"),
        ("a route of one point", json!({"place": {"route": [[4.9, 52.37]]}}), "shape-invalid"),
        (
            "a route around the earth",
            json!({"place": {"route": [[-90.0, 0.0], [90.0, 0.0]]}}),
            "place-size-out-of-range",
        ),
        ("north of the pole", json!({"place": {"lat": 91, "lon": 0}}), "position-invalid"),
        ("lat and lon changed over", json!({"place": {"route": [[4.9, 52.37], [4.9, 181.0]]}}), "position-invalid"),
        ("mixed resolutions", h3(&["8819695269fffff", "87196952effffff"]), "h3-cells-invalid"),
        ("no H3 index", h3(&["amsterdam"]), "h3-cells-invalid"),
        ("an index of nothing", h3(&["ffffffffffffffff"]), "h3-cells-invalid"),
        ("no cells", h3(&[]), "h3-cells-invalid"),
        ("too many cells", h3(&vec!["8819695269fffff"; 1_025]), "h3-cells-invalid"),
        ("nowhere", json!({"place": {}}), "malformed-request"),
        ("half a point", json!({"place": {"lat": 52.37}}), "malformed-request"),
        ("two shapes", json!({"place": {"lat": 52.37, "lon": 4.9, "h3": ["8819695269fffff"]}}), "malformed-request"),
    ])
    .await;
}

/// Each case is refused under its name by a qualification, a quote and an order, and nothing is changed by asking.
async fn check(cases: &[(&str, Value, &str)]) {
    let world = World::open().await;
    let before = digest(&world).await;
    for (what, change, code) in cases {
        for (found, detail) in ask_all(&world, what, change).await {
            assert_eq!(found, *code, "{what}: {detail}");
        }
    }
    assert_eq!(digest(&world).await, before);
}

#[tokio::test]
async fn outcomes_that_nothing_can_be_measured_by() {
    let world = World::open().await;
    let before = digest(&world).await;
    for (member, value, code) in [
        ("latency_ms_max", json!(0), "outcome-out-of-range"),
        ("latency_ms_max", json!(0.0001), "malformed-request"),
        ("latency_ms_max", json!(-1), "malformed-request"),
        ("latency_ms_max", json!(1_000_000_000_000_u64), "outcome-out-of-range"),
        ("downlink_kbps_min", json!(0), "outcome-out-of-range"),
        ("downlink_kbps_min", json!(1_000_000_000_000_u64), "outcome-out-of-range"),
        ("uplink_kbps_min", json!(0), "outcome-out-of-range"),
        ("uplink_kbps_min", json!(u64::MAX), "outcome-out-of-range"),
        ("percentile", json!(101), "outcome-out-of-range"),
        ("percentile", json!(-1), "outcome-out-of-range"),
        ("percentile", json!("most"), "malformed-request"),
    ] {
        let mut outcome = json!({"place": here(), "window": {"duration_s": 3_600}});
        outcome[member] = value.clone();
        let reply = world.post(ALICE, "/v1/qualifications", outcome).await;
        let (found, detail) = refusal(member, reply);
        assert_eq!(found, code, "{member} {value}: {detail}");
        assert!(found == "malformed-request" || detail.contains(member), "{detail}");
    }
    // What can be measured and is beyond anything on sale is no error: the closest that can be promised is named.
    for beyond in [json!({"latency_ms_max": 1}), json!({"downlink_kbps_min": u32::MAX})] {
        let mut outcome = json!({"place": here(), "window": {"duration_s": 3_600}});
        outcome.as_object_mut().expect("members").extend(beyond.as_object().expect("members").clone());
        let answer = world.post(ALICE, "/v1/qualifications", outcome).await.expect(200);
        assert_eq!((&answer["promised"], &answer["answers"]), (&json!(false), &json!([])), "{answer}");
        assert_eq!(answer["alternatives"][0]["offering"], offering(1).to_string(), "{answer}");
    }
    assert_eq!(digest(&world).await, before);
}

fn taking(number: u128, units: u64) -> Value {
    let mut draft = boost();
    draft["id"] = json!(offering(number).to_string());
    draft["demand"]["radio_macro"]["units"] = json!(units);
    draft
}

#[tokio::test]
async fn demands_of_nothing_and_of_more_than_there_will_ever_be() {
    let world = World::open().await;
    let before = digest(&world).await;
    for units in [0, u64::MAX] {
        world.post(OPERATOR, "/v1/offerings", taking(7, units)).await.problem(422, "quantity-out-of-range");
    }
    assert_eq!(digest(&world).await, before);
    // Of 100 that were built 40 are never sold, and background takes 10 of the others at the least.
    for (number, units, code) in
        [(7, 1_000_000, "not-promisable"), (8, 61, "not-promisable"), (9, 60, "capacity-exhausted")]
    {
        world.post(OPERATOR, "/v1/offerings", taking(number, units)).await.expect(201);
        let wish = json!({"offering": offering(number).to_string(), "place": here(), "window": {"duration_s": 3_600}});
        let before = digest(&world).await;
        let (found, _) = refusal("quote", world.post(ALICE, "/v1/quotes", wish.clone()).await);
        assert_eq!(found, code, "{units} units");
        let key = [("idempotency-key", "more")];
        let (found, _) = refusal("order", world.send(ALICE, "POST", "/v1/orders", &key, Some(wish)).await);
        assert_eq!(found, code, "{units} units");
        let outcome = json!({"latency_ms_max": 30, "place": here(), "window": {"duration_s": 3_600}});
        let answer = world.post(ALICE, "/v1/qualifications", outcome).await.expect(200);
        let own = answer["answers"].as_array().expect("a list");
        let own = own.iter().find(|row| row["offering"] == offering(number).to_string()).expect("it is asked");
        assert_eq!((&own["reason"]["code"], &own["nearest"]), (&json!(code), &Value::Null), "{own}");
        assert_eq!(digest(&world).await, before);
    }
}

#[tokio::test]
async fn who_and_what_is_not_known() {
    let world = World::open().await;
    let token = world.buy_boost(ALICE, "one", Some(PHONE)).await.expect(201);
    let before = digest(&world).await;
    let flow = json!({"server": "203.0.113.10"});
    let call = |device: &str| json!({"token": token["id"], "device": device, "flow": flow, "duration_s": 60});
    let order = |change: Value| {
        let mut order = json!({"offering": offering(1).to_string(), "place": here(), "window": {"duration_s": 60}});
        order.as_object_mut().expect("members").extend(change.as_object().expect("members").clone());
        order
    };
    let stranger = party(99).to_string();
    for (who, path, body, code) in [
        (ALICE, "/v1/sessions", call("tel:+31699999999"), "token-narrower-than-call"),
        (ALICE, "/v1/sessions", call("tel:+4917612345678"), "token-narrower-than-call"),
        (ALICE, "/v1/sessions", call("somebody"), "device-invalid"),
        (ALICE, "/v1/sessions", call(""), "device-invalid"),
        (OPERATOR, "/v1/attachments", json!({"device": "tel:+31699999999", "place": here()}), "unknown-device"),
        (OPERATOR, "/v1/attachments", json!({"device": "somebody", "place": here()}), "device-invalid"),
        (OPERATOR, "/v1/attachments", json!({"device": PHONE, "place": {"lat": 91, "lon": 0}}), "position-invalid"),
        (ALICE, "/v1/orders", order(json!({"device": "somebody"})), "device-invalid"),
        (ALICE, "/v1/orders", order(json!({"offering": offering(99).to_string()})), "unknown-offering"),
        (ALICE, "/v1/orders", order(json!({"offering": "boost"})), "invalid-value"),
        (OPERATOR, "/v1/orders", order(json!({"party": stranger})), "unknown-party"),
        (OPERATOR, "/v1/quotes", order(json!({"party": stranger})), "unknown-party"),
        (ALICE, "/v1/quotes", order(json!({"offering": offering(99).to_string()})), "unknown-offering"),
    ] {
        let reply = world.send(who, "POST", path, &[("idempotency-key", "unknown")], Some(body.clone())).await;
        let (found, detail) = refusal(path, reply);
        assert_eq!(found, code, "{path} {body}: {detail}");
    }
    assert_eq!(digest(&world).await, before);
}
