//! Objectives become integers that keep what they say, and get dearer with what is asked.

use super::super::bandwidth::{Source, theta};
use super::super::certify::Evidence;
use super::super::grade::{
    Flow, Grade, GradeError, Hop, Law, LossHop, Measurement, Tariff, Windows, compile_blocking, compile_delay,
    compile_rate, compile_windows,
};
use super::super::kaufman_roberts::Class;
use proptest::prelude::*;

const FLOW: Flow = Flow { rate_kbps: 5_000, burst_bytes: 15_000, packet_bytes: 1_250 };

fn hop(law: Law) -> Hop<&'static str> {
    Hop { class: "link", law, latency_us: 1_000, outage_ppb: 0, tariff: Tariff::KBPS, measured: None }
}

fn curve() -> Hop<&'static str> {
    hop(Law::Curve { capacity_kbps: 1_000_000, scheduler_us: 500 })
}

fn reserved() -> Hop<&'static str> {
    Hop { class: "cell", ..hop(Law::Reserved { capacity_kbps: 1_000_000 }) }
}

fn samples(samples: u64, violations: u64) -> Measurement {
    let evidence = Evidence { samples, violations, confidence_ppm: 950_000 };
    Measurement { delay_us: 2_000, kbps: 5_000, evidence }
}

#[test]
fn a_path_of_curves_keeps_every_packet() {
    let compiled = compile_delay(FLOW, 15_000, 1_000_000, &[curve(), curve()]).expect("can be kept");
    assert_eq!((compiled.grade(), compiled.epsilon_ppb()), (Grade::Hard, 0));
    // 15 ms less 2 × 1.5 ms unloaded are 12 ms for 120,000 bits: 10 Mbit/s, and the burst is paid once for both.
    assert!(compiled.hops.iter().all(|(_, demand)| demand.units == 10_000), "{compiled:?}");
    let late = compile_delay(FLOW, 2_999, 1_000_000, &[curve(), curve()]);
    assert_eq!(late, Err(GradeError::TooSlow { latency_us: 3_000, budget_us: 2_999 }));
}

#[test]
fn the_law_of_mm1_gives_the_rate_in_closed_form() {
    // 5,000 + 10,000 bits × ln(1000) / 10 ms = 5,000 + 6,907.76 kbit/s.
    let compiled = compile_delay(FLOW, 11_000, 999_000, &[reserved()]).expect("can be kept");
    assert_eq!(compiled.hops[0].1.units, 11_908);
    assert_eq!((compiled.grade(), compiled.epsilon_ppb()), (Grade::Statistical, 1_000_000));
}

#[test]
fn no_law_but_a_curve_keeps_every_packet() {
    let all = compile_delay(FLOW, 20_000, 1_000_000, &[curve(), reserved()]);
    assert_eq!(all, Err(GradeError::TooOften { least_ppb: 1, allowed_ppb: 0 }));
    let behind = compile_delay(FLOW, 20_000, 999_000, &[reserved(), curve()]).expect("can be kept");
    assert_eq!(behind.hops[1].1.grade, Grade::Statistical, "what a queue has disturbed is no longer policed");
}

#[test]
fn the_weakest_grade_is_sold() {
    let path = [curve(), reserved(), hop(Law::Measured(samples(30_000, 0)))];
    let compiled = compile_delay(FLOW, 20_000, 999_000, &path).expect("can be kept");
    let grades: Vec<_> = compiled.hops.iter().map(|(_, demand)| demand.grade).collect();
    assert_eq!(grades, [Grade::Hard, Grade::Statistical, Grade::Empirical]);
    assert_eq!(compiled.grade(), Grade::Empirical);
    let rows = compiled.by_class();
    assert_eq!(rows["link"].grade, Grade::Empirical);
    assert_eq!(rows["link"].units, compiled.hops[0].1.units.max(compiled.hops[2].1.units));
}

