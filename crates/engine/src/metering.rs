//! Metering: which price a delivered quantity has, and what was charged at that price before.

use crate::rejection::Rejection;
use crate::settlement::{Sold, sold};
use crate::state::{Meter, Offering, State, Token};
use rating::{Charge, Delivered, Metered, Moment, PricePlan, metered, rates};
use types::{Instant, Unit};

/// A unit of a token that something is delivered in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metering<'a> {
    token: &'a Token,
    plan: &'a PricePlan,
    /// `None`: nothing of the token is counted, and what is delivered costs nothing.
    unit: Option<Unit>,
    /// Does it come out of the token's volume?
    pub of_volume: bool,
    /// Is it what the token's own quantity counts?
    main: bool,
    /// Are there prices beside the one that the token's own sums are of?
    several: bool,
}

/// What a quantity costs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Priced {
    pub gross: i64,
    /// The price it has, where a token has several.
    pub meter: Option<Meter>,
}

/// The unit that is meant where none is said: that of the volume, or else the first that is metered.
pub(crate) fn main_unit(offering: &Offering, plan: &PricePlan) -> Option<Unit> {
    offering.terms.volume.map(|volume| volume.unit).or_else(|| rating::units(plan).next())
}

/// Does this price count to the token's own quantity?
pub(crate) fn is_main(offering: &Offering, plan: &PricePlan, meter: Meter) -> bool {
    let unit = plan.component(meter.component).and_then(|component| match component.charge {
        Charge::PerUnit { unit, .. } => Some(unit),
        _ => None,
    });
    unit == main_unit(offering, plan)
}

impl<'a> Metering<'a> {
    /// The unit that is said, or meant; one that the token neither has a volume of nor a price for is refused.
    pub(crate) fn of(state: &'a State, token: &'a Token, said: Option<Unit>) -> Result<Self, Rejection> {
        let Sold { offering, plan, .. } = sold(state, token);
        let main = main_unit(offering, plan);
        let unit = said.or(main);
        let of_volume = token.units.is_some() && offering.terms.volume.is_some_and(|volume| Some(volume.unit) == unit);
        let is_priced = unit.is_some_and(|unit| rating::units(plan).any(|own| own == unit));
        if said.is_some() && !of_volume && !is_priced {
            return Err(Rejection::UnitNotSold);
        }
        let several = match plan.metered_rates() {
            0 => false,
            1 => rating::units(plan).next() != main,
            _ => true,
        };
        Ok(Self { token, plan, unit, of_volume, main: unit == main, several })
    }

    /// Is there anything to count: a volume, or a price?
    pub(crate) fn is_counted(&self) -> bool {
        self.of_volume || self.unit.is_some_and(|unit| rating::units(self.plan).any(|own| own == unit))
    }

    /// So much more is counted to the token's own quantity.
    pub(crate) const fn counted(&self, quantity: u64) -> u64 {
        if self.main { quantity } else { 0 }
    }

    /// The price of a further quantity now: that of all that was delivered at this price, less what was charged before.
    /// One rounding, up; where a tier makes all of it cheaper nothing is paid back.
    pub(crate) fn price(&self, quantity: u64, now: Instant) -> Result<Priced, Rejection> {
        let moment = Moment { at: now, place: &self.token.place, grade: self.token.grade };
        let Some(found) = self.unit.and_then(|unit| metered(self.plan, unit, &moment)) else {
            return Ok(Priced::default());
        };
        let before = self.before(&found);
        let total = before.quantity.checked_add(quantity).ok_or(Rejection::BookOverflow)?;
        let gross = found.of(total).ok_or(Rejection::BookOverflow)?.saturating_sub(before.minor).max(0);
        let meter = self.several.then_some(Meter { component: found.component, rate: found.rate });
        Ok(Priced { gross, meter })
    }

    /// The most that a further quantity can cost, whenever it is reported and whatever else is charged before it; `None`
    /// when it cannot be counted.
    pub(crate) fn most(&self, quantity: u64) -> Option<i64> {
        let Some(unit) = self.unit else { return Some(0) };
        let costs = rates(self.plan, unit).map(|rate| rate.most(self.before(&rate), quantity));
        costs.collect::<Option<Vec<i64>>>().map(|costs| costs.into_iter().max().unwrap_or(0))
    }

    fn before(&self, found: &Metered<'_>) -> Delivered {
        if self.several {
            let meter = Meter { component: found.component, rate: found.rate };
            return self.token.meters.as_ref().and_then(|meters| meters.get(&meter)).copied().unwrap_or_default();
        }
        Delivered { quantity: self.token.used, minor: self.token.usage_minor }
    }
}
