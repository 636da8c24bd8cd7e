//! Erlang's two formulas: calls lost (B) and calls that wait (C) on `n` servers offered `A` erlang.

use super::limits::UNITS_MAX;
use crate::number::real;

/// The share of calls that find all `servers` busy and are lost: `B(n) = A B(n-1) / (n + A B(n-1))`, `B(0) = 1`.
///
/// Every step keeps B within 0..=1, so no number of servers overflows it. `None` for a load that is no load.
pub fn blocked(offered_erlang: f64, servers: u32) -> Option<f64> {
    is_load(offered_erlang).then(|| {
        (1..=servers).fold(1.0, |blocked, n| {
            let carried = offered_erlang * blocked;
            carried / (f64::from(n) + carried)
        })
    })
}

/// The share of calls that have to wait: `C = n B / (n - A (1 - B))`. `None` for a load that `servers` cannot carry.
pub fn waits(offered_erlang: f64, servers: u32) -> Option<f64> {
    let n = f64::from(servers);
    if offered_erlang >= n {
        return None;
    }
    blocked(offered_erlang, servers).map(|b| n * b / (n - offered_erlang * (1.0 - b)))
}

/// The fewest servers that lose at most `blocked_ppb` of the calls; `None` beyond [`UNITS_MAX`] servers, or for a load
/// that is no load.
pub fn servers_for(offered_erlang: f64, blocked_ppb: u64) -> Option<u32> {
    let target = real(blocked_ppb) / 1e9;
    let mut blocked = is_load(offered_erlang).then_some(1.0)?;
    for n in 0..=UNITS_MAX {
        if n > 0 {
            let carried = offered_erlang * blocked;
            blocked = carried / (f64::from(n) + carried);
        }
        if blocked <= target {
            return Some(n);
        }
    }
    None
}

fn is_load(erlang: f64) -> bool {
    erlang.is_finite() && erlang >= 0.0
}
