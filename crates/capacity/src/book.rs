//! The book: what there is, and what can be seen of it.

use crate::booking::Booking;
use crate::error::CapacityError;
use crate::forecast::{Forecast, ForecastTable};
use crate::refs::{BookingRef, ProfileRef, ResourceRef};
use crate::resource::{Calendar, Profile, Resource};
use crate::slab::Slab;
use crate::slot::{Slot, SlotRange};
use crate::steps::Steps;
use crate::view::{SlotView, Views};
use std::cmp::Reverse;
use std::sync::Arc;
use types::PPM;

/// Resources, their calendars and the live bookings on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    pub(crate) profiles: Vec<Profile>,
    pub(crate) calendars: Vec<Calendar>,
    pub(crate) slab: Slab,
}

impl Book {
    /// May a profile be added? [`CapacityError::BookFull`] when not.
    pub fn check_add_profile(&self) -> Result<(), CapacityError> {
        ProfileRef::at(self.profiles.len()).map(|_| ()).ok_or(CapacityError::BookFull)
    }

    /// Adds a weekly profile that resources can then name.
    pub fn add_profile(&mut self, profile: Profile) -> ProfileRef {
        let at = ProfileRef::at(self.profiles.len()).expect("checked: there is a handle left");
        self.profiles.push(profile);
        at
    }

    /// May the profile be replaced? [`CapacityError::UnknownProfile`] when not.
    pub fn check_set_profile(&self, profile: ProfileRef) -> Result<(), CapacityError> {
        self.profile(profile).map(|_| ())
    }

    /// Replaces a profile for every resource that names it. A rise may leave them overcommitted.
    pub fn set_profile(&mut self, at: ProfileRef, profile: Profile) {
        *self.profiles.get_mut(at.position()).expect("checked: the profile exists") = profile;
    }

    /// May the resource be added? Refuses a share above the whole, an unknown profile, a full book.
    pub fn check_add(&self, resource: &Resource) -> Result<(), CapacityError> {
        if u64::from(resource.floor_ppm) > PPM {
            return Err(CapacityError::InvalidShare);
        }
        self.profile(resource.profile)?;
        ResourceRef::at(self.calendars.len()).map(|_| ()).ok_or(CapacityError::BookFull)
    }

    /// Adds a resource, with nothing taken of it.
    pub fn add_resource(&mut self, resource: Resource) -> ResourceRef {
        let at = self.next_resource().expect("checked: there is a handle left");
        self.calendars.push(Calendar {
            floor: resource.floor(),
            resource,
            committed: Steps::default(),
            short: Steps::default(),
            forecast: None,
        });
        at
    }

    /// The handle that the next resource gets; `None` when the book is full.
    pub fn next_resource(&self) -> Option<ResourceRef> {
        ResourceRef::at(self.calendars.len())
    }

    /// May its available capacity be set? [`CapacityError::UnknownResource`] when not.
    pub fn check_set_available(&self, resource: ResourceRef) -> Result<(), CapacityError> {
        self.calendar(resource).map(|_| ())
    }

    /// Sets what works of a resource now, units a slot. A fall may leave it overcommitted; see [`Book::overcommitted`].
    pub fn set_available(&mut self, resource: ResourceRef, available: u64) {
        self.calendar_mut(resource).resource.available = available;
    }

    /// May the forecast be loaded? [`CapacityError::UnknownResource`] when it names one that is not there.
    pub fn check_load_forecast(&self, table: &ForecastTable) -> Result<(), CapacityError> {
        table.resources().iter().try_for_each(|resource| self.calendar(*resource).map(|_| ()))
    }

    /// Loads a forecast: for each of its resources it takes the place of the one before. A rise may leave them
    /// overcommitted; see [`Book::overcommitted_under`].
    pub fn load_forecast(&mut self, table: &Arc<ForecastTable>) {
        for (row, resource) in table.resources().iter().enumerate() {
            self.calendar_mut(*resource).forecast = Some(Forecast::new(table, row));
        }
    }

    /// The forecast of a resource, if it has one.
    pub fn forecast(&self, resource: ResourceRef) -> Option<&Arc<ForecastTable>> {
        self.calendar(resource).ok()?.forecast.as_ref().map(|forecast| &forecast.table)
    }

    /// Does any resource follow this very table?
    pub fn follows_forecast(&self, table: &Arc<ForecastTable>) -> bool {
        table.resources().iter().any(|resource| self.forecast(*resource).is_some_and(|now| Arc::ptr_eq(now, table)))
    }

    /// What a resource is.
    pub fn resource(&self, resource: ResourceRef) -> Result<&Resource, CapacityError> {
        self.calendar(resource).map(|calendar| &calendar.resource)
    }

    /// The most of a resource that can ever be promised, units a slot: what was built, less the floor.
    pub fn promisable(&self, resource: ResourceRef) -> Result<u64, CapacityError> {
        self.calendar(resource).map(|calendar| calendar.resource.nominal.saturating_sub(calendar.floor))
    }

