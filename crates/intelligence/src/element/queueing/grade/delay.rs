//! Objectives of delay and of rate.
//!
//! The budget of delay is first spent on what cannot be bought (propagation, schedulers, queues of a fixed design); the
//! rest, and the rest of ε, is split evenly among the resources that take what they are given. An even split is not the
//! cheapest one, but it depends on nothing else and never on load.

use super::super::bandwidth::Source;
use super::super::certify::epsilon_ppb;
use super::super::sharing;
use super::hop::{Delay, Hop, Law, curve_kbps, pooled_kbps, reserved_kbps};
use super::{Compiled, Demand, Grade, GradeError, check_hops, remaining};
use crate::number::real;
use types::{PPB, PPM};

/// The traffic of one device under an offering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Sustained rate in kbit/s, which is also what it is policed to.
    pub rate_kbps: u64,
    /// What it may send at once, in bytes.
    pub burst_bytes: u32,
    /// Mean packet in bytes.
    pub packet_bytes: u32,
}

/// What every resource has to give so that a share `percentile_ppm` of a flow's packets arrives within `delay_us`.
///
/// At 1,000,000 ppm no packet may be late, which only [`Law::Curve`] can promise. A curve behind a resource of another law
/// counts as statistical too: its bound is on traffic as it was policed, which nothing bounds after a random delay. Where
/// a resource's samples refute its law, the samples take its place.
pub fn compile_delay<C: Copy>(
    flow: Flow,
    delay_us: u64,
    percentile_ppm: u64,
    path: &[Hop<C>],
) -> Result<Compiled<C>, GradeError> {
    check(flow, path, percentile_ppm)?;
    let allowed_ppb = (PPM - percentile_ppm) * (PPB / PPM);
    let mut path = path.to_vec();
    // Each round replaces one law by samples, which nothing refutes.
    loop {
        let shares = split(&path, delay_us, allowed_ppb)?;
        let refuted = |(hop, share): (&Hop<C>, &Delay)| hop.refuted_by(flow.rate_kbps, *share);
        let Some((at, seen)) =
            path.iter().zip(&shares).map(refuted).zip(0_usize..).find_map(|(seen, at)| Some((at, seen?)))
        else {
            return reserve(flow, &path, &shares);
        };
        path[at].law = Law::Measured(seen);
    }
}

/// What every resource has to give so that a flow has its rate for a share `percentile_ppm` of the time. Samples count
/// the spans in which it had less; their delay is not looked at.
pub fn compile_rate<C: Copy>(flow: Flow, percentile_ppm: u64, path: &[Hop<C>]) -> Result<Compiled<C>, GradeError> {
    check(flow, path, percentile_ppm)?;
    let mut given_ppb = 0_u64;
    let hops = path.iter().enumerate().map(|(at, hop)| {
        let sampled_ppb = if let Law::Measured(seen) = hop.law { seen.evidence.late_ppb_max() } else { 0 };
        check_rate(flow.rate_kbps, hop, at)?;
        let hard = matches!(hop.law, Law::Curve { .. });
        let demand = demand(hop, flow.rate_kbps, sampled_ppb, if hard { Grade::Hard } else { Grade::Statistical });
        given_ppb = given_ppb.saturating_add(demand.epsilon_ppb);
        Ok((hop.class, demand))
    });
    let hops = hops.collect::<Result<_, _>>()?;
    remaining((PPM - percentile_ppm) * (PPB / PPM), given_ppb)?;
    Ok(Compiled { hops })
}

fn check<C>(flow: Flow, path: &[Hop<C>], percentile_ppm: u64) -> Result<(), GradeError> {
    check_hops(path.len())?;
    if !(1..=PPM).contains(&percentile_ppm) || flow.rate_kbps == 0 || flow.packet_bytes == 0 {
        return Err(GradeError::Objective);
    }
    path.iter().zip(0..).try_for_each(|(hop, at)| hop.check(at))
}

fn check_rate<C>(kbps: u64, hop: &Hop<C>, at: usize) -> Result<(), GradeError> {
    let capacity_kbps = hop.capacity_kbps();
    match hop.law {
        _ if kbps <= capacity_kbps => Ok(()),
        Law::Measured(_) => Err(GradeError::NotMeasured { hop: at, measured_kbps: capacity_kbps, kbps }),
        _ => Err(GradeError::Exceeds { hop: at, capacity_kbps }),
    }
}

/// How many resources at the start bound every packet: what comes behind them is no longer as it was policed.
fn undisturbed<C>(path: &[Hop<C>]) -> usize {
    path.iter().take_while(|hop| matches!(hop.law, Law::Curve { .. }) && hop.outage_ppb == 0).count()
}

