//! What is wrong is named by file and line, with what would be accepted, and nothing is imported.

use super::import;
use super::support::{fails, file};
use std::path::Path;
use tempfile::tempdir;

const NODES: &str = r#"{"nodes": [
{"name": "core", "kind": "core", "lon": 5.0, "lat": 52.0, "capacity_kbps": 1000000},
{"name": "site", "kind": "transport", "lon": 5.0, "lat": 52.1, "capacity_kbps": 100000}],
"links": [{"from": "core", "to": "site", "capacity_kbps": 50000}]}"#;
const HEADER: &str =
    "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal,node\n";

/// Imports one file beside sound nodes; what is said.
fn refused(option: &str, name: &str, content: &[u8]) -> String {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("it is written");
    let data = folder.path().join("data");
    let mut import = import(&data);
    if option != "--nodes" {
        import.arg("--nodes").arg(file(folder.path(), "nodes.json", NODES));
    }
    let payload = r#"[{"name": "leo", "mask_deg": 25, "payload": {"beams": 8, "eirp_dbw": 34, "gain_to_noise_db": 1,
        "frequency_ghz": 2, "bandwidth_mhz": 30, "losses_db": 3}}]"#;
    if matches!(option, "--tle" | "--omm") {
        import.arg("--payload").arg(file(folder.path(), "payload.json", payload));
    }
    let said = fails(import.arg(option).arg(&path));
    assert!(!data.exists(), "nothing is imported: {said}");
    said.replace(&format!("{}/", folder.path().display()), "")
}

/// A row of radio cells by its id, place, reach and node.
fn row(cell: &str, place: &str, range: &str, node: &str) -> String {
    format!("LTE,204,8,1,{cell},0,{place},{range},1,1,0,0,0,{node}\n")
}

