//! A cell's capacity and its price list.

use super::super::Antenna;
use super::super::band::band;
use super::super::carrier::Carrier;
use super::super::cell::RadioCell;
use super::super::device::Heard;
use super::super::layout::sectors;
use super::super::link::LinkCurve;
use super::super::mcs::Table;
use super::super::pathloss::Scenario;
use super::super::penetration::Building;
use super::super::transport::peak_bps;
use super::super::uplink::Uplink;

fn upper_6_ghz() -> RadioCell {
    let ghz = band(104).expect("a band").downlink_ghz();
    RadioCell {
        scenario: Scenario::UrbanMacro,
        ghz,
        carrier: Carrier::new(ghz, 100, 30).expect("a carrier"),
        downlink_ppm: 750_000,
        overhead_ppm: 140_000,
        layers: 4,
        inter_site_m: 500.0,
        power_dbm: 55.0,
        antenna: Antenna { element_dbi: 8.0, rows: 10, zenith_deg: 102.0 },
        noise_figure_db: 7.0,
        indoor_ppm: 200_000,
        high_loss_ppm: 0,
        neighbour_load_ppm: 500_000,
    }
}

fn curve() -> LinkCurve {
    LinkCurve::fitted(Table::Qam256)
}

#[test]
fn equal_rates_carry_less_than_equal_resources_and_both_less_than_the_peak() {
    let cell = upper_6_ghz();
    let coverage = cell.coverage(&curve()).expect("in range");
    let peak_kbps = crate::number::floor(peak_bps(cell.carrier, 4, 8, 140_000) * 0.75 / 1e3);
    let (rate_fair, resource_fair) = (coverage.rate_fair_kbps(), coverage.resource_fair_kbps());
    assert!(0 < rate_fair && rate_fair < resource_fair && resource_fair < peak_kbps, "{rate_fair} {resource_fair}");
    assert!((500_000..=1_000_000).contains(&coverage.covered_ppm()), "{}", coverage.covered_ppm());
    assert_eq!(coverage, cell.coverage(&curve()).expect("in range"), "no luck in it");
}

#[test]
fn the_further_out_a_promise_holds_the_more_it_costs() {
    let coverage = upper_6_ghz().coverage(&curve()).expect("in range");
    let edges: Vec<_> =
        [500_000, 800_000, 900_000].into_iter().map(|places| coverage.edge(places).expect("covered")).collect();
    assert!(edges.is_sorted_by(|near, far| near.kbps > far.kbps), "{edges:?}");
    assert!(edges.is_sorted_by(|near, far| near.tariff.units(10_000) < far.tariff.units(10_000)));
    assert_eq!(edges.iter().map(|edge| edge.outage_ppb).collect::<Vec<_>>(), [500_000_000, 200_000_000, 100_000_000]);
    // All that the edge carries is the whole cell, and no less.
    assert_eq!(edges[1].tariff.units(edges[1].kbps), 1_000_000);
    assert_eq!(coverage.edge(1_000_001), None);
}

#[test]
fn neighbours_walls_distance_and_bandwidth_count() {
    let rate = |cell: RadioCell| cell.coverage(&curve()).expect("in range").resource_fair_kbps();
    let cell = upper_6_ghz();
    let (base, alone) = (rate(cell), RadioCell { neighbour_load_ppm: 0, ..cell });
    assert!(rate(alone) > base);
    assert!(rate(RadioCell { high_loss_ppm: 1_000_000, indoor_ppm: 1_000_000, ..cell }) < base);
    let half = Carrier::new(cell.ghz, 50, 30).expect("a carrier");
    assert!(rate(RadioCell { carrier: half, ..cell }) < base);
    let turns = RadioCell { downlink_ppm: 375_000, ..cell };
    assert!((base / 2).abs_diff(rate(turns)) <= 1);
    let far = RadioCell { inter_site_m: 3_000.0, ..alone }.coverage(&curve()).expect("in range");
    assert!(far.covered_ppm() < alone.coverage(&curve()).expect("in range").covered_ppm());
}

#[test]
fn a_column_adds_its_number_where_it_points_and_little_elsewhere() {
    let site = sectors(500.0)[0];
    let antenna = Antenna { element_dbi: 8.0, rows: 10, zenith_deg: 90.0 };
    assert!((site.gain_dbi(antenna, (100.0, 0.0), 0.0) - 18.0).abs() < 1e-9);
    // The first null of ten elements is where cos θ = 0.2.
    assert!(site.gain_dbi(antenna, (100.0, 0.0), 100.0 * 0.2_f64.asin().tan()) < -20.0);
    assert!(site.gain_dbi(antenna, (-100.0, 0.0), 0.0) < -10.0);
}

