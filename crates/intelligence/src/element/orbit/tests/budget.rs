//! The link budgets, delays and tables of TR 38.821 and TR 38.811, and the shells that operators filed.

use super::{Y2000, shared};
use crate::element::orbit::budget::{
    Budget, doppler_bound_ppb, doppler_max_ppb, free_space_loss_db, gain_to_noise_db, regenerative_round_trip_ns,
    slant_range_m, transparent_round_trip_ns,
};
use crate::element::orbit::shell::{Height, Phasing, Shell};
use crate::element::orbit::{Band, Environment, Fading, Payload, fading, footprint_km2};

const LEO_600_M: f64 = 600e3;
const LEO_1200_M: f64 = 1_200e3;
const GEO_M: f64 = 35_786e3;

fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} is not {expected} within {within}");
}

/// The numbers in a cell: `541.46 25.77 41.77 ms` has three.
fn numbers(cell: &str) -> Vec<f64> {
    cell.split(' ').filter_map(|word| word.parse().ok()).collect()
}

/// The checks of the file by name, each with what it expects.
fn checks() -> Option<Vec<(String, Vec<f64>)>> {
    let text = shared("ntn/link-budget.csv")?;
    let row = |line: &str| {
        // Inputs are quoted where they have commas; what is expected comes after.
        let plain: String = line
            .split('"')
            .enumerate()
            .map(|(part, text)| if part == 1 { text.replace(',', ";") } else { text.to_owned() })
            .collect();
        let cells: Vec<&str> = plain.split(',').collect();
        (cells[0].to_owned(), numbers(cells[2]))
    };
    Some(text.lines().skip(1).map(row).collect())
}

/// Study case 6: LEO-600 in Ka band to a small dish.
fn study_case_6(eirp_dbw: f64, gain_to_noise_db: f64, frequency_hz: f64) -> Budget {
    Budget {
        eirp_dbw,
        gain_to_noise_db,
        free_space_db: free_space_loss_db(frequency_hz, slant_range_m(LEO_600_M, 30.0)),
        gas_db: 0.5,
        shadow_db: 0.0,
        scintillation_db: 0.3,
        other_db: 0.0,
        bandwidth_hz: 400e6,
    }
}

#[test]
fn every_link_budget_of_the_report_is_met() {
    let Some(checks) = checks() else { return };
    assert_eq!(checks.len(), 8);
    let free_space = |altitude_m, elevation_deg| {
        [2e9, 20e9, 30e9].map(|hz| free_space_loss_db(hz, slant_range_m(altitude_m, elevation_deg))).to_vec()
    };
    let round_trip_ms = |altitude_m| {
        let slant_m = slant_range_m(altitude_m, 10.0);
        crate::number::real(transparent_round_trip_ns(slant_m, slant_m)) / 1e6
    };
    for (name, expected) in checks {
        let (found, within) = match name.as_str() {
            "CNR SC6 DL" => (vec![study_case_6(30.0, 15.9, 20e9).carrier_to_noise_db()], 0.1),
            "CNR SC6 UL" => (vec![study_case_6(46.2, 13.0, 30e9).carrier_to_noise_db()], 0.1),
            "FSPL LEO600 30deg" => (free_space(LEO_600_M, 30.0), 0.1),
            "FSPL LEO1200 30deg" => (free_space(LEO_1200_M, 30.0), 0.1),
            "FSPL GEO 12.5deg" => (free_space(GEO_M, 12.5), 0.1),
            "transparent RTT 10deg" => ([GEO_M, LEO_600_M, LEO_1200_M].map(round_trip_ms).to_vec(), 0.01),
            "G/T handheld" => (vec![gain_to_noise_db(0.0, 7.0, 290.0)], 0.1),
            "G/T VSAT" => (vec![gain_to_noise_db(39.7, 1.2, 150.0)], 0.1),
            other => panic!("no check is written for {other}"),
        };
        println!("{name}: {found:?}, published {expected:?}");
        assert_eq!(found.len(), expected.len(), "{name}");
        for (found, expected) in found.into_iter().zip(expected) {
            near(found, expected, within);
        }
    }
}

