//! The model. It shares no rule with the book, only its nouns.

use capacity::{
    BookingRef, CapacityError, HoldState, Leg, Profile, Resource, ResourceRef, Search, Shortfall, Slot, SlotRange,
    SlotView, Terms,
};
use std::collections::BTreeMap;
use types::Instant;

/// The whole calendar of the model: a week and a bit, so that a weekly profile comes round.
pub const SLOTS: u32 = 2_200;

#[derive(Clone, Default)]
pub struct Naive {
    pub profiles: Vec<Profile>,
    resources: Vec<Resource>,
    bookings: BTreeMap<u32, Held>,
    forecasts: BTreeMap<(ResourceRef, u32), (u32, u32)>,
}

/// One live booking: the slots it still holds, and where its captured part began.
#[derive(Clone)]
struct Held {
    legs: Vec<Leg>,
    first: u32,
    from: u32,
    to: u32,
    state: HoldState,
}

pub fn everything() -> SlotRange {
    SlotRange::new(Slot::from_index(0), Slot::from_index(SLOTS)).expect("not empty")
}

fn slots(range: SlotRange) -> impl Iterator<Item = u32> {
    range.from().index()..range.to().index()
}

/// What all legs together want of a resource in a slot; `None`: whichever slots they name.
pub fn wanted(legs: &[Leg], resource: ResourceRef, slot: Option<u32>) -> u128 {
    let names = |leg: &&Leg| slot.is_none_or(|slot| leg.slots.is_none_or(|own| slots(own).any(|other| other == slot)));
    legs.iter().filter(|leg| leg.resource == resource).filter(names).map(|leg| u128::from(leg.units)).sum()
}

impl Naive {
    pub fn add(&mut self, resource: Resource) {
        self.resources.push(resource);
    }

    pub fn set_available(&mut self, resource: ResourceRef, available: u64) {
        self.resources[resource.index() as usize].available = available;
    }

    /// One entry for every slot that is forecast; a newer forecast of a resource leaves nothing of the one before.
    pub fn load_forecast(&mut self, (from, step): (u32, u32), quantile_ppm: u32, rows: &[(ResourceRef, Vec<u32>)]) {
        for (resource, values) in rows {
            self.forecasts.retain(|(of, _), _| of != resource);
            for (slot, value) in (from..).zip(values.iter().flat_map(|value| vec![*value; step as usize])) {
                self.forecasts.insert((*resource, slot), (value, quantile_ppm));
            }
        }
    }

    pub fn knows(&self, resource: ResourceRef) -> bool {
        (resource.index() as usize) < self.resources.len()
    }

    fn held(&self, resource: ResourceRef, slot: u32, firm: bool) -> u64 {
        let of = |held: &Held| {
            let holds = held.from <= slot && slot < held.to && (held.state == HoldState::Firm) == firm;
            if holds { wanted(&held.legs, resource, Some(slot)) } else { 0 }
        };
        u64::try_from(self.bookings.values().map(of).sum::<u128>()).expect("fits")
    }

    pub fn view(&self, resource: ResourceRef, slot: Slot) -> SlotView {
        let what = &self.resources[resource.index() as usize];
        // 1970-01-01 was a Thursday: Monday's hour 0 came 96 hours later, or 72 before.
        let hour = (slot.index() as usize * 5 / 60 + 72) % 168;
        let shape = u128::from(self.profiles[what.profile.index() as usize].hourly_ppm()[hour]);
        let load = shape * u128::from(what.nominal) * u128::from(what.profile_scale_ppm);
        let rounded_up = load / 1_000_000_000_000 + u128::from(load % 1_000_000_000_000 != 0);
        let profile = u64::try_from(rounded_up).unwrap_or(u64::MAX);
        let forecast = self.forecasts.get(&(resource, slot.index()));
        let background = forecast.map_or(profile, |(load, _)| u64::from(*load)).max(what.background_min);
        let floor_up = (u128::from(what.nominal) * u128::from(what.floor_ppm)).div_ceil(1_000_000);
        let floor = u64::try_from(floor_up).expect("a share");
        let (committed, short) = (self.held(resource, slot.index(), true), self.held(resource, slot.index(), false));
        let taken = i128::from(committed) + i128::from(short) + i128::from(floor);
        let under_available = i128::from(what.available) - i128::from(background) - taken;
        let free = under_available.min(i128::from(what.nominal) - taken).max(0);
        SlotView {
            resource,
            slot,
            nominal: what.nominal,
            available: what.available,
            background,
            committed,
            short,
            floor,
            free: u64::try_from(free).expect("fits"),
            forecast_ppm: forecast.map(|(_, quantile_ppm)| *quantile_ppm),
        }
    }

