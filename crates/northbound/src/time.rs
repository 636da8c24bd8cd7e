//! RFC 3339 at the edge, milliseconds inside.

use jiff::Timestamp;
use types::Instant;

/// The instant of an RFC 3339 text with a time zone offset.
pub(crate) fn parse(text: &str) -> Option<Instant> {
    let at: Timestamp = text.parse().ok()?;
    u64::try_from(at.as_millisecond()).ok().map(Instant::from_ms)
}

/// An instant as RFC 3339, in UTC.
pub(crate) fn text(at: Instant) -> String {
    let ms = i64::try_from(at.as_ms()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX).to_string()
}
