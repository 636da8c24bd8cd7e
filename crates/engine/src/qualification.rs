//! Qualification: can it be promised here and then, and on what?
//!
//! Everything with logarithms was computed outside, into units per offering and resource class; here it is added and
//! compared. Asking changes nothing and holds nothing.

use crate::command::Wish;
use crate::limits::{PLACE_CELLS_MAX, WINDOW_LATENESS_MAX};
use crate::network::path_from;
use crate::preemption::victims;
use crate::priority::check_priority;
use crate::rejection::Rejection;
use crate::state::{
    Grade, Graded, Offering, OfferingRef, OfferingStatus, PartyRef, PreemptionCapability, State, Tier, TokenRef,
};
use capacity::{CapacityError, Leg, ResourceRef, Search, Shortfall, SlotRange, Terms, slots_for};
use std::collections::{BTreeMap, BTreeSet};
use types::{Area, H3Cell, Instant, Window};

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
    /// The weakest grade that will do.
    pub grade_min: Grade,
    /// For a quote, or for a token?
    pub terms: Terms,
}

/// What serves a device, and everything behind that.
#[derive(Debug)]
pub(crate) struct Path {
    tier: Tier,
    pub legs: Vec<Leg>,
    pub epsilon_ppb: u32,
    pub grade: Grade,
}

impl<'a> Ask<'a> {
    /// What a wish asks.
    pub fn of(wish: &'a Wish, terms: Terms) -> Self {
        Self { offering: wish.offering, window: wish.window, place: &wish.place, grade_min: wish.grade_min, terms }
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
    Ok(row)
}

/// Can it be promised? A place is carried by the first path with room, the ground before the air before space; an area
/// by all that serves any part of it.
pub fn qualify(state: &State, ask: Ask<'_>, now: Instant) -> Result<Promise, Rejection> {
    let offering = state.offering(ask.offering).ok_or(Rejection::UnknownOffering)?;
    if ask.place.cells().len() > PLACE_CELLS_MAX {
        return Err(Rejection::ListOutOfRange { entries_max: 1_024 });
    }
    let slots = slots_of(offering, ask.window, now)?;
    if offering.demand.is_empty() {
        return Ok(Promise { slots, legs: Vec::new(), epsilon_ppb: 0, grade: None });
    }
    let path = with_room(state, candidates(state, offering, ask)?, slots, ask.terms)?;
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
    let paths = candidates(state, offering, ask).ok()?;
    paths.into_iter().find_map(|path| {
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
    let paths = candidates(state, offering, ask).ok()?;
    let search = Search { within, length_slots: wanted.slots(), step_slots: 1 };
    let fits = paths.iter().filter_map(|path| state.capacity.first_fit(&path.legs, ask.terms, search));
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

/// What could carry it, the first choice first: one of several paths to a place, or everything in an area.
fn candidates(state: &State, offering: &Offering, ask: Ask<'_>) -> Result<Vec<Path>, Rejection> {
    match ask.place.cells() {
        [place] if is_one_place(state, ask.place) => paths_to(state, offering, ask.grade_min, *place),
        _ => Ok(vec![over(state, offering, ask.grade_min, ask.place)?]),
    }
}

/// Is this a place that one radio cell carries, and not an area?
pub(crate) fn is_one_place(state: &State, place: &Area) -> bool {
    place.cells().len() == 1 && Some(place.resolution()) >= state.finest_coverage()
}

/// The paths that could serve a place: it is covered, and by something that can carry the promise.
pub(crate) fn paths_to(
    state: &State,
    offering: &Offering,
    grade_min: Grade,
    place: H3Cell,
) -> Result<Vec<Path>, Rejection> {
    let covering = state.covering(place);
    if covering.is_empty() {
        return Err(Rejection::NotCovered);
    }
    let paths = covering.into_iter().filter_map(|serving| path(state, offering, grade_min, serving));
    let paths: Vec<_> = paths.collect();
    if paths.is_empty() { Err(Rejection::NotPromisable) } else { Ok(paths) }
}

/// Everything that serves a part of an area, from the lowest tier that can carry the promise there: a device moves about
/// in it and the network chooses what serves it. The middle of each of the area's H3 cells has to be covered.
fn over(state: &State, offering: &Offering, grade_min: Grade, area: &Area) -> Result<Path, Rejection> {
    let covered = |place: &H3Cell| {
        let middle = place.centre(state.finest_coverage()?.max(place.resolution()))?;
        let covering = state.covering(*place);
        (!covering.is_empty() && !state.covering(middle).is_empty()).then_some(covering)
    };
    let covering: Vec<_> = area.cells().iter().map(covered).collect::<Option<_>>().ok_or(Rejection::NotCovered)?;
    let mut whole = Path { tier: Tier::Ground, legs: Vec::new(), epsilon_ppb: 0, grade: Grade::Hard };
    let mut known = BTreeMap::new();
    let mut held = BTreeSet::new();
    for covering in covering {
        let mut lowest = None;
        for serving in covering {
            let path = known.entry(serving).or_insert_with(|| path(state, offering, grade_min, serving));
            let Some(path) = path.as_ref().filter(|path| *lowest.get_or_insert(path.tier) == path.tier) else {
                continue;
            };
            whole.epsilon_ppb = whole.epsilon_ppb.max(path.epsilon_ppb);
            whole.grade = whole.grade.min(path.grade);
            whole.legs.extend(path.legs.iter().filter(|leg| held.insert(leg.resource)));
        }
        lowest.ok_or(Rejection::NotPromisable)?;
    }
    Ok(whole)
}

/// What the promise takes of what serves a device and of everything behind it; `None` where one of them cannot carry it.
fn path(state: &State, offering: &Offering, grade_min: Grade, serving: ResourceRef) -> Option<Path> {
    let tier = state.resource(serving)?.class.tier();
    let mut path = Path { tier, legs: Vec::new(), epsilon_ppb: 0, grade: Grade::Hard };
    for (resource, info) in path_from(state, serving) {
        let (grade, Graded { units, epsilon_ppb }) = offering.demand.get(&info.class)?.at_least(grade_min)?;
        let devices = offering
            .terms
            .concurrency
            .map_or(1, |planned| if resource == serving { planned.devices_per_cell } else { planned.devices_max });
        path.legs.push(Leg { resource, units: units.saturating_mul(u64::from(devices)) });
        path.epsilon_ppb = path.epsilon_ppb.saturating_add(epsilon_ppb);
        path.grade = path.grade.min(grade);
    }
    Some(path)
}

/// The first path with room, else the reason of the first.
fn with_room(state: &State, paths: Vec<Path>, slots: SlotRange, terms: Terms) -> Result<Path, Rejection> {
    let mut reason = None;
    for path in paths {
        match state.capacity.check_hold(&path.legs, slots, terms) {
            Ok(()) => return Ok(path),
            Err(refused) => reason = reason.or(Some(refused)),
        }
    }
    Err(reason.map_or(Rejection::NotPromisable, Rejection::from))
}
