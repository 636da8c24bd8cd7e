//! Holds by handle; the lowest free handle is used next.

use crate::{Hold, HoldRef};
use std::collections::BTreeSet;

/// Slots without trailing holes, and the set of holes between them: equal contents are equal slabs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slab {
    slots: Vec<Option<Hold>>,
    holes: BTreeSet<HoldRef>,
}

impl Slab {
    pub(crate) fn get(&self, hold: HoldRef) -> Option<&Hold> {
        self.slots.get(hold.slot())?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, hold: HoldRef) -> Option<&mut Hold> {
        self.slots.get_mut(hold.slot())?.as_mut()
    }

    /// The handle of the next insertion; `None` when every handle is taken.
    pub(crate) fn next(&self) -> Option<HoldRef> {
        self.holes.first().copied().or_else(|| HoldRef::at(self.slots.len()))
    }

    /// Puts `hold` under the next handle.
    pub(crate) fn insert(&mut self, hold: Hold) -> HoldRef {
        let next = self.next().expect("a hold was checked, so a handle is left");
        self.put(next, hold);
        next
    }

    /// Puts `hold` under a handle that is free, leaving holes up to it where there are none yet.
    pub(crate) fn put(&mut self, at: HoldRef, hold: Hold) {
        if let Some(slot) = self.slots.get_mut(at.slot()) {
            assert!(slot.replace(hold).is_none(), "a hold is put under a free handle");
            self.holes.remove(&at);
            return;
        }
        while self.slots.len() < at.slot() {
            self.holes.extend(HoldRef::at(self.slots.len()));
            self.slots.push(None);
        }
        self.slots.push(Some(hold));
    }

    /// Takes the hold out and frees its handle; `None` when there is none.
    pub(crate) fn remove(&mut self, at: HoldRef) -> Option<Hold> {
        let hold = self.slots.get_mut(at.slot())?.take()?;
        self.holes.insert(at);
        while let Some(None) = self.slots.last() {
            self.slots.pop();
            self.holes.pop_last();
        }
        Some(hold)
    }

    /// Every hold, in ascending order of its handle.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (HoldRef, &Hold)> {
        self.slots.iter().enumerate().filter_map(|(at, slot)| Some((HoldRef::at(at)?, slot.as_ref()?)))
    }
}
