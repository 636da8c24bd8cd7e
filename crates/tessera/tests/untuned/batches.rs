//! A mean of dependent observations with its confidence interval: the method of batch means.
//!
//! What one customer meets depends on what the last one met, but hardly on what one met a thousand customers ago. So the
//! means of long batches are as good as independent, and normal: Student's t over them gives the interval.

use intelligence::number::real;

/// Batches of one run.
pub const BATCHES: usize = 30;
/// Student's t, two-sided: at 99.9 % with 29 degrees of freedom, for as many batches.
pub const T_BATCHES: f64 = 3.6594;
/// At 95 % with 41 degrees of freedom, for the seven days of six radio cells.
pub const T_DAYS: f64 = 2.0195;

/// What was measured, give or take.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Half the width of the interval.
    pub half: f64,
}

impl Interval {
    /// Of the means of batches of one length, with Student's t for their number.
    pub fn of(means: &[f64], t: f64) -> Self {
        let n = real(means.len() as u64);
        let mean = means.iter().sum::<f64>() / n;
        let variance = means.iter().map(|each| (each - mean).powi(2)).sum::<f64>() / (n - 1.0);
        Self { mean, half: t * (variance / n).sqrt() }
    }

    /// Is a value in it?
    pub fn holds(self, value: f64) -> bool {
        (value - self.mean).abs() <= self.half
    }
}
