//! Between the port's words and the twin's.

use engine::capacity::SLOT_LENGTH;
use node::{Intent, Load, Report};
use twin::{City, FlowRequest, PACKET_BYTES, Place};
use types::{Instant, RadioCellId, Window};

/// The flow that an intent asks for; `None` when it does not say where.
///
/// What is held on the radio cell, in kbit/s, is the protected rate; the application is taken to send what it was
/// promised.
pub fn flow_of(intent: &Intent) -> Option<FlowRequest> {
    let promised = u64::from(intent.downlink_kbps_min);
    let (place, guaranteed_kbps) = match intent.radio {
        Some((radio, units)) => (Place::RadioCell(RadioCellId::from_u128(radio.as_u128())), units),
        None => (Place::H3(*intent.place.cells().first()?), promised),
    };
    Some(FlowRequest {
        session: intent.session,
        device: device_of(&intent.device),
        place,
        guaranteed_kbps,
        offered_kbps: promised,
        packet_bytes: PACKET_BYTES,
        edge: None,
    })
}

/// A report in the port's words; `offered_kbps` is what the application sends.
pub fn report_of(report: twin::Report, offered_kbps: u64) -> Report {
    let length_ms = report.to.since(report.from).as_ms();
    Report {
        session: report.session,
        sequence: report.sequence,
        from: report.from,
        to: report.to,
        latency_us: report.latency_us,
        delivered_bytes: report.delivered_bytes,
        offered_bytes: offered_kbps.saturating_mul(length_ms) / 8,
    }
}

/// What every radio cell carried for everyone else in the slots that begin in `window` and are over by `now`.
pub fn loads_of(city: &City, window: Window, now: Instant) -> Vec<Load> {
    let slot_ms = SLOT_LENGTH.as_ms();
    let first = window.from().as_ms().div_ceil(slot_ms).saturating_mul(slot_ms);
    let slots = std::iter::successors(Some(Instant::from_ms(first)), |slot| Some(slot.after(SLOT_LENGTH)));
    let slots = slots.take_while(|slot| *slot < window.to() && slot.after(SLOT_LENGTH) <= now);
    let measured = |slot_at: Instant| {
        city.radio_cells().filter_map(move |element| {
            let units = city.measured_kbps(element.radio_cell?, slot_at)?;
            Some(Load { resource: element.id, slot_at, units })
        })
    };
    slots.flat_map(measured).collect()
}

/// The last 16 bytes of what the device is called: the twin compares them, and by how they end it knows who moves.
fn device_of(device: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    let surplus = device.len().saturating_sub(bytes.len());
    for (to, from) in bytes.iter_mut().zip(device.bytes().skip(surplus)) {
        *to = from;
    }
    bytes
}
