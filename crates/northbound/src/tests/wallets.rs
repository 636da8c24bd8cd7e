//! Wallets that are shared, capped, watched and topped up; money and tokens that are given on.

use super::events::listen;
use super::world::{ALICE, BOB, OPERATOR, Reply, World, here, party};
use serde_json::{Value, json};

const RULES: &str = "/v1/wallets/EUR/rules";

fn alice() -> String {
    party(2).to_string()
}

fn bob() -> String {
    party(3).to_string()
}

async fn keyed(world: &World, who: &str, path: &str, key: &str, body: Value) -> Reply {
    world.send(who, "POST", path, &[("idempotency-key", key)], Some(body)).await
}

async fn buy(world: &World, who: &str, offering: &Value, payer: Option<String>, key: &str) -> Reply {
    let mut order = json!({"offering": offering, "window": {"duration_s": 3_600}, "place": here()});
    order["payer"] = json!(payer);
    keyed(world, who, "/v1/orders", key, order).await
}

/// Something that may be given away.
async fn transferable(world: &World, volume: Option<u64>) -> Value {
    let mut draft = super::world::boost();
    draft["id"] = Value::Null;
    draft["qos_profile"] = json!("QOS_GIFT");
    draft["transferable"] = json!(true);
    draft["eligible"] = json!([]);
    if let Some(quantity) = volume {
        draft["terms"]["volume"] = json!({"unit": "llm_token", "quantity": quantity});
        draft["demand"] = json!({});
    }
    let offering = world.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
    assert_eq!(offering["transferable"], true);
    offering["id"].clone()
}

