//! TMF678 over HTTP, each answer held to TM Forum's own file.

use super::convert::{month_of, parts_of};
use crate::tests::spec::Spec;
use crate::tests::world::{ALICE, BOB, METER, OPERATOR, World, here, offering, party, source};
use crate::time;
use serde_json::{Value, json};
use types::{Duration, Month};

const BASE: &str = super::BASE;
const FILE: &str = "TMF678-CustomerBill-v5.0.0.oas.yaml";

async fn use_calls(world: &World, quantity: u64) {
    let from = time::text(world.app.gate.clock().now());
    let window = json!({"from": from, "duration_s": 3_600});
    let order = json!({"offering": offering(2).to_string(), "window": window, "place": here()});
    let key = format!("calls-{quantity}");
    let token =
        world.send(BOB, "POST", "/v1/orders", &[("idempotency-key", &key)], Some(order)).await.expect(201)["id"]
            .clone();
    let charge = json!({"token": token, "source": source().to_string(), "sequence": quantity, "quantity": quantity});
    world.post(METER, "/v1/usage", charge).await.expect(200);
}

#[tokio::test]
async fn a_months_bill_adds_up_to_its_lines_and_never_changes_once_it_is_over() {
    let world = World::open().await;
    use_calls(&world, 30).await;
    let wallet = format!("{}-EUR", party(3));
    let wish = json!({"@type": "CustomerBillOnDemand", "billingAccount": {"id": wallet, "@type": "BillingAccountRef"}});
    let made = world.post(BOB, &format!("{BASE}/customerBillOnDemand"), wish.clone()).await.expect(201);
    let place = made["customerBill"]["href"].as_str().expect("a place").to_owned();
    let running = world.get(BOB, &place).await.expect(200);
    assert_eq!(
        (&running["state"], &running["taxIncludedAmount"]),
        (&json!("new"), &json!({"value": 0.3, "unit": "EUR"}))
    );
    assert_eq!(running["amountDue"], json!({"value": 0.0, "unit": "EUR"}));

    let first = world.get(BOB, &format!("{BASE}/customerBill")).await.expect(200);
    assert_eq!((first.as_array().map(Vec::len), &first[0]["id"]), (Some(1), &running["id"]));
    // Not an hour at a time: a cell whose clock jumps further stops rather than expire the world.
    for _ in 0..32 * 25 {
        world.skip(Duration::from_mins(59));
        world.app.submit(engine::Actor::OPERATOR, engine::Command::Pass).await.expect("time passes");
    }
    use_calls(&world, 31).await;
    let over = world.get(BOB, &place).await.expect(200);
    assert_eq!((&over["state"], &over["taxIncludedAmount"]), (&json!("settled"), &running["taxIncludedAmount"]));
    use_calls(&world, 32).await;
    assert_eq!(world.get(BOB, &place).await.expect(200), over, "the same to the byte");
    let bills = world.get(BOB, &format!("{BASE}/customerBill")).await.expect(200);
    assert_eq!((bills.as_array().map(Vec::len), &bills[1]), (Some(2), &over));
    assert_eq!(bills[0]["taxIncludedAmount"], json!({"value": 0.63, "unit": "EUR"}));

    let id = over["id"].as_str().expect("an id");
    let rates = world.get(BOB, &format!("{BASE}/appliedCustomerBillingRate?bill.id={id}")).await.expect(200);
    let sum = |name: &str| -> f64 {
        rates.as_array().expect("lines").iter().map(|rate| rate[name]["value"].as_f64().expect("an amount")).sum()
    };
    assert!((sum("taxIncludedAmount") - 0.3).abs() < 1e-9, "{rates}");
    assert_eq!((&rates[0]["appliedBillingRateType"], &rates[0]["isBilled"]), (&json!("usage"), &json!(true)));
    let one = world.get(BOB, rates[0]["href"].as_str().expect("a place")).await.expect(200);
    assert_eq!(one, rates[0]);
    // Another price, with another tax, is for who buys from then on.
    let taxed = json!({"price": {"currency": "EUR", "once_minor": 1, "tax_ppm": 210_000}});
    world.put(OPERATOR, &format!("/v1/offerings/{}/price", offering(2)), taxed).await.expect(200);
    assert_eq!(world.get(BOB, rates[0]["href"].as_str().expect("a place")).await.expect(200), one);
    let cycle = world.get(BOB, &format!("{BASE}/billCycle/monthly")).await.expect(200);
    let wished = world.get(BOB, made["href"].as_str().expect("a place")).await.expect(200);
    assert_eq!(wished["state"], "done");
    let everybodys = world.get(OPERATOR, &format!("{BASE}/customerBill?billingAccount.id={wallet}")).await.expect(200);
    assert_eq!((everybodys.as_array().map(Vec::len), &everybodys[0]["id"]), (Some(2), &bills[0]["id"]));
    assert_eq!(everybodys[1], over);

    for path in [place.as_str(), made["href"].as_str().expect("one"), rates[0]["href"].as_str().expect("one")] {
        world.get(ALICE, path).await.tmf_error(404, "not-found");
    }
    assert_eq!(world.get(ALICE, &format!("{BASE}/customerBill")).await.expect(200), json!([]));
    world.post(ALICE, &format!("{BASE}/customerBillOnDemand"), wish).await.tmf_error(400, "invalid-value");
    for id in ["x", "-2026-11", &format!("{wallet}-2026-13"), &format!("{wallet}-1999-01"), "é-2026-11"] {
        world.get(BOB, &format!("{BASE}/customerBill/{}", id.replace('é', "%C3%A9"))).await.tmf_error(404, "not-found");
    }
    let Some(spec) = Spec::tmf(FILE) else { return };
    let held = |schema: &str, value: &Value| spec.assert_is(schema, value);
    held("CustomerBill", &running);
    held("CustomerBill", &over);
    held("AppliedCustomerBillingRate", &one);
    held("CustomerBillOnDemand", &made);
    held("BillCycle", &cycle);
}