    fn views(&self, resource: ResourceRef, range: SlotRange) -> impl Iterator<Item = SlotView> {
        slots(range).map(move |slot| self.view(resource, Slot::from_index(slot)))
    }

    pub fn tightest(&self, resource: ResourceRef, range: SlotRange) -> SlotView {
        let least = self.views(resource, range).map(|view| view.free).min();
        self.views(resource, range).find(|view| Some(view.free) == least).expect("not empty")
    }

    pub fn peak(&self, resource: ResourceRef, range: SlotRange) -> SlotView {
        let most = self.views(resource, range).map(|view| view.committed + view.short).max();
        self.views(resource, range).find(|view| Some(view.committed + view.short) == most).expect("not empty")
    }

    /// In how many slots more is sold than leaves the floor of what was built and works, and the first of them.
    pub fn floor_broken(&self, resource: ResourceRef, range: SlotRange) -> (u32, Option<Slot>) {
        let broken = |view: &SlotView| {
            let sold = u128::from(view.committed) + u128::from(view.short);
            let kept = sold + u128::from(view.floor);
            sold > 0 && (kept > u128::from(view.nominal) || kept > u128::from(view.available))
        };
        let slots: Vec<Slot> = self.views(resource, range).filter(broken).map(|view| view.slot).collect();
        (u32::try_from(slots.len()).expect("few"), slots.first().copied())
    }

    pub fn overcommitted(&self, resource: ResourceRef, from: Slot) -> Option<Slot> {
        let over = |view: &SlotView| {
            let load = u128::from(view.committed) + u128::from(view.floor) + u128::from(view.background);
            view.committed > 0 && load > u128::from(view.available)
        };
        let range = SlotRange::new(from, Slot::from_index(SLOTS))?;
        self.views(resource, range).find(over).map(|view| view.slot)
    }

    pub fn check_hold(&self, legs: &[Leg], range: SlotRange, terms: Terms) -> Result<(), CapacityError> {
        if legs.is_empty() {
            return Err(CapacityError::NoLegs);
        }
        if legs.len() > 4_096 {
            return Err(CapacityError::TooManyLegs);
        }
        if legs.iter().any(|leg| leg.units == 0) {
            return Err(CapacityError::ZeroUnits);
        }
        let outside = |leg: &Leg| leg.slots.is_some_and(|own| own.from() < range.from() || own.to() > range.to());
        if legs.iter().any(outside) {
            return Err(CapacityError::LegOutside);
        }
        if let Some(leg) = legs.iter().find(|leg| !self.knows(leg.resource)) {
            return Err(CapacityError::UnknownResource(leg.resource));
        }
        if legs.iter().any(|leg| wanted(legs, leg.resource, None) > u128::from(u64::MAX)) {
            return Err(CapacityError::Overflow);
        }
        if matches!(terms, Terms::Short { share_ppm } if share_ppm > 1_000_000) {
            return Err(CapacityError::InvalidShare);
        }
        self.check_each_slot(legs, range)?;
        match terms {
            Terms::Short { share_ppm } => self.check_quotes(legs, range, share_ppm),
            Terms::Firm => Ok(()),
        }
    }

    /// The two inequalities of the design, as they are written there.
    fn check_each_slot(&self, legs: &[Leg], range: SlotRange) -> Result<(), CapacityError> {
        for leg in legs {
            for view in self.views(leg.resource, range) {
                let demand = wanted(legs, leg.resource, Some(view.slot.index()));
                let promised = u128::from(view.committed) + u128::from(view.short) + u128::from(view.floor) + demand;
                let works = promised + u128::from(view.background) <= u128::from(view.available);
                if demand > 0 && (!works || promised > u128::from(view.nominal)) {
                    return Err(CapacityError::Exhausted(shortfall(&view, demand, view.free)));
                }
            }
        }
        Ok(())
    }

    fn check_quotes(&self, legs: &[Leg], range: SlotRange, share_ppm: u32) -> Result<(), CapacityError> {
        for leg in legs {
            for view in self.views(leg.resource, range) {
                let demand = wanted(legs, leg.resource, Some(view.slot.index()));
                // What is admitted at all left no remainder below zero, so adding short back is what is free without.
                let share = (u128::from(view.free) + u128::from(view.short)) * u128::from(share_ppm) / 1_000_000;
                if demand > 0 && u128::from(view.short) + demand > share {
                    let left = u64::try_from(share.saturating_sub(u128::from(view.short))).expect("fits");
                    return Err(CapacityError::QuoteShareExceeded(shortfall(&view, demand, left)));
                }
            }
        }
        Ok(())
    }

