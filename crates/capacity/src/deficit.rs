//! What a wish lacks, slot by slot, and which bookings would make room for it if they were released.
//!
//! It only reads. Who may be displaced for whom is the caller's to know; here it is counted, exactly: floor, forecast and
//! short holds stay what they are, so capacity that pre-emption finds is capacity that firm bookings give back.

use crate::admission::{check_share, demands, levels};
use crate::book::Book;
use crate::booking::{Booking, HoldState, Leg, Terms};
use crate::error::CapacityError;
use crate::refs::ResourceRef;
use crate::slot::SlotRange;
use crate::steps::Steps;

/// What is lacking in a stretch of slots that are all alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deficit {
    /// Of which resource.
    pub resource: ResourceRef,
    /// In which slots.
    pub slots: SlotRange,
    /// How many of its units a slot; zero or less once bookings that are to go give back as much or more.
    pub units: i128,
}

/// All that a wish lacks, less what the bookings taken so far would give back: by resource, then by slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deficits(Vec<Deficit>);

impl Book {
    /// What `legs` lack in `slots`: committed + short + floor + wanted, less what works beside the background and was
    /// built; for a quote also what they exceed the share of quotes by. Nothing where [`Book::check_hold`] would accept
    /// them on these terms. Refuses what is no booking at all.
    pub fn deficits(&self, legs: &[Leg], slots: SlotRange, terms: Terms) -> Result<Deficits, CapacityError> {
        self.check_legs(legs, slots)?;
        let mut wanted = demands(legs, slots)?;
        check_share(terms)?;
        let mut found = Vec::new();
        wanted.sort_unstable_by_key(|demand| demand.resource);
        for demand in wanted {
            let resource = demand.resource;
            for (stretch, units) in demand.stretches() {
                let mut views = self.every_view(resource, stretch)?.peekable();
                while let Some(view) = views.next() {
                    let lacking = view.lacking(units, terms);
                    let to = views.peek().map_or(stretch.to(), |next| next.slot);
                    if let (1.., Some(slots)) = (lacking, SlotRange::new(view.slot, to)) {
                        push(&mut found, Deficit { resource, slots, units: lacking });
                    }
                }
            }
        }
        Ok(Deficits(found))
    }
}

impl Deficits {
    /// Stretch by stretch; those of one resource together, first to last.
    pub fn iter(&self) -> impl Iterator<Item = &Deficit> {
        self.0.iter()
    }

    /// Each resource of which something is or was lacking, once.
    pub fn resources(&self) -> impl Iterator<Item = ResourceRef> {
        let mut last = None;
        self.0.iter().map(|deficit| deficit.resource).filter(move |resource| last.replace(*resource) != Some(*resource))
    }

    /// Is nothing lacking any more?
    pub fn is_covered(&self) -> bool {
        self.0.iter().all(|deficit| deficit.units <= 0)
    }

    /// The slots in which nothing is lacking, first to last.
    pub fn room_in(&self, slots: SlotRange) -> Vec<SlotRange> {
        let mut lacking: Vec<SlotRange> = self.0.iter().filter(|it| it.units > 0).map(|it| it.slots).collect();
        lacking.sort_unstable();
        let mut room = Vec::new();
        let mut from = slots.from();
        for short in lacking {
            room.extend(SlotRange::new(from, short.from()));
            from = from.max(short.to());
        }
        room.extend(SlotRange::new(from, slots.to()));
        room
    }

    /// Would releasing the booking give back some of what is lacking? Only what is firm is displaced.
    pub fn is_helped_by(&self, booking: &Booking) -> bool {
        self.touched(booking).any(|deficit| deficit.units > 0)
    }

    /// Counts what releasing the booking would give back.
    pub fn take(&mut self, booking: &Booking) {
        self.change(booking, i128::saturating_sub);
    }

    /// Is nothing lacking even if the booking, which was taken, stays?
    pub fn is_covered_without(&self, booking: &Booking) -> bool {
        let mut without = self.clone();
        without.put_back(booking);
        without.is_covered()
    }

    /// The booking, which was taken, stays after all.
    pub fn put_back(&mut self, booking: &Booking) {
        self.change(booking, i128::saturating_add);
    }

    /// The stretches of what the booking holds, found by its legs: it may have many, and so may these.
    fn touched(&self, booking: &Booking) -> impl Iterator<Item = &Deficit> {
        let held = booking.held().filter(|_| booking.state == HoldState::Firm);
        let of = move |leg: &Leg| {
            let from = self.0.partition_point(|deficit| deficit.resource < leg.resource);
            let to = self.0.partition_point(|deficit| deficit.resource <= leg.resource);
            let own = held.and_then(|held| leg.among(held));
            let overlaps = move |deficit: &&Deficit| own.is_some_and(|own| own.overlap(deficit.slots).is_some());
            self.0.get(from..to).unwrap_or_default().iter().filter(overlaps)
        };
        booking.legs.iter().flat_map(of)
    }

    /// Splits stretches that the booking holds in part, so that each is again alike in all of its slots.
    fn change(&mut self, booking: &Booking, change: impl Fn(i128, i128) -> i128) {
        let Some(held) = booking.held().filter(|_| booking.state == HoldState::Firm) else { return };
        let given = levels(&booking.legs, held);
        let nothing = Steps::default();
        let mut changed = Vec::with_capacity(self.0.len());
        for &Deficit { resource, slots, units } in &self.0 {
            for (slots, given) in given.get(&resource).unwrap_or(&nothing).levels_in(slots) {
                push(&mut changed, Deficit { resource, slots, units: change(units, given.into()) });
            }
        }
        self.0 = changed;
    }
}

/// Adds a stretch, as one with the one before where they are alike: equal deficits are equal.
fn push(all: &mut Vec<Deficit>, next: Deficit) {
    match all.last_mut() {
        Some(last)
            if last.resource == next.resource && last.units == next.units && last.slots.to() == next.slots.from() =>
        {
            last.slots = SlotRange::new(last.slots.from(), next.slots.to()).unwrap_or(last.slots);
        }
        _ => all.push(next),
    }
}

impl SlotRange {
    /// The slots in both.
    pub fn overlap(self, other: Self) -> Option<Self> {
        self.before(other.to())?.starting_at(other.from())
    }
}
