//! Mobility: a promise to one device follows it.
//!
//! Only devices that hold a promise are heard of here, and only a re-booking leaves an event. What serves the device where it
//! is, and where it will be next, is held; what it has left behind is given back. Where there is no room the promise is
//! broken, and pays like any other.

use crate::activation::reported;
use crate::actor::Actor;
use crate::assurance::unkept;
use crate::limits::MOVES_MAX;
use crate::path::{Path, Whole, fits, is_one_place, paths_to, with_room};
use crate::state::{Grade, SessionRef, SessionState, State, Token};
use crate::{Answer, Event, Rejection};
use capacity::{Booking, Leg, Slot, SlotRange, Terms};
use std::collections::BTreeSet;
use types::{H3Cell, Instant};

/// A device moves: it is served from the first of `places`, and soon from the others.
pub(crate) fn decide_move(
    state: &State,
    actor: Actor,
    (session, places): (SessionRef, &[H3Cell]),
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = reported(state, actor, session)?;
    let Some((here, ahead)) = places.split_first().filter(|_| places.len() <= MOVES_MAX) else {
        return Err(Rejection::ListOutOfRange { entries_max: 8 });
    };
    if row.state != SessionState::Active {
        return Err(Rejection::SessionNotUsable { state: row.state });
    }
    let token = state.token(row.token).expect("a session names a token");
    if !follows(state, token) {
        return Ok(Answer::Repeated);
    }
    let Some((booking, slots)) = still_held(state, token, now) else { return Ok(Answer::Repeated) };
    let Some(mut rebooked) = serving(state, token, *here, (slots, booking)) else {
        let unkept = unkept(state, (session, row), token, now)?;
        let answer = if unkept.is_some() { Answer::Done } else { Answer::Repeated };
        out.extend(unkept);
        return Ok(answer);
    };
    for place in ahead {
        if let Some(next) = serving(state, token, *place, (slots, booking)) {
            let both = together(slots, [&rebooked, &next]);
            // What has room alone may not have it beside the others.
            if fits(state, &both.legs, (slots, Terms::Firm), Some(booking)).is_ok() {
                rebooked = both;
            }
        }
    }
    if holds_already(booking, &rebooked.legs, slots) {
        return Ok(Answer::Repeated);
    }
    let Path { legs, epsilon_ppb, grade, .. } = rebooked;
    // A better path now is no reason to refuse the next that is as good as what was sold.
    let grade = token.grade.map_or(grade, |sold| sold.min(grade));
    out.push(Event::TokenRebooked { token: row.token, legs, slots, epsilon_ppb, grade });
    Ok(Answer::Done)
}

/// What a token holds, and the slots of it that are not over.
fn still_held<'a>(state: &'a State, token: &Token, now: Instant) -> Option<(&'a Booking, SlotRange)> {
    let booking = state.capacity.booking(token.booking?).ok()?;
    Some((booking, booking.slots.starting_at(Slot::containing(now)?)?))
}

/// Does a promise follow a device? One for an area, or for many devices, holds all that it needs where it was sold.
fn follows(state: &State, token: &Token) -> bool {
    let offering = state.offering(token.offering).expect("a token names an offering");
    offering.terms.concurrency.is_none() && is_one_place(state, &token.place)
}

/// What serves a place, beside what the token holds; `None` when nothing that can carry the promise has room.
fn serving(state: &State, token: &Token, place: H3Cell, (slots, held): (SlotRange, &Booking)) -> Option<Path> {
    let offering = state.offering(token.offering).expect("a token names an offering");
    let paths = paths_to(state, offering, token.grade.unwrap_or(Grade::Empirical), place).ok()?;
    with_room(state, paths, (slots, Terms::Firm), Some(held)).ok()
}

fn together(slots: SlotRange, paths: [&Path; 2]) -> Path {
    let mut whole = Whole::new(slots);
    for path in paths {
        whole.add(path, slots);
    }
    whole.into_path()
}

/// Does a booking hold just these legs in these slots?
fn holds_already(booking: &Booking, legs: &[Leg], slots: SlotRange) -> bool {
    let mut held = BTreeSet::new();
    for leg in &booking.legs {
        held.extend(leg.among(slots).map(|own| (leg.resource, own, leg.units)));
    }
    let wanted = legs.iter().filter_map(|leg| Some((leg.resource, leg.among(slots)?, leg.units)));
    held == wanted.collect()
}
