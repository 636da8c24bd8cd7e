//! A price plan from the wire.

use super::text::{amount, hours, period};
use super::wire::{self, PlanDraft};
use crate::place::h3_cell;
use crate::time;
use rating::{
    Charge, Component, Condition, Discount, Newcomers, Off, PricePlan, Rate, Tax, TaxMode, Tier, Tiering, Zone,
};
use types::{Area, Currency, Duration, Instant};

/// The plan that was written down, sound, and its currency; or what is wrong with it, and what would be accepted.
pub fn plan_of(draft: &PlanDraft) -> Result<(Currency, PricePlan), String> {
    let (currency, plan) = read(draft)?;
    plan.check().map_err(|fault| fault.to_string())?;
    Ok((currency, plan))
}

/// The plan that was written down, sound or not, and its currency.
pub(crate) fn read(draft: &PlanDraft) -> Result<(Currency, PricePlan), String> {
    let currency = Currency::parse(&draft.currency).map_err(|error| error.to_string())?;
    let zone = draft.zone.as_deref().map_or_else(|| Ok(Zone::utc()), Zone::parse);
    let mode = match draft.tax.mode {
        wire::TaxMode::Included => TaxMode::Included,
        wire::TaxMode::Added => TaxMode::Added,
    };
    let components: Vec<_> =
        draft.components.iter().map(|component| component_of(component, currency)).collect::<Result<_, _>>()?;
    let discount = |discount| discount_of(discount, currency, &components);
    let plan = PricePlan {
        tax: Tax { ppm: draft.tax.rate_ppm, mode },
        zone: zone.map_err(|error| error.to_string())?,
        discounts: draft.discounts.iter().map(discount).collect::<Result<_, _>>()?,
        minimum_minor: draft.minimum.as_deref().map_or(Ok(0), |text| amount(text, currency))?,
        components,
    };
    Ok((currency, plan))
}

fn component_of(draft: &wire::Component, currency: Currency) -> Result<Component, String> {
    let named = |problem: String| format!("`{}`: {problem}", draft.name);
    let own = Prices { amount: draft.amount.as_deref(), tiers: &draft.tiers, per: draft.per, tiering: draft.tiering };
    let mut rates = Vec::new();
    if own.amount.is_some() || !own.tiers.is_empty() || draft.rates.is_empty() {
        rates.push(own.rate(Condition::default(), currency).map_err(named)?);
    }
    for rate in &draft.rates {
        let prices = Prices {
            amount: rate.amount.as_deref(),
            tiers: &rate.tiers,
            per: rate.per.or(draft.per),
            tiering: rate.tiering.or(draft.tiering),
        };
        let condition = condition_of(rate).map_err(named)?;
        rates.push(prices.rate(condition, currency).map_err(named)?);
    }
    Ok(Component { name: draft.name.clone(), charge: charge_of(draft).map_err(named)?, rates })
}

/// Each way to charge has members of its own; those of another are refused rather than overlooked.
fn charge_of(draft: &wire::Component) -> Result<Charge, String> {
    let wire::Component { period: recurs, step_s, unit, held, .. } = draft;
    match (draft.charge, recurs, step_s, unit, held) {
        (wire::Charge::Once, None, None, None, None) => Ok(Charge::Once),
        (wire::Charge::Recurring, Some(text), None, None, None) => Ok(Charge::Recurring(period(text)?)),
        (wire::Charge::PerTime, None, Some(step_s), None, None) => {
            Ok(Charge::PerTime { step: Duration::from_secs(*step_s) })
        }
        (wire::Charge::PerUnit, None, None, Some(unit), held) => {
            Ok(Charge::PerUnit { unit: (*unit).into(), held: held.unwrap_or(0) })
        }
        (charge, ..) => Err(match charge {
            wire::Charge::Once => "what is paid `once` has no `period`, `step_s`, `unit` or `held`",
            wire::Charge::Recurring => "what is `recurring` has a `period`, and no `step_s`, `unit` or `held`",
            wire::Charge::PerTime => "what is paid `per_time` has a `step_s`, and no `period`, `unit` or `held`",
            wire::Charge::PerUnit => "what is paid `per_unit` has a `unit`, and no `period` or `step_s`",
        }
        .to_owned()),
    }
}

