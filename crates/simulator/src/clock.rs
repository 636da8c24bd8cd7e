//! The machine's clock, which is not always right.

use types::{Duration, Instant};

/// How far the machine's clock is from the true time, in ms.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    skew_ms: i64,
}

impl Clock {
    /// What the clock on the wall shows.
    pub fn wall(self, now: Instant) -> Instant {
        let by = Duration::from_ms(self.skew_ms.unsigned_abs());
        if self.skew_ms < 0 { now.before(by) } else { now.after(by) }
    }

    /// It is moved.
    pub fn step(&mut self, by_ms: i64) {
        self.skew_ms += by_ms;
    }

    /// The operator sets it right.
    pub fn set_right(&mut self) {
        self.skew_ms = 0;
    }
}
