//! The plan of the guide, explained.

use super::explain::{Options, dues, table};
use crate::offering_file::{Price, price};
use crate::sample::offerings::CATALOGUE;
use clap::Parser;
use northbound::{PlanDraft, plan_of};
use rating::PricePlan;
use types::Currency;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    options: Options,
}

fn guide() -> (Currency, PricePlan) {
    let page = include_str!("../../../../docs/guide/price-plans.md");
    let (_, rest) = page.split_once("```toml\n").expect("the guide has a plan");
    let (plan, _) = rest.split_once("```").expect("it ends");
    let draft: PlanDraft = toml::from_str(plan).expect("it is a plan");
    plan_of(&draft).expect("it is sound")
}

fn explained(arguments: &str) -> anyhow::Result<String> {
    let cli = Cli::try_parse_from(format!("explain plan.toml {arguments}").split_ascii_whitespace())?;
    let (currency, plan) = guide();
    Ok(table(currency, &dues((&plan, currency), &cli.options)?))
}

/// Lines without the space between their columns.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.split_ascii_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

const EVENING: &str = "--from 2026-12-01T16:00:00Z --to 2026-12-01T19:00:00Z";

#[test]
fn the_plan_of_the_guide_is_explained_line_by_line() {
    let text = explained(&format!("{EVENING} --newcomer --used llm_token=12500000")).expect("explained");
    assert_eq!(
        lines(&text),
        [
            "-- at purchase",
            "AI glasses, each month 9.90 EUR",
            "Uplink boost: 1 × hour at 0.50 EUR each 0.50 EUR",
            "Uplink boost: 2 × hour at 0.80 EUR each (Mon-Fri 18:00-24:00 Europe/Amsterdam) 1.60 EUR",
            "First month free -9.90 EUR",
            "Up to the minimum of 5.00 EUR 2.90 EUR",
            "total, with 0.86 EUR of tax in it 5.00 EUR",
            "-- as it is delivered",
            "AI tokens: 12500000 LLM tokens: 10000000 at 0.99 EUR for 1000000 LLM tokens, then 2500000 at 0.62 EUR for \
             1000000 LLM tokens 11.45 EUR",
            "total, with 1.98 EUR of tax in it 11.45 EUR",
        ]
    );
}

/// What a file of the sample's catalogue comes to: at purchase, and what is delivered.
fn sold(file: &str, arguments: &str) -> Vec<i64> {
    let (name, text) = CATALOGUE.iter().find(|(name, _)| *name == file).expect("it is in the catalogue");
    let cli = Cli::try_parse_from(format!("explain {name} {arguments}").split_ascii_whitespace()).expect("options");
    let Price { plan, currency, .. } = price(name, text).expect("a price");
    let dues = dues((&plan, currency), &cli.options).expect("priced");
    dues.iter().map(|due| due.total_minor).collect()
}

#[test]
fn the_sample_catalogue_costs_what_is_said_of_it() {
    const MONTH: &str = "--from 2026-12-01T00:00:00Z --to 2027-01-01T00:00:00Z";
    for (file, arguments, totals) in [
        ("gaming-boost.toml", "--from 2026-12-01T16:00:00Z --to 2026-12-01T18:00:00Z", &[196][..]),
        ("live-stream-uplink.toml", EVENING, &[99 + 3 * 150]),
        ("port-slice-day.toml", EVENING, &[24_000]),
        ("port-slice-month.toml", MONTH, &[499_000]),
        ("ai-plan-10m.toml", MONTH, &[990]),
        ("ai-plan-40m.toml", MONTH, &[2_990]),
        ("ai-plan-80m.toml", MONTH, &[4_990]),
        ("ai-plan-80m.toml", "--from 2026-12-01T00:00:00Z --to 2027-02-01T00:00:00Z --periods 9", &[4_990, 4_990]),
        ("developer-s.toml", &format!("{MONTH} --used llm_token=50000000"), &[3_990, 0]),
        ("developer-s.toml", &format!("{MONTH} --used llm_token=120000000"), &[3_990, 50 * 90 + 20 * 70]),
        ("developer-m.toml", &format!("{MONTH} --used llm_token=151000000"), &[9_990, 75]),
        ("developer-l.toml", &format!("{MONTH} --used llm_token=701000000"), &[19_990, 350 * 65 + 50]),
        ("developer-xl.toml", &format!("{MONTH} --used llm_token=600000001"), &[29_990, 1]),
        ("priority-pass.toml", EVENING, &[390]),
        // Two of the three hours begin when the evening is dearer: from 17 to 20 there, less one bought before it.
        ("ai-glasses-uplink.toml", "--from 2026-12-01T15:00:00Z --to 2026-12-01T18:00:00Z", &[90 + 2 * 120]),
        ("satellite-messages.toml", MONTH, &[490]),
        ("satellite-broadband.toml", EVENING, &[990]),
        ("edge-compute.toml", &format!("{EVENING} --used compute_unit=2500"), &[0, 100]),
    ] {
        assert_eq!(sold(file, arguments), totals, "{file} {arguments}");
    }
}

#[test]
fn later_periods_are_explained_as_far_as_the_window_goes() {
    let text = explained("--from 2026-12-01T16:00:00Z --to 2027-02-01T15:00:00Z --periods 5").expect("explained");
    let begun: Vec<_> = lines(&text).into_iter().filter(|line| line.starts_with("--")).collect();
    assert_eq!(begun, ["-- at purchase", "-- from 2027-01-01T16:00:00Z"], "the third would begin after the end");
}

#[test]
fn what_the_plan_does_not_meter_is_refused_with_what_it_does() {
    let error = explained(&format!("{EVENING} --used byte=1")).expect_err("bytes are not metered");
    assert_eq!(error.to_string(), "--used: the plan meters llm_token");
    assert!(explained("--from 2026-12-01T16:00:00Z --to 2026-12-01T16:00:00Z").is_err(), "an empty window");
    assert!(explained(&format!("{EVENING} --used tokens=1")).is_err(), "no such unit");
}
