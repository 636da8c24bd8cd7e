//! The span of a report, in whole hours: usage is kept by the hour, so that nothing ties in the middle of one.

use crate::fault::Fault;
use crate::native::convert::instant;
use engine::state::State;
use node::journal::{Posting, PostingFilter};
use types::{Duration, Instant};

/// From one hour until another; without an end what is known now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Period {
    /// The first hour.
    pub from: Option<u64>,
    /// The first hour after it.
    pub to: Option<u64>,
}

impl Period {
    /// As it was asked for.
    pub fn asked(from: Option<&str>, to: Option<&str>) -> Result<Self, Fault> {
        let hour = |name, text: Option<&str>| text.map(|text| whole_hour(name, text)).transpose();
        let period = Self { from: hour("from", from)?, to: hour("to", to)? };
        match period {
            Self { from: Some(from), to: Some(to) } if to <= from => {
                Err(Fault::invalid("to: a time later than `from` is expected"))
            }
            period => Ok(period),
        }
    }

    /// Everything in it.
    pub fn filter<'a>(self) -> PostingFilter<'a> {
        PostingFilter { from_hour: self.from, to_hour: self.to, ..PostingFilter::default() }
    }

    /// Everything before it; nothing, when it begins with the first event.
    pub fn before<'a>(self) -> PostingFilter<'a> {
        PostingFilter { to_hour: Some(self.from.unwrap_or(0)), ..PostingFilter::default() }
    }
}

/// An RFC 3339 time on the hour, as hours since the Unix epoch.
pub(crate) fn whole_hour(name: &str, text: &str) -> Result<u64, Fault> {
    let at: Instant = instant(name, text)?;
    let hour = Posting::hour_of(at);
    if at.as_ms() != hour.saturating_mul(Duration::from_hours(1).as_ms()) {
        return Err(Fault::invalid(format!("{name}: a full hour is expected, as in `2026-11-01T00:00:00Z`")));
    }
    Ok(hour)
}

/// The visible id of a party or another thing that postings name by its number.
pub(crate) fn named<T>(number: Option<u32>, find: impl FnOnce(u32) -> Option<T>) -> Option<String>
where
    T: ToString,
{
    find(number?).map(|id| id.to_string())
}

/// The id of an offering by its number.
pub(crate) fn offering_id(state: &State, number: u32) -> Option<types::OfferingId> {
    state.offering(engine::state::OfferingRef::from_index(number)).map(|row| row.id)
}

/// The id of a token by its number.
pub(crate) fn token_id(state: &State, number: u32) -> Option<types::TokenId> {
    state.token(engine::state::TokenRef::from_index(number)).map(|row| row.id)
}

/// The id of a party by its number.
pub(crate) fn party_id(state: &State, number: u32) -> Option<types::PartyId> {
    state.party(engine::state::PartyRef::from_index(number)).map(|row| row.id)
}
