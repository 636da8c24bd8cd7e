//! What samples prove without a model: Clopper and Pearson's exact limits of a probability (1934).
//!
//! "At most a share `p` is late", said with a confidence of 95 %, must be wrong in no more than 5 % of the cases in which
//! it is said. Among `n` independent samples of which `v` were late that holds for every `p` at which `v` or fewer would
//! be seen with a probability of at most 5 %. Samples that depend on each other prove less than their number.

use super::limits::{CERTIFYING_SAMPLES_MAX, VIOLATIONS_MAX};
use crate::number::{ceil, floor, real};
use types::{PPB, PPM};

/// Samples of one promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Independent samples taken.
    pub samples: u64,
    /// Those of them that were over the limit.
    pub violations: u64,
    /// How sure a statement about them has to be, in ppm; 950,000 is the customary 95 %.
    pub confidence_ppm: u64,
}

impl Evidence {
    /// The largest share over the limit, in ppb rounded up, that these samples do not rule out. 1,000,000,000 when they
    /// prove nothing: none taken, all violated, a confidence of 100 % or more, or more than the limits count.
    pub fn late_ppb_max(self) -> u64 {
        let usable = self.violations < self.samples && self.violations <= VIOLATIONS_MAX;
        if !usable || self.samples > CERTIFYING_SAMPLES_MAX || self.confidence_ppm >= PPM {
            return PPB;
        }
        let doubt = real(PPM - self.confidence_ppm) / real(PPM);
        let ruled_out = |late_ppb: u64| p_at_most(self.violations, self.samples, real(late_ppb) / real(PPB)) <= doubt;
        first(0, PPB, ruled_out)
    }

    /// The smallest share over the limit, in ppb rounded down, that these samples do not rule out: what a law promises
    /// below it is refuted. 0 when they refute nothing.
    pub fn late_ppb_min(self) -> u64 {
        let usable = (1..=VIOLATIONS_MAX).contains(&self.violations) && self.violations <= self.samples;
        if !usable || self.samples > CERTIFYING_SAMPLES_MAX || self.confidence_ppm >= PPM {
            return 0;
        }
        let doubt = real(PPM - self.confidence_ppm) / real(PPM);
        let fewer = self.violations - 1;
        let possible = |late_ppb: u64| 1.0 - p_at_most(fewer, self.samples, real(late_ppb) / real(PPB)) > doubt;
        first(0, PPB, possible).saturating_sub(1)
    }

    /// The percentile that they certify, in ppm rounded down.
    pub fn percentile_ppm(self) -> u64 {
        (PPB - self.late_ppb_max()) / (PPB / PPM)
    }
}

/// The fewest samples that certify `percentile_ppm` at `confidence_ppm` with `violations` among them. `None` for a
/// percentile or a confidence that no number of samples certifies (100 % or more), and beyond [`VIOLATIONS_MAX`].
pub fn samples_needed(percentile_ppm: u64, confidence_ppm: u64, violations: u64) -> Option<u64> {
    if percentile_ppm >= PPM || confidence_ppm >= PPM || violations > VIOLATIONS_MAX {
        return None;
    }
    let doubt = real(PPM - confidence_ppm) / real(PPM);
    let late = real(PPM - percentile_ppm) / real(PPM);
    let enough = |samples: u64| p_at_most(violations, samples, late) <= doubt;
    Some(first(violations + 1, CERTIFYING_SAMPLES_MAX, enough)).filter(|samples| enough(*samples))
}

/// The first count in `low..=high` at which `holds`, which once true stays true; `high` if none before it.
fn first(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = u64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    high
}

/// `P(X <= most)` of a binomial with `samples` and `late`, summed from its largest term downwards: early terms of a large
/// sample vanish as floats and must not take the sum with them.
pub(super) fn p_at_most(most: u64, samples: u64, late: f64) -> f64 {
    if most >= samples || late <= 0.0 {
        return 1.0;
    }
    if late >= 1.0 {
        return 0.0;
    }
    let mode = floor((real(samples) + 1.0) * late).min(most);
    let ln_mode = ln_binomial(mode, samples, late);
    let odds = late / (1.0 - late);
    let (mut sum, mut term) = (1.0, 1.0);
    for count in (1..=mode).rev() {
        term *= real(count) / (real(samples - count + 1) * odds);
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    term = 1.0;
    for count in mode..most {
        term *= real(samples - count) / real(count + 1) * odds;
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    (ln_mode + f64::ln(sum)).exp().min(1.0)
}

/// `ln P(X = count)`.
fn ln_binomial(count: u64, samples: u64, late: f64) -> f64 {
    let chosen: f64 = (1..=count).map(|k| (real(samples - count + k) / real(k)).ln()).sum();
    chosen + real(count) * late.ln() + real(samples - count) * (-late).ln_1p()
}

/// A probability as ppb, rounded up: the side on which a promise is safe.
pub fn epsilon_ppb(probability: f64) -> u64 {
    if probability.is_nan() { PPB } else { ceil(probability * real(PPB)).min(PPB) }
}
