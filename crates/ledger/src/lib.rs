//! The book of money and units: accounts, postings and holds.
//!
//! Currencies and units are alike: each is an asset, and every posting sums to zero in every asset it touches.
//! *Hold* sets aside, *confirm* makes firm, *capture* takes and posts, *release* gives back the rest.
//!
//! Invariants, after every apply:
//! - the posted balances of an asset sum to zero over all accounts;
//! - `posted - held + credit_limit >= 0` on every customer account;
//! - an account's `held` is the sum of what remains on its holds, each `>= 0`;
//! - equal contents are `==`, iterate alike and give the same next handles, whatever way they came about.
//!
//! A `check_…` function reads and refuses; the apply function of the same name writes and cannot fail: a
//! precondition that does not hold there is a bug and panics. Neither allocates for a posting.
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::float_arithmetic)]
#![expect(clippy::missing_panics_doc, reason = "every apply panics for the one reason that is documented above")]

mod account;
mod apply;
mod check;
mod error;
mod handle;
mod hold;
mod ledger;
mod posting;
mod slab;
mod tape;

pub use account::{AMOUNT_MAX, Account, AccountKind, Asset, BALANCE_MAX, LEGS_MAX, Leg};
pub use error::LedgerError;
pub use handle::{AccountRef, AssetRef, HoldRef};
pub use hold::{Hold, HoldState};
pub use ledger::Ledger;
pub use posting::{Opened, Opening};

#[cfg(test)]
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test that is wrong panics and fails")]
mod tests;
