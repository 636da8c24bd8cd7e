//! May it be held? And if not then, when?

use crate::book::Book;
use crate::booking::{Booking, LEGS_MAX, Leg, Terms};
use crate::error::{CapacityError, Shortfall};
use crate::refs::ResourceRef;
use crate::slot::{Slot, SlotRange};
use crate::steps::Steps;
use crate::view::SlotView;
use std::collections::BTreeMap;
use types::PPM;

/// Where to look for a time that can be promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// The booking has to lie in here.
    pub within: SlotRange,
    /// How many slots are wanted; none finds nothing.
    pub length_slots: u32,
    /// Starts are tried this many slots apart, the first at the start of `within`; zero is taken as one.
    pub step_slots: u32,
}

impl Book {
    /// May all of `legs` be held in `slots`, each in its own?
    ///
    /// Legs are judged as a whole: several on one resource count together. A shortfall names the first resource, in the
    /// order of legs, and its first slot that falls short; being short of capacity comes before quotes' share.
    pub fn check_hold(&self, legs: &[Leg], slots: SlotRange, terms: Terms) -> Result<(), CapacityError> {
        self.check_legs(legs, slots)?;
        let wanted = demands(legs, slots)?;
        check_share(terms)?;
        self.slab.next().ok_or(CapacityError::BookFull)?;
        match self.find_short(&wanted, terms) {
            None => Ok(()),
            Some(Short { of: Lack::Capacity, shortfall, .. }) => Err(CapacityError::Exhausted(shortfall)),
            Some(Short { of: Lack::Share, shortfall, .. }) => Err(CapacityError::QuoteShareExceeded(shortfall)),
        }
    }

    /// The first range in which all of `legs` can be held: the nearest that can be promised. Legs with slots of their own
    /// are those of a booking that starts with `within`, and move with it.
    pub fn first_fit(&self, legs: &[Leg], terms: Terms, search: Search) -> Option<SlotRange> {
        let start = search.within.from();
        let length = SlotRange::new(start, Slot::from_index(start.index().checked_add(search.length_slots)?))?;
        self.check_legs(legs, length).and_then(|()| check_share(terms)).ok()?;
        let step = search.step_slots.max(1);
        let mut from = start;
        loop {
            let to = Slot::from_index(from.index().checked_add(search.length_slots)?);
            let slots = SlotRange::new(from, to).filter(|slots| slots.to() <= search.within.to())?;
            let later = from.index().checked_sub(start.index())?;
            let moved: Vec<Leg> = legs.iter().map(|leg| leg.later(later)).collect();
            match self.find_short(&demands(&moved, slots).ok()?, terms) {
                None => return Some(slots),
                // Every start fails with it until what falls short has moved behind the slot in which it does.
                Some(Short { from: stretch, shortfall, .. }) => {
                    let distance = shortfall.slot.index().checked_sub(stretch.index())?;
                    let steps = distance.checked_div(step)?.checked_add(1)?;
                    from = Slot::from_index(from.index().checked_add(steps.checked_mul(step)?)?);
                }
            }
        }
    }

    /// Is it a booking at all?
    pub(crate) fn check_legs(&self, legs: &[Leg], slots: SlotRange) -> Result<(), CapacityError> {
        match legs.len() {
            0 => return Err(CapacityError::NoLegs),
            1..=LEGS_MAX => {}
            _ => return Err(CapacityError::TooManyLegs),
        }
        if legs.iter().any(|leg| leg.units == 0) {
            return Err(CapacityError::ZeroUnits);
        }
        if legs.iter().any(|leg| leg.slots.is_some_and(|own| !slots.covers(own))) {
            return Err(CapacityError::LegOutside);
        }
        legs.iter().try_for_each(|leg| self.calendar(leg.resource).map(|_| ()))?;
        Ok(())
    }

    /// Where it falls short.
    fn find_short(&self, wanted: &[Demand], terms: Terms) -> Option<Short> {
        let mut over_share = None;
        for demand in wanted {
            for (stretch, wanted) in demand.stretches() {
                let short =
                    |of, view, free| Short { of, from: stretch.from(), shortfall: shortfall(view, wanted, free) };
                for view in self.views(demand.resource, stretch).into_iter().flatten() {
                    if view.free < wanted {
                        return Some(short(Lack::Capacity, view, view.free));
                    }
                    if let Terms::Short { share_ppm } = terms
                        && over_share.is_none()
                        && view.free_for_quotes(share_ppm) < wanted
                    {
                        over_share = Some(short(Lack::Share, view, view.free_for_quotes(share_ppm)));
                    }
                }
            }
        }
        over_share
    }
}