#[test]
fn too_few_samples_promise_nothing() {
    let few = compile_delay(FLOW, 20_000, 999_000, &[hop(Law::Measured(samples(2_994, 0)))]);
    assert!(matches!(few, Err(GradeError::TooOften { .. })), "{few:?}");
    let enough = compile_delay(FLOW, 20_000, 999_000, &[hop(Law::Measured(samples(2_995, 0)))]).expect("certified");
    assert_eq!(enough.grade(), Grade::Empirical);
    let more = Flow { rate_kbps: 5_001, ..FLOW };
    let beyond = compile_delay(more, 20_000, 999_000, &[hop(Law::Measured(samples(30_000, 0)))]);
    assert_eq!(beyond, Err(GradeError::NotMeasured { hop: 0, measured_kbps: 5_000, kbps: 5_001 }));
}

#[test]
fn a_law_that_its_samples_refute_gives_way_to_them() {
    let measured = |violations| Some(Measurement { delay_us: 10_000, ..samples(100_000, violations) });
    let kept = [Hop { measured: measured(0), ..curve() }];
    assert_eq!(compile_delay(FLOW, 15_000, 999_000, &kept).expect("can be kept").grade(), Grade::Hard);
    let refuted = [Hop { measured: Some(Measurement { delay_us: 13_500, ..samples(100_000, 20) }), ..curve() }];
    let compiled = compile_delay(FLOW, 15_000, 999_000, &refuted).expect("can be kept");
    assert_eq!(compiled.grade(), Grade::Empirical);
    assert!((200_000..1_000_000).contains(&compiled.epsilon_ppb()), "{compiled:?}");
}

#[test]
fn a_pool_multiplexes_and_a_shared_processor_is_known_by_its_mean() {
    let pool = hop(Law::Pooled { capacity_kbps: 1_000_000, delay_us: 2_000, epsilon_ppb: 1_000 });
    let compiled = compile_delay(FLOW, 5_000, 999_000, &[pool]).expect("can be kept");
    assert!((5_001..6_000).contains(&compiled.hops[0].1.units), "little more than its mean: {compiled:?}");
    let shared = hop(Law::Shared { capacity_kbps: 1_000_000, utilisation_ppm: 900_000 });
    // x = 10 µs, mean sojourn 100 µs, Markov at 10 ms: 1 %.
    let compiled = compile_delay(FLOW, 11_000, 989_999, std::slice::from_ref(&shared)).expect("can be kept");
    assert_eq!((compiled.hops[0].1.units, compiled.epsilon_ppb()), (5_000, 10_000_001), "roundoff counts against us");
    assert!(compile_delay(FLOW, 11_000, 991_000, &[shared]).is_err());
}

#[test]
fn a_rate_costs_what_the_tariff_says_and_breaks_with_the_outage() {
    let cell = Hop { outage_ppb: 50_000_000, tariff: Tariff { units: 1_000_000, per_kbps: 30_000 }, ..curve() };
    let compiled = compile_rate(FLOW, 950_000, std::slice::from_ref(&cell)).expect("can be kept");
    assert_eq!((compiled.hops[0].1.units, compiled.grade()), (166_667, Grade::Statistical));
    let more = compile_rate(FLOW, 950_001, &[cell]);
    assert_eq!(more, Err(GradeError::TooOften { least_ppb: 50_000_000, allowed_ppb: 49_999_000 }));
    assert_eq!(compile_rate(FLOW, 1_000_000, &[curve()]).expect("can be kept").grade(), Grade::Hard);
}

#[test]
fn blocking_is_summed_along_the_path_and_exact_where_units_are_reserved() {
    let class = |offered_erlang, units, reserved_units| Class { offered_erlang, units, reserved_units };
    let free = LossHop { class: "link", units: 5, classes: vec![class(2.0, 1, 0), class(1.0, 2, 0)], sold: 0 };
    let held = LossHop { classes: vec![class(2.0, 1, 1), class(1.0, 2, 0)], ..free.clone() };
    let compiled = compile_blocking(600_000_000, &[free.clone(), held]).expect("few enough");
    let epsilon: Vec<_> = compiled.hops.iter().map(|(_, demand)| demand.epsilon_ppb / 100_000).collect();
    assert_eq!(epsilon, [1_721, 3_352], "0.17218 by recursion, 0.33524 by the chain");
    assert!(matches!(
        compile_blocking(500_000_000, &[free.clone(), free.clone(), free.clone()]),
        Err(GradeError::TooOften { .. })
    ));
    let unknown = LossHop { sold: 2, ..free };
    assert!(matches!(compile_blocking(500_000_000, &[unknown]), Err(GradeError::Invalid { hop: 0, .. })));
}

