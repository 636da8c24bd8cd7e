//! What is wanted in the hours ahead: what was sold for the same hours of the weeks before, as early as it was asked for.

use super::Settings;
use crate::limits::{PRICED_PRODUCTS_MAX, PRICED_SALES_MAX};
use engine::capacity::{ResourceRef, SLOTS_PER_HOUR, Slot, SlotRange};
use engine::ledger::{Asset, AssetRef};
use engine::rating::{Sale, fee_given};
use engine::state::{Offering, OfferingRef, OfferingStatus, State, Token};
use intelligence::service::bid_price::Wanted;
use std::collections::BTreeMap;
use types::{Currency, Duration, Instant};

/// An hour.
const HOUR_MS: u64 = 3_600_000;
/// After which the hours of a week come again.
const WEEK: Duration = Duration::from_days(7);

/// What is to be priced.
#[derive(Debug)]
pub struct Outlook {
    /// The first hour.
    pub from: Slot,
    /// How many hours.
    pub hours: usize,
    /// In which money.
    pub currency: Currency,
    /// What is wanted.
    pub wanted: Vec<Wanted>,
    /// What is free of each resource that something takes, hour by hour.
    pub free: BTreeMap<(ResourceRef, usize), u64>,
}

/// What makes two purchases one product.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    offering: OfferingRef,
    takes: Vec<(ResourceRef, u64)>,
    hour: usize,
    hours: usize,
}

/// What is wanted of a cell from `now` on, and what is free for it. The inner `None`: nothing is sold that can be priced; the
/// outer one: the calendar is over.
#[expect(clippy::option_option, reason = "no calendar is a failure, nothing to price is none")]
pub fn outlook(state: &State, settings: Settings, now: Instant) -> Option<Option<Outlook>> {
    let from = first_slot(now)?;
    let hours = usize::try_from(settings.hours).ok()?;
    let Some((asset, currency)) = money_of(state, settings.currency) else { return Some(None) };
    let since = now.before(Duration::from_ms(WEEK.as_ms().saturating_mul(settings.weeks)));
    let recent = state.tokens.iter().rev().take(PRICED_SALES_MAX);
    let recent = recent.take_while(|token| token.issued_at.is_none_or(|at| at >= since));
    let sales: Vec<&Token> = recent.filter(|token| token.bought.is_none() && !token.legs.is_empty()).collect();
    let Some(first) = sales.last().and_then(|token| token.issued_at) else { return Some(None) };
    let weeks = now.since(first).as_ms().div_ceil(WEEK.as_ms()).clamp(1, settings.weeks);
    let mut products: BTreeMap<Key, Wanted> = BTreeMap::new();
    for token in sales {
        let Some(offering) = state.offering(token.offering).filter(|row| is_sold(row, asset)) else { continue };
        let Some((key, step)) = again(token, from.start(), hours) else { continue };
        if !products.contains_key(&key) && products.len() >= PRICED_PRODUCTS_MAX {
            continue;
        }
        let Some(revenue_minor) = plan_minor(offering, token) else { continue };
        let (takes, own) = (key.takes.clone(), key.hour..key.hour + key.hours);
        let wanted = products.entry(key);
        let wanted = wanted.or_insert_with(|| Wanted { revenue_minor, takes, hours: own, requests: vec![0.0; hours] });
        if let Some(requests) = wanted.requests.get_mut(step) {
            *requests += 1.0 / f64::from(u32::try_from(weeks).unwrap_or(1));
        }
    }
    let wanted: Vec<Wanted> = products.into_values().collect();
    let places: Vec<_> = wanted.iter().flat_map(places_of).collect();
    let free = free_in(state, from, &places, now);
    Some((!wanted.is_empty()).then_some(Outlook { from, hours, currency, wanted, free }))
}

/// What is free of each place, from `now` on: the least of its slots.
pub fn free_in(
    state: &State,
    from: Slot,
    places: &[(ResourceRef, usize)],
    now: Instant,
) -> BTreeMap<(ResourceRef, usize), u64> {
    let running = Slot::containing(now).unwrap_or(from);
    let free = |&(resource, hour): &(ResourceRef, usize)| {
        let first = from.after(u32::try_from(hour).ok()?.checked_mul(SLOTS_PER_HOUR)?);
        let slots = SlotRange::new(first.max(running), first.after(SLOTS_PER_HOUR))?;
        Some(((resource, hour), state.capacity.tightest(resource, slots).ok()?.free))
    };
    places.iter().filter_map(free).collect()
}

/// The first slot of the hour that runs.
pub fn first_slot(now: Instant) -> Option<Slot> {
    Slot::containing(Instant::from_ms(now.as_ms() / HOUR_MS * HOUR_MS))
}

fn places_of(wanted: &Wanted) -> impl Iterator<Item = (ResourceRef, usize)> {
    let hours = wanted.hours.clone();
    wanted.takes.iter().flat_map(move |(resource, _)| hours.clone().map(move |hour| (*resource, hour)))
}

/// The money that is priced, and its asset.
fn money_of(state: &State, wanted: Option<Currency>) -> Option<(AssetRef, Currency)> {
    let is_sold = |row: &&Offering| row.status == OfferingStatus::Published;
    let first = || state.offerings.iter().find(is_sold).map(|row| row.price.asset);
    let asset = match wanted {
        Some(currency) => state.ledger.asset_ref(Asset::Currency(currency)),
        None => first(),
    }?;
    match state.ledger.asset(asset) {
        Some(Asset::Currency(currency)) => Some((asset, currency)),
        _ => None,
    }
}

fn is_sold(row: &Offering, asset: AssetRef) -> bool {
    row.status == OfferingStatus::Published && row.price.asset == asset
}

/// What a sale was for, whole weeks later among the hours ahead, and the hour in which it would be asked for again; `None`
/// when that is not among them, or was before the first.
fn again(token: &Token, from: Instant, hours: usize) -> Option<(Key, usize)> {
    let weeks = from.since(token.window.from()).as_ms().div_ceil(WEEK.as_ms()).max(1);
    let shift = Duration::from_ms(WEEK.as_ms().checked_mul(weeks)?);
    let begins = token.window.from().after(shift).since(from);
    let hour = usize::try_from(begins.as_ms() / HOUR_MS).ok().filter(|hour| *hour < hours)?;
    let ends = token.window.to().after(shift).since(from).as_ms().div_ceil(HOUR_MS);
    let ends = usize::try_from(ends).ok().filter(|ends| *ends <= hours)?;
    let lead = token.window.from().since(token.issued_at?).as_ms() / HOUR_MS;
    let step = hour.checked_sub(usize::try_from(lead).ok()?)?;
    let mut takes: BTreeMap<ResourceRef, u64> = BTreeMap::new();
    for leg in &token.legs {
        let units = takes.entry(leg.resource).or_default();
        *units = (*units).max(leg.units);
    }
    let takes = takes.into_iter().filter(|(_, units)| *units > 0).collect();
    Some((Key { offering: token.offering, takes, hour, hours: ends.saturating_sub(hour).max(1) }, step))
}

/// What the plan asks for such a sale; what bid prices made of it does not make them.
fn plan_minor(offering: &Offering, token: &Token) -> Option<u64> {
    let (window, at) = (token.window, token.window.from());
    let sale = Sale { window, place: &token.place, grade: token.grade, period: 0, at };
    let fee = fee_given(&offering.price.plan, &sale, 0)?;
    u64::try_from(fee.minor).ok()
}
