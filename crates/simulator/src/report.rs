//! What a simulation ends with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A simulation in which nothing was wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What drew it.
    pub seed: u64,
    /// Its length.
    pub steps: u64,
    /// Events that became durable.
    pub events: u64,
    /// Commands that were submitted, repeats included.
    pub commands: u64,
    /// Answers that clients and the network heard.
    pub acks: u64,
    /// Answers that were durable, and that nobody heard.
    pub answers_lost: u64,
    /// Power failures.
    pub crashes: u64,
    /// Times the cell stopped by itself.
    pub stops: u64,
    /// Signing keys that were added.
    pub rotations: u64,
    /// Signing keys that were withdrawn.
    pub withdrawals: u64,
    /// Moves of devices that their promise followed.
    pub moves_followed: u64,
    /// Moves of devices to where their promise could not be kept.
    pub moves_broken: u64,
    /// Promises that one radio cell after the other keeps.
    pub handed_over: u64,
    /// Reservations of money that were given back on request.
    pub reservations_released: u64,
    /// Reservations of money that came back by themselves.
    pub reservations_expired: u64,
    /// Sales at another price than the plan's.
    pub prices_moved: u64,
    /// Moves of devices that changed nothing.
    pub moves_unmoved: u64,
    /// Problem codes, with how often each was the answer.
    pub rejections: BTreeMap<&'static str, u64>,
    /// Simulated time, ms.
    pub simulated_ms: u64,
    /// Hash of the final state.
    pub state_hash: String,
}

/// A simulation in which something was wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("seed {seed}, step {step}: {what}\n  again: tessera simulate --seeds 1 --from {seed} --steps {steps}")]
pub struct Failure {
    /// What drew it.
    pub seed: u64,
    /// Where it was found.
    pub step: u64,
    /// How long it was to be.
    pub steps: u64,
    /// What is wrong.
    pub what: String,
}

/// Many reports as one.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// How many.
    pub seeds: u64,
    /// Their sums.
    pub total: Report,
}

impl Summary {
    /// Adds one.
    pub fn add(&mut self, report: &Report) {
        self.seeds += 1;
        let total = &mut self.total;
        total.steps += report.steps;
        total.events += report.events;
        total.commands += report.commands;
        total.acks += report.acks;
        total.answers_lost += report.answers_lost;
        total.crashes += report.crashes;
        total.stops += report.stops;
        total.rotations += report.rotations;
        total.withdrawals += report.withdrawals;
        total.handed_over += report.handed_over;
        total.reservations_released += report.reservations_released;
        total.reservations_expired += report.reservations_expired;
        total.prices_moved += report.prices_moved;
        total.moves_followed += report.moves_followed;
        total.moves_broken += report.moves_broken;
        total.moves_unmoved += report.moves_unmoved;
        total.simulated_ms += report.simulated_ms;
        for (code, count) in &report.rejections {
            *total.rejections.entry(code).or_default() += count;
        }
    }

    /// The problem codes that were reached.
    pub fn codes(&self) -> BTreeSet<&'static str> {
        self.total.rejections.keys().copied().collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "seed {}: {} steps, {} s simulated, {} commands, {} events, {} answers heard, {} lost, {} crashes, {} stops, \
             {} keys added, {} withdrawn, {} moves followed, {} broken, {} problem codes, state {}",
            self.seed,
            self.steps,
            self.simulated_ms / 1_000,
            self.commands,
            self.events,
            self.acks,
            self.answers_lost,
            self.crashes,
            self.stops,
            self.rotations,
            self.withdrawals,
            self.moves_followed,
            self.moves_broken,
            self.rejections.len(),
            self.state_hash.get(..16).unwrap_or(&self.state_hash),
        )
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = &self.total;
        writeln!(
            f,
            "{} seeds, {} steps, {} h simulated: {} commands, {} events, {} answers heard, {} lost, {} crashes, {} stops, \
             {} keys added, {} withdrawn, {} moves followed, {} broken, {} without effect, {} handed over, {} prices moved",
            self.seeds,
            total.steps,
            total.simulated_ms / 3_600_000,
            total.commands,
            total.events,
            total.acks,
            total.answers_lost,
            total.crashes,
            total.stops,
            total.rotations,
            total.withdrawals,
            total.moves_followed,
            total.moves_broken,
            total.moves_unmoved,
            total.handed_over,
            total.prices_moved,
        )?;
        total.rejections.iter().try_for_each(|(code, count)| writeln!(f, "  {code:<28} {count:>8}"))
    }
}
