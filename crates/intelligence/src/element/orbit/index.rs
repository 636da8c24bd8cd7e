//! Passes worked out beforehand, cell by cell, so that a question is a range read.

use super::limits::INDEX_CELLS_MAX;
use super::passes::{Pass, PassesError, passes};
use super::place::Place;
use super::satellite::Satellite;
use super::serving::{Choice, Serving, outages, serving};
use std::collections::BTreeMap;
use types::{Duration, H3Cell, Instant, Window};

/// The grid of time. Five make a slot of the capacity calendars, in which many a low satellite rises and sets.
pub const SLOT: Duration = Duration::from_mins(1);

/// The passes over some cells for some time.
#[derive(Clone, Debug)]
pub struct Index {
    window: Window,
    cells: BTreeMap<H3Cell, Cell>,
}

/// One cell: its passes by rise, and by slot the satellites that are up in all of it.
#[derive(Clone, Debug)]
struct Cell {
    passes: Vec<Pass>,
    serving: Vec<Serving>,
    outages: Vec<Window>,
    /// The longest pass: how far before a window one that reaches into it can have risen.
    longest: Duration,
    /// Where each slot's satellites begin in `throughout`; one more than there are slots.
    starts: Vec<usize>,
    throughout: Vec<u32>,
}

/// Why a cell is not taken into an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// It is full.
    #[error("an index holds at most {INDEX_CELLS_MAX} cells")]
    TooManyCells,
    /// Its passes are not found.
    #[error(transparent)]
    Passes(#[from] PassesError),
}

impl Index {
    /// An empty index for `window`; its slots are counted from there.
    pub fn new(window: Window) -> Self {
        Self { window, cells: BTreeMap::new() }
    }

    /// Works out a cell by the sky over `centre`, and replaces it where it was there.
    pub fn insert(
        &mut self,
        cell: H3Cell,
        centre: Place,
        mask_deg: f64,
        satellites: &[Satellite],
    ) -> Result<(), IndexError> {
        if self.cells.len() >= INDEX_CELLS_MAX && !self.cells.contains_key(&cell) {
            return Err(IndexError::TooManyCells);
        }
        let passes = passes(&centre.site(), mask_deg, satellites, self.window)?;
        self.cells.insert(cell, Cell::new(passes, self.window));
        Ok(())
    }

    /// The passes over a cell that share an instant with `window`, by rise; nothing for a cell that is not here.
    pub fn passes(&self, cell: H3Cell, window: Window) -> impl Iterator<Item = &Pass> {
        let found = self.cells.get(&cell).map_or(&[][..], |cell| cell.around(window));
        found.iter().filter(move |pass| pass.window.overlaps(window))
    }

    /// The satellites above the mask in all of the slot that `at` is in.
    pub fn throughout(&self, cell: H3Cell, at: Instant) -> &[u32] {
        let slot = at.since(self.window.from()).as_ms() / SLOT.as_ms();
        let Some(cell) = self.cells.get(&cell).filter(|_| self.window.contains(at)) else { return &[] };
        let range =
            usize::try_from(slot).ok().and_then(|slot| Some(*cell.starts.get(slot)?..*cell.starts.get(slot + 1)?));
        range.and_then(|range| cell.throughout.get(range)).unwrap_or(&[])
    }

    /// Who serves a cell at `at`, by the longest remaining time; nothing in an outage, or for a cell that is not here.
    pub fn serving(&self, cell: H3Cell, at: Instant) -> Option<Serving> {
        let serving = &self.cells.get(&cell)?.serving;
        let next = serving.partition_point(|served| served.window.from() <= at);
        serving.get(next.checked_sub(1)?).copied().filter(|served| served.window.contains(at))
    }

    /// Who serves a cell in the whole window, in order, by the longest remaining time; nothing for a cell that is not here.
    pub fn served(&self, cell: H3Cell) -> &[Serving] {
        self.cells.get(&cell).map_or(&[], |cell| &cell.serving)
    }

    /// When a cell has no satellite above the mask; nothing for a cell that is not here.
    pub fn outages(&self, cell: H3Cell) -> &[Window] {
        self.cells.get(&cell).map_or(&[], |cell| &cell.outages)
    }
}

impl Cell {
    fn new(passes: Vec<Pass>, window: Window) -> Self {
        let (mut starts, mut throughout) = (vec![0], Vec::new());
        let longest = passes.iter().map(|pass| pass.window.length()).max().unwrap_or_default();
        let mut cell = Self {
            serving: serving(&passes, window, Choice::LongestRemaining),
            outages: outages(&passes, window),
            passes,
            longest,
            starts: Vec::new(),
            throughout: Vec::new(),
        };
        let mut from = window.from();
        while let Ok(slot) = Window::new(from, from.after(SLOT).min(window.to())) {
            let up = cell.around(slot).iter().filter(|pass| pass.window.covers(slot));
            throughout.extend(up.map(|pass| pass.satellite));
            starts.push(throughout.len());
            from = slot.to();
        }
        (cell.starts, cell.throughout) = (starts, throughout);
        cell
    }

    /// The passes that can share an instant with `window`, and a few that have set before it.
    fn around(&self, window: Window) -> &[Pass] {
        let risen_after = window.from().before(self.longest);
        let first = self.passes.partition_point(|pass| pass.window.from() < risen_after);
        let end = self.passes.partition_point(|pass| pass.window.from() < window.to());
        self.passes.get(first..end).unwrap_or(&[])
    }
}
