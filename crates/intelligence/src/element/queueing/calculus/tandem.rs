//! End-to-end delay of one flow over servers in a row, with cross traffic that goes the whole way with it.
//!
//! Three analyses, from coarse to fine: total flow (every server by itself), separated flow (what the others leave,
//! concatenated) and pay multiplexing only once. Schmitt, Zdarsky, Martinovic, "Improving performance bounds in
//! feed-forward networks by paying multiplexing only once" (2008).

use super::curves::{RateLatency, TokenBucket};

/// In which order a server serves packets of different flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplexing {
    /// First in, first out.
    Fifo,
    /// Any order; the bound holds for each.
    Arbitrary,
}

/// Total flow analysis: the sum of every server's delay bound for all traffic in it, first in, first out. `None` when a
/// server cannot keep up.
pub fn tfa_delay(servers: &[RateLatency], flow: TokenBucket, cross: TokenBucket) -> Option<f64> {
    let mut all = flow.plus(cross);
    let mut delay = 0.0;
    for server in servers {
        delay += server.delay(all)?;
        all = all.behind(*server)?;
    }
    Some(delay)
}

/// Separated flow analysis: the flow's delay over the concatenation of what cross traffic leaves it at each server.
///
/// Cross traffic arrives at the next server as the full service of the one before lets it: the flow of interest is taken
/// to be served last, as NetCal/DNC does. `None` when a server cannot keep up.
pub fn sfa_delay(servers: &[RateLatency], flow: TokenBucket, cross: TokenBucket, order: Multiplexing) -> Option<f64> {
    let mut others = cross;
    let mut end_to_end: Option<RateLatency> = None;
    for server in servers {
        let left = match order {
            Multiplexing::Fifo => server.left_over_fifo(others)?,
            Multiplexing::Arbitrary => server.left_over(others)?,
        };
        end_to_end = Some(end_to_end.map_or(left, |before| before.then(left)));
        others = others.behind(*server)?;
    }
    end_to_end.map_or(Some(0.0), |service| service.delay(flow))
}

/// Pay multiplexing only once, for any order of service: the burst of cross traffic is met once over the whole path,
/// `T = Σ T_i + (b + r Σ T_i) / (min R_i - r)`. `None` when a server cannot keep up.
pub fn pmoo_delay(servers: &[RateLatency], flow: TokenBucket, cross: TokenBucket) -> Option<f64> {
    let whole = servers.iter().copied().reduce(RateLatency::then);
    whole.map_or(Some(0.0), |service| service.left_over(cross)?.delay(flow))
}
