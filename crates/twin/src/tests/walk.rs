//! Devices that move.

use super::*;
use crate::Attachment;

/// So a device is called that moves every two seconds.
const MOVING: [u8; 16] = *b"tel:+31612349902";

fn walking(device: [u8; 16], guaranteed_kbps: u64) -> (Twin, FlowRequest) {
    let twin = twin(7);
    let request = FlowRequest { device, ..request(&twin, 1, guaranteed_kbps) };
    (twin, request)
}

fn at(twin: &Twin) -> Attachment {
    twin.attachment(session(1)).expect("it moves")
}

#[test]
fn a_device_moves_to_where_it_was_going_and_another_radio_cell_carries_it_with_its_guarantee() {
    let (mut twin, request) = walking(MOVING, 8_000);
    twin.activate(&request).expect("accepted");
    for _ in 0..20 {
        let before = at(&twin);
        assert!(twin.city().serving(before.place).any(|radio| radio.radio_cell == Some(before.radio_cell)));
        twin.advance_to(twin.now().after(Duration::from_ms(1_999)));
        assert_eq!(at(&twin), before, "it stays two seconds");
        twin.advance_to(twin.now().after(Duration::from_ms(1)));
        let after = at(&twin);
        assert_eq!(after.place, before.ahead);
        assert_ne!(after.radio_cell, before.radio_cell);
    }
    let flow = twin.read_back(request.session).expect("enforced");
    assert_eq!((flow.radio_cell, &flow.request), (at(&twin).radio_cell, &request), "asked again it is the same flow");
    twin.activate(&request).expect("the same flow");
    twin.release(request.session).expect("released");
    assert!(twin.attachment(request.session).is_none());
    assert_eq!(twin.summary(), super::twin(7).summary(), "every radio cell that carried it has everything back");
}

#[test]
fn where_its_guarantee_does_not_fit_it_is_best_effort_and_guaranteed_again_where_it_does() {
    let (mut twin, request) = walking(MOVING, 8_000);
    twin.activate(&request).expect("accepted");
    let ahead = at(&twin).ahead;
    let full: Vec<_> = twin.city().serving(ahead).filter_map(|radio| radio.radio_cell).collect();
    for radio_cell in full {
        assert!(twin.congest(Scope::RadioCell(radio_cell), 999_999));
    }
    twin.advance_to(twin.now().after(Duration::from_secs(4)));
    let reports = twin.poll(request.session);
    let kbps: Vec<u64> = reports.iter().map(|report| report.downlink_kbps).collect();
    assert_eq!(kbps[..2], [5_000; 2], "{kbps:?}");
    assert!(kbps[2..].iter().all(|kbps| *kbps < 2_000), "{kbps:?}");
    twin.clear(Scope::All);
    twin.advance_to(twin.now().after(Duration::from_secs(2)));
    let kbps: Vec<u64> = twin.poll(request.session).iter().map(|report| report.downlink_kbps).collect();
    assert_eq!(kbps, [5_000; 2]);
}

#[test]
fn a_walk_is_the_same_however_finely_time_is_stepped_and_other_devices_stay() {
    let walked = |steps: u64| {
        let (mut twin, request) = walking(MOVING, 8_000);
        twin.activate(&request).expect("accepted");
        let other = FlowRequest { session: session(2), device: *b"tel:+31612349900", ..request.clone() };
        twin.activate(&other).expect("accepted");
        assert!(twin.attachment(other.session).is_none(), "it stays");
        for _ in 0..steps {
            twin.advance_to(twin.now().after(Duration::from_ms(12_000 / steps)));
        }
        (at(&twin), twin.poll_all())
    };
    assert_eq!(walked(1), walked(16));
    assert_eq!(walked(1), walked(12_000));
}
