//! A file as a whole, and the records of a JSON file with the lines they start on.

use super::problems::Problems;
use crate::limits::FILE_BYTES_MAX;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::path::Path;

/// A file that was read.
#[derive(Debug)]
pub struct File {
    /// As it was named.
    pub name: String,
    /// What is in it, without a byte order mark.
    pub text: String,
}

impl File {
    /// Reads a text that is not empty. `expected` says what it should hold.
    pub fn read(path: &Path, expected: &str, problems: &mut Problems) -> Option<Self> {
        let name = path.display().to_string();
        match text_of(path) {
            Ok(text) if text.trim().is_empty() => {
                problems.of(&name, format_args!("it is empty; expected is {expected}"));
            }
            Ok(text) => return Some(Self { name, text }),
            Err(what) => problems.of(&name, format_args!("{what}; expected is {expected}")),
        }
        None
    }

    /// Does its name end so? Without the dot, in either case.
    pub fn ends(path: &Path, extension: &str) -> bool {
        path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
    }

    /// Parses the whole of it, in the caller's form with its records unread.
    pub fn json<'a, T: serde::Deserialize<'a>>(&'a self, problems: &mut Problems) -> Option<T> {
        match serde_json::from_str(&self.text) {
            Ok(read) => Some(read),
            Err(error) => {
                problems.at(&self.name, error.line() as u64, message(&error));
                None
            }
        }
    }

    /// Reads records of this file, in their order; those that are wrong are named by their line.
    pub fn records<T: DeserializeOwned>(&self, raw: &[&RawValue], problems: &mut Problems) -> Vec<(u64, T)> {
        let mut lines = Lines { text: &self.text, read: 0, line: 1 };
        let mut records = Vec::with_capacity(raw.len());
        for raw in raw {
            let line = lines.of(raw.get());
            match serde_json::from_str(raw.get()) {
                Ok(record) => records.push((line, record)),
                Err(error) => {
                    let further = (error.line() as u64).saturating_sub(1);
                    problems.at(&self.name, line + further, message(&error));
                }
            }
        }
        records
    }

    /// Reads the rows of a table under its line of names; those that are wrong are named by their line.
    pub fn table<T: DeserializeOwned>(&self, problems: &mut Problems) -> Vec<(u64, T)> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(self.text.as_bytes());
        let names = reader.headers().cloned().unwrap_or_default();
        let mut rows = Vec::new();
        for row in reader.records() {
            let line = row.as_ref().ok().and_then(csv::StringRecord::position).map_or(0, csv::Position::line);
            match row.and_then(|row| row.deserialize(Some(&names))) {
                Ok(row) => rows.push((line, row)),
                Err(error) => {
                    let line = error.position().map_or(line, csv::Position::line);
                    problems.at(&self.name, line, table_message(&error));
                }
            }
        }
        rows
    }
}

fn table_message(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} fields, the columns are {expected_len}")
        }
        _ => error.to_string(),
    }
}

fn text_of(path: &Path) -> Result<String, String> {
    let length = std::fs::metadata(path).map_err(|error| format!("it cannot be read: {error}"))?.len();
    if length > FILE_BYTES_MAX {
        return Err(format!("it has {length} bytes, {FILE_BYTES_MAX} are the most"));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        format!("line {line} is not UTF-8 text")
    })?;
    if text.contains('\0') {
        return Err("it is a binary file".to_owned());
    }
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// What serde says, without the place in the record: the line stands before it.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
}

/// Lines of parts of a text that come in their order.
struct Lines<'a> {
    text: &'a str,
    read: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line that a part of the text starts on.
    fn of(&mut self, part: &str) -> u64 {
        let at = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let between = self.text.get(self.read..at).unwrap_or_default();
        self.line += between.bytes().filter(|byte| *byte == b'\n').count() as u64;
        self.read = at.max(self.read);
        self.line
    }
}
