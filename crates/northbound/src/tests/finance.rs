//! What finance asks of the books: it adds up, and ties to the ledger to the last unit.

use super::world::{ALICE, BOB, METER, OPERATOR, World, boost, calls, offering, party, source};
use node::journal::{Memory, Store};
use serde_json::{Value, json};
use std::sync::Arc;
use types::{CellId, Duration};

/// Alice buys a boost, of which a partner is owed a tenth, and it runs; she makes calls; both end by themselves.
pub async fn sold() -> World {
    sold_on(Arc::new(Memory::new(CellId(1)))).await
}

/// The same, on this store.
pub async fn sold_on(store: Arc<dyn Store>) -> World {
    let world = World::open_on(store).await;
    let mut draft = boost();
    draft["id"] = json!(offering(7).to_string());
    draft["partners"] = json!([{"party": party(4).to_string(), "share_ppm": 100_000}]);
    world.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
    let mut draft = calls();
    draft["id"] = json!(offering(8).to_string());
    draft["price"]["tax_ppm"] = json!(210_000);
    world.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
    let order = |number: u128| json!({"offering": offering(number).to_string(), "window": {"duration_s": 3_000}, "place": super::world::here()});
    let mut tokens = Vec::new();
    for number in [7, 8] {
        let key = format!("buy-{number}");
        let bought = world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", &key)], Some(order(number))).await;
        tokens.push(bought.expect(201)["id"].clone());
    }
    let call = json!({"token": tokens[0], "device": "tel:+31612345678", "duration_s": 600});
    world.post(ALICE, "/v1/sessions", call).await.expect(201);
    world.network_confirms().await;
    for sequence in 1..=3 {
        let charge = json!({"token": tokens[1], "source": source().to_string(), "sequence": sequence, "quantity": 5});
        world.post(METER, "/v1/usage", json!({"charges": [charge]})).await.expect(200);
    }
    world.skip(Duration::from_mins(55));
    // What is due happens with the next command.
    world.top_up(2, 1, "later").await.expect(201);
    world
}

pub fn minor(value: &Value) -> i64 {
    value["minor"].as_i64().expect("money")
}

#[tokio::test]
async fn a_statement_adds_up_to_the_balance() {
    let world = sold().await;
    let statement = world.get(ALICE, "/v1/wallets/EUR/statement").await.expect(200);
    let movements = statement["movements"].as_array().expect("a list");
    let seen: Vec<(&str, i64)> =
        movements.iter().map(|it| (it["what"].as_str().expect("a word"), minor(&it["amount"]))).collect();
    assert_eq!(seen.iter().filter(|it| it.0 == "top_up").map(|it| it.1).sum::<i64>(), 1_001);
    assert_eq!(seen.iter().filter(|it| it.0 == "fee").map(|it| it.1).sum::<i64>(), -75);
    assert_eq!(seen.iter().filter(|it| it.0 == "usage").map(|it| it.1).sum::<i64>(), -15);
    let usage = movements.iter().find(|it| it["what"] == "usage").expect("usage");
    assert_eq!((&usage["charges"], &usage["quantity"]), (&json!(3), &json!(15)));
    assert_eq!(usage["offering"], json!(offering(8).to_string()));
    let added: i64 = movements.iter().map(|it| minor(&it["amount"])).sum();
    assert_eq!(minor(&statement["opening"]) + added, minor(&statement["closing"]));
    let wallet = world.get(ALICE, "/v1/wallets/EUR").await.expect(200);
    assert_eq!(minor(&statement["closing"]), minor(&wallet["balance"]));
    // All of it lies before a later hour: then it is the opening.
    let later = world.get(ALICE, "/v1/wallets/EUR/statement?from=2100-01-01T00:00:00Z").await.expect(200);
    assert_eq!((minor(&later["opening"]), &later["movements"]), (minor(&wallet["balance"]), &json!([])));
    world.get(BOB, &format!("/v1/wallets/EUR/statement?party={}", party(2))).await.problem(404, "unknown-party");
    let asked = format!("/v1/wallets/EUR/statement?party={}", party(2));
    assert_eq!(world.get(OPERATOR, &asked).await.expect(200)["closing"], statement["closing"]);
}

