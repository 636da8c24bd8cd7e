//! Which H3 cells are asked.

use crate::import::problems::Problems;
use crate::import::{cells, region};
use crate::limits::REGION_CELLS_MAX;
use anyhow::{Context, ensure};
use engine::state::{State, Tier};
use h3o::geom::ContainmentMode;
use h3o::{CellIndex, Resolution};
use std::collections::BTreeSet;
use std::path::Path;

/// A network reaches all of a cell of this resolution, some 1,770 km², in which it has something on the ground.
const REACHED: Resolution = Resolution::Four;

/// The cells with their middle in the polygons of a file.
pub fn of_region(path: &Path, resolution: Resolution) -> anyhow::Result<Vec<CellIndex>> {
    let mut problems = Problems::default();
    let polygons = region(path, &mut problems);
    problems.none()?;
    let polygons = polygons.context("there is no region")?;
    let found = cells(&polygons, resolution, (ContainmentMode::ContainsCentroid, REGION_CELLS_MAX));
    let mut found = found.context("the region is too large: name a coarser --resolution")?;
    found.sort_unstable();
    Ok(found)
}

/// The cells around everything that covers something from the ground; from wherever, when nothing on the ground does.
pub fn of_network(state: &State, resolution: Resolution) -> anyhow::Result<Vec<CellIndex>> {
    let on_ground = |tier: Tier| tier == Tier::Ground;
    let mut reached = reached(state, on_ground);
    if reached.is_empty() {
        reached = self::reached(state, |_| true);
    }
    let count: u64 = reached.iter().map(|cell| cell.children_count(resolution)).sum();
    ensure!(
        count <= REGION_CELLS_MAX as u64,
        "the network lies in {count} H3 cells, {REGION_CELLS_MAX} are the most: name a coarser --resolution or a --region"
    );
    Ok(reached.into_iter().flat_map(|cell| cell.children(resolution)).collect())
}

fn reached(state: &State, is_wanted: impl Fn(Tier) -> bool) -> BTreeSet<CellIndex> {
    let wanted = state.resources.iter().filter(|info| is_wanted(info.class.tier()));
    let covers = wanted.flat_map(|info| &info.covers);
    let covers = covers.filter_map(|cell| CellIndex::try_from(cell.index()).ok());
    let mut reached = BTreeSet::new();
    for cell in covers {
        match cell.parent(REACHED) {
            Some(parent) => _ = reached.insert(parent),
            None => reached.extend(cell.children(REACHED)),
        }
    }
    reached
}
