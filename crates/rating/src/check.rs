//! Is a plan sound? What is asked of it is asked in the order of the names of what is wrong: lists and texts, quantities,
//! shares, then rules.

use crate::discount::{Discount, Off};
use crate::fault::PlanFault;
use crate::limits::{
    COMPONENTS_MAX, DISCOUNTS_MAX, HOURS_MAX, NAME_BYTES_MAX, PERIOD_MAX, PRICE_MINOR_MAX, QUANTITY_MAX, RATES_MAX,
    STEP_MS_MIN, TIERS_MAX,
};
use crate::plan::{Charge, Component, PricePlan, Rate};
use types::PPM;

pub(crate) fn check(plan: &PricePlan) -> Result<(), PlanFault> {
    check_lists(plan)?;
    check_quantities(plan)?;
    check_shares(plan)?;
    plan.numbered().try_for_each(|(at, component)| check_rules(at, component))?;
    rates(plan).try_for_each(|(at, rate, row)| check_tiers((at, rate), row))?;
    check_units(plan)?;
    check_periods(plan)?;
    rates(plan).try_for_each(|(component, rate, row)| check_hours((component, rate), row))?;
    discounts(plan).try_for_each(|(at, discount)| check_discount(plan, at, discount))
}

/// Every rate with its places: that of its component, and its own.
fn rates(plan: &PricePlan) -> impl Iterator<Item = (u8, u8, &Rate)> {
    plan.numbered().flat_map(|(at, component)| (0_u8..).zip(&component.rates).map(move |(rate, row)| (at, rate, row)))
}

fn discounts(plan: &PricePlan) -> impl Iterator<Item = (u8, &Discount)> {
    (0_u8..).zip(&plan.discounts)
}

fn check_lists(plan: &PricePlan) -> Result<(), PlanFault> {
    at_most("components", plan.components.len(), 0, COMPONENTS_MAX)?;
    at_most("discounts", plan.discounts.len(), 0, DISCOUNTS_MAX)?;
    for component in &plan.components {
        at_most("name of a component, in bytes", component.name.len(), 1, NAME_BYTES_MAX)?;
        at_most("rates of a component", component.rates.len(), 1, RATES_MAX)?;
    }
    for (.., rate) in rates(plan) {
        at_most("tiers of a rate", rate.tiers.len(), 1, TIERS_MAX)?;
        at_most("hours of a rate", rate.condition.hours.len(), 0, HOURS_MAX)?;
    }
    for discount in &plan.discounts {
        at_most("name of a discount, in bytes", discount.name.len(), 1, NAME_BYTES_MAX)?;
        at_most("promotion code, in bytes", discount.code.as_ref().map_or(1, String::len), 1, NAME_BYTES_MAX)?;
        at_most("components of a discount", discount.of.len(), 0, COMPONENTS_MAX)?;
    }
    Ok(())
}

fn check_quantities(plan: &PricePlan) -> Result<(), PlanFault> {
    bounded(0, "minimum_minor", plan.minimum_minor, 0, PRICE_MINOR_MAX)?;
    for (at, component) in plan.numbered() {
        match component.charge {
            Charge::Once => {}
            Charge::Recurring(period) => bounded(at, "period", u64::from(period.count()), 1, u64::from(PERIOD_MAX))?,
            Charge::PerTime { step } => bounded(at, "step_ms", step.as_ms(), STEP_MS_MIN, QUANTITY_MAX)?,
            Charge::PerUnit { held, .. } => bounded(at, "held", held, 0, QUANTITY_MAX)?,
        }
    }
    for (at, _, rate) in rates(plan) {
        bounded(at, "per", rate.per, 1, QUANTITY_MAX)?;
        for tier in &rate.tiers {
            bounded(at, "minor", tier.minor, 0, PRICE_MINOR_MAX)?;
            bounded(at, "flat_minor", tier.flat_minor, 0, PRICE_MINOR_MAX)?;
        }
    }
    discounts(plan).try_for_each(|(at, discount)| match discount.off {
        Off::Share(_) => Ok(()),
        Off::Amount(minor) => bounded(at, "off_minor", minor, 1, PRICE_MINOR_MAX),
    })
}

fn check_shares(plan: &PricePlan) -> Result<(), PlanFault> {
    let shares = discounts(plan).filter_map(|(at, discount)| match discount.off {
        Off::Share(ppm) => Some((at, ppm)),
        Off::Amount(_) => None,
    });
    let unsound = shares.into_iter().find(|(_, ppm)| !(1..=PPM).contains(&u64::from(*ppm)));
    match unsound {
        Some((at, _)) => Err(PlanFault::Share { at, what: "share_ppm" }),
        None if u64::from(plan.tax.ppm) > PPM => Err(PlanFault::Share { at: 0, what: "tax_ppm" }),
        None => Ok(()),
    }
}

fn check_tiers((component, at): (u8, u8), rate: &Rate) -> Result<(), PlanFault> {
    let ends: Vec<u64> = rate.tiers.iter().map(|tier| tier.up_to.unwrap_or(u64::MAX)).collect();
    let first = ends.first().is_some_and(|end| *end > 0);
    let ordered = ends.windows(2).all(|pair| matches!(pair, [before, after] if before < after));
    let endless = rate.tiers.last().is_some_and(|tier| tier.up_to.is_none());
    if first && ordered && endless { Ok(()) } else { Err(PlanFault::TiersUnordered { component, rate: at }) }
}

fn check_hours((component, rate): (u8, u8), row: &Rate) -> Result<(), PlanFault> {
    let sound = row.condition.hours.iter().all(|hours| hours.is_sound());
    if sound { Ok(()) } else { Err(PlanFault::HoursUnsound { component, rate }) }
}

/// One rate without a condition, and no moment and place at which two of the others apply.
fn check_rules(at: u8, row: &Component) -> Result<(), PlanFault> {
    let rates = || (0_u8..).zip(&row.rates);
    let mut general = rates().filter(|(_, rate)| rate.condition.is_none()).map(|(at, _)| at);
    match (general.next(), general.next()) {
        (None, _) => return Err(PlanFault::RateMissing { component: at }),
        (Some(rate), Some(other)) => return Err(PlanFault::RulesOverlap { component: at, rate, other }),
        (Some(_), None) => {}
    }
    let special = || rates().filter(|(_, rate)| !rate.condition.is_none());
    for (rate, one) in special() {
        let clash = special().find(|(other, row)| *other > rate && row.condition.overlaps(&one.condition));
        if let Some((other, _)) = clash {
            return Err(PlanFault::RulesOverlap { component: at, rate, other });
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
    if plan.components.iter().any(differs) {
        return Err(PlanFault::PeriodsDiffer);
    }
    if own.is_some() && plan.holds() { Err(PlanFault::HeldRecurring) } else { Ok(()) }
}

fn check_discount(plan: &PricePlan, at: u8, discount: &Discount) -> Result<(), PlanFault> {
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
