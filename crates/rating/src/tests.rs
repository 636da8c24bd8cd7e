//! What plans cost, and which are refused.

mod faults;
mod fees;
mod property;
mod usage;
mod words;

use crate::{Buyer, Component, PricePlan, Sale, Zone, fee};
use types::{Area, Duration, H3Cell, Instant, PartyKind, Window};

fn euro() -> PricePlan {
    PricePlan::free()
}

fn plan_of(components: Vec<Component>) -> PricePlan {
    PricePlan { components, ..euro() }
}

fn at(text: &str) -> Instant {
    let at: jiff::Timestamp = text.parse().expect("a time");
    Instant::from_ms(u64::try_from(at.as_millisecond()).expect("after 1970"))
}

fn window(from: &str, hours: u64) -> Window {
    Window::starting(at(from), Duration::from_hours(hours)).expect("a window")
}

fn place() -> Area {
    Area::new(vec![H3Cell::from_index(0x0891_9690_3a63_ffff)]).expect("an area")
}

const ANYONE: Buyer<'static> = Buyer { kind: PartyKind::Consumer, code: None, newcomer: false };

/// What a window costs in each period, and the amounts of the lines.
fn due(plan: &PricePlan, window: Window, period: u32, buyer: Buyer<'_>) -> (i64, Vec<i64>) {
    plan.check().expect("the plan is sound");
    let place = place();
    let sale = Sale { window, place: &place, grade: None, period, at: window.from() };
    let fee = fee(plan, &sale, &buyer).expect("it can be counted");
    (fee.minor, fee.lines.iter().map(|line| line.amount_minor).collect())
}

fn amsterdam() -> Zone {
    Zone::parse("Europe/Amsterdam").expect("a zone")
}
