//! From an objective to the integers that the core adds and compares: units and ε for every resource of a path.
//!
//! A promise along a path is broken at most as often as at any of its resources, so the ε of the resources add up to at
//! most what the objective allows (union bound). What each is worth depends on how it is known: a bound that every packet
//! keeps, a law under a traffic model, or samples. The path is sold as the weakest of these that applies, and a law that
//! its own samples refute does not apply.
//!
//! Everything leaves here as integers rounded to the safe side: units and ε up, certified percentiles down.

mod blocking;
mod delay;
mod hop;
mod windows;

pub use blocking::{LossHop, compile_blocking};
pub use delay::{Flow, compile_delay, compile_rate};
pub use hop::{Hop, Law, Measurement, Tariff};
pub use windows::{Windows, compile_windows};

use super::kaufman_roberts::LossError;
use super::limits::HOPS_MAX;
use std::collections::BTreeMap;
use types::PPB;

/// How a promise is known to hold, from the strongest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Network calculus: no packet is late.
    Hard,
    /// A law under a traffic model: at most a share ε is late.
    Statistical,
    /// Samples: at most a share ε is late, with the confidence they were counted at.
    Empirical,
}

/// What one resource has to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Units in every slot, rounded up.
    pub units: u64,
    /// How often the promise may be broken there, in ppb, rounded up: the share of packets, windows or calls, as the
    /// objective has it.
    pub epsilon_ppb: u64,
    /// How that is known.
    pub grade: Grade,
}

/// An offering's demand at every resource of its path, in the path's order. The sum of ε is at most the objective's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled<C> {
    /// The class of each resource, and what it has to give.
    pub hops: Vec<(C, Demand)>,
}

impl<C: Copy + Ord> Compiled<C> {
    /// The weakest grade along the path: what may be said of the whole. `Hard` for a path without resources.
    pub fn grade(&self) -> Grade {
        self.hops.iter().map(|(_, demand)| demand.grade).max().unwrap_or(Grade::Hard)
    }

    /// How often the promise may be broken along the path, in ppb.
    pub fn epsilon_ppb(&self) -> u64 {
        self.hops.iter().map(|(_, demand)| demand.epsilon_ppb).sum()
    }

    /// One row for each class, as the core keeps them: of several resources of a class, the most units, the largest ε and
    /// the weakest grade.
    pub fn by_class(&self) -> BTreeMap<C, Demand> {
        let mut rows: BTreeMap<C, Demand> = BTreeMap::new();
        for (class, demand) in &self.hops {
            let row = rows.entry(*class).or_insert(*demand);
            row.units = row.units.max(demand.units);
            row.epsilon_ppb = row.epsilon_ppb.max(demand.epsilon_ppb);
            row.grade = row.grade.max(demand.grade);
        }
        rows
    }
}

/// Why an objective cannot be compiled for a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GradeError {
    /// None, or too many.
    #[error("a path has 1 to {HOPS_MAX} resources")]
    Hops,
    /// A number that is none of its kind.
    #[error("hop {hop}: {expected}")]
    Invalid {
        /// Which resource, counted from 0.
        hop: usize,
        /// What would be accepted.
        expected: &'static str,
    },
    /// An objective that nothing can keep.
    #[error(
        "a percentile is over 0 and at most 1,000,000 ppm; a flow has a rate of 1 kbit/s and a packet of 1 byte or more; a \
         window has 1 sample or more"
    )]
    Objective,
    /// The path is slower than the objective, whatever is reserved on it.
    #[error("the path takes {latency_us} µs unloaded, {budget_us} µs are promised")]
    TooSlow {
        /// What passes without any load.
        latency_us: u64,
        /// What is promised.
        budget_us: u64,
    },
    /// What is given along the path already breaks the promise more often than it allows.
    #[error("the path breaks the promise {least_ppb} ppb of the time before any queue, {allowed_ppb} ppb are allowed")]
    TooOften {
        /// What cannot be avoided, in ppb.
        least_ppb: u64,
        /// What the objective allows, in ppb.
        allowed_ppb: u64,
    },
    /// No rate up to the resource's own is enough.
    #[error("hop {hop} cannot carry it: more than {capacity_kbps} kbit/s would be needed")]
    Exceeds {
        /// Which resource, counted from 0.
        hop: usize,
        /// What it has.
        capacity_kbps: u64,
    },
    /// Samples say that a resource was loaded less than this promise would load it.
    #[error("hop {hop} was measured with {measured_kbps} kbit/s, not with {kbps}")]
    NotMeasured {
        /// Which resource, counted from 0.
        hop: usize,
        /// The load that was measured.
        measured_kbps: u64,
        /// The load that is wanted.
        kbps: u64,
    },
    /// A loss model gave no answer.
    #[error("hop {hop}: {error}")]
    Loss {
        /// Which resource, counted from 0.
        hop: usize,
        /// Why.
        error: LossError,
    },
}

/// Refuses a path that is none.
fn check_hops(hops: usize) -> Result<(), GradeError> {
    if (1..=HOPS_MAX).contains(&hops) { Ok(()) } else { Err(GradeError::Hops) }
}

/// What is left of `allowed_ppb` after what is already given away.
fn remaining(allowed_ppb: u64, given_ppb: u64) -> Result<u64, GradeError> {
    allowed_ppb.checked_sub(given_ppb).ok_or(GradeError::TooOften { least_ppb: given_ppb.min(PPB), allowed_ppb })
}
