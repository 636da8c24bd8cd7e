//! Every file, read and checked as a whole before anything is used.

use super::Files;
use super::capacity::Capacities;
use super::described::Described;
use super::file::File;
use super::problems::Problems;
use super::shape::{Shape, features, shape_of};
use super::sky::{self, Constellation};
use super::{nodes, others, radio_csv, radio_geojson};
use anyhow::bail;
use geo::Polygon;
use intelligence::network::NodeKind;
use std::path::Path;

/// What was brought.
#[derive(Debug)]
pub struct Brought {
    /// The network.
    pub described: Described,
    /// The satellites over it.
    pub sky: Vec<Constellation>,
    /// Where satellites are offered, when not where the network is.
    pub region: Option<Vec<Polygon>>,
}

/// Reads all files; an error names what is wrong with them.
pub fn read(files: &Files) -> anyhow::Result<Brought> {
    if files.is_empty() {
        bail!("there is nothing to import: give --radio-cells, --nodes, --relays, --pools, --shells, --tle or --omm");
    }
    let (mut described, mut problems) = (Described::default(), Problems::default());
    if let Some(path) = &files.nodes {
        nodes::read(path, files.links.as_deref(), &mut described, &mut problems);
    }
    let mut capacities = Capacities::default();
    for path in &files.radio_cells {
        radio_cells(path, &mut capacities, &mut described, &mut problems);
    }
    if let Some(path) = &files.relays {
        others::relays(path, &mut described, &mut problems);
    }
    if let Some(path) = &files.pools {
        others::pools(path, &mut described, &mut problems);
    }
    let mut constellations = Vec::new();
    if let Some(path) = &files.shells {
        constellations.extend(sky::shells(path, &mut described, &mut problems));
    }
    for path in [&files.tle, &files.omm].into_iter().flatten() {
        constellations.extend(sky::elements(path, files.payload.as_deref(), &mut described, &mut problems));
    }
    described.check_nodes(&mut problems);
    check_transport(&described, &mut problems);
    let region = files.region.as_deref().and_then(|path| region(path, &mut problems));
    problems.none()?;
    capacities.tell();
    Ok(Brought { described, sky: constellations, region })
}

fn radio_cells(path: &Path, capacities: &mut Capacities, described: &mut Described, problems: &mut Problems) {
    let before = described.network.radio_cells.len();
    let expected = format!("{}; or GeoJSON features with these as properties", radio_csv::expected());
    let Some(file) = File::read(path, &expected, problems) else { return };
    if file.text.trim_start().starts_with('{') {
        radio_geojson::read(&file, capacities, described, problems);
    } else {
        radio_csv::read(&file, capacities, described, problems);
    }
    println!("{}: {} radio cells read", file.name, described.network.radio_cells.len() - before);
}

/// A radio cell that names no node hangs on the nearest one of transport: there has to be one.
fn check_transport(described: &Described, problems: &mut Problems) {
    let network = &described.network;
    let transport = network.nodes.iter().any(|node| node.kind == NodeKind::Transport);
    let alone = network.radio_cells.iter().filter(|cell| cell.node.is_none()).count();
    if alone > 0 && !transport {
        let what =
            format!("{alone} name no node, and there is no node of kind `transport` to hang them on: give --nodes");
        problems.of("radio cells", what);
    }
}

/// The polygons of a file.
pub fn region(path: &Path, problems: &mut Problems) -> Option<Vec<Polygon>> {
    let file = File::read(path, "a GeoJSON FeatureCollection of polygons", problems)?;
    let mut polygons = Vec::new();
    for (line, feature) in features(&file, problems) {
        match shape_of(&feature) {
            Ok(Shape::Polygons(more)) => polygons.extend(more),
            Ok(Shape::Point(..)) => problems.at(&file.name, line, "a Polygon or a MultiPolygon is expected"),
            Err(what) => problems.at(&file.name, line, what),
        }
    }
    Some(polygons)
}
