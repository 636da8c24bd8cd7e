//! Bills, in the words of TMF678. In version 5 every object says what it is.

use crate::time;
use crate::tmf::common::convert::{money, number};
use crate::tmf::customer_bill::BASE;
use crate::tmf::customer_bill::bill::{Bill, Line};
use crate::tmf::prepay_balance::convert::Wallet;
use engine::state::{OfferingRef, State};
use serde_json::{Value, json};
use types::{Currency, Instant};

/// The month that an instant is in, `2026-11`.
pub(crate) fn month_of(at: Instant) -> String {
    time::text(at).chars().take(7).collect()
}

/// When a month begins and ends, in UTC.
pub(crate) fn span_of(month: &str) -> Option<(Instant, Instant)> {
    let (year, number) = month.split_once('-')?;
    let (year, number): (u32, u32) = (whole(year, 4)?, whole(number, 2)?);
    let next = if number == 12 { (year + 1, 1) } else { (year, number + 1) };
    let at = |(year, month): (u32, u32)| time::parse(&format!("{year:04}-{month:02}-01T00:00:00Z"));
    Some((at((year, number))?, at(next)?))
}

/// A number of exactly so many digits.
fn whole(text: &str, digits: usize) -> Option<u32> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A bill's id, taken apart: the id of its wallet, and its month.
pub(crate) fn parts_of(id: &str) -> Option<(&str, &str)> {
    let at = id.len().checked_sub("-2026-11".len())?;
    let (wallet, month) = id.split_at_checked(at)?;
    let month = month.strip_prefix('-')?;
    span_of(month).is_some().then_some((wallet, month))
}

/// The id of a wallet as a billing account.
pub(crate) fn account_id(state: &State, wallet: Wallet) -> Option<String> {
    Some(format!("{}-{}", state.party(wallet.party)?.id, wallet.currency))
}

/// A bill as it stands at `now`.
pub(crate) fn bill(state: &State, wallet: Wallet, of: &Bill, now: Instant) -> Option<Value> {
    let (from, to) = span_of(&of.month)?;
    let account = account_id(state, wallet)?;
    let id = format!("{account}-{}", of.month);
    let (gross, tax) = (of.gross_minor(), of.tax_minor());
    let due = of.closing_minor.saturating_neg().max(0);
    let over = to <= now;
    let state_of = match (over, due) {
        (false, _) => "new",
        (true, 0) => "settled",
        (true, _) => "sent",
    };
    let amount = |minor: i64| value(minor, wallet.currency);
    Some(json!({
        "id": id, "href": format!("{BASE}/customerBill/{id}"), "@type": "CustomerBill", "billNo": id,
        "billDate": time::text(if over { to } else { now }), "category": "normal", "state": state_of,
        "runType": if over { "onCycle" } else { "offCycle" },
        "billingPeriod": { "startDateTime": time::text(from), "endDateTime": time::text(to) },
        "billingAccount": billing_account(&account),
        "billCycle": { "id": "monthly", "href": format!("{BASE}/billCycle/monthly"), "@type": "BillCycleRef", "@referredType": "BillCycle" },
        "taxIncludedAmount": amount(gross), "taxExcludedAmount": amount(gross.saturating_sub(tax)),
        "amountDue": amount(due), "remainingAmount": amount(due),
        "taxItem": [{ "@type": "TaxItem", "taxCategory": "VAT", "taxAmount": amount(tax) }],
        "relatedParty": [customer(&state.party(wallet.party)?.id.to_string())],
    }))
}

/// The lines of a bill, as the rates that it applied.
pub(crate) fn rates(state: &State, wallet: Wallet, of: &Bill, now: Instant) -> Option<Vec<Value>> {
    let (from, to) = span_of(&of.month)?;
    let account = account_id(state, wallet)?;
    let rate = |(place, line): (usize, &Line)| {
        let bill = format!("{account}-{}", of.month);
        let id = format!("{bill}-{place}");
        let offering = line.offering.and_then(|at| state.offering(OfferingRef::from_index(at)));
        let amount = |minor: i64| value(minor, wallet.currency);
        let ppm = offering.map_or(0, |offering| offering.price.plan.tax.ppm);
        json!({
            "id": id, "href": format!("{BASE}/appliedCustomerBillingRate/{id}"), "@type": "AppliedCustomerBillingRate",
            "name": offering.map_or("", |offering| offering.name.as_str()), "appliedBillingRateType": kind_of(&line.event),
            "isBilled": to <= now, "date": time::text(if to <= now { to } else { now }),
            "periodCoverage": { "startDateTime": time::text(from), "endDateTime": time::text(to) },
            "bill": { "id": bill, "href": format!("{BASE}/customerBill/{bill}"), "@type": "CustomerBillRef", "@referredType": "CustomerBill" },
            "billingAccount": billing_account(&account),
            "taxIncludedAmount": amount(line.gross_minor), "taxExcludedAmount": amount(line.gross_minor.saturating_sub(line.tax_minor)),
            "appliedTax": [{
                "@type": "AppliedBillingTaxRate", "taxCategory": "VAT", "taxRate": number(&format!("{}.{:04}", ppm / 10_000, ppm % 10_000)),
                "taxAmount": amount(line.tax_minor),
            }],
        })
    };
    Some(of.lines.iter().enumerate().map(rate).collect())
}

/// A wish for the bill of the month that runs: done.
pub(crate) fn on_demand(account: &str, month: &str, now: Instant) -> Value {
    let id = format!("{account}-{month}");
    json!({
        "id": id, "href": format!("{BASE}/customerBillOnDemand/{id}"), "@type": "CustomerBillOnDemand", "state": "done",
        "lastUpdate": time::text(now), "billingAccount": billing_account(account),
        "customerBill": { "id": id, "href": format!("{BASE}/customerBill/{id}"), "@type": "CustomerBillRef", "@referredType": "CustomerBill" },
    })
}

/// The one cycle there is.
pub(crate) fn cycle() -> Value {
    json!({
        "id": "monthly", "href": format!("{BASE}/billCycle/monthly"), "@type": "BillCycle",
        "name": "Calendar months in UTC", "description": "A bill covers a month and is made when the month is over.",
    })
}

fn value(minor: i64, currency: Currency) -> Value {
    let shown = money(minor, currency);
    json!({ "value": shown["amount"], "unit": shown["units"] })
}

fn billing_account(id: &str) -> Value {
    json!({
        "id": id, "href": format!("/tmf-api/prepayBalanceManagement/v4/bucket/{id}"), "@type": "BillingAccountRef",
        "@referredType": "BillingAccount",
    })
}

fn customer(id: &str) -> Value {
    let href = format!("/v1/parties/{id}");
    let reference = json!({ "id": id, "href": href, "@type": "PartyRef", "@referredType": "Party" });
    json!({ "@type": "RelatedPartyRefOrPartyRoleRef", "role": "customer", "partyOrPartyRole": reference })
}

/// What a line is of, in TM Forum's words where it has one.
fn kind_of(event: &str) -> &'static str {
    match event {
        "TokenIssued" | "SessionActivated" => "nonRecurring",
        "UsageCharged" | "LeaseCharged" => "usage",
        "PromiseBroken" | "TokenPreempted" | "TokenClosed" => "credit",
        _ => "other",
    }
}
