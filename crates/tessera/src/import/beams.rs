//! What a constellation offers a part of the earth: the capacity of the satellites that see all of it, at its worst
//! minute of the coming day, so that what is sold holds through every handover.

use super::sky::Constellation;
use crate::limits::BEAMS_MAX;
use anyhow::bail;
use h3o::{CellIndex, LatLng, Resolution};
use intelligence::element::orbit::budget::SPHERE_M;
use intelligence::element::orbit::index::SLOT;
use intelligence::element::orbit::{Index, Place};
use std::collections::BTreeSet;
use types::{H3Cell, Window};

/// What one part of the earth is offered.
#[derive(Debug)]
pub struct Beam {
    /// Which part.
    pub cell: CellIndex,
    /// At its worst minute, in kbit/s.
    pub worst_kbps: u64,
    /// When no satellite sees all of it.
    pub outages: Vec<Window>,
}

/// Works out every part for the time of `window`.
pub fn beams(constellation: &Constellation, cells: &BTreeSet<CellIndex>, window: Window) -> anyhow::Result<Vec<Beam>> {
    cells.iter().map(|cell| beam(constellation, *cell, window)).collect()
}

fn beam(constellation: &Constellation, cell: CellIndex, window: Window) -> anyhow::Result<Beam> {
    let centre = LatLng::from(cell);
    let place = Place::new(centre.lat(), centre.lng(), 0.0)?;
    let Some(mask_deg) = mask_over_all(constellation, cell) else {
        return Ok(Beam { cell, worst_kbps: 0, outages: vec![window] });
    };
    let mut index = Index::new(window);
    let key = H3Cell::from_index(cell.into());
    index.insert(key, place, mask_deg, &constellation.satellites)?;
    let area_km2 = cell.area_km2();
    let shares: Vec<u64> =
        constellation.satellites.iter().map(|satellite| constellation.share_kbps(satellite, area_km2)).collect();
    let share = |satellite: &u32| shares.get(*satellite as usize).copied().unwrap_or(0);
    let minutes = std::iter::successors(Some(window.from()), |at| Some(at.after(SLOT)));
    let minutes = minutes.take_while(|at| *at < window.to());
    let worst = minutes.map(|at| index.throughout(key, at).iter().map(share).sum()).min();
    Ok(Beam { cell, worst_kbps: worst.unwrap_or(0), outages: index.outages(key).to_vec() })
}

/// How high a satellite has to stand over the middle of a cell so that it is over the mask in all of it; `None` where none
/// can. By the lowest satellite, for which it is the highest.
fn mask_over_all(constellation: &Constellation, cell: CellIndex) -> Option<f64> {
    let centre = LatLng::from(cell);
    let farthest_m = cell.boundary().iter().map(|corner| corner.distance_m(centre)).fold(0.0, f64::max);
    let ratio = SPHERE_M / (SPHERE_M + constellation.lowest_m());
    let mask = constellation.mask_deg.to_radians();
    let reach = (ratio * mask.cos()).acos() - mask - farthest_m / SPHERE_M;
    (reach > 0.0).then(|| (reach.cos() - ratio).atan2(reach.sin()).to_degrees())
}

/// The parts of the earth that have something of these cells or places in them.
pub fn parts(
    covers: impl Iterator<Item = H3Cell>,
    places: impl Iterator<Item = LatLng>,
    resolution: Resolution,
) -> anyhow::Result<BTreeSet<CellIndex>> {
    let mut parts: BTreeSet<CellIndex> = places.map(|place| place.to_cell(resolution)).collect();
    for cell in covers.filter_map(|cell| CellIndex::try_from(cell.index()).ok()) {
        match cell.parent(resolution) {
            Some(part) => _ = parts.insert(part),
            None => parts.extend(cell.children(resolution)),
        }
        if parts.len() > BEAMS_MAX {
            bail!("the network lies in more than {BEAMS_MAX} H3 cells of resolution {resolution}: import it in parts");
        }
    }
    Ok(parts)
}
