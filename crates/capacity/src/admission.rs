//! May it be held? And if not then, when?

use crate::book::Book;
use crate::booking::{LEGS_MAX, Leg, Terms};
use crate::error::{CapacityError, Shortfall};
use crate::slot::{Slot, SlotRange};
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
    /// May all of `legs` be held in all of `slots`?
    ///
    /// Legs are judged as a whole: several on one resource count together. A shortfall names the first resource, in the
    /// order of legs, and its first slot that falls short; being short of capacity comes before quotes' share.
    pub fn check_hold(&self, legs: &[Leg], slots: SlotRange, terms: Terms) -> Result<(), CapacityError> {
        self.check_legs(legs)?;
        check_share(terms)?;
        self.slab.next().ok_or(CapacityError::BookFull)?;
        self.check_slots(legs, slots, terms)
    }

    /// The first range in which all of `legs` can be held: the nearest that can be promised.
    pub fn first_fit(&self, legs: &[Leg], terms: Terms, search: Search) -> Option<SlotRange> {
        self.check_legs(legs).and_then(|()| check_share(terms)).ok()?;
        let step = search.step_slots.max(1);
        let mut from = search.within.from();
        loop {
            let to = Slot::from_index(from.index().checked_add(search.length_slots)?);
            let slots = SlotRange::new(from, to).filter(|slots| slots.to() <= search.within.to())?;
            match self.check_slots(legs, slots, terms) {
                Ok(()) => return Some(slots),
                // Every start up to the slot that falls short fails with it.
                Err(CapacityError::Exhausted(short) | CapacityError::QuoteShareExceeded(short)) => {
                    let steps = short.slot.index().checked_sub(from.index())?.checked_div(step)?.checked_add(1)?;
                    from = Slot::from_index(from.index().checked_add(steps.checked_mul(step)?)?);
                }
                Err(_) => return None,
            }
        }
    }

    /// Is it a booking at all?
    pub(crate) fn check_legs(&self, legs: &[Leg]) -> Result<(), CapacityError> {
        match legs.len() {
            0 => return Err(CapacityError::NoLegs),
            1..=LEGS_MAX => {}
            _ => return Err(CapacityError::TooManyLegs),
        }
        if legs.iter().any(|leg| leg.units == 0) {
            return Err(CapacityError::ZeroUnits);
        }
        legs.iter().try_for_each(|leg| self.calendar(leg.resource).map(|_| ()))?;
        demands(legs).map(|_| ())
    }

    fn check_slots(&self, legs: &[Leg], slots: SlotRange, terms: Terms) -> Result<(), CapacityError> {
        let mut over_share = None;
        for Leg { resource, units: wanted } in demands(legs)? {
            for view in self.views(resource, slots)? {
                if view.free < wanted {
                    return Err(CapacityError::Exhausted(shortfall(view, wanted, view.free)));
                }
                if let Terms::Short { share_ppm } = terms
                    && over_share.is_none()
                    && view.free_for_quotes(share_ppm) < wanted
                {
                    over_share = Some(shortfall(view, wanted, view.free_for_quotes(share_ppm)));
                }
            }
        }
        over_share.map_or(Ok(()), |shortfall| Err(CapacityError::QuoteShareExceeded(shortfall)))
    }
}

/// What is wanted of each resource, in the order in which legs first name it. Overflow when that cannot be counted.
pub(crate) fn demands(legs: &[Leg]) -> Result<Vec<Leg>, CapacityError> {
    let mut wanted: Vec<Leg> = Vec::with_capacity(legs.len());
    let mut places = BTreeMap::new();
    for leg in legs {
        let place = *places.entry(leg.resource).or_insert(wanted.len());
        match wanted.get_mut(place) {
            Some(sum) => sum.units = sum.units.checked_add(leg.units).ok_or(CapacityError::Overflow)?,
            None => wanted.push(*leg),
        }
    }
    Ok(wanted)
}

fn check_share(terms: Terms) -> Result<(), CapacityError> {
    match terms {
        Terms::Short { share_ppm } if u64::from(share_ppm) > PPM => Err(CapacityError::InvalidShare),
        Terms::Short { .. } | Terms::Firm => Ok(()),
    }
}

fn shortfall(view: SlotView, wanted: u64, free: u64) -> Shortfall {
    Shortfall { resource: view.resource, slot: view.slot, wanted, free }
}
