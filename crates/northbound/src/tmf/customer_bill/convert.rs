//! Bills, in the words of TMF678. In version 5 every object says what it is.

use crate::native::bills::convert::Cost;
use crate::time;
use crate::tmf::common::convert::{money, number};
use crate::tmf::customer_bill::BASE;
use crate::tmf::customer_bill::bill::Bill;
use crate::tmf::prepay_balance::convert::Wallet;
use engine::state::{OfferingRef, State};
use serde_json::{Value, json};
use types::{Currency, Instant, Month};

/// The month that an instant is in; none before 1970 or after 9999.
pub(crate) fn month_of(at: Instant) -> Option<Month> {
    Month::parse(time::text(at).get(..7)?).ok()
}

/// A bill's id, taken apart: the id of its wallet, and its month.
pub(crate) fn parts_of(id: &str) -> Option<(&str, Month)> {
    let at = id.len().checked_sub("-2026-11".len())?;
    let (wallet, month) = id.split_at_checked(at)?;
    let month = month.strip_prefix('-')?;
    Some((wallet, Month::parse(month).ok()?))
}

/// The id of a wallet as a billing account.
pub(crate) fn account_id(state: &State, wallet: Wallet) -> Option<String> {
    Some(format!("{}-{}", state.party(wallet.party)?.id, wallet.currency))
}

/// A bill as it stands at `now`.
pub(crate) fn bill(state: &State, wallet: Wallet, of: &Bill, now: Instant) -> Option<Value> {
    let (from, to) = (of.month.start(), of.month.end());
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
    let (from, to) = (of.month.start(), of.month.end());
    let account = account_id(state, wallet)?;
    let rate = |(place, line): (usize, &Cost)| {
        let bill = format!("{account}-{}", of.month);
        let id = format!("{bill}-{place}");
        let offering = line.offering.and_then(|at| state.offering(OfferingRef::from_index(at)));
        let amount = |minor: i64| value(minor, wallet.currency);
        let ppm = line.tax_ppm;
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
pub(crate) fn on_demand(account: &str, month: Month, now: Instant) -> Value {
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
