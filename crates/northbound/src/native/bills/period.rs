//! The period of a bill, as it stands in a path.

use crate::fault::Fault;
use crate::native::finance::period::{Period, whole_hour};
use node::hour_start;
use node::journal::Posting;
use rating::Zone;
use types::{Duration, Instant};

/// A calendar month somewhere, or from one time until another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BillPeriod {
    /// `2026-11`, `2026-11 Europe/Amsterdam`, or both times.
    pub name: String,
    /// The zone of a month.
    pub zone: Option<String>,
    /// Its first hour.
    pub from: u64,
    /// The first hour after it.
    pub to: u64,
}

impl BillPeriod {
    /// `2026-11`, in a zone of the IANA database or else in UTC, or `2026-11-01T00:00:00Z--2026-12-01T00:00:00Z`.
    pub fn asked(text: &str, zone: Option<&str>) -> Result<Self, Fault> {
        if let Some((from, to)) = text.split_once("--") {
            if zone.is_some() {
                return Err(Fault::malformed("zone: it belongs to a month; times have an offset of their own"));
            }
            let (from, to) = (whole_hour("period", from)?, whole_hour("period", to)?);
            let name = format!("{}--{}", crate::time::text(hour_start(from)), crate::time::text(hour_start(to)));
            return Self { name, zone: None, from, to }.checked();
        }
        let zone =
            zone.map_or(Ok(Zone::utc()), Zone::parse).map_err(|error| Fault::invalid(format!("zone: {error}")))?;
        let month = month_of(text).and_then(|(year, month)| zone.month(year, month));
        let (from, to) = month.ok_or_else(|| {
            let ways =
                "period: a month as in `2026-11`, or two times as in `2026-11-01T00:00:00Z--2026-12-01T00:00:00Z`";
            Fault::invalid(format!("{ways}, is expected"))
        })?;
        let name = if zone.name() == "UTC" { text.to_owned() } else { format!("{text} {}", zone.name()) };
        let hours = full_hour(from).zip(full_hour(to));
        let (from, to) = hours.ok_or_else(|| {
            Fault::invalid("zone: one is expected whose months begin on a full hour of UTC; usage is kept by the hour")
        })?;
        Self { name, zone: Some(zone.name().to_owned()), from, to }.checked()
    }

    /// Its end.
    pub const fn end(&self) -> Instant {
        hour_start(self.to)
    }

    /// The hours of it.
    pub const fn hours(&self) -> Period {
        Period { from: Some(self.from), to: Some(self.to) }
    }

    fn checked(self) -> Result<Self, Fault> {
        if self.from < self.to {
            Ok(self)
        } else {
            Err(Fault::invalid("period: an end later than its begin is expected"))
        }
    }
}

/// `2026-11` as its numbers.
fn month_of(text: &str) -> Option<(i16, i8)> {
    let (year, month) = text.split_once('-')?;
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    Some((year.parse().ok()?, month.parse().ok()?))
}

fn full_hour(at: Instant) -> Option<u64> {
    at.as_ms().is_multiple_of(Duration::from_hours(1).as_ms()).then(|| Posting::hour_of(at))
}
