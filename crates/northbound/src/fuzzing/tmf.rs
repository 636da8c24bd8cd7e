//! Bodies and queries of TM Forum's APIs, batches of usage, and the commands that come out of them.

use super::shop::{ALICE, NOW, ask, state};
use super::{json, split, text};
use crate::native::usage::batch::{self, Known};
use crate::tmf::common::query::Query;
use crate::tmf::customer_bill::convert::parts_of;
use crate::tmf::prepay_balance::{check, wire};
use crate::tmf::{usage, usage_consumption};
use engine::{Actor, Command};
use serde_json::{Value, json};

const OPERATOR: Actor = Actor::OPERATOR;

/// Every body and query of TM Forum's APIs, and batches of usage records.
pub fn tmf(data: &[u8]) {
    let (how, rest) = split(data);
    match how {
        b'a' => balance(rest),
        b'b' => consumption(rest),
        b'c' => record(rest),
        b'd' => records(rest),
        b'e' => query(text(rest)),
        b'f' => bill(text(rest)),
        _ => {}
    }
}

fn balance(body: &[u8]) {
    let Some(draft) = json::<wire::BalanceDraft>(body) else { return };
    for kind in [check::Kind::TopUp, check::Kind::Adjust, check::Kind::Transfer, check::Kind::Reserve] {
        for actor in [ALICE, OPERATOR] {
            if let Ok(order) = check::order(state(), actor, (kind, &draft), NOW) {
                assert!(order.amount_minor > 0, "{order:?}");
                ask(actor, Command::ActOnBalance(Box::new(order)));
            }
        }
    }
}

fn consumption(body: &[u8]) {
    let Some(query) = json(body) else { return };
    if let Ok(of) = usage_consumption::convert::asked(state(), ALICE, &query) {
        let report = usage_consumption::convert::report(state(), of, NOW).expect("what was found is reported");
        assert_eq!(usage_consumption::convert::done(&report, NOW)["state"], "done");
    }
}

fn record(body: &[u8]) {
    let Some(draft) = json(body) else { return };
    if let Ok(charge) = usage::convert::charge(state(), &draft) {
        ask(OPERATOR, Command::ChargeUsage(charge));
    }
}

fn records(body: &[u8]) {
    let Ok(records) = batch::read(body) else { return };
    // Whatever is a batch is JSON.
    let all: Vec<&serde_json::value::RawValue> = serde_json::from_slice(body).expect("a batch is a list");
    assert_eq!(all.len(), records.len());
    let mut known = Known::default();
    for record in records.iter().take(8) {
        let charge = batch::charge_of(state(), &mut known, record);
        assert_eq!(charge.is_ok(), batch::charge_of(state(), &mut Known::default(), record).is_ok(), "{record:?}");
        if let Ok(charge) = charge {
            ask(OPERATOR, Command::ChargeUsage(charge));
        }
    }
}

fn query(text: &str) {
    let Ok(query) = Query::parse(text) else { return };
    let one = json!({
        "id": "a", "href": "/a", "@type": "A", "status": "active", "amount": {"amount": 1.5, "units": "EUR"},
        "at": "2026-01-01T00:00:00Z", "shared": true, "list": [{"id": "b"}, {"id": "c"}], "none": null,
    });
    let mut all: Vec<Value> = vec![one.clone(), json!({"id": "z"}), json!([]), one];
    query.sort(&mut all);
    for resource in all {
        let takes = query.takes(&resource);
        let shown = query.select(resource.clone());
        assert_eq!(shown.get("id"), resource.get("id"));
        assert_eq!(takes, query.takes(&resource));
    }
}

fn bill(text: &str) {
    if let Some((wallet, month)) = parts_of(text) {
        assert_eq!(format!("{wallet}-{month}"), text);
        let (from, to) = (month.start(), month.end());
        assert!(from < to, "{month}");
    }
}
