//! The few conversions between counted and measured quantities, each with its rounding in its name.

/// A count as a measure. Exact below 2^53, which is 285 years in microseconds.
#[expect(clippy::cast_precision_loss, reason = "quantities here stay far below 2^53")]
pub fn real(count: u64) -> f64 {
    count as f64
}

/// A measure rounded down to a count; negative and not-a-number become 0, too large becomes the maximum.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float to integer `as` saturates")]
pub fn floor(measure: f64) -> u64 {
    measure as u64
}

/// A measure rounded up to a count, saturating like [`floor`].
pub fn ceil(measure: f64) -> u64 {
    floor(measure.ceil())
}

/// A measure rounded down to 32 bits, saturating.
pub fn floor_u32(measure: f64) -> u32 {
    u32::try_from(floor(measure)).unwrap_or(u32::MAX)
}