#[test]
fn windows_are_planned_so_that_chance_breaks_few() {
    let planned = |samples, broken_ppb| Windows { samples, broken_ppb }.planned_ppm(950_000);
    // One sample that may not be late, then two: 1 - p and 1 - p².
    assert_eq!((planned(1, 1_000_500), planned(2, 1_000_500)), (999_000, 999_500));
    assert_eq!((planned(20, 1_000_000_000), planned(20, 0)), (950_000, 1_000_000));
    // Twenty samples, one may be late: P(X > 1) = 1 - (1 - q)^20 - 20 q (1 - q)^19 is a thousandth at q = 0.23264 %.
    assert_eq!(planned(20, 1_000_000), 997_674);
}

#[test]
fn what_windows_may_break_is_parted_along_the_path() {
    let windows = Windows { samples: 20, broken_ppb: 1_000_000 };
    let path = [reserved(), hop(Law::Pooled { capacity_kbps: 1_000_000, delay_us: 500, epsilon_ppb: 1_000 })];
    let late = compile_delay(FLOW, 20_000, windows.planned_ppm(950_000), &path).expect("can be kept");
    let judged = compile_windows(FLOW, 20_000, (950_000, windows), &path).expect("can be kept");
    let units = |compiled: &super::super::grade::Compiled<_>| compiled.hops.iter().map(|hop| hop.1.units).sum::<u64>();
    assert_eq!(units(&late), units(&judged));
    assert_eq!(judged.epsilon_ppb(), 1_000_000, "all of it: {judged:?}");
    assert!(judged.hops[1].1.epsilon_ppb > 0 && judged.hops[1].1.epsilon_ppb < 1_000, "{judged:?}");
    let hard = compile_windows(FLOW, 20_000, (1_000_000, windows), &[curve()]).expect("can be kept");
    assert_eq!((hard.grade(), hard.epsilon_ppb()), (Grade::Hard, 0), "no packet is late, no window breaks");
    let none = Windows { samples: 0, ..windows };
    assert_eq!(compile_windows(FLOW, 20_000, (950_000, none), &path), Err(GradeError::Objective));
    assert_eq!(compile_windows(FLOW, 20_000, (1_000_001, windows), &path), Err(GradeError::Objective));
}

#[test]
fn what_is_no_objective_or_no_path_is_refused() {
    assert_eq!(compile_delay::<&str>(FLOW, 1, 999_000, &[]), Err(GradeError::Hops));
    assert_eq!(compile_delay(FLOW, 20_000, 0, &[curve()]), Err(GradeError::Objective));
    assert_eq!(compile_delay(FLOW, 20_000, 1_000_001, &[curve()]), Err(GradeError::Objective));
    assert_eq!(compile_rate(Flow { rate_kbps: 0, ..FLOW }, 999_000, &[curve()]), Err(GradeError::Objective));
    let free = Hop { tariff: Tariff { units: 1, per_kbps: 0 }, ..curve() };
    assert!(matches!(compile_rate(FLOW, 999_000, &[free]), Err(GradeError::Invalid { hop: 0, .. })));
    let full = compile_rate(Flow { rate_kbps: 1_000_001, ..FLOW }, 999_000, &[curve()]);
    assert_eq!(full, Err(GradeError::Exceeds { hop: 0, capacity_kbps: 1_000_000 }));
}

fn path() -> Vec<Hop<&'static str>> {
    let radio = Hop { tariff: Tariff { units: 7, per_kbps: 3 }, outage_ppb: 1_000, ..reserved() };
    vec![curve(), radio, hop(Law::Pooled { capacity_kbps: 500_000, delay_us: 1_000, epsilon_ppb: 10 }), reserved()]
}

