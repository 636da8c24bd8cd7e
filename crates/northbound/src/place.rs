//! Where: points, H3 indexes, circles, polygons and routes become H3 cells, points in the finest resolution that the network
//! is described in, areas in the finest in which they have few enough cells.

use crate::fault::{Door, Fault};
use crate::limits::{PLACE_CORNERS_MAX, PLACE_RADIUS_M_MAX, PLACE_SPAN_KM_MAX};
use engine::limits::PLACE_CELLS_MAX;
use engine::state::State;
use geo::orient::{Direction, Orient};
use geo::{
    Area as _, BoundingRect, Coord, Densify, Destination, Euclidean, Geodesic, Length, Line, LineString, Point,
    Polygon, Validation,
};
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{CellIndex, LatLng, Resolution};
use std::collections::BTreeSet;
use types::{Area, H3Cell};

/// The resolution that is assumed while no resource covers anything: hexagons of some 175 m.
const RESOLUTION_DEFAULT: u8 = 9;
/// Corners of the polygon that stands for a circle, which is drawn around it.
const CIRCLE_CORNERS: u32 = 36;
/// How many times the most cells of a place the box around it may have, to be looked into.
const BOX_CELLS_MAX: usize = 16;
/// Along a meridian; along a parallel it is less.
const METRES_PER_DEGREE: f64 = 111_320.0;
/// Less than this is no area: about a square metre.
const AREA_DEGREES2_MIN: f64 = 1e-10;

/// A place as it is asked for; positions are degrees, `[east, north]`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape<'a> {
    /// A point.
    Point([f64; 2]),
    /// Everything within so many metres of a point.
    Circle([f64; 2], f64),
    /// H3 indexes, all of one resolution.
    H3(&'a [String]),
    /// The corners of an area in turn.
    Polygon(&'a [[f64; 2]]),
    /// The points of a route in turn.
    Route(&'a [[f64; 2]]),
}

/// The cells of a place.
pub(crate) fn place_of(shape: &Shape<'_>, state: &State) -> Result<Area, Fault> {
    let finest = finest(state);
    let cells = match *shape {
        Shape::Point(point) => vec![position(point)?.to_cell(finest)],
        Shape::H3(indexes) if indexes.len() <= PLACE_CELLS_MAX => {
            indexes.iter().map(|text| cell_of(text, finest)).collect::<Result<_, _>>()?
        }
        Shape::H3(_) => return Err(cells_invalid(format!("place.h3: at most {PLACE_CELLS_MAX} H3 cells"))),
        Shape::Circle(centre, radius_m) => tiles(&circle(centre, radius_m)?, finest)?,
        Shape::Polygon(corners) => tiles(&polygon(corners)?, finest)?,
        Shape::Route(points) => along(&route(points)?, finest)?,
    };
    let cells = cells.into_iter().map(|cell| H3Cell::from_index(cell.into())).collect();
    Area::new(cells).map_err(|error| cells_invalid(format!("place: {error}")))
}

/// An H3 index, as it is written.
pub(crate) fn h3_cell(text: &str) -> Result<H3Cell, Fault> {
    Ok(H3Cell::from_index(parse(text)?.into()))
}

pub(crate) fn position([lon, lat]: [f64; 2]) -> Result<LatLng, Fault> {
    let in_range = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    let point = LatLng::new(lat, lon).ok().filter(|_| in_range);
    point.ok_or_else(|| {
        let degrees = "place: degrees within ±90 north and ±180 east are expected";
        Fault::Door(Door::PositionInvalid, degrees.to_owned())
    })
}

/// The polygon around a circle.
fn circle(centre: [f64; 2], radius_m: f64) -> Result<Polygon, Fault> {
    position(centre)?;
    if !(1.0..=PLACE_RADIUS_M_MAX).contains(&radius_m) {
        return Err(size_out_of_range(format!("place.radius_m: 1 to {PLACE_RADIUS_M_MAX} metres are expected")));
    }
    let half_step = std::f64::consts::PI / f64::from(CIRCLE_CORNERS);
    let corner = |number| {
        let bearing = 360.0 * f64::from(number) / f64::from(CIRCLE_CORNERS);
        Geodesic.destination(Point::from(centre), bearing, radius_m / half_step.cos()).0
    };
    // Bearings run clockwise; the outside of a polygon runs against it.
    spans_little(Polygon::new((0..CIRCLE_CORNERS).rev().map(corner).collect(), Vec::new()))
}

fn polygon(corners: &[[f64; 2]]) -> Result<Polygon, Fault> {
    let shape = Polygon::new(line_string("place.polygon", 3, corners)?, Vec::new());
    if shape.unsigned_area() < AREA_DEGREES2_MIN || !shape.is_valid() {
        return Err(shape_invalid("place.polygon: a polygon with an area, whose sides do not cross, is expected"));
    }
    spans_little(shape.orient(Direction::Default))
}

pub(crate) fn route(points: &[[f64; 2]]) -> Result<LineString, Fault> {
    let line = line_string("place.route", 2, points)?;
    if Geodesic.length(&line) > PLACE_SPAN_KM_MAX * 1_000.0 {
        return Err(size_out_of_range(format!("place.route: at most {PLACE_SPAN_KM_MAX} km are expected")));
    }
    Ok(line)
}

fn line_string(name: &str, least: usize, points: &[[f64; 2]]) -> Result<LineString, Fault> {
    if !(least..=PLACE_CORNERS_MAX).contains(&points.len()) {
        return Err(shape_invalid(format!("{name}: {least} to {PLACE_CORNERS_MAX} points are expected")));
    }
    points.iter().map(|point| position(*point).map(|_| Coord::from(*point))).collect::<Result<_, _>>()
}

/// No larger than a country, and not across the antimeridian or a pole: what that would mean on a plane is not what is
/// meant.
fn spans_little(shape: Polygon) -> Result<Polygon, Fault> {
    let span = shape.bounding_rect().map_or(0.0, |bounds| {
        let diagonal = Line::new(bounds.min(), bounds.max());
        Geodesic.length(&diagonal) / 1_000.0
    });
    let across = shape.exterior().lines().any(|side| (side.start.x - side.end.x).abs() > 180.0);
    if span > PLACE_SPAN_KM_MAX || across {
        let most =
            format!("place: at most {PLACE_SPAN_KM_MAX} km across, and not across the antimeridian, is expected");
        return Err(size_out_of_range(most));
    }
    Ok(shape)
}

/// Every cell that has something of the polygon in it, in the finest resolution in which they are few enough.
fn tiles(shape: &Polygon, finest: Resolution) -> Result<Vec<CellIndex>, Fault> {
    few_enough(finest, |resolution| {
        let mut tiler = TilerBuilder::new(resolution).containment_mode(ContainmentMode::Covers).build();
        tiler.add(shape.clone()).ok()?;
        // The hint is of the box around it: what is much too large is not worth tiling.
        let worthwhile = tiler.coverage_size_hint() <= PLACE_CELLS_MAX * BOX_CELLS_MAX;
        Some(if worthwhile { tiler.into_coverage().collect() } else { Vec::new() })
    })
}

/// Every cell along a line.
fn along(line: &LineString, finest: Resolution) -> Result<Vec<CellIndex>, Fault> {
    few_enough(finest, |resolution| {
        let worthwhile = may_be_few(line, resolution);
        if worthwhile { lines_to_cells(line, resolution) } else { Some(Vec::new()) }
    })
}

/// May a line lie in few enough cells? It is some two edges long in each at most; one that is longer is not worth laying
/// out, though it may come back to cells it was in.
pub(crate) fn may_be_few(line: &LineString, resolution: Resolution) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "a thousand cells")]
    let longest_m = PLACE_CELLS_MAX as f64 * 2.0 * resolution.edge_length_m();
    Geodesic.length(line) <= longest_m
}

