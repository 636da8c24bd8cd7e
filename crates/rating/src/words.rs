//! Lines in words.

use crate::line::{Line, Rail, Source};
use crate::period::Period;
use crate::plan::{Charge, Component, PricePlan, Rate, Tax, TaxMode, Tier, Tiering};
use std::fmt::Write as _;
use types::{Currency, Money, Unit};

/// A line in words: what for, and how its amount came about.
///
/// For example `Uplink boost: 3 hours at 1.50 EUR an hour`.
pub fn explain(plan: &PricePlan, currency: Currency, line: &Line) -> String {
    match line.source {
        Source::Component { component, rate } => match plan.component(component) {
            Some(row) => of_component((plan, currency), row, usize::from(rate), line.quantity),
            None => "a component the plan no longer has".to_owned(),
        },
        Source::Discount(at) => match plan.discounts.get(usize::from(at)) {
            Some(discount) => discount.name.clone(),
            None => "a discount the plan no longer has".to_owned(),
        },
        Source::Minimum => format!("Up to the minimum of {}", money(currency, plan.minimum_minor)),
        Source::Congestion => {
            let worth = i64::try_from(line.quantity).unwrap_or(i64::MAX);
            format!("The network is in demand then: what it takes is worth {} to others", Money::new(worth, currency))
        }
        Source::Cost => "Up to what it costs to deliver".to_owned(),
        Source::GuardRail(Rail::Floor) => "Up to the lowest price".to_owned(),
        Source::GuardRail(Rail::Cap) => "Down to the highest price".to_owned(),
        Source::GuardRail(Rail::Step) => "Down to what the price may rise within an hour".to_owned(),
    }
}

fn of_component((plan, currency): (&PricePlan, Currency), row: &Component, rate: usize, quantity: u64) -> String {
    let mut text = row.name.clone();
    let Some(rate) = row.rates.get(rate) else { return text };
    let said = |text: &mut String, what: std::fmt::Arguments<'_>| text.write_fmt(what).unwrap_or_default();
    match row.charge {
        Charge::Once => {}
        Charge::Recurring(period) => said(&mut text, format_args!(", each {}", of_period(period))),
        Charge::PerTime { step } => {
            let step = types_step(step.as_ms());
            said(&mut text, format_args!(": {quantity} × {step}{}", of_rate(currency, rate, &step, quantity)));
        }
        Charge::PerUnit { unit, .. } => {
            let unit = of_unit(unit);
            said(&mut text, format_args!(": {quantity} {unit}{}", of_rate(currency, rate, unit, quantity)));
        }
    }
    if !rate.condition.is_none() {
        said(&mut text, format_args!(" ({})", of_condition(plan, rate)));
    }
    if plan.tax.mode == TaxMode::Added && plan.tax.ppm > 0 {
        said(&mut text, format_args!(", and {} tax", percent(plan.tax)));
    }
    text
}

/// ` at 1.50 EUR each`, or tier by tier.
fn of_rate(currency: Currency, rate: &Rate, unit: &str, quantity: u64) -> String {
    let per = if rate.per == 1 { "each".to_owned() } else { format!("for {} {unit}", rate.per) };
    let per = if rate.tiering == Tiering::Package { format!("for each started {} {unit}", rate.per) } else { per };
    let price = |tier: &Tier| match tier.flat_minor {
        0 => format!("{} {per}", money(currency, tier.minor)),
        flat => format!("{} and {} {per}", money(currency, flat), money(currency, tier.minor)),
    };
    if let [only] = rate.tiers.as_slice() {
        return format!(" at {}", price(only));
    }
    if rate.tiering == Tiering::Volume {
        let reached = rate.tiers.iter().find(|tier| tier.up_to.is_none_or(|up_to| quantity <= up_to));
        return reached.map_or_else(String::new, |tier| format!(", all of it at {}", price(tier)));
    }
    let mut below = 0_u64;
    let mut parts = Vec::new();
    for tier in &rate.tiers {
        if quantity <= below {
            break;
        }
        let upper = tier.up_to.map_or(quantity, |up_to| up_to.min(quantity));
        parts.push(format!("{} at {}", upper.saturating_sub(below), price(tier)));
        below = upper;
    }
    format!(": {}", parts.join(", then "))
}

fn of_condition(plan: &PricePlan, rate: &Rate) -> String {
    let mut parts = Vec::new();
    if !rate.condition.hours.is_empty() {
        let spans: Vec<String> = rate.condition.hours.iter().map(ToString::to_string).collect();
        parts.push(format!("{} {}", spans.join(" and "), plan.zone.name()));
    }
    if rate.condition.within.is_some() {
        parts.push("in this area".to_owned());
    }
    if let Some(grade) = rate.condition.grade {
        parts.push(match grade {
            types::Grade::Empirical => "a measured promise".to_owned(),
            types::Grade::Statistical => "a statistical promise".to_owned(),
            types::Grade::Hard => "a hard promise".to_owned(),
        });
    }
    parts.join(", ")
}

fn of_period(period: Period) -> String {
    match period {
        Period::Days(1) => "day".to_owned(),
        Period::Days(days) => format!("{days} days"),
        Period::Months(1) => "month".to_owned(),
        Period::Months(months) => format!("{months} months"),
    }
}

/// A length of time in the largest unit that it is a whole number of.
fn types_step(ms: u64) -> String {
    let units = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")];
    let whole = units.iter().find(|(unit, _)| ms.is_multiple_of(*unit));
    match whole {
        Some((unit, name)) if ms == *unit => (*name).to_owned(),
        Some((unit, name)) => format!("{} {name}s", ms.checked_div(*unit).unwrap_or(0)),
        None => format!("{ms} ms"),
    }
}

const fn of_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Second => "seconds",
        Unit::Byte => "bytes",
        Unit::LlmToken => "LLM tokens",
        Unit::ComputeUnit => "compute units",
        Unit::Call => "calls",
        Unit::Message => "messages",
    }
}

fn percent(tax: Tax) -> String {
    let (whole, part) = (tax.ppm.checked_div(10_000).unwrap_or(0), tax.ppm.checked_rem(10_000).unwrap_or(0));
    if part == 0 { format!("{whole} %") } else { format!("{whole}.{part:04} %") }
}

fn money(currency: Currency, minor: u64) -> Money {
    Money::new(i64::try_from(minor).unwrap_or(i64::MAX), currency)
}
