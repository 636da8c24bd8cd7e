//! Devices that move: what a promise holds where its device is now, worked out again from the map and the record.

use super::promises::{Firmness, Promise, Promises};
use super::{Auditor, Finding};
use crate::fact::{Caller, Fact, Said};
use crate::visible::SessionPhase;
use types::{H3Cell, Instant};

/// Most places that a move names.
const PLACES_MAX: usize = 8;

/// What became of moves so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Something else is held since.
    pub followed: u64,
    /// There was no room, and the assurance window was paid for.
    pub broken: u64,
    /// Nothing had to change.
    pub unmoved: u64,
}

/// What a move has to lead to.
enum Due {
    /// Something else is held from now on.
    Rebooked(Promise),
    /// There is no room: the assurance window with this number is broken.
    Broken { window: u64 },
    /// Nothing.
    Nothing,
}

impl Auditor {
    /// A device is somewhere else: its promise holds what serves it there, or is broken and pays.
    pub(super) fn moved(&mut self, at: u32, places: &[H3Cell], said: Said, now: Instant) -> Result<(), Finding> {
        let session = self.sessions.get(at as usize).ok_or("a session that was never requested")?;
        if session.phase != SessionPhase::Active || !is_move(places) {
            return Err(format!("session {at} is {:?} and was moved to {} places", session.phase, places.len()));
        }
        let (token, due) = (session.token, self.due(at as usize, places, now));
        let changes = if matches!(due, Due::Nothing) { Said::Repeated } else { Said::Done };
        if said != changes {
            return Err(format!("a move that is answered with {changes:?} was answered with {said:?}"));
        }
        match due {
            Due::Nothing => {
                self.moves.unmoved += 1;
                Ok(())
            }
            Due::Broken { window } => {
                self.moves.broken += 1;
                self.sessions[at as usize].next_window = window + 1;
                self.remedy(token)
            }
            Due::Rebooked(promise) => {
                self.moves.followed += 1;
                if let Some(held) = self.tokens[token].promise.replace(promise.clone()) {
                    self.promises.give_back(&held, Firmness::Firm);
                }
                self.promises.take(&promise, Firmness::Firm);
                Ok(())
            }
        }
    }

    /// The network may always say where a device with an active session is.
    pub(super) fn move_refused(
        &self,
        fact: &Fact,
        (session, places): (u32, &[H3Cell]),
        code: &str,
    ) -> Result<(), Finding> {
        let active = self.sessions.get(session as usize).is_some_and(|row| row.phase == SessionPhase::Active);
        if fact.letter.caller == Caller::Network && active && is_move(places) {
            return Err(format!("a move of session {session} was refused: {code}"));
        }
        Ok(())
    }

    fn due(&self, at: usize, places: &[H3Cell], now: Instant) -> Due {
        let session = &self.sessions[at];
        let token = &self.tokens[session.token];
        // Only what was sold for one place follows, and as long as there is something left of it.
        let Some(held) = token.promise.as_ref().filter(|_| token.places == 1) else { return Due::Nothing };
        let slots = (Promises::slots(token.window, now).0, held.end());
        if slots.0 >= slots.1 {
            return Due::Nothing;
        }
        let held = held.within(slots.0, slots.1);
        let served = |place: &H3Cell| {
            let choices = Promises::carrying(&self.plan, (token.offering, &[*place]), slots)?;
            self.promises.carried(&self.plan, &choices, &held, Firmness::Firm)
        };
        let mut places = places.iter();
        let Some(mut wanted) = places.next().and_then(served) else { return self.unserved(at, now) };
        // Where it is not yet, it need not be served yet.
        for next in places.filter_map(served) {
            let mut both = wanted.clone();
            both.add(&next);
            if self.promises.has_room(&self.plan, &both.beyond(&held), Firmness::Firm) {
                wanted = both;
            }
        }
        if wanted == held { Due::Nothing } else { Due::Rebooked(wanted) }
    }

    /// The window that is running is broken, unless it has a verdict.
    fn unserved(&self, at: usize, now: Instant) -> Due {
        let session = &self.sessions[at];
        let length = self.plan.offerings[self.tokens[session.token].offering].assurance.as_ms();
        let (Some(started_at), Some(ends_at)) = (session.started_at, session.ends_at) else { return Due::Nothing };
        let window = now.min(ends_at).since(started_at).as_ms() / length;
        if window < session.next_window { Due::Nothing } else { Due::Broken { window } }
    }
}

fn is_move(places: &[H3Cell]) -> bool {
    (1..=PLACES_MAX).contains(&places.len())
}
