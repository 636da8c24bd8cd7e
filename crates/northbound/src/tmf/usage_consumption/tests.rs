//! TMF677 over HTTP, each answer held to TM Forum's own file.

use crate::tests::spec::Spec;
use crate::tests::world::{ALICE, BOB, METER, OPERATOR, World, here, offering, party, source};
use serde_json::{Value, json};

const BASE: &str = super::BASE;
const FILE: &str = "TMF677-Usage_Consumption-v5.1.0.oas.yaml";

/// Ten million tokens of a language model for 20.00 EUR.
fn volume() -> Value {
    let mut draft = crate::tests::world::calls();
    draft["id"] = json!(offering(3).to_string());
    draft["name"] = json!("AI tokens");
    draft["capability"] = json!("inference");
    draft["terms"]["volume"] = json!({"unit": "llm_token", "quantity": 1_000});
    draft["price"] = json!({"currency": "EUR", "once_minor": 50, "step_minor": 0, "step_s": 0, "tax_ppm": 0});
    draft
}

async fn buy(world: &World, number: u128) -> Value {
    let order = json!({"offering": offering(number).to_string(), "window": {"duration_s": 3_600}, "place": here()});
    let key = format!("buy-{number}");
    world.send(BOB, "POST", "/v1/orders", &[("idempotency-key", &key)], Some(order)).await.expect(201)["id"].clone()
}

async fn use_up(world: &World, token: &Value, sequence: u64, quantity: u64) {
    let charge = json!({"token": token, "source": source().to_string(), "sequence": sequence, "quantity": quantity});
    world.post(METER, "/v1/usage", charge).await.expect(200);
}

#[tokio::test]
async fn what_was_used_of_what_was_bought_and_what_is_left() {
    let world = World::open().await;
    world.post(OPERATOR, "/v1/offerings", volume()).await.expect(201);
    let (ai, calls) = (buy(&world, 3).await, buy(&world, 2).await);
    use_up(&world, &ai, 1, 400).await;
    use_up(&world, &calls, 2, 7).await;
    let query = json!({"@type": "QueryUsageConsumption"});
    let done = world.post(BOB, &format!("{BASE}/queryUsageConsumption"), query.clone()).await.expect(201);
    assert_eq!((&done["state"], &done["id"]), (&json!("done"), &json!(party(3).to_string())));
    let report = &done["usageConsumption"][0];
    let bucket = |id: &Value| {
        let all = report["bucket"].as_array().expect("buckets");
        all.iter().find(|bucket| bucket["id"] == *id).expect("one of it").clone()
    };
    assert_eq!(bucket(&ai)["remainingValue"], json!({"amount": 600, "units": "llm_token"}));
    assert_eq!(bucket(&ai)["bucketCounter"][0]["value"], json!({"amount": 400, "units": "llm_token"}));
    assert_eq!(bucket(&calls)["bucketCounter"][0]["value"], json!({"amount": 7, "units": "call"}));
    assert_eq!(bucket(&calls).get("remainingValue"), None, "what is paid by use has no end");
    let charged: Vec<_> = report["product"]
        .as_array()
        .expect("products")
        .iter()
        .map(|of| of["consumptionSummary"][0]["value"]["amount"].clone())
        .collect();
    assert_eq!(charged, [json!(0.07), json!(0.0)]);

    let criteria = json!({"@type": "UsageConsumptionReport", "product": [{"id": ai, "@type": "ProductRef"}]});
    let of_one = json!({"@type": "QueryUsageConsumption", "searchCriteria": criteria});
    let one = world.post(BOB, &format!("{BASE}/queryUsageConsumption"), of_one.clone()).await.expect(201);
    assert_eq!(one["usageConsumption"][0]["bucket"].as_array().map(Vec::len), Some(1));
    let again = world.get(BOB, one["href"].as_str().expect("a place")).await.expect(200);
    assert_eq!(
        again["usageConsumption"][0]["bucket"][0]["remainingValue"],
        one["usageConsumption"][0]["bucket"][0]["remainingValue"]
    );
    let kept = world.get(BOB, &format!("{BASE}/usageConsumptionReport/{}", party(3))).await.expect(200);
    assert_eq!(kept["bucket"].as_array().map(Vec::len), Some(2));
    let listed = world
        .get(OPERATOR, &format!("{BASE}/usageConsumptionReport?partyAccount.id={}&fields=id", party(3)))
        .await
        .expect(200);
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["id"]), (Some(1), &json!(party(3).to_string())));

    let foreign = world.post(ALICE, &format!("{BASE}/queryUsageConsumption"), of_one).await;
    foreign.tmf_error(400, "invalid-value");
    world.get(ALICE, &format!("{BASE}/usageConsumptionReport/{}", party(3))).await.tmf_error(404, "not-found");
    world.get(ALICE, one["href"].as_str().expect("a place")).await.tmf_error(404, "not-found");
    for wrong in
        [json!({}), json!({"@type": 1}), json!([]), json!({"@type": "X", "partyAccount": [{"id": "a"}, {"id": "b"}]})]
    {
        assert_eq!(world.post(BOB, &format!("{BASE}/queryUsageConsumption"), wrong).await.status, 400);
    }
    world.post(METER, &format!("{BASE}/queryUsageConsumption"), query).await.tmf_error(403, "role-not-allowed");
    let Some(spec) = Spec::tmf(FILE) else { return };
    for answer in [&done, &one] {
        spec.assert_is("QueryUsageConsumption", answer);
    }
    spec.assert_is("UsageConsumptionReport", &kept);
}
