//! One resource of a path, and the law it is known by.

use super::super::bandwidth::{Source, theta};
use super::super::calculus::RateLatency;
use super::super::certify::Evidence;
use super::GradeError;
use crate::number::{ceil, real};
use types::{PPB, PPM};

/// A resource along a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop<C> {
    /// Its class in the core's table.
    pub class: C,
    /// How it treats a flow.
    pub law: Law,
    /// What passes without any load, in µs: propagation and processing.
    pub latency_us: u64,
    /// How often it is not there at all for this offering, in ppb: for radio, the places and times that its tariff does
    /// not cover. Anything but 0 makes the promise statistical.
    pub outage_ppb: u64,
    /// What 1 kbit/s costs in its units.
    pub tariff: Tariff,
    /// What was measured there, if anything. It takes the law's place where it refutes the law, and else changes nothing.
    pub measured: Option<Measurement>,
}

/// Samples of whether a flow's packets were late at one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// The delay they were held against, in µs, beyond the resource's unloaded latency.
    pub delay_us: u64,
    /// The rate of the flow they were taken from, in kbit/s.
    pub kbps: u64,
    /// The samples.
    pub evidence: Evidence,
}

/// How a resource treats a flow.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// A server that guarantees each flow its own rate, after a latency of its scheduler, whatever the others do.
    Curve {
        /// The largest rate it can give, in kbit/s.
        capacity_kbps: u64,
        /// Latency of the scheduler, in µs.
        scheduler_us: u64,
    },
    /// A rate of its own for each flow, in which packets queue: no scheduler bound is known.
    Reserved {
        /// The largest rate it can give, in kbit/s.
        capacity_kbps: u64,
    },
    /// One queue for all flows, designed for one delay at one ε; flows are admitted by the sum of their effective
    /// bandwidths.
    Pooled {
        /// The rate it serves, in kbit/s.
        capacity_kbps: u64,
        /// The delay it is designed for, in µs.
        delay_us: u64,
        /// How often that may be exceeded, in ppb.
        epsilon_ppb: u64,
    },
    /// One processor shared by all flows (M/G/1-PS), kept below a utilisation by admission. Its tail is known by Markov's
    /// inequality alone, so that it holds for any distribution of sizes.
    Shared {
        /// The rate it serves, in kbit/s.
        capacity_kbps: u64,
        /// The utilisation that admission keeps it under, in ppm.
        utilisation_ppm: u64,
    },
    /// No law, only samples.
    Measured(Measurement),
}

/// A delay, and how often it is exceeded: a resource's part of the budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delay {
    pub delay_us: u64,
    pub epsilon_ppb: u64,
}

/// What a rate costs: `units` for every `per_kbps`, rounded up once for the whole rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Units of the resource.
    pub units: u64,
    /// For this many kbit/s; at least 1.
    pub per_kbps: u64,
}

impl Tariff {
    /// A resource counted in kbit/s.
    pub const KBPS: Self = Self { units: 1, per_kbps: 1 };

    /// Units for `kbps`, rounded up; saturating.
    pub fn units(self, kbps: u64) -> u64 {
        let units = u128::from(self.units) * u128::from(kbps);
        u64::try_from(units.div_ceil(u128::from(self.per_kbps.max(1)))).unwrap_or(u64::MAX)
    }
}

impl<C> Hop<C> {
    /// Refuses what is no resource.
    pub(super) fn check(&self, hop: usize) -> Result<(), GradeError> {
        let refuse = |expected| Err(GradeError::Invalid { hop, expected });
        if self.outage_ppb > PPB {
            return refuse("an outage of at most 1,000,000,000 ppb");
        }
        if self.tariff.per_kbps == 0 || self.tariff.units == 0 {
            return refuse("a tariff of 1 unit or more for 1 kbit/s or more");
        }
        match self.law {
            Law::Pooled { epsilon_ppb, .. } if !(1..PPB).contains(&epsilon_ppb) => {
                refuse("a design ε over 0 and under 1,000,000,000 ppb")
            }
            Law::Pooled { delay_us: 0, .. } => refuse("a design delay of 1 µs or more"),
            Law::Shared { utilisation_ppm, .. } if utilisation_ppm >= PPM => {
                refuse("a utilisation under 1,000,000 ppm")
            }
            _ => Ok(()),
        }
    }

