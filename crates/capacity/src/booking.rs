//! What is held of the network for one promise.

use crate::refs::ResourceRef;
use crate::slot::{Slot, SlotRange};
use minicbor::{Decode, Encode};
use types::Instant;

/// The most legs one booking may have: every radio cell of a large area, and what is behind them.
pub const LEGS_MAX: usize = 4_096;

/// So many units of one resource, in every slot of the booking or in some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Leg {
    /// Of what.
    #[n(0)]
    pub resource: ResourceRef,
    /// How much, in the resource's units a slot; not zero.
    #[n(1)]
    pub units: u64,
    /// In which slots, all of them the booking's; `None`: in every one.
    #[n(2)]
    pub slots: Option<SlotRange>,
}

/// How firmly a booking holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum HoldState {
    /// For a quote.
    #[n(0)]
    Short {
        /// It can be confirmed before this instant, and counts until it is expired.
        #[n(0)]
        expires_at: Instant,
    },
    /// For a token.
    #[n(1)]
    Firm,
}

/// How firmly a booking is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// For a quote: all short holds together take at most `share_ppm` of what is otherwise free in a slot.
    Short {
        /// In ppm; at most a million.
        share_ppm: u32,
    },
    /// For a token.
    Firm,
}

/// Legs held over one range of slots.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Booking {
    /// What is held, in the order given; one resource may come more than once.
    #[n(0)]
    pub legs: Vec<Leg>,
    /// When, as it was admitted.
    #[n(1)]
    pub slots: SlotRange,
    /// The slots before this one are delivered. In `slots.from()..=slots.to()`.
    #[n(2)]
    pub captured_to: Slot,
    /// How firmly.
    #[n(3)]
    pub state: HoldState,
}

impl Leg {
    /// So many units of a resource in every slot of the booking.
    pub const fn throughout(resource: ResourceRef, units: u64) -> Self {
        Self { resource, units, slots: None }
    }

    /// Its slots among `slots`, if there are any.
    pub fn among(&self, slots: SlotRange) -> Option<SlotRange> {
        self.slots.map_or(Some(slots), |own| own.overlap(slots))
    }

    /// The same, so many slots later.
    #[must_use]
    pub(crate) fn later(self, slots: u32) -> Self {
        let moved = |own: SlotRange| SlotRange::new(own.from().after(slots), own.to().after(slots));
        Self { slots: self.slots.and_then(moved), ..self }
    }
}

impl Booking {
    /// The slots that it still holds; `None` when all are delivered.
    pub fn held(&self) -> Option<SlotRange> {
        self.slots.starting_at(self.captured_to)
    }

    /// The slots that it has delivered; `None` when there are none.
    pub fn captured(&self) -> Option<SlotRange> {
        self.slots.before(self.captured_to)
    }
}