#[test]
fn the_tables_are_the_reports() {
    let Some(text) = shared("ntn/los_sf_cl.csv") else { return };
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let environment = match cells[0] {
            "Dense_Urban" => Environment::DenseUrban,
            "Urban" => Environment::Urban,
            _ => Environment::Suburban,
        };
        let band = if cells[1] == "S" { Band::S } else { Band::Ka };
        let value = |cell: usize| cells[cell].parse::<f64>().expect("a number");
        let expected = Fading {
            los_probability: value(3),
            shadow_los_db: value(4),
            shadow_nlos_db: value(5),
            clutter_nlos_db: value(6),
        };
        // The nearest row is meant for all within 5 degrees.
        for off in [-4.9, 0.0, 4.9] {
            assert_eq!(fading(environment, band, value(2) + off), expected, "{line}");
        }
        rows += 1;
    }
    assert_eq!(rows, 54);
    assert_eq!(fading(Environment::Urban, Band::S, 2.0), fading(Environment::Urban, Band::S, 10.0));
}

#[test]
fn doppler_is_that_of_the_report() {
    // 23.0 ppm on a still Earth; 24 ppm, 48 kHz at 2 GHz, is published for the turning one.
    near(crate::number::real(doppler_max_ppb(LEO_600_M, 0.0)), 23_050.0, 50.0);
    assert!((doppler_max_ppb(LEO_600_M, 0.0)..=doppler_bound_ppb(LEO_600_M, 0.0)).contains(&24_000));
    assert_eq!(doppler_max_ppb(LEO_600_M, 90.0), 1);
    assert_eq!(regenerative_round_trip_ns(299_792.458), 2_000_000);
}

#[test]
fn the_filed_shells_fly_at_the_filed_rate() {
    let Some(text) = shared("ntn/constellations.csv") else { return };
    let mut rates = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let value = |cell: usize| cells[cell].parse::<f64>().expect("a number");
        let shell = Shell {
            name: format!("{} {}", cells[0], cells[1]),
            height: Height::AltitudeKm(value(4)),
            inclination_deg: value(5),
            planes: cells[2].parse().expect("planes"),
            satellites_per_plane: cells[3].parse().expect("satellites"),
            phasing: Phasing::AlternatingHalf,
            node_spread_deg: 360.0,
            epoch: Y2000,
        };
        let satellites = shell.satellites().expect("a shell");
        assert_eq!(satellites.len(), usize::try_from(shell.planes * shell.satellites_per_plane).expect("small"));
        if let Some((before, _)) = line.split_once(" rev/day") {
            let filed: f64 = before.rsplit('(').next().expect("a rate").parse().expect("a rate");
            // Hypatia flies Starlink's 550 km at the rate of 510 km; the others at their own.
            let within = if cells[0].starts_with("Starlink") { 0.14 } else { 0.01 };
            near(86_400.0 / satellites[0].period_s(), filed, within);
            rates += 1;
        }
    }
    assert_eq!(rates, 3);
}

#[test]
fn beams_share_what_they_carry() {
    let payload = Payload { beams: 8, beam: study_case_6(30.0, 15.9, 20e9) };
    // 8.58 dB: 0.6 log2(1 + 7.21) = 1.82 bit/s/Hz over 400 MHz.
    near(crate::number::real(payload.beam.rate_kbps()), 729_000.0, 1_000.0);
    assert_eq!(payload.capacity_kbps(), 8 * payload.beam.rate_kbps());
    assert_eq!(payload.share_kbps(10.0, 40.0), payload.capacity_kbps() / 4);
    assert_eq!(payload.share_kbps(50.0, 40.0), payload.capacity_kbps());
    assert_eq!(payload.share_kbps(f64::NAN, 40.0), 0);
    let deaf = Budget { other_db: 30.0, ..payload.beam };
    assert_eq!(deaf.rate_kbps(), 0);
    // With the horizon as mask: 2 π R² h / (R + h).
    near(footprint_km2(LEO_600_M, 0.0), 21_952_000.0, 10_000.0);
}
