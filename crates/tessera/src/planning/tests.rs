//! The planning of a cell: how often its band holds, what satellites carry, and what a failure leaves as it was.

mod band;
mod rounds;
mod satellites;

use crate::import::sky::{Constellation, Source};
use types::Instant;

/// Monday 5 January 2026, 00:00 UTC.
const MONDAY: Instant = Instant::from_ms(1_767_571_200_000);

/// A shell of so many planes of twenty satellites, 1,200 km up.
fn shell(planes: u32) -> Source {
    let row = serde_json::json!({"shell": {
        "name": "leo", "altitude_km": 1_200.0, "inclination_deg": 53.0, "planes": planes, "satellites_per_plane": 20,
        "phasing": 1, "node_spread_deg": 360.0, "epoch": "2026-01-01T00:00:00Z", "mask_deg": 25.0,
        "payload": {"beams": 50, "eirp_dbw": 60.0, "gain_to_noise_db": 1.0, "frequency_ghz": 20.0,
                    "bandwidth_mhz": 400.0, "losses_db": 1.0},
    }});
    serde_json::from_value(row).expect("a shell")
}

fn constellation(planes: u32) -> Constellation {
    shell(planes).constellation().expect("it flies")
}
