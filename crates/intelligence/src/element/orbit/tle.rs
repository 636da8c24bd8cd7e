//! Two-line element sets, with or without a line for the name before each.

use super::limits::{BAD_RECORDS_MAX, IMPORT_BYTES_MAX, SATELLITES_MAX};
use super::satellite::Satellite;
use std::fmt;

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// The line it starts on, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Why nothing of a text is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Longer than an import may be.
    #[error("an import has at most {IMPORT_BYTES_MAX} bytes, not {0}")]
    TooLong(usize),
    /// More satellites than a constellation may have.
    #[error("an import has at most {SATELLITES_MAX} satellites, not {0}")]
    TooMany(usize),
    /// There is no record in it.
    #[error("no element set found: two-line element sets, or an orbit mean-elements message in JSON, CSV or KVN")]
    Empty,
    /// These are wrong, the first [`BAD_RECORDS_MAX`] of them.
    #[error("{}", Listed(.0))]
    Bad(Vec<BadRecord>),
}

/// Reads every set of a text: lines `1 …` and `2 …`, each pair after a line with the satellite's name or not. Blank
/// lines and lines that start with `#` are skipped.
pub fn satellites(text: &str) -> Result<Vec<Satellite>, ImportError> {
    fits(text)?;
    let mut read = Vec::new();
    let mut name = None;
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim_end()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .peekable();
    while let Some((number, line)) = lines.next() {
        if line.starts_with("1 ") {
            let second = lines.next_if(|(_, next)| next.starts_with("2 "));
            read.push(record(number, name.take(), line, second.map(|(_, second)| second)));
        } else if name.is_some()
            || line.starts_with("2 ")
            || lines.peek().is_none_or(|(_, next)| !next.starts_with("1 "))
        {
            read.push(Err(BadRecord { line: number, reason: "expected a name, or a line 1 and then a line 2".into() }));
        } else {
            name = Some(line.strip_prefix("0 ").unwrap_or(line).trim());
        }
    }
    all_or_nothing(read)
}

fn record(line: usize, name: Option<&str>, first: &str, second: Option<&str>) -> Result<Satellite, BadRecord> {
    let bad = |reason: String| BadRecord { line, reason };
    let second = second.ok_or_else(|| bad("line 1 is not followed by its line 2".into()))?;
    // The parser counts bytes, and takes the last one for a digit.
    for one in [first, second] {
        if one.len() != 69 || !one.is_ascii() || !one.ends_with(|last: char| last.is_ascii_digit()) {
            return Err(bad("a line has 69 ASCII characters, the last its checksum".into()));
        }
    }
    let elements = sgp4::Elements::from_tle(name.map(str::to_owned), first.as_bytes(), second.as_bytes())
        .map_err(|error| bad(error.to_string()))?;
    Satellite::new(&elements).map_err(|error| bad(error.to_string()))
}

/// Refuses a text that is too long before anything is done with it.
pub(super) fn fits(text: &str) -> Result<(), ImportError> {
    if text.len() > IMPORT_BYTES_MAX { Err(ImportError::TooLong(text.len())) } else { Ok(()) }
}

/// All records, or what is wrong with the bad ones.
pub(super) fn all_or_nothing(read: Vec<Result<Satellite, BadRecord>>) -> Result<Vec<Satellite>, ImportError> {
    if read.is_empty() {
        return Err(ImportError::Empty);
    }
    if read.len() > usize::try_from(SATELLITES_MAX).unwrap_or(usize::MAX) {
        return Err(ImportError::TooMany(read.len()));
    }
    let (mut satellites, mut bad) = (Vec::new(), Vec::new());
    for record in read {
        match record {
            Ok(satellite) => satellites.push(satellite),
            Err(record) => bad.push(record),
        }
    }
    bad.truncate(BAD_RECORDS_MAX);
    if bad.is_empty() { Ok(satellites) } else { Err(ImportError::Bad(bad)) }
}

struct Listed<'a>(&'a [BadRecord]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, bad) in self.0.iter().enumerate() {
            let between = if index == 0 { "" } else { "; " };
            write!(f, "{between}line {}: {}", bad.line, bad.reason)?;
        }
        Ok(())
    }
}
