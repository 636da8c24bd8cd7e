//! What a radio model does not take.

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RadioError {
    /// A quantity outside of what the model is valid for.
    #[error("{quantity} is {given}; accepted is {min} to {max}")]
    OutOfRange {
        /// Which quantity, with its unit.
        quantity: &'static str,
        /// What was given.
        given: f64,
        /// The least accepted.
        min: f64,
        /// The most accepted.
        max: f64,
    },
    /// No such combination of bandwidth and subcarrier spacing.
    #[error("no carrier of {mhz} MHz at {scs_khz} kHz; accepted are the pairs of TS 38.101 table 5.3.2-1")]
    Carrier {
        /// Bandwidth in MHz.
        mhz: u32,
        /// Subcarrier spacing in kHz.
        scs_khz: u32,
    },
    /// A table of a receiver that cannot be used.
    #[error("line {line} of the link curve: {expected}")]
    LinkCurve {
        /// The line, counted from 1, which is the header.
        line: u64,
        /// What would be accepted.
        expected: &'static str,
    },
}

/// `given` if it is a number within `min..=max`.
pub(super) fn within(quantity: &'static str, given: f64, min: f64, max: f64) -> Result<f64, RadioError> {
    if (min..=max).contains(&given) { Ok(given) } else { Err(RadioError::OutOfRange { quantity, given, min, max }) }
}
