//! Mobility: a promise to one device follows it.
//!
//! Only devices that hold a promise are heard of here, and only a re-booking leaves an event. What serves the device where it
//! is, and where it will be next, is held; what it has left behind is given back. Where there is no room the promise is
//! broken, and pays like any other.

use crate::activation::reported;
use crate::actor::Actor;
use crate::assurance::unkept;
use crate::limits::MOVES_MAX;
use crate::qualification::{Path, is_one_place, paths_to};
use crate::state::{Grade, SessionRef, SessionState, State, Token};
use crate::{Answer, Event, Rejection};
use capacity::{Leg, Slot, SlotRange, Terms};
use types::{H3Cell, Instant};

/// What a promise would hold instead.
struct Rebooked {
    legs: Vec<Leg>,
    epsilon_ppb: u32,
    grade: Grade,
}

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
    let slots = Slot::containing(now).zip(token.booking.and_then(|booking| state.capacity.booking(booking).ok()));
    let Some(slots) = slots.and_then(|(from, booking)| booking.slots.starting_at(from)) else {
        return Ok(Answer::Repeated);
    };
    let Some(mut rebooked) = from_here(state, token, *here, slots) else {
        let unkept = unkept(state, (session, row), token, now)?;
        let answer = if unkept.is_some() { Answer::Done } else { Answer::Repeated };
        out.extend(unkept);
        return Ok(answer);
    };
    for place in ahead {
        rebooked.reach(state, token, *place, slots);
    }
    if rebooked.legs.iter().all(|leg| token.legs.contains(leg)) && rebooked.legs.len() == token.legs.len() {
        return Ok(Answer::Repeated);
    }
    let Rebooked { legs, epsilon_ppb, grade } = rebooked;
    out.push(Event::TokenRebooked { token: row.token, legs, slots, epsilon_ppb, grade });
    Ok(Answer::Done)
}

/// Does a promise follow a device? One for an area, or for many devices, holds all that it needs where it was sold.
fn follows(state: &State, token: &Token) -> bool {
    let offering = state.offering(token.offering).expect("a token names an offering");
    offering.terms.concurrency.is_none() && is_one_place(state, &token.place)
}

/// What serves the device where it is; `None` when nothing that can carry the promise has room.
fn from_here(state: &State, token: &Token, place: H3Cell, slots: SlotRange) -> Option<Rebooked> {
    let mut rebooked = Rebooked { legs: Vec::new(), epsilon_ppb: 0, grade: Grade::Hard };
    rebooked.reach(state, token, place, slots).then_some(rebooked)
}

impl Rebooked {
    /// Adds what serves a place, the first path with room; `false` when there is none. What the promise holds already it
    /// need not find again.
    fn reach(&mut self, state: &State, token: &Token, place: H3Cell, slots: SlotRange) -> bool {
        let offering = state.offering(token.offering).expect("a token names an offering");
        let paths = paths_to(state, offering, token.grade.unwrap_or(Grade::Empirical), place).unwrap_or_default();
        let has_room = |path: &Path| {
            let held = |leg: &Leg| token.legs.contains(leg) || self.legs.contains(leg);
            let more: Vec<Leg> = path.legs.iter().copied().filter(|leg| !held(leg)).collect();
            // What is added for one place is not yet taken when the next is looked at: they are checked together.
            let added = self.legs.iter().copied().filter(|leg| !token.legs.contains(leg));
            let all: Vec<Leg> = added.chain(more).collect();
            all.is_empty() || state.capacity.check_hold(&all, slots, Terms::Firm).is_ok()
        };
        let Some(path) = paths.into_iter().find(has_room) else { return false };
        self.legs.extend(path.legs.iter().filter(|leg| !self.legs.contains(leg)).copied().collect::<Vec<_>>());
        self.epsilon_ppb = self.epsilon_ppb.max(path.epsilon_ppb);
        self.grade = self.grade.min(path.grade);
        true
    }
}
