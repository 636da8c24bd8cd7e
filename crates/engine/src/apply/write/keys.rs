//! Purchase keys.

use crate::limits::KEY_MEMORY;
use crate::state::{Deadline, Digest, KeyEntry, PartyRef, State};

pub(in crate::apply) fn bind_key(state: &mut State, entry: KeyEntry) {
    state.index.deadlines.insert((entry.at.after(KEY_MEMORY), Deadline::Key(entry.party, entry.key)));
    state.index.key_ages.insert((entry.party, entry.at, entry.key));
    let count = state.index.keys_of.entry(entry.party).or_default();
    *count = count.saturating_add(1);
    state.keys.insert((entry.party, entry.key), entry);
}

pub(in crate::apply) fn forget_key(state: &mut State, party: PartyRef, key: Digest) {
    let entry = state.keys.remove(&(party, key)).expect("an event names a key that exists");
    state.index.deadlines.remove(&(entry.at.after(KEY_MEMORY), Deadline::Key(party, key)));
    state.index.key_ages.remove(&(party, entry.at, key));
    if let Some(count) = state.index.keys_of.get_mut(&party) {
        *count = count.saturating_sub(1);
    }
    if state.index.keys_of.get(&party) == Some(&0) {
        state.index.keys_of.remove(&party);
    }
}
