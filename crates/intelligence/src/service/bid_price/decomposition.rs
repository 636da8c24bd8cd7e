//! Dynamic programming over the units of one resource, the others at their bid prices.
//!
//! For resource i each product that uses it earns `f_j = r_j - Σ_{k≠i} a_kj π_k`: what is left when the others are paid
//! for. One resource alone is small enough for the exact recursion over time and units left,
//! `v_t(x) = v_{t+1}(x) + Σ_j p_jt max(0, f_j - (v_{t+1}(x) - v_{t+1}(x - a_ij)))`, of which the differences are bid
//! prices that rise as units run out and fall as time does (Talluri and van Ryzin 2004, section 3.4.4). For any prices π
//! of the others its value bounds every policy's.

use super::limits::MOMENTS_MAX;
use super::problem::{BidPriceError, Problem};
use super::table::{Grain, Row, TABLE_VERSION, Table};
use crate::number::{ceil, real};

/// A step that expects more requests than one is cut in parts that expect this many: one comes in a part or none, so the
/// finer the parts, the nearer they are to requests that come independently.
const PART_REQUESTS: f64 = 0.5;

/// What the recursion for one resource depends on, beside its capacity: products that use it and earn something there,
/// fewest units first, then dearest.
pub(super) type Shares = Vec<Share>;

/// One product, as one resource sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) units: u64,
    /// What it earns when the other resources are paid for, in ppm of a minor unit.
    pub(super) fare_ppm: u64,
    pub(super) product: usize,
}

/// One resource, decomposed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leg {
    pub(super) table: Table,
    /// What its capacity is worth at the start, in ppm of a minor unit.
    pub(super) value_ppm: f64,
}

/// How one resource sees its `users`, at a price of its own of `bid_ppm` in their `margins`.
pub(super) fn shares(users: &[(usize, u64)], margins_ppm: &[i128], bid_ppm: u64) -> Shares {
    let share = |&(product, units): &(usize, u64)| {
        let fare = margins_ppm[product] + i128::from(bid_ppm) * i128::from(units);
        let fare_ppm = u64::try_from(fare).ok().filter(|fare| *fare > 0)?;
        Some(Share { units, fare_ppm, product })
    };
    let mut shares: Shares = users.iter().filter_map(share).collect();
    shares.sort_by_key(|share| (share.units, std::cmp::Reverse(share.fare_ppm), share.product));
    shares
}

/// Walks one resource from the last step to the first.
pub(super) fn walk(problem: &Problem, resource: usize, shares: &Shares, grain: Grain) -> Result<Leg, BidPriceError> {
    let capacity = problem.capacity[resource];
    let mut ladders: Vec<Ladder> = shares.chunk_by(|one, other| one.units == other.units).map(Ladder::new).collect();
    // What 0 to all units are worth at the end of the step that is looked at.
    let mut values = vec![0.0; usize::try_from(capacity).expect("checked: few units") + 1];
    let mut rows = Vec::with_capacity(problem.steps.div_ceil(grain.steps_per_row));
    let mut moments = 0_u64;
    for step in (0..problem.steps).rev() {
        if step % grain.steps_per_row == 0 {
            rows.push(Row::of(step, &values, grain.tolerance_ppm));
        }
        let requests: f64 = shares.iter().map(|share| problem.products[share.product].requests[step]).sum();
        let parts = parts(requests);
        moments = moments.saturating_add(parts.saturating_mul(capacity));
        if moments > MOMENTS_MAX {
            return Err(BidPriceError::TooFine(resource));
        }
        for ladder in &mut ladders {
            ladder.expect(problem, step, parts);
        }
        for _ in 0..parts {
            step_back(&mut values, &mut ladders);
        }
    }
    rows.reverse();
    let table = Table { version: TABLE_VERSION, steps: problem.steps, rows };
    Ok(Leg { table, value_ppm: values.last().copied().unwrap_or(0.0) })
}

/// In how many parts a step is walked, so that at most one request is expected in each.
fn parts(requests: f64) -> u64 {
    if requests > 1.0 { ceil(requests / PART_REQUESTS) } else { u64::from(requests > 0.0) }
}

/// One part earlier, in place: from the most units down, since a value depends on those of fewer.
fn step_back(values: &mut [f64], ladders: &mut [Ladder]) {
    for ladder in &mut *ladders {
        ladder.taken = 0;
    }
    for left in (1..values.len()).rev() {
        let (below, at) = values.split_at_mut(left);
        let worth: f64 = ladders.iter_mut().map(|ladder| ladder.gain(below, at[0])).sum();
        at[0] += worth;
    }
}

/// Products that take equally many units, dearest first: which are worth selling is then a prefix.
struct Ladder {
    units: usize,
    products: Vec<usize>,
    fares: Vec<f64>,
    /// Of the first 0, 1, 2… products together: the probability of a request in a part, and that times their fares.
    chance: Vec<f64>,
    worth: Vec<f64>,
    /// How many were worth selling where it was asked last; the next answer is near.
    taken: usize,
}

impl Ladder {
    fn new(shares: &[Share]) -> Self {
        Self {
            units: shares.first().and_then(|share| usize::try_from(share.units).ok()).unwrap_or(usize::MAX),
            products: shares.iter().map(|share| share.product).collect(),
            fares: shares.iter().map(|share| real(share.fare_ppm)).collect(),
            chance: vec![0.0; shares.len() + 1],
            worth: vec![0.0; shares.len() + 1],
            taken: 0,
        }
    }

    /// Turns to a step that is walked in so many parts.
    fn expect(&mut self, problem: &Problem, step: usize, parts: u64) {
        let share = 1.0 / real(parts.max(1));
        for (number, (product, fare)) in self.products.iter().zip(&self.fares).enumerate() {
            let chance = problem.products[*product].requests[step] * share;
            self.chance[number + 1] = self.chance[number] + chance;
            self.worth[number + 1] = self.worth[number] + chance * fare;
        }
    }

    /// What requests of one part add where `value` is that of the units left, and `below` those of fewer.
    fn gain(&mut self, below: &[f64], value: f64) -> f64 {
        let Some(after) = below.len().checked_sub(self.units) else { return 0.0 };
        let displaced = value - below[after];
        while self.fares.get(self.taken).is_some_and(|fare| *fare > displaced) {
            self.taken += 1;
        }
        while self.taken > 0 && self.fares[self.taken - 1] <= displaced {
            self.taken -= 1;
        }
        self.worth[self.taken] - self.chance[self.taken] * displaced
    }
}