    /// A profile.
    pub fn profile(&self, profile: ProfileRef) -> Result<&Profile, CapacityError> {
        self.profiles.get(profile.position()).ok_or(CapacityError::UnknownProfile(profile))
    }

    /// A live booking.
    pub fn booking(&self, booking: BookingRef) -> Result<&Booking, CapacityError> {
        self.slab.get(booking).ok_or(CapacityError::UnknownBooking(booking))
    }

    /// All resources, in order of handle.
    pub fn resources(&self) -> impl Iterator<Item = (ResourceRef, &Resource)> {
        let handles = (0..=u32::MAX).map(ResourceRef::from_index);
        handles.zip(self.calendars.iter().map(|calendar| &calendar.resource))
    }

    /// All profiles, in order of handle.
    pub fn profiles(&self) -> impl Iterator<Item = (ProfileRef, &Profile)> {
        (0..=u16::MAX).map(ProfileRef::from_index).zip(&self.profiles)
    }

    /// All live bookings, in order of handle.
    pub fn bookings(&self) -> impl Iterator<Item = (BookingRef, &Booking)> {
        self.slab.iter()
    }

    /// What is sellable of a resource in a slot, and why not more.
    pub fn free(&self, resource: ResourceRef, slot: Slot) -> Result<SlotView, CapacityError> {
        // The last slot has no successor; it is seen as the one before.
        let slot = slot.min(Slot::from_index(u32::MAX.saturating_sub(1)));
        let range = SlotRange::new(slot, slot.after(1)).expect("the slot has a successor");
        self.tightest(resource, range)
    }

    /// The slot of `range` with the least free, the first of several.
    pub fn tightest(&self, resource: ResourceRef, range: SlotRange) -> Result<SlotView, CapacityError> {
        let view = self.views(resource, range)?.min_by_key(|view| view.free);
        Ok(view.expect("a range is not empty"))
    }

    /// The slot of `range` with the most held, firm and short together, the first of several.
    pub fn peak(&self, resource: ResourceRef, range: SlotRange) -> Result<SlotView, CapacityError> {
        let held = |view: &SlotView| Reverse(view.committed.saturating_add(view.short));
        Ok(self.views(resource, range)?.min_by_key(held).expect("a range is not empty"))
    }

    /// The first slot at or after `from` in which promises, floor and background load exceed what works: after a fall
    /// of available, or a rise of the forecast. `None` when there is none, or no such resource.
    pub fn overcommitted(&self, resource: ResourceRef, from: Slot) -> Option<Slot> {
        let range = self.calendar(resource).ok()?.committed.extent()?.starting_at(from)?;
        self.views(resource, range).ok()?.find(SlotView::is_overcommitted).map(|view| view.slot)
    }

    /// What [`Book::overcommitted`] would say if so many units worked: asked before a fall is decided.
    pub fn overcommitted_at(&self, resource: ResourceRef, available: u64, from: Slot) -> Option<Slot> {
        let range = self.calendar(resource).ok()?.committed.extent()?.starting_at(from)?;
        let mut views = self.views(resource, range).ok()?.map(|view| SlotView { available, ..view });
        views.find(SlotView::is_overcommitted).map(|view| view.slot)
    }

    /// The resources that a new forecast would leave overcommitted, each with the first slot at or after `from`: asked
    /// before it is loaded. Only those with something promised are looked at.
    pub fn overcommitted_under<'a>(
        &'a self,
        table: &'a ForecastTable,
        from: Slot,
    ) -> impl Iterator<Item = (ResourceRef, Slot)> {
        table.resources().iter().enumerate().filter_map(move |(row, resource)| {
            let range = self.calendar(*resource).ok()?.committed.extent()?.starting_at(from)?;
            let mut views = self.views(*resource, range).ok()?.under(table.row(row));
            views.find(SlotView::is_overcommitted).map(|view| (*resource, view.slot))
        })
    }

    /// Do promises, floor and background load exceed what works anywhere in `range`?
    pub fn is_overcommitted_in(&self, resource: ResourceRef, range: SlotRange) -> bool {
        self.views(resource, range).is_ok_and(|mut views| views.any(|view| view.is_overcommitted()))
    }

    pub(crate) fn views(&self, resource: ResourceRef, range: SlotRange) -> Result<Views<'_>, CapacityError> {
        let calendar = self.calendar(resource)?;
        let profile = self.profile(calendar.resource.profile)?;
        Ok(Views::new(resource, calendar, profile, range))
    }

    /// Stretch by stretch, each up to the next: none is left out because it repeats another.
    pub(crate) fn every_view(&self, resource: ResourceRef, range: SlotRange) -> Result<Views<'_>, CapacityError> {
        self.views(resource, range).map(Views::unabridged)
    }

    pub(crate) fn calendar(&self, resource: ResourceRef) -> Result<&Calendar, CapacityError> {
        self.calendars.get(resource.position()).ok_or(CapacityError::UnknownResource(resource))
    }

    pub(crate) fn calendar_mut(&mut self, resource: ResourceRef) -> &mut Calendar {
        self.calendars.get_mut(resource.position()).expect("checked: the resource exists")
    }
}
