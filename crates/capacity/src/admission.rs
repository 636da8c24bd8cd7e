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
        check_share(terms)?;
        self.slab.next().ok_or(CapacityError::BookFull)?;
        self.check_slots(legs, slots, terms)
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
            match self.find_short(&moved, slots, terms) {
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
        let mut sums: BTreeMap<ResourceRef, u64> = BTreeMap::new();
        for leg in legs {
            let sum = sums.entry(leg.resource).or_default();
            *sum = sum.checked_add(leg.units).ok_or(CapacityError::Overflow)?;
        }
        Ok(())
    }

    fn check_slots(&self, legs: &[Leg], slots: SlotRange, terms: Terms) -> Result<(), CapacityError> {
        match self.find_short(legs, slots, terms) {
            None => Ok(()),
            Some(Short { of: Lack::Capacity, shortfall, .. }) => Err(CapacityError::Exhausted(shortfall)),
            Some(Short { of: Lack::Share, shortfall, .. }) => Err(CapacityError::QuoteShareExceeded(shortfall)),
        }
    }

    /// Where it falls short; legs that [`Book::check_legs`] accepts.
    fn find_short(&self, legs: &[Leg], slots: SlotRange, terms: Terms) -> Option<Short> {
        let mut over_share = None;
        for (resource, wanted) in demands(legs, slots) {
            for (stretch, wanted) in wanted.stretches() {
                let short =
                    |of, view, free| Short { of, from: stretch.from(), shortfall: shortfall(view, wanted, free) };
                for view in self.views(resource, stretch).into_iter().flatten() {
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

/// What `legs` want in `slots` beyond what a booking holds already; nothing when it holds all of it.
pub fn beyond(legs: &[Leg], slots: SlotRange, booking: &Booking) -> Vec<Leg> {
    let held: BTreeMap<ResourceRef, Steps> =
        booking.held().map(|held| demands(&booking.legs, held).into_iter().collect()).unwrap_or_default();
    let nothing = Steps::default();
    let mut more = Vec::new();
    for (resource, wanted) in demands(legs, slots) {
        for (stretch, wanted) in wanted.stretches() {
            let held = held.get(&resource).unwrap_or(&nothing);
            for (slots, held) in held.levels_in(stretch) {
                let units = wanted.saturating_sub(held);
                more.extend((units > 0).then_some(Leg { resource, units, slots: Some(slots) }));
            }
        }
    }
    more
}

/// What is wanted of each resource in which of `slots`, in the order in which legs first name it; legs whose units can be
/// counted together.
pub(crate) fn demands(legs: &[Leg], slots: SlotRange) -> Vec<(ResourceRef, Steps)> {
    let mut wanted: Vec<(ResourceRef, Steps)> = Vec::with_capacity(legs.len());
    let mut places = BTreeMap::new();
    for leg in legs {
        let place = *places.entry(leg.resource).or_insert(wanted.len());
        if place == wanted.len() {
            wanted.push((leg.resource, Steps::default()));
        }
        if let (Some((_, steps)), Some(own)) = (wanted.get_mut(place), leg.among(slots)) {
            steps.add(own, leg.units);
        }
    }
    wanted
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