#[tokio::test]
async fn the_trial_balance_is_the_ledgers() {
    let world = sold().await;
    let now = world.get(OPERATOR, "/v1/trial-balance").await.expect(200);
    let books = world.get(OPERATOR, "/v1/books").await.expect(200);
    let of = |lines: &Value| -> Vec<(String, i64)> {
        let all = lines["accounts"].as_array().expect("a list").iter();
        let named =
            all.map(|it| (it["kind"].as_str().expect("a kind").to_owned(), it["posted"].as_i64().expect("a sum")));
        let mut posted: Vec<_> = named.filter(|(_, posted)| *posted != 0).collect();
        posted.sort();
        posted
    };
    assert_eq!(of(&now["assets"][0]), of(&books["ledger"][0]));
    assert!(of(&now["assets"][0]).len() > 4, "{now}");
    assert_eq!(now["assets"][0]["sum"], 0);
    let early = world.get(OPERATOR, "/v1/trial-balance?at=2020-01-01T00:00:00Z").await.expect(200);
    assert_eq!(early["assets"], json!([]));
    world.get(OPERATOR, "/v1/trial-balance?at=2020-01-01T00:30:00Z").await.problem(422, "invalid-value");
    world.get(ALICE, "/v1/trial-balance").await.problem(403, "role-not-allowed");
}

#[tokio::test]
async fn revenue_is_split_with_the_partner_and_deferred_revenue_rolls_forward() {
    let world = sold().await;
    let revenue = world.get(OPERATOR, "/v1/revenue").await.expect(200);
    let lines = revenue["lines"].as_array().expect("a list");
    let of = |name: &str| lines.iter().find(|line| line["of"] == name).cloned().expect("a line");
    // 75 with 21 % tax in it: 62 net once its window is over, a tenth of it the partner's; 15 calls with tax in them.
    let experience = of("experience");
    assert_eq!((&experience["revenue_minor"], &experience["partners_minor"]), (&json!(56), &json!(6)));
    assert_eq!(of("security")["revenue_minor"], 13);
    for by in ["offering", "customer", "hour", "day", "month"] {
        let lines = world.get(OPERATOR, &format!("/v1/revenue?by={by}")).await.expect(200)["lines"].clone();
        let sum: i64 =
            lines.as_array().expect("a list").iter().map(|it| it["revenue_minor"].as_i64().unwrap_or(0)).sum();
        assert_eq!(sum, 69, "{by}: {lines}");
    }
    let rolled = world.get(OPERATOR, "/v1/deferred-revenue").await.expect(200)["assets"][0].clone();
    let part = |name: &str| rolled[name].as_i64().expect("a sum");
    assert_eq!((part("opening_minor"), part("sold_minor"), part("closing_minor")), (0, 62, 0));
    assert_eq!(part("sold_minor") - part("earned_minor") - part("refunded_minor"), part("closing_minor"), "{rolled}");
    let statement = format!("/v1/partners/{}/statement?currency=EUR", party(4));
    let owed = world.get(OPERATOR, &statement).await.expect(200);
    assert_eq!((minor(&owed["closing"]), owed["lines"].as_array().map(Vec::len)), (6, Some(1)));
    let only = world.get(OPERATOR, &format!("/v1/partners/{}/statement", party(4))).await.expect(200);
    assert_eq!(only["closing"], owed["closing"], "it is paid in one currency");
    let books = world.get(OPERATOR, "/v1/books").await.expect(200);
    let payable = books["ledger"][0]["accounts"].as_array().expect("a list");
    let payable = payable.iter().find(|line| line["kind"] == "partner_payable").expect("a line");
    assert_eq!(payable["posted"], minor(&owed["closing"]));
    world.get(BOB, &statement).await.problem(404, "unknown-party");
    world.get(ALICE, &format!("/v1/partners/{}/statement", party(2))).await.problem(404, "unknown-wallet");
    world.get(OPERATOR, "/v1/revenue?by=colour").await.problem(400, "malformed-request");
    let inverted = "/v1/revenue?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z";
    world.get(OPERATOR, inverted).await.problem(422, "invalid-value");
}

