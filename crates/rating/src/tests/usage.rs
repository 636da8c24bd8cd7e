//! What is delivered: tiers, packages, hours.

use super::{amsterdam, at, place, plan_of};
use crate::{Component, Condition, Hours, Moment, PricePlan, Rate, Tier, Tiering, metered, units};
use types::Unit;

fn tiers() -> Vec<Tier> {
    vec![
        Tier { up_to: Some(1_000), minor: 10, flat_minor: 0 },
        Tier { up_to: Some(5_000), minor: 6, flat_minor: 100 },
        Tier { up_to: None, minor: 1, flat_minor: 0 },
    ]
}

fn tiered(tiering: Tiering, per: u64) -> PricePlan {
    let mut calls = Component::per_unit("Calls", Unit::Call, (0, 1), 0);
    calls.rates = vec![Rate::tiered(per, tiering, tiers())];
    plan_of(vec![calls])
}

fn costs(plan: &PricePlan, quantity: u64) -> i64 {
    plan.check().expect("the plan is sound");
    let place = place();
    let moment = Moment { at: at("2026-11-24T10:00:00Z"), place: &place, grade: None };
    metered(plan, Unit::Call, &moment).expect("calls are metered").of(quantity).expect("it can be counted")
}

#[test]
fn graduated_volume_and_package_tiers() {
    let graduated = |quantity| costs(&tiered(Tiering::Graduated, 7), quantity);
    // 10 for 7: 1,000 are 1,428.57.
    assert_eq!((graduated(0), graduated(1), graduated(1_000)), (0, 2, 1_429));
    // One rounding over all tiers: (1,000 x 10 + 4,000 x 6 + 1,000 x 1) / 7 + 100.
    assert_eq!(graduated(6_000), 5_100);
    let volume = |quantity| costs(&tiered(Tiering::Volume, 7), quantity);
    assert_eq!((volume(0), volume(1_000), volume(1_001), volume(6_000)), (0, 1_429, 958, 858));
    let package = |quantity| costs(&tiered(Tiering::Package, 500), quantity);
    assert_eq!((package(0), package(1), package(500), package(501)), (0, 10, 10, 20));
    // 1,001 begin a third package, which is in the second tier.
    assert_eq!(package(1_001), 20 + 6 + 100);
}

#[test]
fn a_unit_is_priced_by_its_own_component_at_its_hour() {
    let night = vec![Hours { days: 0b111_1111, from_minute: 0, to_minute: 6 * 60 }];
    let mut bytes = Component::per_unit("Data", Unit::Byte, (1, 1_000), 5_000);
    bytes.rates.push(Rate { condition: Condition { hours: night, ..Condition::default() }, ..Rate::flat(1, 10_000) });
    let messages = Component::per_unit("Messages", Unit::Message, (5, 1), 0);
    let plan = PricePlan { zone: amsterdam(), ..plan_of(vec![Component::once("Pass", 1), bytes, messages]) };
    plan.check().expect("the plan is sound");
    assert_eq!(units(&plan).collect::<Vec<_>>(), [Unit::Byte, Unit::Message]);
    let place = place();
    let find = |unit, time: &str| {
        let found = metered(&plan, unit, &Moment { at: at(time), place: &place, grade: None })?;
        Some((found.component, found.rate, found.of(10_001)?, found.held()))
    };
    assert_eq!(find(Unit::Byte, "2026-11-24T12:00:00Z"), Some((1, 0, 11, 5_000)));
    assert_eq!(find(Unit::Byte, "2026-11-24T23:30:00Z"), Some((1, 1, 2, 5_000)), "half past midnight there");
    assert_eq!(find(Unit::Message, "2026-11-24T12:00:00Z"), Some((2, 0, 50_005, 0)));
    assert_eq!(find(Unit::Call, "2026-11-24T12:00:00Z"), None);
}
