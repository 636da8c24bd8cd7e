use super::*;
use std::fmt::Write;

/// A short life of a small crowd, every report as text; time is told every `step_ms`.
fn story(seed: u64, step_ms: u64) -> String {
    let mut twin = twin(seed);
    // Off every grid, so that samples do not fall on a minute's turn.
    twin.advance_to(START.after(Duration::from_ms(17)));
    for n in 1..=4 {
        let asked = request(&twin, n, if n % 2 == 0 { 0 } else { 7_000 });
        twin.activate(&asked).expect("accepted");
    }
    let mut told = String::new();
    for ms in (0..=105_000).step_by(usize::try_from(step_ms).expect("a small step")) {
        twin.advance_to(START.after(Duration::from_ms(ms)));
        match ms {
            35_000 => assert!(twin.congest(Scope::All, 700_000)),
            70_000 => assert_eq!(twin.release(session(3)).map(|released| released.was_active), Ok(true)),
            _ => {}
        }
    }
    write!(told, "{:?}{:?}", twin.poll_all(), twin.log()).expect("written");
    told
}

#[test]
fn the_same_seed_and_calls_give_the_same_telemetry() {
    assert_eq!(story(3, 35_000), story(3, 35_000));
    assert_eq!(story(3, 35_000), story(3, 10), "however finely time is stepped");
    assert_ne!(story(3, 35_000), story(4, 35_000));
}

#[test]
fn reports_are_gapless_and_account_for_every_byte() {
    let mut twin = twin(2);
    twin.activate(&request(&twin, 1, 7_001)).expect("accepted");
    let shared = FlowRequest { offered_kbps: 4_999, ..request(&twin, 2, 0) };
    twin.activate(&shared).expect("accepted");
    let mut reports = Vec::new();
    for ms in (0..=125_000).step_by(777) {
        twin.advance_to(START.after(Duration::from_ms(ms)));
        reports.extend(twin.poll_all());
    }
    for n in [1, 2] {
        twin.release(session(n)).expect("released");
        reports.extend(twin.poll(session(n)));
        let own: Vec<&Report> = reports.iter().filter(|report| report.session == session(n)).collect();
        assert!(own.iter().zip(1..).all(|(report, sequence)| report.sequence == sequence));
        assert!(own.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!(own[0].latency_us.len(), 20);
        let service = twin.log()[usize::try_from(n).expect("small") - 1].clone();
        let reported_bytes: u64 = own.iter().map(|report| report.delivered_bytes).sum();
        assert_eq!((service.delivered_bytes, service.reported_bytes), (reported_bytes, reported_bytes));
        assert_eq!(service.ended, Some((twin.now(), Ended::Released)));
    }
    let protected = twin.log()[0].clone();
    assert_eq!(protected.delivered_bytes, 5_000 / 8 * twin.now().since(START).as_ms());
}

#[test]
fn what_does_not_fill_a_byte_is_not_lost() {
    let config = Config { report_interval: Duration::from_ms(333), ..Config::default() };
    let mut twin = Twin::new(City::sample(2), START, config);
    let asked = FlowRequest { offered_kbps: 4_999, ..request(&twin, 1, 9_000) };
    twin.activate(&asked).expect("accepted");
    twin.advance_to(START.after(Duration::from_ms(33_300)));
    let reported_bytes: u64 = twin.poll(session(1)).iter().map(|report| report.delivered_bytes).sum();
    assert_eq!(reported_bytes, 4_999 * 33_300 / 8);
}

#[test]
fn a_reader_that_comes_back_is_given_what_it_lost() {
    let mut twin = twin(2);
    twin.activate(&request(&twin, 1, 7_000)).expect("accepted");
    twin.advance_to(after_s(10));
    let first = twin.poll(session(1));
    assert_eq!((first.len(), twin.poll(session(1)).len()), (10, 0));
    twin.rewind(session(1), 7);
    assert_eq!(twin.poll(session(1)), first[7..]);
}

#[test]
fn a_reader_that_never_comes_loses_the_oldest_reports() {
    let config = Config { sample_interval: Duration::from_secs(1), report_interval: Duration::from_secs(1) };
    let mut twin = Twin::new(City::sample(2), START, config);
    twin.activate(&request(&twin, 1, 7_000)).expect("accepted");
    twin.advance_to(after_s(7_205));
    let reports = twin.poll(session(1));
    assert_eq!((reports.len(), reports[0].sequence), (REPORTS_WAITING_MAX, 6));
    twin.rewind(session(1), 0);
    assert_eq!(twin.poll(session(1)).len(), REPORTS_KEPT_MAX);
}

#[test]
fn reports_can_come_twice_and_out_of_order() {
    let mut twin = twin(2);
    twin.faults_mut().duplicate_ppm = 300_000;
    twin.faults_mut().reorder_ppm = 300_000;
    twin.activate(&request(&twin, 1, 7_000)).expect("accepted");
    twin.advance_to(after_s(100));
    let mut sequences: Vec<u64> = twin.poll(session(1)).iter().map(|report| report.sequence).collect();
    assert!((115..145).contains(&sequences.len()), "{}", sequences.len());
    assert!(!sequences.is_sorted());
    sequences.sort_unstable();
    sequences.dedup();
    assert_eq!(sequences, (1..=100).collect::<Vec<u64>>());
}

#[test]
fn an_hour_of_fifty_flows_passes() {
    let mut twin = twin(2);
    let places: Vec<H3Cell> = twin.city().places().collect();
    for (n, place) in (1..=50).zip(places) {
        let asked = FlowRequest { place: Place::H3(place), ..request(&twin, n, if n % 2 == 0 { 0 } else { 7_000 }) };
        twin.activate(&asked).expect("accepted");
    }
    let mut measured = 0;
    for secs in 1..=3_600 {
        twin.advance_to(after_s(secs));
        measured += twin.poll_all().iter().map(|report| report.latency_us.len()).sum::<usize>();
    }
    assert_eq!(measured, 50 * 3_600 * 20);
}
