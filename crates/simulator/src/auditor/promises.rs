//! The auditor's own record of promised capacity, slot by slot.

use crate::fact::Wish;
use crate::plan::Plan;
use crate::visible::Taken;
use std::collections::{BTreeMap, BTreeSet};
use types::{H3Cell, Instant, Window};

const SLOT_MS: u64 = 300_000;
const HOUR_MS: u64 = 3_600_000;
const SLOTS_AN_HOUR: usize = 12;
/// All quotes together hold at most a fifth of what is sellable.
const QUOTES_SHARE: u64 = 5;

/// What was promised and not given back.
#[derive(Clone, Debug, Default)]
pub struct Promises {
    taken: BTreeMap<(usize, u32), Taken>,
    available: Vec<u64>,
    /// What is expected on each resource, by slot, where something better than its profile is known.
    forecasts: Vec<BTreeMap<u32, u64>>,
}

/// One promise: so many units of a resource in a slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// Units by resource and slot.
    pub held: BTreeMap<(usize, u32), u64>,
}

/// For a token or for a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firmness {
    /// For a token.
    Firm,
    /// For a quote.
    Short,
}

impl Promises {
    /// Nothing promised on the resources of `plan`.
    pub fn new(plan: &Plan) -> Self {
        let available = plan.resources.iter().map(|resource| resource.available).collect();
        Self { taken: BTreeMap::new(), available, forecasts: vec![BTreeMap::new(); plan.resources.len()] }
    }

    /// What of a resource works now.
    pub fn set_available(&mut self, resource: usize, available: u64) {
        self.available[resource] = available;
    }

    /// What is expected on a resource from a slot on, hour by hour; nothing of what was expected before stays.
    pub fn set_forecast(&mut self, resource: usize, from: u32, loads: &[u32]) {
        let slots = loads.iter().flat_map(|load| [u64::from(*load); SLOTS_AN_HOUR]);
        self.forecasts[resource] = (from..).zip(slots).collect();
    }

    /// What an admission would take: of the radio cells that cover one place the first with room throughout, or else in each
    /// slot the first with room; of an area or a way all of them that can carry it.
    pub fn find(&self, plan: &Plan, wish: &Wish, firmness: Firmness, now: Instant) -> Option<Promise> {
        self.carried(plan, &Self::choices(plan, wish, now)?, &Promise::default(), firmness)
    }

    /// The first choice with room throughout, or else in each slot the first with room, beside what is `held` already.
    pub fn carried(&self, plan: &Plan, choices: &[Promise], held: &Promise, firmness: Firmness) -> Option<Promise> {
        let has_room = |wanted: &Promise| self.has_room(plan, &wanted.beyond(held), firmness);
        if let Some(whole) = choices.iter().find(|choice| has_room(choice)) {
            return Some(whole.clone());
        }
        let slots: BTreeSet<u32> =
            choices.iter().flat_map(|choice| choice.held.keys()).map(|(_, slot)| *slot).collect();
        let mut mixed = Promise::default();
        for slot in slots {
            let found = choices.iter().map(|choice| choice.within(slot, slot + 1)).find(has_room)?;
            mixed.held.extend(found.held);
        }
        Some(mixed)
    }

    /// What could carry an admission, the first choice first. `None` where something of it is not covered.
    pub fn choices(plan: &Plan, wish: &Wish, now: Instant) -> Option<Vec<Promise>> {
        let slots = Self::slots(wish.window, now);
        let stages = wish.stages();
        if stages.is_empty() {
            return Self::carrying(plan, (wish.offering, &wish.places), slots);
        }
        let mut whole = Promise::default();
        // A stage that is over is not asked for any more.
        for (window, place) in stages.into_iter().filter(|(window, _)| now < window.to()) {
            let (from, to) = Self::slots(window, now);
            for found in Self::carrying(plan, (wish.offering, &[place]), (from, to.min(slots.1)))? {
                whole.add(&found);
            }
        }
        Some(vec![whole])
    }

    /// What could carry an offering over slots: at one place one of the radio cells that cover it, in an area all of them
    /// that can.
    pub fn carrying(
        plan: &Plan,
        (offering, places): (usize, &[H3Cell]),
        (from, to): (u32, u32),
    ) -> Option<Vec<Promise>> {
        let mut whole = Promise::default();
        for place in places {
            let covering = (0..plan.resources.len()).filter(|radio| plan.resources[*radio].covers.contains(place));
            let alone = |radio| Some(Promise::throughout(&path(plan, offering, radio)?, from, to));
            let found: Vec<Promise> = covering.filter_map(alone).collect();
            if found.is_empty() || places.len() == 1 {
                return (!found.is_empty()).then_some(found);
            }
            for found in &found {
                whole.add(found);
            }
        }
        Some(vec![whole])
    }

    /// The slots of a window that are not over: the first, and the first behind it.
    pub fn slots(window: Window, now: Instant) -> (u32, u32) {
        (slot(window.from()).max(slot(now)), slot_after(window.to()))
    }

    /// Does `held` hold something, in a slot, of which there is not enough for `wanted`?
    pub fn lacks_of(&self, plan: &Plan, wanted: &Promise, held: &Promise) -> bool {
        wanted.held.iter().filter(|(of, _)| held.held.contains_key(of)).any(|(of, units)| {
            let alone = Promise { held: BTreeMap::from([(*of, *units)]) };
            !self.has_room(plan, &alone, Firmness::Firm)
        })
    }

    /// Records a promise.
    pub fn take(&mut self, promise: &Promise, firmness: Firmness) {
        self.each(promise, |taken, units| match firmness {
            Firmness::Firm => taken.firm += units,
            Firmness::Short => taken.short += units,
        });
    }

