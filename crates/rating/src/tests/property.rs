//! What holds of every plan.

use super::{ANYONE, place, plan_of, window};
use crate::{
    Component, Delivered, Moment, PricePlan, Rate, Sale, Tax, TaxMode, Tier, Tiering, fee, metered, rates as rates_of,
};
use proptest::prelude::*;
use types::{Duration, Unit};

fn rates() -> impl Strategy<Value = Rate> {
    let tier = (1_u64..50, 0_u64..10_000, 0_u64..100);
    let tiering = prop_oneof![Just(Tiering::Graduated), Just(Tiering::Package)];
    (1_u64..1_000, tiering, prop::collection::vec(tier, 1..5)).prop_map(|(per, tiering, widths)| {
        let mut end = 0;
        let mut tiers: Vec<Tier> = widths
            .into_iter()
            .map(|(width, minor, flat_minor)| {
                end += width;
                Tier { up_to: Some(end), minor, flat_minor }
            })
            .collect();
        tiers.last_mut().expect("a tier").up_to = None;
        Rate::tiered(per, tiering, tiers)
    })
}

fn plans() -> impl Strategy<Value = PricePlan> {
    let mode = prop_oneof![Just(TaxMode::Included), Just(TaxMode::Added)];
    (rates(), 0_u32..1_000_000, mode).prop_map(|(rate, ppm, mode)| {
        let mut calls = Component::per_unit("Calls", Unit::Call, (0, 1), 0);
        calls.rates = vec![rate];
        PricePlan { tax: Tax { ppm, mode }, ..plan_of(vec![calls]) }
    })
}

fn with_tiering(plan: &PricePlan, tiering: Tiering) -> PricePlan {
    let mut plan = plan.clone();
    plan.components[0].rates[0].tiering = tiering;
    plan
}

fn price(plan: &PricePlan, quantity: u64) -> i64 {
    let (place, window) = (place(), window("2026-11-24T10:00:00Z", 1));
    let moment = Moment { at: window.from(), place: &place, grade: None };
    metered(plan, Unit::Call, &moment).expect("metered").of(quantity).expect("counted")
}

/// What is said of tiers, unit by unit and in rational numbers: minor units times `per` times a million.
fn exact(plan: &PricePlan, quantity: u64) -> u128 {
    let rate = &plan.components[0].rates[0];
    let counted = match rate.tiering {
        Tiering::Package => quantity.div_ceil(rate.per) * rate.per,
        _ => quantity,
    };
    let mut sum = 0_u128;
    let mut reached = None;
    for unit in 1..=counted {
        let at = rate.tiers.iter().position(|tier| tier.up_to.is_none_or(|up_to| unit <= up_to)).expect("a tier");
        if reached != Some(at) {
            sum += u128::from(rate.tiers[at].flat_minor) * u128::from(rate.per);
            reached = Some(at);
        }
        sum += u128::from(rate.tiers[at].minor);
    }
    let tax = if plan.tax.mode == TaxMode::Added { u128::from(plan.tax.ppm) } else { 0 };
    sum * (1_000_000 + tax)
}

proptest! {
    #[test]
    fn a_price_is_the_exact_one_rounded_up_once(plan in plans(), quantity in 0_u64..400) {
        let per = u128::from(plan.components[0].rates[0].per) * 1_000_000;
        let exact = exact(&plan, quantity);
        prop_assert_eq!(u128::try_from(price(&plan, quantity)).expect("not negative"), exact.div_ceil(per));
    }

    #[test]
    fn more_never_costs_less_and_parts_add_up(plan in plans(), parts in prop::collection::vec(0_u64..60, 1..8)) {
        let (mut quantity, mut charged) = (0, 0);
        for part in parts {
            quantity += part;
            let more = price(&plan, quantity) - charged;
            prop_assert!(more >= 0);
            charged += more;
        }
        prop_assert_eq!(charged, price(&plan, quantity));
    }

    #[test]
    fn tax_of_parts_is_the_tax_of_their_sum(ppm in 0_u32..1_000_000, parts in prop::collection::vec(0_i64..1_000_000, 1..8)) {
        let plan = PricePlan { tax: Tax { ppm, mode: TaxMode::Included }, ..plan_of(Vec::new()) };
        let (mut before, mut tax) = (0, 0);
        for part in parts {
            tax += plan.tax_beyond(before, part);
            before += part;
        }
        prop_assert_eq!(tax, plan.tax_in(before));
    }

    #[test]
    fn lines_add_up_to_the_fee(minor in 0_u64..100_000, hours in 1_u64..200, minimum in 0_u64..1_000_000) {
        let plan = PricePlan {
            minimum_minor: minimum,
            ..plan_of(vec![Component::per_time("Boost", minor, Duration::from_mins(45))])
        };
        let (place, window) = (place(), window("2026-11-24T10:00:00Z", hours));
        let sale = Sale { window, place: &place, grade: None, period: 0, at: window.from() };
        let fee = fee(&plan, &sale, &ANYONE).expect("counted");
        prop_assert_eq!(fee.lines.iter().map(|line| line.amount_minor).sum::<i64>(), fee.minor);
        prop_assert_eq!(u64::try_from(fee.minor).expect("not negative"), (minor * (hours * 60).div_ceil(45)).max(minimum));
    }

    /// Whoever sets aside the most that quantities can cost, each for itself and before any is charged, can pay for all.
    #[test]
    fn what_is_set_aside_is_enough_in_any_order(
        plan in plans(), volume in any::<bool>(), before in 0_u64..100, parts in prop::collection::vec(1_u64..100, 1..4),
    ) {
        let plan = if volume { with_tiering(&plan, Tiering::Volume) } else { plan };
        let rate = rates_of(&plan, Unit::Call).next().expect("one rate");
        let charged = Delivered { quantity: before, minor: price(&plan, before) };
        let aside: i64 = parts.iter().map(|part| rate.most(charged, *part).expect("counted")).sum();
        let (mut quantity, mut minor) = (before, charged.minor);
        for part in parts {
            quantity += part;
            minor = minor.max(price(&plan, quantity));
        }
        prop_assert!(minor - charged.minor <= aside, "{} of {aside}", minor - charged.minor);
    }
}
