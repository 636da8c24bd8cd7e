//! The plan of the guide, explained.

use super::explain::{Options, dues, table};
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
