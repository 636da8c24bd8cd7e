//! TMF620 over HTTP, each answer held to TM Forum's own file.

use crate::tests::spec::Spec;
use crate::tests::world::{ALICE, BOB, METER, OPERATOR, World, boost, calls, here, offering};
use serde_json::{Value, json};

const BASE: &str = super::BASE;
const FILE: &str = "TMF620-Product_Catalog_Management-v5.0.0.oas.yaml";

/// An offering of our own API as TMF620 writes it.
fn draft(own: &Value, number: u128) -> Value {
    let members =
        own.as_object().expect("an object").iter().filter(|(name, _)| !["id", "name"].contains(&name.as_str()));
    let characteristics = members.map(|(name, value)| characteristic(name, value)).collect::<Value>();
    json!({
        "@type": "ProductOffering", "id": offering(number).to_string(), "name": own["name"], "lifecycleStatus": "Active",
        "lastUpdate": "2026-01-01T00:00:00Z", "productOfferingCharacteristic": characteristics,
    })
}

fn characteristic(name: &str, value: &Value) -> Value {
    let kind = match value {
        Value::String(_) => "String",
        Value::Bool(_) => "Boolean",
        Value::Array(_) => "StringArray",
        _ => "Object",
    };
    let value = json!({"@type": format!("{kind}CharacteristicValueSpecification"), "value": value});
    json!({
        "@type": "CharacteristicSpecification", "name": name, "valueType": kind, "characteristicValueSpecification": [value],
    })
}

fn value<'a>(shown: &'a Value, name: &str) -> &'a Value {
    let all = shown["productOfferingCharacteristic"].as_array().expect("characteristics");
    let found = all.iter().find(|of| of["name"] == name).expect("this characteristic");
    &found["characteristicValueSpecification"][0]["value"]
}

#[tokio::test]
async fn what_is_published_here_is_sold_by_everything_else_until_it_is_retired() {
    let world = World::open().await;
    let path = format!("{BASE}/productOffering");
    let asked = draft(&calls(), 9);
    if let Some(spec) = Spec::tmf(FILE) {
        spec.assert_is("ProductOffering_FVO", &asked);
    }
    let made = world.post(OPERATOR, &path, asked).await.expect(201);
    assert_eq!((&made["id"], &made["lifecycleStatus"]), (&json!(offering(9).to_string()), &json!("Active")));

    // It is the same as if it had been published through our own API.
    let id = offering(9).to_string();
    let [ours, like] = [9, 2].map(|number| format!("/v1/offerings/{}", offering(number)));
    let (mut ours, like) = (world.get(BOB, &ours).await.expect(200), world.get(BOB, &like).await.expect(200));
    ours["id"] = like["id"].clone();
    assert_eq!(ours, like);
    let order = json!({"offering": id, "window": {"duration_s": 3_600}, "place": here()});
    world.send(BOB, "POST", "/v1/orders", &[("idempotency-key", "a")], Some(order.clone())).await.expect(201);

    let one = format!("{path}/{id}");
    assert_eq!(world.get(BOB, &one).await.expect(200), made);
    assert_eq!((value(&made, "terms"), value(&made, "capability")), (&like["terms"], &json!("security")));
    let wish = json!({"@type": "ProductOffering", "lifecycleStatus": "Retired"});
    let media = [("content-type", "application/merge-patch+json")];
    let retired = world.raw(OPERATOR, "PATCH", &one, &media, wish.to_string()).await.expect(200);
    assert_eq!((&retired["lifecycleStatus"], &retired["isSellable"]), (&json!("Retired"), &json!(false)));
    world.get(BOB, &one).await.tmf_error(404, "not-found");
    world
        .send(BOB, "POST", "/v1/orders", &[("idempotency-key", "b")], Some(order))
        .await
        .problem(410, "offering-retired");
    assert_eq!(world.get(OPERATOR, &one).await.expect(200), retired);
    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_is("ProductOffering", &made);
    spec.assert_is("ProductOffering", &retired);
}

