use super::*;
use crate::theory::*;
use rand_chacha::ChaCha8Rng;
use types::PPM;

const BUDGET_MS: u64 = 20;
const P95_PPM: u64 = 950_000;

/// The greatest gap between a sample's distribution and a law, and the bound it stays under with probability
/// 1 - 1e-6: Dvoretzky-Kiefer-Wolfowitz with Massart's constant, `sqrt(ln(2 / alpha) / 2n)`.
fn gap_and_bound(sorted_us: &[f64], law: impl Fn(f64) -> f64) -> (f64, f64) {
    let n = number::real(sorted_us.len() as u64);
    let gap = sorted_us.iter().zip(0_u32..).map(|(at, below)| {
        let (low, high) = (f64::from(below) / n, (f64::from(below) + 1.0) / n);
        (law(*at) - low).abs().max((law(*at) - high).abs())
    });
    (gap.fold(0.0, f64::max), ((2.0 / 1e-6_f64).ln() / (2.0 * n)).sqrt())
}

#[test]
fn the_planned_rate_is_the_least_that_keeps_the_budget() {
    for (offered_kbps, percentile_ppm, budget_ms) in [(5_000, P95_PPM, 20), (200, 999_000, 7), (40_000, 990_000, 3)] {
        let rate_kbps = guaranteed_rate_kbps(offered_kbps, PACKET_BYTES, budget_ms, percentile_ppm);
        let tail = number::real(PPM - percentile_ppm) / number::real(PPM);
        let exceeds = |rate_kbps| p_delay_exceeds(rate_kbps, offered_kbps, PACKET_BYTES, budget_ms * 1_000);
        assert!(exceeds(rate_kbps) <= tail && exceeds(rate_kbps - 1) > tail, "{rate_kbps}");
        let within_us = delay_percentile_us(rate_kbps, offered_kbps, PACKET_BYTES, percentile_ppm).expect("stable");
        assert!(within_us <= budget_ms * 1_000 && within_us + 100 > budget_ms * 1_000, "{within_us}");
    }
    // By hand: ln 20 / 20 ms × 9,600 bit = 1,437.95 kbit/s to spare.
    assert_eq!(guaranteed_rate_kbps(5_000, PACKET_BYTES, 20, P95_PPM), 6_438);
    assert_eq!(guaranteed_rate_kbps(5_000, PACKET_BYTES, 0, P95_PPM), u64::MAX);
    assert_eq!(guaranteed_rate_kbps(5_000, PACKET_BYTES, 20, PPM), u64::MAX);
    assert!((p_delay_exceeds(5_000, 5_000, PACKET_BYTES, 1) - 1.0).abs() < f64::EPSILON);
}

#[test]
fn samples_of_a_protected_flow_follow_the_formula() {
    let mut twin = twin(11);
    let asked = request(&twin, 1, 6_438);
    let accepted = twin.activate(&asked).expect("accepted");
    twin.advance_to(after_s(1_000));
    let base_us = twin.city().base_delay_us(accepted.radio_cell, None).expect("a path");
    let measured = samples(&twin.poll(session(1)));
    assert_eq!(measured.len(), 20_000);
    let queueing_us: Vec<f64> = measured.iter().map(|sample| f64::from(sample - base_us)).collect();
    let law = |at_us: f64| 1.0 - p_delay_exceeds(6_438, 5_000, PACKET_BYTES, number::floor(at_us));
    let (gap, bound) = gap_and_bound(&queueing_us, law);
    assert!(gap < bound, "{gap} against {bound}");
    // A law that is 10 % off must not pass, or the test tells nothing.
    let wrong = |at_us: f64| 1.0 - p_delay_exceeds(6_438, 5_000, PACKET_BYTES, number::floor(at_us * 1.1));
    assert!(gap_and_bound(&queueing_us, wrong).0 > bound);
}

