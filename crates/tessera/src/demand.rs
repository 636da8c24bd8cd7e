//! `tessera demand`: what an offering takes of each class of resource, at which grade, from its terms and the laws of a path.
//!
//! Everything with logarithms happens here; what comes out are the integers of an offering's `demand`.

use crate::network::name_of;
use anyhow::Context;
use clap::Args;
use intelligence::element::queueing::certify::Evidence;
use intelligence::element::queueing::grade::{
    Compiled, Flow, Grade, Hop, Law, Measurement, Tariff, Windows, compile_delay, compile_windows,
};
use intelligence::network::Class;
use intelligence::number::{floor, real};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use types::PPM;

/// What to work out.
#[derive(Args, Debug)]
pub struct Options {
    /// The terms and the path (TOML); `docs/guide/own-network.md` shows one
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print the `demand` of an offering as JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// Terms, and what a device's traffic goes through.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Terms {
    /// One-way delay.
    latency_ms: u64,
    /// Share of packets that arrive within it, in percent.
    percentile: f64,
    /// How the percentile is judged; without it, it is planned for as it stands.
    windows: Option<Judged>,
    /// Of a device, sustained; the downlink where there is an uplink too.
    rate_kbps: u64,
    /// What it sends at the same time the other way.
    uplink_kbps: Option<u64>,
    /// What it may send at once.
    burst_bytes: u32,
    /// Mean packet.
    packet_bytes: u32,
    /// Version of the table.
    #[serde(default = "one")]
    version: u32,
    /// From the radio on.
    path: Vec<Step>,
}

/// Windows that the percentile is judged in.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Judged {
    /// The fewest samples of one: the offering's `samples_min`.
    samples: u32,
    /// How many of a billion may be judged broken.
    broken_ppb: u32,
}

/// One resource of the path.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    class: Class,
    law: LawName,
    capacity_kbps: u64,
    /// What it carries the other way, where that is not the same.
    uplink_capacity_kbps: Option<u64>,
    #[serde(default)]
    latency_us: u64,
    /// Of a `curve`.
    #[serde(default)]
    scheduler_us: u64,
    /// Of a `pooled` queue: the delay that it is designed for …
    #[serde(default)]
    delay_us: u64,
    /// … and how often that may be exceeded.
    #[serde(default)]
    epsilon_ppb: u64,
    /// Of a `shared` processor.
    #[serde(default)]
    utilisation_ppm: u64,
    /// How often it is not there at all.
    #[serde(default)]
    outage_ppb: u64,
    /// Units that `per_kbps` cost.
    #[serde(default = "one")]
    units: u32,
    #[serde(default = "one")]
    per_kbps: u32,
    measured: Option<Samples>,
}

/// What was measured at a resource.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Samples {
    #[serde(rename = "samples")]
    taken: u64,
    late: u64,
    delay_us: u64,
    kbps: u64,
    #[serde(default = "customary")]
    confidence_ppm: u64,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum LawName {
    Curve,
    Reserved,
    Pooled,
    Shared,
    Measured,
}

/// One row of an offering's `demand`.
#[derive(Debug, PartialEq, Serialize)]
struct Row {
    units: u64,
    epsilon_ppb: u64,
    version: u32,
    grade: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    graded: BTreeMap<&'static str, Graded>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Graded {
    units: u64,
    epsilon_ppb: u64,
}

/// Works it out and prints it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let name = options.file.display();
    let text = std::fs::read_to_string(&options.file).with_context(|| format!("could not read {name}"))?;
    let terms: Terms = toml::from_str(&text).with_context(|| format!("{name} is no terms and path"))?;
    let table = table(&terms).with_context(|| format!("{name} cannot be promised"))?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&table)?);
        return Ok(());
    }
    println!("{:<16} {:>12} {:>14} {:<12} harder", "class", "units", "epsilon ppb", "grade");
    for (class, row) in &table {
        let harder: Vec<_> = row.graded.iter().map(|(grade, it)| format!("{grade}: {} units", it.units)).collect();
        println!(
            "{:<16} {:>12} {:>14} {:<12} {}",
            name_of(*class),
            row.units,
            row.epsilon_ppb,
            row.grade,
            harder.join(", ")
        );
    }
    let epsilon_ppb = table.values().map(|row| real(row.epsilon_ppb)).sum::<f64>();
    let kept = if terms.windows.is_some() { "of windows is kept" } else { "arrives in time" };
    println!("along a path through each of them once a share of {:.9} {kept}", 1.0 - epsilon_ppb / 1e9);
    Ok(())
}

