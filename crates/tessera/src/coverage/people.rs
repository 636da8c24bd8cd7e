//! Where people live, each place asked for itself.

use super::ask::{Answer, Asking};
use crate::import::problems::Problems;
use crate::import::{File, position};
use crate::limits::PEOPLE_ROWS_MAX;
use h3o::{CellIndex, LatLng, Resolution};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use types::H3Cell;

/// What a table of people has to look like.
const EXPECTED: &str = "a CSV table with the columns lat, lon and people";

/// People by the place they live at.
#[derive(Debug, Default)]
pub struct People(Vec<(LatLng, u64)>);

#[derive(Deserialize)]
struct Row {
    lat: f64,
    lon: f64,
    people: u64,
}

/// People by what they are answered, and those who live where nobody asked.
#[derive(Debug, Default)]
pub struct Counted {
    /// In the cell that was asked, by the answer at their own place.
    pub inside: BTreeMap<CellIndex, Vec<(u64, Answer)>>,
    /// In none.
    pub outside: u64,
}

impl People {
    /// Reads the table.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let mut problems = Problems::default();
        let read = File::read(path, EXPECTED, &mut problems).map(|file| rows(&file, &mut problems));
        problems.none()?;
        Ok(Self(read.unwrap_or_default()))
    }

    /// Asks for each place; several rows at one place are asked once.
    pub fn ask(&self, asking: &Asking<'_>, answers: &BTreeMap<CellIndex, Answer>, resolution: Resolution) -> Counted {
        let mut counted = Counted::default();
        let mut places: BTreeMap<CellIndex, u64> = BTreeMap::new();
        for (place, people) in &self.0 {
            *places.entry(place.to_cell(asking.finest(resolution))).or_default() += people;
        }
        for (place, people) in places {
            match place.parent(resolution).filter(|cell| answers.contains_key(cell)) {
                Some(cell) => {
                    let answer = asking.at(H3Cell::from_index(place.into()));
                    counted.inside.entry(cell).or_default().push((people, answer));
                }
                None => counted.outside += people,
            }
        }
        counted
    }
}

fn rows(file: &File, problems: &mut Problems) -> Vec<(LatLng, u64)> {
    let read = file.table::<Row>(problems);
    if read.len() > PEOPLE_ROWS_MAX {
        problems.of(&file.name, format_args!("{PEOPLE_ROWS_MAX} rows are the most"));
    }
    let mut rows = Vec::with_capacity(read.len());
    for (line, Row { lat, lon, people }) in read {
        let place = position(lat, lon).and_then(|(lat, lon)| LatLng::new(lat, lon).map_err(|error| error.to_string()));
        match place {
            Ok(place) => rows.push((place, people)),
            Err(what) => problems.at(&file.name, line, what),
        }
    }
    rows
}