#[tokio::test]
async fn what_is_not_taken_of_a_volume_is_breakage() {
    let world = World::open().await;
    let mut draft = calls();
    draft["id"] = json!(offering(9).to_string());
    draft["terms"]["volume"] = json!({"unit": "call", "quantity": 100});
    draft["price"] = json!({"currency": "EUR", "once_minor": 121, "tax_ppm": 210_000});
    draft["partners"] = json!([{"party": party(4).to_string(), "share_ppm": 100_000}]);
    world.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
    let order =
        json!({"offering": offering(9).to_string(), "window": {"duration_s": 3_000}, "place": super::world::here()});
    let token = world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", "v")], Some(order)).await.expect(201);
    let charge = json!({"token": token["id"], "source": source().to_string(), "sequence": 1, "quantity": 30});
    world.post(METER, "/v1/usage", json!({"charges": [charge]})).await.expect(200);
    world.skip(Duration::from_mins(55));
    world.top_up(2, 1, "later").await.expect(201);
    let line = world.get(OPERATOR, "/v1/revenue").await.expect(200)["lines"][0].clone();
    // 100 net: 30 of them for what was taken, a tenth of that the partner's; of the 70 nobody has a share.
    let parts = ["revenue_minor", "partners_minor", "breakage_minor"].map(|name| line[name].as_i64());
    assert_eq!(parts, [Some(27), Some(3), Some(70)], "{line}");
    let rolled = world.get(OPERATOR, "/v1/deferred-revenue").await.expect(200)["assets"][0].clone();
    let parts = ["sold_minor", "earned_minor", "breakage_minor", "refunded_minor", "closing_minor"];
    assert_eq!(parts.map(|name| rolled[name].as_i64()), [Some(100), Some(30), Some(70), Some(0), Some(0)], "{rolled}");
}

#[tokio::test]
async fn an_export_has_every_posting_and_sums_to_zero() {
    let world = sold().await;
    let table = world.get(OPERATOR, "/v1/exports/postings?format=csv").await.expect(200);
    let text = table.as_str().expect("text").to_owned();
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    let head: Vec<String> = lines.headers().expect("a head").iter().map(str::to_owned).collect();
    let column = |name: &str| head.iter().position(|it| it == name).expect("a column");
    let (kind, amount, asset, of) = (column("kind"), column("amount"), column("asset"), column("capability"));
    let rows: Vec<csv::StringRecord> = lines.records().map(|line| line.expect("a line")).collect();
    let sum = |wanted: &str| -> i64 {
        let of_kind = rows.iter().filter(|row| &row[asset] == "EUR" && (wanted.is_empty() || &row[kind] == wanted));
        of_kind.map(|row| row[amount].parse::<i64>().expect("a number")).sum()
    };
    assert_eq!(sum(""), 0);
    let books = world.get(OPERATOR, "/v1/books").await.expect(200);
    for line in books["ledger"][0]["accounts"].as_array().expect("a list") {
        let name = line["kind"].as_str().expect("a kind");
        assert_eq!(Some(sum(name)), line["posted"].as_i64(), "{name}");
    }
    assert!(rows.iter().any(|row| &row[of] == "security"), "{text}");
    let none = world.get(OPERATOR, "/v1/exports/postings?to=2020-01-01T00:00:00Z").await.expect(200);
    assert_eq!(none.as_str().map(|text| text.lines().count()), Some(1), "the head alone");
    world.get(OPERATOR, "/v1/exports/postings?format=xls").await.problem(400, "malformed-request");
    world.get(OPERATOR, "/v1/exports/everything").await.problem(400, "malformed-request");
}

#[tokio::test]
async fn a_partner_is_paid_once_and_no_more_than_it_is_owed() {
    let world = sold().await;
    let path = format!("/v1/partners/{}/payouts", party(4));
    let pay = async |key: &str, minor: i64| {
        let body = json!({"currency": "EUR", "amount_minor": minor});
        world.send(OPERATOR, "POST", &path, &[("idempotency-key", key)], Some(body)).await
    };
    for _ in 0..2 {
        assert_eq!(minor(&pay("once", 4).await.expect(201)["owed"]), 2);
    }
    let refused = pay("more", 3).await.problem(402, "insufficient-funds");
    assert_eq!((&refused["needed"], &refused["available"]), (&json!(3), &json!(2)));
    pay("none", 0).await.problem(422, "quantity-out-of-range");
    let statement = world.get(OPERATOR, &format!("/v1/partners/{}/statement", party(4))).await.expect(200);
    let lines: Vec<_> = statement["lines"].as_array().expect("a list").iter().map(|it| minor(&it["amount"])).collect();
    assert_eq!((lines.iter().sum::<i64>(), minor(&statement["closing"])), (2, 2));
    assert!(statement["lines"].as_array().is_some_and(|all| all.iter().any(|it| it["what"] == "payout")));
    let nobody = format!("/v1/partners/{}/payouts", party(2));
    let body = json!({"currency": "EUR", "amount_minor": 1});
    world.send(OPERATOR, "POST", &nobody, &[("idempotency-key", "k")], Some(body)).await.problem(404, "unknown-wallet");
}

