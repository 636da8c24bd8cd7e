//! Offerings that are sold by price plans: the same lines on the quote, the token and its usage.

use super::world::{ALICE, METER, OPERATOR, World, calls, here, offering, source};
use serde_json::{Value, json};
use types::Duration;

fn minor(value: &Value) -> i64 {
    value["minor"].as_i64().expect("money")
}

fn sum(lines: &Value) -> i64 {
    lines.as_array().expect("a list").iter().map(|line| minor(&line["amount"])).sum()
}

/// 1,000 LLM tokens a month, 300 of which come over, calls at three cents and messages in packages; a trial and a code.
fn assistant() -> Value {
    let mut draft = calls();
    draft["id"] = json!(offering(9).to_string());
    draft["name"] = json!("Assistant");
    draft["capability"] = json!("inference");
    draft["terms"]["window_length_max_s"] = json!(400 * 86_400);
    draft["terms"]["volume"] = json!({"unit": "llm_token", "quantity": 1_000});
    draft["terms"]["rollover_max"] = json!(300);
    draft.as_object_mut().expect("an object").remove("price");
    draft["price_plan"] = json!({
        "currency": "EUR", "tax": {"rate_ppm": 210_000},
        "components": [
            {"name": "Set-up", "charge": "once", "amount": "1.00"},
            {"name": "Plan", "charge": "recurring", "period": "1 month", "amount": "2.50"},
            {"name": "Calls", "charge": "per_unit", "unit": "call", "amount": "0.03"},
            {"name": "Messages", "charge": "per_unit", "unit": "message", "amount": "0.05", "per": 10, "tiering": "package"},
        ],
        "discounts": [
            {"name": "Half of the set-up", "share_ppm": 500_000, "of": ["Set-up"], "code": "HALF"},
            {"name": "First month", "share_ppm": 1_000_000, "of": ["Plan"], "periods": 1, "newcomers_only": true},
        ],
    });
    draft
}

fn wish(more: Value) -> Value {
    let mut wish = json!({"offering": offering(9).to_string(), "window": {"duration_s": 90 * 86_400}, "place": here()});
    let Value::Object(more) = more else { return wish };
    wish.as_object_mut().expect("an object").extend(more);
    wish
}

async fn bought(world: &World, key: &str, order: Value) -> Value {
    world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", key)], Some(order)).await.expect(201)
}

async fn charge(world: &World, token: &Value, sequence: u64, quantity: u64, unit: Option<&str>) -> Value {
    let mut charge =
        json!({"token": token, "source": source().to_string(), "sequence": sequence, "quantity": quantity});
    if let Some(unit) = unit {
        charge["unit"] = json!(unit);
    }
    world.post(METER, "/v1/usage", json!({"charges": [charge]})).await.expect(200)["results"][0].clone()
}

/// Hours go by one after another, as a clock may go.
async fn pass(world: &World, hours: u64, key: &str) {
    for half in 0..2 * hours {
        world.skip(Duration::from_mins(30));
        // What is due happens with the next command.
        world.top_up(3, 1, &format!("{key}-{half}")).await.expect(201);
    }
}

