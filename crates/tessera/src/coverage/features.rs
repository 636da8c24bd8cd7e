//! What the ground does not serve, as `GeoJSON`: a feature for each H3 cell.

use super::ask::Answer;
use super::people::Counted;
use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, Position};
use h3o::{CellIndex, LatLng};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What serves a place, by the tier at which it is first served.
const SERVED_BY: [&str; 3] = ["ground", "relay", "satellite"];

/// The collection as text, and its number of features.
pub fn text(answers: &BTreeMap<CellIndex, Answer>, counted: &Counted) -> anyhow::Result<(String, usize)> {
    let apart = answers.iter().filter(|(_, answer)| answer[0].is_err());
    let features: Vec<_> = apart.map(|(cell, answer)| feature(*cell, answer, counted)).collect();
    let count = features.len();
    let collection = FeatureCollection { bbox: None, features, foreign_members: None };
    Ok((serde_json::to_string(&collection)?, count))
}

fn feature(cell: CellIndex, answer: &Answer, counted: &Counted) -> Feature {
    let served_by = answer.iter().position(Result::is_ok).and_then(|tier| SERVED_BY.get(tier));
    let why = |answer: &Result<(), engine::Rejection>| answer.err().map(|rejection| rejection.code());
    let people: u64 = counted.inside.get(&cell).into_iter().flatten().map(|(count, _)| *count).sum();
    let properties = JsonObject::from_iter([
        ("h3".to_owned(), Value::from(cell.to_string())),
        ("served_by".to_owned(), json!(served_by)),
        ("why_not_ground".to_owned(), json!(why(&answer[0]))),
        ("why_not".to_owned(), json!(why(&answer[2]))),
        ("people".to_owned(), people.into()),
    ]);
    Feature {
        bbox: None,
        geometry: Some(Geometry::new(GeometryValue::Polygon { coordinates: vec![ring(cell)] })),
        id: None,
        properties: Some(properties),
        foreign_members: None,
    }
}

/// Its corners in turn, the first once more at the end; east of the antimeridian beyond 180 where it crosses that.
fn ring(cell: CellIndex) -> Vec<Position> {
    let middle = LatLng::from(cell).lng();
    let corner = |corner: &LatLng| {
        let turns = ((corner.lng() - middle) / 360.0).round();
        Position::from([rounded(corner.lng() - 360.0 * turns), rounded(corner.lat())])
    };
    let boundary = cell.boundary();
    boundary.iter().chain(boundary.first()).map(corner).collect()
}

/// Six decimals of a degree are a tenth of a metre.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}
