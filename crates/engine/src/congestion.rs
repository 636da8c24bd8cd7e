//! Congestion: how a price moves away from its plan, line by line.
//!
//! A price is the most of what the plan asks, what delivery costs, and what the same capacity is worth to others by bid
//! prices, within the guard rails an operator sets. In this order: what lacks to the cost; what bid prices add, by the share
//! that this buyer's class pays; what of that is more than a price may rise within an hour; what lacks to the floor; what is
//! over the cap. Each is a line of its own, so that the lines of a price always add up to it.
//!
//! The rail of steps remembers no price. What a sale would have cost an hour before is reckoned again by the bid prices that
//! counted then, which are kept for a day; that price was held to a step over the hour before it, and so on, back to
//! a price that bid prices did not move. So it binds alike whoever asked for what, and the longest it looks back bounds it:
//! after [`STEP_HOURS_MAX`] hours of rising, a price rises no further.

use crate::limits::STEP_HOURS_MAX;
use crate::state::{Grade, GuardRails, Offering, OfferingRef, PartyKind, State, share};
use capacity::{Leg, SlotRange};
use ledger::Asset;
use rating::{Line, Rail, Source};
use std::borrow::Cow;
use types::{Duration, Instant, PPM, Window};

/// What moves one price. Amounts are minor units, tax included, and not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Market {
    /// What the plan asks.
    pub plan_minor: i64,
    /// What delivery costs.
    pub cost_minor: i64,
    /// What of the part that bid prices add this buyer pays, in parts per million.
    pub share_ppm: u32,
    /// The most that a price rises within an hour, in parts per million of what it was.
    pub step_ppm: Option<u32>,
    /// The lowest price.
    pub floor_minor: Option<i64>,
    /// The highest price; it holds also where the floor is above it.
    pub cap_minor: Option<i64>,
}

/// What is sold, as far as congestion moves its price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sold<'a> {
    /// What.
    pub offering: (OfferingRef, &'a Offering),
    /// To whom.
    pub kind: PartyKind,
    /// When.
    pub window: Window,
    /// What the promise rests on.
    pub grade: Option<Grade>,
    /// What is held for it.
    pub held: (&'a [Leg], SlotRange),
}

/// The lines that come after those of the plan, which come to `plan_minor`; `None` when an amount cannot be counted.
pub(crate) fn moved(state: &State, sold: &Sold<'_>, plan_minor: i64, now: Instant) -> Option<Vec<Line>> {
    let (at, offering) = sold.offering;
    let Some(Asset::Currency(currency)) = state.ledger.asset(offering.price.asset) else { return Some(Vec::new()) };
    let rails = rails_of(state, at);
    let market = Market {
        plan_minor,
        cost_minor: offering.cost.map_or(Some(0), |cost| cost.minor(sold.window))?,
        share_ppm: rails.share_ppm(sold.kind, sold.grade, offering.arp.unwrap_or_default().level),
        step_ppm: rails.step_ppm,
        floor_minor: rails.floor.map(|bound| bound.minor(plan_minor)),
        cap_minor: rails.cap.map(|bound| bound.minor(plan_minor)),
    };
    market.lines(|hours| {
        let then = now.before(Duration::from_hours(u64::from(hours)));
        state.bids.worth_minor(sold.held, currency, then)
    })
}

/// Within what the price of an offering moves: its own rails, or else those of all, or else the defaults.
pub fn rails_of(state: &State, offering: OfferingRef) -> Cow<'_, GuardRails> {
    let own = state.rails.get(&Some(offering)).or_else(|| state.rails.get(&None));
    own.map_or_else(|| Cow::Owned(GuardRails::default()), Cow::Borrowed)
}

impl Market {
    /// The lines that make the plan's amount the price, where bid prices of so many hours before say what the sale is worth
    /// to others, in minor units. `None` when an amount cannot be counted.
    pub fn lines(&self, worth: impl Fn(u32) -> Option<i64>) -> Option<Vec<Line>> {
        let mut lines = Vec::new();
        let mut price = self.plan_minor;
        let mut to = |next: i64, source: Source, quantity: i64| {
            if next != price {
                let amount_minor = next.checked_sub(price)?;
                lines.push(Line { source, quantity: u64::try_from(quantity).unwrap_or(0), amount_minor });
                price = next;
            }
            Some(())
        };
        let base = self.plan_minor.max(self.cost_minor);
        to(base, Source::Cost, 1)?;
        let now_worth = worth(0)?;
        let wanted = self.wanted(base, now_worth);
        to(wanted, Source::Congestion, now_worth)?;
        let stepped = self.stepped(base, wanted, worth)?;
        to(stepped, Source::GuardRail(Rail::Step), 1)?;
        let floored = self.floor_minor.map_or(stepped, |floor| stepped.max(floor));
        to(floored, Source::GuardRail(Rail::Floor), 1)?;
        let capped = self.cap_minor.map_or(floored, |cap| floored.min(cap));
        to(capped, Source::GuardRail(Rail::Cap), 1)?;
        Some(lines)
    }

    /// What bid prices would make of a price that is `base` without them.
    fn wanted(&self, base: i64, worth: i64) -> i64 {
        base.saturating_add(share(worth.saturating_sub(base).max(0), self.share_ppm))
    }

    /// The same, held to what it may have risen hour by hour since it was `base`.
    fn stepped(&self, base: i64, wanted: i64, worth: impl Fn(u32) -> Option<i64>) -> Option<i64> {
        let Some(step_ppm) = self.step_ppm else { return Some(wanted) };
        // So many hours ago even a price that had not moved could have come to what is wanted by now: no need to look back
        // further.
        let (mut hours, mut reached) = (0, base);
        while reached < wanted && hours < STEP_HOURS_MAX {
            (hours, reached) = (hours.saturating_add(1), risen(reached, step_ppm));
        }
        let mut price = base;
        for before in (1..hours).rev() {
            price = self.wanted(base, worth(before)?).min(risen(price, step_ppm));
        }
        Some(if hours == 0 { wanted } else { wanted.min(risen(price, step_ppm)) })
    }
}

/// The most that a price may be an hour later, rounded up, so that the smallest rises too.
fn risen(minor: i64, step_ppm: u32) -> i64 {
    let scaled = i128::from(minor).saturating_mul(i128::from(step_ppm));
    let whole = i128::from(PPM);
    let more = scaled.saturating_add(whole.saturating_sub(1)).checked_div(whole).unwrap_or(0);
    i64::try_from(i128::from(minor).saturating_add(more)).unwrap_or(i64::MAX)
}
