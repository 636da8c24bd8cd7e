//! From the window a customer wants to the slots that are booked for it.
//!
//! The tiers are rounding rules over one sparse step function, not three tables: the further away a window ends, the
//! coarser it is booked. A booking stays as it was made while time passes, and nothing moves between tables.

use crate::slot::{SLOTS_PER_DAY, SLOTS_PER_HOUR, Slot, SlotRange};
use std::fmt;
use types::{Duration, Instant, Window};

/// A window that ends within this of now is booked in slots of five minutes.
pub const FIVE_MINUTE_HORIZON: Duration = Duration::from_days(14);
/// A window that ends within this of now, but not within the horizon before, is booked in whole hours.
pub const HOURLY_HORIZON: Duration = Duration::from_days(90);
/// A window that ends within this of now, but not within the horizons before, is booked in whole days (UTC). One that
/// ends later is not sold.
pub const DAILY_HORIZON: Duration = Duration::from_days(2 * 365);

/// Why a window has no slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// It ends at or before now.
    InThePast,
    /// It ends later than [`DAILY_HORIZON`] from now.
    BeyondHorizon,
}

/// The slots booked for `window`: rounded outward by the tier its end falls in, without those that have elapsed.
pub fn slots_for(window: Window, now: Instant) -> Result<SlotRange, CalendarError> {
    if window.to() <= now {
        return Err(CalendarError::InThePast);
    }
    let step = step_slots(window.to().since(now)).ok_or(CalendarError::BeyondHorizon)?;
    rounded_outward(window, now, step).ok_or(CalendarError::BeyondHorizon)
}

/// The granularity, in slots, of a window that ends `ahead` from now.
fn step_slots(ahead: Duration) -> Option<u32> {
    match ahead {
        ahead if ahead <= FIVE_MINUTE_HORIZON => Some(1),
        ahead if ahead <= HOURLY_HORIZON => Some(SLOTS_PER_HOUR),
        ahead if ahead <= DAILY_HORIZON => Some(SLOTS_PER_DAY),
        _ => None,
    }
}

/// `None` when the end is later than the last slot.
fn rounded_outward(window: Window, now: Instant, step: u32) -> Option<SlotRange> {
    let first = Slot::containing(window.from())?.index();
    let last = Slot::containing(window.to().before(Duration::from_ms(1)))?.index();
    let from = first.checked_div(step)?.checked_mul(step)?;
    let to = last.checked_div(step)?.checked_add(1)?.checked_mul(step)?;
    // An elapsed slot can no longer be promised; the one that is running can.
    SlotRange::new(Slot::from_index(from).max(Slot::containing(now)?), Slot::from_index(to))
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InThePast => "the window has already ended",
            Self::BeyondHorizon => "the window ends later than can be booked (two years from now)",
        })
    }
}

impl std::error::Error for CalendarError {}
