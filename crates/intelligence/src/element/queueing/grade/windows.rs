//! Promises that are judged window by window: a percentile, counted over a few samples each time.
//!
//! A plan for exactly the promised percentile sees about half of its windows broken by chance alone, so it is made for a
//! higher one: a window breaks when more of its samples are late than the percentile leaves room for, and their number
//! is binomial.

use super::super::certify::p_at_most;
use super::{Compiled, Flow, GradeError, Hop, compile_delay};
use crate::number::real;
use types::{PPB, PPM};

/// How windows are judged, and how many may break by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Independent samples in a window, at least 1: the fewest that it is judged by.
    pub samples: u32,
    /// The share of windows that may be judged broken, in ppb.
    pub broken_ppb: u64,
}

impl Windows {
    /// The least percentile to plan for, in ppm rounded up, so that no more windows break than may, each judged by
    /// `percentile_ppm`. 1,000,000 where only a plan in which no packet is late is enough.
    pub fn planned_ppm(self, percentile_ppm: u64) -> u64 {
        let samples = u64::from(self.samples);
        let room = samples * PPM.saturating_sub(percentile_ppm) / PPM;
        let seldom = |planned_ppm: u64| {
            let late = real(PPM - planned_ppm) / real(PPM);
            (1.0 - p_at_most(room, samples, late)) * real(PPB) <= real(self.broken_ppb)
        };
        let (mut low_ppm, mut high_ppm) = (percentile_ppm.min(PPM), PPM);
        while low_ppm < high_ppm {
            let middle_ppm = u64::midpoint(low_ppm, high_ppm);
            if seldom(middle_ppm) { high_ppm = middle_ppm } else { low_ppm = middle_ppm + 1 }
        }
        high_ppm
    }
}

/// What every resource has to give so that a window in which a share `percentile_ppm` of packets has to arrive within
/// `delay_us` is broken no more often than `windows` allow.
///
/// The ε of a resource is then its part of broken windows instead of late packets. Parts are as the late packets are, and
/// add up to all that is allowed: the share of broken windows is not linear in that of late packets, so a path with
/// fewer late ones than allowed is not known to break proportionally less.
pub fn compile_windows<C: Copy + Ord>(
    flow: Flow,
    delay_us: u64,
    (percentile_ppm, windows): (u64, Windows),
    path: &[Hop<C>],
) -> Result<Compiled<C>, GradeError> {
    if windows.samples == 0 || percentile_ppm > PPM {
        return Err(GradeError::Objective);
    }
    let mut compiled = compile_delay(flow, delay_us, windows.planned_ppm(percentile_ppm), path)?;
    let late_ppb = compiled.epsilon_ppb();
    // Rounded up as running sums, so that the parts are whole and add up to no more than what is allowed.
    let of_windows = |late: u64| {
        let part = u128::from(windows.broken_ppb) * u128::from(late);
        u64::try_from(part.div_ceil(u128::from(late_ppb.max(1)))).unwrap_or(PPB)
    };
    let mut before_ppb = 0;
    for (_, demand) in &mut compiled.hops {
        let until_ppb = before_ppb + demand.epsilon_ppb;
        demand.epsilon_ppb = of_windows(until_ppb) - of_windows(before_ppb);
        before_ppb = until_ppb;
    }
    Ok(compiled)
}
