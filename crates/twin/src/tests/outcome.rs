//! Numbers that fix what becomes of a flow.

use super::*;

fn of(device: &[u8; 16]) -> (Twin, Result<FlowAccepted, FlowError>) {
    let mut twin = twin(1);
    let request = FlowRequest { device: *device, ..request(&twin, 1, 8_000) };
    let answer = twin.activate(&request);
    (twin, answer)
}

#[test]
fn a_number_is_refused_answered_late_or_served_late_as_it_ends() {
    let (twin, refused) = of(b"tel:+31612349911");
    assert_eq!(refused, Err(FlowError::Refused(FlowRefused::NoCapacity)));
    assert_eq!(twin.flows().count(), 0);
    let after = |device| of(device).1.map(|accepted| accepted.answered_after);
    assert_eq!(after(b"tel:+31612349912"), Ok(Duration::from_secs(3)));
    assert_eq!(after(b"tel:+31612349910"), Ok(Duration::ZERO));
    let soonest_us = |device| {
        let (mut twin, _) = of(device);
        twin.advance_to(START.after(Duration::from_secs(5)));
        twin.poll(session(1)).into_iter().flat_map(|report| report.latency_us).min().expect("there are samples")
    };
    assert!(soonest_us(b"tel:+31612349913") > 2_000_000);
    assert!(soonest_us(b"tel:+31612349919") < 100_000);
}
