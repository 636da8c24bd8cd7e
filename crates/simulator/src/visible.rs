//! What can be seen of a cell from outside, as plain numbers: what the auditor compares with its own.

use std::collections::BTreeMap;
use types::{Instant, SessionId};

/// An operator's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    Cash,
    Deferred,
    Revenue,
    Remedy,
    Overrun,
    Tax,
    UnitsIssued,
    UnitsDelivered,
    Breakage,
}

/// A customer's money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purse {
    /// Balance, minor units.
    pub posted: i64,
    /// Set aside of it.
    pub held: i64,
    /// How far it may go below zero.
    pub limit: i64,
}

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenPhase {
    Issued,
    Active,
    Suspended,
    Exhausted,
    Expired,
    Revoked,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionPhase {
    Requested,
    Active,
    Uncertain,
    Ending,
    Ended,
}

/// A token's account of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLine {
    /// Whose.
    pub party: u32,
    /// Of what.
    pub offering: usize,
    /// Where it stands.
    pub phase: TokenPhase,
    /// Gross fee paid.
    pub paid: i64,
    /// Net fee earned.
    pub earned: i64,
    /// Gross refunded.
    pub refunded: i64,
    /// Delivered.
    pub used: u64,
    /// Gross charged for it.
    pub usage: i64,
    /// What of it the operator bore.
    pub overrun: i64,
    /// What is left of its volume.
    pub units: Option<i64>,
}

/// Units of one resource in one slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// For tokens.
    pub firm: u64,
    /// For quotes.
    pub short: u64,
}

/// Everything that can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visible {
    /// When.
    pub at: Instant,
    /// Wallets by party.
    pub purses: BTreeMap<u32, Purse>,
    /// Owed to partners by party.
    pub payable: BTreeMap<u32, i64>,
    /// The operator's accounts.
    pub accounts: BTreeMap<Account, i64>,
    /// Tokens by number.
    pub tokens: Vec<TokenLine>,
    /// Sessions that are remembered.
    pub sessions: BTreeMap<u32, SessionPhase>,
    /// What is taken, by resource and slot.
    pub taken: BTreeMap<(usize, u32), Taken>,
    /// Money holds.
    pub holds: usize,
    /// Capacity bookings.
    pub bookings: usize,
    /// Sum of each asset over all accounts.
    pub sums: Vec<i128>,
}

/// What the network did with one flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Its session.
    pub session: SessionId,
    /// Is it over?
    pub ended: bool,
    /// Bytes delivered, reported or not.
    pub delivered_bytes: u64,
}
