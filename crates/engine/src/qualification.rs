//! Qualification: can it be promised here and then, and on what?
//!
//! Everything with logarithms was computed outside, into units per offering and resource class; here it is added and
//! compared. Asking changes nothing and holds nothing.

use crate::command::{Stage, Wish};
use crate::delivery::check_delivery;
use crate::limits::{PLACE_CELLS_MAX, WINDOW_LATENESS_MAX};
use crate::path::{Path, candidates, with_room};
use crate::preemption::victims;
use crate::priority::check_priority;
use crate::rejection::Rejection;
use crate::state::{Grade, Offering, OfferingRef, OfferingStatus, PartyRef, PreemptionCapability, State, TokenRef};
use capacity::{CapacityError, Leg, Search, Shortfall, SlotRange, Terms, slots_for};
use types::{Area, Instant, Window};

/// What the network can promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The slots it takes.
    pub slots: SlotRange,
    /// So much of which resource; empty when the offering needs nothing of the network.
    pub legs: Vec<Leg>,
    /// Probability that it is not kept, summed along the path of a device (union bound), in parts per billion; over an
    /// area that of its worst path, for a device is on one path at a time.
    pub epsilon_ppb: u32,
    /// The weakest grade along the path; `None` when nothing of the network is needed.
    pub grade: Option<Grade>,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Of what.
    pub offering: OfferingRef,
    /// When.
    pub window: Window,
    /// Where. One H3 cell, no coarser than coverage is described, is a place: one radio cell carries it. Anything else is
    /// an area: whatever serves a part of it is held.
    pub place: &'a Area,
    /// Which part of it when, where a device is on its way; empty: all of it all the time.
    pub stages: &'a [Stage],
    /// The weakest grade that will do.
    pub grade_min: Grade,
    /// For a quote, or for a token?
    pub terms: Terms,
}

impl<'a> Ask<'a> {
    /// What a wish asks.
    pub fn of(wish: &'a Wish, terms: Terms) -> Self {
        let Wish { offering, window, grade_min, .. } = *wish;
        Self { offering, window, place: &wish.place, stages: &wish.stages, grade_min, terms }
    }
}

/// May this party buy this offering at all?
pub fn eligible(state: &State, party: PartyRef, offering: OfferingRef) -> Result<&Offering, Rejection> {
    let row = state.offering(offering).ok_or(Rejection::UnknownOffering)?;
    let buyer = state.party(party).ok_or(Rejection::UnknownParty)?;
    if row.status == OfferingStatus::Retired {
        return Err(Rejection::OfferingRetired);
    }
    if !row.eligible.is_empty() && !row.eligible.contains(&buyer.kind) {
        return Err(Rejection::NotEligible);
    }
    check_priority(buyer, row)?;
    check_delivery(state, row)?;
    Ok(row)
}

/// Can it be promised? A place is carried by a path on the ground with room throughout, else slot by slot by the first
/// with room, the ground before the air before space; an area by all that serves any part of it, and a way by all that
/// serves each stage of it, then.
pub fn qualify(state: &State, ask: Ask<'_>, now: Instant) -> Result<Promise, Rejection> {
    let offering = state.offering(ask.offering).ok_or(Rejection::UnknownOffering)?;
    if ask.place.cells().len() > PLACE_CELLS_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 1_024 });
    }
    let slots = slots_of(offering, ask.window, now)?;
    if offering.demand.is_empty() {
        return Ok(Promise { slots, legs: Vec::new(), epsilon_ppb: 0, grade: None });
    }
    let path = with_room(state, candidates(state, offering, ask, (slots, now))?, (slots, ask.terms), None)?;
    Ok(Promise { slots, legs: path.legs, epsilon_ppb: path.epsilon_ppb, grade: Some(path.grade) })
}

/// Can it be promised, if tokens of lower priority make room where there is none? With the tokens that would have to.
pub(crate) fn qualify_or_displace(
    state: &State,
    ask: Ask<'_>,
    now: Instant,
) -> Result<(Promise, Vec<TokenRef>), Rejection> {
    match qualify(state, ask, now) {
        Err(refused @ Rejection::CapacityExhausted { .. }) => displacing(state, ask, now).ok_or(refused),
        promised => Ok((promised?, Vec::new())),
    }
}

/// The first choice for which others can make room.
fn displacing(state: &State, ask: Ask<'_>, now: Instant) -> Option<(Promise, Vec<TokenRef>)> {
    let offering = state.offering(ask.offering)?;
    let arp = offering.arp.filter(|arp| arp.capability == PreemptionCapability::Enabled)?;
    let slots = slots_of(offering, ask.window, now).ok()?;
    let mut paths = candidates(state, offering, ask, (slots, now)).ok()?;
    paths.find_map(|path| {
        let displaced = victims(state, arp, &path.legs, slots)?;
        let Path { legs, epsilon_ppb, grade, .. } = path;
        Some((Promise { slots, legs, epsilon_ppb, grade: Some(grade) }, displaced))
    })
}

/// The nearest later window of the same length that can be promised, within `horizon`.
pub fn nearest(state: &State, ask: Ask<'_>, now: Instant, horizon: Window) -> Option<Window> {
    let offering = state.offering(ask.offering)?;
    let wanted = slots_of(offering, ask.window, now).ok()?;
    let within = slots_for(horizon, now).ok()?;
    let paths = candidates(state, offering, ask, (wanted, now)).ok()?;
    let search = Search { within, length_slots: wanted.slots(), step_slots: 1 };
    let fits = paths.filter_map(|path| state.capacity.first_fit(&path.legs, ask.terms, search));
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
