//! Where: points and H3 indexes become cells of the resolution that the network is described in.

use crate::fault::Fault;
use engine::limits::PLACE_CELLS_MAX;
use engine::state::State;
use h3o::{CellIndex, LatLng, Resolution};
use types::{Area, H3Cell};

/// The resolution that is assumed while no resource covers anything: hexagons of some 175 m.
const RESOLUTION_DEFAULT: u8 = 9;

/// The cells of a point, or of a list of H3 indexes.
pub(crate) fn place_of(point: Option<(f64, f64)>, h3: Option<&[String]>, state: &State) -> Result<Area, Fault> {
    let resolution = resolution_of(state);
    let cells = match (point, h3) {
        (Some((lat, lon)), None) => vec![cell_at(lat, lon, resolution)?],
        (None, Some(indexes)) if indexes.len() <= PLACE_CELLS_MAX => {
            indexes.iter().map(|text| cell_of(text, resolution)).collect::<Result<_, _>>()?
        }
        (None, Some(_)) => return Err(Fault::invalid(format!("place: at most {PLACE_CELLS_MAX} H3 cells"))),
        _ => return Err(Fault::malformed("place: either `lat` and `lon`, or `h3` is expected")),
    };
    Area::new(cells).map_err(|error| Fault::invalid(format!("place: {error}")))
}

/// An H3 index, as it is written.
pub(crate) fn h3_cell(text: &str) -> Result<H3Cell, Fault> {
    Ok(H3Cell::from_index(parse(text)?.into()))
}

fn cell_at(lat: f64, lon: f64, resolution: Resolution) -> Result<H3Cell, Fault> {
    let in_range = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    let point = LatLng::new(lat, lon).ok().filter(|_| in_range);
    let point = point.ok_or_else(|| Fault::invalid("place: degrees within ±90 north and ±180 east are expected"))?;
    Ok(H3Cell::from_index(point.to_cell(resolution).into()))
}

/// A finer cell is taken as the one it lies in; a coarser one is not covered by anything and stays.
fn cell_of(text: &str, resolution: Resolution) -> Result<H3Cell, Fault> {
    let cell = parse(text)?;
    Ok(H3Cell::from_index(cell.parent(resolution).unwrap_or(cell).into()))
}

fn parse(text: &str) -> Result<CellIndex, Fault> {
    text.parse().map_err(|_| Fault::invalid(format!("{text:.20}: not an H3 cell index")))
}

fn resolution_of(state: &State) -> Resolution {
    let covered = state.resources.iter().find_map(|info| info.covers.first());
    let number = covered.map_or(RESOLUTION_DEFAULT, |cell| cell.resolution());
    Resolution::try_from(number).unwrap_or(Resolution::Nine)
}