#[tokio::test]
async fn an_offering_is_sold_by_its_plan_and_every_amount_has_its_lines() {
    let world = World::open().await;
    let published = world.post(OPERATOR, "/v1/offerings", assistant()).await.expect(201);
    let mut again = assistant();
    again["id"] = json!(offering(10).to_string());
    again["price_plan"] = published["price_plan"].clone();
    let copy = world.post(OPERATOR, "/v1/offerings", again).await.expect(201);
    assert_eq!(copy["price_plan"], published["price_plan"], "what is shown can be published");
    assert_eq!(copy["price_words"], published["price_words"]);
    assert_eq!(published["price_words"].as_array().map(Vec::len), Some(6));
    assert_eq!(published["price_version"], json!(0));
    let seen = world.get(ALICE, &format!("/v1/offerings/{}", offering(9))).await.expect(200);
    assert!(published.to_string().contains("HALF") && !seen.to_string().contains("HALF"), "a code is not told: {seen}");

    world.post(ALICE, "/v1/quotes", wish(json!({"promotion": "HALVES"}))).await.problem(409, "unknown-promotion");
    let quote = world.post(ALICE, "/v1/quotes", wish(json!({"promotion": "HALF"}))).await.expect(201);
    let amounts: Vec<i64> =
        quote["lines"].as_array().expect("lines").iter().map(|line| minor(&line["amount"])).collect();
    assert_eq!(amounts, [100, 250, -50, -250]);
    assert_eq!((sum(&quote["lines"]), minor(&quote["price"])), (50, 50));

    let token = bought(&world, "one", json!({"quote": quote["id"]})).await;
    assert_eq!(token["lines"], quote["lines"], "the same lines on the quote and the token");
    assert_eq!((&token["term"]["number"], &token["volume_left"]), (&json!(0), &json!(1_000)));
    for (sequence, quantity, unit) in [(1, 2, Some("call")), (2, 11, Some("message")), (3, 400, None)] {
        let charged = charge(&world, &token["id"], sequence, quantity, unit).await;
        assert_eq!(charged["status"], json!("charged"), "{charged}");
    }
    let refused = charge(&world, &token["id"], 4, 1, Some("byte")).await;
    assert_eq!(refused["problem"]["code"], json!("unit-not-sold"), "{refused}");
    let path = format!("/v1/tokens/{}", token["id"].as_str().expect("an id"));
    let token = world.get(ALICE, &path).await.expect(200);
    let used: Vec<(&Value, i64)> = token["usage_lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| (&line["quantity"], minor(&line["amount"])))
        .collect();
    assert_eq!(used, [(&json!(2), 6), (&json!(11), 10)]);
    assert_eq!((sum(&token["usage_lines"]), minor(&token["usage"])), (16, 16));
    assert_eq!((&token["used"], &token["volume_left"]), (&json!(400), &json!(600)));

    let bill = billed(&world).await;
    let of =
        |what: &str| bill["lines"].as_array().expect("a list").iter().filter(|line| line["what"] == what).collect();
    let (fees, usages): (Vec<&Value>, Vec<&Value>) = (of("fee"), of("usage"));
    assert_eq!((fees.len(), &fees[0]["lines"]), (1, &quote["lines"]), "and the same on the bill");
    let said: Vec<Value> = usages.iter().filter_map(|line| line["lines"].as_array()).flatten().cloned().collect();
    assert_eq!(json!(said), token["usage_lines"], "a line for each price: {bill}");
    assert!(usages.iter().any(|line| line["unit"] == "message" && line["quantity"] == json!(11)), "{bill}");
}

/// Alice's bill of all the time there was.
async fn billed(world: &World) -> Value {
    let hour = Duration::from_hours(1).as_ms();
    let at = |ms: u64| crate::time::text(types::Instant::from_ms(ms / hour * hour));
    let now = world.app.gate.clock().now().as_ms();
    let path = format!("/v1/parties/{}/bills/{}--{}", super::world::party(2), at(now - 2_400 * hour), at(now + hour));
    world.get(ALICE, &path).await.expect(200)
}

#[tokio::test]
async fn a_token_is_renewed_month_by_month_and_held_back_while_it_is_not_paid() {
    let world = World::open().await;
    world.post(OPERATOR, "/v1/offerings", assistant()).await.expect(201);
    let token = bought(&world, "one", wish(json!({}))).await;
    assert_eq!(minor(&token["price"]), 100, "the first month is for nothing");
    charge(&world, &token["id"], 1, 400, None).await;
    let path = format!("/v1/tokens/{}", token["id"].as_str().expect("an id"));
    pass(&world, 31 * 24, "second").await;
    let second = world.get(ALICE, &path).await.expect(200);
    assert_eq!((&second["term"]["number"], minor(&second["price"])), (&json!(1), 250));
    assert_eq!(second["volume_left"], json!(1_300), "as much as may came over");
    assert_eq!(sum(&second["lines"]), 250);

    let wallet = world.get(ALICE, "/v1/wallets/EUR").await.expect(200);
    let spare = minor(&wallet["available"]) - 200;
    let transfer = json!({"to": super::world::party(3).to_string(), "amount_minor": spare});
    world
        .send(ALICE, "POST", "/v1/wallets/EUR/transfers", &[("idempotency-key", "spare")], Some(transfer))
        .await
        .expect(201);
    pass(&world, 31 * 24, "third").await;
    let third = world.get(ALICE, &path).await.expect(200);
    assert_eq!(third["state"], json!("suspended"));
    assert!(third["term"]["unpaid_since"].is_string());
    world.top_up(2, 1_000, "paid").await.expect(201);
    pass(&world, 1, "retried").await;
    let third = world.get(ALICE, &path).await.expect(200);
    assert_eq!((&third["state"], &third["term"]["number"]), (&json!("issued"), &json!(2)));

    let bill = billed(&world).await;
    let fees = bill["lines"].as_array().expect("a list").iter().filter(|line| line["what"] == "fee");
    let parts: Vec<(usize, i64, i64)> = fees
        .map(|line| (line["lines"].as_array().map_or(0, Vec::len), sum(&line["lines"]), minor(&line["amount"])))
        .collect();
    assert_eq!(parts, [(3, 100, 100), (2, 500, 500)], "the first month, and the two that were renewed: {bill}");

    let timeline = world.get(ALICE, &format!("{path}/events")).await.expect(200);
    let told: Vec<&str> =
        timeline["items"].as_array().expect("a list").iter().filter_map(|entry| entry["type"].as_str()).collect();
    assert!(["token_renewed", "renewal_failed"].iter().all(|what| told.contains(what)), "{told:?}");
    let rolled = world.get(OPERATOR, "/v1/deferred-revenue").await.expect(200);
    let line = &rolled["assets"][0];
    let of = |name: &str| line[name].as_i64().expect("an amount");
    let left =
        of("opening_minor") + of("sold_minor") - of("earned_minor") - of("refunded_minor") - of("breakage_minor");
    assert_eq!(left, of("closing_minor"), "{line}");
    assert!(of("breakage_minor") > 0, "{line}");
}

#[tokio::test]
async fn a_price_changes_for_who_buys_from_then_on() {
    let world = World::open().await;
    let mut draft = assistant();
    draft["terms"].as_object_mut().expect("an object").remove("rollover_max");
    world.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
    let quote = world.post(ALICE, "/v1/quotes", wish(json!({}))).await.expect(201);
    let path = format!("/v1/offerings/{}/price", offering(9));
    let dearer = json!({"price": {"currency": "EUR", "once_minor": 800}});
    world.put(ALICE, &path, dearer.clone()).await.problem(403, "role-not-allowed");
    let dollars = json!({"price": {"currency": "USD", "once_minor": 800}});
    world.put(OPERATOR, &path, dollars).await.problem(409, "price-currency-fixed");
    let changed = world.put(OPERATOR, &path, dearer).await.expect(200);
    assert_eq!(changed["price_version"], json!(1));
    let kept = bought(&world, "kept", json!({"quote": quote["id"]})).await;
    assert_eq!((minor(&kept["price"]), &kept["lines"]), (100, &quote["lines"]));
    let dear = bought(&world, "dear", wish(json!({}))).await;
    assert_eq!((minor(&dear["price"]), dear["term"].is_null()), (800, true));
    // Calls of the first are at the price that it was sold at; the second has none.
    let taken = charge(&world, &kept["id"], 1, 1, Some("call")).await;
    assert_eq!(minor(&taken["paid"]), 3);
    let refused = charge(&world, &dear["id"], 2, 1, Some("call")).await;
    assert_eq!(refused["problem"]["code"], json!("unit-not-sold"));
}

#[tokio::test]
async fn a_price_that_cannot_be_is_refused_by_name() {
    let world = World::open().await;
    let both = json!([
        {"amount": "2", "hours": ["every day 08:00-10:00"]}, {"amount": "3", "hours": ["Mon 09:00-11:00"]},
    ]);
    let component = json!({"name": "Boost", "charge": "once", "amount": "1", "rates": both});
    let mut draft = assistant();
    draft["terms"].as_object_mut().expect("an object").remove("rollover_max");
    draft["price_plan"] = json!({"currency": "EUR", "components": [component]});
    let problem = world.post(OPERATOR, "/v1/offerings", draft.clone()).await.problem(422, "price-rules-overlap");
    assert_eq!((&problem["rate"], &problem["other"]), (&json!(1), &json!(2)), "{problem}");
    draft["price"] = json!({"currency": "EUR"});
    world.post(OPERATOR, "/v1/offerings", draft.clone()).await.problem(400, "malformed-request");
    draft.as_object_mut().expect("an object").remove("price_plan");
    draft["price"] = json!({"currency": "EUR", "step_minor": 1});
    world.post(OPERATOR, "/v1/offerings", draft).await.problem(422, "quantity-out-of-range");
}
