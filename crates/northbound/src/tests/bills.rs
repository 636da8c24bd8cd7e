//! Bills add up with the statement, are the same bytes whenever they are made, and nobody sees another's.

use super::finance::{minor, sold, sold_on};
use super::world::{ALICE, BOB, METER, OPERATOR, World, here, offering, party, source};
use crate::time;
use node::journal::{Memory, Store};
use serde_json::{Value, json};
use std::sync::Arc;
use types::{CellId, Duration, Instant};

/// The hours around now: two times with `--` between them.
fn around(world: &World, hours: u64) -> String {
    let hour = Duration::from_hours(1).as_ms();
    let from = world.app.gate.clock().now().as_ms() / hour * hour - hours * hour;
    let at = |ms| time::text(Instant::from_ms(ms));
    format!("{}--{}", at(from), at(from + 2 * hours * hour))
}

fn path(number: u128, period: &str) -> String {
    format!("/v1/parties/{}/bills/{period}", party(number))
}

#[tokio::test]
async fn a_bill_adds_up_with_the_statement() {
    let world = sold().await;
    let bill = world.get(ALICE, &path(2, &around(&world, 24))).await.expect(200);
    let lines = bill["lines"].as_array().expect("a list");
    let of = |what: &str| lines.iter().find(|line| line["what"] == what).expect("a line");
    // 75 with 21 % in it, and 15 calls at a cent.
    let (fee, usage) = (of("fee"), of("usage"));
    assert_eq!(["net", "tax", "amount"].map(|name| minor(&fee[name])), [62, 13, 75]);
    assert_eq!(["net", "tax", "amount"].map(|name| minor(&usage[name])), [13, 2, 15]);
    assert_eq!((&usage["charges"], &usage["quantity"], &usage["unit"]), (&json!(3), &json!(15), &json!("call")));
    assert_eq!((minor(&bill["charged"]), minor(&bill["paid"])), (90, 1_001));
    assert_eq!(minor(&bill["opening"]) - minor(&bill["charged"]) + minor(&bill["paid"]), minor(&bill["closing"]));
    let tax = &bill["taxes"][0];
    assert_eq!((&tax["rate"], minor(&tax["net"]), minor(&tax["tax"])), (&json!("21 %"), 75, 15));
    let statement = world.get(ALICE, "/v1/wallets/EUR/statement").await.expect(200);
    assert_eq!(bill["closing"], statement["closing"]);
    // Each line names the events that it is made of.
    let movements = statement["movements"].as_array().expect("a list");
    for line in lines {
        let named = movements.iter().filter(|it| it["token"] == line["token"] && it["what"] == line["what"]);
        let sum: i64 = named.clone().map(|it| minor(&it["amount"])).sum();
        assert_eq!(sum, -minor(&line["amount"]), "{line}");
        assert!(
            named.clone().all(|it| (line["seq"].as_u64()..=line["seq_last"].as_u64()).contains(&it["seq"].as_u64()))
        );
    }
    assert_eq!(bill["final"], false);
    assert_eq!(bill["number"].as_str().map(|number| &number[..4]), Some("EUR-"));
    assert_eq!(world.get(OPERATOR, &path(2, &around(&world, 24))).await.expect(200), bill, "the operator sees any");
    world.get(BOB, &path(2, &around(&world, 24))).await.problem(404, "unknown-party");
}

#[tokio::test]
async fn the_period_of_a_bill_is_a_month_somewhere_or_two_times() {
    let world = World::open().await;
    let of = |bill: &Value| ["from", "to"].map(|name| bill["period"][name].as_str().expect("a time").to_owned());
    let bill = world.get(ALICE, &path(2, "2025-03")).await.expect(200);
    assert_eq!(of(&bill), ["2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z"]);
    assert_eq!((&bill["final"], &bill["lines"], &bill["seq"]), (&json!(true), &json!([]), &Value::Null));
    let bill = world.get(ALICE, &path(2, "2025-03?zone=Europe/Amsterdam")).await.expect(200);
    assert_eq!(of(&bill), ["2025-02-28T23:00:00Z", "2025-03-31T22:00:00Z"], "clocks went forward");
    assert!(bill["number"].as_str().is_some_and(|number| number.starts_with("EUR-2025-03-Europe-Amsterdam-")));
    for (period, code) in [
        ("2025-13", "invalid-value"),
        ("2025", "invalid-value"),
        ("2025-03?zone=Mars/Olympus", "invalid-value"),
        ("2025-03?zone=Asia/Kolkata", "invalid-value"),
        ("2025-03?currency=JPY", "unknown-wallet"),
        ("2025-03-01T00:00:00Z--2025-03-01T00:00:00Z", "invalid-value"),
        ("2025-03-01T00:30:00Z--2025-04-01T00:00:00Z", "invalid-value"),
        ("2025-03-01T00:00:00Z--2025-04-01T00:00:00Z?zone=UTC", "malformed-request"),
    ] {
        let refused = world.get(ALICE, &path(2, period)).await;
        assert_eq!(refused.body["code"], code, "{period}");
    }
    world.get(ALICE, &path(4, "2025-03")).await.problem(404, "unknown-party");
    world.get(OPERATOR, &path(4, "2025-03")).await.problem(404, "unknown-wallet");
}

