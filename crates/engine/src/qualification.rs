//! Qualification: can it be promised here and then, and on what?
//!
//! Everything with logarithms was computed outside, into units per offering and resource class; here it is added and
//! compared. Asking changes nothing and holds nothing.

use crate::limits::{PLACE_CELLS_MAX, WINDOW_LATENESS_MAX};
use crate::network::path_from;
use crate::rejection::Rejection;
use crate::state::{Offering, OfferingRef, OfferingStatus, PartyRef, ResourceInfo, State};
use capacity::{CapacityError, Leg, ResourceRef, Search, Shortfall, SlotRange, Terms, slots_for};
use types::{Area, H3Cell, Instant, Window};

/// What the network can promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The slots it takes.
    pub slots: SlotRange,
    /// So much of which resource; empty when the offering needs nothing of the network.
    pub legs: Vec<Leg>,
    /// Probability that it is not kept, summed along the path (union bound), in parts per billion.
    pub epsilon_ppb: u32,
}

/// Legs along a path, each with its probability of failing the promise in parts per billion.
type Path = Vec<(Leg, u32)>;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Of what.
    pub offering: OfferingRef,
    /// When.
    pub window: Window,
    /// Where.
    pub place: &'a Area,
    /// For a quote, or for a token?
    pub terms: Terms,
}

/// May this party buy this offering at all?
pub fn eligible(state: &State, party: PartyRef, offering: OfferingRef) -> Result<&Offering, Rejection> {
    let row = state.offering(offering).ok_or(Rejection::UnknownOffering)?;
    let kind = state.party(party).ok_or(Rejection::UnknownParty)?.kind;
    if row.status == OfferingStatus::Retired {
        return Err(Rejection::OfferingRetired);
    }
    if !row.eligible.is_empty() && !row.eligible.contains(&kind) {
        return Err(Rejection::NotEligible);
    }
    Ok(row)
}

/// Can it be promised? Of the radio cells that cover a place the first with room carries it.
pub fn qualify(state: &State, ask: Ask<'_>, now: Instant) -> Result<Promise, Rejection> {
    let offering = state.offering(ask.offering).ok_or(Rejection::UnknownOffering)?;
    if ask.place.cells().len() > PLACE_CELLS_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 32 });
    }
    let slots = slots_of(offering, ask.window, now)?;
    let mut promise = Promise { slots, legs: Vec::new(), epsilon_ppb: 0 };
    if offering.demand.is_empty() {
        return Ok(promise);
    }
    for paths in paths_to(state, offering, ask.place)? {
        for (leg, epsilon_ppb) in with_room(state, paths, slots, ask.terms)? {
            if promise.legs.iter().all(|other| other.resource != leg.resource) {
                promise.legs.push(leg);
                promise.epsilon_ppb = promise.epsilon_ppb.saturating_add(epsilon_ppb);
            }
        }
    }
    state.capacity.check_hold(&promise.legs, slots, ask.terms)?;
    Ok(promise)
}

/// The nearest later window of the same length that can be promised, within `horizon`.
pub fn nearest(state: &State, ask: Ask<'_>, now: Instant, horizon: Window) -> Option<Window> {
    let offering = state.offering(ask.offering)?;
    let wanted = slots_of(offering, ask.window, now).ok()?;
    let within = slots_for(horizon, now).ok()?;
    let place = ask.place.cells().first()?;
    let candidates = state.covering(*place).iter();
    let fits = candidates.filter_map(|radio| {
        let legs = legs_of(&path(state, offering, *radio)?);
        let search = Search { within, length_slots: wanted.slots(), step_slots: 1 };
        state.capacity.first_fit(&legs, ask.terms, search)
    });
    let slots = fits.min_by_key(|slots| slots.from())?;
    Window::starting(slots.window().from(), ask.window.length()).ok()
}

/// What the capacity book's refusal means to a caller.
pub(crate) fn rejection_of_capacity(error: CapacityError) -> Rejection {
    match error {
        CapacityError::Exhausted(Shortfall { slot, wanted, free, .. }) => {
            Rejection::CapacityExhausted { slot_at: slot.start(), wanted, free }
        }
        CapacityError::QuoteShareExceeded(_) => Rejection::QuoteShareExhausted,
        // A place whose paths have more resources than one booking can name.
        CapacityError::TooManyLegs => Rejection::NotPromisable,
        _ => Rejection::BookOverflow,
    }
}

fn slots_of(offering: &Offering, window: Window, now: Instant) -> Result<SlotRange, Rejection> {
    if window.to() <= now || window.from() < now.before(WINDOW_LATENESS_MAX) {
        return Err(Rejection::WindowInPast);
    }
    let length_max = offering.terms.window_length_max;
    if window.length() > length_max {
        return Err(Rejection::WindowTooLong { length_max });
    }
    slots_for(window, now).map_err(|_| Rejection::WindowBeyondCalendar)
}

/// For each place the paths that could serve it: every place is covered, and by something that can carry the promise.
fn paths_to(state: &State, offering: &Offering, places: &Area) -> Result<Vec<Vec<Path>>, Rejection> {
    if places.cells().iter().any(|place| state.covering(*place).is_empty()) {
        return Err(Rejection::NotCovered);
    }
    let paths_of = |place: &H3Cell| -> Vec<Path> {
        state.covering(*place).iter().filter_map(|radio| path(state, offering, *radio)).collect()
    };
    let paths: Vec<_> = places.cells().iter().map(paths_of).collect();
    if paths.iter().any(Vec::is_empty) { Err(Rejection::NotPromisable) } else { Ok(paths) }
}

/// What the promise takes of a radio cell and of everything behind it; `None` where one of them cannot carry it.
fn path(state: &State, offering: &Offering, radio: ResourceRef) -> Option<Path> {
    let leg = |(resource, info): (ResourceRef, &ResourceInfo)| {
        let demand = offering.demand.get(&info.class)?;
        Some((Leg { resource, units: demand.units }, demand.epsilon_ppb))
    };
    path_from(state, radio).map(leg).collect()
}

/// The first path with room, else the reason of the first.
fn with_room(state: &State, paths: Vec<Path>, slots: SlotRange, terms: Terms) -> Result<Path, Rejection> {
    let mut reason = None;
    for path in paths {
        match state.capacity.check_hold(&legs_of(&path), slots, terms) {
            Ok(()) => return Ok(path),
            Err(refused) => reason = reason.or(Some(refused)),
        }
    }
    Err(reason.map_or(Rejection::NotPromisable, Rejection::from))
}

fn legs_of(path: &Path) -> Vec<Leg> {
    path.iter().map(|(leg, _)| *leg).collect()
}
