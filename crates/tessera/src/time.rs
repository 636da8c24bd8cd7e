//! RFC 3339 in files and options, milliseconds inside.

use jiff::Timestamp;
use types::Instant;

/// The instant of an RFC 3339 text with a time zone offset, from 1970 on.
pub fn parse(text: &str) -> Result<Instant, String> {
    let at: Result<Timestamp, _> = text.parse();
    let ms = at.ok().and_then(|at| u64::try_from(at.as_millisecond()).ok());
    ms.map(Instant::from_ms).ok_or_else(|| format!("`{text:.40}`: a time like 2026-11-24T12:00:00Z is expected"))
}

/// An instant as RFC 3339, in UTC.
pub fn text(at: Instant) -> String {
    let ms = i64::try_from(at.as_ms()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX).to_string()
}