#[test]
fn a_bills_id_says_which_month() {
    let month = Month::parse("2026-12").expect("a month");
    assert_eq!((month_of(month.start()), month_of(month.end())), (Some(month), Some(month.next())));
    assert_eq!(parts_of("pty_x-EUR-2026-12"), Some(("pty_x-EUR", month)));
    for wrong in ["", "2026-12", "pty_x-EUR-2026-1", "pty_x-EUR-2026-00", "pty_x-EUR-2026-1é", "ééééééé"] {
        assert_eq!(parts_of(wrong), None, "{wrong}");
    }
}

#[tokio::test]
async fn a_shared_wallet_is_billed_to_who_pays_and_to_nobody_else() {
    let world = World::open().await;
    world.put(ALICE, &format!("/v1/wallets/EUR/members/{}", party(3)), Value::Null).await.expect(200);
    // Bob makes calls, once at Alice's cost and once at his own.
    for (payer, quantity) in [(party(2), 7), (party(3), 5)] {
        let order = json!({
            "offering": offering(2).to_string(), "window": {"duration_s": 1_800}, "place": here(), "payer": payer.to_string(),
        });
        let key = format!("family-{quantity}");
        let token = world.send(BOB, "POST", "/v1/orders", &[("idempotency-key", &key)], Some(order)).await.expect(201);
        let charge =
            json!({"token": token["id"], "source": source().to_string(), "sequence": quantity, "quantity": quantity});
        world.post(METER, "/v1/usage", charge).await.expect(200);
    }
    for (who, payer, euros) in [(ALICE, party(2), 0.07), (BOB, party(3), 0.05)] {
        let account = json!({"id": format!("{payer}-EUR"), "@type": "BillingAccountRef"});
        let wish = json!({"@type": "CustomerBillOnDemand", "billingAccount": account});
        let made = world.post(who, &format!("{BASE}/customerBillOnDemand"), wish).await.expect(201);
        let place = made["customerBill"]["href"].as_str().expect("a place").to_owned();
        let bill = world.get(who, &place).await.expect(200);
        if let Some(spec) = Spec::tmf(FILE) {
            spec.assert_is("CustomerBill", &bill);
        }
        assert_eq!(bill["taxIncludedAmount"], json!({"value": euros, "unit": "EUR"}), "{payer}");
        assert_eq!(bill["relatedParty"][0]["partyOrPartyRole"]["id"], json!(payer.to_string()), "{bill}");
        let id = bill["id"].as_str().expect("an id");
        let rates = world.get(who, &format!("{BASE}/appliedCustomerBillingRate?bill.id={id}")).await.expect(200);
        let amounts: Vec<_> = rates.as_array().expect("lines").iter().map(|rate| &rate["taxIncludedAmount"]).collect();
        assert_eq!(amounts, [&json!({"value": euros, "unit": "EUR"})]);
        let other = if who == ALICE { BOB } else { ALICE };
        world.get(other, &place).await.tmf_error(404, "not-found");
    }
}
