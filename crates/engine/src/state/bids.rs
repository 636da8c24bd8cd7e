//! Bid prices as they were loaded, and for a day what they took the place of.

use crate::limits::{BIDS_BEFORE_MAX, BIDS_BEFORE_VALUES_MAX, BIDS_REMEMBERED};
use crate::state::Blob;
use capacity::{BidTable, Leg, ResourceRef, SlotRange};
use std::collections::BTreeMap;
use std::sync::Arc;
use types::{Currency, Instant};

/// Bid prices: those in force, and those that were, in the order they were loaded.
///
/// What is kept follows from the tables and when they were loaded, so that a snapshot of these rebuilds the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bids {
    loaded: Vec<Loaded>,
    /// Places in `loaded` of the tables that speak of a resource, each with its row, in the order they were loaded.
    of: BTreeMap<ResourceRef, Vec<(usize, usize)>>,
}

/// A table, and how much of it is in force.
#[derive(Clone, Debug, PartialEq)]
struct Loaded {
    at: Instant,
    blob: Blob<BidTable>,
    /// Resources for which no later one took its place.
    followed: usize,
    /// When the last of them was taken; when it was loaded, before that.
    ended_at: Instant,
}

impl Loaded {
    fn table(&self) -> &Arc<BidTable> {
        self.blob.table().expect("a blob is resolved before its event is applied")
    }
}

impl Bids {
    /// Tables that are kept, each with when it was loaded.
    pub fn loaded(&self) -> impl Iterator<Item = (Instant, &Blob<BidTable>)> {
        self.loaded.iter().map(|loaded| (loaded.at, &loaded.blob))
    }

    /// Resources with bid prices that count at `now`, each with its table and row, in order of handle.
    pub fn in_force(&self, now: Instant) -> impl Iterator<Item = (ResourceRef, &BidTable, usize)> {
        let of_one = move |(resource, _): (&ResourceRef, _)| {
            let (table, row) = self.at(*resource, now)?;
            Some((*resource, &**table, row))
        };
        self.of.iter().filter_map(of_one)
    }

    /// Is nothing loaded?
    pub fn is_empty(&self) -> bool {
        self.loaded.is_empty()
    }

    /// What legs in `slots` were worth to others by the bid prices of this money that counted at `at`, in minor units, rounded
    /// up once; `None` when it cannot be counted.
    pub fn worth_minor(&self, (legs, slots): (&[Leg], SlotRange), currency: Currency, at: Instant) -> Option<i64> {
        let of_one = |leg: &Leg| {
            let (table, row) = self.at(leg.resource, at)?;
            let slots = leg.among(slots).filter(|_| table.head().currency == currency)?;
            Some(table.worth_ppm(row, slots).saturating_mul(u128::from(leg.units)))
        };
        let ppm = legs.iter().filter_map(of_one).fold(0, u128::saturating_add);
        i64::try_from(ppm.div_ceil(u128::from(types::PPM))).ok()
    }

    /// The money of what would be in force at `now` beside this table; `None`: of nothing.
    pub(crate) fn currency_beside(&self, table: &BidTable, now: Instant) -> Option<Currency> {
        let beside = |loaded: &&Loaded| {
            let taken = || table.resources().iter().filter(|resource| self.is_followed(loaded, **resource)).count();
            loaded.followed > 0 && loaded.table().head().expires_at > now && taken() < loaded.followed
        };
        self.loaded.iter().find(beside).map(|loaded| loaded.table().head().currency)
    }

    /// Tables of which something would be in force beside this one.
    pub(crate) fn followed_beside(&self, table: &BidTable) -> usize {
        let taken =
            |loaded: &Loaded| table.resources().iter().filter(|resource| self.is_followed(loaded, **resource)).count();
        self.loaded.iter().filter(|loaded| loaded.followed > 0 && taken(loaded) < loaded.followed).count()
    }

    /// Loads a table in place of those before, and lets go of what nobody looks back to.
    pub(crate) fn load(&mut self, at: Instant, blob: &Blob<BidTable>) {
        self.restore(at, blob);
        self.forget(at);
    }

    /// The same without letting go of anything: a snapshot has what was kept.
    pub(crate) fn restore(&mut self, at: Instant, blob: &Blob<BidTable>) {
        let place = self.loaded.len();
        let table = blob.table().expect("a blob is resolved before its event is applied");
        for (row, resource) in table.resources().iter().enumerate() {
            let of = self.of.entry(*resource).or_default();
            if let Some(before) = of.last().and_then(|(before, _)| self.loaded.get_mut(*before)) {
                before.followed = before.followed.saturating_sub(1);
                before.ended_at = if before.followed == 0 { at } else { before.ended_at };
            }
            of.push((place, row));
        }
        let followed = table.resources().len();
        self.loaded.push(Loaded { at, blob: blob.clone(), followed, ended_at: at });
    }

    /// Tables that are not in force go once a day has passed, or when they are too many, those that ended first.
    fn forget(&mut self, now: Instant) {
        let over = |loaded: &Loaded| loaded.followed == 0;
        let mut before: Vec<(Instant, usize, usize)> = (self.loaded.iter().enumerate())
            .filter(|(_, loaded)| over(loaded))
            .map(|(place, loaded)| (loaded.ended_at, place, loaded.table().values()))
            .collect();
        before.sort_unstable();
        let mut values: usize = before.iter().map(|(.., values)| *values).fold(0, usize::saturating_add);
        let mut left = before.len();
        let goes = |(ended_at, _, own): &&(Instant, usize, usize)| {
            let goes =
                left > BIDS_BEFORE_MAX || values > BIDS_BEFORE_VALUES_MAX || ended_at.after(BIDS_REMEMBERED) <= now;
            left = left.saturating_sub(1);
            values = values.saturating_sub(*own);
            goes
        };
        let mut gone: Vec<usize> = before.iter().take_while(goes).map(|(_, place, _)| *place).collect();
        if gone.is_empty() {
            return;
        }
        gone.sort_unstable();
        let moved = |place: usize| match gone.binary_search(&place) {
            Ok(_) => None,
            Err(before) => place.checked_sub(before),
        };
        for of in self.of.values_mut() {
            *of = of.iter().filter_map(|(place, row)| Some((moved(*place)?, *row))).collect();
        }
        let mut place = 0..;
        self.loaded.retain(|_| place.next().is_some_and(|place| gone.binary_search(&place).is_err()));
    }

    /// The table of a resource that counted at `at`.
    fn at(&self, resource: ResourceRef, at: Instant) -> Option<(&Arc<BidTable>, usize)> {
        let of = self.of.get(&resource)?;
        let loaded = |place: usize| self.loaded.get(place).expect("a table that speaks of a resource is kept");
        let known = of.partition_point(|(place, _)| loaded(*place).at <= at);
        let (place, row) = of.get(known.checked_sub(1)?)?;
        let table = loaded(*place).table();
        (table.head().expires_at > at).then_some((table, *row))
    }

    fn is_followed(&self, loaded: &Loaded, resource: ResourceRef) -> bool {
        let last = self.of.get(&resource).and_then(|of| self.loaded.get(of.last()?.0));
        last.is_some_and(|last| std::ptr::eq(last, loaded))
    }
}
