//! Orbit mean-elements messages (CCSDS 502.0-B) as catalogues publish them: JSON, CSV and key-value notation.

use super::satellite::Satellite;
use super::tle::{BadRecord, ImportError, all_or_nothing, fits};
use serde_json::{Map, Value};

/// Fields that SGP4 does without; messages may leave them out, sgp4 does not let them.
const OPTIONAL: [(&str, &str); 7] = [
    ("CLASSIFICATION_TYPE", "U"),
    ("MEAN_MOTION_DOT", "0"),
    ("MEAN_MOTION_DDOT", "0"),
    ("ELEMENT_SET_NO", "0"),
    ("REV_AT_EPOCH", "0"),
    ("EPHEMERIS_TYPE", "0"),
    ("BSTAR", "0"),
];

/// Reads a JSON list of messages, or one message. A bad record is named by its number in the list and by
/// the line it starts on.
pub fn from_json(text: &str) -> Result<Vec<Satellite>, ImportError> {
    fits(text)?;
    let records = match serde_json::from_str(text) {
        Ok(Value::Array(records)) => records,
        Ok(one) => vec![one],
        Err(error) => return Err(ImportError::Bad(vec![BadRecord { line: error.line(), reason: error.to_string() }])),
    };
    let lines = object_lines(text);
    let numbered = |(index, record)| {
        satellite(lines.get(index).copied().unwrap_or(1), record).map_err(|bad: BadRecord| {
            let reason = format!("record {} of the list: {}", index + 1, bad.reason);
            BadRecord { reason, ..bad }
        })
    };
    all_or_nothing(records.into_iter().enumerate().map(numbered).collect())
}

/// Reads comma-separated values under a line of field names.
pub fn from_csv(text: &str) -> Result<Vec<Satellite>, ImportError> {
    fits(text)?;
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, header) = lines.next().ok_or(ImportError::Empty)?;
    let names: Vec<&str> = header.split(',').map(bare).collect();
    let row = |(index, line): (usize, &str)| {
        let values: Vec<&str> = line.split(',').map(bare).collect();
        if values.len() != names.len() {
            let reason = format!("{} values under {} field names", values.len(), names.len());
            return Err(BadRecord { line: index + 1, reason });
        }
        let fields = names.iter().zip(values).map(|(name, value)| ((*name).to_owned(), Value::from(value)));
        satellite(index + 1, Value::Object(fields.collect()))
    };
    all_or_nothing(lines.map(row).collect())
}

/// Reads `KEY = value` lines; each message starts with `CCSDS_OMM_VERS`.
pub fn from_kvn(text: &str) -> Result<Vec<Satellite>, ImportError> {
    fits(text)?;
    let mut messages: Vec<(usize, Map<String, Value>)> = Vec::new();
    for (index, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        if line.is_empty() || line.starts_with("COMMENT") {
            continue;
        }
        let wrong = |reason: &str| ImportError::Bad(vec![BadRecord { line: index, reason: reason.into() }]);
        let (key, value) = line.split_once('=').ok_or_else(|| wrong("expected KEY = value"))?;
        let (key, value) = (key.trim(), value.split('[').next().unwrap_or_default().trim());
        if key == "CCSDS_OMM_VERS" {
            messages.push((index, Map::new()));
        }
        let (_, fields) = messages.last_mut().ok_or_else(|| wrong("a message starts with CCSDS_OMM_VERS"))?;
        fields.insert(key.to_owned(), Value::from(value));
    }
    all_or_nothing(messages.into_iter().map(|(line, fields)| satellite(line, Value::Object(fields))).collect())
}

fn satellite(line: usize, mut record: Value) -> Result<Satellite, BadRecord> {
    let bad = |reason: String| BadRecord { line, reason };
    let fields = record.as_object_mut().ok_or_else(|| bad("expected an object".into()))?;
    for (name, otherwise) in OPTIONAL {
        if !fields.contains_key(name) {
            fields.insert(name.into(), Value::from(otherwise));
        }
    }
    // Some catalogues end the epoch with Z; the message's own times are UTC without.
    if let Some(epoch) = fields.get("EPOCH").and_then(Value::as_str).and_then(|epoch| epoch.strip_suffix('Z')) {
        let epoch = Value::from(epoch);
        fields.insert("EPOCH".into(), epoch);
    }
    let elements: sgp4::Elements = serde_json::from_value(record).map_err(|error| bad(error.to_string()))?;
    Satellite::new(&elements).map_err(|error| bad(error.to_string()))
}

/// A value without its spaces and quotes.
fn bare(value: &str) -> &str {
    value.trim().trim_matches('"')
}

/// The line of each outermost object; a list that has anything else in it is refused whole.
fn object_lines(text: &str) -> Vec<usize> {
    let (mut lines, mut line, mut depth) = (Vec::new(), 1, 0_u32);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            b'\n' => line += 1,
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => {
                if depth == 0 {
                    lines.push(line);
                }
                depth += 1;
            }
            b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => (),
        }
    }
    lines
}
