//! Element sets: the published check of SGP4, and every kind of bad record.

use super::{Y2000, kuiper};
use crate::element::orbit::vector::distance;
use crate::element::orbit::{BadRecord, ImportError, Phasing, Satellite, omm, tle};
use types::Duration;

/// Satellite 5 of Vallado, Crawford, Hujsak and Kelso, *Revisiting Spacetrack Report #3* (AIAA 2006-6753).
const VANGUARD: &str = "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753
2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667
";

const ISS: &str = r#"{"OBJECT_NAME":"ISS","OBJECT_ID":"1998-067A","EPOCH":"2020-07-12T21:16:01.000416",
"MEAN_MOTION":15.49507896,"ECCENTRICITY":0.0001413,"INCLINATION":51.6461,"RA_OF_ASC_NODE":221.2784,
"ARG_OF_PERICENTER":89.1723,"MEAN_ANOMALY":280.4612,"NORAD_CAT_ID":25544,"BSTAR":-3.1515e-5}"#;

fn lines(refused: Result<Vec<Satellite>, ImportError>) -> Vec<usize> {
    match refused {
        Err(ImportError::Bad(bad)) => bad.iter().map(|BadRecord { line, .. }| *line).collect(),
        other => panic!("not refused by line: {other:?}"),
    }
}

#[test]
fn sgp4_gives_the_published_states_of_satellite_5() {
    let satellites = tle::satellites(VANGUARD).expect("a set");
    let [satellite] = satellites.as_slice() else { panic!("one satellite") };
    // Epoch: day 179.78495062 of 2000, 18:50:19.733568.
    let epoch_ms = 962_131_819_733.568_f64;
    let published = [
        (0.0, [7022.465, -1400.082, 0.039]),
        (360.0, [-7154.031, -3783.176, -3536.194]),
        (2880.0, [-8650.730, -1914.938, -3007.036]),
    ];
    for (minutes, expected) in published {
        let at = types::Instant::from_ms(crate::number::floor(epoch_ms + minutes * 60_000.0 + 0.5));
        let found = satellite.inertial_km(at).expect("in orbit");
        // Instants are whole milliseconds, and it flies 8 m in one.
        assert!(distance(found, expected) < 0.008, "{minutes} min: {found:?}");
    }
}

#[test]
fn a_name_line_is_optional() {
    let (one, two) = VANGUARD.trim_end().split_once('\n').expect("two lines");
    let text = format!("\n# a comment\n0 VANGUARD 1\n{one}\r\n{two}\n{VANGUARD}");
    let names: Vec<String> =
        tle::satellites(&text).expect("two sets").iter().map(|satellite| satellite.name().to_owned()).collect();
    assert_eq!(names, ["VANGUARD 1", "5"]);
}

#[test]
fn bad_sets_are_named_by_line_and_nothing_is_taken() {
    let (one, two) = VANGUARD.trim_end().split_once('\n').expect("two lines");
    let checksum = format!("{VANGUARD}{}4\n{two}\n", &one[..68]);
    assert_eq!(lines(tle::satellites(&checksum)), [3]);
    assert_eq!(lines(tle::satellites(&format!("{one}\n{one}\n{two}\n"))), [1]);
    assert_eq!(lines(tle::satellites(&format!("{VANGUARD}A NAME\n"))), [3]);
    assert_eq!(lines(tle::satellites(&format!("{two}\n{VANGUARD}\u{e9}{one}\n"))), [1, 4]);
    assert_eq!(lines(tle::satellites(&format!("{}\n{two}", &one[..60]))), [1]);
    assert_eq!(lines(tle::satellites(&format!("{}x\n{two}", &one[..68]))), [1]);
    assert_eq!(tle::satellites("\n# only this\n").err(), Some(ImportError::Empty));
}

#[test]
fn one_message_in_three_notations_is_one_satellite() {
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(ISS).expect("an object");
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let header: Vec<&str> = fields.keys().map(String::as_str).collect();
    let values: Vec<String> = fields.values().map(text).collect();
    let csv = format!("{}\n{}\n", header.join(","), values.join(","));
    let keys: Vec<String> = fields.iter().map(|(key, value)| format!("{key} = {}", text(value))).collect();
    let kvn = format!("CCSDS_OMM_VERS = 2.0\nCOMMENT none\n{}\n", keys.join("\n"));
    let at = types::Instant::from_ms(1_594_600_000_000);
    let json = omm::from_json(&format!("[{ISS}]")).expect("JSON")[0].position(at).expect("in orbit");
    for other in [omm::from_csv(&csv).expect("CSV"), omm::from_kvn(&kvn).expect("KVN")] {
        assert!(distance(other[0].position(at).expect("in orbit"), json) < 1e-3);
        assert_eq!((other[0].name(), other[0].catalogue()), ("ISS", 25_544));
    }
}

#[test]
fn bad_messages_are_named_by_line() {
    let steep = ISS.replace("51.6461", "251.0");
    assert_eq!(lines(omm::from_json(&format!("[{ISS},\n{steep}]"))), [4]);
    assert_eq!(lines(omm::from_json("[3]")), [1]);
    assert_eq!(lines(omm::from_json("[\n{]")), [2]);
    assert_eq!(lines(omm::from_csv("EPOCH,BSTAR\n1,2,3\n")), [2]);
    assert_eq!(lines(omm::from_kvn("EPOCH = 2020-01-01T00:00:00\n")), [1]);
}

#[test]
fn whatever_stands_in_a_text_it_is_read_or_refused() {
    let kvn = "CCSDS_OMM_VERS = 2.0\nEPOCH = 2020-07-12T21:16:01\nMEAN_MOTION = 15.5\n";
    let csv = "EPOCH,MEAN_MOTION\n2020-07-12T21:16:01,\"15.5\"\n";
    for text in [VANGUARD, ISS, kvn, csv] {
        for at in 0..text.len() {
            for other in ["", " ", "9", "-", "e", "{", "\"", "\n", "\u{e9}"] {
                let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
                let read = [tle::satellites, omm::from_json, omm::from_csv, omm::from_kvn].map(|read| read(&changed));
                // One that is taken can be asked where it is.
                for satellite in read.iter().flatten().flatten() {
                    satellite.position(Y2000);
                }
            }
        }
    }
}

#[test]
fn a_shell_is_even() {
    let mut shell = kuiper();
    shell.phasing = Phasing::Walker(1);
    let satellites = shell.satellites().expect("a shell");
    let at = Y2000.after(Duration::from_hours(5));
    let gap = |one: usize, other: usize| {
        let position = |index: usize| satellites[index].position(at).expect("in orbit");
        distance(position(one), position(other))
    };
    // Neighbours in a plane are 2 a sin(π / 34) apart.
    let expected = 2.0 * 7_007_000.0 * (std::f64::consts::PI / 34.0).sin();
    for slot in 0..34 {
        assert!((gap(slot, (slot + 1) % 34) - expected).abs() < 20_000.0);
    }
}
