//! Delivered quantities: once each, and never more than can be paid.

use super::world::{ALICE, BOB, METER, OPERATOR, World, offering, source};
use serde_json::{Value, json};
use std::sync::Arc;

async fn call_token(world: &World) -> Value {
    let order =
        json!({"offering": offering(2).to_string(), "window": {"duration_s": 3_600}, "place": super::world::here()});
    world.send(BOB, "POST", "/v1/orders", &[("idempotency-key", "calls")], Some(order)).await.expect(201)["id"].clone()
}

#[tokio::test]
async fn a_charge_is_made_once_and_a_list_is_answered_record_by_record() {
    let world = World::open().await;
    let token = call_token(&world).await;
    let charge = |sequence: u64, quantity: u64| json!({"token": token, "source": source().to_string(), "sequence": sequence, "quantity": quantity});
    let first = world.post(METER, "/v1/usage", charge(1, 30)).await.expect(200);
    assert_eq!((&first["status"], &first["paid"]["minor"]), (&json!("charged"), &json!(30)));
    assert_eq!(world.post(METER, "/v1/usage", charge(1, 30)).await.expect(200)["status"], "repeated");
    let unknown = json!({"token": "tok_zzz", "source": source().to_string(), "sequence": 9, "quantity": 1});
    let batch = json!({"charges": [charge(3, 10), unknown, charge(2, 20), charge(3, 10), charge(4, 41)]});
    let results = world.post(METER, "/v1/usage", batch).await.expect(200)["results"].clone();
    let status: Vec<_> = results.as_array().expect("a list").iter().map(|one| one["status"].clone()).collect();
    assert_eq!(status, ["charged", "rejected", "charged", "repeated", "rejected"]);
    assert_eq!(
        (&results[1]["problem"]["status"], &results[4]["problem"]["code"]),
        (&json!(422), &json!("insufficient-funds"))
    );
    assert_eq!(world.get(BOB, "/v1/wallets/EUR").await.expect(200)["balance"]["minor"], 40);
}

#[tokio::test]
async fn only_meters_charge_and_only_through_their_own() {
    let world = World::open().await;
    let token = call_token(&world).await;
    let charge = json!({"token": token, "source": source().to_string(), "sequence": 1, "quantity": 1});
    world.post(ALICE, "/v1/usage", charge.clone()).await.problem(403, "role-not-allowed");
    world.post(OPERATOR, "/v1/usage", charge).await.problem(404, "unknown-source");
    let before = world.next_seq().await;
    for body in [json!({}), json!({"charges": []}), json!({"charges": [], "token": "x"}), json!({"charges": vec![1]})] {
        let status = world.post(METER, "/v1/usage", body).await.status.as_u16();
        assert!(matches!(status, 400 | 422), "{status}");
    }
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_parallel_charges_against_a_balance_for_one_exactly_one_succeeds() {
    let world = Arc::new(World::open().await);
    let token = call_token(&world).await;
    let tasks: Vec<_> = (1..=1_000_u64)
        .map(|sequence| {
            let world = Arc::clone(&world);
            let charge = json!({"token": token, "source": source().to_string(), "sequence": sequence, "quantity": 100});
            tokio::spawn(async move { world.post(METER, "/v1/usage", charge).await })
        })
        .collect();
    let (mut charged, mut unpayable) = (0, 0);
    for task in tasks {
        match task.await.expect("no panic") {
            reply if reply.status == 200 => charged += 1,
            reply => {
                reply.problem(402, "insufficient-funds");
                unpayable += 1;
            }
        }
    }
    assert_eq!((charged, unpayable), (1, 999));
    let wallet = world.get(BOB, "/v1/wallets/EUR").await.expect(200);
    assert_eq!((&wallet["balance"]["minor"], &wallet["held"]["minor"]), (&json!(0), &json!(0)));
}

#[expect(clippy::needless_pass_by_value, reason = "a body is written where it is sent")]
fn record(token: &Value, sequence: u64, quantity: Value) -> Value {
    json!({
        "specversion": "1.0", "type": "usage.reported", "source": format!("/meters/{}", source()), "id": sequence.to_string(),
        "subject": token, "time": "2026-01-05T12:00:00Z", "data": {"quantity": quantity},
    })
}

async fn report(world: &World, who: &str, body: impl Into<axum::body::Body>) -> super::world::Reply {
    let media = [("content-type", "application/cloudevents-batch+json; charset=utf-8")];
    world.raw(who, "POST", "/v1/usage", &media, body).await
}

fn statuses(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().expect("a list");
    results.iter().map(|one| one["problem"]["code"].as_str().or(one["status"].as_str()).expect("one of them")).collect()
}

#[tokio::test]
async fn a_batch_is_answered_record_by_record_and_nothing_of_it_is_lost() {
    let world = World::open().await;
    let token = call_token(&world).await;
    let with = |name: &str, value: Value| {
        let mut one = record(&token, 90, json!(1));
        one[name] = value;
        one
    };
    let without = |name: &str| {
        let mut one = record(&token, 90, json!(1));
        one.as_object_mut().expect("an object").remove(name);
        one
    };
    let unit = |unit: Value| with("data", json!({"quantity": 1, "unit": unit}));
    let table = [
        (record(&token, 1, json!(30)), "accepted"),
        (record(&token, 1, json!(30)), "duplicate"),
        (record(&token, 3, json!(10)), "accepted"),
        (record(&token, 2, json!(5)), "accepted"),
        (record(&token, 4, json!(0)), "quantity-out-of-range"),
        (record(&token, 5, json!(-1)), "invalid-value"),
        (record(&token, 6, json!(1.5)), "invalid-value"),
        (record(&token, 7, json!("1")), "invalid-value"),
        (record(&token, 8, json!(u64::MAX)), "quantity-out-of-range"),
        (record(&token, 9, json!(1e30)), "invalid-value"),
        (record(&token, 10, json!(56)), "insufficient-funds"),
        (record(&token, 11, json!(55)), "accepted"),
        (record(&json!("tok_0000000000000000000000000z"), 12, json!(1)), "unknown-token"),
        (record(&json!("tok_x"), 12, json!(1)), "invalid-value"),
        (record(&token, u64::MAX, json!(1)), "quantity-out-of-range"),
        (unit(json!("call")), "insufficient-funds"),
        (unit(json!("byte")), "unit-not-sold"),
        (unit(json!(1)), "invalid-value"),
        (with("source", json!("src_0000000000000000000000000z")), "unknown-source"),
        (with("source", json!("src_x")), "invalid-value"),
        (with("source", json!(7)), "malformed-request"),
        (with("specversion", json!("0.3")), "malformed-request"),
        (with("specversion", json!(1.0)), "malformed-request"),
        (with("type", json!("token.issued")), "invalid-value"),
        (with("datacontenttype", json!("text/xml")), "invalid-value"),
        (with("datacontenttype", json!("application/json")), "insufficient-funds"),
        (with("anything", json!({"else": [1, {"a": null}]})), "insufficient-funds"),
        (with("id", json!(90)), "invalid-value"),
        (with("id", json!("090")), "invalid-value"),
        (with("id", json!("+90")), "invalid-value"),
        (with("id", json!("")), "invalid-value"),
        (with("id", json!("99999999999999999999")), "invalid-value"),
        (with("data", json!([1])), "malformed-request"),
        (with("data", json!({"quantity": {"a": 1}})), "invalid-value"),
        (without("data"), "malformed-request"),
        (without("subject"), "malformed-request"),
        (without("type"), "invalid-value"),
        (json!(null), "malformed-request"),
        (json!([]), "malformed-request"),
        (json!("x"), "malformed-request"),
        (json!({}), "malformed-request"),
        (record(&token, 3, json!(10)), "duplicate"),
    ];
    let batch: Vec<_> = table.iter().map(|(record, _)| record.clone()).collect();
    let answer = report(&world, METER, json!(batch).to_string()).await.expect(200);
    let expected: Vec<_> = table.iter().map(|(_, expected)| *expected).collect();
    assert_eq!(statuses(&answer), expected);
    assert_eq!((&answer["accepted"], &answer["duplicates"]), (&json!(4), &json!(2)));
    assert_eq!(answer["rejected"], json!(table.len() - 6));
    assert_eq!(answer["results"][0], json!({"status": "accepted", "paid_minor": 30, "overrun_minor": 0}));
    assert_eq!(world.get(BOB, "/v1/wallets/EUR").await.expect(200)["balance"]["minor"], 0);

    let again = report(&world, METER, json!(batch[..4]).to_string()).await.expect(200);
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(4)));
}

