//! From loads that were measured to a forecast of them: one forecaster a resource, fed slot by slot.

use crate::limits::{FORECAST_SLOTS, MEASURED_RESOURCES_MAX, MEASURED_STALE};
use engine::capacity::{ForecastStep, ForecastTable, ResourceRef, Slot};
use engine::state::{ResourceClass, State};
use intelligence::service::forecast::{ForecastError, Forecaster, Settings};
use node::Load;
use northbound::{Measured, Taken};
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

/// Loads of what is known, each with what was built.
pub fn measured(known: &Known, loads: Vec<Load>) -> Vec<Measured> {
    let of_known = |load: Load| known.get(&load.resource).map(|(_, nominal)| Measured { load, nominal: *nominal });
    loads.into_iter().filter_map(of_known).collect()
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

    /// Takes in what was measured, in any order; what is not after what is known of a resource is passed over.
    pub fn observe(&mut self, mut measured: Vec<Measured>) -> Taken {
        measured.sort_unstable_by_key(|measured| measured.load.slot_at);
        let mut count = Taken::default();
        for Measured { load, nominal } in measured {
            let Some(slot) = Slot::containing(load.slot_at) else { continue };
            match self.forecaster(load.resource, nominal).map(|forecaster| forecaster.observe(slot, load.units)) {
                Some(Ok(())) => count.taken += 1,
                Some(Err(ForecastError::NotAfter { .. })) => count.passed_over += 1,
                Some(Err(_)) | None => count.left_out += 1,
            }
        }
        count
    }

    fn forecaster(&mut self, resource: ResourceId, nominal: u64) -> Option<&mut Forecaster> {
        if !self.forecasters.contains_key(&resource) && self.forecasters.len() < MEASURED_RESOURCES_MAX {
            let settings = Settings { quantile_ppm: self.quantile_ppm, ..Settings::of(nominal) };
            self.forecasters.insert(resource, Forecaster::new(resource, settings).ok()?);
        }
        self.forecasters.get_mut(&resource)
    }

    /// The forecast from the slot of `now` on, a slot a step. Only of what was measured lately and for long enough; elsewhere
    /// the profile holds. `None` when that is nothing.
    pub fn table(&self, known: &Known, now: Instant) -> Option<ForecastTable> {
        let from = Slot::containing(now)?;
        let lately = Slot::containing(now.before(MEASURED_STALE))?;
        let rows: BTreeMap<ResourceRef, Vec<u32>> = (self.forecasters.iter())
            .filter(|(_, forecaster)| forecaster.last().is_some_and(|last| last >= lately))
            .filter(|(_, forecaster)| forecaster.is_calibrated(from, FORECAST_SLOTS))
            .filter_map(|(id, forecaster)| Some((known.get(id)?.0, bounds(forecaster, from)?)))
            .collect();
        let quantile_ppm = u32::try_from(self.quantile_ppm).ok()?;
        ForecastTable::new(from, ForecastStep::Slot, quantile_ppm, rows.into_iter().collect())
    }
}

/// The bound of each slot; `None` where one is more than a table can say.
fn bounds(forecaster: &Forecaster, from: Slot) -> Option<Vec<u32>> {
    (0..FORECAST_SLOTS).map(|ahead| u32::try_from(forecaster.bound(from.after(ahead))).ok()).collect()
}