#[tokio::test]
async fn several_partners_are_owed_to_the_last_unit_what_the_books_say() {
    let world = World::open().await;
    let kinds = [(21, "satellite_operator", 300_000), (22, "model_host", 333_333), (23, "aggregator", 366_667)];
    for (number, ..) in kinds {
        let draft = json!({"id": party(number).to_string(), "kind": "partner"});
        world.post(OPERATOR, "/v1/parties", draft).await.expect(201);
    }
    let partner = |number: u128, role: &str, ppm: u32| json!({"party": party(number).to_string(), "role": role, "share_ppm": ppm});
    let mut draft = calls();
    draft["id"] = json!(offering(9).to_string());
    draft["price"]["tax_ppm"] = json!(210_000);
    draft["partners"] = kinds.iter().map(|&(number, role, ppm)| partner(number, role, ppm)).collect();
    let published = world.post(OPERATOR, "/v1/offerings", draft.clone()).await.expect(201);
    assert_eq!(published["partners"], draft["partners"]);
    let seen = world.get(ALICE, &format!("/v1/offerings/{}", offering(9))).await.expect(200);
    assert_eq!(seen["partners"], Value::Null, "whose the revenue is, is the operator's to know");
    let order =
        json!({"offering": offering(9).to_string(), "window": {"duration_s": 3_000}, "place": super::world::here()});
    let token = world.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", "p")], Some(order)).await.expect(201);
    for sequence in 1..=37 {
        let charge = json!({"token": token["id"], "source": source().to_string(), "sequence": sequence, "quantity": 1 + sequence % 7});
        world.post(METER, "/v1/usage", json!({"charges": [charge]})).await.expect(200);
    }
    let mut owed = 0;
    for (number, _, ppm) in kinds {
        let statement = world.get(OPERATOR, &format!("/v1/partners/{}/statement", party(number))).await.expect(200);
        let lines = statement["lines"].as_array().expect("a list");
        let sum: i64 = lines.iter().map(|line| minor(&line["amount"])).sum();
        assert_eq!(sum, minor(&statement["closing"]));
        // However small the charges were: its share of all of them, rounded down once.
        let revenue = world.get(OPERATOR, "/v1/revenue?by=offering").await.expect(200)["lines"][0].clone();
        let net = revenue["revenue_minor"].as_i64().zip(revenue["partners_minor"].as_i64());
        let net = net.map(|(revenue, partners)| revenue + partners).expect("sums");
        assert_eq!(sum, net * i64::from(ppm) / 1_000_000, "{ppm} of {net}");
        owed += sum;
    }
    assert!(owed > 50, "{owed}");
    let balance = world.get(OPERATOR, "/v1/trial-balance").await.expect(200);
    let accounts = balance["assets"][0]["accounts"].as_array().expect("a list");
    let payable = accounts.iter().find(|line| line["kind"] == "partner_payable").expect("a line");
    assert_eq!((payable["posted"].as_i64(), &balance["assets"][0]["sum"]), (Some(owed), &json!(0)));
    draft["id"] = json!(offering(10).to_string());
    draft["partners"] = json!([partner(21, "edge_site", 600_000), partner(22, "other", 400_001)]);
    world.post(OPERATOR, "/v1/offerings", draft.clone()).await.problem(422, "share-out-of-range");
    draft["partners"] = json!([partner(21, "edge_site", 6), partner(21, "other", 4)]);
    world.post(OPERATOR, "/v1/offerings", draft).await.problem(422, "list-out-of-range");
}
