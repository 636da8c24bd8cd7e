//! Plans that are refused, each by its name.

use super::{euro, plan_of};
use crate::limits::{PRICE_MINOR_MAX, QUANTITY_MAX};
use crate::{Charge, Component, Condition, Discount, Hours, Off, Period, PlanFault, PricePlan, Rate, Tier, Tiering};
use types::{Area, Duration, Grade, H3Cell, Unit};

fn hours(days: u8, from_minute: u16, to_minute: u16) -> Condition {
    Condition { hours: vec![Hours { days, from_minute, to_minute }], ..Condition::default() }
}

fn with_rates(conditions: Vec<Condition>) -> PricePlan {
    let rates = conditions.into_iter().map(|condition| Rate { condition, ..Rate::flat(100, 1) }).collect();
    plan_of(vec![Component { rates, ..Component::per_time("Boost", 0, Duration::from_hours(1)) }])
}

fn general() -> Condition {
    Condition::default()
}

fn within(index: u64) -> Condition {
    Condition { within: Area::new(vec![H3Cell::from_index(index)]).ok(), ..general() }
}

#[test]
fn rules_that_overlap_and_rates_that_lack() {
    let overlap = |rate, other| Err(PlanFault::RulesOverlap { component: 0, rate, other });
    assert_eq!(with_rates(vec![general(), general()]).check(), overlap(0, 1));
    assert_eq!(with_rates(vec![hours(1, 0, 60)]).check(), Err(PlanFault::RateMissing { component: 0 }));
    let evening = hours(0b11, 18 * 60, 22 * 60);
    assert_eq!(with_rates(vec![general(), evening.clone(), hours(0b10, 21 * 60, 23 * 60)]).check(), overlap(1, 2));
    assert_eq!(with_rates(vec![general(), evening.clone(), hours(0b10, 22 * 60, 23 * 60)]).check(), Ok(()));
    assert_eq!(with_rates(vec![general(), evening.clone(), hours(0b100, 18 * 60, 22 * 60)]).check(), Ok(()));
    let hard = Condition { grade: Some(Grade::Hard), ..general() };
    assert_eq!(with_rates(vec![general(), evening.clone(), hard.clone()]).check(), overlap(1, 2), "a hard evening");
    let soft = Condition { grade: Some(Grade::Statistical), ..evening };
    assert_eq!(with_rates(vec![general(), soft, hard]).check(), Ok(()));
    let (cell, parent) = (0x0891_9690_3a63_ffff, 0x0871_9690_3aff_ffff);
    assert_eq!(with_rates(vec![general(), within(cell), within(parent)]).check(), overlap(1, 2), "one is in the other");
    assert_eq!(with_rates(vec![general(), within(parent), within(cell)]).check(), overlap(1, 2));
    assert_eq!(with_rates(vec![general(), within(cell), within(0x0891_e204_08ab_ffff)]).check(), Ok(()));
}

#[test]
fn hours_and_tiers_that_are_none() {
    let unsound = Err(PlanFault::HoursUnsound { component: 0, rate: 1 });
    for hours in [hours(0, 0, 60), hours(0x80, 0, 60), hours(1, 60, 60), hours(1, 60, 30), hours(1, 0, 1_441)] {
        assert_eq!(with_rates(vec![general(), hours.clone()]).check(), unsound, "{hours:?}");
    }
    let unordered = Err(PlanFault::TiersUnordered { component: 0, rate: 0 });
    for ends in [&[Some(5), Some(5), None][..], &[Some(5), Some(4), None], &[None, None], &[Some(5)], &[Some(0), None]]
    {
        let tiers = ends.iter().map(|up_to| Tier { up_to: *up_to, minor: 1, flat_minor: 0 }).collect();
        let mut calls = Component::per_unit("Calls", Unit::Call, (0, 1), 0);
        calls.rates = vec![Rate::tiered(1, Tiering::Graduated, tiers)];
        assert_eq!(plan_of(vec![calls]).check(), unordered, "{ends:?}");
    }
}

#[test]
fn quantities_and_lists_out_of_range() {
    let quantity = |what, max| Err(PlanFault::Quantity { at: 0, what, max });
    let once = |minor, per| {
        let rates = vec![Rate::flat(minor, per)];
        plan_of(vec![Component { rates, ..Component::once("Pass", 0) }]).check()
    };
    assert_eq!(once(PRICE_MINOR_MAX, QUANTITY_MAX), Ok(()));
    assert_eq!(once(PRICE_MINOR_MAX + 1, 1), quantity("minor", PRICE_MINOR_MAX));
    assert_eq!(once(1, 0), quantity("per", QUANTITY_MAX), "nothing is divided by nothing");
    let timed = |step| plan_of(vec![Component::per_time("Boost", 1, step)]).check();
    assert_eq!(timed(Duration::ZERO), quantity("step_ms", QUANTITY_MAX));
    let every = |period| plan_of(vec![Component::recurring("Plan", 1, period)]).check();
    assert_eq!(every(Period::Days(0)), quantity("period", 1_000));
    let named = |name: &str| plan_of(vec![Component::once(name, 1)]).check();
    let text = Err(PlanFault::OutOfRange { what: "name of a component, in bytes", max: 64 });
    assert_eq!((named(""), named(&"x".repeat(65)), named("x")), (text, text, Ok(())));
    let many = plan_of(vec![Component::once("Pass", 1); 17]).check();
    assert_eq!(many, Err(PlanFault::OutOfRange { what: "components", max: 16 }));
    assert_eq!(PricePlan { minimum_minor: u64::MAX, ..euro() }.check(), quantity("minimum_minor", PRICE_MINOR_MAX));
}

#[test]
fn components_that_do_not_go_together() {
    let calls = || Component::per_unit("Calls", Unit::Call, (1, 1), 0);
    assert_eq!(plan_of(vec![calls(), calls()]).check(), Err(PlanFault::UnitAmbiguous { unit: Unit::Call }));
    let every = |period| Component::recurring("Plan", 1, period);
    assert_eq!(plan_of(vec![every(Period::Days(30)), every(Period::Days(30))]).check(), Ok(()));
    let mixed = plan_of(vec![every(Period::Days(30)), every(Period::Months(1))]).check();
    assert_eq!(mixed, Err(PlanFault::PeriodsDiffer));
    let discount = |of: u8| Discount {
        name: "Off".to_owned(),
        off: Off::Share(1),
        of: vec![of],
        from: None,
        until: None,
        code: None,
        periods: None,
        kinds: Vec::new(),
        newcomers: None,
    };
    let with = |of| PricePlan { discounts: vec![discount(of)], ..plan_of(vec![calls(), Component::once("Pass", 1)]) };
    let unfounded = Err(PlanFault::DiscountUnfounded { discount: 0 });
    assert_eq!((with(0).check(), with(1).check(), with(2).check()), (unfounded, Ok(()), unfounded));
    assert!(matches!(calls().charge, Charge::PerUnit { .. }));
}
