//! Radio cells as features: points with their properties, or the coverage itself as polygons.

use super::capacity::Capacities;
use super::described::{Described, Origin};
use super::file::File;
use super::problems::Problems;
use super::radio::{Fields, radio_cell};
use super::shape::{Shape, cells, features, shape_of, spot_of};
use crate::limits::{POLYGON_CELLS_MAX, RADIO_CELLS_MAX, REACH_M_MAX};
use geo::Polygon;
use geojson::Feature;
use h3o::geom::ContainmentMode;
use h3o::{CellIndex, Resolution};
use intelligence::network::RadioCell;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;
use types::H3Cell;

/// The finest resolution that coverage is laid out in: hexagons of some 175 m.
const FINEST: Resolution = Resolution::Nine;

/// The properties of a feature; its point is `lat` and `lon`.
struct Properties<'a> {
    feature: &'a Feature,
    point: Option<(f64, f64)>,
}

impl Fields for Properties<'_> {
    fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        match (name, self.point) {
            ("lat", Some((lat, _))) => Some(lat.to_string().into()),
            ("lon", Some((_, lon))) => Some(lon.to_string().into()),
            _ => match self.feature.properties.as_ref()?.get(name)? {
                Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed),
                Value::Null => None,
                other => Some(other.to_string().into()),
            },
        }
    }
}

/// Reads every feature, and notes those that are wrong.
pub fn read(file: &File, capacities: &mut Capacities, described: &mut Described, problems: &mut Problems) {
    let shared: Arc<str> = file.name.as_str().into();
    for (line, feature) in features(file, problems) {
        if described.network.radio_cells.len() >= RADIO_CELLS_MAX {
            return problems.at(&file.name, line, format_args!("{RADIO_CELLS_MAX} radio cells are the most"));
        }
        match cell_of(&feature, capacities) {
            Ok((cell, drawn)) => {
                if described.claim(&cell.name, &Origin { file: Arc::clone(&shared), line }, problems) {
                    described.drawn.extend(drawn.map(|covers| (cell.name.clone(), covers)));
                    described.network.radio_cells.push(cell);
                }
            }
            Err(what) => problems.at(&file.name, line, what),
        }
    }
}

/// A radio cell, and what it covers where that is drawn.
type Drawn = (RadioCell, Option<Vec<H3Cell>>);

fn cell_of(feature: &Feature, capacities: &mut Capacities) -> Result<Drawn, String> {
    match shape_of(feature)? {
        Shape::Point(lat, lon) => {
            let fields = Properties { feature, point: Some((lat, lon)) };
            Ok((radio_cell(&fields, None, capacities)?, None))
        }
        Shape::Polygons(polygons) => {
            let covers = covers(&polygons)?;
            let covered_km2 = covers.iter().map(|cell| cell.area_km2()).sum();
            let (lat, lon, range_m) = spot_of(&polygons, covered_km2).ok_or("a polygon with a middle is expected")?;
            if range_m > REACH_M_MAX {
                return Err(format!("a polygon as large as a disk of {REACH_M_MAX} m at most is expected"));
            }
            let cell = radio_cell(&Properties { feature, point: None }, Some((lat, lon, range_m)), capacities)?;
            Ok((cell, Some(covers.into_iter().map(|cell| H3Cell::from_index(cell.into())).collect())))
        }
    }
}

/// The cells with their middle in the polygons, in the finest resolution in which they are few enough, compacted; those
/// with anything of them, where they are smaller than a cell.
fn covers(polygons: &[Polygon]) -> Result<Vec<CellIndex>, String> {
    let most = POLYGON_CELLS_MAX;
    for resolution in std::iter::successors(Some(FINEST), |resolution| resolution.pred()) {
        let middles = cells(polygons, resolution, (ContainmentMode::ContainsCentroid, most));
        let found = match middles {
            Some(found) if found.is_empty() => cells(polygons, resolution, (ContainmentMode::Covers, most)),
            found => found,
        };
        let Some(mut found) = found.filter(|found| (1..=most).contains(&found.len())) else { continue };
        // Cells of one resolution, each once, can always be compacted; not compacted they are as good.
        let _ = CellIndex::compact(&mut found);
        return Ok(found);
    }
    Err("a polygon that can be laid out in H3 cells is expected".to_owned())
}
