//! Calls of several sizes on one resource, each kept whole or refused: Kaufman (1981) and Roberts (1981).
//!
//! `j q(j) = Σ a_k b_k q(j - b_k)` gives the distribution of occupied units in time linear in their number, and a call
//! of class k is refused in the states that leave less than `b_k + t_k` units. With every reservation `t_k` zero that is
//! exact for any distribution of call lengths. With one, it is Roberts' approximation (a class is taken to be absent
//! where it would be refused), which can be optimistic: what is sold with a reservation is graded by
//! [`reservation`](super::reservation) instead.

use super::limits::{CLASSES_MAX, UNITS_MAX};

/// Beyond this, weights are scaled down. The recursion looks back at few of them, so those that vanish do not count.
const WEIGHT_MAX: f64 = 1e200;

/// One class of calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// Offered load in erlang: arrivals per second × mean length in seconds.
    pub offered_erlang: f64,
    /// Units that one call occupies, at least 1.
    pub units: u32,
    /// Units that have to be left free behind a call of this class; 0 reserves nothing.
    pub reserved_units: u32,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LossError {
    /// Too many units to walk over.
    #[error("a resource has at most {UNITS_MAX} units")]
    TooManyUnits,
    /// None, or too many.
    #[error("1 to {CLASSES_MAX} classes share a resource")]
    Classes,
    /// A load or a size out of range.
    #[error("a class offers a finite load of 0 erlang or more, in calls of 1 unit or more")]
    Class,
    /// The exact chain would be too large.
    #[error("more than {} states; simulate instead", super::limits::STATES_MAX)]
    TooManyStates,
    /// The exact chain was not solved.
    #[error("not solved to 1e-12 within {} sweeps", super::limits::SWEEPS_MAX)]
    NotSolved,
}

/// How full a resource is, and who is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Occupancy {
    /// `q(j)`: the share of time in which j units are occupied, for j in 0..=units.
    pub distribution: Vec<f64>,
    /// The share of calls refused, by class.
    pub blocked: Vec<f64>,
    /// Mean number of calls present, by class.
    pub calls: Vec<f64>,
    /// Mean units occupied.
    pub mean_units: f64,
}

/// The occupancy of `units` shared by `classes`.
pub fn occupancy(units: u32, classes: &[Class]) -> Result<Occupancy, LossError> {
    check(units, classes)?;
    let distribution = distribution(units as usize, classes);
    let blocked: Vec<f64> = classes.iter().map(|class| refused(&distribution, *class)).collect();
    let calls = classes.iter().zip(&blocked).map(|(class, blocked)| class.offered_erlang * (1.0 - blocked)).collect();
    let mean_units = distribution.iter().zip(0_u32..).map(|(share, occupied)| share * f64::from(occupied)).sum();
    Ok(Occupancy { distribution, blocked, calls, mean_units })
}

/// What both this recursion and the exact chain ask of their input.
pub(super) fn check(units: u32, classes: &[Class]) -> Result<(), LossError> {
    if units > UNITS_MAX {
        return Err(LossError::TooManyUnits);
    }
    if classes.is_empty() || classes.len() > CLASSES_MAX {
        return Err(LossError::Classes);
    }
    let sound = |class: &Class| class.offered_erlang.is_finite() && class.offered_erlang >= 0.0 && class.units >= 1;
    if classes.iter().all(sound) { Ok(()) } else { Err(LossError::Class) }
}

fn distribution(units: usize, classes: &[Class]) -> Vec<f64> {
    let mut weights = vec![0.0; units + 1];
    let Some(first) = weights.first_mut() else { return weights };
    *first = 1.0;
    let mut occupied = 0.0;
    for j in 1..=units {
        occupied += 1.0;
        let arriving = classes.iter().filter(|class| j + class.reserved_units as usize <= units).map(|class| {
            let before = j.checked_sub(class.units as usize).map_or(0.0, |before| weights[before]);
            class.offered_erlang * f64::from(class.units) * before
        });
        weights[j] = arriving.sum::<f64>() / occupied;
        if weights[j] > WEIGHT_MAX {
            weights[..=j].iter_mut().for_each(|weight| *weight /= WEIGHT_MAX);
        }
    }
    let total: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= total;
    }
    weights
}

/// The share of time in which fewer than `units + reserved` are free.
fn refused(distribution: &[f64], class: Class) -> f64 {
    let needed = class.units as usize + class.reserved_units as usize;
    let first = distribution.len().saturating_sub(needed);
    distribution.iter().skip(first).sum::<f64>().min(1.0)
}
