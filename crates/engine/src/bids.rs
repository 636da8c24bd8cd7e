//! Bid prices and guard rails: how prices move, set by an operator or by what plans for it.

use crate::actor::Actor;
use crate::limits::{
    BIDS_AHEAD_MAX, BIDS_MAX, FORECAST_STEPS_MAX, FORECAST_VALUES_MAX, QUANTITY_MAX, RAIL_CLASSES_MAX, RAIL_PPM_MAX,
};
use crate::party::require_operator;
use crate::state::{Blob, BlobHash, ClassShare, GuardRails, OfferingRef, PriceBound, State};
use crate::{Answer, Event, Rejection};
use capacity::{BidTable, Slot};
use ledger::Asset;
use std::collections::BTreeSet;
use std::sync::Arc;
use types::Instant;

/// Loads bid prices: for each of its resources the table takes the place of the one before, until it expires.
pub(crate) fn decide_load(
    state: &State,
    actor: Actor,
    (hash, table): (BlobHash, &Arc<BidTable>),
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let known = |resource| state.capacity.resource(resource).is_ok();
    if !table.resources().iter().copied().all(known) {
        return Err(Rejection::UnknownResource);
    }
    check_size(state, table)?;
    check_currency(state, table, now)?;
    check_times(table, now)?;
    out.push(Event::BidPricesLoaded(Blob::new(hash, Arc::clone(table))));
    Ok(Answer::Done)
}

fn check_size(state: &State, table: &BidTable) -> Result<(), Rejection> {
    if table.values() > FORECAST_VALUES_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 20_000_000 });
    }
    if table.steps() > FORECAST_STEPS_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: FORECAST_STEPS_MAX });
    }
    if state.bids.loaded().count() >= BIDS_MAX && state.bids.followed_beside(table) >= BIDS_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 1_024 });
    }
    Ok(())
}

/// Bid prices are added up, so all that count are of one currency, in which something is sold.
fn check_currency(state: &State, table: &BidTable, now: Instant) -> Result<(), Rejection> {
    let currency = table.head().currency;
    if state.bids.currency_beside(table, now).is_some_and(|beside| beside != currency) {
        return Err(Rejection::MixedCurrency);
    }
    let asset = state.ledger.asset_ref(Asset::Currency(currency)).ok_or(Rejection::CurrencyNotSold)?;
    let is_sold = state.offerings.iter().any(|offering| offering.price.asset == asset);
    if is_sold { Ok(()) } else { Err(Rejection::CurrencyNotSold) }
}

fn check_times(table: &BidTable, now: Instant) -> Result<(), Rejection> {
    let from = Slot::containing(now).ok_or(Rejection::WindowBeyondCalendar)?;
    let expires_at = table.head().expires_at;
    if table.range().to() <= from || expires_at <= now {
        return Err(Rejection::WindowInPast);
    }
    let latest = now.after(BIDS_AHEAD_MAX);
    if table.range().to().start() > latest || expires_at > latest {
        return Err(Rejection::WindowBeyondCalendar);
    }
    Ok(())
}

/// Sets within what the price of an offering moves, or of all that have no rails of their own.
pub(crate) fn decide_rails(
    state: &State,
    actor: Actor,
    (offering, rails): (Option<OfferingRef>, Option<&GuardRails>),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    if let Some(offering) = offering {
        state.offering(offering).ok_or(Rejection::UnknownOffering)?;
    }
    if let Some(rails) = rails {
        check_rails(rails, offering)?;
    }
    if state.rails.get(&offering) == rails {
        return Ok(Answer::Repeated);
    }
    out.push(Event::GuardRailsSet(offering, rails.cloned().map(Box::new)));
    Ok(Answer::Done)
}

fn check_rails(rails: &GuardRails, offering: Option<OfferingRef>) -> Result<(), Rejection> {
    let about = |class: &ClassShare| (class.kind, class.grade);
    let once: BTreeSet<_> = rails.classes.iter().map(about).collect();
    if rails.classes.len() > RAIL_CLASSES_MAX || once.len() < rails.classes.len() {
        return Err(Rejection::ListOutOfRange { entries_max: 16 });
    }
    let shares = rails.classes.iter().map(|class| class.share_ppm).chain(rails.step_ppm);
    let bound = |bound: &PriceBound| match *bound {
        PriceBound::Minor(minor) => offering.is_some() && u64::try_from(minor).is_ok_and(|minor| minor <= QUANTITY_MAX),
        PriceBound::Plan(ppm) => ppm <= RAIL_PPM_MAX,
    };
    let crossed = match (rails.floor, rails.cap) {
        (Some(PriceBound::Minor(floor)), Some(PriceBound::Minor(cap))) => floor > cap,
        (Some(PriceBound::Plan(floor)), Some(PriceBound::Plan(cap))) => floor > cap,
        _ => false,
    };
    let sound = shares.into_iter().all(|share| share <= RAIL_PPM_MAX)
        && rails.floor.iter().chain(&rails.cap).all(bound)
        && !crossed;
    if sound { Ok(()) } else { Err(Rejection::GuardRailsUnsound) }
}
