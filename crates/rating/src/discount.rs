//! What is taken off a fee: trials, promotions, discounts.

use minicbor::{Decode, Encode};
use types::{Instant, PartyKind};

/// Something taken off a fee, where everything it asks for is so.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Discount {
    /// What its line is called.
    #[n(0)]
    pub name: String,
    /// How much.
    #[n(1)]
    pub off: Off,
    /// Of these components, by their places; empty: of all.
    #[n(2)]
    pub of: Vec<u8>,
    /// Asked for from then on …
    #[n(3)]
    pub from: Option<Instant>,
    /// … until before then.
    #[n(4)]
    pub until: Option<Instant>,
    /// Asked for with this code.
    #[n(5)]
    pub code: Option<String>,
    /// In the first so many periods; with nothing that recurs, the purchase is the first. `None`: in all.
    #[n(6)]
    pub periods: Option<u32>,
    /// By these; empty: by everyone.
    #[n(7)]
    pub kinds: Vec<PartyKind>,
    /// Only by who never bought the offering before: a trial.
    #[n(8)]
    pub newcomers: Option<Newcomers>,
}

/// Who never bought an offering before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Newcomers {
    /// They, and nobody else.
    #[n(0)]
    Only,
}

/// How much is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Off {
    /// A share of what remains of the components, in parts per million; a line is rounded towards the smaller discount.
    #[n(0)]
    Share(#[n(0)] u32),
    /// So many minor units, tax as the plan says, at most what remains of the components.
    #[n(1)]
    Amount(#[n(0)] u64),
}
