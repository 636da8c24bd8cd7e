//! Plans as people write them.

use super::{PlanDraft, plan_of, text};
use rating::{Charge, Hours, Period, Tiering};
use serde_json::{Value, json};
use types::{Currency, Duration, Unit};

fn read(plan: Value) -> Result<rating::PricePlan, String> {
    let draft: PlanDraft = serde_json::from_value(plan).map_err(|error| error.to_string())?;
    plan_of(&draft).map(|(_, plan)| plan)
}

fn with(component: Value) -> Value {
    let mut component = component;
    component["name"] = json!("Boost");
    json!({ "currency": "EUR", "components": [component] })
}

#[expect(clippy::needless_pass_by_value, reason = "a plan is written where it is refused")]
fn refused(plan: Value, words: &str) {
    let problem = read(plan.clone()).expect_err(words);
    assert!(problem.contains(words), "`{problem}` does not say `{words}`: {plan}");
}

#[test]
fn a_component_of_every_kind_is_read() {
    let plan = read(json!({
        "currency": "EUR", "zone": "Europe/Amsterdam", "tax": { "rate_ppm": 210_000, "mode": "added" }, "minimum": "5",
        "components": [
            { "name": "Set-up", "charge": "once", "amount": "1.5 EUR" },
            { "name": "Plan", "charge": "recurring", "period": "1 month", "amount": "9.90" },
            { "name": "Boost", "charge": "per_time", "step_s": 3600, "amount": "0.50",
              "rates": [{ "hours": ["Fri 22:00-06:00"], "amount": "0.80" }] },
            { "name": "AI", "charge": "per_unit", "unit": "llm_token", "per": 1_000_000, "tiering": "package",
              "tiers": [{ "up_to": 5, "amount": "0.99", "flat": "0.01" }, { "amount": "0.62" }] },
        ],
        "discounts": [{ "name": "Trial", "share_ppm": 1_000_000, "of": ["Plan"], "periods": 1, "newcomers_only": true }],
    }))
    .expect("the plan is sound");
    assert_eq!((plan.minimum_minor, plan.zone.name(), plan.tax.ppm), (500, "Europe/Amsterdam", 210_000));
    let charges: Vec<_> = plan.components.iter().map(|component| component.charge).collect();
    assert_eq!(
        charges,
        [
            Charge::Once,
            Charge::Recurring(Period::Months(1)),
            Charge::PerTime { step: Duration::from_hours(1) },
            Charge::PerUnit { unit: Unit::LlmToken, held: 0 },
        ]
    );
    let first = |at: usize| plan.components[at].rates[0].tiers[0];
    assert_eq!((first(0).minor, first(1).minor, first(3).flat_minor), (150, 990, 1));
    // And it is written down as it was read.
    let euro = Currency::parse("EUR").expect("a currency");
    assert_eq!(plan_of(&super::draft_of(&plan, euro)), Ok((euro, plan.clone())));
    assert_eq!(
        super::terms_of(&plan, euro),
        [
            "Set-up: 1.50 EUR once, and 21 % tax",
            "Plan: 9.90 EUR each month, and 21 % tax",
            "Boost: 0.50 EUR for each started hour, and 21 % tax",
            "Boost: 0.80 EUR for each started hour (Fri 22:00-24:00 and Sat 00:00-06:00 Europe/Amsterdam), and 21 % tax",
            "AI: 0.01 EUR and 0.99 EUR for each started 1,000,000 LLM tokens for the first 5 LLM tokens, 0.62 EUR for each \
             started 1,000,000 LLM tokens beyond, and 21 % tax",
            "Trial: 100 % off Plan, in the first period, for who never bought it before",
            "At least 5.00 EUR is what a purchase, and each period after it, costs",
        ]
    );
    let night = &plan.components[2].rates[1].condition.hours;
    let friday = Hours { days: 1 << 4, from_minute: 22 * 60, to_minute: 24 * 60 };
    assert_eq!(*night, [friday, Hours { days: 1 << 5, from_minute: 0, to_minute: 6 * 60 }]);
    let tokens = &plan.components[3].rates[0];
    assert_eq!((tokens.per, tokens.tiering), (1_000_000, Tiering::Package));
    assert_eq!((plan.discounts[0].of.as_slice(), plan.discounts[0].newcomers.is_some()), (&[1_u8][..], true));
}

#[test]
fn a_plan_is_said_without_its_codes() {
    let euro = Currency::parse("EUR").expect("a currency");
    let plan = read(json!({
        "currency": "EUR", "minimum": "1",
        "components": [
            { "name": "Data", "charge": "per_unit", "unit": "byte", "per": 5_000_000, "amount": "0.01" },
            { "name": "Calls", "charge": "per_unit", "unit": "call", "amount": "0.02",
              "rates": [{ "grade": "hard", "amount": "0.00" }] },
            { "name": "Jobs", "charge": "per_unit", "unit": "compute_unit", "tiering": "volume",
              "tiers": [{ "up_to": 1_000, "amount": "0.00" }, { "up_to": 20_000, "amount": "0.03" }, { "amount": "0.02", "flat": "1" }] },
        ],
        "discounts": [{ "name": "Fair", "amount": "2.50", "code": "SECRET", "until": "2026-12-31T00:00:00Z",
            "periods": 3, "kinds": ["consumer", "public_service"] }],
    }));
    assert_eq!(
        super::terms_of(&plan.expect("the plan is sound"), euro),
        [
            "Data: 0.01 EUR for 5,000,000 bytes",
            "Calls: 0.02 EUR a call",
            "Calls: nothing (a hard promise)",
            "Jobs: all of it at what is reached: nothing for the first 1,000 compute units, 0.03 EUR a compute unit up to \
             20,000, 1.00 EUR and 0.02 EUR a compute unit beyond",
            "Fair: 2.50 EUR off, in the first 3 periods, until 2026-12-31T00:00:00Z, with a code, for consumers and public \
             services",
            "At least 1.00 EUR is what a purchase costs",
        ]
    );
}

