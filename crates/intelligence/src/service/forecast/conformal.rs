//! Conformal quantiles of past errors.

use super::limits::SCORES_MAX;
use crate::number::{ceil, real};
use std::collections::VecDeque;
use types::PPM;

/// The rank, counted from 1, of the score that bounds the next one with probability `1 - alpha` among `n` exchangeable
/// ones: `⌈(n + 1)(1 - α)⌉`. Over `n` when so few scores bound nothing.
pub fn rank(n: usize, alpha: f64) -> u64 {
    // A hair is taken off, so that a product that is whole in exact arithmetic stays so.
    ceil((real(n as u64) + 1.0) * (1.0 - alpha) - 1e-9)
}

/// The last scores, in their order and sorted.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    recent: VecDeque<f64>,
    sorted: Vec<f64>,
}

impl Scores {
    /// Takes a score in, and the oldest out when there are too many. One that is no number is passed over.
    pub fn push(&mut self, score: f64) {
        if score.is_nan() {
            return;
        }
        if self.recent.len() == SCORES_MAX
            && let Some(oldest) = self.recent.pop_front()
        {
            let at = self.sorted.partition_point(|kept| kept.total_cmp(&oldest).is_lt());
            self.sorted.remove(at);
        }
        self.recent.push_back(score);
        let at = self.sorted.partition_point(|kept| kept.total_cmp(&score).is_lt());
        self.sorted.insert(at, score);
    }

    /// Are they `least` at least, and enough to bound the next one with probability `1 - alpha`?
    pub fn suffice(&self, least: usize, alpha: f64) -> bool {
        let count = self.sorted.len();
        count >= least && rank(count, alpha) <= count as u64
    }

    /// The score that bounds the next one with probability `1 - alpha`: infinite when no score kept does, minus infinite
    /// when nothing has to be bounded.
    pub fn quantile(&self, alpha: f64) -> f64 {
        let Some(index) = rank(self.sorted.len(), alpha).checked_sub(1) else { return f64::NEG_INFINITY };
        usize::try_from(index).ok().and_then(|index| self.sorted.get(index)).copied().unwrap_or(f64::INFINITY)
    }
}

/// The level that makes a bound be exceeded as often as it should: `ln α ← ln α + γ (α* - exceeded)`.
///
/// Adaptive conformal inference moves α itself. Its outcomes come a day late here, 288 at a time and alike, so that one bad
/// day takes α far below 0, where nothing but everything is bound enough, for weeks; on a synthetic load the bound was
/// nominal in 56 to 91 % of the slots. On a logarithmic scale it stays positive and the argument is the same: what the
/// share of exceeded bounds is off by, times γ and the number of outcomes, is how far ln α has moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    target: f64,
    ln_alpha: f64,
    step: f64,
}

impl Level {
    /// Starts at `1 - quantile` and moves by `gamma_ppm` an outcome; 0 never moves, which is split conformal.
    pub fn new(quantile_ppm: u64, gamma_ppm: u64) -> Self {
        let target = real(PPM.saturating_sub(quantile_ppm)) / real(PPM);
        Self { target, ln_alpha: target.ln(), step: real(gamma_ppm) / real(PPM) }
    }

    /// Takes in whether a bound was exceeded.
    pub fn learn(&mut self, outcome: Outcome) {
        let exceeded = if outcome == Outcome::Exceeded { 1.0 } else { 0.0 };
        self.ln_alpha = (self.ln_alpha + self.step * (self.target - exceeded)).min(0.0);
    }

    /// The level to take quantiles at, over 0 and at most 1.
    pub fn alpha(self) -> f64 {
        self.ln_alpha.exp()
    }
}

/// What became of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The load stayed within it.
    Within,
    /// The load exceeded it.
    Exceeded,
}
