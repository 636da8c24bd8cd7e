//! `scenarios/untuned.md`, carried out: what nobody can tune, because it has to come out of the engine, the forecaster and
//! a simulated network together. The file is the specification: its tables are read, its expectations checked, and what
//! was measured is printed.

mod batches;
mod blocking;
mod dice;
mod shop;
mod table;

use batches::Interval;
use blocking::{Customers, Met, customers, meet, model};
use intelligence::number::{floor, floor_u32};
use std::collections::BTreeMap;
use std::path::Path;
use table::{number, numbers, rows, scenario, settings};

/// The table of what is expected of blocking.
const BLOCKING: [&str; 4] = ["units for sale", "customers: erlang × units", "what", "expected"];

/// What a row of the table asks for, of what was met.
fn measured(what: &str, met: &Met) -> Vec<Interval> {
    match what {
        "first class refused" => vec![met.refused[0]],
        "second class refused" => vec![met.refused[1]],
        "units taken in the mean" => vec![met.mean_units],
        "share of time at 0, 1, … units" => met.found.clone(),
        other => unreachable!("scenarios/untuned.md: nothing measures {other:?}"),
    }
}

/// The same, of what the models say.
fn modelled(what: &str, (refused, distribution): &(Vec<f64>, Vec<f64>)) -> Vec<f64> {
    match what {
        "first class refused" => vec![refused[0]],
        "second class refused" => vec![refused[1]],
        "units taken in the mean" => {
            vec![(0..).zip(distribution).map(|(units, share): (u32, _)| f64::from(units) * share).sum()]
        }
        _ => distribution.clone(),
    }
}

/// Is what was measured precise enough to tell the radio cell from one with a unit more or less?
fn tells_apart(what: &str, units: u32, classes: &[Customers], measured: &[Interval]) -> bool {
    let differs = |units| {
        let other = modelled(what, &model(units, classes));
        measured.iter().zip(other).any(|(interval, other)| !interval.holds(other))
    };
    differs(units - 1) && differs(units + 1)
}

#[test]
fn customers_are_refused_as_often_as_theory_says() {
    let text = scenario();
    let section = "Blocking";
    let run = settings(&text, section, ["run", "value"]);
    let (arrivals, seed) = (floor(number(&run["customers a case"])), floor(number(&run["seed"])));
    let (mut met, mut printed, mut wrong) = (BTreeMap::new(), Vec::new(), Vec::new());
    for row in rows(&text, section, &BLOCKING) {
        let (units, classes, what) = (floor_u32(number(&row[0])), customers(&row[1]), row[2].as_str());
        let met = met.entry((units, row[1].clone())).or_insert_with(|| meet(units, &classes, arrivals, seed));
        let (measured, expected) = (measured(what, met), numbers(&row[3]));
        let holds = measured.len() == expected.len()
            && measured.iter().zip(&expected).all(|(interval, expected)| interval.holds(*expected));
        let apart = tells_apart(what, units, &classes, &measured);
        let shown = measured.iter().map(|each| format!("{:.4} ± {:.4}", each.mean, each.half)).collect::<Vec<_>>();
        let line = [row.clone(), vec![shown.join(", ")]].concat();
        if !holds || !apart {
            wrong.push(format!("{line:?}: within the interval: {holds}, tells one unit from the next: {apart}"));
        }
        printed.push(line);
    }
    table::print("What customers met", &[BLOCKING.as_slice(), &["measured"]].concat(), &printed);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The published values of complete sharing, where they are at hand: none of them may be missing, or altered, in the file.
#[test]
fn what_theory_says_is_what_was_published() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/queueing/expected.csv");
    if !path.exists() {
        eprintln!("skipped: {} is not here", path.display());
        return;
    }
    let text = scenario();
    let expected: Vec<String> = rows(&text, "Blocking", &BLOCKING).into_iter().map(|mut row| row.remove(3)).collect();
    let mut published = 0;
    for row in csv::Reader::from_path(path).expect("the table can be read").records() {
        let row = row.expect("the table is well formed");
        if ["kaufman-roberts CS", "erlang B"].contains(&&row[0]) {
            assert!(expected.iter().any(|cell| *cell == row[3]), "scenarios/untuned.md does not expect {row:?}");
            published += 1;
        }
    }
    assert_eq!(published, 6, "the published table has changed");
}