#[test]
fn every_bad_row_of_radio_cells_is_named() {
    let rows = [
        row("1", "5.0,52.0", "500", ""),
        row("2", "5.0,95", "500", ""),
        row("3", "185,52.0", "500", ""),
        row("4", "5.0,52.0", "-20", ""),
        row("5", "5.0,52.0", "500", "mars"),
        row("1", "5.0,52.0", "500", ""),
        row("x", "5.0,52.0", "500", ""),
        row("8", "5.0,NaN", "500", ""),
        "5G,204,8,1,9,0,5.0,52.0,500,1,1,0,0,0,\n".to_owned(),
        "LTE,204\n".to_owned(),
    ];
    let said = refused("--radio-cells", "cells.csv", (HEADER.to_owned() + &rows.concat()).as_bytes());
    for expected in [
        "nothing was done: 9 to put right",
        "cells.csv:3: lat 95: -90 to 90 degrees north are expected",
        "cells.csv:4: lon 185: -180 to 180 degrees east are expected",
        "cells.csv:5: range -20: 1 to 120000 m are expected",
        "cells.csv:6: `LTE-204-8-1-5` hangs on `mars`, which is not among the nodes",
        "cells.csv:7: `LTE-204-8-1-1` is there already (cells.csv:2)",
        "cells.csv:8: cell `x`: a whole number from 0 is expected",
        "cells.csv:9: lat NaN: -90 to 90",
        "cells.csv:10: radio `5G`: GSM, UMTS, LTE or NR is expected",
        "cells.csv:11: 2 fields, the columns are 15",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
}

#[test]
fn twenty_are_named_and_the_rest_are_counted() {
    let rows: String = (0..50).map(|cell| row(&cell.to_string(), "5.0,91", "500", "")).collect();
    let said = refused("--radio-cells", "cells.csv", (HEADER.to_owned() + &rows).as_bytes());
    assert_eq!(said.lines().filter(|line| line.contains("cells.csv:")).count(), 20, "{said}");
    assert!(said.contains("50 to put right") && said.trim_end().ends_with("and 30 more"), "{said}");
}

#[test]
fn files_that_are_something_else_are_refused_with_what_is_expected() {
    let cases: [(&str, &str, &[u8], &str); 14] = [
        ("--radio-cells", "cells.csv", b"", "cells.csv: it is empty; expected is the columns radio,mcc"),
        ("--radio-cells", "cells.csv", b"\x7fELF\x02\xff\xfe\n", "cells.csv: line 1 is not UTF-8 text; expected is"),
        ("--radio-cells", "cells.csv", b"PK\x03\x04\0\0", "cells.csv: it is a binary file; expected is"),
        (
            "--radio-cells",
            "cells.csv",
            b"id,x,y\n1,2,3\n",
            "cells.csv:1: there is no column `radio`; the columns radio",
        ),
        ("--radio-cells", "cells.geojson", b"{\"type\": 1}", "cells.geojson:1: missing field `features`"),
        ("--nodes", "nodes.json", b"{\"nodes\": [\n}", "nodes.json:2: "),
        ("--nodes", "nodes.json", b"{\"nodes\": [\n{\"name\": \"a\"}]}", "nodes.json:2: missing field `kind`"),
        (
            "--nodes",
            "nodes.csv",
            b"name,kind,lon,lat,capacity_kbps\na,moon,1,2,3\n",
            "nodes.csv:2: unknown variant `moon`",
        ),
        ("--relays", "r.json", b"[\n\n{\"name\": \"a\", \"lon\": 1}]", "r.json:3: missing field `lat`"),
        ("--pools", "p.json", b"[{\"name\": \"a\", \"units\": 0}]", "p.json:1: units 0: 1 to 9007199254740991"),
        ("--pools", "p.json", b"[{\"name\": \"a\", \"units\": 1, \"node\": \"x\"}]", "p.json:1: `a` hangs on `x`"),
        (
            "--shells",
            "s.json",
            b"[{\"name\": \"a\", \"height\": 1}]",
            "s.json:1: unknown field `height`, expected one of",
        ),
        ("--omm", "o.json", b"[{\"OBJECT_NAME\": \"A\"}]", "o.json:1: record 1 of the list: missing field"),
        ("--region", "r.geojson", b"{\"features\": []}", "r.geojson: there is no feature in it"),
    ];
    for (option, name, content, expected) in cases {
        let said = refused(option, name, content);
        assert!(said.contains(expected), "{option} {name}\n{expected}\n{said}");
    }
    let missing = tempdir().expect("a folder");
    let said = fails(import(&missing.path().join("data")).arg("--pools").arg(missing.path().join("none.json")));
    assert!(said.contains("none.json: it cannot be read: No such file"), "{said}");
    let said = fails(&mut import(Path::new("data")));
    assert!(said.contains("there is nothing to import: give --radio-cells"), "{said}");
}

#[test]
fn element_sets_with_a_wrong_checksum_are_refused_by_line() {
    let first = "1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927";
    let second = "2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537";
    let wrong = format!("{}6", second.split_at(68).0);
    let said = refused("--tle", "iss.txt", format!("ISS (ZARYA)\n{first}\n{wrong}\n").as_bytes());
    assert!(said.contains("iss.txt:2: ") && said.to_lowercase().contains("checksum"), "{said}");
}

#[test]
fn polygons_that_are_none_are_refused_by_line() {
    let feature = |coordinates: &str| {
        format!(
            "{{\"type\": \"FeatureCollection\", \"features\": [\n{{\"type\": \"Feature\", \"properties\": {{\"name\": \
             \"a\", \"radio\": \"LTE\"}},\n\"geometry\": {{\"type\": \"Polygon\", \"coordinates\": {coordinates}}}}}]}}"
        )
    };
    for (coordinates, expected) in [
        ("[[[5,52],[5.1,52.1],[5.1,52],[5,52.1],[5,52]]]", "whose sides do not cross, is expected"),
        ("[[[5,52],[5.1,52],[5,52]]]", "a polygon with an area"),
        ("[[[5,52],[5.1,152],[5.1,52],[5,52]]]", "lat 152: -90 to 90 degrees north"),
        ("[[[5,52],[15,52],[15,60],[5,60],[5,52]]]", "a polygon as large as a disk of 120000 m at most"),
        ("[]", "a polygon has at least one ring"),
    ] {
        let said = refused("--radio-cells", "cells.geojson", feature(coordinates).as_bytes());
        assert!(said.contains("cells.geojson:2: ") && said.contains(expected), "{coordinates}\n{expected}\n{said}");
    }
}

#[test]
fn a_node_without_a_way_to_a_core_is_named() {
    let lonely = NODES.replace("\"to\": \"site\"", "\"to\": \"core\"");
    let said = refused("--nodes", "nodes.json", lonely.as_bytes());
    assert!(said.contains("nodes.json:4: a link between two nodes is expected"), "{said}");
    assert!(said.contains("nodes.json:3: `site` has no way to a core"), "{said}");
    let unknown = NODES.replace("\"to\": \"site\"", "\"to\": \"moon\"");
    let said = refused("--nodes", "nodes.json", unknown.as_bytes());
    assert!(said.contains("nodes.json:4: a link ends at `moon`, which is not among the nodes"), "{said}");
}
