//! Bundles of several capabilities on one token, and what no driver delivers.

use super::world::{ALICE, METER, OPERATOR, World, boost, offering, source};
use engine::{Actor, Command};
use serde_json::{Value, json};
use types::{Capabilities, Capability};

/// An uplink boost with AI tokens at two cents each and a shield, on one token.
fn glasses() -> Value {
    let mut draft = boost();
    draft["id"] = json!(offering(9).to_string());
    draft["name"] = json!("AI glasses");
    draft["also"] = json!(["inference", "security"]);
    draft.as_object_mut().expect("an object").remove("price");
    draft["price_plan"] = json!({
        "currency": "EUR", "components": [
            {"name": "Boost", "charge": "per_time", "step_s": 3_600, "amount": "0.75"},
            {"name": "AI tokens", "charge": "per_unit", "unit": "llm_token", "amount": "0.02"},
            {"name": "Data", "charge": "per_unit", "unit": "byte", "amount": "0.01", "per": 1_000},
        ],
    });
    draft
}

async fn delivers(world: &World, capabilities: &[Capability]) {
    let capabilities: Capabilities = capabilities.iter().copied().collect();
    world.app.submit(Actor::OPERATOR, Command::DeclareDelivery(capabilities)).await.expect("the operator may say so");
}

#[tokio::test]
async fn a_bundle_is_bought_once_found_by_each_capability_and_its_usage_is_revenue_of_what_delivered_it() {
    let world = World::open().await;
    let shown = world.post(OPERATOR, "/v1/offerings", glasses()).await.expect(201);
    assert_eq!((&shown["capability"], &shown["also"]), (&json!("experience"), &json!(["inference", "security"])));
    let (window, here) = (json!({"duration_s": 7_200}), super::world::here());
    for (capability, found) in [("inference", 1), ("experience", 2), ("slice", 0)] {
        let asked = json!({"latency_ms_max": 30, "capability": capability, "place": here, "window": window});
        let answers = world.post(ALICE, "/v1/qualifications", asked).await.expect(200)["answers"].clone();
        assert_eq!(answers.as_array().map(Vec::len), Some(found), "{capability}: {answers}");
    }
    let order =
        json!({"offering": offering(9).to_string(), "window": window, "place": here, "device": "tel:+31600000000"});
    let token = world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", "k")], Some(order)).await.expect(201);
    let granted = tessera_token::inspect(token["entitlement"].as_str().expect("a text")).expect("a token").grant;
    let granted = granted.expect("an authority block");
    assert_eq!(granted.capabilities().collect::<Vec<_>>(), ["experience", "inference", "security"]);

    let call = json!({"token": token["id"], "device": "tel:+31600000000", "flow": {"server": "203.0.113.10"}, "duration_s": 600});
    world.post(ALICE, "/v1/sessions", call).await.expect(201);
    world.network_confirms().await;
    for (sequence, quantity, unit) in [(1, 3, "llm_token"), (2, 5_000, "byte"), (3, 4, "llm_token")] {
        let charge = json!({"token": token["id"], "source": source().to_string(), "sequence": sequence, "quantity": quantity, "unit": unit});
        let charged = world.post(METER, "/v1/usage", json!({"charges": [charge]})).await.expect(200);
        assert_eq!(charged["results"][0]["status"], json!("charged"), "{charged}");
    }
    let revenue = world.get(OPERATOR, "/v1/revenue?by=capability").await.expect(200);
    let of = |name: &str| {
        let mut lines = revenue["lines"].as_array().expect("lines").iter();
        lines.find(|line| line["of"] == name).map(|line| line["revenue_minor"].clone())
    };
    assert_eq!(
        (of("inference"), of("experience"), of("security")),
        (Some(json!(14)), Some(json!(5)), None),
        "{revenue}"
    );
}

#[tokio::test]
async fn what_no_driver_delivers_is_not_sellable_and_says_so() {
    let world = World::open().await;
    world.post(OPERATOR, "/v1/offerings", glasses()).await.expect(201);
    let path = format!("/v1/offerings/{}", offering(9));
    assert_eq!(world.get(ALICE, &path).await.expect(200)["not_sellable"], Value::Null, "nobody said what is delivered");
    delivers(&world, &[Capability::Experience, Capability::Security]).await;
    let seen = world.get(ALICE, &path).await.expect(200);
    assert_eq!(seen["not_sellable"], json!("no driver delivers inference"));
    let of_tmf = format!("/tmf-api/productCatalogManagement/v5/productOffering/{}", offering(9));
    let listed = world.get(ALICE, &of_tmf).await.expect(200);
    assert_eq!((&listed["isBundle"], &listed["isSellable"]), (&json!(true), &json!(false)));
    let before = world.next_seq().await;
    let wish =
        json!({"offering": offering(9).to_string(), "window": {"duration_s": 600}, "place": super::world::here()});
    let refused = world.post(ALICE, "/v1/quotes", wish.clone()).await.problem(422, "no-driver");
    assert_eq!(refused["capability"], json!("inference"));
    world
        .send(ALICE, "POST", "/v1/orders", &[("idempotency-key", "k")], Some(wish.clone()))
        .await
        .problem(422, "no-driver");
    assert_eq!(world.next_seq().await, before, "nothing changed");
    delivers(&world, &Capability::ALL).await;
    world.post(ALICE, "/v1/quotes", wish).await.expect(201);
}

#[tokio::test]
async fn a_bundle_names_each_capability_once() {
    let world = World::open().await;
    for also in [json!(["inference", "inference"]), json!(["experience"])] {
        let mut draft = glasses();
        draft["also"] = also;
        let refused = world.post(OPERATOR, "/v1/offerings", draft).await.problem(422, "invalid-value");
        assert!(
            refused["detail"].as_str().is_some_and(|text| text.contains("also: each capability once")),
            "{refused}"
        );
    }
}
