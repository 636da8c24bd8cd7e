//! Objectives of blocking: how many calls, sessions or slices may be refused.

use super::super::certify::epsilon_ppb;
use super::super::kaufman_roberts::{Class, occupancy};
use super::super::reservation;
use super::{Compiled, Demand, Grade, GradeError, check_hops, remaining};

/// The exact chain is solved by iteration, and what it leaves undone is far below this, in ppb.
const UNSOLVED_PPB: u64 = 1;

/// A resource that takes a call whole or refuses it.
#[derive(Clone, Debug, PartialEq)]
pub struct LossHop<C> {
    /// Its class in the core's table.
    pub class: C,
    /// Its units.
    pub units: u32,
    /// Who shares it, the offering included.
    pub classes: Vec<Class>,
    /// Which of these is the offering.
    pub sold: usize,
}

/// What every resource has to give so that at most `blocked_ppb` of an offering's calls are refused along the path. A
/// call refused anywhere is refused, so the shares add up.
///
/// A resource with a reservation is solved exactly, and refused where that takes too many states: the fast recursion is
/// optimistic there.
pub fn compile_blocking<C: Copy>(blocked_ppb: u64, path: &[LossHop<C>]) -> Result<Compiled<C>, GradeError> {
    check_hops(path.len())?;
    let mut given_ppb = 0_u64;
    let hops = path.iter().enumerate().map(|(at, hop)| {
        let Some(class) = hop.classes.get(hop.sold) else {
            return Err(GradeError::Invalid { hop: at, expected: "the offering is one of the classes that share it" });
        };
        let epsilon_ppb = refused_ppb(hop, at)?;
        given_ppb = given_ppb.saturating_add(epsilon_ppb);
        Ok((hop.class, Demand { units: u64::from(class.units), epsilon_ppb, grade: Grade::Statistical }))
    });
    let hops = hops.collect::<Result<_, _>>()?;
    remaining(blocked_ppb, given_ppb)?;
    Ok(Compiled { hops })
}

fn refused_ppb<C>(hop: &LossHop<C>, at: usize) -> Result<u64, GradeError> {
    let exact = hop.classes.iter().any(|class| class.reserved_units > 0);
    let (blocked, unsolved_ppb) = if exact {
        (reservation::blocked(hop.units, &hop.classes), UNSOLVED_PPB)
    } else {
        (occupancy(hop.units, &hop.classes).map(|occupancy| occupancy.blocked), 0)
    };
    let blocked = blocked.map_err(|error| GradeError::Loss { hop: at, error })?;
    Ok(epsilon_ppb(blocked.get(hop.sold).copied().unwrap_or(1.0)).saturating_add(unsolved_ppb))
}
