//! Calendar months in UTC: what books are closed by.

use crate::{Duration, Instant};
use minicbor::{Decode, Encode};
use std::fmt;

/// A calendar month in UTC, from January 1970 on; written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Month(#[n(0)] u32);

/// A text that is not a month of 1970 to 9999, as `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthError;

const PER_YEAR: u32 = 12;
const FIRST_YEAR: u32 = 1970;
const LAST_YEAR: u32 = 9999;

impl Month {
    /// Of a text as `2026-11`.
    pub fn parse(text: &str) -> Result<Self, MonthError> {
        let (year, month) = text.split_once('-').ok_or(MonthError)?;
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(MonthError);
        }
        let (year, month): (u32, u32) = (year.parse().map_err(|_| MonthError)?, month.parse().map_err(|_| MonthError)?);
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) || !(1..=PER_YEAR).contains(&month) {
            return Err(MonthError);
        }
        Ok(Self(year.saturating_sub(FIRST_YEAR).saturating_mul(PER_YEAR).saturating_add(month).saturating_sub(1)))
    }

    /// The month after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Its first instant.
    pub const fn start(self) -> Instant {
        Instant::EPOCH.after(Duration::from_days(days_before(self.year(), self.of_year())))
    }

    /// The first instant after it.
    pub const fn end(self) -> Instant {
        self.next().start()
    }

    const fn year(self) -> u32 {
        FIRST_YEAR.saturating_add(self.0 / PER_YEAR)
    }

    /// 0 for January.
    const fn of_year(self) -> u32 {
        self.0 % PER_YEAR
    }
}

/// Days from 1 January 1970 to the first of a month of the Gregorian calendar; January is 0.
const fn days_before(year: u32, month: u32) -> u64 {
    // Years that begin in March end in the leap day.
    let (year, month) = match month {
        0 | 1 => (year.saturating_sub(1), month.saturating_add(10)),
        _ => (year, month.saturating_sub(2)),
    };
    let leaps = (year / 4).saturating_sub(year / 100).saturating_add(year / 400);
    let of_year = month.saturating_mul(153).saturating_add(2) / 5;
    let since_year_0 = year.saturating_mul(365).saturating_add(leaps).saturating_add(of_year);
    // From 1 March of the year 0 to 1 January 1970.
    since_year_0.saturating_sub(719_468) as u64
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.of_year().saturating_add(1))
    }
}

impl fmt::Display for MonthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a month is its year and its number, for example 2026-11")
    }
}

impl std::error::Error for MonthError {}
