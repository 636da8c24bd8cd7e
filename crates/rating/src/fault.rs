//! Why a plan is not sound.

use std::fmt;
use types::Unit;

/// Why a plan is not sound. Components, rates and discounts are named by their places, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanFault {
    /// A list is too long or empty, or a text.
    OutOfRange {
        /// Of what.
        what: &'static str,
        /// How many or how long at most.
        max: u64,
    },
    /// An amount or a quantity is too large, or zero where it may not be.
    Quantity {
        /// Which component or discount.
        at: u8,
        /// What of it.
        what: &'static str,
        /// The largest there may be.
        max: u64,
    },
    /// A share is zero or more than the whole, or tax more than the net.
    Share {
        /// Which discount.
        at: u8,
        /// What of it.
        what: &'static str,
    },
    /// Two rates of a component apply at one moment and place.
    RulesOverlap {
        /// Which component.
        component: u8,
        /// One of them.
        rate: u8,
        /// The other.
        other: u8,
    },
    /// A component has no rate for what its conditions leave out.
    RateMissing {
        /// Which component.
        component: u8,
    },
    /// The tiers of a rate do not follow one another, or the last one ends.
    TiersUnordered {
        /// Which component.
        component: u8,
        /// Which rate.
        rate: u8,
    },
    /// Two components meter one unit.
    UnitAmbiguous {
        /// Which unit.
        unit: Unit,
    },
    /// Components recur in periods of different lengths.
    PeriodsDiffer,
    /// What recurs is held for at purchase as well.
    HeldRecurring,
    /// Hours end before they begin, or name no day.
    HoursUnsound {
        /// Which component.
        component: u8,
        /// Which rate.
        rate: u8,
    },
    /// A discount names a component that the plan does not have, or one that is priced as it is delivered.
    DiscountUnfounded {
        /// Which discount.
        discount: u8,
    },
}

impl fmt::Display for PlanFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::OutOfRange { what, max } => write!(f, "{what}: 1 to {max} are expected"),
            Self::Quantity { at, what, max } => {
                write!(f, "number {at}: {what} is at most {max}, and not zero where it divides")
            }
            Self::Share { at, what } => {
                write!(f, "number {at}: {what} is at most 1000000, and a discount is of something")
            }
            Self::RulesOverlap { component, rate, other } => {
                write!(f, "component {component}: rates {rate} and {other} apply at one moment and place; one may")
            }
            Self::RateMissing { component } => {
                write!(
                    f,
                    "component {component}: one rate without a condition is needed for all other moments and places"
                )
            }
            Self::TiersUnordered { component, rate } => {
                write!(
                    f,
                    "component {component}, rate {rate}: each tier ends after the one before it, and the last never"
                )
            }
            Self::UnitAmbiguous { unit } => write!(f, "two components meter `{}`; one may", unit.as_str()),
            Self::PeriodsDiffer => f.write_str("what recurs in one plan recurs in periods of one length"),
            Self::HeldRecurring => f.write_str("what recurs is paid period by period: `held` is 0 beside it"),
            Self::HoursUnsound { component, rate } => {
                write!(f, "component {component}, rate {rate}: hours are of some day, and begin before they end")
            }
            Self::DiscountUnfounded { discount } => {
                write!(f, "discount {discount}: it is of components that are paid at purchase or each period")
            }
        }
    }
}

impl std::error::Error for PlanFault {}