#[test]
fn a_plan_for_windows_rarely_breaks_one_by_chance() {
    // One sample, none may exceed: the plan is the false-break share itself.
    assert_eq!(planning_percentile_ppm(P95_PPM, 1, 1_000_500), 999_000);
    // Two samples: 1 - p² <= 0.0010005.
    assert_eq!(planning_percentile_ppm(P95_PPM, 2, 1_000_500), 999_500);
    assert_eq!(planning_percentile_ppm(P95_PPM, 100, 1_000_000_000), P95_PPM);
    let planned_ppm = planning_percentile_ppm(P95_PPM, 200, 1_000_000);
    assert!(planned_ppm > 970_000 && planned_ppm < 990_000, "{planned_ppm}");
    let mut twin = twin(11);
    let rate_kbps = guaranteed_rate_kbps(5_000, PACKET_BYTES, BUDGET_MS, planned_ppm);
    let radio_cell = twin.activate(&request(&twin, 1, rate_kbps)).expect("accepted").radio_cell;
    let base_us = twin.city().base_delay_us(radio_cell, None).expect("a path");
    twin.advance_to(after_s(5_000));
    let reports = twin.poll(session(1));
    let broken = reports.chunks(10).filter(|window| percentile(&samples(window), 95) > base_us + 20_000).count();
    // 500 windows at 1 in 1,000: five would come once in 5,700 runs.
    assert!(broken < 5, "{broken} of 500 windows broken");
}

/// The formula itself against packets that queue one by one: Lindley's recursion `W' = max(0, W + S - A)`. One packet
/// in 400 is taken, far beyond the queue's memory, so that samples count as independent.
#[test]
fn packets_that_really_queue_follow_the_formula() {
    let rng: &mut ChaCha8Rng = &mut random::stream(5, random::Purpose::Flow, 0);
    let mut draw = |per_s: f64| -random::uniform(rng).ln() / per_s * 1e6;
    let (mu_per_s, lambda_per_s) = (packets_per_s(6_438, PACKET_BYTES), packets_per_s(5_000, PACKET_BYTES));
    let mut waited_us = 0.0_f64;
    let mut sojourns_us = Vec::new();
    for packet in 0..1_000_000_u32 {
        let service_us = draw(mu_per_s);
        if packet >= 10_000 && packet % 400 == 0 {
            sojourns_us.push(waited_us + service_us);
        }
        waited_us = (waited_us + service_us - draw(lambda_per_s)).max(0.0);
    }
    sojourns_us.sort_by(f64::total_cmp);
    let law = |at_us: f64| 1.0 - p_delay_exceeds(6_438, 5_000, PACKET_BYTES, number::floor(at_us));
    let (gap, bound) = gap_and_bound(&sojourns_us, law);
    assert!(gap < bound, "{gap} against {bound}");
}

#[test]
fn a_full_buffer_follows_the_chain_of_mm1k() {
    // M/M/1/K by its balance equations: p(n+1) = rho p(n), and what is lost is p(K).
    for (mu_per_s, lambda_per_s, places) in [(100.0, 80.0, 50_i32), (100.0, 100.0, 50), (100.0, 150.0, 50)] {
        let rho: f64 = lambda_per_s / mu_per_s;
        let all: f64 = (0..=places).map(|n| rho.powi(n)).sum();
        let lost = loss_share(mu_per_s, lambda_per_s, 500_000);
        assert!((lost - rho.powi(places) / all).abs() < 1e-9, "{lost} at rho {rho}");
    }
    assert!((loss_share(0.0, 1.0, 500_000) - 1.0).abs() < f64::EPSILON);
    for theta_per_s in [-1e6, -150.0, 0.0, 150.0, 1e6] {
        let at = |u| sojourn_us(u, theta_per_s, BUFFER_US);
        assert!((0.0..=500_000.0).contains(&at(1e-12)) && at(1e-12) < at(0.5) && at(0.5) < at(1.0 - 1e-12));
    }
}

/// 95th percentiles in ms of a protected and a best-effort flow while best-effort neighbours fill the radio cell.
fn p95_ms_at(load_percent: u64) -> (f64, f64) {
    let mut twin = twin(11);
    let guaranteed_kbps = guaranteed_rate_kbps(5_000, PACKET_BYTES, BUDGET_MS, P95_PPM);
    let (protected, shared) = (request(&twin, 1, guaranteed_kbps), request(&twin, 2, 0));
    let city = twin.city();
    let radio = city.path(radio_cell(&twin), None).expect("a path")[0].clone();
    let minute = START.as_ms() / 60_000;
    let index = city.radio_index(radio_cell(&twin)).expect("a radio cell");
    let load_ppm = traffic::background_ppm(11, index, Traffic::Residential, minute);
    let background_kbps = radio.capacity_kbps * u64::from(load_ppm) / PPM;
    let wanted_kbps = (radio.capacity_kbps - 5_000) * load_percent / 100;
    let neighbours_kbps = wanted_kbps.saturating_sub(background_kbps + 5_000);
    let neighbours = FlowRequest { offered_kbps: neighbours_kbps, ..request(&twin, 3, 0) };
    for asked in [protected, shared, neighbours] {
        twin.activate(&asked).expect("accepted");
    }
    // One minute: the background does not change within it.
    twin.advance_to(after_s(60));
    let p95_ms = |reports: Vec<Report>| f64::from(percentile(&samples(&reports), 95)) / 1_000.0;
    (p95_ms(twin.poll(session(1))), p95_ms(twin.poll(session(2))))
}

