//! A shop that sells what a few satellites carry: slot by slot, not in an outage, and with their names.

use super::import;
use super::support::{Caller, Server, file, prints, serve, text};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::tempdir;

/// Few enough for outages and many enough for passes over any place at 47 degrees north, every day.
const SHELLS: &str = r#"[{"name": "leo", "altitude_km": 1200, "inclination_deg": 53, "planes": 4, "satellites_per_plane": 8,
"phasing": 1, "node_spread_deg": 360, "epoch": "2026-01-01T00:00:00Z", "mask_deg": 10, "node": "core",
"payload": {"beams": 200, "eirp_dbw": 60, "gain_to_noise_db": 1, "frequency_ghz": 20, "bandwidth_mhz": 400, "losses_db": 1}}]"#;
const NODES: &str = r#"{"nodes": [
{"name": "core", "kind": "core", "lon": 9.0, "lat": 47.0, "capacity_kbps": 100000000}], "links": []}"#;

fn offering() -> Value {
    let demand = json!({"units": 100, "epsilon_ppb": 1_000, "version": 1});
    json!({
        "name": "From space", "capability": "satellite", "qos_profile": "QOS_S",
        "terms": {"latency_ms_max": 200, "percentile_ppm": 950_000, "downlink_kbps_min": 100, "uplink_kbps_min": 0,
                  "window_length_max_s": 86_400},
        "price": {"currency": "EUR", "once_minor": 100},
        "guarantee": {"assurance_window_s": 60, "samples_min": 1},
        "remedy": {"per_broken_window_ppm": 0, "cap_ppm": 0},
        "demand": {"core": demand, "satellite_beam": demand},
    })
}

fn qualify(operator: &Caller, from: &Value) -> Value {
    let asked = json!({"place": {"lat": 47.0, "lon": 9.0}, "window": {"from": from, "duration_s": 300}});
    operator.post("/v1/qualifications", &asked, 200)["answers"][0].clone()
}

/// The slots of the day from an hour ahead on: when each begins, and what is free in it.
fn day(operator: &Caller) -> Vec<(Value, u64)> {
    let resources = operator.get("/v1/resources", 200);
    let beams = resources["items"].as_array().expect("a list").iter().filter(|row| row["class"] == "satellite_beam");
    let beams: Vec<_> = beams.collect();
    assert_eq!(beams.len(), 1, "{resources}");
    let now_s = Timestamp::now().as_second() / 300 * 300 + 3_600;
    let [from, to] = [now_s, now_s + 86_400].map(|at| Timestamp::from_second(at).expect("a time"));
    let path = format!("/v1/resources/{}/calendar?from={from}&to={to}", text(beams[0], "id"));
    let calendar = operator.get(&path, 200);
    let slots = calendar["slots"].as_array().expect("slots");
    assert!(slots.iter().all(|slot| slot["background_from"] == "forecast"), "the ephemeris speaks of all of them");
    slots.iter().map(|slot| (slot["from"].clone(), slot["free"].as_u64().expect("a number"))).collect()
}

/// Imports the network and serves it, until the cell has looked at the sky itself.
fn world(folder: &Path) -> (Server, Caller) {
    let data = folder.join("data");
    let mut import = import(&data);
    import.arg("--nodes").arg(file(folder, "nodes.json", NODES));
    let said = prints(import.arg("--shells").arg(file(folder, "shells.json", SHELLS)));
    assert!(said.contains("leo: 32 satellites over 1 H3 cells, for the coming two days"), "{said}");
    assert!(said.contains("no satellite sees all of it in "), "{said}");
    let server = Server::start(&mut serve(&data));
    let operator = Caller::operator(&server, &data);
    operator.post("/v1/offerings", &offering(), 201);
    let planned = || text_of(&operator, "tessera_planning_forecasts_total") == "1";
    while !planned() {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(text_of(&operator, "tessera_planning_resources"), "1");
    assert_eq!(text_of(&operator, "tessera_planning_failures_total"), "0");
    (server, operator)
}

fn text_of(operator: &Caller, metric: &str) -> String {
    let told = operator.get("/metrics", 200);
    let line = told.as_str().and_then(|told| told.lines().find_map(|line| line.strip_prefix(&format!("{metric} "))));
    line.expect("it is told").to_owned()
}

#[test]
fn nothing_is_promised_in_an_outage_and_the_nearest_is_after_it() {
    let folder = tempdir().expect("a folder");
    let (server, operator) = world(folder.path());
    let day = day(&operator);
    let pair = day.windows(2).position(|pair| pair[0].1 == 0 && pair[1].1 > 0).expect("a pass after an outage");
    let (outage, after) = (&day[pair].0, &day[pair + 1].0);
    let refused = qualify(&operator, outage);
    assert_eq!((&refused["promised"], &refused["reason"]["code"]), (&json!(false), &json!("capacity-exhausted")));
    assert_eq!(&refused["nearest"]["from"], after, "{refused}");

    let promised = qualify(&operator, after);
    assert_eq!(promised["promised"], true, "{promised}");
    let leg = promised["path"].as_array().expect("a path").iter().find(|leg| leg["class"] == "satellite_beam");
    let leg = leg.expect("satellites carry it");
    let satellites = leg["satellites"].as_array().expect("they are named");
    assert!(satellites.iter().all(|one| text(one, "name").starts_with("leo ")), "{leg}");
    assert_eq!(&satellites[0]["from"], after, "{leg}");
    let handed_over = satellites.windows(2).all(|pair| pair[0]["to"] == pair[1]["from"]);
    assert!(handed_over && leg["satellites_until"].is_null(), "it is served throughout: {leg}");
    assert_eq!(server.stop().code, Some(0));
}
