//! Whom a tiny network serves, against a table worked out by hand.

use super::import;
use super::support::{Caller, Server, fails, file, prints, serve, tessera, text};
use h3o::{CellIndex, LatLng, Resolution};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::tempdir;

const NODES: &str = r#"{"nodes": [
{"name": "core", "kind": "core", "lon": 9.0, "lat": 47.0, "capacity_kbps": 100000000},
{"name": "site", "kind": "transport", "lon": 9.0, "lat": 47.1, "capacity_kbps": 10000000}],
"links": [{"from": "core", "to": "site", "capacity_kbps": 10000000}]}"#;

const SHELLS: &str = r#"[{"name": "leo", "altitude_km": 1200, "inclination_deg": 53, "planes": 30, "satellites_per_plane": 20,
"phasing": 1, "node_spread_deg": 360, "epoch": "2026-01-01T00:00:00Z", "mask_deg": 10, "node": "core",
"payload": {"beams": 200, "eirp_dbw": 60, "gain_to_noise_db": 1, "frequency_ghz": 20, "bandwidth_mhz": 400, "losses_db": 1}}]"#;

/// The 49 H3 cells of resolution 6 in one of resolution 4, by the seven of resolution 5 between.
fn sevens() -> Vec<Vec<CellIndex>> {
    let whole = LatLng::new(47.0, 9.0).expect("a place").to_cell(Resolution::Four);
    whole.children(Resolution::Five).map(|five| five.children(Resolution::Six).collect()).collect()
}

fn point(cell: CellIndex) -> (f64, f64) {
    let place = LatLng::from(cell);
    (place.lat(), place.lng())
}

