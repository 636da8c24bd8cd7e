//! Schemes, transport blocks and link curves.

use super::super::carrier::Carrier;
use super::super::link::{LinkCurve, attenuated_shannon, shannon};
use super::super::mcs::{Mcs, Table};
use super::super::transport::{BaseGraph, base_graph, block_bits, peak_bps};
use crate::tests::shared;
use proptest::prelude::*;

/// The fit is off by no more than this for any scheme.
const FIT_WITHIN_DB: f64 = 0.54;

fn scheme(table: Table, index: usize) -> Mcs {
    table.mcs(index).expect("in the table")
}

#[test]
fn transport_blocks_of_the_shared_table() {
    let Some(text) = shared("radio/tbs.csv") else { return };
    let mut rows = 0;
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.expect("the table is well formed");
        let number = |at: usize| row[at].parse::<u32>().expect("a number");
        let (rate, of) = row[3].split_once('/').expect("a rate");
        assert_eq!(of, "1024");
        let mcs = Mcs { qm: number(2), rate_x2048: 2 * rate.parse::<u32>().expect("a number") };
        assert_eq!(block_bits(mcs, number(1), number(4), 1), u64::from(number(5)), "{row:?}");
        rows += 1;
    }
    assert!(rows >= 5);
}

#[test]
fn transport_blocks_of_the_reference_channels() {
    // TS 38.108 table A.1-1.
    let mcs = Mcs { qm: 2, rate_x2048: 616 };
    for (prb, bits) in [(25, 2_152), (11, 984), (106, 9_224), (51, 4_352), (24, 2_088), (15, 1_320), (6, 528)] {
        assert_eq!(block_bits(mcs, prb, 144, 1), bits, "{prb} blocks");
    }
    assert_eq!(block_bits(mcs, 0, 144, 1), 0);
    // A block of many code blocks is of whole bytes with its check sum.
    assert_eq!((block_bits(scheme(Table::Qam256, 27), 273, 156, 4) + 24) % 8, 0);
}

#[test]
fn base_graphs() {
    let (low, medium, high) =
        (Mcs { qm: 2, rate_x2048: 512 }, Mcs { qm: 2, rate_x2048: 1_300 }, Mcs { qm: 2, rate_x2048: 1_800 });
    assert_eq!((base_graph(low, 100_000), base_graph(medium, 3_824)), (BaseGraph::Two, BaseGraph::Two));
    assert_eq!((base_graph(high, 292), base_graph(high, 293)), (BaseGraph::Two, BaseGraph::One));
    assert_eq!(base_graph(medium, 3_825), BaseGraph::One);
}

#[test]
fn peak_rate_of_a_100_mhz_carrier() {
    let carrier = Carrier::new(3.5, 100, 30).expect("a carrier");
    let mbps = peak_bps(carrier, 4, 8, 140_000) / 1e6;
    assert!((mbps - 2_337.0).abs() < 0.1, "{mbps}");
}

#[test]
fn fitted_thresholds_lie_by_measured_ones() {
    let Some(text) = shared("radio/snr_at_bler10.csv") else { return };
    let mut worst = 0.0_f64;
    let mut rows = 0;
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.expect("the table is well formed");
        let table = if &row[0] == "1" { Table::Qam64 } else { Table::Qam256 };
        let mcs = scheme(table, row[1].parse().expect("an index"));
        assert_eq!(mcs.qm, row[2].parse::<u32>().expect("a modulation"), "{row:?}");
        assert!((mcs.efficiency() - row[4].parse::<f64>().expect("an efficiency")).abs() < 1e-4, "{row:?}");
        assert_eq!(&row[5], "2000", "the fit is to code blocks of 2,000 bits: {row:?}");
        let rate_x1024 = row[3].parse::<f64>().expect("a rate");
        assert!((f64::from(mcs.rate_x2048) / 2.0 - rate_x1024).abs() < 0.01, "{row:?}");
        if let Ok(measured) = row[6].parse::<f64>() {
            worst = worst.max((mcs.threshold_db() - measured).abs());
            // Fewer block errors take more; what is said to be the gap is the one to Shannon's bound at that efficiency.
            assert!(row[7].parse::<f64>().is_ok_and(|fewer| fewer > measured), "{row:?}");
            let gap_db = measured - 10.0 * (mcs.efficiency().exp2() - 1.0).log10();
            assert!(row[8].parse::<f64>().is_ok_and(|said_db| (said_db - gap_db).abs() < 0.011), "{row:?} {gap_db}");
            assert!(shannon(measured) > mcs.efficiency());
            rows += 1;
        }
    }
    assert!(worst <= FIT_WITHIN_DB, "off by {worst} dB");
    assert!(worst > FIT_WITHIN_DB - 0.05, "closer than said: {worst} dB");
    assert!(rows > 40);
}

#[test]
fn an_operators_curve_is_read_and_used() {
    let Some(text) = shared("radio/snr_at_bler10.csv") else { return };
    let curve = LinkCurve::parse(&text, 2).expect("a curve");
    assert!((curve.efficiency(23.88) - 7.1602).abs() < 1e-9);
    assert!(curve.efficiency(23.87) < 7.0);
    assert!(curve.efficiency(-5.0) < f64::EPSILON);
    assert!(LinkCurve::parse(&text, 3).is_err());
}

#[test]
fn a_curve_that_is_none_is_refused_with_its_line() {
    let refused = |text: &str| LinkCurve::parse(text, 1).expect_err("not a curve").to_string();
    assert!(refused("mcs,se\n1,2\n").starts_with("line 1 of the link curve: columns"));
    assert!(refused("").starts_with("line 1"));
    let header = "table,se_bps_hz,snr_db_at_bler_0.1\n";
    assert_eq!(refused(&format!("{header}1,0.5,1\n1,99,1\n")), "line 3 of the link curve: 0.01 to 12 bit/s/Hz");
    assert!(refused(&format!("{header}1,0.5,NaN\n")).contains("-30 to 60 dB"));
    assert!(refused(&format!("{header}1,0.5\n")).contains("as many fields"));
}

#[test]
fn every_scheme_stays_below_shannon_and_attenuated_shannon_is_capped() {
    for table in [Table::Qam64, Table::Qam256] {
        for mcs in table.all() {
            assert!(mcs.efficiency() < shannon(mcs.threshold_db()), "{mcs:?}");
        }
        assert_eq!(table.all().count(), if table == Table::Qam64 { 29 } else { 28 });
    }
    assert!((attenuated_shannon(-10.1) - 0.0).abs() < f64::EPSILON);
    assert!((attenuated_shannon(40.0) - 4.4).abs() < f64::EPSILON);
    assert!((attenuated_shannon(0.0) - 0.6).abs() < 1e-12);
}

proptest! {
    #[test]
    fn more_resources_never_carry_less(index in 0_usize..28, prb in 1_u32..273, elements in 12_u32..157, layers in 1_u32..4) {
        let mcs = scheme(Table::Qam256, index);
        let bits = block_bits(mcs, prb, elements, layers);
        prop_assert!(block_bits(mcs, prb + 1, elements, layers) >= bits);
        prop_assert!(block_bits(mcs, prb, elements, layers + 1) >= bits);
        prop_assert_eq!(bits % 8, 0);
    }

    #[test]
    fn a_better_ratio_is_never_slower(snr_db in -20.0_f64..40.0, more in 0.0_f64..10.0) {
        let curve = LinkCurve::fitted(Table::Qam256);
        prop_assert!(curve.efficiency(snr_db + more) >= curve.efficiency(snr_db));
        prop_assert!(curve.efficiency(snr_db) <= shannon(snr_db));
    }
}
