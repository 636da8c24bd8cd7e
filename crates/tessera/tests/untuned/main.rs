//! `scenarios/untuned.md`, carried out: what nobody can tune, because it has to come out of the engine, the forecaster and
//! a simulated network together. The file is the specification: its tables are read, its expectations checked, and what
//! was measured is printed.

mod batches;
mod blocking;
mod dice;
mod shop;
mod table;
mod week;

use batches::{Interval, T_DAYS};
use blocking::{Customers, Met, customers, meet, model};
use intelligence::element::queueing::certify::Evidence;
use intelligence::number::{floor, floor_u32, real};
use std::collections::BTreeMap;
use std::path::Path;
use table::{number, numbers, rows, scenario, settings};
use types::PPB;
use week::{Outcome, Plan, Rule};

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

#[test]
fn promises_are_kept_and_earn_more_than_a_fixed_rule() {
    let text = scenario();
    let run = settings(&text, "A week", ["run", "value"]);
    let (outcomes, coverage) = week::live(&plan(&run));
    let header = ["rule", "used", "sold of what is for sale", "promises", "broken", "kept", "revenue", "paid back"];
    let printed: Vec<_> = Rule::ALL.iter().zip(&outcomes).map(|(rule, outcome)| line(*rule, outcome)).collect();
    table::print("A week", &header, &printed);
    let [bound, fixed, no_margin] = outcomes.as_slice() else { unreachable!("an outcome for each rule") };
    let share = |part: u64, whole: u64| real(part) / real(whole);
    let (mut printed, mut wrong) = (Vec::new(), Vec::new());
    for row in rows(&text, "A week", &["what", "expected"]) {
        let measured = match row[0].as_str() {
            "slots within the band of 99 %, in %" => 100.0 * share(coverage.within_band, coverage.slots),
            "slots within the bound of 99.9167 %, in %" => 100.0 * share(coverage.within_bound, coverage.slots),
            "sold of what is for sale, in %" => 100.0 * share(bound.promised, bound.sellable),
            "promises kept, the lower end of the interval, in %" => kept_percent(bound).0,
            "the same, each day of a radio cell counted as one, in %" => kept_by_day_percent(bound),
            "what is earned, for each euro that the fixed rule takes" => earned(bound) / taken(fixed),
            "promises kept without a margin, the upper end of the interval, in %" => kept_percent(no_margin).1,
            other => unreachable!("scenarios/untuned.md: nothing measures {other:?}"),
        };
        let line = [row.clone(), vec![format!("{measured:.3}")]].concat();
        if !table::allows(&row[1], measured) {
            wrong.push(format!("{line:?}"));
        }
        printed.push(line);
    }
    table::print("What has to hold", &["what", "expected", "measured"], &printed);
    assert_eq!(printed.len(), 7, "what is measured is expected");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn plan(run: &BTreeMap<String, String>) -> Plan {
    let asked = |what: &str| number(run.get(what).unwrap_or_else(|| unreachable!("scenarios/untuned.md: no {what:?}")));
    let percent = |what: &str| floor(asked(what) * 10_000.0);
    Plan {
        seed: floor(asked("seed")),
        cells_of_each_kind: usize::try_from(floor(asked("radio cells of each kind"))).expect("few"),
        weeks_learned: floor_u32(asked("weeks watched before")),
        promise_ppm: percent("promised"),
        slots_max: floor(asked("longest promise")),
        fixed_ppm: percent("filled by the fixed rule"),
        offered: asked("asked for"),
    }
}

/// The interval of Clopper and Pearson for the share of promises kept, in %, at 95 %.
fn kept_percent(outcome: &Outcome) -> (f64, f64) {
    let evidence = Evidence { samples: outcome.sold, violations: outcome.broken, confidence_ppm: 975_000 };
    let kept = |broken_ppb: u64| 100.0 * (1.0 - real(broken_ppb) / real(PPB));
    (kept(evidence.late_ppb_max()), kept(evidence.late_ppb_min()))
}

/// The lower end of the interval for the mean share kept of a day's promises of a radio cell, in %, at 95 %: what breaks one
/// promise breaks its neighbours, but hardly those of another day or another radio cell.
fn kept_by_day_percent(outcome: &Outcome) -> f64 {
    let kept: Vec<f64> = outcome.days.iter().map(|(sold, broken)| 1.0 - real(*broken) / real(*sold)).collect();
    assert_eq!(kept.len(), 42, "Student's t is for seven days of six radio cells");
    let interval = Interval::of(&kept, T_DAYS);
    100.0 * (interval.mean - interval.half)
}

/// In minor units, less what is paid back for promises that were broken.
fn earned(outcome: &Outcome) -> f64 {
    taken(outcome) - real(outcome.repaid_minor.unsigned_abs())
}

/// In minor units, before anything is paid back.
fn taken(outcome: &Outcome) -> f64 {
    real(outcome.revenue_minor.unsigned_abs())
}

fn line(rule: Rule, outcome: &Outcome) -> Vec<String> {
    let percent = |part: u64, whole: u64| format!("{:.1} %", 100.0 * real(part) / real(whole));
    let euro = |minor: i64| format!("{:.2}", real(minor.unsigned_abs()) / 100.0);
    let (least, most) = kept_percent(outcome);
    vec![
        match rule {
            Rule::Bound => "forecaster's bound",
            Rule::FixedShare => "fixed share",
            Rule::NoMargin => "no margin",
        }
        .to_owned(),
        percent(outcome.promised + outcome.background, outcome.capacity),
        percent(outcome.promised, outcome.sellable),
        outcome.sold.to_string(),
        outcome.broken.to_string(),
        format!("{least:.3} to {most:.3} %"),
        euro(outcome.revenue_minor),
        euro(outcome.repaid_minor),
    ]
}
