//! The parts of the earth that satellites are offered for.

use crate::limits::BEAMS_MAX;
use anyhow::bail;
use h3o::{CellIndex, LatLng, Resolution};
use std::collections::BTreeSet;
use types::H3Cell;

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
