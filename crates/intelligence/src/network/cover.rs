//! The H3 cells of a disk.

use h3o::{CellIndex, LatLng, Resolution};
use types::H3Cell;

/// A disk is laid out in the finest resolution in which it has at most about so many cells, before they are compacted: its
/// edge is then within a tenth of its radius.
const CELLS: f64 = 128.0;
/// The finest resolution that anything is laid out in: hexagons of some 175 m.
const FINEST: Resolution = Resolution::Nine;

/// Why there is no disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CoverError {
    /// The position is none.
    #[error("degrees within ±90 north and ±180 east are expected")]
    Position,
    /// The radius is too small or too large.
    #[error("a radius of 1 m to 1,000 km is expected")]
    Radius,
}

/// The cells whose middle lies within `radius_m` of a point, and the one the point lies in, compacted: where all children
/// of a cell are among them, it stands for them.
pub fn cover(lat: f64, lon: f64, radius_m: f64) -> Result<Vec<H3Cell>, CoverError> {
    let in_range = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    let centre = LatLng::new(lat, lon).ok().filter(|_| in_range).ok_or(CoverError::Position)?;
    if !(1.0..=1e6).contains(&radius_m) {
        return Err(CoverError::Radius);
    }
    let km2 = std::f64::consts::PI * (radius_m / 1_000.0).powi(2);
    let coarser = std::iter::successors(Some(FINEST), |resolution| resolution.pred());
    let resolution =
        coarser.into_iter().find(|resolution| km2 / resolution.area_km2() <= CELLS).unwrap_or(Resolution::Zero);
    let own = centre.to_cell(resolution);
    let rings = crate::number::floor_u32(radius_m / (resolution.edge_length_m() * 1.2)).saturating_add(2);
    let within = |cell: &CellIndex| *cell == own || LatLng::from(*cell).distance_m(centre) <= radius_m;
    let mut cells: Vec<CellIndex> = own.grid_disk::<Vec<_>>(rings).into_iter().filter(within).collect();
    // Cells of one resolution, each once, can always be compacted; not compacted they are as good.
    let _ = CellIndex::compact(&mut cells);
    Ok(cells.into_iter().map(|cell| H3Cell::from_index(cell.into())).collect())
}
