//! Lines in words, and plans that keep their form.

use super::{amsterdam, plan_of};
use crate::{
    Component, Condition, Hours, Line, Period, PricePlan, Rail, Rate, Source, Tax, TaxMode, Tier, Tiering, explain,
};
use types::{Currency, Duration, Unit};

fn plan() -> PricePlan {
    let mut boost = Component::per_time("Uplink boost", 150, Duration::from_hours(1));
    let evening = vec![Hours { days: 0b001_1111, from_minute: 18 * 60, to_minute: 24 * 60 }];
    boost.rates.push(Rate { condition: Condition { hours: evening, ..Condition::default() }, ..Rate::flat(300, 1) });
    let mut tokens = Component::per_unit("AI tokens", Unit::LlmToken, (0, 1), 0);
    let tiers = vec![
        Tier { up_to: Some(10_000_000), minor: 99, flat_minor: 0 },
        Tier { up_to: None, minor: 62, flat_minor: 0 },
    ];
    tokens.rates = vec![Rate::tiered(1_000_000, Tiering::Graduated, tiers)];
    let components = vec![Component::recurring("Plan", 990, Period::Months(1)), boost, tokens];
    PricePlan { zone: amsterdam(), minimum_minor: 500, ..plan_of(components) }
}

fn said(plan: &PricePlan, source: Source, quantity: u64) -> String {
    explain(plan, Currency::parse("EUR").expect("a currency"), &Line { source, quantity, amount_minor: 0 })
}

#[test]
fn a_line_says_how_its_amount_came_about() {
    let plan = plan();
    let of = |component, rate, quantity| said(&plan, Source::Component { component, rate }, quantity);
    assert_eq!(of(0, 0, 1), "Plan, each month");
    assert_eq!(of(1, 0, 3), "Uplink boost: 3 × hour at 1.50 EUR each");
    assert_eq!(of(1, 1, 2), "Uplink boost: 2 × hour at 3.00 EUR each (Mon-Fri 18:00-24:00 Europe/Amsterdam)");
    assert_eq!(
        of(2, 0, 12_500_000),
        "AI tokens: 12500000 LLM tokens: 10000000 at 0.99 EUR for 1000000 LLM tokens, then 2500000 at 0.62 EUR for 1000000 LLM tokens"
    );
    assert_eq!(said(&plan, Source::Minimum, 1), "Up to the minimum of 5.00 EUR");
    assert_eq!(
        said(&plan, Source::Congestion, 730),
        "The network is in demand then: what it takes is worth 7.30 EUR to others"
    );
    assert_eq!(said(&plan, Source::GuardRail(Rail::Cap), 1), "Down to the highest price");
    let net = PricePlan { tax: Tax { ppm: 210_000, mode: TaxMode::Added }, ..plan };
    assert_eq!(said(&net, Source::Component { component: 0, rate: 0 }, 1), "Plan, each month, and 21 % tax");
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    let plan = plan();
    let bytes = minicbor::to_vec(&plan).expect("encodes");
    assert_eq!(minicbor::decode::<PricePlan>(&bytes).expect("decodes"), plan);
}