/// Each resource's part of the budget, what its law fixes included; what passes unloaded is not.
fn split<C>(path: &[Hop<C>], budget_us: u64, allowed_ppb: u64) -> Result<Vec<Delay>, GradeError> {
    let hard = undisturbed(path);
    let fixed: Vec<_> = path.iter().map(Hop::fixed).collect();
    let sum = |given: fn(&Delay) -> u64| fixed.iter().flatten().map(given).fold(0, u64::saturating_add);
    let unloaded_us = path.iter().map(Hop::unloaded_us).fold(sum(|fixed| fixed.delay_us), u64::saturating_add);
    let outages_ppb = path.iter().map(|hop| hop.outage_ppb).fold(sum(|fixed| fixed.epsilon_ppb), u64::saturating_add);
    let takers = fixed.iter().filter(|fixed| fixed.is_none()).count() as u64;
    let unsure = takers - hard as u64;
    let slow = GradeError::TooSlow { latency_us: unloaded_us, budget_us };
    let delay_us = budget_us.checked_sub(unloaded_us).ok_or(slow)?.checked_div(takers).unwrap_or(0);
    let epsilon_ppb = remaining(allowed_ppb, outages_ppb)?.checked_div(unsure).unwrap_or(0);
    if takers > 0 && delay_us == 0 {
        return Err(slow);
    }
    if unsure > 0 && epsilon_ppb == 0 {
        return Err(GradeError::TooOften { least_ppb: outages_ppb.saturating_add(unsure), allowed_ppb });
    }
    let share =
        |at: usize| if at < hard { Delay { delay_us, epsilon_ppb: 0 } } else { Delay { delay_us, epsilon_ppb } };
    Ok(fixed.into_iter().zip(0..).map(|(fixed, at)| fixed.unwrap_or_else(|| share(at))).collect())
}

fn reserve<C: Copy>(flow: Flow, path: &[Hop<C>], shares: &[Delay]) -> Result<Compiled<C>, GradeError> {
    let hard = undisturbed(path);
    let curves_us = shares.iter().take(hard).map(|share| share.delay_us).sum();
    let hops = path.iter().zip(shares).enumerate().map(|(at, (hop, share))| {
        check_rate(flow.rate_kbps, hop, at)?;
        if at >= hard {
            let (kbps, epsilon_ppb) = statistical(flow, hop, *share, at)?;
            return Ok((hop.class, demand(hop, kbps, epsilon_ppb, Grade::Statistical)));
        }
        // Curves in a row are one curve: the burst is paid once, out of all of their shares.
        let kbps = curve_kbps(flow.rate_kbps, u64::from(flow.burst_bytes) * 8, curves_us, hop.capacity_kbps());
        let kbps = kbps.ok_or(GradeError::Exceeds { hop: at, capacity_kbps: hop.capacity_kbps() })?;
        Ok((hop.class, demand(hop, kbps, 0, Grade::Hard)))
    });
    Ok(Compiled { hops: hops.collect::<Result<_, _>>()? })
}

/// The rate in kbit/s that a resource has to give for its share, and the ε that then holds.
fn statistical<C>(flow: Flow, hop: &Hop<C>, share: Delay, at: usize) -> Result<(u64, u64), GradeError> {
    let packet_bits = f64::from(flow.packet_bytes) * 8.0;
    let source = Source::Packets { mean_bps: real(flow.rate_kbps) * 1e3, packet_bits };
    let capacity_kbps = hop.capacity_kbps();
    let kbps = match hop.law {
        Law::Curve { .. } | Law::Reserved { .. } => {
            reserved_kbps(&source, share.delay_us, share.epsilon_ppb, capacity_kbps)
        }
        Law::Pooled { .. } => Some(pooled_kbps(&source, capacity_kbps, share)).filter(|kbps| *kbps <= capacity_kbps),
        Law::Shared { utilisation_ppm, .. } => {
            let service_s = packet_bits / (real(capacity_kbps) * 1e3);
            let tail = sharing::tail_at_most(service_s, real(utilisation_ppm) / real(PPM), real(share.delay_us) / 1e6);
            let late_ppb = tail.map_or(PPB, epsilon_ppb);
            return if late_ppb <= share.epsilon_ppb {
                Ok((flow.rate_kbps, late_ppb))
            } else {
                Err(GradeError::TooOften { least_ppb: late_ppb, allowed_ppb: share.epsilon_ppb })
            };
        }
        Law::Measured(_) => Some(flow.rate_kbps),
    };
    kbps.map(|kbps| (kbps, share.epsilon_ppb)).ok_or(GradeError::Exceeds { hop: at, capacity_kbps })
}

/// What a resource has to give, at the weakest of what is said of it: by its law, by its outage, by being measured.
fn demand<C>(hop: &Hop<C>, kbps: u64, epsilon_ppb: u64, lawful: Grade) -> Demand {
    let grade = match hop.law {
        Law::Measured(_) => Grade::Empirical,
        _ if hop.outage_ppb > 0 => Grade::Statistical.max(lawful),
        _ => lawful,
    };
    Demand { units: hop.tariff.units(kbps), epsilon_ppb: epsilon_ppb.saturating_add(hop.outage_ppb), grade }
}