/// The rows by class: at the percentile that was asked, and for every packet where that can be bounded, too. Of two
/// directions the one that takes more.
fn table(terms: &Terms) -> anyhow::Result<BTreeMap<Class, Row>> {
    let percentile = (terms.percentile * 1e4).round();
    anyhow::ensure!((1.0..=real(PPM)).contains(&percentile), "percentile: more than 0 and at most 100 is expected");
    let directions = directions(terms)?;
    let asked = both(directions.iter().map(|(name, flow, path)| {
        compiled(terms, *flow, floor(percentile), path).with_context(|| format!("the {name}"))
    }))?;
    let hard = both(directions.iter().map(|(_, flow, path)| compiled(terms, *flow, PPM, path)));
    let hard = hard.ok().filter(|all| all.grade() == Grade::Hard).map(|all| all.by_class()).unwrap_or_default();
    let row = |(class, demand): (Class, intelligence::element::queueing::grade::Demand)| {
        let harder = hard.get(&class).filter(|_| demand.grade != Grade::Hard);
        let graded = harder.map(|it| ("hard", Graded { units: it.units, epsilon_ppb: it.epsilon_ppb }));
        let grade = word(demand.grade);
        let (units, epsilon_ppb, version) = (demand.units, demand.epsilon_ppb, terms.version);
        (class, Row { units, epsilon_ppb, version, grade, graded: graded.into_iter().collect() })
    };
    Ok(asked.by_class().into_iter().map(row).collect())
}

