//! What will be defined: the network's resources, and behind them one for each part of the earth that satellites serve.

use super::beams::{Beam, beams, parts};
use super::read::Brought;
use super::shape::cells;
use super::sky::Constellation;
use crate::limits::BEAMS_MAX;
use anyhow::Context;
use h3o::geom::ContainmentMode;
use h3o::{CellIndex, LatLng, Resolution};
use intelligence::network::{Class, Plan, Planned, plan};
use std::collections::BTreeSet;
use types::{H3Cell, Instant, Window};

/// How long ahead satellites are looked for.
const AHEAD: types::Duration = types::Duration::from_hours(24);

/// Works it out. What the satellites will be short of is printed.
pub fn resources(brought: &Brought, resolution: Resolution, now: Instant) -> anyhow::Result<Plan> {
    let described = &brought.described;
    let mut planned = plan(&described.network).context("nothing was imported")?;
    for resource in &mut planned {
        if let Some(covers) = described.drawn.get(&resource.name) {
            resource.covers.clone_from(covers);
        }
    }
    if brought.sky.is_empty() {
        return Ok(planned);
    }
    let parts = parts_of(brought, &planned, resolution)?;
    let window = Window::starting(now, AHEAD).map_err(|error| anyhow::anyhow!("{error}"))?;
    for constellation in &brought.sky {
        let behind = constellation.node.as_ref().and_then(|node| planned.iter().position(|row| row.name == *node));
        let satellites = constellation.satellites.len();
        println!("{}: {satellites} satellites over {} H3 cells, for the coming day", constellation.name, parts.len());
        let found = beams(constellation, &parts, window)?;
        tell(constellation, &found);
        planned.extend(found.into_iter().filter(|beam| beam.worst_kbps > 0).map(|beam| Planned {
            name: format!("{} {}", constellation.name, beam.cell),
            class: Class::SatelliteBeam,
            behind,
            covers: vec![H3Cell::from_index(beam.cell.into())],
            nominal: beam.worst_kbps,
        }));
    }
    Ok(planned)
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

/// Says where satellites are missing for a while: nothing can be promised of them there.
fn tell(constellation: &Constellation, found: &[Beam]) {
    let short = found.iter().filter(|beam| beam.worst_kbps == 0);
    for beam in short {
        let gone_s: u64 = beam.outages.iter().map(|outage| outage.length().as_secs()).sum();
        let first = beam
            .outages
            .first()
            .map_or_else(String::new, |outage| format!(", the first at {}", crate::time::text(outage.from())));
        println!(
            "{}: nothing to sell in {}: no satellite sees all of it for {} min of the day in {} outages{first}",
            constellation.name,
            beam.cell,
            gone_s / 60,
            beam.outages.len(),
        );
    }
}
