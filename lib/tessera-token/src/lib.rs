//! Entitlements that verify offline: a Biscuit in the restricted profile NTE-1.
//!
//! An [`Issuer`] mints a [`Grant`]; whoever has it narrows it with [`attenuate`], offline; the holder that it names passes
//! it on with [`delegate`] and proves each use with [`prove`]; any verifier judges it with [`verify`] or [`verify_held`]
//! and a published [`KeySet`]. The crate has no clock and no I/O: time is given in Unix milliseconds.
//!
//! Invariants:
//! - A child never allows what its parent refuses.
//! - Nothing is evaluated unless every statement is one that this crate writes.
//! - A token that names a holder is used by the last holder of its chain alone.
//! - The same root secret and grant give the same token, byte for byte.
//! - A token is authority, not truth: two children can each claim a whole; a ledger must count.

mod attenuate;
#[cfg(any(test, feature = "bare"))]
pub mod bare;
mod delegate;
mod error;
mod grant;
mod inspect;
mod issuer;
mod judge;
mod keys;
mod lint;
mod narrowing;
mod proof;
mod revocation;
mod text;
mod verify;

#[cfg(test)]
mod tests;

pub use attenuate::attenuate;
pub use delegate::{HolderKey, delegate};
pub use error::TokenError;
pub use grant::Grant;
pub use inspect::{BlockInspection, Inspection, inspect};
pub use issuer::Issuer;
pub use keys::{KeySet, PublishedKey};
pub use lint::parse_and_lint;
pub use narrowing::{Clause, Narrowing};
pub use proof::{PROOF_AGE_MS_MAX, ProvenUse, RequestDigest, prove};
pub use revocation::{BlockDigest, RevocationList, RevocationPage, RevokedEntry};
pub use verify::{Linted, Possession, Request, Verified, verify, verify_held};

/// Most bytes a decoded token may have.
pub const TOKEN_BYTES_MAX: usize = 4096;

/// Most blocks a token may have, the authority block included.
pub const TOKEN_BLOCKS_MAX: usize = 6;
