//! Radio cells in the columns of `OpenCelliD`, with or without its line of names, and ours behind them.

use super::capacity::Capacities;
use super::described::{Described, Origin};
use super::file::File;
use super::problems::Problems;
use super::radio::{Fields, radio_cell};
use crate::limits::RADIO_CELLS_MAX;
use csv::StringRecord;
use std::borrow::Cow;
use std::sync::Arc;

/// The columns of `OpenCelliD`, in the order of its files.
pub const COLUMNS: [&str; 14] = [
    "radio",
    "mcc",
    "net",
    "area",
    "cell",
    "unit",
    "lon",
    "lat",
    "range",
    "samples",
    "changeable",
    "created",
    "updated",
    "averageSignal",
];
/// Columns that have to be there.
const NEEDED: [&str; 4] = ["radio", "lon", "lat", "range"];
/// What the first column says when there is no line of names.
const RADIOS: [&str; 4] = ["GSM", "UMTS", "LTE", "NR"];

/// One row under its names.
struct Row<'a> {
    names: &'a [String],
    row: &'a StringRecord,
}

impl Fields for Row<'_> {
    fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        let at = self.names.iter().position(|found| found == name)?;
        self.row.get(at).map(str::trim).filter(|text| !text.is_empty()).map(Cow::Borrowed)
    }
}

/// Reads every row, and notes those that are wrong.
pub fn read(file: &File, capacities: &mut Capacities, described: &mut Described, problems: &mut Problems) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.text.as_bytes());
    let shared: Arc<str> = file.name.as_str().into();
    let mut names: Vec<String> = Vec::new();
    for (index, row) in reader.records().enumerate() {
        let row = match row {
            Ok(row) => row,
            Err(error) => return problems.of(&file.name, error),
        };
        let line = row.position().map_or(0, csv::Position::line);
        if index == 0 {
            let with_names = !row.get(0).is_some_and(|first| RADIOS.contains(&first.trim()));
            names = names_of(with_names.then_some(&row));
            if let Some(missing) = NEEDED.iter().find(|name| !names.iter().any(|found| found == *name)) {
                return problems.at(&file.name, line, format_args!("there is no column `{missing}`; {}", expected()));
            }
            if with_names {
                continue;
            }
        }
        let origin = Origin { file: Arc::clone(&shared), line };
        if row.len() < names.len() && row.len() < COLUMNS.len() {
            let what = format!("{} fields, the columns are {}", row.len(), names.len());
            problems.at(&file.name, line, what);
            continue;
        }
        match radio_cell(&Row { names: &names, row: &row }, None, capacities) {
            Ok(cell) => take(cell, &origin, described, problems),
            Err(what) => problems.at(&file.name, line, what),
        }
    }
}

fn take(cell: intelligence::network::RadioCell, origin: &Origin, described: &mut Described, problems: &mut Problems) {
    if described.network.radio_cells.len() >= RADIO_CELLS_MAX {
        return problems.at(&origin.file, origin.line, format_args!("{RADIO_CELLS_MAX} radio cells are the most"));
    }
    if described.claim(&cell.name, origin, problems) {
        described.network.radio_cells.push(cell);
    }
}

fn names_of(first: Option<&StringRecord>) -> Vec<String> {
    match first {
        Some(first) => first.iter().map(|name| name.trim().to_owned()).collect(),
        None => COLUMNS.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// What a table of radio cells has to look like.
pub fn expected() -> String {
    format!("the columns {}, and `name`, `band`, `capacity_kbps` and `node` where there are such", COLUMNS.join(","))
}
