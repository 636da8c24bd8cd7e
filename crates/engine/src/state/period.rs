//! Months whose books are closed.

use minicbor::{Decode, Encode};
use std::fmt;
use types::{Instant, Month};

/// The SHA-256 of a table as it is exported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(transparent)]
pub struct TableHash(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl fmt::Display for TableHash {
    /// In hexadecimal, as `sha256sum` shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What a month's postings were when it was closed. Nothing is dated into it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Sealed {
    /// Which month, in UTC.
    #[n(0)]
    pub month: Month,
    /// In which form its tables were written down: only the same form gives the same hashes.
    #[n(1)]
    pub form: u32,
    /// Rows of its postings.
    #[n(2)]
    pub rows: u64,
    /// The table of its postings.
    #[n(3)]
    pub postings: TableHash,
    /// The trial balance at its end.
    #[n(4)]
    pub balance: TableHash,
}

/// A month that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ClosedPeriod {
    /// What it was sealed as.
    #[n(0)]
    pub sealed: Sealed,
    /// When.
    #[n(1)]
    pub closed_at: Instant,
}
