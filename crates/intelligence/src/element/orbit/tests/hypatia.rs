//! Hypatia's satgenpy, an independent simulator (propagation by pyephem, paths by networkx): Rio de Janeiro to Saint
//! Petersburg over Kuiper-630 for 200 s.

use super::{Y2000, checked, shared};
use crate::element::orbit::{Access, Mesh, Place, Reach, Route, Satellite, Snapshot, tle};
use types::Duration;

const FOLDER: &str = "hypatia-kuiper630/";
const SATELLITES: usize = 34 * 34;

/// Hypatia numbers ground stations behind the satellites.
const FROM: usize = 1173;
const TO: usize = 1229;

/// Pyephem's SGP4 counts in Earth radii of 6,378.135 km (WGS-72), and is turned into kilometres by 6,378.160.
const PYEPHEM_SCALE: f64 = 6_378.160 / 6_378.135;
/// With that scale taken away its observer, on 6,378.160 km flattened by 1/298.25, stands below WGS-84 by this.
const PYEPHEM_BELOW_M: f64 = 2.0;
/// Its sidereal time is Newcomb's, behind that of 1982 by this at the epoch: 35 m at the equator.
const PYEPHEM_BEHIND_DEG: f64 = 0.000_317;

/// It divides the tangent of a latitude by this, meant for geocentric ones: 31 m north at 60°.
const PYEPHEM_LATITUDE: f64 = 1.0 - 1.0 / (298.25 * 298.25);

/// The element sets that satgenpy writes and flies, with four decimals of a degree, up to 6 m along the track.
fn satgenpy() -> String {
    let mut sets = String::new();
    for plane in 0..34_u32 {
        for slot in 0..34_u32 {
            let number = plane * 34 + slot;
            let node = f64::from(plane) * 360.0 / 34.0;
            let anomaly = f64::from(plane % 2) * 360.0 / 68.0 + f64::from(slot) * 360.0 / 34.0;
            let one =
                checked(&format!("1 {:05}U 00000ABC 00001.00000000  .00000000  00000-0  00000+0 0    0", number + 1));
            let orbit = format!(" 51.9000 {node:8.4} 0000001   0.0000 {anomaly:8.4} 14.80000000");
            let two = checked(&format!("2 {:05} {orbit}    0", number + 1));
            sets.extend([format!("Kuiper-630 {number}\n"), one, "\n".into(), two, "\n".into()]);
        }
    }
    sets
}

/// Rows of `nanoseconds,value`.
fn rows(file: &str) -> Option<Vec<(u64, String)>> {
    let text = shared(&format!("{FOLDER}{file}"))?;
    let row = |line: &str| {
        let (at, value) = line.split_once(',').expect("two columns");
        (at.parse().expect("nanoseconds"), value.to_owned())
    };
    Some(text.lines().map(row).collect())
}

fn city(node: usize) -> Option<Place> {
    let text = shared(&format!("{FOLDER}ground_stations_cities_sorted_by_estimated_2025_pop_top_100.basic.txt"))?;
    let line = text.lines().nth(node - SATELLITES).expect("a hundred cities");
    let fields: Vec<&str> = line.split(',').collect();
    let number = |field: usize| fields[field].parse::<f64>().expect("degrees or metres");
    let tangent = number(2).to_radians().tan();
    let latitude_deg = (tangent / PYEPHEM_LATITUDE).atan().to_degrees();
    let place = Place::new(latitude_deg, number(3) - PYEPHEM_BEHIND_DEG, number(4) - PYEPHEM_BELOW_M);
    Some(place.expect("a place"))
}

/// The ground link that Hypatia allows: the slant of a cone of 30° over flat ground.
fn reach() -> Reach {
    Reach::RangeM(630_000.0_f64.hypot(630_000.0 / 30.0_f64.to_radians().tan()) / PYEPHEM_SCALE)
}

fn written(route: Option<&Route>) -> String {
    let Some(route) = route else { return "Unreachable".into() };
    let middle: Vec<String> = route.satellites.iter().map(usize::to_string).collect();
    format!("{FROM}-{}-{TO}", middle.join("-"))
}

/// What every 100 ms the product finds.
fn routes(satellites: &[Satellite], from: Place, to: Place) -> impl Iterator<Item = (u64, Option<Route>)> {
    let mesh = Mesh::plus_grid(34, 34);
    let mut up = Access::new(from.site(), reach(), SATELLITES);
    let mut down = Access::new(to.site(), reach(), SATELLITES);
    (0..2_000).map(move |step| {
        let at = Y2000.after(Duration::from_ms(step * 100));
        let mut sky = Snapshot::new(satellites, at);
        let ups = up.usable(satellites, at, |satellite| sky.position(satellite));
        let downs = down.usable(satellites, at, |satellite| sky.position(satellite));
        (step * 100_000_000, mesh.shortest(&mut sky, &ups, &downs))
    })
}

#[test]
fn every_round_trip_is_hypatias_within_ten_microseconds() {
    let (Some(rtts), Some(paths)) = (rows("networkx_rtt_1173_to_1229.txt"), rows("networkx_path_1173_to_1229.txt"))
    else {
        return;
    };
    let (from, to) = (city(FROM).expect("beside the others"), city(TO).expect("beside the others"));
    let satellites = tle::satellites(&satgenpy()).expect("element sets");
    let (mut changes, mut worst_ns, mut last) = (Vec::new(), 0.0_f64, None);
    assert_eq!(rtts.len(), 2_000);
    for ((at, rtt), (expected_at, expected)) in routes(&satellites, from, to).zip(rtts) {
        assert_eq!(at, expected_at);
        let path = written(rtt.as_ref());
        if last.as_ref() != Some(&path) {
            changes.push((at, path.clone()));
            last = Some(path);
        }
        let expected: f64 = expected.parse().expect("nanoseconds");
        let rtt_ns = rtt.map_or(0.0, |route| crate::number::real(route.round_trip_ns()) * PYEPHEM_SCALE);
        worst_ns = worst_ns.max((rtt_ns - expected).abs());
    }
    println!("worst of 2,000 round trips: {worst_ns:.0} ns off");
    assert_eq!(changes, paths);
    assert!(worst_ns <= 10_000.0, "{worst_ns} ns off");
}