/// What of a wish falls short first.
struct Short {
    of: Lack,
    /// Where the stretch begins in which so much is wanted.
    from: Slot,
    shortfall: Shortfall,
}

enum Lack {
    Capacity,
    Share,
}

/// What is wanted of one resource.
#[derive(Debug)]
pub(crate) struct Demand {
    pub resource: ResourceRef,
    /// All of its legs together, units.
    sum: u64,
    /// The slots they have in common; `None` when none has any.
    slots: Option<SlotRange>,
    /// In which slots how much, where they do not all have the same.
    steps: Option<Steps>,
}

impl Demand {
    /// How much in which slots, first to last.
    pub fn stretches(&self) -> impl Iterator<Item = (SlotRange, u64)> {
        let whole = self.slots.map(|slots| (slots, self.sum)).filter(|_| self.steps.is_none());
        whole.into_iter().chain(self.steps.iter().flat_map(Steps::stretches))
    }

    /// The same as levels.
    fn into_steps(self) -> Steps {
        self.steps.unwrap_or_else(|| {
            let mut steps = Steps::default();
            self.slots.into_iter().for_each(|slots| steps.add(slots, self.sum));
            steps
        })
    }

    /// One leg more.
    fn add(&mut self, own: Option<SlotRange>, units: u64) -> Result<(), CapacityError> {
        let sum = self.sum.checked_add(units).ok_or(CapacityError::Overflow)?;
        if own != self.slots && self.steps.is_none() {
            let mut steps = Steps::default();
            self.slots.into_iter().for_each(|slots| steps.add(slots, self.sum));
            self.steps = Some(steps);
        }
        if let (Some(steps), Some(own)) = (&mut self.steps, own) {
            steps.add(own, units);
        }
        self.sum = sum;
        Ok(())
    }
}

/// What is wanted of each resource in which of `slots`, in the order in which legs first name it. Overflow when that cannot
/// be counted.
pub(crate) fn demands(legs: &[Leg], slots: SlotRange) -> Result<Vec<Demand>, CapacityError> {
    let mut wanted: Vec<Demand> = Vec::with_capacity(legs.len());
    let mut places = BTreeMap::new();
    for leg in legs {
        let own = leg.among(slots);
        let place = *places.entry(leg.resource).or_insert(wanted.len());
        match wanted.get_mut(place) {
            Some(demand) => demand.add(own, leg.units)?,
            None => wanted.push(Demand { resource: leg.resource, sum: leg.units, slots: own, steps: None }),
        }
    }
    Ok(wanted)
}

/// What is held of each resource in which of `slots`, as levels: legs of a booking that was admitted.
pub(crate) fn levels(legs: &[Leg], slots: SlotRange) -> BTreeMap<ResourceRef, Steps> {
    let held = demands(legs, slots).unwrap_or_default();
    held.into_iter().map(|demand| (demand.resource, demand.into_steps())).collect()
}

/// What `legs` want in `slots` beyond what a booking holds already; nothing when it holds all of it, everything when it
/// cannot be counted.
pub fn beyond(legs: &[Leg], slots: SlotRange, booking: &Booking) -> Vec<Leg> {
    let Ok(wanted) = demands(legs, slots) else { return legs.to_vec() };
    let held = booking.held().map(|held| levels(&booking.legs, held)).unwrap_or_default();
    let nothing = Steps::default();
    let mut more = Vec::new();
    for demand in wanted {
        let held = held.get(&demand.resource).unwrap_or(&nothing);
        for (stretch, wanted) in demand.stretches() {
            for (slots, held) in held.levels_in(stretch) {
                let units = wanted.saturating_sub(held);
                let leg = Leg { resource: demand.resource, units, slots: Some(slots) };
                more.extend((units > 0).then_some(leg));
            }
        }
    }
    more
}

pub(crate) fn check_share(terms: Terms) -> Result<(), CapacityError> {
    match terms {
        Terms::Short { share_ppm } if u64::from(share_ppm) > PPM => Err(CapacityError::InvalidShare),
        Terms::Short { .. } | Terms::Firm => Ok(()),
    }
}

fn shortfall(view: SlotView, wanted: u64, free: u64) -> Shortfall {
    Shortfall { resource: view.resource, slot: view.slot, wanted, free }
}