/// A radio cell of 5 Gbit/s whose coverage is drawn: the outline of an H3 cell.
fn drawn(cell: CellIndex) -> Value {
    let boundary = cell.boundary();
    let ring: Vec<_> = boundary.iter().chain(boundary.first()).map(|corner| [corner.lng(), corner.lat()]).collect();
    json!({"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"name": "wide", "radio": "NR", "capacity_kbps": 5_000_000},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }]})
}

/// One street cell, which the offering cannot use, and one that carries too little.
fn points(street: CellIndex, weak: CellIndex) -> String {
    let row = |name: &str, cell: CellIndex, range: u32, kbps: u32| {
        let (lat, lon) = point(cell);
        format!("NR,{lon},{lat},{range},{name},{kbps}\n")
    };
    "radio,lon,lat,range,name,capacity_kbps\n".to_owned()
        + &row("street", street, 300, 1_000_000)
        + &row("weak", weak, 1_000, 1_000)
}

fn offering() -> Value {
    let demand = json!({"units": 5_000, "epsilon_ppb": 1_000, "version": 1});
    json!({
        "name": "Boost", "capability": "experience", "qos_profile": "QOS_L",
        "terms": {"latency_ms_max": 100, "percentile_ppm": 950_000, "downlink_kbps_min": 5_000, "uplink_kbps_min": 0,
                  "window_length_max_s": 86_400},
        "price": {"currency": "EUR", "once_minor": 100},
        "guarantee": {"assurance_window_s": 60, "samples_min": 1},
        "remedy": {"per_broken_window_ppm": 0, "cap_ppm": 0},
        "demand": {"radio_macro": demand, "transport": demand, "core": demand, "haps": demand, "satellite_beam": demand},
    })
}

/// Imports the network and puts the offering on sale; its id.
fn world(folder: &Path, data: &Path) -> String {
    let sevens = sevens();
    let (lat, lon) = point(sevens[3][0]);
    // At 68 degrees a relay 20 km up is seen from 8 km around: from its own cell and the ring around it.
    let relay = json!([{"name": "haps", "lon": lon, "lat": lat, "altitude_m": 20_000, "mask_deg": 68,
                        "capacity_kbps": 1_000_000, "node": "site"}]);
    let five = sevens[0][0].parent(Resolution::Five).expect("it is finer");
    let mut import = import(data);
    import.arg("--nodes").arg(file(folder, "nodes.json", NODES));
    import.arg("--radio-cells").arg(file(folder, "wide.geojson", &drawn(five).to_string()));
    import.arg("--radio-cells").arg(file(folder, "cells.csv", &points(sevens[5][1], sevens[6][2])));
    import.arg("--relays").arg(file(folder, "relays.json", &relay.to_string()));
    let said = prints(import.arg("--shells").arg(file(folder, "shells.json", SHELLS)));
    assert!(said.contains("leo: 600 satellites over 1 H3 cells"), "{said}");
    assert!(!said.contains("nothing to sell"), "{said}");
    let server = Server::start(&mut serve(data));
    let id = text(&Caller::operator(&server, data).post("/v1/offerings", &offering(), 201), "id");
    assert_eq!(server.stop().code, Some(0));
    id
}

/// A hundred people in the middle of each H3 cell, and seven far away.
fn people(folder: &Path) -> std::path::PathBuf {
    let row = |cell: &CellIndex| format!("{},{},100\n", point(*cell).0, point(*cell).1);
    let rows: String = sevens().iter().flatten().map(row).collect();
    file(folder, "people.csv", &format!("lat,lon,people\n{rows}0,0,7\n"))
}

#[test]
fn a_hole_that_only_a_satellite_fills_is_found() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let offering = world(folder.path(), &data);
    let out = folder.path().join("unserved.geojson");
    let mut coverage = tessera();
    coverage.args(["coverage", "--resolution", "6", "--offering", &offering, "--data"]).arg(&data);
    coverage.arg("--people").arg(people(folder.path())).arg("--out").arg(&out);
    let said = prints(&mut coverage);
    assert!(said.contains("49 H3 cells of resolution 6"), "{said}");
    // Of 49: the drawn cell serves 7, the relay 7 more, satellites all; one has a street cell, one a weak one.
    let rows = [
        ("people served", "700 (14.3 %)", "1400 (28.6 %)", "4900 (100.0 %)"),
        ("  not-covered", "4000 (81.6 %)", "3300 (67.3 %)", "0 (0.0 %)"),
        ("  not-promisable", "200 (4.1 %)", "200 (4.1 %)", "0 (0.0 %)"),
    ];
    let people = said.split_once("people served").expect("there are people").1;
    for (name, ground, air, space) in rows {
        let line = format!("{name:28}{ground:>24}{air:>24}{space:>24}");
        assert!(format!("people served{people}").contains(&line), "{line}\n{said}");
    }
    assert!(said.contains("7 people live outside of what was asked"), "{said}");
    areas_are_as_the_people(&said);
    let map: Value = serde_json::from_str(&std::fs::read_to_string(&out).expect("it is written")).expect("JSON");
    let features = map["features"].as_array().expect("a list");
    let by = |tier: &str| features.iter().filter(|feature| feature["properties"]["served_by"] == tier).count();
    assert_eq!((features.len(), by("relay"), by("satellite")), (42, 7, 35));
    let weak = sevens()[6][2].to_string();
    let weak = features.iter().find(|feature| feature["properties"]["h3"] == *weak).expect("it is among them");
    assert_eq!(weak["properties"]["why_not_ground"], "not-promisable", "it is too small for one promise, at any time");
    assert_eq!(weak["properties"]["people"], 100);
    assert_eq!(weak["geometry"]["coordinates"][0].as_array().map(Vec::len), Some(7));
}

/// H3 cells of one resolution near each other are nearly as large as each other.
fn areas_are_as_the_people(said: &str) {
    let line = said.lines().find(|line| line.starts_with("area, km² served")).expect("there is area");
    let shares: Vec<f64> = line.split('(').skip(1).filter_map(|rest| rest.split(' ').next()?.parse().ok()).collect();
    for (share, expected) in shares.iter().zip([14.3, 28.6, 100.0]) {
        assert!((share - expected).abs() <= 0.3, "{line}");
    }
    assert_eq!(shares.len(), 3, "{line}");
}

#[test]
fn a_question_that_cannot_be_asked_is_refused() {
    let folder = tempdir().expect("a folder");
    let data = folder.path().join("data");
    let ask = |offering: &str, more: &[&str]| {
        let mut coverage = tessera();
        coverage.args(["coverage", "--offering", offering]).args(more).arg("--data").arg(&data);
        fails(&mut coverage)
    };
    let nobody = "off_00000000000000000000000001";
    assert!(ask(nobody, &[]).contains("is not a data folder of tessera"));
    let mut import = import(&data);
    prints(import.arg("--nodes").arg(file(folder.path(), "nodes.json", NODES)));
    assert!(ask(nobody, &[]).contains("none of this cell's offerings"));
    assert!(ask("boost", &[]).contains("--offering: an id of the form off_"));
    assert!(ask(nobody, &["--at", "tomorrow"]).contains("a time like 2026-11-24T12:00:00Z is expected"));
    let server = Server::start(&mut serve(&data));
    assert!(ask(nobody, &[]).contains("is in use by another process"));
    let id = text(&Caller::operator(&server, &data).post("/v1/offerings", &offering(), 201), "id");
    assert_eq!(server.stop().code, Some(0));
    assert!(ask(&id, &[]).contains("no resource of this cell covers anything; give --region"));
    let region = file(
        folder.path(),
        "region.geojson",
        r#"{"features": [{"type": "Feature", "properties": {},
        "geometry": {"type": "Point", "coordinates": [9, 47]}}]}"#,
    );
    let region = region.to_str().expect("a path");
    assert!(ask(&id, &["--region", region]).contains("region.geojson:1: a Polygon or a MultiPolygon is expected"));
    let table = file(folder.path(), "people.csv", "lat,lon,people\n47,9,many\n");
    let wide = file(folder.path(), "wide.geojson", &drawn(sevens()[0][0]).to_string());
    let said = ask(&id, &["--region", wide.to_str().expect("a path"), "--people", table.to_str().expect("a path")]);
    assert!(said.contains("people.csv:2: ") && said.contains("invalid digit"), "{said}");
    let past = ["--region", wide.to_str().expect("a path"), "--at", "2020-01-01T00:00:00Z"];
    assert!(ask(&id, &past).contains("A window that ends in the future"), "{}", ask(&id, &past));
}
