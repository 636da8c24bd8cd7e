//! Pricing: what an offering costs from now on.

use crate::actor::Actor;
use crate::limits::PRICE_VERSIONS_MAX;
use crate::party::require_operator;
use crate::state::{OfferingRef, OfferingStatus, Pricing, State};
use crate::{Answer, Event, MarketEvent, Rejection};
use ledger::{AMOUNT_MAX, Asset};
use rating::{PlanFault, PricePlan};
use types::Currency;

/// The most that is held for usage at purchase: a thousandth of what one leg can carry.
const HELD_MAX: i64 = AMOUNT_MAX / 1_000;

/// Sells an offering at another price. Quotes and tokens keep the price that they were made at.
pub(crate) fn decide_price(
    state: &State,
    actor: Actor,
    (offering, currency, plan): (OfferingRef, Currency, &PricePlan),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let row = state.offering(offering).ok_or(Rejection::UnknownOffering)?;
    if row.status == OfferingStatus::Retired {
        return Err(Rejection::OfferingRetired);
    }
    check_plan(plan, row.terms.volume.is_some(), row.terms.rollover_max)?;
    if state.ledger.asset_ref(Asset::Currency(currency)) != Some(row.price.asset) {
        return Err(Rejection::PriceCurrencyFixed);
    }
    if row.price.plan == *plan {
        return Ok(Answer::Repeated);
    }
    if row.version() >= PRICE_VERSIONS_MAX {
        return Err(Rejection::TooManyPrices { versions_max: PRICE_VERSIONS_MAX });
    }
    let price = Pricing { asset: row.price.asset, plan: plan.clone() };
    out.push(Event::Market(Box::new(MarketEvent::PriceSet { offering, price })));
    Ok(Answer::Done)
}

/// The plan is sound, and what it says of periods fits the volume.
pub(crate) fn check_plan(plan: &PricePlan, has_volume: bool, rollover_max: Option<u64>) -> Result<(), Rejection> {
    plan.check()?;
    if plan.held_minor().is_none_or(|held| held > HELD_MAX) {
        return Err(Rejection::QuantityOutOfRange);
    }
    if rollover_max.is_some() && (plan.period().is_none() || !has_volume) {
        return Err(Rejection::RolloverUnfounded);
    }
    Ok(())
}

impl From<PlanFault> for Rejection {
    fn from(fault: PlanFault) -> Self {
        match fault {
            PlanFault::OutOfRange { max, .. } => {
                Self::ListOutOfRange { entries_max: u32::try_from(max).unwrap_or(u32::MAX) }
            }
            PlanFault::Quantity { .. } => Self::QuantityOutOfRange,
            PlanFault::Share { .. } => Self::ShareOutOfRange,
            PlanFault::RulesOverlap { component, rate, other } => Self::PriceRulesOverlap { component, rate, other },
            PlanFault::RateMissing { component } => Self::PriceRateMissing { component },
            PlanFault::TiersUnordered { component, rate } => Self::PriceTiersUnordered { component, rate },
            PlanFault::UnitAmbiguous { .. } => Self::PriceUnitAmbiguous,
            PlanFault::PeriodsDiffer => Self::PricePeriodsDiffer,
            PlanFault::HeldRecurring => Self::PriceHeldRecurring,
            PlanFault::HoursUnsound { component, rate } => Self::PriceHoursUnsound { component, rate },
            PlanFault::DiscountUnfounded { discount } => Self::PriceDiscountUnfounded { discount },
        }
    }
}
