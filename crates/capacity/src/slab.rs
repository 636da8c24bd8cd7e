//! Where live bookings are kept.

use crate::booking::Booking;
use crate::refs::BookingRef;
use std::collections::BTreeSet;

/// Live bookings by handle. The lowest free handle is given out next, and no hole is kept at the end, so the slab is a
/// function of what is live, and so is the next handle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slab {
    entries: Vec<Option<Booking>>,
    /// The holes, all of them below `entries.len()`.
    free: BTreeSet<BookingRef>,
}

impl Slab {
    /// The handle that the next booking gets; `None` when there are no more.
    pub(crate) fn next(&self) -> Option<BookingRef> {
        self.free.first().copied().or_else(|| BookingRef::at(self.entries.len()))
    }

    pub(crate) fn get(&self, booking: BookingRef) -> Option<&Booking> {
        self.entries.get(booking.position())?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, booking: BookingRef) -> Option<&mut Booking> {
        self.entries.get_mut(booking.position())?.as_mut()
    }

    /// Puts a booking where none is.
    pub(crate) fn insert(&mut self, at: BookingRef, booking: Booking) {
        while self.entries.len() <= at.position() {
            let hole = BookingRef::at(self.entries.len()).expect("not above a handle that exists");
            self.entries.push(None);
            self.free.insert(hole);
        }
        let entry = self.entries.get_mut(at.position()).expect("the slab was grown to hold it");
        *entry = Some(booking);
        self.free.remove(&at);
    }

    /// Takes a booking out.
    pub(crate) fn remove(&mut self, booking: BookingRef) -> Option<Booking> {
        let taken = self.entries.get_mut(booking.position())?.take()?;
        self.free.insert(booking);
        while let Some(None) = self.entries.last() {
            self.entries.pop();
            self.free.pop_last();
        }
        Some(taken)
    }

    /// In order of handle.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (BookingRef, &Booking)> {
        let handles = (0..=u32::MAX).map(BookingRef::from_index);
        handles.zip(&self.entries).filter_map(|(at, entry)| Some((at, entry.as_ref()?)))
    }
}
