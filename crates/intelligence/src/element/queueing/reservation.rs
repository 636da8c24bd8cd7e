//! Bandwidth reservation solved exactly: the Markov chain of how many calls of each class are present.
//!
//! Arrivals are Poisson and lengths exponential with one mean, so a state is a vector of call counts. With a reservation
//! the chain is not reversible and has no product form; it is solved by Gauss-Seidel sweeps over the balance equations.
//! The number of states grows with the product of the counts, hence small resources only
//! ([`STATES_MAX`]).

use super::kaufman_roberts::{Class, LossError, check};
use super::limits::{STATES_MAX, SWEEPS_MAX};
use crate::number::real;
use std::collections::{BTreeMap, BTreeSet};

/// Sweeps end when no probability moves by more than this.
const MOVED_MAX: f64 = 1e-12;

/// The share of calls refused, by class.
pub fn blocked(units: u32, classes: &[Class]) -> Result<Vec<f64>, LossError> {
    let chain = Chain::build(units, classes)?;
    let shares = chain.solve()?;
    let refused = |k: usize| {
        let states = chain.states.iter().zip(&shares);
        states.filter(|(state, _)| state.up[k].is_none()).map(|(_, share)| share).sum()
    };
    Ok((0..classes.len()).map(refused).collect())
}

/// A state's neighbours, by class. A call of a class always leaves to the state below, and comes only where admitted.
struct State {
    up: Vec<Option<usize>>,
    down: Vec<Option<(usize, f64)>>,
}

struct Chain<'a> {
    classes: &'a [Class],
    states: Vec<State>,
}

impl<'a> Chain<'a> {
    fn build(units: u32, classes: &'a [Class]) -> Result<Self, LossError> {
        check(units, classes)?;
        let counts = reachable(units, classes)?;
        let index: BTreeMap<&[u32], usize> = counts.iter().map(Vec::as_slice).zip(0..).collect();
        let states = counts.iter().map(|count| {
            let up = (0..classes.len()).map(|k| {
                let admitted =
                    free(units, classes, count) >= u64::from(classes[k].units) + u64::from(classes[k].reserved_units);
                let more = with(count, k, count[k] + 1);
                if admitted { index.get(more.as_slice()).copied() } else { None }
            });
            let down = (0..classes.len()).map(|k| {
                let fewer = with(count, k, count[k].checked_sub(1)?);
                Some((*index.get(fewer.as_slice())?, f64::from(count[k])))
            });
            State { up: up.collect(), down: down.collect() }
        });
        Ok(Self { classes, states: states.collect() })
    }

    /// Outflow of a state = inflow: from below at the class's load where the state below admits it, from above at the
    /// count above.
    fn solve(&self) -> Result<Vec<f64>, LossError> {
        let above = self.above();
        let n = self.states.len();
        let mut shares = vec![1.0 / real(n as u64); n];
        for _ in 0..SWEEPS_MAX {
            let mut moved = 0.0_f64;
            for (at, state) in self.states.iter().enumerate() {
                let next = self.balance(at, state, &above, &shares);
                moved = moved.max((next - shares[at]).abs());
                shares[at] = next;
            }
            let total: f64 = shares.iter().sum();
            for share in &mut shares {
                *share /= total;
            }
            if moved < MOVED_MAX {
                return Ok(shares);
            }
        }
        Err(LossError::NotSolved)
    }

    fn balance(&self, at: usize, state: &State, above: &[Vec<(usize, f64)>], shares: &[f64]) -> f64 {
        let mut leaves = 0.0;
        let mut enters = 0.0;
        for (k, class) in self.classes.iter().enumerate() {
            if state.up[k].is_some() {
                leaves += class.offered_erlang;
            }
            if let Some((below, calls)) = state.down[k] {
                leaves += calls;
                if self.states[below].up[k] == Some(at) {
                    enters += class.offered_erlang * shares[below];
                }
            }
        }
        enters += above[at].iter().map(|(from, calls)| calls * shares[*from]).sum::<f64>();
        if leaves > 0.0 { enters / leaves } else { shares[at] }
    }

    /// For every state, those that a departing call leaves for it, with how many calls may depart.
    fn above(&self) -> Vec<Vec<(usize, f64)>> {
        let mut above = vec![Vec::new(); self.states.len()];
        for (at, state) in self.states.iter().enumerate() {
            for (below, calls) in state.down.iter().flatten() {
                above[*below].push((at, *calls));
            }
        }
        above
    }
}

/// Every vector of counts that an empty resource can get to, in the order of how it was found.
fn reachable(units: u32, classes: &[Class]) -> Result<Vec<Vec<u32>>, LossError> {
    let mut found = vec![vec![0; classes.len()]];
    let mut seen: BTreeSet<Vec<u32>> = found.iter().cloned().collect();
    let mut at = 0;
    while let Some(count) = found.get(at).cloned() {
        for (k, class) in classes.iter().enumerate() {
            let needed = u64::from(class.units) + u64::from(class.reserved_units);
            let more = with(&count, k, count[k] + 1);
            if class.offered_erlang > 0.0 && free(units, classes, &count) >= needed && seen.insert(more.clone()) {
                found.push(more);
            }
        }
        if found.len() > STATES_MAX {
            return Err(LossError::TooManyStates);
        }
        at += 1;
    }
    Ok(found)
}

fn free(units: u32, classes: &[Class], count: &[u32]) -> u64 {
    let occupied: u64 =
        classes.iter().zip(count).map(|(class, calls)| u64::from(class.units) * u64::from(*calls)).sum();
    u64::from(units).saturating_sub(occupied)
}

fn with(count: &[u32], k: usize, calls: u32) -> Vec<u32> {
    let mut changed = count.to_vec();
    changed[k] = calls;
    changed
}