/// Every form of a bill, byte by byte.
async fn forms(world: &World, period: &str) -> Vec<String> {
    let text = |body: Value| body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    let json = world.get(ALICE, &path(2, period)).await.expect(200);
    let html = world.send(ALICE, "GET", &path(2, &format!("{period}.html")), &[], None).await;
    assert_eq!(html.headers["content-type"], "text/html; charset=utf-8");
    let negotiated = world.send(ALICE, "GET", &path(2, period), &[("accept", "text/html,*/*;q=0.8")], None).await;
    assert_eq!(negotiated.body, html.body);
    vec![text(json), text(html.expect(200))]
}

#[tokio::test]
async fn a_bill_made_twice_is_the_same_bytes_also_when_its_rows_are_made_again() {
    let store: Arc<dyn Store> = Arc::new(Memory::new(CellId(1)));
    let world = sold_on(Arc::clone(&store)).await;
    let period = around(&world, 2);
    let so_far = forms(&world, &period).await;
    assert!(so_far[1].contains("The period is not over"), "{}", so_far[1]);
    for later in ["one", "two", "three"] {
        // No further at once than a clock may jump.
        world.skip(Duration::from_mins(55));
        world.top_up(2, 1, later).await.expect(201);
    }
    let first = forms(&world, &period).await;
    assert!(first[0].contains(r#""final":true"#) && !first[1].contains("The period is not over"));
    assert!(first[1].contains("0.75 EUR") && first[1].contains("Top-up"), "{}", first[1]);
    world.top_up(2, 500, "much-later").await.expect(201);
    assert_eq!(forms(&world, &period).await, first);
    let world = world.restarted(Arc::clone(&store), |_| ());
    assert_eq!(forms(&world, &period).await, first);
    let world = world.restarted(store, |store| store.postings().expect("opens").clear().expect("clears"));
    assert_eq!(forms(&world, &period).await, first);
}

#[tokio::test]
async fn a_shared_wallet_is_billed_to_its_owner_and_names_who_held_what() {
    let world = World::open().await;
    world.put(ALICE, &format!("/v1/wallets/EUR/members/{}", party(3)), Value::Null).await.expect(200);
    let order = json!({
        "offering": offering(2).to_string(), "window": {"duration_s": 1_800}, "place": here(),
        "payer": party(2).to_string(),
    });
    let token = world.send(BOB, "POST", "/v1/orders", &[("idempotency-key", "shared")], Some(order)).await;
    let token = token.expect(201)["id"].clone();
    let charge = json!({"token": token, "source": source().to_string(), "sequence": 1, "quantity": 7});
    world.post(METER, "/v1/usage", json!({"charges": [charge]})).await.expect(200);
    let bill = world.get(ALICE, &path(2, &around(&world, 2))).await.expect(200);
    assert_eq!((&bill["lines"][0]["token"], &bill["lines"][0]["holder"]), (&token, &json!(party(3).to_string())));
    let his = world.get(BOB, &path(3, &around(&world, 2))).await.expect(200);
    assert_eq!(his["lines"], json!([]));
}

#[tokio::test]
async fn the_lines_of_all_bills_are_one_table() {
    let world = sold().await;
    let (from, to) =
        around(&world, 24).split_once("--").map(|(from, to)| (from.to_owned(), to.to_owned())).expect("two");
    let table = world.get(OPERATOR, &format!("/v1/exports/bills?from={from}&to={to}")).await.expect(200);
    let mut table = csv::Reader::from_reader(table.as_str().expect("text").as_bytes());
    let head: Vec<String> = table.headers().expect("a head").iter().map(str::to_owned).collect();
    let column = |name: &str| head.iter().position(|it| it == name).expect("a column");
    let rows: Vec<csv::StringRecord> = table.records().map(|line| line.expect("a line")).collect();
    let bill = world.get(ALICE, &path(2, &around(&world, 24))).await.expect(200);
    let amount = column("amount_minor");
    let sum: i64 = rows.iter().map(|row| row[amount].parse::<i64>().expect("a number")).sum();
    assert_eq!((sum, rows.len()), (minor(&bill["charged"]), bill["lines"].as_array().map_or(0, Vec::len)));
    assert!(rows.iter().all(|row| row[column("bill")] == *bill["number"].as_str().expect("a number")));
    world.get(OPERATOR, "/v1/exports/bills").await.problem(400, "malformed-request");
}
