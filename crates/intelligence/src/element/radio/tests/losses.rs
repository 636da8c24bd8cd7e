//! Path loss, line of sight, walls, bands and carriers.

use super::super::RadioError;
use super::super::band::{BANDS, arfcn_at_or_below, band, frequency_hz};
use super::super::carrier::Carrier;
use super::super::los::{Hall, line_of_sight};
use super::super::pathloss::{Clutter, Office, Path, Scenario, Sight};
use super::super::penetration::{Building, Material};
use proptest::prelude::*;

const ALL: [Scenario; 9] = [
    Scenario::UrbanMacro,
    Scenario::UrbanMicro,
    Scenario::RuralMacro,
    Scenario::Factory(Clutter::SparseLow),
    Scenario::Factory(Clutter::DenseLow),
    Scenario::Factory(Clutter::SparseHigh),
    Scenario::Factory(Clutter::DenseHigh),
    Scenario::Office(Office::Mixed),
    Scenario::Office(Office::Open),
];

fn path(scenario: Scenario, ghz: f64, ground_m: f64) -> Path {
    Path { ghz, ground_m, base_m: scenario.base_m(), device_m: 1.5, environment_m: 1.0 }
}

#[track_caller]
fn check(scenario: Scenario, ghz: f64, ground_m: f64, line_db: f64, none_db: f64) {
    let path = path(scenario, ghz, ground_m);
    for (sight, expected) in [(Sight::Line, line_db), (Sight::None, none_db)] {
        let loss = scenario.loss(path, sight).expect("in range").median_db;
        assert!((loss - expected).abs() < 0.01, "{sight:?} at {ground_m} m: {loss}, not {expected}");
    }
}

#[test]
fn losses_of_the_tables_to_a_hundredth_of_a_decibel() {
    check(Scenario::UrbanMacro, 6.7, 200.0, 95.21, 120.10);
    check(Scenario::UrbanMacro, 6.7, 1_000.0, 110.52, 147.31);
    check(Scenario::UrbanMacro, 6.7, 2_000.0, 122.02, 159.07);
    check(Scenario::UrbanMicro, 6.7, 100.0, 90.95, 110.65);
    check(Scenario::UrbanMicro, 6.7, 500.0, 107.40, 135.27);
    check(Scenario::RuralMacro, 0.7, 1_000.0, 93.38, 116.44);
    check(Scenario::RuralMacro, 0.7, 5_000.0, 121.33, 143.44);
    let flat = Path { ghz: 3.5, ground_m: 50.0, base_m: 1.5, device_m: 1.5, environment_m: 1.0 };
    let factory = |clutter, sight| Scenario::Factory(clutter).loss(flat, sight).expect("in range").median_db;
    assert!((factory(Clutter::SparseLow, Sight::Line) - 78.71).abs() < 0.01);
    // By hand: 33 + 25.5 × 1.69897 + 20 × 0.54407, and the like for the others.
    for (clutter, expected) in [
        (Clutter::SparseLow, 87.205),
        (Clutter::DenseLow, 90.135),
        (Clutter::SparseHigh, 82.358),
        (Clutter::DenseHigh, 81.719),
    ] {
        assert!(
            (factory(clutter, Sight::None) - expected).abs() < 0.01,
            "{clutter:?} {}",
            factory(clutter, Sight::None)
        );
    }
}

#[test]
fn losses_in_an_office() {
    // By hand, 6.7 GHz (lg 0.82607) over 10 m through the air: 32.4 + 17.3 + 16.521, and 17.3 + 38.3 + 20.569.
    let ten = Path { ghz: 6.7, ground_m: 96_f64.sqrt(), base_m: 3.0, device_m: 1.0, environment_m: 0.0 };
    for office in [Office::Mixed, Office::Open] {
        let loss = |path, sight| Scenario::Office(office).loss(path, sight).expect("in range");
        let (line, none) = (loss(ten, Sight::Line), loss(ten, Sight::None));
        assert!((line.median_db - 66.221).abs() < 0.001 && (line.shadow_db - 3.0).abs() < 1e-9, "{line:?}");
        assert!((none.median_db - 76.169).abs() < 0.001 && (none.shadow_db - 8.03).abs() < 1e-9, "{none:?}");
        // Close by the law without sight would be the smaller one.
        let near = Path { ground_m: 0.0, base_m: 2.0, device_m: 1.0, ..ten };
        assert!((loss(near, Sight::None).median_db - loss(near, Sight::Line).median_db).abs() < 1e-9);
        let far = Path { ground_m: 151.0, ..ten };
        assert!(Scenario::Office(office).loss(far, Sight::Line).is_err());
    }
}

