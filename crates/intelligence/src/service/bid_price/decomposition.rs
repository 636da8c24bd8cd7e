//! Dynamic programming over the units of one resource, the others at their bid prices.
//!
//! For resource i each product that uses it earns `f_j = r_j - Σ_{k≠i} a_kj π_k`: what is left when the others are paid
//! for. One resource alone is small enough for the exact recursion over time and units left,
//! `v_t(x) = v_{t+1}(x) + Σ_j p_jt max(0, f_j - (v_{t+1}(x) - v_{t+1}(x - a_ij)))`, of which the differences are bid
//! prices that rise as units run out and fall as time does (Talluri and van Ryzin 2004, section 3.4.4). For any prices π
//! of the others its value bounds every policy's.

use super::limits::MOMENTS_MAX;
use super::problem::{BidPriceError, Problem};
use super::table::{Grain, Row, Run, TABLE_VERSION, Table};
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
    /// What its capacity is worth at the start, in ppm of a minor unit; infinite where it was not walked.
    pub(super) value_ppm: f64,
    /// The price of the linear program, where that is all.
    pub(super) linear_ppm: Option<u64>,
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

/// Walks one resource from the last step to the first; where that would take too long, `bid_ppm` is the price of all units.
pub(super) fn walk(
    problem: &Problem,
    (resource, bid_ppm): (usize, u64),
    shares: &Shares,
    grain: Grain,
) -> Result<Leg, BidPriceError> {
    let capacity = problem.capacity[resource];
    let moments = moments(problem, capacity, shares);
    if moments > grain.moments_max {
        return Ok(Leg::linear(problem, bid_ppm));
    }
    if moments > MOMENTS_MAX {
        return Err(BidPriceError::TooFine(resource));
    }
    let mut ladders: Vec<Ladder> = shares.chunk_by(|one, other| one.units == other.units).map(Ladder::new).collect();
    let mut values = Values::new(usize::try_from(capacity).expect("checked: few units"));
    let mut rows = Vec::with_capacity(problem.steps.div_ceil(grain.steps_per_row));
    for step in (0..problem.steps).rev() {
        if step % grain.steps_per_row == 0 {
            rows.push(Row::of(step, values.all(), grain.tolerance_ppm));
        }
        let parts = parts(requests(problem, shares, step));
        for ladder in &mut ladders {
            ladder.expect(problem, step, parts);
        }
        for _ in 0..parts {
            values.step_back(&mut ladders);
        }
    }
    rows.reverse();
    let table = Table { version: TABLE_VERSION, steps: problem.steps, rows };
    Ok(Leg { table, value_ppm: values.all().last().copied().unwrap_or(0.0), linear_ppm: None })
}

impl Leg {
    fn linear(problem: &Problem, unit_ppm: u64) -> Self {
        let row = Row { from_step: 0, runs: vec![Run { from_left: 1, unit_ppm }] };
        let table = Table { version: TABLE_VERSION, steps: problem.steps, rows: vec![row] };
        Self { table, value_ppm: f64::INFINITY, linear_ppm: Some(unit_ppm) }
    }
}

/// Units times parts of steps.
fn moments(problem: &Problem, capacity: u64, shares: &Shares) -> u64 {
    let steps = (0..problem.steps).map(|step| parts(requests(problem, shares, step)));
    steps.map(|parts| parts.saturating_mul(capacity)).fold(0, u64::saturating_add)
}

fn requests(problem: &Problem, shares: &Shares, step: usize) -> f64 {
    shares.iter().map(|share| problem.products[share.product].requests[step]).sum()
}

/// In how many parts a step is walked, so that at most one request is expected in each.
fn parts(requests: f64) -> u64 {
    if requests > 1.0 { ceil(requests / PART_REQUESTS) } else { u64::from(requests > 0.0) }
}

/// What 0 to all units are worth at one moment.
///
/// More than can still be asked for is worth no more: from `flat` on all values are one, and only the first of them is
/// kept up. That is exact to the bit, as equal values would be added to equally.
struct Values {
    units: Vec<f64>,
    flat: usize,
}

impl Values {
    /// At the end, when nothing is worth anything.
    fn new(capacity: usize) -> Self {
        Self { units: vec![0.0; capacity + 1], flat: 0 }
    }

    /// All of them, by units.
    fn all(&mut self) -> &[f64] {
        let flat = self.units[self.flat];
        self.units[self.flat..].fill(flat);
        &self.units
    }

    /// One part earlier, in place: from the most units down, since a value depends on those of fewer.
    fn step_back(&mut self, ladders: &mut [Ladder]) {
        let widest = ladders.iter().map(|ladder| ladder.units).max().unwrap_or(0);
        // What takes more than there is changes nothing.
        let last = self.flat.saturating_add(widest).min(self.units.len() - 1);
        let flat = self.units[self.flat];
        self.units[self.flat..=last].fill(flat);
        for ladder in &mut *ladders {
            ladder.turn(0.0);
        }
        for left in (1..=last).rev() {
            let (below, at) = self.units.split_at_mut(left);
            let worth: f64 = ladders.iter_mut().map(|ladder| ladder.gain(below, at[0])).sum();
            at[0] += worth;
        }
        let top = self.units[last].to_bits();
        let before = self.units[..last].iter().rev().take_while(|value| value.to_bits() == top).count();
        self.flat = last - before;
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
    /// Which of them are worth selling where it was asked last; the next answer is near, and mostly the same.
    taken: Taken,
}

/// A prefix of a ladder.
#[derive(Clone, Copy)]
struct Taken {
    products: usize,
    /// It is the right one while what is displaced is worth at least the next one's fare, and less than its last one's.
    from: f64,
    below: f64,
    chance: f64,
    worth: f64,
}

impl Ladder {
    fn new(shares: &[Share]) -> Self {
        Self {
            units: shares.first().and_then(|share| usize::try_from(share.units).ok()).unwrap_or(usize::MAX),
            products: shares.iter().map(|share| share.product).collect(),
            fares: shares.iter().map(|share| real(share.fare_ppm)).collect(),
            chance: vec![0.0; shares.len() + 1],
            worth: vec![0.0; shares.len() + 1],
            taken: Taken { products: 0, from: 0.0, below: 0.0, chance: 0.0, worth: 0.0 },
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
        if displaced < self.taken.from || displaced >= self.taken.below {
            self.turn(displaced);
        }
        self.taken.worth - self.taken.chance * displaced
    }

    /// Takes the products that earn more than is displaced.
    fn turn(&mut self, displaced: f64) {
        let mut products = self.taken.products;
        while self.fares.get(products).is_some_and(|fare| *fare > displaced) {
            products += 1;
        }
        while products > 0 && self.fares[products - 1] <= displaced {
            products -= 1;
        }
        self.taken = Taken {
            products,
            from: self.fares.get(products).copied().unwrap_or(f64::NEG_INFINITY),
            below: products.checked_sub(1).map_or(f64::INFINITY, |last| self.fares[last]),
            chance: self.chance[products],
            worth: self.worth[products],
        };
    }
}