#[test]
fn best_effort_explodes_near_saturation_and_a_protected_flow_does_not() {
    let table: Vec<(u64, (f64, f64))> = [70, 80, 90, 96, 98, 99].map(|load| (load, p95_ms_at(load))).to_vec();
    for (load, (protected_ms, shared_ms)) in &table {
        assert!(*protected_ms <= 30.0, "protected p95 {protected_ms} ms at {load} %");
        assert_eq!(*shared_ms <= 30.0, *load <= 80, "best-effort p95 {shared_ms} ms at {load} %");
        assert_eq!(*shared_ms > 60.0, *load > 95, "best-effort p95 {shared_ms} ms at {load} %");
    }
    assert!(table.is_sorted_by(|low, high| low.1.1 < high.1.1), "{table:?}");
    assert!(table[5].1.1 > 200.0, "{table:?}");
}

#[test]
fn best_effort_takes_on_average_what_processor_sharing_says() {
    // By hand: 64,000 bytes at 400 Mbit/s take 1.28 ms alone, twice that on a half-full radio cell.
    assert_eq!(mean_shared_sojourn_us(400_000, 0, BURST_BYTES), Some(1_280.0));
    assert_eq!(mean_shared_sojourn_us(400_000, 200_000, BURST_BYTES), Some(2_560.0));
    assert_eq!(mean_shared_sojourn_us(400_000, 400_000, BURST_BYTES), None);
    let mut twin = twin(11);
    let radio_cell = twin.activate(&request(&twin, 1, 0)).expect("accepted").radio_cell;
    twin.advance_to(after_s(60));
    let path = twin.city().path(radio_cell, None).expect("a path");
    let index = twin.city().radio_index(radio_cell).expect("a radio cell");
    let load_ppm = traffic::background_ppm(11, index, Traffic::Residential, START.as_ms() / 60_000);
    let offered_kbps = path[0].capacity_kbps * u64::from(load_ppm) / PPM + 5_000;
    let expected_us = mean_shared_sojourn_us(path[0].capacity_kbps, offered_kbps, BURST_BYTES).expect("stable");
    let base_us: u32 = path.iter().map(|element| element.base_delay_us).sum();
    let measured = samples(&twin.poll(session(1)));
    let mean_us = measured.iter().map(|sample| f64::from(sample - base_us)).sum::<f64>() / 1_200.0;
    // The mean of 1,200 exponentials has a standard error of 2.9 %; five of them.
    assert!((mean_us / expected_us - 1.0).abs() < 0.145, "{mean_us} against {expected_us}");
}

#[test]
fn congestion_breaks_even_a_protected_flow_until_it_is_cleared() {
    let mut twin = twin(11);
    let asked = request(&twin, 1, 6_438);
    twin.activate(&asked).expect("accepted");
    twin.advance_to(after_s(60));
    let before = twin.poll(session(1));
    assert!(percentile(&samples(&before), 95) <= 30_000);
    twin.congest(Scope::All, 995_000);
    twin.advance_to(after_s(120));
    let broken = twin.poll(session(1));
    assert!(percentile(&samples(&broken), 95) > 400_000);
    assert!(percentile(&samples(&broken), 5) > 30_000);
    assert!(broken.iter().all(|report| report.downlink_kbps < 3_500), "{broken:?}");
    twin.clear(Scope::All);
    twin.advance_to(after_s(180));
    let after = twin.poll(session(1));
    assert!(percentile(&samples(&after), 95) <= 30_000);
    assert!(after.iter().all(|report| report.downlink_kbps == 5_000));
}

#[test]
fn a_guarantee_that_still_fits_outlives_congestion() {
    let mut twin = twin(11);
    let asked = request(&twin, 1, 6_438);
    let radio_cell = twin.activate(&asked).expect("accepted").radio_cell;
    twin.congest(Scope::RadioCell(radio_cell), 900_000);
    twin.advance_to(after_s(60));
    assert!(percentile(&samples(&twin.poll(session(1))), 95) <= 30_000);
}
