//! The book of the network: resources, their calendars, and holds on them.
//!
//! A [`Book`] says what is sellable of every resource in every five-minute [`Slot`], and promises it away by the four
//! verbs: *hold*, *confirm*, *capture*, *release* (and *expire*, the release of a quote nobody took up).
//!
//! Invariants:
//! - No admission makes committed + short + background + floor exceed `available` in any slot, nor
//!   committed + short + floor exceed `nominal`, whatever the forecast.
//! - A booking is admitted and given back as a whole: all of its legs in all of its slots, or nothing.
//! - Committed and short are a pure function of what live bookings still have to deliver, without redundant
//!   breakpoints, so equal contents are equal books whatever their history, and a snapshot rebuilds the same one.
//! - What a wish lacks ([`Deficits`]) is exact in every slot: released bookings that cover it make room for it.
//! - A `check_…` function refuses; the verb it guards cannot fail.
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::float_arithmetic)]
#![expect(clippy::missing_panics_doc, reason = "a verb panics only when its check was not asked: a bug")]

mod admission;
mod bids;
mod book;
mod booking;
mod calendar;
mod deficit;
mod error;
mod floor;
mod forecast;
mod refs;
mod resource;
mod slab;
mod slot;
mod steps;
mod verbs;
mod view;

pub use admission::{Search, beyond};
pub use bids::{BidHead, BidTable};
pub use book::Book;
pub use booking::{Booking, HoldState, LEGS_MAX, Leg, Terms};
pub use calendar::{CalendarError, DAILY_HORIZON, FIVE_MINUTE_HORIZON, HOURLY_HORIZON, slots_for};
pub use deficit::{Deficit, Deficits};
pub use error::{CapacityError, Shortfall};
pub use floor::FloorCheck;
pub use forecast::{ForecastStep, ForecastTable};
pub use refs::{BookingRef, ProfileRef, ResourceRef};
pub use resource::{Profile, Resource};
pub use slot::{SLOT_LENGTH, SLOTS_PER_DAY, SLOTS_PER_HOUR, SLOTS_PER_WEEK, Slot, SlotRange};
pub use verbs::Released;
pub use view::SlotView;

#[cfg(test)]
mod tests;