proptest! {
    #[test]
    fn more_asked_is_never_cheaper(
        rate_kbps in 100_u64..50_000,
        more_kbps in 0_u64..20_000,
        delay_us in 15_000_u64..200_000,
        sooner_us in 0_u64..5_000,
        percentile_ppm in 500_000_u64..999_900,
        surer_ppm in 0_u64..90,
    ) {
        let flow = Flow { rate_kbps, ..FLOW };
        let base = compile_delay(flow, delay_us, percentile_ppm, &path()).expect("can be kept");
        prop_assert!(base.epsilon_ppb() <= (1_000_000 - percentile_ppm) * 1_000);
        let dearer = [
            compile_delay(Flow { rate_kbps: rate_kbps + more_kbps, ..flow }, delay_us, percentile_ppm, &path()),
            compile_delay(flow, delay_us - sooner_us, percentile_ppm, &path()),
            compile_delay(flow, delay_us, percentile_ppm + surer_ppm, &path()),
        ];
        for dearer in dearer {
            let dearer = dearer.expect("can be kept");
            for ((_, less), (_, more)) in base.hops.iter().zip(&dearer.hops) {
                prop_assert!(less.units <= more.units, "{less:?} {more:?}");
            }
        }
    }

    #[test]
    fn the_rate_reserved_is_enough_and_the_next_below_is_not(
        rate_kbps in 1_u64..50_000,
        delay_us in 1_100_u64..100_000,
        percentile_ppm in 1_u64..1_000_000,
    ) {
        let flow = Flow { rate_kbps, ..FLOW };
        let Ok(compiled) = compile_delay(flow, delay_us, percentile_ppm, &[reserved()]) else { return Ok(()) };
        // Independent of effective bandwidth: P(T > t) = exp(-(μ - λ) t) with packets of 10,000 bits.
        let late = |kbps: u64| {
            let spare_per_s = crate::number::real(kbps - rate_kbps) / 10.0;
            (-spare_per_s * crate::number::real(delay_us - 1_000) / 1e6).exp()
        };
        let allowed = crate::number::real(1_000_000 - percentile_ppm) / 1e6;
        let kbps = compiled.hops[0].1.units;
        prop_assert!(late(kbps) <= allowed * (1.0 + 1e-9));
        prop_assert!(kbps == rate_kbps + 1 || late(kbps - 1) > allowed * (1.0 - 1e-9));
    }

    #[test]
    fn a_tariff_never_rounds_down(kbps in 0_u64..u64::MAX, units in 1_u64..1_000_000, per_kbps in 1_u64..1_000_000) {
        let charged = u128::from(Tariff { units, per_kbps }.units(kbps)) * u128::from(per_kbps);
        let due = u128::from(kbps) * u128::from(units);
        prop_assert!(charged >= due.min(u128::from(u64::MAX) * u128::from(per_kbps)));
        prop_assert!(charged - due.min(charged) < u128::from(per_kbps));
    }

    #[test]
    fn flows_admitted_to_a_pool_fit_it(rates in proptest::collection::vec(100_u64..20_000, 1..60)) {
        let pool = hop(Law::Pooled { capacity_kbps: 200_000, delay_us: 1_000, epsilon_ppb: 1_000 });
        let mut sold = 0;
        let mut needed_bps = 0.0;
        for rate_kbps in rates {
            let flow = Flow { rate_kbps, ..FLOW };
            let units = compile_delay(flow, 3_000, 999_000, std::slice::from_ref(&pool)).expect("can be kept").hops[0].1.units;
            if sold + units <= 200_000 {
                sold += units;
                let source = Source::Packets { mean_bps: crate::number::real(rate_kbps) * 1e3, packet_bits: 10_000.0 };
                needed_bps += source.effective_bps(theta(2e8, 1e-3, 1e-6));
            }
        }
        prop_assert!(needed_bps <= 2e8);
    }
}
