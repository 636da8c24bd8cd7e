//! Laws against closed forms, against each other, and at the edges of what they take.

use super::super::bandwidth::{Source, theta};
use super::super::certify::{Evidence, samples_needed};
use super::super::kaufman_roberts::{Class, LossError, occupancy};
use super::super::{erlang, reservation, sharing};
use proptest::prelude::*;

fn class(offered_erlang: f64, units: u32, reserved_units: u32) -> Class {
    Class { offered_erlang, units, reserved_units }
}

#[track_caller]
fn close(left: f64, right: f64, within: f64) {
    assert!((left - right).abs() <= within, "{left} and {right} are further apart than {within}");
}

#[test]
fn erlang_c_of_one_server_is_its_utilisation() {
    close(erlang::waits(0.7, 1).expect("stable"), 0.7, 1e-12);
    // 2 servers, 1 erlang: C = 1/3 (Kleinrock, Queueing Systems I, 3.5).
    close(erlang::waits(1.0, 2).expect("stable"), 1.0 / 3.0, 1e-12);
    assert_eq!(erlang::waits(2.0, 2), None);
    assert_eq!(erlang::blocked(f64::NAN, 2), None);
}

#[test]
fn servers_are_the_fewest_that_do() {
    let servers = erlang::servers_for(8.108, 10_000_000).expect("few");
    assert!(erlang::blocked(8.108, servers).expect("a load") <= 0.01);
    assert!(erlang::blocked(8.108, servers - 1).expect("a load") > 0.01);
    assert_eq!(erlang::servers_for(0.0, 0), Some(1), "with no server, whoever came would be refused");
}

#[test]
fn one_class_of_one_unit_is_erlang_b_even_with_thousands_of_units() {
    for (offered, units) in [(5.0, 10), (900.0, 1_000), (9_950.0, 10_000), (40_000.0, 10_000)] {
        let blocked = occupancy(units, &[class(offered, 1, 0)]).expect("sound").blocked[0];
        close(blocked, erlang::blocked(offered, units).expect("a load"), 1e-10);
    }
}

#[test]
fn the_exact_chain_agrees_with_the_recursion_where_nothing_is_reserved() {
    let classes = [class(3.0, 1, 0), class(1.5, 2, 0), class(0.4, 5, 0)];
    let exact = reservation::blocked(20, &classes).expect("small");
    let fast = occupancy(20, &classes).expect("sound");
    for (exact, fast) in exact.iter().zip(&fast.blocked) {
        close(*exact, *fast, 1e-9);
    }
    let by_class: f64 = fast.calls.iter().zip(&classes).map(|(calls, class)| calls * f64::from(class.units)).sum();
    close(by_class, fast.mean_units, 1e-9);
}

#[test]
fn a_reservation_protects_the_large_calls() {
    let without = reservation::blocked(20, &[class(6.0, 1, 0), class(2.0, 4, 0)]).expect("small");
    let with = reservation::blocked(20, &[class(6.0, 1, 3), class(2.0, 4, 0)]).expect("small");
    assert!(with[1] < without[1] && with[0] > without[0]);
}

#[test]
fn what_is_no_resource_is_refused_by_name() {
    assert_eq!(occupancy(2_000_000, &[class(1.0, 1, 0)]), Err(LossError::TooManyUnits));
    assert_eq!(occupancy(10, &[]), Err(LossError::Classes));
    assert_eq!(occupancy(10, &[class(1.0, 0, 0)]), Err(LossError::Class));
    assert_eq!(occupancy(10, &[class(f64::INFINITY, 1, 0)]), Err(LossError::Class));
    let large = [class(1.0, 1, 1), class(1.0, 1, 0), class(1.0, 1, 0), class(1.0, 1, 0)];
    assert_eq!(reservation::blocked(100, &large), Err(LossError::TooManyStates));
    let huge =
        occupancy(5, &[class(1.0, u32::MAX, u32::MAX)]).expect("a call that never fits is refused, not an error");
    close(huge.blocked[0], 1.0, 0.0);
}

#[test]
fn samples_that_certify_the_99_9th_percentile() {
    for (violations, samples) in [(0, 2_995), (1, 4_742), (2, 6_294), (5, 10_511)] {
        assert_eq!(samples_needed(999_000, 950_000, violations), Some(samples));
        let evidence = Evidence { samples, violations, confidence_ppm: 950_000 };
        assert_eq!(evidence.percentile_ppm(), 999_000);
        let one_less = Evidence { samples: samples - 1, ..evidence };
        assert!(one_less.percentile_ppm() < 999_000, "{one_less:?}");
    }
    assert_eq!(samples_needed(1_000_000, 950_000, 0), None);
    assert_eq!(samples_needed(999_000, 1_000_000, 0), None);
}

