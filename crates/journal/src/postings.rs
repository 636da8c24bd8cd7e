//! Postings as rows that can be asked for by time and by whom: kept beside the journal, made of it, and made again from
//! it when they are lost.

use crate::error::JournalError;
use std::borrow::Cow;
use types::{Duration, Instant};

/// What one event, or the usage of one token in one hour, did to one account.
///
/// Accounts, assets, parties, offerings and tokens are the numbers by which the cell calls them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Which hour, since the Unix epoch.
    pub hour: u64,
    /// Its place in the hour: the event's number, or below zero the sum of a token's usage.
    pub slot: i64,
    /// Which account.
    pub account: u32,
    /// The number of its first event.
    pub seq: u64,
    /// The number of its last event.
    pub seq_last: u64,
    /// How many events it sums.
    pub events: u64,
    /// When its first event was stamped.
    pub at: Instant,
    /// What kind of event.
    pub event: Cow<'static, str>,
    /// What the account is for.
    pub kind: Cow<'static, str>,
    /// What it counts.
    pub asset: u16,
    /// Whose account it is.
    pub party: Option<u32>,
    /// Who holds the token that it was about.
    pub customer: Option<u32>,
    /// What that token is of.
    pub offering: Option<u32>,
    /// What the network does for it.
    pub capability: Option<Cow<'static, str>>,
    /// The token.
    pub token: Option<u32>,
    /// Which of several prices what was delivered had: the component's place in the plan, and its rate's.
    pub price: Option<(u8, u8)>,
    /// Added to the account, in minor units or units.
    pub amount: i64,
    /// Delivered quantity that was charged; on the account that pays for it, so that it is there once.
    pub quantity: u64,
}

/// Where a posting stands among all.
pub type PostingKey = (u64, i64, u32);

/// Which postings are meant; what is `None` does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostingFilter<'a> {
    /// From this hour on.
    pub from_hour: Option<u64>,
    /// Before this hour.
    pub to_hour: Option<u64>,
    /// On this account.
    pub account: Option<u32>,
    /// On accounts that count this.
    pub asset: Option<u16>,
    /// On accounts for this.
    pub kind: Option<&'a str>,
    /// On accounts of this party.
    pub party: Option<u32>,
    /// About tokens of this party.
    pub customer: Option<u32>,
    /// By this kind of event.
    pub event: Option<&'a str>,
    /// By what was also posted on this account, or is the usage that it pays for.
    pub beside: Option<u32>,
}

/// What postings can be summed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostingColumn {
    /// What the account counts.
    Asset,
    /// What the account is for.
    Kind,
    /// The account.
    Account,
    /// Whose account it is.
    Party,
    /// Whose token.
    Customer,
    /// What was sold.
    Offering,
    /// What the network does.
    Capability,
    /// Which token.
    Token,
    /// Which of its prices, as 256 times the component and the rate.
    Price,
    /// What happened.
    Event,
    /// Its place in the hour.
    Slot,
    /// Hours since the Unix epoch.
    Hour,
    /// Days since the Unix epoch, UTC.
    Day,
    /// The calendar month in UTC, `2026-11`.
    Month,
}

/// The value of a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostingValue {
    /// There is none.
    None,
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// Postings that are alike in some columns, added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingSum {
    /// What they have in common, in the order it was asked for.
    pub by: Vec<PostingValue>,
    /// What they add up to.
    pub amount: i64,
    /// Delivered quantity in them.
    pub quantity: u64,
    /// Events in them.
    pub events: u64,
    /// The number of the first event.
    pub seq: u64,
    /// The number of the last event.
    pub seq_last: u64,
}

/// A handle of the rows of postings.
pub trait Postings: Send {
    /// How far they have come: every event before this one is in them.
    fn next_seq(&mut self) -> Result<u64, JournalError>;

    /// Adds `rows`, all of which are of events before `next_seq`; all of it or nothing. A row with the key of one that is
    /// there is added to it.
    fn add(&mut self, rows: &[Posting], next_seq: u64) -> Result<(), JournalError>;

    /// Forgets everything, so that it can be made again.
    fn clear(&mut self) -> Result<(), JournalError>;

    /// The sums of what `filter` means by `columns`, in their order.
    fn sums(&mut self, filter: &PostingFilter<'_>, columns: &[PostingColumn]) -> Result<Vec<PostingSum>, JournalError> {
        self.first_sums(filter, columns, usize::MAX)
    }

    /// The first `limit` of them.
    fn first_sums(
        &mut self,
        filter: &PostingFilter<'_>,
        columns: &[PostingColumn],
        limit: usize,
    ) -> Result<Vec<PostingSum>, JournalError>;

    /// The first `limit` rows of what `filter` means, in order, after `after`.
    fn rows(
        &mut self,
        filter: &PostingFilter<'_>,
        after: Option<PostingKey>,
        limit: usize,
    ) -> Result<Vec<Posting>, JournalError>;
}

impl Posting {
    /// Its place among all.
    pub const fn key(&self) -> PostingKey {
        (self.hour, self.slot, self.account)
    }

    /// The hour of an instant.
    pub const fn hour_of(at: Instant) -> u64 {
        at.as_ms() / Duration::from_hours(1).as_ms()
    }
}

impl PostingValue {
    /// As a number; `None` when it is none.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::None | Self::Text(_) => None,
        }
    }

    /// As a handle of the cell.
    pub fn handle(&self) -> Option<u32> {
        self.number().and_then(|number| u32::try_from(number).ok())
    }

    /// As a text; `None` when it is none.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::None | Self::Number(_) => None,
        }
    }
}
