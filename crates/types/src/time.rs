//! Instants, durations and half-open windows, in milliseconds.

use minicbor::{Decode, Encode};
use std::fmt;

/// A point in time: milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Instant(#[n(0)] u64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Duration(#[n(0)] u64);

/// A half-open span of time `[from, to)` that is never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Window {
    #[n(0)]
    from: Instant,
    #[n(1)]
    to: Instant,
}

/// Why two instants do not make a [`Window`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowError {
    /// `to` is not later than `from`.
    EmptyOrInverted,
}

impl Instant {
    /// The Unix epoch.
    pub const EPOCH: Self = Self(0);
    /// Later than every instant a cell will see.
    pub const MAX: Self = Self(u64::MAX);

    /// From milliseconds since the Unix epoch.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// This instant moved later; stays at [`Instant::MAX`] rather than wrap.
    #[must_use]
    pub const fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by.0))
    }

    /// This instant moved earlier; stays at the epoch rather than wrap.
    #[must_use]
    pub const fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(by.0))
    }

    /// How long after `earlier` this is; zero when it is not later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From milliseconds.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// From whole seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000))
    }

    /// From whole minutes.
    pub const fn from_mins(mins: u64) -> Self {
        Self::from_secs(mins.saturating_mul(60))
    }

    /// From whole hours.
    pub const fn from_hours(hours: u64) -> Self {
        Self::from_mins(hours.saturating_mul(60))
    }

    /// From days of 24 hours.
    pub const fn from_days(days: u64) -> Self {
        Self::from_hours(days.saturating_mul(24))
    }

    /// In milliseconds.
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// In whole seconds, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000
    }
}

impl Window {
    /// The window `[from, to)`.
    pub fn new(from: Instant, to: Instant) -> Result<Self, WindowError> {
        if from < to { Ok(Self { from, to }) } else { Err(WindowError::EmptyOrInverted) }
    }

    /// The window that starts at `from` and lasts `length`.
    pub fn starting(from: Instant, length: Duration) -> Result<Self, WindowError> {
        Self::new(from, from.after(length))
    }

    /// First instant inside.
    pub const fn from(self) -> Instant {
        self.from
    }

    /// First instant after the window.
    pub const fn to(self) -> Instant {
        self.to
    }

    /// How long it lasts.
    pub const fn length(self) -> Duration {
        self.to.since(self.from)
    }

    /// Is `at` inside?
    pub fn contains(self, at: Instant) -> bool {
        self.from <= at && at < self.to
    }

    /// Does it cover all of `other`?
    pub fn covers(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    /// Do the two share an instant?
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

impl fmt::Display for WindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a window must end later than it starts")
    }
}

impl std::error::Error for WindowError {}