    /// Strikes a promise out.
    pub fn give_back(&mut self, promise: &Promise, firmness: Firmness) {
        self.each(promise, |taken, units| match firmness {
            Firmness::Firm => taken.firm -= units,
            Firmness::Short => taken.short -= units,
        });
        self.taken.retain(|_, taken| *taken != Taken::default());
    }

    /// The record.
    pub fn taken(&self) -> &BTreeMap<(usize, u32), Taken> {
        &self.taken
    }

    /// The first resource and slot where promises and floor exceed what was built, if there is one.
    pub fn beyond_nominal(&self, plan: &Plan) -> Option<(usize, u32)> {
        let exceeds = |(key, taken): (&(usize, u32), &Taken)| {
            let resource = &plan.resources[key.0];
            (taken.firm + taken.short + floor(plan, key.0) > resource.nominal).then_some(*key)
        };
        self.taken.iter().find_map(exceeds)
    }

    /// Is there room for it?
    pub fn has_room(&self, plan: &Plan, promise: &Promise, firmness: Firmness) -> bool {
        promise.held.iter().all(|((resource, slot), units)| {
            let taken = self.taken.get(&(*resource, *slot)).copied().unwrap_or_default();
            let working = self.available[*resource].saturating_sub(self.background(plan, *resource, *slot));
            let sold = floor(plan, *resource) + taken.firm;
            let sellable = working.min(plan.resources[*resource].nominal).saturating_sub(sold);
            let quotable = (sellable / QUOTES_SHARE).saturating_sub(taken.short);
            let free = sellable.saturating_sub(taken.short);
            *units <= free && (firmness == Firmness::Firm || *units <= quotable)
        })
    }

    fn background(&self, plan: &Plan, resource: usize, slot: u32) -> u64 {
        match self.forecasts[resource].get(&slot) {
            Some(load) => (*load).max(plan.resources[resource].background_min),
            None => weekly(plan, resource, slot),
        }
    }

    fn each(&mut self, promise: &Promise, change: impl Fn(&mut Taken, u64)) {
        for (of, units) in &promise.held {
            change(self.taken.entry(*of).or_default(), *units);
        }
    }
}

impl Promise {
    /// So many units of resources in every slot of `from..to`.
    fn throughout(legs: &[(usize, u64)], from: u32, to: u32) -> Self {
        let each = |(resource, units): &(usize, u64)| {
            let (resource, units) = (*resource, *units);
            (from..to).map(move |slot| ((resource, slot), units))
        };
        Self { held: legs.iter().flat_map(each).collect() }
    }

    /// Holds the other's as well: of one resource in one slot the more of the two.
    pub fn add(&mut self, other: &Self) {
        for (of, units) in &other.held {
            let held = self.held.entry(*of).or_default();
            *held = (*held).max(*units);
        }
    }

    /// The part in slots `from..to`.
    pub fn within(&self, from: u32, to: u32) -> Self {
        let held = self.held.iter().filter(|((_, slot), _)| (from..to).contains(slot));
        Self { held: held.map(|(of, units)| (*of, *units)).collect() }
    }

    /// What it wants beyond what the other holds.
    pub fn beyond(&self, other: &Self) -> Self {
        let more = |(of, units): (&(usize, u32), &u64)| {
            let more = units.saturating_sub(other.held.get(of).copied().unwrap_or(0));
            (more > 0).then_some((*of, more))
        };
        Self { held: self.held.iter().filter_map(more).collect() }
    }

    /// The first slot behind its last.
    pub fn end(&self) -> u32 {
        self.held.keys().map(|(_, slot)| slot + 1).max().unwrap_or(0)
    }
}

/// The radio cell and everything behind it, with what the offering needs of each; `None` when one cannot carry it, or is
/// too small to.
fn path(plan: &Plan, offering: usize, radio: usize) -> Option<Vec<(usize, u64)>> {
    let mut legs = Vec::new();
    let mut next = Some(radio);
    while let Some(resource) = next {
        let needed = plan.offerings[offering].demand.get(&plan.resources[resource].class)?;
        if *needed > plan.resources[resource].nominal - floor(plan, resource) {
            return None;
        }
        legs.push((resource, *needed));
        next = plan.resources[resource].upstream;
    }
    Some(legs)
}

fn floor(plan: &Plan, resource: usize) -> u64 {
    let plan = &plan.resources[resource];
    (plan.nominal * u64::from(plan.floor_ppm)).div_ceil(1_000_000)
}

fn weekly(plan: &Plan, resource: usize, slot: u32) -> u64 {
    let resource = &plan.resources[resource];
    // The epoch was a Thursday; profiles start on Monday.
    let hour = (u64::from(slot) * SLOT_MS / HOUR_MS + 72) % 168;
    let hourly = usize::try_from(hour).ok().and_then(|hour| plan.profiles[resource.profile].get(hour));
    let ppm = u128::from(hourly.copied().unwrap_or(0));
    let load = (ppm * u128::from(resource.scale_ppm) * u128::from(resource.nominal)).div_ceil(1_000_000_000_000);
    u64::try_from(load).unwrap_or(u64::MAX).max(resource.background_min)
}

fn slot(at: Instant) -> u32 {
    u32::try_from(at.as_ms() / SLOT_MS).unwrap_or(u32::MAX)
}

fn slot_after(at: Instant) -> u32 {
    u32::try_from(at.as_ms().div_ceil(SLOT_MS)).unwrap_or(u32::MAX)
}
