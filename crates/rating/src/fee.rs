//! What is due at purchase, or at the beginning of a later period.

use crate::amount::{gross, taxed};
use crate::condition::Moment;
use crate::discount::{Discount, Off};
use crate::hours::{DAY_MINUTES, of_week};
use crate::limits::SPANS_MAX;
use crate::line::{Line, Source};
use crate::plan::{Charge, Component, PricePlan, Rate};
use crate::zone::Zone;
use jiff::Span;
use types::{Area, Duration, Grade, Instant, PPM, PartyKind, Window};

/// What is sold, as far as its price goes.
#[derive(Clone, Copy, Debug)]
pub struct Sale<'a> {
    /// When it may be called: all of it, whatever the period.
    pub window: Window,
    /// Where.
    pub place: &'a Area,
    /// What the promise rests on, where it takes something of the network.
    pub grade: Option<Grade>,
    /// Which period is due: 0 is the one that begins with the purchase.
    pub period: u32,
    /// When it is asked for.
    pub at: Instant,
}

/// Who buys, as far as the price goes.
#[derive(Clone, Copy, Debug)]
pub struct Buyer<'a> {
    /// Who they are.
    pub kind: PartyKind,
    /// The promotion code they give.
    pub code: Option<&'a str>,
    /// Did they never buy this offering before?
    pub newcomer: bool,
}

/// What is due, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fee {
    /// Each rate that applies, in the order of the plan, then what is taken off, then what lacks to the minimum.
    pub lines: Vec<Line>,
    /// Their sum, in minor units, tax included.
    pub minor: i64,
}

/// The fee of a purchase, or of a later period of it; `None` when it cannot be counted.
pub fn fee(plan: &PricePlan, sale: &Sale<'_>, buyer: &Buyer<'_>) -> Option<Fee> {
    fee_given(plan, sale, given(plan, sale, buyer))
}

/// The discounts that a purchase is given, each as the bit of its place. They are given once: later periods have those of
/// the purchase, as long as [`Discount::periods`] says.
pub fn given(plan: &PricePlan, sale: &Sale<'_>, buyer: &Buyer<'_>) -> u16 {
    let numbered = (0_u32..).zip(&plan.discounts).filter(|(_, discount)| discount.is_given(sale, buyer));
    numbered.fold(0, |given, (at, _)| given | bit(at))
}

/// The fee with the discounts that were given at purchase; `None` when it cannot be counted.
pub fn fee_given(plan: &PricePlan, sale: &Sale<'_>, given: u16) -> Option<Fee> {
    let mut lines = Vec::new();
    for (at, component) in plan.numbered() {
        add_component(plan, (at, component), sale, &mut lines)?;
    }
    for (at, discount) in (0_u8..).zip(&plan.discounts) {
        if given & bit(at.into()) != 0 && discount.lasts(sale.period) {
            add_discount(plan, (at, discount), &mut lines)?;
        }
    }
    let minimum = taxed(u128::from(plan.minimum_minor), 1, plan.tax)?;
    let lacking = minimum.checked_sub(Line::sum(&lines)?)?;
    let is_due = sale.period == 0 || plan.period().is_some();
    if lacking > 0 && is_due {
        lines.push(Line { source: Source::Minimum, quantity: 1, amount_minor: lacking });
    }
    let minor = Line::sum(&lines)?;
    Some(Fee { lines, minor })
}

fn bit(at: u32) -> u16 {
    1_u16.checked_shl(at).unwrap_or(0)
}

fn add_component(
    plan: &PricePlan,
    (at, component): (u8, &Component),
    sale: &Sale<'_>,
    lines: &mut Vec<Line>,
) -> Option<()> {
    let mut add = |rate: u8, quantity: u64| {
        let amount_minor = gross(component.rates.get(usize::from(rate))?, plan.tax, quantity)?;
        lines.push(Line { source: Source::Component { component: at, rate }, quantity, amount_minor });
        Some(())
    };
    match component.charge {
        Charge::Once if sale.period == 0 => add(rate_here(plan, component, sale, sale.window.from())?, 1),
        Charge::Recurring(period) => match period.of(&plan.zone, sale.window, sale.period) {
            Some(due) => add(rate_here(plan, component, sale, due.from())?, 1),
            None => Some(()),
        },
        Charge::PerTime { step } if sale.period == 0 => {
            let steps = steps_by_rate(plan, component, sale, step)?;
            steps.into_iter().filter(|(_, steps)| *steps > 0).try_for_each(|(rate, steps)| add(rate, steps))
        }
        Charge::Once | Charge::PerTime { .. } | Charge::PerUnit { .. } => Some(()),
    }
}

