//! Periods of a token that is paid for again and again.

use minicbor::{Decode, Encode};
use rating::Line;
use types::{Instant, Window};

/// The period of a token that is running, where its plan recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Term {
    /// Which: 0 began with the token's window.
    #[n(0)]
    pub number: u32,
    /// When.
    #[n(1)]
    pub window: Window,
    /// The volume there was when it began, where the token is one of volume: what the period brings and what came over.
    #[n(2)]
    pub volume: Option<u64>,
    /// Net fee of earlier periods that what came over has still to earn.
    #[n(3)]
    pub carried_minor: i64,
    /// The discounts that were given at purchase, each as the bit of its place in the plan.
    #[n(4)]
    pub discounts: u16,
    /// Why it has not begun though its time has come: its fee could not be paid.
    #[n(5)]
    pub unpaid: Option<Unpaid>,
}

/// The next period could not be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Unpaid {
    /// When that was found.
    #[n(0)]
    pub since: Instant,
    /// When it is tried again.
    #[n(1)]
    pub retry_at: Instant,
}

/// The fee of one period, as it was paid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PaidFee {
    /// When.
    #[n(0)]
    pub at: Instant,
    /// Why it was what it was.
    #[n(1)]
    pub lines: Vec<Line>,
}

impl Term {
    /// When the next one is due, or is tried again; `None`: it is the last of the token's window.
    pub fn renewal_at(&self, window: Window) -> Option<Instant> {
        let due = self.unpaid.map_or(self.window.to(), |unpaid| unpaid.retry_at);
        (self.window.to() < window.to()).then_some(due)
    }
}
