//! A price plan as it would be written down.

use super::wire::{self, PlanDraft};
use crate::time;
use engine::rating::{Charge, Component, Condition, Discount, Off, Period, PricePlan, Rate, TaxMode, Tier, Tiering};
use types::Currency;

/// What is read as this plan again.
pub(crate) fn draft_of(plan: &PricePlan, currency: Currency) -> PlanDraft {
    let discount = |discount: &Discount| discount_of(plan, discount, currency);
    PlanDraft {
        currency: currency.to_string(),
        zone: Some(plan.zone.name().to_owned()),
        tax: wire::Tax {
            rate_ppm: plan.tax.ppm,
            mode: match plan.tax.mode {
                TaxMode::Included => wire::TaxMode::Included,
                TaxMode::Added => wire::TaxMode::Added,
            },
        },
        minimum: (plan.minimum_minor > 0).then(|| amount(plan.minimum_minor, currency)),
        components: plan.components.iter().map(|component| component_of(component, currency)).collect(),
        discounts: plan.discounts.iter().map(discount).collect(),
    }
}

fn component_of(row: &Component, currency: Currency) -> wire::Component {
    let general = row.rates.iter().find(|rate| rate.condition.is_none());
    let special = row.rates.iter().filter(|rate| !rate.condition.is_none());
    let (charge, period, step_s, unit, held) = match row.charge {
        Charge::Once => (wire::Charge::Once, None, None, None, None),
        Charge::Recurring(period) => (wire::Charge::Recurring, Some(period_text(period)), None, None, None),
        Charge::PerTime { step } => (wire::Charge::PerTime, None, Some(step.as_secs()), None, None),
        Charge::PerUnit { unit, held } => (wire::Charge::PerUnit, None, None, Some(unit.into()), Some(held)),
    };
    let own = general.map(|rate| prices_of(rate, currency));
    let (amount, per, tiering, tiers) = own.unwrap_or_default();
    wire::Component {
        name: row.name.clone(),
        charge,
        period,
        step_s,
        unit,
        held: held.filter(|held| *held > 0),
        amount,
        per,
        tiering,
        tiers,
        rates: special.map(|rate| rate_of(rate, currency)).collect(),
    }
}

type Prices = (Option<String>, Option<u64>, Option<wire::Tiering>, Vec<wire::Tier>);

fn prices_of(rate: &Rate, currency: Currency) -> Prices {
    let tiering = match rate.tiering {
        Tiering::Graduated => wire::Tiering::Graduated,
        Tiering::Volume => wire::Tiering::Volume,
        Tiering::Package => wire::Tiering::Package,
    };
    match rate.tiers.as_slice() {
        [Tier { up_to: None, minor, flat_minor: 0 }] => {
            (Some(amount(*minor, currency)), Some(rate.per), Some(tiering), Vec::new())
        }
        tiers => {
            let tier = |tier: &Tier| wire::Tier {
                up_to: tier.up_to,
                amount: amount(tier.minor, currency),
                flat: (tier.flat_minor > 0).then(|| amount(tier.flat_minor, currency)),
            };
            (None, Some(rate.per), Some(tiering), tiers.iter().map(tier).collect())
        }
    }
}

fn rate_of(rate: &Rate, currency: Currency) -> wire::Rate {
    let (amount, per, tiering, tiers) = prices_of(rate, currency);
    let Condition { hours, within, grade } = &rate.condition;
    wire::Rate {
        hours: hours.iter().map(ToString::to_string).collect(),
        within: within.iter().flat_map(crate::native::convert::cells).collect(),
        grade: grade.map(Into::into),
        amount,
        per,
        tiering,
        tiers,
    }
}

fn discount_of(plan: &PricePlan, row: &Discount, currency: Currency) -> wire::Discount {
    let (share_ppm, off) = match row.off {
        Off::Share(ppm) => (Some(ppm), None),
        Off::Amount(minor) => (None, Some(amount(minor, currency))),
    };
    let named = row.of.iter().filter_map(|at| Some(plan.component(*at)?.name.clone()));
    wire::Discount {
        name: row.name.clone(),
        share_ppm,
        amount: off,
        of: named.collect(),
        from: row.from.map(time::text),
        until: row.until.map(time::text),
        code: row.code.clone(),
        periods: row.periods,
        kinds: row.kinds.iter().map(|kind| (*kind).into()).collect(),
        newcomers_only: row.newcomers.is_some(),
    }
}

fn period_text(period: Period) -> String {
    let (count, unit) = match period {
        Period::Days(count) => (count, "day"),
        Period::Months(count) => (count, "month"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// `9.90`, as many decimals as the currency has.
fn amount(minor: u64, currency: Currency) -> String {
    let digits = currency.minor_digits();
    let scale = 10_u64.pow(digits);
    match digits {
        0 => minor.to_string(),
        _ => format!("{}.{:0width$}", minor / scale, minor % scale, width = digits as usize),
    }
}