#[test]
fn lines_of_sight_in_an_office() {
    for (office, ground_m, expected) in [
        (Office::Mixed, 1.2, 1.0),
        (Office::Mixed, 5.9, 0.367_88),
        (Office::Mixed, 39.1, 0.32 * 0.367_88),
        (Office::Open, 5.0, 1.0),
        (Office::Open, 40.4, 0.606_53),
        (Office::Open, 140.0, 0.54 * 0.650_59),
    ] {
        let found = line_of_sight(Scenario::Office(office), ground_m, 1.0).expect("in range");
        assert!((found - expected).abs() < 1e-4, "{office:?} at {ground_m} m: {found}");
    }
    assert!(line_of_sight(Scenario::Office(Office::Open), 151.0, 1.0).is_err());
}

#[test]
fn breakpoints_lie_where_the_tables_say() {
    assert!((path(Scenario::UrbanMacro, 6.7, 200.0).urban_breakpoint_m() - 1_072.0).abs() < 1.0);
    assert!((path(Scenario::UrbanMicro, 6.7, 200.0).urban_breakpoint_m() - 402.0).abs() < 1.0);
}

#[test]
fn what_the_tables_do_not_cover_is_refused_with_what_they_do() {
    let refused =
        |scenario: Scenario, ghz, ground_m, sight| scenario.loss(path(scenario, ghz, ground_m), sight).is_err();
    assert!(refused(Scenario::UrbanMacro, 6.7, 9.9, Sight::Line));
    assert!(refused(Scenario::UrbanMacro, 6.7, 5_001.0, Sight::Line));
    assert!(refused(Scenario::UrbanMicro, 0.4, 100.0, Sight::Line));
    assert!(refused(Scenario::RuralMacro, 0.7, 5_001.0, Sight::None));
    assert!(!refused(Scenario::RuralMacro, 0.7, 5_001.0, Sight::Line));
    assert!(refused(Scenario::Factory(Clutter::DenseHigh), 3.5, 601.0, Sight::Line));
    assert!(refused(Scenario::UrbanMacro, f64::NAN, 100.0, Sight::Line));
    let tall = Path { device_m: 23.0, ..path(Scenario::UrbanMacro, 6.7, 100.0) };
    let error = Scenario::UrbanMacro.loss(tall, Sight::Line).expect_err("too tall");
    assert_eq!(error.to_string(), "height of the device in m is 23; accepted is 1.5 to 22.5");
}

#[test]
fn lines_of_sight() {
    let cases = [
        (Scenario::UrbanMacro, 100.0, 0.3477),
        (Scenario::UrbanMicro, 100.0, 0.2310),
        (Scenario::RuralMacro, 1_000.0, 0.3716),
        (Scenario::UrbanMacro, 18.0, 1.0),
    ];
    for (scenario, ground_m, expected) in cases {
        let found = line_of_sight(scenario, ground_m, 1.5).expect("in range");
        assert!((found - expected).abs() < 5e-5, "{scenario:?} {found}");
    }
    let high = line_of_sight(Scenario::UrbanMacro, 200.0, 22.5).expect("in range");
    assert!(high > line_of_sight(Scenario::UrbanMacro, 200.0, 13.0).expect("in range"));
    // k = -10 / ln(0.8) = 44.81 m: e^-1 there.
    let hall = Hall::typical(Clutter::SparseLow);
    let found = hall.line_of_sight(Clutter::SparseLow, 44.814, 1.5, 1.5).expect("in range");
    assert!((found - 0.367_88).abs() < 1e-4, "{found}");
    assert!(Hall { density: 1.0, ..hall }.line_of_sight(Clutter::SparseLow, 10.0, 1.5, 1.5).is_err());
}