    /// What is lacking of each resource in each slot, where something is.
    pub fn deficits(&self, legs: &[Leg], range: SlotRange) -> BTreeMap<(ResourceRef, u32), i128> {
        let mut lacking = BTreeMap::new();
        for leg in legs {
            for view in self.views(leg.resource, range) {
                let taken = i128::from(view.committed) + i128::from(view.short) + i128::from(view.floor);
                let works = i128::from(view.available) - i128::from(view.background);
                let demand = wanted(legs, leg.resource, Some(view.slot.index()));
                let wanted = i128::try_from(demand).expect("fits");
                let units = taken + wanted - works.min(i128::from(view.nominal));
                if demand > 0 && units > 0 {
                    lacking.insert((leg.resource, view.slot.index()), units);
                }
            }
        }
        lacking
    }

    pub fn hold(&mut self, legs: &[Leg], range: SlotRange, state: HoldState) -> BookingRef {
        let lowest = (0..u32::MAX).find(|index| !self.bookings.contains_key(index)).expect("there is one");
        let (from, to) = (range.from().index(), range.to().index());
        self.bookings.insert(lowest, Held { legs: legs.to_vec(), first: from, from, to, state });
        BookingRef::from_index(lowest)
    }

    fn booking(&self, booking: BookingRef) -> Result<&Held, CapacityError> {
        self.bookings.get(&booking.index()).ok_or(CapacityError::UnknownBooking(booking))
    }

    pub fn check_confirm(&self, booking: BookingRef, now: Instant) -> Result<(), CapacityError> {
        match self.booking(booking)?.state {
            HoldState::Short { expires_at } if now < expires_at => Ok(()),
            HoldState::Short { .. } => Err(CapacityError::HoldExpired),
            HoldState::Firm => Err(CapacityError::NotShort),
        }
    }

    pub fn check_firm(&self, booking: BookingRef) -> Result<(), CapacityError> {
        if self.booking(booking)?.state == HoldState::Firm { Ok(()) } else { Err(CapacityError::NotFirm) }
    }

    pub fn check_short(&self, booking: BookingRef) -> Result<(), CapacityError> {
        if self.booking(booking)?.state == HoldState::Firm { Err(CapacityError::NotShort) } else { Ok(()) }
    }

    pub fn check_live(&self, booking: BookingRef) -> Result<(), CapacityError> {
        self.booking(booking).map(|_| ())
    }

    pub fn confirm(&mut self, booking: BookingRef) {
        self.bookings.get_mut(&booking.index()).expect("live").state = HoldState::Firm;
    }

    pub fn capture(&mut self, booking: BookingRef, up_to: u32) -> Option<SlotRange> {
        let held = self.bookings.get_mut(&booking.index()).expect("live");
        let elapsed: Vec<u32> = (held.from..held.to).filter(|slot| *slot < up_to).collect();
        held.from += u32::try_from(elapsed.len()).expect("fits");
        span(&elapsed)
    }

    /// The captured slots and those given back.
    pub fn release(&mut self, booking: BookingRef, from: u32) -> (Option<SlotRange>, Option<SlotRange>) {
        let held = self.bookings.remove(&booking.index()).expect("live");
        let is_captured = |slot: &u32| *slot < held.from || *slot < from;
        let (captured, rest): (Vec<u32>, Vec<u32>) = (held.first..held.to).partition(is_captured);
        (span(&captured), span(&rest))
    }

    pub fn first_fit(&self, legs: &[Leg], terms: Terms, search: Search) -> Option<SlotRange> {
        let last = search.within.to().index();
        (search.within.from().index()..last)
            .step_by(search.step_slots.max(1) as usize)
            .filter(|from| *from + search.length_slots <= last)
            .filter_map(|from| SlotRange::new(Slot::from_index(from), Slot::from_index(from + search.length_slots)))
            .find(|slots| {
                let later = slots.from().index() - search.within.from().index();
                let moved = legs.iter().map(|leg| Leg { slots: leg.slots.map(|own| moved(own, later)), ..*leg });
                self.check_hold(&moved.collect::<Vec<_>>(), *slots, terms).is_ok()
            })
    }
}

fn moved(slots: SlotRange, later: u32) -> SlotRange {
    let slot = |slot: Slot| Slot::from_index(slot.index() + later);
    SlotRange::new(slot(slots.from()), slot(slots.to())).expect("not empty")
}

fn span(slots: &[u32]) -> Option<SlotRange> {
    SlotRange::new(Slot::from_index(*slots.first()?), Slot::from_index(*slots.last()? + 1))
}

fn shortfall(view: &SlotView, demand: u128, free: u64) -> Shortfall {
    let wanted = u64::try_from(demand).expect("checked for overflow");
    Shortfall { resource: view.resource, slot: view.slot, wanted, free }
}