fn rate_here(plan: &PricePlan, component: &Component, sale: &Sale<'_>, at: Instant) -> Option<u8> {
    component.rate_at(&plan.zone, &Moment { at, place: sale.place, grade: sale.grade })
}

/// How many started steps each rate prices: a step is priced at the moment it begins.
fn steps_by_rate(plan: &PricePlan, component: &Component, sale: &Sale<'_>, step: Duration) -> Option<Vec<(u8, u64)>> {
    let mut steps: Vec<(u8, u64)> = (0_u8..).take(component.rates.len()).map(|rate| (rate, 0)).collect();
    let (mut at, to) = (sale.window.from(), sale.window.to());
    for _ in 0..SPANS_MAX {
        if at >= to {
            return Some(steps);
        }
        let rate = rate_here(plan, component, sale, at)?;
        let until = next_change(&plan.zone, &component.rates, at).min(to);
        // At least one step, for this one begins here.
        let begun = until.since(at).as_ms().div_ceil(step.as_ms()).max(1);
        let (_, counted) = steps.get_mut(usize::from(rate))?;
        *counted = counted.checked_add(begun)?;
        at = at.after(Duration::from_ms(begun.checked_mul(step.as_ms())?));
    }
    None
}

/// When the rate may be another, at the earliest: the next minute of the day at which some hours begin or end.
fn next_change(zone: &Zone, rates: &[Rate], at: Instant) -> Instant {
    let bounds = rates.iter().flat_map(|rate| &rate.condition.hours).flat_map(|hours| hours.bounds());
    let minute = of_week(zone, at).minute;
    if rates.iter().all(|rate| rate.condition.hours.is_empty()) {
        return Instant::MAX;
    }
    let next = bounds.filter(|bound| *bound > minute).min().unwrap_or(DAY_MINUTES);
    let midnight = zone.local(at).date().to_datetime(jiff::civil::Time::midnight());
    let change = midnight.checked_add(Span::new().minutes(i64::from(next))).map_or(Instant::MAX, |at| zone.instant(at));
    // Where clocks go back, the wall shows a bound again that has passed.
    if change > at { change } else { at.after(Duration::from_mins(1)) }
}

impl Discount {
    fn is_given(&self, sale: &Sale<'_>, buyer: &Buyer<'_>) -> bool {
        self.from.is_none_or(|from| sale.at >= from)
            && self.until.is_none_or(|until| sale.at < until)
            && self.code.as_deref().is_none_or(|code| buyer.code == Some(code))
            && (self.kinds.is_empty() || self.kinds.contains(&buyer.kind))
            && (self.newcomers.is_none() || buyer.newcomer)
    }

    fn lasts(&self, period: u32) -> bool {
        self.periods.is_none_or(|periods| period < periods)
    }

    fn is_of(&self, line: &Line) -> bool {
        match line.source {
            Source::Component { component, .. } => self.of.is_empty() || self.of.contains(&component),
            _ => false,
        }
    }
}

/// What is taken off what remains of the components a discount is of.
fn add_discount(plan: &PricePlan, (at, discount): (u8, &Discount), lines: &mut Vec<Line>) -> Option<()> {
    let base = Line::sum(lines.iter().filter(|line| discount.is_of(line)))?;
    let total = Line::sum(lines.iter())?;
    let base = base.min(total).max(0);
    let off = match discount.off {
        Off::Share(ppm) => {
            let scaled = i128::from(base).checked_mul(i128::from(ppm))?.checked_div(i128::from(PPM))?;
            i64::try_from(scaled).ok()?
        }
        Off::Amount(minor) => taxed(u128::from(minor), 1, plan.tax)?.min(base),
    };
    if off > 0 {
        lines.push(Line { source: Source::Discount(at), quantity: 1, amount_minor: off.checked_neg()? });
    }
    Some(())
}
