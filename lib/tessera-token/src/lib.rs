//! Entitlements that verify offline: a Biscuit in the restricted profile NTE-1.
//!
//! An [`Issuer`] mints a [`Grant`]; any holder narrows it with [`attenuate`], offline; any verifier judges it with
//! [`verify`] and a published [`KeySet`]. The crate has no clock and no I/O: time is given in Unix milliseconds.
//!
//! Invariants:
//! - A child never allows what its parent refuses.
//! - Nothing is evaluated unless every statement is one that this crate writes.
//! - The same root secret and grant give the same token, byte for byte.
//! - A token is authority, not truth: two children can each claim a whole; a ledger must count.

mod attenuate;
mod error;
mod grant;
mod inspect;
mod issuer;
mod keys;
mod lint;
mod narrowing;
mod revocation;
mod text;
mod verify;

#[cfg(test)]
mod tests;

pub use attenuate::attenuate;
pub use error::TokenError;
pub use grant::Grant;
pub use inspect::{BlockInspection, Inspection, inspect};
pub use issuer::Issuer;
pub use keys::{KeySet, PublishedKey};
pub use lint::parse_and_lint;
pub use narrowing::{Clause, Narrowing};
pub use revocation::RevocationList;
pub use verify::{Linted, Request, Verified, verify};

/// Most bytes a decoded token may have.
pub const TOKEN_BYTES_MAX: usize = 4096;

/// Most blocks a token may have, the authority block included.
pub const TOKEN_BLOCKS_MAX: usize = 6;
