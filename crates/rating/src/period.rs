//! Periods of the calendar.

use crate::zone::Zone;
use jiff::Span;
use minicbor::{Decode, Encode};
use types::{Instant, Window};

/// How long a period is. A day has the hours that the zone gives it, a month the days that the calendar gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Period {
    /// So many days, at least one.
    #[n(0)]
    Days(#[n(0)] u32),
    /// So many months, at least one; from the 31st on, the last of shorter months.
    #[n(1)]
    Months(#[n(0)] u32),
}

impl Period {
    /// How many of its unit.
    pub const fn count(self) -> u32 {
        match self {
            Self::Days(count) | Self::Months(count) => count,
        }
    }

    /// When the period with this number begins, for periods that count from `start`.
    pub fn begins(self, zone: &Zone, start: Instant, number: u32) -> Instant {
        let count = i64::from(self.count()).saturating_mul(i64::from(number));
        let span = match self {
            Self::Days(_) => Span::new().try_days(count),
            Self::Months(_) => Span::new().try_months(count),
        };
        span.map_or(Instant::MAX, |span| zone.after(start, span))
    }

    /// The period with this number of a window, cut off at its end; `None` when it would begin after it.
    pub fn of(self, zone: &Zone, window: Window, number: u32) -> Option<Window> {
        let from = self.begins(zone, window.from(), number);
        let to = self.begins(zone, window.from(), number.saturating_add(1));
        Window::new(from.max(window.from()), to.min(window.to())).ok()
    }
}
