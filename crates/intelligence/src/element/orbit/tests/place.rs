//! Places and looks, against values that can be worked out by hand.

use super::{Y2000, kuiper};
use crate::element::orbit::frame::sidereal_rad;
use crate::element::orbit::vector::distance;
use crate::element::orbit::{Place, PlaceError, Shell};

fn place(latitude_deg: f64, longitude_deg: f64, altitude_m: f64) -> Place {
    Place::new(latitude_deg, longitude_deg, altitude_m).expect("a place")
}

#[test]
fn the_ellipsoid_is_wgs_84() {
    // Axes of WGS-84, and the reference point of EPSG guidance note 7-2 (§4.1.1).
    assert!(distance(place(0.0, 90.0, 0.0).earth_fixed(), [0.0, 6_378_137.0, 0.0]) < 1e-3);
    assert!(distance(place(90.0, 0.0, 0.0).earth_fixed(), [0.0, 0.0, 6_356_752.314]) < 1e-3);
    let epsg = place(53.0 + 48.0 / 60.0 + 33.82 / 3600.0, 2.0 + 7.0 / 60.0 + 46.38 / 3600.0, 73.0);
    assert!(distance(epsg.earth_fixed(), [3_771_793.968, 140_253.342, 5_124_304.349]) < 2e-3);
}

#[test]
fn sidereal_time_is_that_of_the_almanac() {
    // GMST at 2000-01-01 00:00 UT: 6 h 39 min 52.27 s.
    let hours = sidereal_rad(Y2000) * 12.0 / std::f64::consts::PI;
    assert!((hours - (6.0 + 39.0 / 60.0 + 52.27 / 3600.0)).abs() < 1e-5, "{hours}");
}

#[test]
fn relays_in_the_air_are_seen_like_satellites() {
    let above = place(10.0, 20.0, 20_000.0).seen_from(place(10.0, 20.0, 0.0));
    assert!((above.elevation_deg - 90.0).abs() < 1e-6 && (above.range_m - 20_000.0).abs() < 1e-3);
    assert_eq!((above.delay_ns(), above.round_trip_us()), (66_713, 134));
    let east = place(0.0, 1.0, 20_000.0).seen_from(place(0.0, 0.0, 0.0));
    assert!((east.azimuth_deg - 90.0).abs() < 1e-6 && (0.0..20.0).contains(&east.elevation_deg));
    let hidden = place(0.0, 20.0, 20_000.0).seen_from(place(0.0, 0.0, 0.0));
    assert!(hidden.elevation_deg < 0.0);
}

#[test]
fn a_place_is_on_the_map() {
    assert_eq!(Place::new(90.1, 0.0, 0.0), Err(PlaceError::Latitude));
    assert_eq!(Place::new(0.0, f64::NAN, 0.0), Err(PlaceError::Longitude));
    assert_eq!(Place::new(0.0, 0.0, 1e9), Err(PlaceError::Altitude));
}

#[test]
fn no_satellite_is_faster_than_its_bound() {
    // Against the Earth's turn, where they are fastest over the ground.
    let shell = Shell { inclination_deg: 179.0, ..kuiper() };
    let satellites = shell.satellites().expect("a shell");
    for satellite in satellites.iter().step_by(97) {
        let at = |second| satellite.position(Y2000.after(types::Duration::from_secs(second))).expect("in orbit");
        for second in (0..6_000).step_by(60) {
            let moved = distance(at(second), at(second + 1));
            assert!((7_000.0..satellite.speed_m_s_max()).contains(&moved), "{moved} m in a second");
        }
    }
}
