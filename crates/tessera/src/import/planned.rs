//! What will be defined: the network's resources, and behind them one for each part of the earth that satellites serve.

use super::parts::parts;
use super::read::Brought;
use super::shape::cells;
use super::sky::Constellation;
use crate::limits::BEAMS_MAX;
use crate::planning::beam::Beam;
use crate::planning::{sky, slots_ahead};
use anyhow::Context;
use h3o::geom::ContainmentMode;
use h3o::{CellIndex, LatLng, Resolution};
use intelligence::network::{Class, Plan, Planned, plan};
use std::collections::{BTreeMap, BTreeSet};
use types::{H3Cell, Instant};

/// The most that a beam is built of: a forecast counts to so many units.
const NOMINAL_KBPS_MAX: u64 = u32::MAX as u64;

/// What satellites carry, by the names of their resources.
pub type Beams = BTreeMap<String, Beam>;

/// Works it out. What the satellites will be short of is printed.
pub fn resources(brought: &Brought, resolution: Resolution, now: Instant) -> anyhow::Result<(Plan, Beams)> {
    let described = &brought.described;
    let mut planned = plan(&described.network).context("nothing was imported")?;
    for resource in &mut planned {
        if let Some(covers) = described.drawn.get(&resource.name) {
            resource.covers.clone_from(covers);
        }
    }
    let mut beams = Beams::new();
    if brought.sky.is_empty() {
        return Ok((planned, beams));
    }
    let parts = parts_of(brought, &planned, resolution)?;
    let slots = slots_ahead(now).context("the clock is beyond the calendar")?;
    for constellation in &brought.sky {
        let behind = constellation.node.as_ref().and_then(|node| planned.iter().position(|row| row.name == *node));
        let satellites = constellation.satellites.len();
        println!(
            "{}: {satellites} satellites over {} H3 cells, for the coming two days",
            constellation.name,
            parts.len()
        );
        for cell in &parts {
            let beam = Beam::of(constellation, *cell, slots)?;
            tell(constellation, *cell, &beam);
            let nominal = beam.best_kbps().min(NOMINAL_KBPS_MAX);
            if nominal > 0 {
                let name = sky::name_of(&constellation.name, *cell);
                beams.insert(name.clone(), beam);
                let covers = vec![H3Cell::from_index((*cell).into())];
                planned.push(Planned { name, class: Class::SatelliteBeam, behind, covers, nominal });
            }
        }
    }
    Ok((planned, beams))
}

fn parts_of(brought: &Brought, planned: &Plan, resolution: Resolution) -> anyhow::Result<BTreeSet<CellIndex>> {
    if let Some(region) = &brought.region {
        let found =
            cells(region, resolution, (ContainmentMode::Covers, BEAMS_MAX)).context("the region is too large")?;
        return Ok(found.into_iter().collect());
    }
    let covers = planned.iter().flat_map(|resource| resource.covers.iter().copied());
    let nodes = brought.described.network.nodes.iter().filter_map(|node| LatLng::new(node.lat, node.lon).ok());
    parts(covers, nodes, resolution)
}

/// Says where satellites are missing for a while: nothing can be promised of them there and then.
fn tell(constellation: &Constellation, cell: CellIndex, beam: &Beam) {
    let Some(first) = beam.outages.first() else { return };
    let gone_s: u64 = beam.outages.iter().map(|outage| outage.length().as_secs()).sum();
    println!(
        "{}: nothing to sell in {cell} for {} min of the two days: no satellite sees all of it in {} outages, the first at {}",
        constellation.name,
        gone_s / 60,
        beam.outages.len(),
        crate::time::text(first.from()),
    );
}
