//! What is bounded here, and where.

/// Satellites in one shell, one import or one constellation.
pub const SATELLITES_MAX: u32 = 50_000;
/// Bytes of one import.
pub const IMPORT_BYTES_MAX: usize = 64 << 20;
/// Bad records that one refused import names.
pub const BAD_RECORDS_MAX: usize = 100;
/// Days that passes are found for in one call.
pub const PASSES_DAYS_MAX: u64 = 31;
/// Cells that one index holds.
pub const INDEX_CELLS_MAX: usize = 10_000;
