//! `GeoJSON` (RFC 7946): features with the lines they start on, and polygons laid out in H3 cells.

use super::file::File;
use super::position::position;
use super::problems::Problems;
use geo::orient::{Direction, Orient};
use geo::{Area as _, Centroid, Coord, LineString, Polygon, Validation};
use geojson::{Feature, GeometryValue};
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{CellIndex, Resolution};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Less than this is no area: about a square metre, in square degrees.
const AREA_DEGREES2_MIN: f64 = 1e-10;

#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
}

/// The features of a collection, each with its line.
pub fn features(file: &File, problems: &mut Problems) -> Vec<(u64, Feature)> {
    let Some(Collection { features }) = file.json(problems) else { return Vec::new() };
    if features.is_empty() {
        problems.of(&file.name, "there is no feature in it");
    }
    file.records(&features, problems)
}

/// What a feature draws.
pub enum Shape {
    /// A place: degrees north and east.
    Point(f64, f64),
    /// An area.
    Polygons(Vec<Polygon>),
}

/// The shape of a feature: a point, a polygon or several.
pub fn shape_of(feature: &Feature) -> Result<Shape, String> {
    match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        Some(GeometryValue::Point { coordinates }) => {
            let Coord { x: lon, y: lat } = corner(coordinates.as_slice())?;
            Ok(Shape::Point(lat, lon))
        }
        Some(GeometryValue::Polygon { coordinates }) => {
            let rings: Vec<_> = coordinates.iter().map(|points| ring(points)).collect::<Result<_, _>>()?;
            Ok(Shape::Polygons(vec![polygon(rings)?]))
        }
        Some(GeometryValue::MultiPolygon { coordinates }) => {
            let polygon =
                |rings: &Vec<Vec<_>>| polygon(rings.iter().map(|points| ring(points)).collect::<Result<_, _>>()?);
            Ok(Shape::Polygons(coordinates.iter().map(polygon).collect::<Result<_, _>>()?))
        }
        _ => Err("a Point, a Polygon or a MultiPolygon is expected".to_owned()),
    }
}

fn ring(points: &[geojson::Position]) -> Result<LineString, String> {
    points.iter().map(|point| corner(point.as_slice())).collect()
}

fn corner(point: &[f64]) -> Result<Coord, String> {
    let [lon, lat, ..] = *point else { return Err("a position is `[lon, lat]`".to_owned()) };
    position(lat, lon).map(|(lat, lon)| Coord { x: lon, y: lat })
}

fn polygon(rings: Vec<LineString>) -> Result<Polygon, String> {
    let mut rings = rings.into_iter();
    let outside = rings.next().ok_or("a polygon has at least one ring")?;
    let across = outside.lines().any(|side| (side.start.x - side.end.x).abs() > 180.0);
    let shape = Polygon::new(outside, rings.collect());
    if across {
        return Err("a polygon that does not go across the antimeridian is expected: cut it in two".to_owned());
    }
    if shape.unsigned_area() < AREA_DEGREES2_MIN || !shape.is_valid() {
        return Err("a polygon with an area, whose sides do not cross, is expected".to_owned());
    }
    Ok(shape.orient(Direction::Default))
}

/// The cells of one resolution with something of the polygons in them, or with their middle in them; `None` where there
/// may be more than `most`.
pub fn cells(
    polygons: &[Polygon],
    resolution: Resolution,
    (mode, most): (ContainmentMode, usize),
) -> Option<Vec<CellIndex>> {
    let mut tiler = TilerBuilder::new(resolution).containment_mode(mode).build();
    tiler.add_batch(polygons.iter().cloned()).ok()?;
    // The hint is of the box around it.
    (tiler.coverage_size_hint() <= most.saturating_mul(8)).then(|| tiler.into_coverage().collect())
}

/// The middle of the largest, and the reach in m of a disk as large as all of them.
pub fn spot_of(polygons: &[Polygon], covered_km2: f64) -> Option<(f64, f64, f64)> {
    let largest = polygons.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let middle = largest.centroid()?;
    Some((middle.y(), middle.x(), (covered_km2 / std::f64::consts::PI).sqrt() * 1_000.0))
}
