//! A sparse step function over slots: how much of a resource is taken when.
//!
//! A sorted `Vec`, not a tree: a resource has tens of breakpoints, a shared one a few thousand at most (the tiers see
//! to that), and what admission does all day is to read a few neighbours.

use crate::slot::{Slot, SlotRange};

/// Zero before the first step and from the last one on. Neighbouring levels differ, so that equal functions are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Steps(Vec<Step>);

/// From this slot on, until the next step, this level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    from: Slot,
    level: u64,
}

/// A reader that walks forward through a step function.
pub(crate) struct Cursor<'a> {
    level: u64,
    rest: &'a [Step],
}

impl Steps {
    /// The stretches with a level above zero, first to last.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = (SlotRange, u64)> {
        let ends = self.0.iter().skip(1).map(|step| step.from);
        let stretch = |(step, to): (&Step, Slot)| Some((SlotRange::new(step.from, to)?, step.level));
        self.0.iter().zip(ends).filter_map(stretch).filter(|(_, level)| *level > 0)
    }

    /// The levels in a range, stretch by stretch.
    pub(crate) fn levels_in(&self, range: SlotRange) -> impl Iterator<Item = (SlotRange, u64)> {
        let mut cursor = self.cursor(range.from());
        let mut rest = Some(range);
        std::iter::from_fn(move || {
            let from = rest?.from();
            let level = cursor.level_at(from);
            let to = cursor.until(range.to());
            rest = range.starting_at(to);
            Some((SlotRange::new(from, to)?, level))
        })
    }

    /// Raises the level in `range`.
    pub(crate) fn add(&mut self, range: SlotRange, units: u64) {
        self.change(range, |level| level.checked_add(units).expect("admission keeps every sum within nominal"));
    }

    /// Lowers the level in `range`.
    pub(crate) fn remove(&mut self, range: SlotRange, units: u64) {
        self.change(range, |level| level.checked_sub(units).expect("only what was added is removed"));
    }

    /// A reader that starts at `at`.
    pub(crate) fn cursor(&self, at: Slot) -> Cursor<'_> {
        let index = self.0.partition_point(|step| step.from <= at);
        Cursor { level: self.level_before(index), rest: self.0.get(index..).unwrap_or_default() }
    }

    /// From the first slot to the last with a level above zero, both inside; `None` when there is none.
    pub(crate) fn extent(&self) -> Option<SlotRange> {
        SlotRange::new(self.0.first()?.from, self.0.last()?.from)
    }

    /// `units` must not be zero: otherwise neighbours inside `range` could not be told from redundant ones.
    fn change(&mut self, range: SlotRange, level: impl Fn(u64) -> u64) {
        let first = self.split(range.from());
        let end = self.split(range.to());
        for step in self.0.get_mut(first..end).unwrap_or_default() {
            step.level = level(step.level);
        }
        // Inside the range all levels moved alike, so only its two edges can have become redundant.
        self.merge(end);
        self.merge(first);
    }

    /// The index of the step that starts at `at`, which is made when there is none.
    fn split(&mut self, at: Slot) -> usize {
        let index = self.0.partition_point(|step| step.from < at);
        if self.0.get(index).is_none_or(|step| step.from != at) {
            let level = self.level_before(index);
            self.0.insert(index, Step { from: at, level });
        }
        index
    }

    /// Drops the step at `index` when it changes nothing.
    fn merge(&mut self, index: usize) {
        let before = self.level_before(index);
        if self.0.get(index).is_some_and(|step| step.level == before) {
            self.0.remove(index);
        }
    }

    fn level_before(&self, index: usize) -> u64 {
        index.checked_sub(1).and_then(|before| self.0.get(before)).map_or(0, |step| step.level)
    }
}

impl Cursor<'_> {
    /// Moves forward to `at`, which is not before where the reader is, and reads the level there.
    pub(crate) fn level_at(&mut self, at: Slot) -> u64 {
        while let Some((step, rest)) = self.rest.split_first()
            && step.from <= at
        {
            self.level = step.level;
            self.rest = rest;
        }
        self.level
    }

    /// The first slot with another level; `to` when that is earlier.
    pub(crate) fn until(&self, to: Slot) -> Slot {
        self.rest.first().map_or(to, |step| step.from.min(to))
    }
}