type Direction = (&'static str, Flow, Vec<Hop<Class>>);

/// What goes down, and what goes up where anything does.
fn directions(terms: &Terms) -> anyhow::Result<Vec<Direction>> {
    let flow = |rate_kbps| Flow { rate_kbps, burst_bytes: terms.burst_bytes, packet_bytes: terms.packet_bytes };
    let mut directions = vec![("downlink", flow(terms.rate_kbps), terms.path.iter().map(hop).collect())];
    if let Some(uplink_kbps) = terms.uplink_kbps {
        let path = terms.path.iter().map(uplink_hop).collect::<anyhow::Result<_>>()?;
        directions.push(("uplink", flow(uplink_kbps), path));
    }
    Ok(directions)
}

fn compiled(terms: &Terms, flow: Flow, percentile_ppm: u64, path: &[Hop<Class>]) -> anyhow::Result<Compiled<Class>> {
    let delay_us = terms.latency_ms.saturating_mul(1_000);
    let Some(Judged { samples, broken_ppb }) = terms.windows.filter(|_| percentile_ppm < PPM) else {
        return Ok(compile_delay(flow, delay_us, percentile_ppm, path)?);
    };
    let windows = Windows { samples, broken_ppb: u64::from(broken_ppb) };
    Ok(compile_windows(flow, delay_us, (percentile_ppm, windows), path)?)
}

/// All resources of both directions, as if of one path: a class then gives what the more loaded one takes.
fn both(mut directions: impl Iterator<Item = anyhow::Result<Compiled<Class>>>) -> anyhow::Result<Compiled<Class>> {
    directions.try_fold(Compiled { hops: Vec::new() }, |mut all, direction| {
        all.hops.extend(direction?.hops);
        Ok(all)
    })
}

/// A resource in the uplink. Where it carries less that way, as a radio cell does, one kbit/s costs as many units of the
/// downlink's as it is a larger part of the whole: whatever is sold, neither direction is then sold twice.
fn uplink_hop(step: &Step) -> anyhow::Result<Hop<Class>> {
    let class = name_of(step.class);
    anyhow::ensure!(step.law != LawName::Measured, "{class}: samples of one direction say nothing of an uplink");
    let uplink_kbps = step.uplink_capacity_kbps.unwrap_or(step.capacity_kbps);
    let of = |amount: u32, kbps: u64| u64::from(amount).checked_mul(kbps).filter(|product| *product > 0);
    let tariff = of(step.units, step.capacity_kbps).zip(of(step.per_kbps, uplink_kbps));
    let (units, per_kbps) = tariff.with_context(|| {
        format!("{class}: from 1 kbit/s up to what fits 64 bits with `units` and `per_kbps` is expected")
    })?;
    Ok(Hop { tariff: Tariff { units, per_kbps }, ..hop(&Step { capacity_kbps: uplink_kbps, ..step.clone() }) })
}

fn hop(step: &Step) -> Hop<Class> {
    let measured = step.measured.map(|seen| Measurement {
        delay_us: seen.delay_us,
        kbps: seen.kbps,
        evidence: Evidence { samples: seen.taken, violations: seen.late, confidence_ppm: seen.confidence_ppm },
    });
    // Without samples nothing was measured, and that proves nothing.
    let nothing = Evidence { samples: 0, violations: 0, confidence_ppm: customary() };
    let capacity_kbps = step.capacity_kbps;
    let law = match step.law {
        LawName::Curve => Law::Curve { capacity_kbps, scheduler_us: step.scheduler_us },
        LawName::Reserved => Law::Reserved { capacity_kbps },
        LawName::Pooled => Law::Pooled { capacity_kbps, delay_us: step.delay_us, epsilon_ppb: step.epsilon_ppb },
        LawName::Shared => Law::Shared { capacity_kbps, utilisation_ppm: step.utilisation_ppm },
        LawName::Measured => {
            let unproven = Measurement { delay_us: step.delay_us, kbps: capacity_kbps, evidence: nothing };
            Law::Measured(measured.unwrap_or(unproven))
        }
    };
    Hop {
        class: step.class,
        law,
        latency_us: step.latency_us,
        outage_ppb: step.outage_ppb,
        tariff: Tariff { units: u64::from(step.units), per_kbps: u64::from(step.per_kbps) },
        measured: measured.filter(|_| step.law != LawName::Measured),
    }
}

const fn word(grade: Grade) -> &'static str {
    match grade {
        Grade::Hard => "hard",
        Grade::Statistical => "statistical",
        Grade::Empirical => "empirical",
    }
}

const fn one() -> u32 {
    1
}

