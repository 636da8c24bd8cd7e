//! The price plans of scripts, by name: some that are sold, and some that are refused.

use engine::rating::{
    Charge, Component, Condition, Discount, Hours, Newcomers, Off, Period, PricePlan, Rate, Tax, TaxMode, Tier,
    Tiering, Zone,
};
use engine::state::{Grade, PartyKind};
use types::{Area, Duration, Instant, Unit};

const TAX_PPM: u32 = 210_000;

/// So much once, so much for each started hour, and `rate` for usage: unit, (minor units, for so many), held quantity.
pub fn simple(once: u64, hour: u64, usage: Option<(Unit, (u64, u64), u64)>) -> PricePlan {
    by_step(once, (hour, Duration::from_hours(1)), usage)
}

/// The same with steps of another length.
pub fn by_step(once: u64, (minor, step): (u64, Duration), usage: Option<(Unit, (u64, u64), u64)>) -> PricePlan {
    let mut components = Vec::new();
    if once > 0 {
        components.push(Component::once("Fee", once));
    }
    if minor > 0 {
        components.push(Component::per_time("Time", minor, step));
    }
    components.extend(usage.map(|(unit, rate, held)| Component::per_unit("Usage", unit, rate, held)));
    PricePlan::gross(TAX_PPM, components)
}

/// The amount of a component of such a plan; 0 where it has none of this name.
pub fn amount_of(plan: &PricePlan, name: &str) -> u64 {
    let found = plan.components.iter().find(|component| component.name == name);
    found.map_or(0, |component| component.rates[0].tiers[0].minor)
}

/// The plan of this name.
pub fn named(name: &str) -> PricePlan {
    let month = Component::recurring("Plan", 990, Period::Months(1));
    let calls = || Component::per_unit("Calls", Unit::Call, (3, 1), 0);
    let plan = |components| PricePlan::gross(TAX_PPM, components);
    match name {
        "month" => plan(vec![month]),
        "day" => plan(vec![Component::recurring("Day", 100, Period::Days(1))]),
        "dear-day" => plan(vec![Component::recurring("Day", 1_700, Period::Days(1))]),
        "promoted" => promoted(plan(vec![Component::once("Set-up", 500), month])),
        "monthly-calls" => plan(vec![month, calls()]),
        "tiers" => plan(vec![tiered(Tiering::Graduated)]),
        "packs" => plan(vec![tiered(Tiering::Package)]),
        "bulk" => plan(vec![tiered(Tiering::Volume)]),
        "meters" => plan(vec![calls(), Component::per_unit("Messages", Unit::Message, (5, 1), 0)]),
        "held-meters" => {
            let calls = Component { charge: Charge::PerUnit { unit: Unit::Call, held: 10 }, ..calls() };
            plan(vec![calls, Component::per_unit("Messages", Unit::Message, (5, 1), 4)])
        }
        "hours" => plan(vec![at_night(calls(), 0, 6)]),
        "minimum" => PricePlan { minimum_minor: 700, ..plan(vec![Component::once("Fee", 100)]) },
        // And those that are not sound.
        "overlap" => plan(vec![at_night(at_night(calls(), 0, 6), 5, 8)]),
        "no-rate" => {
            let mut calls = at_night(calls(), 0, 6);
            calls.rates.remove(0);
            plan(vec![calls])
        }
        "no-order" => {
            let mut calls = tiered(Tiering::Graduated);
            calls.rates[0].tiers.reverse();
            plan(vec![calls])
        }
        "twice" => plan(vec![calls(), calls()]),
        "two-periods" => plan(vec![month, Component::recurring("Week", 300, Period::Days(7))]),
        "held-month" => plan(vec![month, Component::per_unit("Calls", Unit::Call, (3, 1), 10)]),
        "no-hours" => plan(vec![at_night(calls(), 6, 0)]),
        "unfounded" => {
            let off = promoted(plan(vec![month]));
            let discounts = off.discounts.into_iter().map(|discount| Discount { of: vec![7], ..discount }).collect();
            PricePlan { discounts, ..plan(Vec::new()) }
        }
        "unnamed" => plan(vec![Component::once("", 1)]),
        "dear" => plan(vec![Component::once("Fee", 1 << 60)]),
        "dear-hold" => plan(vec![Component::per_unit("Calls", Unit::Call, (1 << 48, 1), 1 << 10)]),
        other => unreachable!("no such plan: {other}"),
    }
}

/// Half of everything with a code, and the first month for nothing for who never had it.
fn promoted(plan: PricePlan) -> PricePlan {
    let discount = |name: &str, off, of| Discount {
        name: name.to_owned(),
        off,
        of,
        from: None,
        until: None,
        code: None,
        periods: None,
        kinds: Vec::new(),
        newcomers: None,
    };
    let at = u8::try_from(plan.components.len() - 1).expect("few");
    let trial = Discount {
        periods: Some(1),
        newcomers: Some(Newcomers::Only),
        ..discount("First month", Off::Share(1_000_000), vec![at])
    };
    let half = Discount { code: Some("HALF".to_owned()), ..discount("Half price", Off::Share(500_000), Vec::new()) };
    PricePlan { discounts: vec![trial, half], ..plan }
}

/// The first 10 at 5, then 2 each, in packages of 4 where it goes by packages.
fn tiered(tiering: Tiering) -> Component {
    let tiers = vec![Tier { up_to: Some(10), minor: 5, flat_minor: 0 }, Tier { up_to: None, minor: 2, flat_minor: 0 }];
    let per = if tiering == Tiering::Package { 4 } else { 1 };
    let calls = Component::per_unit("Calls", Unit::Call, (0, 1), 0);
    Component { rates: vec![Rate::tiered(per, tiering, tiers)], ..calls }
}

fn at_night(mut component: Component, from: u16, to: u16) -> Component {
    let hours = vec![Hours { days: 0b111_1111, from_minute: from * 60, to_minute: to * 60 }];
    component.rates.push(Rate { condition: Condition { hours, ..Condition::default() }, ..Rate::flat(1, 1) });
    component
}

/// A plan with all that it can have.
pub fn everything(place: &Area, at: Instant) -> PricePlan {
    let condition = Condition {
        hours: vec![Hours { days: 0b001_1111, from_minute: 480, to_minute: 1_440 }],
        within: Some(place.clone()),
        grade: Some(Grade::Hard),
    };
    let tiers = vec![Tier { up_to: Some(10), minor: 5, flat_minor: 7 }, Tier { up_to: None, minor: 2, flat_minor: 0 }];
    let tiered = Rate { condition, ..Rate::tiered(4, Tiering::Package, tiers) };
    let mut calls = Component::per_unit("Calls", Unit::Call, (3, 1), 0);
    calls.rates.push(tiered);
    let discount = Discount {
        name: "Trial".to_owned(),
        off: Off::Share(1_000_000),
        of: vec![0],
        from: Some(at),
        until: Some(Instant::MAX),
        code: Some("HALF".to_owned()),
        periods: Some(1),
        kinds: vec![PartyKind::Consumer],
        newcomers: Some(Newcomers::Only),
    };
    PricePlan {
        tax: Tax { ppm: 210_000, mode: TaxMode::Added },
        zone: Zone::parse("Europe/Amsterdam").expect("a zone"),
        components: vec![
            Component::recurring("Plan", 990, Period::Months(1)),
            Component::once("Fee", 21),
            Component::per_time("Time", 100, Duration::from_hours(1)),
            calls,
        ],
        discounts: vec![discount.clone(), Discount { off: Off::Amount(50), ..discount }],
        minimum_minor: 500,
    }
}