    /// What it was measured with, if that refutes its having `share` with a flow of `kbps`: under no more load, more than
    /// the share's ε were later than the share's delay.
    pub(super) fn refuted_by(&self, kbps: u64, share: Delay) -> Option<Measurement> {
        let against = |seen: &Measurement| {
            seen.kbps <= kbps
                && seen.delay_us >= share.delay_us
                && seen.evidence.late_ppb_min() > share.epsilon_ppb.saturating_add(self.outage_ppb)
        };
        self.measured.filter(|_| !matches!(self.law, Law::Measured(_))).filter(against)
    }

    /// Unloaded latency in µs, the scheduler's included.
    pub(super) fn unloaded_us(&self) -> u64 {
        let scheduler_us = if let Law::Curve { scheduler_us, .. } = self.law { scheduler_us } else { 0 };
        self.latency_us.saturating_add(scheduler_us)
    }

    /// The delay and ε that the law itself fixes; `None` for one that takes what it is given.
    pub(super) fn fixed(&self) -> Option<Delay> {
        match self.law {
            Law::Pooled { delay_us, epsilon_ppb, .. } => Some(Delay { delay_us, epsilon_ppb }),
            Law::Measured(Measurement { delay_us, evidence, .. }) => {
                Some(Delay { delay_us, epsilon_ppb: evidence.late_ppb_max() })
            }
            Law::Curve { .. } | Law::Reserved { .. } | Law::Shared { .. } => None,
        }
    }

    /// The largest rate it can give, in kbit/s.
    pub(super) fn capacity_kbps(&self) -> u64 {
        match self.law {
            Law::Curve { capacity_kbps, .. }
            | Law::Reserved { capacity_kbps }
            | Law::Pooled { capacity_kbps, .. }
            | Law::Shared { capacity_kbps, .. } => capacity_kbps,
            Law::Measured(Measurement { kbps, .. }) => kbps,
        }
    }
}

/// The fewest kbit/s of a flow's own that keep all of a token bucket within `within_us`, with `capacity_kbps` as the most;
/// `None` when that is not enough.
pub(super) fn curve_kbps(rate_kbps: u64, burst_bits: u64, within_us: u64, capacity_kbps: u64) -> Option<u64> {
    let bucket = super::super::calculus::TokenBucket { rate: real(rate_kbps) * 1e3, burst: real(burst_bits) };
    let keeps = |kbps: u64| {
        let delay_s = RateLatency { rate: real(kbps) * 1e3, latency: 0.0 }.delay(bucket);
        delay_s.is_some_and(|delay_s| delay_s * 1e6 <= real(within_us))
    };
    least(capacity_kbps, keeps)
}

/// The fewest kbit/s of its own that keep a source within `within_us` but for `epsilon_ppb`: the least `C` with
/// `eb(-ln ε / (C d)) <= C`. `None` when `capacity_kbps` is not enough.
pub(super) fn reserved_kbps(source: &Source, within_us: u64, epsilon_ppb: u64, capacity_kbps: u64) -> Option<u64> {
    least(capacity_kbps, |kbps| {
        let rate_bps = real(kbps) * 1e3;
        // At ε = 1 anything goes that is stable, and one kbit/s over the mean is.
        let stable = rate_bps > source.mean_bps();
        stable && source.effective_bps(theta_per_bit(kbps, within_us, epsilon_ppb)) <= rate_bps
    })
}

/// What a source counts for in a pooled queue, in kbit/s, rounded up. `u64::MAX` when no rate is enough.
pub(super) fn pooled_kbps(source: &Source, capacity_kbps: u64, design: Delay) -> u64 {
    ceil(source.effective_bps(theta_per_bit(capacity_kbps, design.delay_us, design.epsilon_ppb)) / 1e3)
}

fn theta_per_bit(kbps: u64, within_us: u64, epsilon_ppb: u64) -> f64 {
    theta(real(kbps) * 1e3, real(within_us) / 1e6, real(epsilon_ppb) / real(PPB))
}

/// The least of `1..=most` at which `keeps`, which once true stays true.
fn least(most: u64, keeps: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = u64::midpoint(low, high);
        if keeps(middle) { high = middle } else { low = middle + 1 }
    }
    (most >= 1 && keeps(high)).then_some(high)
}
