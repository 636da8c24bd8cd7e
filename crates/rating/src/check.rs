//! Is a plan sound?

use crate::discount::{Discount, Off};
use crate::fault::PlanFault;
use crate::limits::{
    COMPONENTS_MAX, DISCOUNTS_MAX, HOURS_MAX, NAME_BYTES_MAX, PERIOD_MAX, PRICE_MINOR_MAX, QUANTITY_MAX, RATES_MAX,
    STEP_MS_MIN, TIERS_MAX,
};
use crate::plan::{Charge, Component, PricePlan, Rate};
use types::PPM;

pub(crate) fn check(plan: &PricePlan) -> Result<(), PlanFault> {
    at_most("components", plan.components.len(), 0, COMPONENTS_MAX)?;
    at_most("discounts", plan.discounts.len(), 0, DISCOUNTS_MAX)?;
    bounded(0, "tax_ppm", u64::from(plan.tax.ppm), 0, PPM)?;
    bounded(0, "minimum_minor", plan.minimum_minor, 0, PRICE_MINOR_MAX)?;
    plan.numbered().try_for_each(|(at, component)| check_component(at, component))?;
    check_units(plan)?;
    check_periods(plan)?;
    (0_u8..).zip(&plan.discounts).try_for_each(|(at, discount)| check_discount(plan, at, discount))
}

fn check_component(at: u8, component: &Component) -> Result<(), PlanFault> {
    at_most("name of a component, in bytes", component.name.len(), 1, NAME_BYTES_MAX)?;
    at_most("rates of a component", component.rates.len(), 1, RATES_MAX)?;
    match component.charge {
        Charge::Once => {}
        Charge::Recurring(period) => bounded(at, "period", u64::from(period.count()), 1, u64::from(PERIOD_MAX))?,
        Charge::PerTime { step } => bounded(at, "step_ms", step.as_ms(), STEP_MS_MIN, QUANTITY_MAX)?,
        Charge::PerUnit { held, .. } => bounded(at, "held", held, 0, QUANTITY_MAX)?,
    }
    (0_u8..).zip(&component.rates).try_for_each(|(rate, row)| check_rate(at, (rate, row)))?;
    check_rules(at, component)
}

fn check_rate(component: u8, (at, rate): (u8, &Rate)) -> Result<(), PlanFault> {
    at_most("tiers of a rate", rate.tiers.len(), 1, TIERS_MAX)?;
    at_most("hours of a rate", rate.condition.hours.len(), 0, HOURS_MAX)?;
    if !rate.condition.hours.iter().all(|hours| hours.is_sound()) {
        return Err(PlanFault::HoursUnsound { component, rate: at });
    }
    bounded(component, "per", rate.per, 1, QUANTITY_MAX)?;
    for tier in &rate.tiers {
        bounded(component, "minor", tier.minor, 0, PRICE_MINOR_MAX)?;
        bounded(component, "flat_minor", tier.flat_minor, 0, PRICE_MINOR_MAX)?;
    }
    let ends: Vec<u64> = rate.tiers.iter().map(|tier| tier.up_to.unwrap_or(u64::MAX)).collect();
    let first = ends.first().is_some_and(|end| *end > 0);
    let ordered = ends.windows(2).all(|pair| matches!(pair, [before, after] if before < after));
    let endless = rate.tiers.last().is_some_and(|tier| tier.up_to.is_none());
    if first && ordered && endless { Ok(()) } else { Err(PlanFault::TiersUnordered { component, rate: at }) }
}

/// One rate without a condition, and no moment and place at which two of the others apply.
fn check_rules(component: u8, row: &Component) -> Result<(), PlanFault> {
    let rates = || (0_u8..).zip(&row.rates);
    let mut general = rates().filter(|(_, rate)| rate.condition.is_none()).map(|(at, _)| at);
    match (general.next(), general.next()) {
        (None, _) => return Err(PlanFault::RateMissing { component }),
        (Some(rate), Some(other)) => return Err(PlanFault::RulesOverlap { component, rate, other }),
        (Some(_), None) => {}
    }
    let special = || rates().filter(|(_, rate)| !rate.condition.is_none());
    for (at, rate) in special() {
        let clash = special().find(|(other, row)| *other > at && row.condition.overlaps(&rate.condition));
        if let Some((other, _)) = clash {
            return Err(PlanFault::RulesOverlap { component, rate: at, other });
        }
    }
    Ok(())
}

fn check_units(plan: &PricePlan) -> Result<(), PlanFault> {
    let units: Vec<_> = crate::usage::units(plan).collect();
    let twice = (1..).zip(&units).find(|(next, unit)| units.iter().skip(*next).any(|other| other == *unit));
    match twice {
        Some((_, unit)) => Err(PlanFault::UnitAmbiguous { unit: *unit }),
        None => Ok(()),
    }
}

fn check_periods(plan: &PricePlan) -> Result<(), PlanFault> {
    let own = plan.period();
    let differs = |component: &Component| matches!(component.charge, Charge::Recurring(period) if Some(period) != own);
    if plan.components.iter().any(differs) { Err(PlanFault::PeriodsDiffer) } else { Ok(()) }
}

fn check_discount(plan: &PricePlan, at: u8, discount: &Discount) -> Result<(), PlanFault> {
    at_most("name of a discount, in bytes", discount.name.len(), 1, NAME_BYTES_MAX)?;
    at_most("promotion code, in bytes", discount.code.as_ref().map_or(1, String::len), 1, NAME_BYTES_MAX)?;
    at_most("components of a discount", discount.of.len(), 0, COMPONENTS_MAX)?;
    match discount.off {
        Off::Share(ppm) => bounded(at, "share_ppm", u64::from(ppm), 1, PPM)?,
        Off::Amount(minor) => bounded(at, "off_minor", minor, 1, PRICE_MINOR_MAX)?,
    }
    let is_fee =
        |at: &u8| plan.component(*at).is_some_and(|component| !matches!(component.charge, Charge::PerUnit { .. }));
    let span_is_sound = discount.from.zip(discount.until).is_none_or(|(from, until)| from < until);
    if discount.of.iter().all(is_fee) && span_is_sound {
        Ok(())
    } else {
        Err(PlanFault::DiscountUnfounded { discount: at })
    }
}

fn at_most(what: &'static str, len: usize, min: usize, max: usize) -> Result<(), PlanFault> {
    if (min..=max).contains(&len) {
        Ok(())
    } else {
        Err(PlanFault::OutOfRange { what, max: u64::try_from(max).unwrap_or(u64::MAX) })
    }
}

fn bounded(at: u8, what: &'static str, value: u64, min: u64, max: u64) -> Result<(), PlanFault> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(PlanFault::Quantity { at, what, max }) }
}
