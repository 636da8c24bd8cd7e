//! A line of an amount.

use minicbor::{Decode, Encode};

/// A line: what for, how much of it, and what that costs. Its words are [`explain`](crate::explain)'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Line {
    /// What for.
    #[n(0)]
    pub source: Source,
    /// How much of it: steps, periods or units.
    #[n(1)]
    pub quantity: u64,
    /// Minor units, tax included; negative where it is taken off.
    #[n(2)]
    pub amount_minor: i64,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Source {
    /// A rate of a component, by their places in the plan.
    #[n(0)]
    Component {
        /// Which component.
        #[n(0)]
        component: u8,
        /// Which of its rates.
        #[n(1)]
        rate: u8,
    },
    /// A discount, by its place in the plan.
    #[n(1)]
    Discount(#[n(0)] u8),
    /// What lacks to the plan's minimum.
    #[n(2)]
    Minimum,
    /// What the network is worth to others then, above the plan: the quantity is the sum of bid prices in minor units.
    #[n(3)]
    Congestion,
    /// What lacks to the cost of the offering.
    #[n(4)]
    Cost,
    /// What an operator's guard rail adds or takes.
    #[n(5)]
    GuardRail(#[n(0)] Rail),
}

/// A guard rail of a price that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Rail {
    /// Never below.
    #[n(0)]
    Floor,
    /// Never above.
    #[n(1)]
    Cap,
    /// Never so much more than an hour before.
    #[n(2)]
    Step,
}

impl Line {
    /// The sum of lines; `None` when it cannot be counted.
    pub fn sum<'a>(lines: impl IntoIterator<Item = &'a Self>) -> Option<i64> {
        lines.into_iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount_minor))
    }
}
