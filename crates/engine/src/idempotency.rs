//! Purchase keys: the same key with the same request gives the same answer, for a day.
//!
//! A rejection does not bind a key: what was refused may be tried again under it.

use crate::command::{Key, Request};
use crate::limits::KEYS_PER_PARTY_MAX;
use crate::stamp::Stamp;
use crate::state::{Digest, KeyEntry, PartyRef, State};
use crate::{Answer, Event, Rejection};
use types::Instant;

/// The answer this key stands for, if it stands for one.
pub(crate) fn lookup(state: &State, party: PartyRef, key: Key) -> Result<Option<Answer>, Rejection> {
    match state.keys.get(&(party, key.key)) {
        None => Ok(None),
        Some(entry) if entry.request == key.request => Ok(Some(entry.answer)),
        Some(_) => Err(Rejection::KeyReused),
    }
}

/// Binds the key to the answer; the party's oldest key goes when it has too many.
pub(crate) fn bind(state: &State, request: &Request, key: Key, answer: Answer, stamp: Stamp, out: &mut Vec<Event>) {
    let party = request.actor.party;
    let held = state.index.keys_of.get(&party).map_or(0, |count| usize::try_from(*count).unwrap_or(usize::MAX));
    if held >= KEYS_PER_PARTY_MAX {
        let first = (party, Instant::EPOCH, Digest([0; 16]));
        if let Some(&(_, _, oldest)) = state.index.key_ages.range(first..).next() {
            out.push(Event::KeyForgotten(party, oldest));
        }
    }
    out.push(Event::KeyBound(KeyEntry { party, key: key.key, request: key.request, answer, at: stamp.now }));
}