#[tokio::test]
async fn the_catalogue_shows_what_is_sold_with_its_prices_whoever_published_it() {
    let world = World::open().await;
    let all = world.get(ALICE, &format!("{BASE}/productOffering?sort=name")).await.expect(200);
    let names: Vec<_> = all.as_array().expect("a list").iter().map(|of| of["name"].clone()).collect();
    assert_eq!(names, ["Calls", "Gaming boost"]);
    let boosted = &all[1];
    assert_eq!((value(boosted, "terms"), value(boosted, "remedy")), (&boost()["terms"], &boost()["remedy"]));
    let some = format!("{BASE}/productOffering?productSpecification.id=security&fields=name");
    let some = world.get(ALICE, &some).await.expect(200);
    assert_eq!((some.as_array().map(Vec::len), &some[0]["name"]), (Some(1), &json!("Calls")));
    assert!(some[0].get("lifecycleStatus").is_none());

    let time =
        world.get(ALICE, boosted["productOfferingPrice"][0]["href"].as_str().expect("a place")).await.expect(200);
    assert_eq!((&time["price"], &time["priceType"]), (&json!({"unit": "EUR", "value": 0.75}), &json!("oneTime")));
    assert_eq!(time["unitOfMeasure"], json!({"amount": 3_600, "units": "s"}));
    assert_eq!(time["tax"][0]["taxRate"], 21.0);
    let call = world.get(ALICE, all[0]["productOfferingPrice"][0]["href"].as_str().expect("a place")).await.expect(200);
    assert_eq!((&call["price"], &call["priceType"]), (&json!({"unit": "EUR", "value": 0.01}), &json!("usage")));
    let prices = world.get(ALICE, &format!("{BASE}/productOfferingPrice")).await.expect(200);
    assert_eq!(prices, json!([time, call]));

    let category = world.get(ALICE, boosted["category"][0]["href"].as_str().expect("a place")).await.expect(200);
    assert_eq!(category["productOffering"].as_array().map(Vec::len), Some(2));
    let specification = boosted["productSpecification"]["href"].as_str().expect("a place");
    let specification = world.get(ALICE, specification).await.expect(200);
    let specifications = world.get(ALICE, &format!("{BASE}/productSpecification")).await.expect(200);
    assert!(specifications.as_array().expect("a list").contains(&specification));
    let categories = world.get(ALICE, &format!("{BASE}/category")).await.expect(200);
    assert_eq!(categories, json!([category]));
    for resource in ["category", "productSpecification", "productOffering", "productOfferingPrice"] {
        for id in ["x", "off_x-0", &format!("{}-7", offering(1))] {
            world.get(ALICE, &format!("{BASE}/{resource}/{id}")).await.tmf_error(404, "not-found");
        }
        world.get(METER, &format!("{BASE}/{resource}")).await.tmf_error(403, "role-not-allowed");
        world.get("", &format!("{BASE}/{resource}")).await.tmf_error(401, "unauthenticated");
        world.get(ALICE, &format!("{BASE}/{resource}?limit=0")).await.tmf_error(400, "invalid-value");
    }
    let Some(spec) = Spec::tmf(FILE) else { return };
    spec.assert_is("ProductOffering", boosted);
    spec.assert_is("ProductOfferingPrice", &time);
    spec.assert_is("ProductOfferingPrice", &call);
    spec.assert_is("Category", &category);
    spec.assert_is("ProductSpecification", &specification);
}