#[test]
fn evidence_that_proves_nothing_says_so() {
    let evidence = Evidence { samples: 0, violations: 0, confidence_ppm: 950_000 };
    assert_eq!((evidence.late_ppb_min(), evidence.late_ppb_max()), (0, 1_000_000_000));
    let all = Evidence { samples: 10, violations: 10, confidence_ppm: 950_000 };
    assert_eq!(all.late_ppb_max(), 1_000_000_000);
    // The lower limit of 10 of 10 is 0.05^(1/10) = 0.741134…
    assert_eq!(all.late_ppb_min() / 1_000_000, 741);
}

#[test]
fn processor_sharing_and_mm1() {
    close(sharing::mean_sojourn_s(0.01, 0.9).expect("stable"), 0.1, 1e-12);
    assert_eq!(sharing::mean_sojourn_s(0.01, 1.0), None);
    close(sharing::tail_at_most(0.01, 0.9, 0.4).expect("stable"), 0.25, 1e-12);
    // 6.908 / (μ - λ) of the 99.9th percentile.
    close(sharing::mm1_percentile_s(1_001.0, 1_000.0, 0.001).expect("stable"), 6.907_755, 1e-6);
    close(sharing::mm1_tail(1_001.0, 1_000.0, 6.907_755), 0.001, 1e-8);
}

#[test]
fn effective_bandwidth_of_exponential_packets_is_the_law_of_mm1() {
    // P(D > d) = ε at eb(θ) = C: the rate is λL + L ln(1/ε) / d.
    let source = Source::Packets { mean_bps: 2e6, packet_bits: 12_000.0 };
    let rate_bps = 2e6 + 12_000.0 * 1_000.0_f64.ln() / 0.01;
    let needed = source.effective_bps(theta(rate_bps, 0.01, 0.001));
    close(needed, rate_bps, 1.0);
}

#[test]
fn effective_bandwidth_lies_between_mean_and_peak() {
    let on_off = Source::OnOff { peak_bps: 8e6, on_s: 0.5, off_s: 1.5 };
    close(on_off.effective_bps(1e-12), 2e6, 10.0);
    close(on_off.effective_bps(1.0), 8e6, 10.0);
    let measured = Source::Measured { bits: vec![1_000.0, 3_000.0, 2_000.0], interval_s: 0.001 };
    close(measured.effective_bps(1e-9), 2e6, 10.0);
    close(measured.effective_bps(10.0), 3e6, 1_000.0);
    let fixed = Source::FixedPackets { mean_bps: 1e6, packet_bits: 8_000.0 };
    assert!(fixed.effective_bps(1e-4) < Source::Packets { mean_bps: 1e6, packet_bits: 8_000.0 }.effective_bps(1e-4));
    assert!(Source::Measured { bits: vec![], interval_s: 1.0 }.effective_bps(0.1).is_infinite());
    assert!(Source::Packets { mean_bps: -1.0, packet_bits: 8.0 }.effective_bps(0.1).is_infinite());
}

proptest! {
    #[test]
    fn more_load_blocks_more_and_more_units_block_less(
        offered in 0.1_f64..200.0,
        more in 0.1_f64..50.0,
        units in 1_u32..300,
    ) {
        let blocked = |offered: f64, units: u32| {
            occupancy(units, &[class(offered, 1, 0), class(offered / 4.0, 3, 0)]).expect("sound").blocked
        };
        let before = blocked(offered, units);
        prop_assert!(blocked(offered + more, units)[1] >= before[1] - 1e-12);
        prop_assert!(blocked(offered, units + 3)[1] <= before[1] + 1e-12);
    }

    #[test]
    fn effective_bandwidth_grows_with_theta(log_theta in -9.0_f64..-2.0, step in 0.0_f64..1.0, on in 0.01_f64..5.0) {
        let sources = [
            Source::OnOff { peak_bps: 5e6, on_s: on, off_s: 1.0 },
            Source::FixedPackets { mean_bps: 3e6, packet_bits: 12_000.0 },
            Source::Measured { bits: vec![0.0, 1e4, 5e4, 2e4], interval_s: 0.01 },
        ];
        let (low, high) = (10_f64.powf(log_theta), 10_f64.powf(log_theta + step));
        for source in &sources {
            prop_assert!(source.effective_bps(high) >= source.effective_bps(low) * (1.0 - 1e-6));
        }
    }

    #[test]
    fn certified_limits_hold_their_confidence(samples in 1_u64..5_000, violations in 0_u64..40) {
        let evidence = Evidence { samples, violations: violations.min(samples), confidence_ppm: 950_000 };
        let (low, high) = (evidence.late_ppb_min(), evidence.late_ppb_max());
        let seen = evidence.violations * 1_000_000_000 / samples;
        prop_assert!(low <= seen && seen <= high);
        let more = Evidence { samples: samples + 1, ..evidence };
        prop_assert!(more.late_ppb_max() <= high);
    }
}
