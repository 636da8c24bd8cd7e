//! Behaviour of the whole twin.

use super::*;
use types::{Duration, H3Cell, Instant, RadioCellId, ResourceId, SessionId};

mod background;
mod calls;
mod city;
mod delay;
mod outcome;
mod telemetry;
mod walk;

/// A Monday, 19:30 UTC.
const START: Instant = Instant::from_ms(1_767_641_400_000);

fn twin(seed: u64) -> Twin {
    Twin::new(City::sample(seed), START, Config::default())
}

fn after_s(secs: u64) -> Instant {
    START.after(Duration::from_secs(secs))
}

fn session(n: u128) -> SessionId {
    SessionId::from_u128(n)
}

/// The first macro sector of residential traffic.
fn radio_cell(twin: &Twin) -> RadioCellId {
    let fits = |element: &&Element| element.class == Class::MacroN78 && element.traffic == Some(Traffic::Residential);
    twin.city().radio_cells().find(fits).and_then(|element| element.radio_cell).expect("a city has homes")
}

fn request(twin: &Twin, n: u128, guaranteed_kbps: u64) -> FlowRequest {
    FlowRequest {
        session: session(n),
        device: n.to_be_bytes(),
        place: Place::RadioCell(radio_cell(twin)),
        guaranteed_kbps,
        offered_kbps: 5_000,
        packet_bytes: PACKET_BYTES,
        edge: None,
    }
}

fn samples(reports: &[Report]) -> Vec<u32> {
    let mut samples: Vec<u32> = reports.iter().flat_map(|report| report.latency_us.iter().copied()).collect();
    samples.sort_unstable();
    samples
}

/// The smallest sample that `percent` of them do not exceed.
fn percentile(sorted: &[u32], percent: usize) -> u32 {
    sorted[(sorted.len() * percent).div_ceil(100) - 1]
}