/// Drafts that cannot be sold, with what is said of each.
fn unsound(sound: &Value) -> Vec<(Value, &'static str)> {
    let with = |name: &str, value: Value| {
        let mut body = sound.clone();
        body[name] = value;
        body
    };
    let without = |name: &str| {
        let mut body = sound.clone();
        body.as_object_mut().expect("an object").remove(name);
        body
    };
    let added = |characteristic: Value| {
        let mut body = sound.clone();
        body["productOfferingCharacteristic"].as_array_mut().expect("a list").push(characteristic);
        body
    };
    let two = |mut of: Value| {
        let value = of["characteristicValueSpecification"][0].clone();
        of["characteristicValueSpecification"].as_array_mut().expect("a list").push(value);
        of
    };
    vec![
        (json!([]), "malformed-request"),
        (json!("offering"), "malformed-request"),
        (without("@type"), "malformed-request"),
        (without("name"), "malformed-request"),
        (without("lifecycleStatus"), "malformed-request"),
        (without("lastUpdate"), "malformed-request"),
        (without("productOfferingCharacteristic"), "malformed-request"),
        (with("name", json!(7)), "malformed-request"),
        (with("isBundle", json!("no")), "malformed-request"),
        (with("isBundle", Value::Null), "malformed-request"),
        (with("productOfferingCharacteristic", json!([])), "malformed-request"),
        (with("productOfferingCharacteristic", json!([{"name": "terms"}])), "malformed-request"),
        (added(characteristic("price_plan", &json!(1))), "malformed-request"),
        (added(characteristic("arp", &json!({"level": 9, "rank": 1}))), "malformed-request"),
        (added(characteristic("colour", &json!("red"))), "invalid-value"),
        (added(characteristic("terms", &calls()["terms"])), "invalid-value"),
        (added(two(characteristic("transferable", &json!(true)))), "invalid-value"),
        (with("@type", json!("Offering")), "invalid-value"),
        (with("id", json!("nine")), "invalid-value"),
        (with("lifecycleStatus", json!("In design")), "invalid-value"),
        (with("lastUpdate", json!("yesterday")), "invalid-value"),
        (with("isBundle", json!(true)), "invalid-value"),
        (with("isSellable", json!(false)), "invalid-value"),
        (with("productSpecification", json!({"id": "slice", "@type": "ProductSpecificationRef"})), "invalid-value"),
        (with("productOfferingPrice", json!([])), "invalid-value"),
        (with("validFor", json!({})), "invalid-value"),
    ]
}

#[tokio::test]
async fn a_draft_that_cannot_be_sold_gets_the_forums_error_and_changes_nothing() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let path = format!("{BASE}/productOffering");
    let sound = draft(&calls(), 9);
    for (body, code) in unsound(&sound) {
        let error = world.post(OPERATOR, &path, body.clone()).await;
        assert_eq!((error.status.as_u16(), &error.body["code"]), (400, &json!(code)), "{body}");
        let error = error.tmf_error(400, code);
        if let Some(spec) = Spec::tmf(FILE) {
            spec.assert_is("Error", &error);
        }
    }
    let media = [("content-type", "application/json")];
    world.raw(OPERATOR, "POST", &path, &media, "{").await.tmf_error(400, "malformed-request");
    world.post(OPERATOR, &path, draft(&calls(), 2)).await.tmf_error(409, "already-exists");
    for who in [ALICE, METER] {
        world.post(who, &path, sound.clone()).await.tmf_error(403, "role-not-allowed");
    }
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn a_patch_that_does_not_retire_gets_the_forums_error_and_changes_nothing() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let path = format!("{BASE}/productOffering");
    let one = format!("{path}/{}", offering(2));
    let retire = json!({"@type": "ProductOffering", "lifecycleStatus": "Retired"});
    let patched = |name: &str, value: Value| {
        let mut body = retire.clone();
        body[name] = value;
        body
    };
    for (body, code) in [
        (json!({}), "malformed-request"),
        (json!({"lifecycleStatus": "Retired"}), "malformed-request"),
        (patched("lifecycleStatus", json!(1)), "malformed-request"),
        (patched("lifecycleStatus", json!("Active")), "invalid-value"),
        (patched("@type", json!("Product")), "invalid-value"),
        (patched("name", json!("Other")), "invalid-value"),
    ] {
        world.send(OPERATOR, "PATCH", &one, &[], Some(body)).await.tmf_error(400, code);
    }
    world.send(ALICE, "PATCH", &one, &[], Some(retire.clone())).await.tmf_error(403, "role-not-allowed");
    for id in ["x".to_owned(), offering(77).to_string()] {
        world
            .send(OPERATOR, "PATCH", &format!("{path}/{id}"), &[], Some(retire.clone()))
            .await
            .tmf_error(404, "not-found");
    }
    assert_eq!(world.next_seq().await, before);
}