const fn customary() -> u64 {
    950_000
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "
latency_ms = 30
percentile = 99.9
rate_kbps = 5_000
burst_bytes = 15_000
packet_bytes = 1_200
[[path]]
class = 'radio_macro'
law = 'LAW'
capacity_kbps = 900_000
latency_us = 4_000
[[path]]
class = 'transport'
law = 'curve'
capacity_kbps = 10_000_000
scheduler_us = 50
latency_us = 1_500
";

    fn worked_out(text: &str) -> anyhow::Result<BTreeMap<Class, Row>> {
        table(&toml::from_str(text)?)
    }

    #[test]
    fn bounds_all_along_are_hard_and_a_queue_makes_it_statistical() {
        let hard = worked_out(&PATH.replace("LAW", "curve")).expect("it can be promised");
        assert!(hard.values().all(|row| row.grade == "hard" && row.epsilon_ppb == 0), "{hard:?}");
        let queued = worked_out(&PATH.replace("LAW", "reserved")).expect("it can be promised");
        let radio = &queued[&Class::RadioMacro];
        assert_eq!((radio.grade, radio.graded.len()), ("statistical", 0));
        assert!(radio.units > 5_000 && radio.epsilon_ppb > 0, "{radio:?}");
        let sum: u64 = queued.values().map(|row| row.epsilon_ppb).sum();
        assert!(sum <= 1_000_000, "the union bound of a thousandth: {sum}");
        let sharper =
            worked_out(&PATH.replace("LAW", "reserved").replace("99.9", "99.99")).expect("it can be promised");
        assert!(sharper[&Class::RadioMacro].units > radio.units);
    }

    #[test]
    fn windows_are_planned_for_more_than_they_promise() {
        let windows = "[windows]\nsamples = 20\nbroken_ppb = 1_000_000\n[[path]]";
        let text = |from: &str, to: &str| {
            PATH.replace("LAW", "reserved").replace("99.9", "95.0").replacen("[[path]]", windows, 1).replace(from, to)
        };
        let plain = worked_out(&PATH.replace("LAW", "reserved").replace("99.9", "95.0")).expect("can be promised");
        let judged = worked_out(&text("", "")).expect("can be promised");
        assert!(judged[&Class::RadioMacro].units > plain[&Class::RadioMacro].units, "chance is reckoned with");
        assert_eq!(
            judged.values().map(|row| row.epsilon_ppb).sum::<u64>(),
            1_000_000,
            "windows that break, not packets"
        );
        let rarer = worked_out(&text("1_000_000", "1_000")).expect("can be promised");
        assert!(rarer[&Class::RadioMacro].units > judged[&Class::RadioMacro].units);
        assert!(worked_out(&text("samples = 20", "samples = 0")).is_err());
    }

    #[test]
    fn of_two_directions_the_one_that_takes_more_counts() {
        let up = |kbps: u64, carries: &str| {
            let text = PATH.replace("LAW", "reserved");
            let text = text.replacen("rate_kbps = 5_000", &format!("rate_kbps = 5_000\nuplink_kbps = {kbps}"), 1);
            worked_out(&text.replacen("latency_us = 4_000", &format!("latency_us = 4_000\n{carries}"), 1))
        };
        let down = worked_out(&PATH.replace("LAW", "reserved")).expect("it can be promised");
        assert_eq!(up(5_000, "").expect("alike"), down, "the same rate over the same path");
        assert_eq!(up(100, "").expect("little"), down, "little is sent");
        // A cell that carries a ninth as much up: what 5 Mbit/s take there counts ninefold, and no more behind it.
        let ninth = up(5_000, "uplink_capacity_kbps = 100_000").expect("it can be promised");
        assert_eq!(ninth[&Class::RadioMacro].units, 9 * down[&Class::RadioMacro].units);
        assert_eq!(ninth[&Class::Transport], down[&Class::Transport]);
        for (carries, part) in
            [("uplink_capacity_kbps = 4_000", "the uplink"), ("uplink_capacity_kbps = 0", "radio_macro")]
        {
            let said = format!("{:#}", up(5_000, carries).expect_err("too little"));
            assert!(said.contains(part), "{carries}: {said}");
        }
    }

    #[test]
    fn samples_promise_what_they_certify_and_no_more() {
        let with = |samples: u64| {
            let seen = format!(
                "measured = {{ samples = {samples}, late = 0, delay_us = 9_000, kbps = 5_000 }}\nlatency_us = 4_000"
            );
            let text = PATH.replace("LAW", "measured").replacen("latency_us = 4_000", &seen, 1);
            worked_out(&text)
        };
        let clean = with(2_995).expect("2,995 clean samples certify p99.9 at 95 %");
        assert_eq!(clean[&Class::RadioMacro].grade, "empirical");
        assert!(clean[&Class::RadioMacro].epsilon_ppb <= 1_000_000);
        assert!(with(2_900).is_err(), "fewer do not");
    }

    #[test]
    fn what_cannot_be_says_why() {
        for (from, to, part) in [
            ("latency_ms = 30", "latency_ms = 3", "5550 µs unloaded"),
            ("percentile = 99.9", "percentile = 101.0", "at most 100"),
            ("capacity_kbps = 900_000", "capacity_kbps = 4_000", ""),
            ("packet_bytes = 1_200", "packet_bytes = 0", ""),
            ("class = 'radio_macro'", "class = 'radio_moon'", "radio_moon"),
        ] {
            let said = format!("{:#}", worked_out(&PATH.replace("LAW", "reserved").replace(from, to)).expect_err(to));
            assert!(said.contains(part) && said.len() > 10, "{to}: {said}");
        }
    }
}
