//! What is sellable, slot by slot.

use crate::booking::Terms;
use crate::forecast::{Forecast, ForecastRow};
use crate::refs::ResourceRef;
use crate::resource::{Calendar, Profile};
use crate::slot::{SLOTS_PER_WEEK, Slot, SlotRange};
use crate::steps::Cursor;
use types::Ratio;

/// One resource in one slot; everything in its units a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotView {
    /// Which resource.
    pub resource: ResourceRef,
    /// Which slot.
    pub slot: Slot,
    /// What was built.
    pub nominal: u64,
    /// What works now.
    pub available: u64,
    /// The background load to reckon with.
    pub background: u64,
    /// What firm bookings hold.
    pub committed: u64,
    /// What short holds hold.
    pub short: u64,
    /// What is never sold as premium.
    pub floor: u64,
    /// What can still be held.
    pub free: u64,
    /// Which quantile of the load the forecast in this slot is, in ppm; `None`: the background is the profile's.
    pub forecast_ppm: Option<u32>,
}

/// The views over a range, first to last, one for each stretch of equal slots. The first slot of every stretch that
/// differs from all before it is among them; of a background load that merely repeats, one week is.
pub(crate) struct Views<'a> {
    resource: ResourceRef,
    calendar: &'a Calendar,
    profile: &'a Profile,
    forecast: Option<ForecastRow<'a>>,
    floor: u64,
    committed: Cursor<'a>,
    short: Cursor<'a>,
    next: Slot,
    to: Slot,
    /// A week after committed, short or the forecast last changed: from here on, until they change, everything was seen
    /// before.
    repeats_from: Slot,
}

impl SlotView {
    /// What further short holds may take when all of them together get `share_ppm` of what is otherwise free.
    pub fn free_for_quotes(&self, share_ppm: u32) -> u64 {
        let share = Ratio::ppm(u64::from(share_ppm)).of_floor(self.sellable()).unwrap_or(u64::MAX);
        share.saturating_sub(self.short).min(self.free)
    }

    /// Do promises, floor and background load exceed what works?
    pub fn is_overcommitted(&self) -> bool {
        let load =
            [self.committed, self.floor, self.background].map(u128::from).into_iter().fold(0, u128::saturating_add);
        self.committed > 0 && load > u128::from(self.available)
    }

    /// How much of `wanted` cannot be held on these terms, units a slot; zero or less when all of it can.
    pub(crate) fn lacking(&self, wanted: u64, terms: Terms) -> i128 {
        let working = i128::from(self.available).saturating_sub(self.background.into()).min(self.nominal.into());
        let taken = [self.committed, self.short, self.floor, wanted].map(i128::from);
        let lacking = taken.into_iter().fold(0, i128::saturating_add).saturating_sub(working);
        match terms {
            Terms::Firm => lacking,
            Terms::Short { share_ppm } => {
                let free = i128::from(self.free_for_quotes(share_ppm));
                lacking.max(i128::from(wanted).saturating_sub(free))
            }
        }
    }

    /// What would be free if there were no short holds. Nominal bounds it whatever the forecast.
    fn sellable(&self) -> u64 {
        let working = self.available.saturating_sub(self.background).min(self.nominal);
        working.saturating_sub(self.floor).saturating_sub(self.committed)
    }
}

impl<'a> Views<'a> {
    pub(crate) fn new(resource: ResourceRef, calendar: &'a Calendar, profile: &'a Profile, range: SlotRange) -> Self {
        Self {
            resource,
            calendar,
            profile,
            forecast: calendar.forecast.as_ref().map(Forecast::row),
            floor: calendar.floor,
            committed: calendar.committed.cursor(range.from()),
            short: calendar.short.cursor(range.from()),
            next: range.from(),
            to: range.to(),
            repeats_from: range.from().after(SLOTS_PER_WEEK),
        }
    }

    /// The views of every stretch, also of those that repeat what was seen a week before.
    pub(crate) fn unabridged(self) -> Self {
        Self { repeats_from: self.to, ..self }
    }

    /// The same, as if this were the forecast.
    pub(crate) fn under(self, forecast: ForecastRow<'a>) -> Self {
        Self { forecast: Some(forecast), ..self }
    }

    fn view(&mut self, slot: Slot) -> SlotView {
        let resource = &self.calendar.resource;
        let forecast = self.forecast.and_then(|row| row.load_in(slot));
        let mut view = SlotView {
            resource: self.resource,
            slot,
            nominal: resource.nominal,
            available: resource.available,
            background: match forecast {
                Some((load, _)) => load.max(resource.background_min),
                None => resource.background(self.profile, slot),
            },
            committed: self.committed.level_at(slot),
            short: self.short.level_at(slot),
            floor: self.floor,
            free: 0,
            forecast_ppm: forecast.map(|(_, quantile_ppm)| quantile_ppm),
        };
        view.free = view.sellable().saturating_sub(view.short);
        view
    }
}

impl Iterator for Views<'_> {
    type Item = SlotView;

    fn next(&mut self) -> Option<SlotView> {
        let slot = self.next;
        if slot >= self.to {
            return None;
        }
        let view = self.view(slot);
        let forecast_at = self.forecast.and_then(|row| row.changes_after(slot)).unwrap_or(self.to);
        let changes_at = self.short.until(self.committed.until(self.to)).min(forecast_at);
        // Inside a forecast the profile says nothing: the load changes with the next step.
        let load_at = if view.forecast_ppm.is_some() { forecast_at } else { slot.next_hour() };
        if load_at < changes_at.min(self.repeats_from) {
            self.next = load_at;
        } else {
            self.next = changes_at;
            self.repeats_from = self.repeats_from.max(changes_at.after(SLOTS_PER_WEEK));
        }
        Some(view)
    }
}
