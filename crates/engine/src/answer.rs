//! What an accepted command answers.

use crate::state::{OfferingRef, PartyRef, SessionRef, SourceRef, TokenRef};
use capacity::{ProfileRef, ResourceRef};
use ledger::AccountRef;
use minicbor::{Decode, Encode};
use types::{BalanceActionId, ChargingId, Instant, QuoteId};

/// The result of a command, small enough to keep under an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Answer {
    /// It is done.
    #[n(0)]
    Done,
    /// It had been done before: nothing changed.
    #[n(1)]
    Repeated,
    /// A party was registered.
    #[n(2)]
    Party(#[n(0)] PartyRef),
    /// A wallet was opened or topped up.
    #[n(3)]
    Wallet(#[n(0)] AccountRef),
    /// An offering was published.
    #[n(4)]
    Offering(#[n(0)] OfferingRef),
    /// A resource was defined.
    #[n(5)]
    Resource(#[n(0)] ResourceRef),
    /// A background profile was set.
    #[n(6)]
    Profile(#[n(0)] ProfileRef),
    /// A meter was registered.
    #[n(7)]
    Source(#[n(0)] SourceRef),
    /// A quote was issued.
    #[n(8)]
    Quote(#[n(0)] QuoteId),
    /// A token was issued.
    #[n(9)]
    Token(#[n(0)] TokenRef),
    /// A session was requested.
    #[n(10)]
    Session(#[n(0)] SessionRef),
    /// Usage was charged: from the wallet, and what the operator bore, in minor units, gross.
    #[n(11)]
    Charged {
        /// From the wallet.
        #[n(0)]
        paid_minor: i64,
        /// Borne by the operator.
        #[n(1)]
        overrun_minor: i64,
    },
    /// Something was done with a wallet, and is remembered under this id.
    #[n(76)]
    Acted(#[n(0)] BalanceActionId),
    /// A charging session was opened.
    #[n(52)]
    Charging(#[n(0)] ChargingId),
    /// A rating group was charged and granted.
    #[n(53)]
    Leased {
        /// How much is granted; `None`: there is nothing to count.
        #[n(0)]
        granted: Option<u64>,
        /// Until when it may be used.
        #[n(1)]
        valid_until: Instant,
        /// Is this all that can be granted?
        #[n(2)]
        last: bool,
    },
}
