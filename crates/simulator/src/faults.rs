//! What fails, and how often: storage, the network, the clock.

use crate::clock::Clock;
use crate::draw::Draw;
use journal::Fault;
use twin::{Scope, Twin};
use types::Duration;

/// What befalls the next append. A disk that lies never syncs what it acknowledges.
pub fn append(draw: &mut Draw, lies: bool) -> Option<Fault> {
    let torn = draw.index(60);
    match draw.below(300) {
        0 => Some(Fault::Fails),
        1 => Some(Fault::FailsStored),
        2 => Some(Fault::FailsTorn { payload_bytes: torn }),
        3..20 => Some(Fault::Slow { for_: Duration::from_ms(50) }),
        // Written, and synced only when the append is finished.
        20..150 => Some(Fault::Unsynced),
        _ if lies => Some(Fault::Unsynced),
        _ => None,
    }
}

/// The network, the clock: something fails, or is well again.
pub fn disturb(draw: &mut Draw, twin: &mut Twin, clock: &mut Clock) {
    let faults = twin.faults_mut();
    match draw.below(250) {
        0 => faults.activate.fail_next = 4,
        1 => faults.activate.time_out_next = 1,
        2 => (faults.activate.slow_next, faults.activate.slow_by) = (2, Duration::from_secs(draw.below(20))),
        3 => faults.release.fail_next = 2,
        4 => faults.release.time_out_next = 1,
        5 => (faults.duplicate_ppm, faults.reorder_ppm) = (200_000, 200_000),
        6 => (faults.duplicate_ppm, faults.reorder_ppm) = (0, 0),
        7 => twin.restart(),
        8..11 => {
            let severity = u32::try_from(draw.between(300_000, 1_000_000)).unwrap_or(0);
            twin.congest(Scope::All, severity);
        }
        11..16 => drop(twin.clear(Scope::All)),
        16..18 => clock.step(-i64::try_from(draw.below(40_000)).unwrap_or(0)),
        18 => clock.step(i64::try_from(draw.below(30_000)).unwrap_or(0)),
        19 if draw.happens(200) => clock.step(2 * 3_600_000),
        _ => {}
    }
}