#[test]
fn what_is_wrong_is_said_with_what_would_do() {
    refused(json!({ "currency": "EURO" }), "three capital letters");
    refused(json!({ "currency": "EUR", "zone": "Mars/Olympus" }), "IANA");
    refused(json!({ "currency": "EUR", "price": 1 }), "unknown field");
    refused(with(json!({ "charge": "once", "amount": "1.00 USD" })), "a plan has one currency");
    refused(with(json!({ "charge": "once", "amount": "-1.00" })), "no amount of EUR");
    refused(with(json!({ "charge": "once", "amount": "1.005" })), "at most 2 decimals");
    refused(with(json!({ "charge": "once", "amount": "99999999999999999999" })), "no amount of EUR");
    refused(with(json!({ "charge": "once" })), "either an `amount` or `tiers`");
    let night = json!([{ "amount": "2", "hours": ["every day 22:00-06:00"] }]);
    refused(with(json!({ "charge": "once", "rates": night })), "one rate without a condition is needed");
    refused(
        with(json!({ "charge": "once", "amount": "1", "tiers": [{ "amount": "1" }] })),
        "either an `amount` or `tiers`",
    );
    refused(with(json!({ "charge": "once", "amount": "1", "unit": "call" })), "has no `period`");
    refused(with(json!({ "charge": "recurring", "amount": "1" })), "has a `period`");
    refused(with(json!({ "charge": "recurring", "period": "soon", "amount": "1" })), "`1 month`");
    refused(with(json!({ "charge": "per_time", "amount": "1" })), "has a `step_s`");
    refused(with(json!({ "charge": "per_unit", "amount": "1" })), "has a `unit`");
    let rate = |rate: Value| with(json!({ "charge": "once", "amount": "1", "rates": [rate] }));
    refused(rate(json!({ "amount": "2" })), "says when, where or at what grade");
    refused(rate(json!({ "amount": "2", "hours": ["Fri 25:00-26:00"] })), "are no hours");
    refused(rate(json!({ "amount": "2", "within": ["here"] })), "no H3 index");
    let both =
        json!([{ "amount": "2", "hours": ["every day 08:00-10:00"] }, { "amount": "3", "hours": ["Mon 09:00-11:00"] }]);
    let overlapping = with(json!({ "charge": "once", "amount": "1", "rates": both }));
    refused(overlapping, "apply at one moment and place");
    let discount = |discount: Value| json!({ "currency": "EUR", "components": [], "discounts": [discount] });
    refused(discount(json!({ "name": "Off", "share_ppm": 1, "amount": "1" })), "either a `share_ppm` or an `amount`");
    refused(discount(json!({ "name": "Off", "share_ppm": 1, "of": ["Plan"] })), "no component `Plan`");
    refused(discount(json!({ "name": "Off", "share_ppm": 1, "from": "tomorrow" })), "RFC 3339");
}

#[test]
fn hours_and_amounts_are_read_as_they_are_written() {
    let days = |text: &str| text::hours(text).map(|hours| hours.iter().map(|span| span.days).collect::<Vec<_>>());
    assert_eq!(days("Mon-Fri 08:00-18:00"), Ok(vec![0b001_1111]));
    assert_eq!(days("Sat-Mon, Wed 08:00-18:00"), Ok(vec![0b110_0101]));
    assert_eq!(days("Sun 22:00-06:00"), Ok(vec![1 << 6, 1]), "after Sunday comes Monday");
    assert_eq!(days("every day 22:00-00:00"), Ok(vec![0b111_1111]));
    for wrong in
        ["", "08:00-18:00", "Mon", "Mon 08:00", "Mon 8-18", "Mon 08:00-08:00", "Mon 24:00-06:00", "Mon 08:60-09:00"]
    {
        assert!(text::hours(wrong).is_err(), "{wrong}");
    }
    let minor = |text: &str, code: &str| text::amount(text, Currency::parse(code).expect("a currency")).ok();
    assert_eq!((minor("9.9", "EUR"), minor("9", "EUR"), minor("9.90 EUR", "EUR")), (Some(990), Some(900), Some(990)));
    assert_eq!((minor("300", "JPY"), minor("300.0", "JPY"), minor("1.234", "KWD")), (Some(300), None, Some(1_234)));
    for wrong in ["", ".", "9.", ".5", "9,90", "1e3", "+1", "9.90 EUR x", " EUR"] {
        assert_eq!(minor(wrong, "EUR"), None, "{wrong}");
    }
}
