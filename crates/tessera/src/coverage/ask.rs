//! One place, asked three times: with what is on the ground, with relays, with satellites.

use anyhow::{anyhow, ensure};
use engine::capacity::Terms;
use engine::state::{Grade, Offering, OfferingRef, ResourceClass, State, Tier};
use engine::{Ask, Class, Rejection, qualify};
use h3o::CellIndex;
use std::collections::BTreeMap;
use types::{Area, H3Cell, Instant, Window};

/// How far up is looked, the ground first.
pub const TIERS: [Tier; 3] = [Tier::Ground, Tier::Air, Tier::Space];

/// The offering as it is, and without what is higher up.
#[derive(Clone, Copy, Debug)]
pub struct Tiers([OfferingRef; 3]);

/// What a place is answered, tier by tier: served, or why not.
pub type Answer = [Result<(), Rejection>; 3];

/// Whom to ask, and when.
pub struct Asking<'a> {
    /// What the cell knows.
    pub state: &'a State,
    /// The offering.
    pub tiers: Tiers,
    /// For when.
    pub window: Window,
    /// When it is asked.
    pub now: Instant,
}

impl Tiers {
    /// Puts the offering without the higher tiers beside it: the state is in memory, and is thrown away.
    pub fn of(state: &mut State, offering: OfferingRef) -> anyhow::Result<Self> {
        let whole = state.offering(offering).cloned().ok_or_else(|| anyhow!("the offering is gone"))?;
        ensure!(!whole.demand.is_empty(), "`{}` needs nothing of the network: it can be had anywhere", whole.name);
        let mut up_to = |tier: Tier| -> anyhow::Result<OfferingRef> {
            let at = OfferingRef::from_index(u32::try_from(state.offerings.len())?);
            let kept = |(class, _): &(&ResourceClass, _)| class.tier() <= tier;
            let demand = whole.demand.iter().filter(kept).map(|(class, demand)| (*class, demand.clone())).collect();
            state.offerings.push(Offering { demand, ..whole.clone() });
            Ok(at)
        };
        Ok(Self([up_to(Tier::Ground)?, up_to(Tier::Air)?, offering]))
    }
}

impl Asking<'_> {
    /// Fails when the question itself is refused, which every place would be told.
    pub fn check(&self, some: Option<CellIndex>) -> anyhow::Result<()> {
        let Some(cell) = some else { return Ok(()) };
        match self.qualify(self.tiers.0[2], self.middle(cell)) {
            Err(rejection) if rejection.class() != Class::Unpromisable => {
                Err(anyhow!("{rejection} {}", rejection.accepted()))
            }
            _ => Ok(()),
        }
    }

    /// Every cell, at its middle.
    pub fn all(&self, cells: &[CellIndex]) -> BTreeMap<CellIndex, Answer> {
        cells.iter().map(|cell| (*cell, self.at(self.middle(*cell)))).collect()
    }

    /// A place in the finest resolution that coverage is described in, or finer.
    pub fn at(&self, place: H3Cell) -> Answer {
        let lowest = self.state.covering(place).first().and_then(|first| self.state.resource(*first));
        let lowest = lowest.map(|info| info.class.tier());
        let mut answer = [Err(Rejection::NotCovered); 3];
        for ((tier, offering), answer) in TIERS.into_iter().zip(self.tiers.0).zip(&mut answer) {
            // What only something higher up covers is not covered from here.
            if lowest.is_some_and(|lowest| lowest <= tier) {
                *answer = self.qualify(offering, place);
            }
        }
        answer
    }

    /// The finest resolution that coverage is described in, or that of the cells when that is finer.
    pub fn finest(&self, resolution: h3o::Resolution) -> h3o::Resolution {
        let finest = self.state.finest_coverage().and_then(|finest| h3o::Resolution::try_from(finest).ok());
        finest.map_or(resolution, |finest| finest.max(resolution))
    }

    fn middle(&self, cell: CellIndex) -> H3Cell {
        let finest = self.finest(cell.resolution());
        H3Cell::from_index(cell.center_child(finest).unwrap_or(cell).into())
    }

    fn qualify(&self, offering: OfferingRef, place: H3Cell) -> Result<(), Rejection> {
        let place = Area::new(vec![place]).map_err(|_| Rejection::NotCovered)?;
        let ask = Ask {
            offering,
            window: self.window,
            place: &place,
            stages: &[],
            grade_min: Grade::Empirical,
            terms: Terms::Firm,
        };
        qualify(self.state, ask, self.now).map(drop)
    }
}