/// The cells along a line in one resolution, each once: one that it only grazes, over less than an eighth of an edge,
/// may be left out.
pub(crate) fn lines_to_cells(line: &LineString, resolution: Resolution) -> Option<Vec<CellIndex>> {
    let step_deg = resolution.edge_length_m() / 8.0 / METRES_PER_DEGREE;
    let points = Euclidean.densify(line, step_deg);
    let cell = |point: &Coord| Some(LatLng::new(point.y, point.x).ok()?.to_cell(resolution));
    let cells: BTreeSet<CellIndex> = points.coords().map(cell).collect::<Option<_>>()?;
    Some(cells.into_iter().collect())
}

/// The resolutions a place may be laid out in, the best first.
pub(crate) fn finer_to_coarser(state: &State) -> impl Iterator<Item = Resolution> {
    std::iter::successors(Some(finest(state)), |resolution| resolution.pred())
}

/// What `cells` gives in the finest resolution in which it is something, and little enough.
fn few_enough(
    finest: Resolution,
    cells: impl Fn(Resolution) -> Option<Vec<CellIndex>>,
) -> Result<Vec<CellIndex>, Fault> {
    let coarser = std::iter::successors(Some(finest), |resolution| resolution.pred());
    for resolution in coarser {
        let found =
            cells(resolution).ok_or_else(|| shape_invalid("place: this shape cannot be laid out in H3 cells"))?;
        if (1..=PLACE_CELLS_MAX).contains(&found.len()) {
            return Ok(found);
        }
    }
    Err(shape_invalid("place: this shape cannot be laid out in H3 cells"))
}

/// A cell finer than coverage is described in is taken as the one it lies in.
fn cell_of(text: &str, finest: Resolution) -> Result<CellIndex, Fault> {
    let cell = parse(text)?;
    Ok(cell.parent(finest).unwrap_or(cell))
}

fn parse(text: &str) -> Result<CellIndex, Fault> {
    text.parse().map_err(|_| cells_invalid(format!("{text:.20}: not an H3 cell index")))
}

fn finest(state: &State) -> Resolution {
    let number = state.finest_coverage().unwrap_or(RESOLUTION_DEFAULT);
    Resolution::try_from(number).unwrap_or(Resolution::Nine)
}

fn shape_invalid(detail: impl Into<String>) -> Fault {
    Fault::Door(Door::ShapeInvalid, detail.into())
}

fn size_out_of_range(detail: impl Into<String>) -> Fault {
    Fault::Door(Door::PlaceSize, detail.into())
}

fn cells_invalid(detail: impl Into<String>) -> Fault {
    Fault::Door(Door::CellsInvalid, detail.into())
}
