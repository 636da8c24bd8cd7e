//! TMF635 over HTTP, each answer held to TM Forum's own file.

use crate::tests::spec::Spec;
use crate::tests::world::{ALICE, BOB, METER, OPERATOR, World, here, offering, source};
use serde_json::{Value, json};

const BASE: &str = super::BASE;
const FILE: &str = "TMF635_Usage_Management_API_v4.0.0_swagger.json";

async fn token(world: &World) -> Value {
    let order = json!({"offering": offering(2).to_string(), "window": {"duration_s": 3_600}, "place": here()});
    world.send(BOB, "POST", "/v1/orders", &[("idempotency-key", "calls")], Some(order)).await.expect(201)["id"].clone()
}

fn record(token: &Value, sequence: Value, quantity: Value) -> Value {
    let of = |name: &str, value: Value| json!({"name": name, "value": value});
    json!({"usageCharacteristic": [of("token", token.clone()), of("source", json!(source().to_string())), of("sequence", sequence), of("quantity", quantity)]})
}

#[tokio::test]
async fn a_record_is_charged_once_and_shown_to_whom_it_concerns() {
    let world = World::open().await;
    let token = token(&world).await;
    let path = format!("{BASE}/usage");
    let made = world.post(METER, &path, record(&token, json!(1), json!(30))).await.expect(201);
    assert_eq!((&made["id"], &made["status"]), (&json!(format!("{}-1", source())), &json!("rated")));
    assert_eq!(made["ratedProductUsage"][0]["taxIncludedRatingAmount"], json!({"value": 0.3, "unit": "EUR"}));
    let again = world.post(METER, &path, record(&token, json!("1"), json!(30))).await.expect(201);
    assert_eq!(again, made);
    world.post(METER, &path, record(&token, json!(2), json!(5))).await.expect(201);
    assert_eq!(world.get(BOB, "/v1/wallets/EUR").await.expect(200)["balance"]["minor"], 65);

    let one = format!("{path}/{}-1", source());
    for who in [BOB, OPERATOR] {
        assert_eq!(world.get(who, &one).await.expect(200), made, "{who}");
        assert_eq!(world.get(who, &path).await.expect(200).as_array().map(Vec::len), Some(2), "{who}");
    }
    world.get(ALICE, &one).await.tmf_error(404, "not-found");
    assert_eq!(world.get(ALICE, &path).await.expect(200), json!([]));
    let some = world.get(BOB, &format!("{path}?usageCharacteristic.value=5&fields=usageDate")).await.expect(200);
    assert_eq!((some.as_array().map(Vec::len), &some[0]["id"]), (Some(1), &json!(format!("{}-2", source()))));
    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_at("#/definitions/Usage", &made);
}

#[tokio::test]
async fn what_usage_is_counted_in_is_listed() {
    let world = World::open().await;
    let token = token(&world).await;
    let all = world.get(BOB, &format!("{BASE}/usageSpecification")).await.expect(200);
    assert_eq!(all.as_array().map(Vec::len), Some(6));
    let call = world.get(BOB, &format!("{BASE}/usageSpecification/call")).await.expect(200);
    world.get(BOB, &format!("{BASE}/usageSpecification/gold")).await.tmf_error(404, "not-found");
    let mut body = record(&token, json!(1), json!(1));
    body["usageSpecification"] = json!({"id": "byte"});
    world.post(METER, &format!("{BASE}/usage"), body.clone()).await.tmf_error(409, "unit-not-sold");
    body["usageSpecification"] = json!({"id": "call"});
    let made = world.post(METER, &format!("{BASE}/usage"), body).await.expect(201);
    assert_eq!(made["usageSpecification"]["id"], "call");
    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_at("#/definitions/UsageSpecification", &call);
}

#[tokio::test]
async fn what_cannot_be_charged_gets_the_forums_error() {
    let world = World::open().await;
    let token = token(&world).await;
    let path = format!("{BASE}/usage");
    let before = world.next_seq().await;
    let table = [
        (json!({}), 400, "malformed-request"),
        (json!({"usageCharacteristic": []}), 400, "invalid-value"),
        (json!({"usageCharacteristic": 5}), 400, "malformed-request"),
        (record(&token, json!(0), json!(1)), 400, "invalid-value"),
        (record(&token, json!(-1), json!(1)), 400, "invalid-value"),
        (record(&token, json!(1), json!(-1)), 400, "invalid-value"),
        (record(&token, json!(1), json!(0)), 400, "quantity-out-of-range"),
        (record(&token, json!(1), json!(1e300)), 400, "invalid-value"),
        (record(&json!("tok_0000000000000000000000000z"), json!(1), json!(1)), 404, "unknown-token"),
        (record(&token, json!(1), json!(101)), 409, "insufficient-funds"),
    ];
    for (body, status, code) in table {
        world.post(METER, &path, body).await.tmf_error(status, code);
    }
    world.post(BOB, &path, record(&token, json!(1), json!(1))).await.tmf_error(403, "role-not-allowed");
    for id in ["x", "src_x-1", &format!("{}-x", source()), &format!("{}-1", source())] {
        world.get(BOB, &format!("{path}/{id}")).await.tmf_error(404, "not-found");
    }
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn a_listener_is_told_of_usage() {
    let world = World::open().await;
    let token = token(&world).await;
    world.post(BOB, &format!("{BASE}/hub"), json!({"callback": "https://bob.example/told"})).await.expect(201);
    let made = world.post(METER, &format!("{BASE}/usage"), record(&token, json!(1), json!(30))).await.expect(201);
    let letter = world.postbox.letters(1).await.remove(0);
    assert_eq!((letter.url.as_str(), &letter.body["event"]["usage"]), ("https://bob.example/told", &made));
    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_at("#/definitions/UsageCreateEvent", &letter.body);
}