#[tokio::test]
async fn one_record_that_no_machine_can_read_does_not_cost_the_others() {
    let world = World::open().await;
    let token = call_token(&world).await;
    let text = |sequence| record(&token, sequence, json!(1)).to_string();
    let batch = format!(
        "[{},{},{},{}]",
        text(1),
        text(2).replace(":1}", ":1e999}"),
        text(3).replace("usage", "\\ud800"),
        text(4)
    );
    let answer = report(&world, METER, batch).await.expect(200);
    assert_eq!(statuses(&answer), ["accepted", "malformed-request", "malformed-request", "accepted"]);
    // What is escaped is what it says.
    let escaped = text(5).replace("usage", "us\\u0061ge");
    assert_eq!(statuses(&report(&world, METER, format!("[{escaped}]")).await.expect(200)), ["accepted"]);
}

#[tokio::test]
async fn what_is_no_batch_is_refused_as_a_whole() {
    let world = World::open().await;
    let token = call_token(&world).await;
    let before = world.next_seq().await;
    let one = record(&token, 1, json!(1)).to_string();
    for body in ["", "[]", "{}", "1", "[", "[1", "[1]x", one.as_str(), &format!("[{one}"), "\u{feff}[]"] {
        let reply = report(&world, METER, body.to_owned()).await;
        assert!([400, 422].contains(&reply.status.as_u16()), "{body}: {}", reply.body);
    }
    // Also what nobody reads of a record is text.
    let torn = [one.trim_end_matches('}').as_bytes(), b",\"more\":\"\xcb\"}"].concat();
    report(&world, METER, [b"[", &torn[..], b"]"].concat()).await.problem(400, "malformed-request");
    let many = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
    report(&world, METER, many(8_193)).await.problem(422, "invalid-value");
    report(&world, METER, format!("[{}]", vec!["1e999"; 8_193].join(","))).await.problem(422, "invalid-value");
    let all = report(&world, METER, many(8_192)).await.expect(200);
    assert_eq!(all["rejected"], 8_192);
    report(&world, METER, vec![b' '; crate::limits::USAGE_BODY_BYTES_MAX + 1]).await.problem(413, "body-too-large");
    report(&world, ALICE, format!("[{one}]")).await.problem(403, "role-not-allowed");
    report(&world, "", format!("[{one}]")).await.problem(401, "unauthenticated");
    let media = [("content-type", "application/cloudevents+json")];
    world.raw(METER, "POST", "/v1/usage", &media, one).await.problem(415, "unsupported-media-type");
    assert_eq!(world.next_seq().await, before);
}
