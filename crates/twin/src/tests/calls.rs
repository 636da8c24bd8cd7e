use super::*;

fn accepted(twin: &mut Twin, request: &FlowRequest) -> FlowAccepted {
    twin.activate(request).expect("accepted")
}

#[test]
fn a_repeated_activation_is_the_same_flow() {
    let mut twin = twin(1);
    let asked = request(&twin, 1, 8_000);
    let first = accepted(&mut twin, &asked);
    twin.advance_to(after_s(3));
    assert_eq!(twin.activate(&asked), Ok(first));
    assert_eq!((twin.flows().count(), twin.log().len()), (1, 1));
    let other = FlowRequest { offered_kbps: 1, ..asked };
    assert_eq!(twin.activate(&other), Err(FlowError::Refused(FlowRefused::SessionDiffers)));
}

#[test]
fn a_release_ends_the_flow_once_and_reports_what_was_left() {
    let mut twin = twin(1);
    let asked = request(&twin, 1, 8_000);
    accepted(&mut twin, &asked);
    twin.advance_to(START.after(Duration::from_ms(2_400)));
    assert_eq!(twin.release(session(1)).map(|released| released.was_active), Ok(true));
    assert_eq!(twin.release(session(1)).map(|released| released.was_active), Ok(false));
    assert_eq!(twin.release(session(9)).map(|released| released.was_active), Ok(false));
    assert_eq!(twin.read_back(session(1)), None);
    let reports = twin.poll(session(1));
    let lengths: Vec<u64> = reports.iter().map(|report| report.to.since(report.from).as_ms()).collect();
    assert_eq!(lengths, [1_000, 1_000, 400]);
    assert_eq!(reports.iter().map(|report| report.latency_us.len()).sum::<usize>(), 48);
    twin.advance_to(after_s(9));
    assert_eq!(twin.poll_all(), []);
}

#[test]
fn guarantees_never_pass_the_working_capacity() {
    let mut twin = twin(1);
    let place = radio_cell(&twin);
    let path = twin.city().path(place, None).expect("a path");
    let capacity_kbps = path[0].capacity_kbps;
    let asked = request(&twin, 1, capacity_kbps - 10);
    accepted(&mut twin, &asked);
    let full = Err(FlowError::Refused(FlowRefused::NoCapacity));
    assert_eq!(twin.activate(&request(&twin, 2, 11)), full);
    assert!(twin.activate(&request(&twin, 3, 10)).is_ok());
    assert!(twin.activate(&request(&twin, 4, 0)).is_ok(), "best effort is never refused");
    twin.release(session(1)).expect("released");
    twin.congest(Scope::RadioCell(place), 500_000);
    assert_eq!(twin.activate(&request(&twin, 5, capacity_kbps / 2)), full);
    twin.clear(Scope::RadioCell(place));
    assert!(twin.activate(&request(&twin, 5, capacity_kbps / 2)).is_ok());
}

#[test]
fn an_edge_site_is_filled_like_any_element() {
    let mut twin = twin(1);
    let edge = twin.city().elements().iter().find(|element| element.class == Class::Edge).expect("an edge site");
    let (edge, mut left_kbps) = (edge.id, edge.capacity_kbps);
    let cells: Vec<RadioCellId> = twin.city().radio_cells().filter_map(|element| element.radio_cell).collect();
    let mut refused = None;
    for (n, place) in (1..).zip(cells) {
        let asked = FlowRequest { place: Place::RadioCell(place), edge: Some(edge), ..request(&twin, n, 200_000) };
        match twin.activate(&asked) {
            Ok(_) => left_kbps -= 200_000,
            Err(why) => {
                refused = Some(why);
                break;
            }
        }
    }
    assert_eq!(refused, Some(FlowError::Refused(FlowRefused::NoCapacity)));
    assert!(left_kbps < 200_000, "refused with {left_kbps} kbit/s left");
}