#[tokio::test]
async fn a_member_buys_from_a_shared_wallet_within_its_budget() {
    let world = World::open().await;
    let offering = transferable(&world, None).await;
    buy(&world, BOB, &offering, Some(alice()), "early").await.problem(403, "not-admitted");
    let member = format!("/v1/wallets/EUR/members/{}", bob());
    world.put(ALICE, &member, json!({})).await.expect(200);
    let cap = json!({"limit_minor": 100, "period": "month", "utc_offset_minutes": 60, "member": bob()});
    let rules = world.put(ALICE, "/v1/wallets/EUR/budgets/1", cap).await.expect(200);
    assert_eq!((&rules["members"], &rules["budgets"][0]["left"]["minor"]), (&json!([bob()]), &json!(100)));

    let token = buy(&world, BOB, &offering, Some(alice()), "one").await.expect(201);
    assert_eq!((&token["party"], &token["payer"]), (&json!(bob()), &json!(alice())));
    let price = token["price"]["minor"].as_i64().expect("a price");
    let refused = buy(&world, BOB, &offering, Some(alice()), "two").await.problem(402, "budget-exceeded");
    assert_eq!((&refused["needed"], &refused["available"]), (&json!(price), &json!(100 - price)));
    let shared = world.get(BOB, "/v1/shared-wallets").await.expect(200);
    let budget = &shared["items"][0]["budgets"][0];
    assert_eq!((&shared["items"][0]["party"], &budget["spent"]["minor"]), (&json!(alice()), &json!(price)));
    assert_eq!(world.get(ALICE, "/v1/wallets/EUR").await.expect(200)["held"]["minor"], price);
    world.get(BOB, &format!("{RULES}?party={}", alice())).await.problem(404, "unknown-party");

    world.delete(ALICE, &member).await.expect(200);
    assert_eq!(world.get(ALICE, RULES).await.expect(200)["budgets"], json!([]), "its budgets go with it");
    buy(&world, BOB, &offering, Some(alice()), "late").await.problem(403, "not-admitted");
    world.delete(BOB, &format!("/v1/tokens/{}", token["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(world.get(ALICE, "/v1/wallets/EUR").await.expect(200)["available"]["minor"], 1_000, "back where it was");
}

#[tokio::test]
async fn the_owner_hears_of_a_low_balance_right_behind_the_purchase_and_of_its_top_up() {
    let world = World::open().await;
    let rule = json!({"below_minor": 900, "amount_minor": 500, "day_max_minor": 700, "reference": "mandate-7"});
    world.put(ALICE, "/v1/wallets/EUR/low-balance", json!({"below_minor": 950})).await.expect(200);
    world.put(ALICE, "/v1/wallets/EUR/auto-top-up", rule).await.expect(200);
    let mut heard = listen(&world, ALICE, "", None).await;
    let mut other = listen(&world, BOB, "", None).await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let said = heard.take(3).await;
    let kinds: Vec<_> = said.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["token.issued", "wallet.balance_low", "payment.requested"]);
    assert_eq!(said[1].data["data"]["available"]["minor"], 850);
    let rules = world.get(ALICE, RULES).await.expect(200);
    assert_eq!(
        (&rules["auto_top_up_state"], &rules["payments"][0]["id"]),
        (&json!("pending"), &said[2].data["subject"])
    );

    let outcome = format!("/v1/payments/{}/outcome", said[2].data["subject"].as_str().expect("an id"));
    world.post(ALICE, &outcome, json!({"outcome": "approved"})).await.problem(403, "role-not-allowed");
    world.post(OPERATOR, &outcome, json!({"outcome": "approved"})).await.expect(204);
    world.post(OPERATOR, &outcome, json!({"outcome": "approved"})).await.problem(404, "unknown-payment");
    let said = heard.take(2).await;
    assert_eq!((said[0].kind.as_str(), said[1].kind.as_str()), ("wallet.topped_up", "payment.approved"));
    assert_eq!(world.get(ALICE, "/v1/wallets/EUR").await.expect(200)["balance"]["minor"], 1_500);
    world.top_up(3, 1, "bobs").await.expect(201);
    assert_eq!(other.next().await.expect("his own").kind, "wallet.topped_up", "and nobody else hears of it");
}

#[tokio::test]
async fn money_is_moved_and_paid_back_once_however_often_it_is_asked() {
    let world = World::open().await;
    let top_up = json!({"currency": "EUR", "amount_minor": 400, "reference": "ch_9"});
    keyed(&world, OPERATOR, &format!("/v1/parties/{}/top-ups", alice()), "card", top_up).await.expect(201);
    let both = json!({"currency": "EUR", "amount_minor": 1, "reference": "ch_9", "promotional": true});
    keyed(&world, OPERATOR, &format!("/v1/parties/{}/top-ups", alice()), "both", both)
        .await
        .problem(400, "malformed-request");
    let gift = json!({"to": bob(), "amount_minor": 300});
    for _ in 0..2 {
        let left = keyed(&world, ALICE, "/v1/wallets/EUR/transfers", "one", gift.clone()).await.expect(201);
        assert_eq!(left["balance"]["minor"], 1_100);
    }
    assert_eq!(world.get(BOB, "/v1/wallets/EUR").await.expect(200)["balance"]["minor"], 400);
    for _ in 0..2 {
        let rules = keyed(&world, ALICE, "/v1/wallets/EUR/payouts", "all", json!({})).await.expect(202);
        let payments = rules["payments"].as_array().expect("a list");
        let shown: Vec<_> = payments.iter().map(|one| (&one["reference"], &one["amount"]["minor"])).collect();
        assert_eq!(shown, [(&json!("ch_9"), &json!(400))]);
        assert_eq!(rules["refundable"]["minor"], 0);
    }
    assert_eq!(world.get(ALICE, "/v1/wallets/EUR").await.expect(200)["balance"]["minor"], 700);
    let more = json!({"amount_minor": 1});
    keyed(&world, ALICE, "/v1/wallets/EUR/payouts", "more", more).await.problem(402, "payout-exceeded");
    let foreign = format!("/v1/wallets/EUR/payouts?party={}", alice());
    keyed(&world, BOB, &foreign, "hers", json!({})).await.problem(404, "unknown-party");
}

#[tokio::test]
async fn a_token_that_is_given_away_opens_nothing_for_its_giver() {
    let world = World::open().await;
    let offering = transferable(&world, None).await;
    let token = buy(&world, ALICE, &offering, None, "one").await.expect(201);
    let path = format!("/v1/tokens/{}", token["id"].as_str().expect("an id"));
    let mut hers = listen(&world, ALICE, "", None).await;
    let mut his = listen(&world, BOB, "", None).await;
    let given = keyed(&world, ALICE, &format!("{path}/transfer"), "give", json!({"to": bob()})).await.expect(201);
    let again = keyed(&world, ALICE, &format!("{path}/transfer"), "give", json!({"to": bob()})).await.expect(201);
    assert_eq!(given, again);
    for listener in [&mut hers, &mut his] {
        let told = listener.next().await.expect("both are told");
        assert_eq!((told.kind.as_str(), &told.data["data"]["as"]), ("token.transferred", &given["token"]));
    }
    assert_eq!(world.get(ALICE, &path).await.expect(200)["state"], "revoked");
    let call = json!({"device": "tel:+31612345678", "duration_s": 60});
    let old = token["entitlement"].as_str().expect("a text");
    let reply = world.send("", "POST", "/v1/sessions", &[("tessera-entitlement", old)], Some(call.clone())).await;
    reply.problem(409, "token-not-usable");
    let theirs = format!("/v1/tokens/{}", given["token"].as_str().expect("an id"));
    world.get(ALICE, &theirs).await.problem(404, "unknown-token");
    let new = world.get(BOB, &theirs).await.expect(200)["entitlement"].as_str().expect("a text").to_owned();
    world.send("", "POST", "/v1/sessions", &[("tessera-entitlement", &new)], Some(call)).await.expect(201);
    world.network_confirms().await;
    let price = token["price"]["minor"].as_i64().expect("a price");
    assert_eq!(world.get(ALICE, "/v1/wallets/EUR").await.expect(200)["balance"]["minor"], 1_000 - price);
}

#[tokio::test]
async fn a_part_of_a_volume_is_a_token_of_its_own() {
    let world = World::open().await;
    let offering = transferable(&world, Some(1_000)).await;
    let token = buy(&world, ALICE, &offering, None, "one").await.expect(201);
    let path = format!("/v1/tokens/{}", token["id"].as_str().expect("an id"));
    let gift = |quantity: u64| json!({"to": bob(), "quantity": quantity});
    let refused = keyed(&world, ALICE, &format!("{path}/gift"), "much", gift(1_001)).await;
    refused.problem(402, "volume-exhausted");
    let given = keyed(&world, ALICE, &format!("{path}/gift"), "some", gift(400)).await.expect(201);
    let theirs = format!("/v1/tokens/{}", given["token"].as_str().expect("an id"));
    let his = world.get(BOB, &theirs).await.expect(200);
    assert_eq!((&his["volume_left"], &his["price"]["minor"]), (&json!(400), &json!(0)));
    assert_eq!(world.get(ALICE, &path).await.expect(200)["volume_left"], 600);
    let what = world.get(ALICE, &format!("{path}/events")).await.expect(200)["items"][1]["type"].clone();
    assert_eq!(what, "volume_gifted");
}