#[test]
fn walls() {
    assert!((Material::CoatedGlass.loss_db(6.7) - 26.137).abs() < 1e-9);
    assert!((Material::CoatedGlassBefore.loss_db(30.0) - 32.0).abs() < 1e-9);
    // 5 - 10 lg(0.3 × 10^-0.28 + 0.7 × 10^-2.1) at 4 GHz, and 0.5 dB a metre.
    assert!((Building::LowLoss.loss_db(4.0, 0.0) - 12.878).abs() < 0.01, "{}", Building::LowLoss.loss_db(4.0, 0.0));
    assert!((Building::LowLoss.loss_db(4.0, 10.0) - Building::LowLoss.loss_db(4.0, 0.0) - 5.0).abs() < 1e-9);
    assert!(Building::HighLoss.loss_db(6.7, 0.0) > Building::LowLoss.loss_db(6.7, 0.0) + 10.0);
}

#[test]
fn the_upper_6_ghz_band_and_its_channel_numbers() {
    assert_eq!(band(104).and_then(super::super::band::Band::downlink_arfcn), Some((828_334, 875_000)));
    assert_eq!(frequency_hz(875_000), Some(7_125_000_000));
    // n78 (TS 38.101-1 table 5.4.2.3-1) and n257 (TS 38.101-2).
    assert_eq!(band(78).and_then(super::super::band::Band::downlink_arfcn), Some((620_000, 653_333)));
    assert_eq!(frequency_hz(2_054_166), Some(26_500_020_000));
    assert_eq!((frequency_hz(3_279_165), frequency_hz(3_279_166)), (Some(99_999_960_000), None));
    assert_eq!(arfcn_at_or_below(200_000_000), None);
    assert!(BANDS.is_sorted_by_key(|band| band.number));
}

#[test]
fn carriers_of_the_table() {
    assert_eq!(Carrier::new(3.5, 100, 30).map(|carrier| carrier.prb), Ok(273));
    assert_eq!(Carrier::new(0.7, 20, 15).map(|carrier| carrier.prb), Ok(106));
    assert_eq!(Carrier::new(28.0, 400, 120).map(|carrier| carrier.prb), Ok(264));
    assert_eq!(Carrier::new(3.5, 100, 15), Err(RadioError::Carrier { mhz: 100, scs_khz: 15 }));
    assert!(Carrier::new(28.0, 100, 30).is_err());
}

proptest! {
    #[test]
    fn loss_grows_with_distance_and_without_sight(
        which in 0_usize..9,
        ghz in 0.5_f64..30.0,
        ground_m in 10.0_f64..400.0,
        more in 1.0_f64..1.4,
    ) {
        let scenario = ALL[which];
        // An office's table ends at 150 m.
        let ground_m = if matches!(scenario, Scenario::Office(_)) { ground_m / 4.0 } else { ground_m };
        let loss = |ground_m, sight| scenario.loss(path(scenario, ghz, ground_m), sight).expect("in range").median_db;
        prop_assert!(loss(ground_m, Sight::None) >= loss(ground_m, Sight::Line));
        // The rural and urban laws step down by a hair at their breakpoints.
        prop_assert!(loss(ground_m * more, Sight::Line) >= loss(ground_m, Sight::Line) - 0.2);
        prop_assert!(loss(ground_m * more, Sight::None) >= loss(ground_m, Sight::None) - 0.2);
    }

    #[test]
    fn channel_numbers_return(arfcn in 0_u32..=3_279_165) {
        let hz = frequency_hz(arfcn).expect("in range");
        prop_assume!(hz.is_multiple_of(1_000));
        prop_assert_eq!(arfcn_at_or_below(hz / 1_000), Some(arfcn));
    }
}
