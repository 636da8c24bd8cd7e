//! What satellites carry, as forecasts of what they do not; and which of them serves when.

use super::beam::{Beam, background_kbps};
use crate::import::id_of;
use engine::capacity::{ForecastStep, ForecastTable, ResourceRef, SlotRange};
use engine::state::{ResourceClass, State};
use h3o::CellIndex;
use intelligence::element::orbit::Serving;
use northbound::Served;
use std::collections::BTreeMap;
use std::sync::Arc;
use types::{Instant, PPM, ResourceId, Window};

/// What is worked out ahead, for some slots.
#[derive(Debug)]
pub struct Sky {
    /// Nothing is known of what comes after these.
    slots: SlotRange,
    served: BTreeMap<ResourceId, (Arc<[String]>, Vec<Serving>)>,
    rows: BTreeMap<ResourceRef, Vec<u32>>,
}

/// A resource that a constellation carries.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its visible id.
    pub id: ResourceId,
    /// Its handle.
    pub resource: ResourceRef,
    /// Which part of the earth it is offered for.
    pub cell: CellIndex,
    /// What it was built of, in kbit/s.
    pub nominal: u64,
}

/// The name of what a constellation offers a part of the earth.
pub fn name_of(constellation: &str, cell: CellIndex) -> String {
    format!("{constellation} {cell}")
}

/// What of a cell's resources is carried by this constellation: those that an import named after it.
pub fn parts_of(state: &State, constellation: &str) -> Vec<Part> {
    let part = |(resource, row): (ResourceRef, &engine::capacity::Resource)| {
        let info = state.resource(resource).filter(|info| info.class == ResourceClass::SatelliteBeam)?;
        let [cell] = info.covers[..] else { return None };
        let cell = CellIndex::try_from(cell.index()).ok()?;
        let named = id_of(&name_of(constellation, cell)) == info.id;
        named.then_some(Part { id: info.id, resource, cell, nominal: row.nominal })
    };
    state.capacity.resources().filter_map(part).collect()
}

impl Sky {
    /// Nothing yet, for `slots`.
    pub fn new(slots: SlotRange) -> Self {
        Self { slots, served: BTreeMap::new(), rows: BTreeMap::new() }
    }

    /// Takes in what was worked out of a part, for the slots of this sky. `names` are those of the constellation's
    /// satellites, of whose capacity others use `others_ppm`.
    pub fn insert(&mut self, part: Part, names: &Arc<[String]>, others_ppm: u32, beam: Beam) {
        let background = |carried| background_kbps(part.nominal, carried, others_ppm);
        let values = beam.carried_kbps.iter().map(|carried| u32::try_from(background(*carried)).ok()).collect();
        // What a table cannot say is left to the profile.
        if let Some(values) = values {
            self.rows.insert(part.resource, values);
        }
        self.served.insert(part.id, (Arc::clone(names), beam.served));
    }

    /// The forecast: what is not carried, or used by others, in each slot; `None` without a part. It is computed, so it holds
    /// in all cases that the elements are right about.
    pub fn table(&self) -> Option<ForecastTable> {
        let rows = self.rows.iter().map(|(resource, values)| (*resource, values.clone())).collect();
        let always = u32::try_from(PPM).ok()?;
        ForecastTable::new(self.slots.from(), ForecastStep::Slot, always, rows)
    }

    /// The slots it is for.
    pub fn slots(&self) -> SlotRange {
        self.slots
    }

    /// Until when it looks ahead.
    pub fn ends(&self) -> Instant {
        self.slots.window().to()
    }

    /// How many parts it speaks of.
    pub fn parts(&self) -> usize {
        self.served.len()
    }

    /// Who serves a resource in `window`, the first `most` of them.
    pub fn served(&self, resource: ResourceId, window: Window, most: usize) -> Option<Served> {
        let (names, all) = self.served.get(&resource)?;
        let first = all.partition_point(|one| one.window.to() <= window.from());
        let rest = all.get(first..).unwrap_or(&[]);
        let mut rest = rest.iter().take_while(|one| one.window.from() < window.to());
        let shown = |one: &Serving| {
            let during = Window::new(one.window.from().max(window.from()), one.window.to().min(window.to())).ok()?;
            let satellite = names.get(usize::try_from(one.satellite).ok()?)?.clone();
            Some(northbound::Serving { satellite, window: during })
        };
        let servings = rest.by_ref().take(most).filter_map(shown).collect();
        let reach = self.ends().min(window.to()).max(self.slots.from().start());
        let until = rest.next().map_or(reach, |cut| cut.window.from());
        Some(Served { servings, until })
    }
}
