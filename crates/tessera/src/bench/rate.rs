//! `tessera bench rate`: pricing usage records in process, on one core: which rate applies, what all that was delivered
//! costs by now, less what was charged before, and the tax in it. Nothing is kept and nothing is asked of the books.

use super::Options;
use anyhow::Context;
use northbound::{PlanDraft, plan_of};
use rating::{Moment, PricePlan, metered};
use serde::Serialize;
use std::hint::black_box;
use std::time::Instant;
use types::{Area, Duration, Grade, H3Cell, Unit};

/// Records priced in each run where nothing is said.
const RECORDS: u64 = 10_000_000;
/// Tokens they are of, in turn.
const TOKENS: usize = 100_000;
/// The middle of Amsterdam.
const PLACE: u64 = 0x0891_9695_3297_ffff;
/// When the first record is delivered: a Tuesday noon. Each is a second later.
const BEGINS: types::Instant = types::Instant::from_ms(1_796_040_000_000);

/// One price for every unit.
const FLAT: &str = r#"
currency = "EUR"
tax = { rate_ppm = 210_000 }
components = [{ name = "AI tokens", charge = "per_unit", unit = "llm_token", per = 1_000_000, amount = "0.99" }]
"#;
/// Three graduated tiers behind a fee.
const TIERED: &str = r#"
currency = "EUR"
tax = { rate_ppm = 210_000, mode = "added" }
[[components]]
name = "Plan"
charge = "recurring"
period = "1 month"
amount = "9.90"
[[components]]
name = "AI tokens"
charge = "per_unit"
unit = "llm_token"
per = 1_000_000
tiers = [{ up_to = 10_000_000, amount = "0.99" }, { up_to = 80_000_000, amount = "0.62" }, { amount = "0.49" }]
"#;
/// By hours of the week in a zone, by place and by grade.
const CONDITIONAL: &str = r#"
currency = "EUR"
zone = "Europe/Amsterdam"
tax = { rate_ppm = 210_000 }
[[components]]
name = "AI tokens"
charge = "per_unit"
unit = "llm_token"
per = 1_000_000
amount = "0.99"
[[components.rates]]
hours = ["Mon-Fri 18:00-24:00", "Sat, Sun 10:00-24:00"]
grade = "statistical"
amount = "1.49"
[[components.rates]]
hours = ["every day 00:00-06:00"]
within = ["871969532ffffff"]
amount = "0.49"
"#;

#[derive(Serialize)]
struct Report {
    bench: &'static str,
    records_per_second: f64,
    runs: Vec<Run>,
}

/// One plan.
#[derive(Debug, Serialize)]
pub struct Run {
    plan: &'static str,
    records: u64,
    records_per_second: f64,
    ns_each: f64,
    /// Everything that was charged, so that it was reckoned.
    pub charged_minor: i64,
}

/// Measures and prints; the figure in front is the slowest plan's.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let runs = measure(options.count.unwrap_or(RECORDS))?;
    let records_per_second = runs.iter().map(|run| run.records_per_second).fold(f64::INFINITY, f64::min);
    let report = Report { bench: "rate", records_per_second, runs };
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    println!("{:<14} {:>12} {:>14} {:>10}", "plan", "records", "records/s", "ns each");
    for run in &report.runs {
        println!("{:<14} {:>12} {:>14.0} {:>10.1}", run.plan, run.records, run.records_per_second, run.ns_each);
    }
    Ok(())
}

/// Each plan over so many records.
pub fn measure(records: u64) -> anyhow::Result<Vec<Run>> {
    let plans = [("flat", FLAT), ("tiered", TIERED), ("conditional", CONDITIONAL)];
    plans.into_iter().map(|(name, text)| rate(name, &read(text)?, records)).collect()
}

fn read(text: &str) -> anyhow::Result<PricePlan> {
    let draft: PlanDraft = toml::from_str(text).context("a plan of the bench is no plan")?;
    plan_of(&draft).map(|(_, plan)| plan).map_err(anyhow::Error::msg)
}

fn rate(name: &'static str, plan: &PricePlan, records: u64) -> anyhow::Result<Run> {
    let place = Area::new(vec![H3Cell::from_index(PLACE)])?;
    // What each token was delivered, and charged.
    let mut tokens = vec![(0_u64, 0_i64); TOKENS];
    let (mut charged_minor, mut tax_minor) = (0_i64, 0_i64);
    let began = Instant::now();
    for number in 0..records {
        let at = BEGINS.after(Duration::from_secs(number % 604_800));
        let moment = Moment { at, place: &place, grade: Some(Grade::Statistical) };
        let found = metered(plan, Unit::LlmToken, &moment).context("the plan meters AI tokens")?;
        let (used, charged) = &mut tokens[number as usize % TOKENS];
        *used += 1_000_000 + number % 997 * 1_000;
        let gross = found.of(*used).context("the price can be counted")?.saturating_sub(*charged).max(0);
        tax_minor += plan.tax_beyond(*charged, gross);
        *charged += gross;
        charged_minor += gross;
    }
    let seconds = began.elapsed().as_secs_f64();
    black_box(tax_minor);
    Ok(Run {
        plan: name,
        records,
        records_per_second: (records as f64 / seconds).round(),
        ns_each: (seconds * 1e10 / records as f64).round() / 10.0,
        charged_minor,
    })
}
