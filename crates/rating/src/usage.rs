//! What is delivered, and what it costs.

use crate::amount::{gross, most};
use crate::condition::Moment;
use crate::fault::PlanFault;
use crate::plan::{Charge, Component, PricePlan};
use crate::zone::Zone;
use minicbor::{Decode, Encode};
use types::Unit;

/// A rate of a metered component: what a delivered quantity is priced at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metered<'a> {
    plan: &'a PricePlan,
    of: &'a Component,
    /// The component's place in the plan.
    pub component: u8,
    /// The rate's place in the component.
    pub rate: u8,
}

/// What was delivered at one rate, and charged for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Delivered {
    /// How much.
    #[n(0)]
    pub quantity: u64,
    /// What was charged for it, in minor units, tax included.
    #[n(1)]
    pub minor: i64,
}

/// The rate that prices what is delivered of this unit at this moment; `None` where nothing does.
pub fn metered<'a>(plan: &'a PricePlan, unit: Unit, moment: &Moment<'_>) -> Option<Metered<'a>> {
    let of_unit = |component: &Component| matches!(component.charge, Charge::PerUnit { unit: own, .. } if own == unit);
    let (component, of) = plan.numbered().find(|(_, component)| of_unit(component))?;
    let rate = of.rate_at(&plan.zone, moment)?;
    Some(Metered { plan, of, component, rate })
}

/// Every rate that a quantity of this unit may be priced at, at some moment and place.
pub fn rates(plan: &PricePlan, unit: Unit) -> impl Iterator<Item = Metered<'_>> {
    let of_unit =
        move |component: &Component| matches!(component.charge, Charge::PerUnit { unit: own, .. } if own == unit);
    plan.numbered().filter(move |(_, of)| of_unit(of)).flat_map(move |(component, of)| {
        (0_u8..).zip(&of.rates).map(move |(rate, _)| Metered { plan, of, component, rate })
    })
}

/// The units that a plan meters, in its order.
pub fn units(plan: &PricePlan) -> impl Iterator<Item = Unit> {
    plan.components.iter().filter_map(|component| match component.charge {
        Charge::PerUnit { unit, .. } => Some(unit),
        _ => None,
    })
}

impl Metered<'_> {
    /// What a quantity costs that is delivered in all, tax included, rounded up once; `None` when it cannot be counted.
    /// What of it was charged before is for the caller to take off.
    pub fn of(&self, quantity: u64) -> Option<i64> {
        gross(self.of.rates.get(usize::from(self.rate))?, self.plan.tax, quantity)
    }

    /// The most that a further quantity can cost at this rate, tax included, where `before` of it was charged already: so
    /// much can be set aside for it, whatever others are charged meanwhile, as long as they set aside the same.
    pub fn most(&self, before: Delivered, quantity: u64) -> Option<i64> {
        most(self.of.rates.get(usize::from(self.rate))?, self.plan.tax, before, quantity)
    }

    /// The quantity that is held for at purchase.
    pub fn held(&self) -> u64 {
        match self.of.charge {
            Charge::PerUnit { held, .. } => held,
            _ => 0,
        }
    }
}

impl Component {
    /// The place of the rate that applies: one with a condition, or else the one without.
    pub(crate) fn rate_at(&self, zone: &Zone, moment: &Moment<'_>) -> Option<u8> {
        let numbered = || (0_u8..).zip(&self.rates);
        if self.rates.len() == 1 {
            return Some(0);
        }
        let special = numbered().find(|(_, rate)| !rate.condition.is_none() && rate.condition.applies(zone, moment));
        let general = || numbered().find(|(_, rate)| rate.condition.is_none());
        special.or_else(general).map(|(at, _)| at)
    }
}

impl PricePlan {
    /// At how many rates is something metered? With one, all that is delivered is of one price.
    pub fn metered_rates(&self) -> usize {
        let metered = self.components.iter().filter(|component| matches!(component.charge, Charge::PerUnit { .. }));
        metered.map(|component| component.rates.len()).sum()
    }

    /// What is held at purchase for what will be delivered, at the dearest of its rates; `None` when it cannot be counted.
    pub fn held_minor(&self) -> Option<i64> {
        let mut sum = 0_i64;
        for component in &self.components {
            let Charge::PerUnit { held: held @ 1.., .. } = component.charge else { continue };
            let costs: Option<Vec<i64>> = component.rates.iter().map(|rate| gross(rate, self.tax, held)).collect();
            sum = sum.checked_add(costs?.into_iter().max().unwrap_or(0))?;
        }
        Some(sum)
    }

    /// Is something held at purchase for what will be delivered?
    pub fn holds(&self) -> bool {
        self.components.iter().any(|component| matches!(component.charge, Charge::PerUnit { held: 1.., .. }))
    }

    /// Refused by name unless at every moment and place one rate, and one only, prices everything.
    pub fn check(&self) -> Result<(), PlanFault> {
        crate::check::check(self)
    }
}
