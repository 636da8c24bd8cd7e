//! Every limit of the journal, by name.

/// Largest blob, in bytes: a forecast of the largest size, and some.
pub const BLOB_BYTES_MAX: usize = 96 << 20;
