//! The verbs: hold, confirm, capture, release, expire; and restore, for snapshots.
//!
//! The book has no clock. `from` and `up_to` are the first slot that has not elapsed, given by the caller.

use crate::admission::demands;
use crate::book::Book;
use crate::booking::{Booking, HoldState, Leg};
use crate::error::{CapacityError, Shortfall};
use crate::refs::{BookingRef, ProfileRef, ResourceRef};
use crate::resource::{Calendar, Profile, Resource};
use crate::slot::{Slot, SlotRange};
use crate::steps::Steps;
use types::Instant;

/// What became of a booking that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// The slots that had elapsed: delivered.
    pub captured: Option<SlotRange>,
    /// The slots that can be sold again.
    pub given_back: Option<SlotRange>,
}

impl Book {
    /// The handle that the next booking gets: the lowest that is free; `None` when the book is full.
    pub fn next_booking(&self) -> Option<BookingRef> {
        self.slab.next()
    }

    /// Takes all of `legs` in `slots`, each in its own. Guarded by [`Book::check_hold`].
    pub fn hold(&mut self, legs: &[Leg], slots: SlotRange, state: HoldState) -> BookingRef {
        let at = self.slab.next().expect("checked: there is a handle left");
        self.put(at, Booking { legs: legs.to_vec(), slots, captured_to: slots.from(), state });
        at
    }

    /// May the short hold be made firm? Refused at and after the instant it expires at. No capacity is asked for: a
    /// short hold has all it needs.
    pub fn check_confirm(&self, booking: BookingRef, now: Instant) -> Result<(), CapacityError> {
        match self.booking(booking)?.state {
            HoldState::Firm => Err(CapacityError::NotShort),
            HoldState::Short { expires_at } if expires_at <= now => Err(CapacityError::HoldExpired),
            HoldState::Short { .. } => Ok(()),
        }
    }

    /// Makes a short hold firm. Guarded by [`Book::check_confirm`].
    pub fn confirm(&mut self, booking: BookingRef) {
        let mut taken = self.take(booking);
        taken.state = HoldState::Firm;
        self.put(booking, taken);
    }

    /// May it be captured? Only what is firm is delivered.
    pub fn check_capture(&self, booking: BookingRef) -> Result<(), CapacityError> {
        match self.booking(booking)?.state {
            HoldState::Firm => Ok(()),
            HoldState::Short { .. } => Err(CapacityError::NotFirm),
        }
    }

    /// Marks the slots before `up_to` as delivered, and forgets them in the calendars: they have elapsed and cannot be
    /// sold again. Returns those that were not marked before. A booking that is delivered to its end stays, holding
    /// nothing, until it is released. Guarded by [`Book::check_capture`].
    pub fn capture(&mut self, booking: BookingRef, up_to: Slot) -> Option<SlotRange> {
        let entry = self.slab.get_mut(booking).expect("checked: the booking is live");
        let delivered = entry.held()?.before(up_to)?;
        entry.captured_to = delivered.to();
        for leg in &entry.legs {
            let calendar = self.calendars.get_mut(leg.resource.position()).expect("a live leg names a resource");
            if let Some(slots) = leg.among(delivered) {
                calendar.steps_mut(entry.state).remove(slots, leg.units);
            }
        }
        Some(delivered)
    }

    /// May it be released? [`CapacityError::UnknownBooking`] when not.
    pub fn check_release(&self, booking: BookingRef) -> Result<(), CapacityError> {
        self.booking(booking).map(|_| ())
    }

    /// Ends a booking, firm or short: the slots before `from` have elapsed and count as captured (those already
    /// captured stay so), the others are given back. Its handle is free. Guarded by [`Book::check_release`].
    pub fn release(&mut self, booking: BookingRef, from: Slot) -> Released {
        let taken = self.take(booking);
        let from = from.max(taken.captured_to);
        Released { captured: taken.slots.before(from), given_back: taken.slots.starting_at(from) }
    }

    /// May it expire? Only a short hold does. When it is due is the caller's to know: a hold counts until it is expired.
    pub fn check_expire(&self, booking: BookingRef) -> Result<(), CapacityError> {
        match self.booking(booking)?.state {
            HoldState::Firm => Err(CapacityError::NotShort),
            HoldState::Short { .. } => Ok(()),
        }
    }

    /// Ends a short hold that nobody took up, and returns the slots it gives back. Guarded by [`Book::check_expire`].
    pub fn expire(&mut self, booking: BookingRef) -> Option<SlotRange> {
        self.take(booking).held()
    }

    /// Restores a profile from a snapshot, in the order of [`Book::profiles`].
    pub fn restore_profile(&mut self, at: ProfileRef, profile: Profile) -> Result<(), CapacityError> {
        if at.position() != self.profiles.len() {
            return Err(CapacityError::NotRestorable);
        }
        self.profiles.push(profile);
        Ok(())
    }

    /// Restores a resource from a snapshot, after the profiles, in the order of [`Book::resources`].
    pub fn restore_resource(&mut self, at: ResourceRef, resource: Resource) -> Result<(), CapacityError> {
        if Some(at) != self.next_resource() {
            return Err(CapacityError::NotRestorable);
        }
        self.check_add(&resource)?;
        self.add_resource(resource);
        Ok(())
    }

    /// Restores a booking from a snapshot, after the resources, in any order, and with it what it holds.
    ///
    /// It was admitted once, so neither forecast nor available capacity are asked again; nominal is, for it never
    /// changes and nothing live can exceed it.
    pub fn restore_booking(&mut self, at: BookingRef, booking: Booking) -> Result<(), CapacityError> {
        self.check_legs(&booking.legs, booking.slots)?;
        let in_range = booking.slots.from() <= booking.captured_to && booking.captured_to <= booking.slots.to();
        if !in_range || self.slab.get(at).is_some() {
            return Err(CapacityError::NotRestorable);
        }
        if let Some(held) = booking.held() {
            self.check_nominal(&booking.legs, held)?;
        }
        self.put(at, booking);
        Ok(())
    }

    fn check_nominal(&self, legs: &[Leg], slots: SlotRange) -> Result<(), CapacityError> {
        for demand in demands(legs, slots)? {
            for (stretch, wanted) in demand.stretches() {
                let resource = demand.resource;
                let peak = self.peak(resource, stretch)?;
                let taken = peak.committed.saturating_add(peak.short).saturating_add(peak.floor);
                let free = peak.nominal.saturating_sub(taken);
                if free < wanted {
                    return Err(CapacityError::Exhausted(Shortfall { resource, slot: peak.slot, wanted, free }));
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, at: BookingRef, booking: Booking) {
        self.each_leg(&booking, Steps::add);
        self.slab.insert(at, booking);
    }

    fn take(&mut self, booking: BookingRef) -> Booking {
        let taken = self.slab.remove(booking).expect("checked: the booking is live");
        self.each_leg(&taken, Steps::remove);
        taken
    }

    fn each_leg(&mut self, booking: &Booking, change: impl Fn(&mut Steps, SlotRange, u64)) {
        let Some(held) = booking.held() else { return };
        for leg in &booking.legs {
            if let Some(slots) = leg.among(held) {
                change(self.calendar_mut(leg.resource).steps_mut(booking.state), slots, leg.units);
            }
        }
    }
}

impl Calendar {
    fn steps_mut(&mut self, state: HoldState) -> &mut Steps {
        match state {
            HoldState::Short { .. } => &mut self.short,
            HoldState::Firm => &mut self.committed,
        }
    }
}