#[test]
fn what_is_no_cell_is_refused() {
    let cell = upper_6_ghz();
    assert!(RadioCell { layers: 0, ..cell }.coverage(&curve()).is_err());
    assert!(RadioCell { layers: 9, ..cell }.coverage(&curve()).is_err());
    assert!(RadioCell { inter_site_m: f64::NAN, ..cell }.coverage(&curve()).is_err());
    let error = RadioCell { downlink_ppm: 0, ..cell }.coverage(&curve()).expect_err("no downlink");
    assert_eq!(error.to_string(), "downlink share in ppm is 0; accepted is 1 to 1000000");
}

#[test]
fn factories_and_the_country_have_cells_too() {
    use super::super::pathloss::Clutter;
    for (scenario, inter_site_m, indoor_ppm) in [
        (Scenario::UrbanMicro, 200.0, 800_000),
        (Scenario::RuralMacro, 1_732.0, 500_000),
        (Scenario::Factory(Clutter::SparseLow), 40.0, 0),
        (Scenario::Factory(Clutter::DenseHigh), 40.0, 0),
    ] {
        let coverage = RadioCell { scenario, inter_site_m, indoor_ppm, ghz: 3.5, ..upper_6_ghz() }
            .coverage(&curve())
            .expect("in range");
        assert!(coverage.rate_fair_kbps() > 0, "{scenario:?}");
    }
}

fn power_class_3() -> Uplink {
    Uplink {
        uplink_ppm: 228_000,
        overhead_ppm: 80_000,
        layers: 1,
        power_dbm: 23.0,
        target_dbm: -80.0,
        compensated_ppm: 800_000,
        grant_prb: 30,
        noise_figure_db: 5.0,
    }
}

#[test]
fn the_uplink_carries_less_and_what_bounds_it_counts() {
    let (cell, uplink) = (upper_6_ghz(), power_class_3());
    let rate = |cell: RadioCell, uplink: Uplink| {
        cell.uplink_coverage(&uplink, &curve()).expect("in range").resource_fair_kbps()
    };
    let base = rate(cell, uplink);
    let down = cell.coverage(&curve()).expect("in range").resource_fair_kbps();
    let peak_kbps = crate::number::floor(peak_bps(cell.carrier, 1, 8, 80_000) * 0.228 / 1e3);
    assert!(0 < base && base < down && base < peak_kbps, "{base} {down} {peak_kbps}");
    // More power reaches further; over a narrow grant it is denser; neighbours and noise are in the way.
    let covered = |uplink: Uplink| {
        RadioCell { indoor_ppm: 1_000_000, high_loss_ppm: 1_000_000, ..cell }
            .uplink_coverage(&uplink, &curve())
            .expect("in range")
            .covered_ppm()
    };
    let basis = covered(uplink);
    assert!(covered(Uplink { power_dbm: 26.0, ..uplink }) > basis);
    assert!(covered(Uplink { grant_prb: 3, ..uplink }) > basis);
    assert!(covered(Uplink { noise_figure_db: 9.0, ..uplink }) < basis);
    assert!(rate(RadioCell { neighbour_load_ppm: 0, ..cell }, uplink) > base);
    let half = Uplink { uplink_ppm: 114_000, ..uplink };
    assert!((base / 2).abs_diff(rate(cell, half)) <= 1);
}

/// One device alone: what arrives is what is sent less what is lost, and nothing else is heard.
#[test]
fn the_budget_of_the_uplink_by_hand() {
    let (cell, uplink) = (RadioCell { neighbour_load_ppm: 0, ..upper_6_ghz() }, power_class_3());
    let heard = cell.heard().expect("in range");
    let noise_dbm = -174.0 + 10.0 * (30.0 * 12.0 * 30e3_f64).log10() + 5.0;
    let by_hand = heard.iter().map(|device| {
        let loss_db = -10.0 * device.serving.log10();
        let sent_dbm = (-80.0 + 10.0 * 30_f64.log10() + 0.8 * loss_db).min(23.0);
        let bits = curve().efficiency(sent_dbm - loss_db - noise_dbm);
        bits * 273.0 * 12.0 * 28_000.0 * 0.228 * 0.92 / 1e3
    });
    let by_hand: Vec<f64> = by_hand.filter(|kbps| *kbps > 0.0).collect();
    let mean = by_hand.iter().sum::<f64>() / crate::number::real(by_hand.len() as u64);
    let found = cell.uplink_coverage(&uplink, &curve()).expect("in range").resource_fair_kbps();
    assert!(crate::number::floor(mean).abs_diff(found) <= 1, "{mean} {found}");
}

