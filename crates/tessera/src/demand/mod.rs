//! `tessera demand`: what an offering takes of each class of resource, at which grade, from its terms and the laws of a path.
//!
//! Everything with logarithms happens here; what comes out are the integers of an offering's `demand`.

mod terms;

use crate::network::name_of;
use anyhow::Context;
use clap::Args;
use intelligence::element::queueing::certify::Evidence;
use intelligence::element::queueing::grade::{
    Compiled, Flow, Grade, Hop, Law, Measurement, Tariff, Windows, compile_delay, compile_windows,
};
use intelligence::network::Class;
use intelligence::number::{floor, real};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use terms::{Judged, LawName, Step, Terms, customary};
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
    let kept = if terms.windows.is_some() { "of windows is kept" } else { "arrives in time" };
    println!("along the path a share of {:.9} {kept}", 1.0 - real(epsilon_ppb(&terms, &table)) / 1e9);
    Ok(())
}

/// What may go wrong along the path: at each step that of the worst class that may stand there.
fn epsilon_ppb(terms: &Terms, table: &BTreeMap<Class, Row>) -> u64 {
    let worst =
        |step: &Step| step.class.all().iter().filter_map(|class| table.get(class)).map(|row| row.epsilon_ppb).max();
    terms.path.iter().filter_map(worst).sum()
}

/// The rows by class: at the percentile that was asked, and for every packet where that can be bounded, too. Of two
/// directions the one that takes more.
fn table(terms: &Terms) -> anyhow::Result<BTreeMap<Class, Row>> {
    let percentile = (terms.percentile * 1e4).round();
    anyhow::ensure!((1.0..=real(PPM)).contains(&percentile), "percentile: more than 0 and at most 100 is expected");
    if let Some(at) = terms.path.iter().position(|step| step.class.all().is_empty()) {
        anyhow::bail!("step {}: at least one class is expected", at + 1);
    }
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

type Direction = (&'static str, Flow, Vec<Hop<usize>>);

/// What goes down, and what goes up where anything does.
fn directions(terms: &Terms) -> anyhow::Result<Vec<Direction>> {
    let flow = |rate_kbps| Flow { rate_kbps, burst_bytes: terms.burst_bytes, packet_bytes: terms.packet_bytes };
    let mut directions = vec![("downlink", flow(terms.rate_kbps), (0..).zip(&terms.path).map(hop).collect())];
    if let Some(uplink_kbps) = terms.uplink_kbps {
        let path = (0..).zip(&terms.path).map(uplink_hop).collect::<anyhow::Result<_>>()?;
        directions.push(("uplink", flow(uplink_kbps), path));
    }
    Ok(directions)
}

fn compiled(terms: &Terms, flow: Flow, percentile_ppm: u64, path: &[Hop<usize>]) -> anyhow::Result<Compiled<Class>> {
    let delay_us = terms.latency_ms.saturating_mul(1_000);
    let steps = match terms.windows.filter(|_| percentile_ppm < PPM) {
        None => compile_delay(flow, delay_us, percentile_ppm, path)?,
        Some(Judged { samples, broken_ppb }) => {
            let windows = Windows { samples, broken_ppb: u64::from(broken_ppb) };
            compile_windows(flow, delay_us, (percentile_ppm, windows), path)?
        }
    };
    let classes = |at: usize| terms.path.get(at).map_or(&[][..], |step| step.class.all());
    let rows = steps.hops.into_iter().flat_map(|(at, demand)| classes(at).iter().map(move |class| (*class, demand)));
    Ok(Compiled { hops: rows.collect() })
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
fn uplink_hop((at, step): (usize, &Step)) -> anyhow::Result<Hop<usize>> {
    anyhow::ensure!(
        step.law != LawName::Measured,
        "step {}: samples of one direction say nothing of an uplink",
        at + 1
    );
    let uplink_kbps = step.uplink_capacity_kbps.unwrap_or(step.capacity_kbps);
    let of = |amount: u32, kbps: u64| u64::from(amount).checked_mul(kbps).filter(|product| *product > 0);
    let tariff = of(step.units, step.capacity_kbps).zip(of(step.per_kbps, uplink_kbps));
    let (units, per_kbps) = tariff.with_context(|| {
        format!("step {}: from 1 kbit/s up to what fits 64 bits with `units` and `per_kbps` is expected", at + 1)
    })?;
    Ok(Hop { tariff: Tariff { units, per_kbps }, ..hop((at, &Step { capacity_kbps: uplink_kbps, ..step.clone() })) })
}

/// A resource of the path, by its place in it.
fn hop((at, step): (usize, &Step)) -> Hop<usize> {
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
        class: at,
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

#[cfg(test)]
mod tests;
