//! A quantity set aside on an account until an instant.

use crate::AccountRef;
use minicbor::{Decode, Encode};
use types::Instant;

/// How binding a hold is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum HoldState {
    /// Of a quote or a lease: may be confirmed before it expires.
    #[n(0)]
    Short,
    /// Of a token.
    #[n(1)]
    Firm,
}

/// What is set aside on one account.
///
/// It counts until it is released, even when it is expired or nothing remains on it, so that its handle cannot
/// come to mean another hold while someone still has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Hold {
    /// Where it is set aside.
    #[n(0)]
    pub account: AccountRef,
    /// What can still be captured; never negative.
    #[n(1)]
    pub remaining: i64,
    /// From this instant on it cannot be confirmed.
    #[n(2)]
    pub expires_at: Instant,
    /// How binding it is.
    #[n(3)]
    pub state: HoldState,
}