#[test]
fn what_is_no_uplink_is_refused() {
    let (cell, uplink) = (upper_6_ghz(), power_class_3());
    for wrong in [
        Uplink { uplink_ppm: 0, ..uplink },
        Uplink { layers: 0, ..uplink },
        Uplink { grant_prb: 274, ..uplink },
        Uplink { power_dbm: f64::NAN, ..uplink },
        Uplink { compensated_ppm: 1_000_001, ..uplink },
    ] {
        assert!(cell.uplink_coverage(&wrong, &curve()).is_err(), "{wrong:?}");
    }
}

/// Coupling gain and geometry in dB at 5, 50 and 95 % of devices.
struct Calibration {
    scenario: Scenario,
    inter_site_m: f64,
    ghz: f64,
    coupling_db: [f64; 3],
    geometry_db: [f64; 3],
}

const fn calibration(
    scenario: Scenario,
    inter_site_m: f64,
    ghz: f64,
    coupling_db: [f64; 3],
    geometry_db: [f64; 3],
) -> Calibration {
    Calibration { scenario, inter_site_m, ghz, coupling_db, geometry_db }
}

/// Those of TR 38.900, R1-165974: medians over the companies' results.
const CALIBRATIONS: [Calibration; 6] = [
    calibration(Scenario::UrbanMacro, 500.0, 6.0, [-150.4, -120.3, -86.0], [-1.0, 8.6, 25.6]),
    calibration(Scenario::UrbanMacro, 500.0, 30.0, [-172.0, -140.1, -102.0], [-1.0, 8.6, 25.6]),
    calibration(Scenario::UrbanMacro, 500.0, 70.0, [-191.4, -156.6, -110.7], [-0.9, 8.5, 25.6]),
    calibration(Scenario::UrbanMicro, 200.0, 6.0, [-142.3, -112.2, -74.8], [-1.7, 7.3, 24.9]),
    calibration(Scenario::UrbanMicro, 200.0, 30.0, [-164.6, -132.4, -89.3], [-1.6, 7.5, 24.9]),
    calibration(Scenario::UrbanMicro, 200.0, 70.0, [-184.2, -149.1, -96.8], [-1.6, 7.5, 25.0]),
];

impl Calibration {
    /// How far off we are, as root mean squares over the three quantiles in dB: coupling and geometry.
    fn off_db(&self, modern: Building) -> (f64, f64) {
        let &Self { scenario, inter_site_m, ghz, .. } = self;
        let indoors = if scenario.is_indoors() { 0 } else { 800_000 };
        let cell =
            RadioCell { scenario, inter_site_m, ghz, indoor_ppm: indoors, high_loss_ppm: 500_000, ..upper_6_ghz() };
        let heard = cell.heard_behind(modern).expect("in range");
        let sorted = |measure: fn(&Heard) -> f64| {
            let mut all: Vec<_> = heard.iter().map(|device| 10.0 * measure(device).log10()).collect();
            all.sort_by(f64::total_cmp);
            [1, 10, 19].map(|twentieths| all[all.len() * twentieths / 20])
        };
        let rms = |found: [f64; 3], expected: [f64; 3]| {
            eprintln!("{scenario:?} {ghz} GHz: {found:?} for {expected:?}");
            (found.iter().zip(expected).map(|(found, expected)| (found - expected).powi(2)).sum::<f64>() / 3.0).sqrt()
        };
        let coupling = rms(sorted(|device| device.serving), self.coupling_db);
        (coupling, rms(sorted(|device| device.serving / device.others), self.geometry_db))
    }
}

#[test]
fn coupling_and_geometry_are_those_of_the_3gpp_calibration() {
    for row in CALIBRATIONS {
        let (coupling, geometry) = row.off_db(Building::HighLossBefore);
        let (scenario, ghz) = (row.scenario, row.ghz);
        assert!(coupling <= 1.5 && geometry <= 0.8, "{scenario:?} {ghz} GHz: rms {coupling} and {geometry} dB");
    }
}

#[test]
fn at_high_frequencies_the_newer_glass_is_not_what_was_calibrated_with() {
    for row in CALIBRATIONS.iter().filter(|row| row.ghz > 60.0) {
        let (before, now) = (row.off_db(Building::HighLossBefore).0, row.off_db(Building::HighLoss).0);
        assert!(now > before + 1.0, "{:?}: {now} dB off, {before} with the older one", row.scenario);
    }
}