#[test]
fn unknown_places_are_refused() {
    let mut twin = twin(1);
    let nowhere = |place, edge, twin: &Twin| FlowRequest { place, edge, ..request(twin, 1, 100) };
    let core = twin.city().elements().iter().find(|element| element.class == Class::Core).expect("a core").id;
    let here = Place::RadioCell(radio_cell(&twin));
    for asked in [
        nowhere(Place::RadioCell(RadioCellId::from_u128(7)), None, &twin),
        nowhere(Place::RadioCell(RadioCellId::from_u128(core.as_u128())), None, &twin),
        nowhere(Place::H3(H3Cell::from_index(0)), None, &twin),
        nowhere(here, Some(core), &twin),
        nowhere(here, Some(ResourceId::from_u128(7)), &twin),
    ] {
        assert_eq!(twin.activate(&asked), Err(FlowError::Refused(FlowRefused::UnknownPlace)), "{asked:?}");
    }
    assert!(!twin.congest(Scope::RadioCell(RadioCellId::from_u128(7)), 1));
}

#[test]
fn a_flow_at_a_place_goes_where_most_is_left() {
    let mut twin = twin(1);
    let place = twin.city().places().max_by_key(|place| twin.city().serving(*place).count()).expect("a place");
    let serving: Vec<(u64, RadioCellId)> =
        twin.city().serving(place).filter_map(|element| Some((element.capacity_kbps, element.radio_cell?))).collect();
    let widest = serving.iter().max_by_key(|(capacity_kbps, _)| *capacity_kbps).expect("served");
    let at_place = |n, kbps, twin: &Twin| FlowRequest { place: Place::H3(place), ..request(twin, n, kbps) };
    let asked = at_place(1, widest.0, &twin);
    let first = accepted(&mut twin, &asked);
    assert_eq!(first.radio_cell, widest.1);
    let asked = at_place(2, 10_000, &twin);
    let second = accepted(&mut twin, &asked);
    assert_ne!(second.radio_cell, widest.1);
}

#[test]
fn faults_are_used_up_in_order_and_leave_what_they_say() {
    let mut twin = twin(1);
    let late = Duration::from_ms(700);
    twin.faults_mut().activate = CallFaults { fail_next: 1, time_out_next: 1, slow_next: 1, slow_by: late };
    let asked = request(&twin, 1, 8_000);
    assert_eq!(twin.activate(&asked), Err(FlowError::Unavailable));
    assert_eq!(twin.read_back(session(1)), None);
    assert_eq!(twin.activate(&asked), Err(FlowError::TimedOut));
    assert_eq!(twin.read_back(session(1)).map(|flow| flow.request), Some(asked.clone()));
    assert_eq!(twin.activate(&asked).map(|accepted| accepted.answered_after), Ok(late));
    assert_eq!(twin.activate(&asked).map(|accepted| accepted.answered_after), Ok(Duration::ZERO));
    twin.faults_mut().release = CallFaults { fail_next: 1, time_out_next: 1, ..CallFaults::default() };
    assert_eq!(twin.release(session(1)), Err(FlowError::Unavailable));
    assert!(twin.read_back(session(1)).is_some());
    assert_eq!(twin.release(session(1)), Err(FlowError::TimedOut));
    assert_eq!(twin.read_back(session(1)), None);
}

#[test]
fn a_restarted_core_has_forgotten_its_flows_and_their_capacity() {
    let mut twin = twin(1);
    let place = radio_cell(&twin);
    let capacity_kbps = twin.city().path(place, None).expect("a path")[0].capacity_kbps;
    let asked = request(&twin, 1, capacity_kbps);
    accepted(&mut twin, &asked);
    twin.advance_to(START.after(Duration::from_ms(1_500)));
    twin.restart();
    assert_eq!(twin.flows().count(), 0);
    assert_eq!(twin.poll(session(1)).len(), 1, "the interval under way is lost");
    accepted(&mut twin, &asked);
    twin.advance_to(after_s(3));
    let sequences: Vec<u64> = twin.poll(session(1)).iter().map(|report| report.sequence).collect();
    assert_eq!(sequences, [2], "numbers go on after a restart");
    let ended: Vec<Option<Ended>> = twin.log().iter().map(|service| service.ended.map(|(_, how)| how)).collect();
    assert_eq!(ended, [Some(Ended::Forgotten), None]);
}