/// The amounts of a component or of one of its rates.
struct Prices<'a> {
    amount: Option<&'a str>,
    tiers: &'a [wire::Tier],
    per: Option<u64>,
    tiering: Option<wire::Tiering>,
}

impl Prices<'_> {
    fn rate(&self, condition: Condition, currency: Currency) -> Result<Rate, String> {
        let tiers = match (self.amount, self.tiers) {
            (Some(text), []) => vec![Tier { up_to: None, minor: amount(text, currency)?, flat_minor: 0 }],
            (None, tiers @ [_, ..]) => {
                tiers.iter().map(|tier| tier_of(tier, currency)).collect::<Result<_, String>>()?
            }
            _ => return Err("a rate has either an `amount` or `tiers`".to_owned()),
        };
        let tiering = match self.tiering {
            None | Some(wire::Tiering::Graduated) => Tiering::Graduated,
            Some(wire::Tiering::Volume) => Tiering::Volume,
            Some(wire::Tiering::Package) => Tiering::Package,
        };
        Ok(Rate { condition, per: self.per.unwrap_or(1), tiering, tiers })
    }
}

fn tier_of(tier: &wire::Tier, currency: Currency) -> Result<Tier, String> {
    let flat_minor = tier.flat.as_deref().map_or(Ok(0), |text| amount(text, currency))?;
    Ok(Tier { up_to: tier.up_to, minor: amount(&tier.amount, currency)?, flat_minor })
}

fn condition_of(rate: &wire::Rate) -> Result<Condition, String> {
    let spans = rate.hours.iter().map(|text| hours(text)).collect::<Result<Vec<_>, _>>()?;
    let cell = |text: &String| h3_cell(text).map_err(|_| format!("`{text}` is no H3 index"));
    let within = match rate.within.as_slice() {
        [] => None,
        cells => {
            let cells = cells.iter().map(cell).collect::<Result<_, _>>()?;
            Some(Area::new(cells).map_err(|error| error.to_string())?)
        }
    };
    let condition = Condition { hours: spans.concat(), within, grade: rate.grade.map(Into::into) };
    if condition.is_none() {
        return Err("a rate of `rates` says when, where or at what grade: `hours`, `within` or `grade`".to_owned());
    }
    Ok(condition)
}

fn discount_of(draft: &wire::Discount, currency: Currency, components: &[Component]) -> Result<Discount, String> {
    let named = |problem: String| format!("`{}`: {problem}", draft.name);
    let off = match (draft.share_ppm, draft.amount.as_deref()) {
        (Some(ppm), None) => Off::Share(ppm),
        (None, Some(text)) => Off::Amount(amount(text, currency).map_err(named)?),
        _ => return Err(named("a discount has either a `share_ppm` or an `amount`".to_owned())),
    };
    let place = |name: &String| {
        let found = (0_u8..).zip(components).find(|(_, component)| component.name == *name);
        found.map(|(at, _)| at).ok_or_else(|| named(format!("the plan has no component `{name}`")))
    };
    Ok(Discount {
        name: draft.name.clone(),
        off,
        of: draft.of.iter().map(place).collect::<Result<_, _>>()?,
        from: instant(draft.from.as_deref()).map_err(named)?,
        until: instant(draft.until.as_deref()).map_err(named)?,
        code: draft.code.clone(),
        periods: draft.periods,
        kinds: draft.kinds.iter().map(|kind| (*kind).into()).collect(),
        newcomers: draft.newcomers_only.then_some(Newcomers::Only),
    })
}

fn instant(text: Option<&str>) -> Result<Option<Instant>, String> {
    let parse = |text: &str| time::parse(text).ok_or_else(|| format!("`{text}` is no RFC 3339 time with an offset"));
    text.map(parse).transpose()
}
