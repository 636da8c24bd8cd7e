//! From loads that were measured to a forecast of them: one forecaster a resource, fed slot by slot.

use crate::limits::{FORECAST_HOURS, MEASURED_RESOURCES_MAX, MEASURED_STALE};
use engine::capacity::{ForecastStep, ForecastTable, ResourceRef, SLOTS_PER_HOUR, Slot};
use engine::state::{ResourceClass, State};
use intelligence::service::forecast::{ForecastError, Forecaster, Settings};
use node::Load;
use std::collections::BTreeMap;
use types::{Instant, ResourceId};

/// Resources whose load may be forecast: their handles, and what they were built of.
pub type Known = BTreeMap<ResourceId, (ResourceRef, u64)>;

/// Every resource but those that satellites carry, which the ephemeris speaks of.
pub fn known(state: &State) -> Known {
    let ground = |(resource, row): (ResourceRef, &engine::capacity::Resource)| {
        let info = state.resource(resource).filter(|info| info.class != ResourceClass::SatelliteBeam)?;
        Some((info.id, (resource, row.nominal)))
    };
    state.capacity.resources().filter_map(ground).collect()
}

/// What is known of the background load of many resources.
#[derive(Debug)]
pub struct Background {
    quantile_ppm: u64,
    forecasters: BTreeMap<ResourceId, Forecaster>,
}

impl Background {
    /// Nothing yet. `quantile_ppm` of the slots are to stay within what is forecast.
    pub fn new(quantile_ppm: u64) -> Self {
        Self { quantile_ppm, forecasters: BTreeMap::new() }
    }

    /// The same, knowing nothing.
    pub fn emptied(&self) -> Self {
        Self::new(self.quantile_ppm)
    }

    /// Takes in loads, in any order; those that were taken in before, and those of resources that are not known, are passed
    /// over. Returns how many measured more than can be, or were of more resources than are forecast.
    pub fn observe(&mut self, known: &Known, mut loads: Vec<Load>) -> usize {
        loads.sort_unstable_by_key(|load| load.slot_at);
        let mut refused = 0;
        for Load { resource, slot_at, units } in loads {
            let (Some((_, nominal)), Some(slot)) = (known.get(&resource), Slot::containing(slot_at)) else { continue };
            match self.forecaster(resource, *nominal).map(|forecaster| forecaster.observe(slot, units)) {
                Some(Ok(()) | Err(ForecastError::NotAfter { .. })) => {}
                Some(Err(_)) | None => refused += 1,
            }
        }
        refused
    }

    fn forecaster(&mut self, resource: ResourceId, nominal: u64) -> Option<&mut Forecaster> {
        if !self.forecasters.contains_key(&resource) && self.forecasters.len() < MEASURED_RESOURCES_MAX {
            let settings = Settings { quantile_ppm: self.quantile_ppm, ..Settings::of(nominal) };
            self.forecasters.insert(resource, Forecaster::new(resource, settings).ok()?);
        }
        self.forecasters.get_mut(&resource)
    }

    /// The forecast from the hour of `now` on, an hour a step: the highest bound of its slots. Only of what was measured
    /// lately and for long enough; elsewhere the profile holds. `None` when that is nothing.
    pub fn table(&self, known: &Known, now: Instant) -> Option<ForecastTable> {
        let running = Slot::containing(now)?;
        let from = Slot::from_index(running.index() / SLOTS_PER_HOUR * SLOTS_PER_HOUR);
        let lately = Slot::containing(now.before(MEASURED_STALE))?;
        let rows: BTreeMap<ResourceRef, Vec<u32>> = (self.forecasters.iter())
            .filter(|(_, forecaster)| forecaster.last().is_some_and(|last| last >= lately))
            .filter(|(_, forecaster)| forecaster.is_calibrated(from, FORECAST_HOURS * SLOTS_PER_HOUR))
            .filter_map(|(id, forecaster)| Some((known.get(id)?.0, hours(forecaster, from)?)))
            .collect();
        let quantile_ppm = u32::try_from(self.quantile_ppm).ok()?;
        ForecastTable::new(from, ForecastStep::Hour, quantile_ppm, rows.into_iter().collect())
    }
}

/// The highest bound of each hour; `None` where one is more than a table can say.
fn hours(forecaster: &Forecaster, from: Slot) -> Option<Vec<u32>> {
    let highest = |hour: u32| {
        let slots = (0..SLOTS_PER_HOUR).map(|slot| forecaster.bound(from.after(hour * SLOTS_PER_HOUR + slot)));
        u32::try_from(slots.max()?).ok()
    };
    (0..FORECAST_HOURS).map(highest).collect()
}
