//! What is counted, who has it, and one movement of it.

use crate::{AccountRef, AssetRef};
use minicbor::{Decode, Encode};
use types::{Currency, Unit};

/// The most legs one posting may have.
pub const LEGS_MAX: usize = 16;

/// The furthest a posted balance may be from zero, and the most that may be held on, or lent to, one account.
///
/// Half of the range, so that `posted - held + credit_limit` always fits.
pub const BALANCE_MAX: i64 = i64::MAX / 2;

/// The most that one leg or one hold may move, in minor units or units: 2^58 - 1.
///
/// A sixteenth of [`BALANCE_MAX`], so that the legs of a posting can be added up in any order.
pub const AMOUNT_MAX: i64 = BALANCE_MAX / 16;

/// What an account counts: money and volumes alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Asset {
    /// Minor units of a currency.
    #[n(0)]
    Currency(#[n(0)] Currency),
    /// Whole units of a volume.
    #[n(1)]
    Unit(#[n(0)] Unit),
}

/// What an account is for. Money is positive for who it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum AccountKind {
    /// A customer's money; positive is the customer's, negative is owed within the credit limit.
    #[n(0)]
    Wallet,
    /// Paid for promises that are not delivered yet.
    #[n(1)]
    DeferredRevenue,
    /// Earned by delivery.
    #[n(2)]
    Revenue,
    /// Paid out for broken promises; goes negative.
    #[n(3)]
    RemedyExpense,
    /// Delivered beyond what was held, borne by the operator; of money or of units.
    #[n(4)]
    UsageOverrun,
    /// Owed to a partner for what it delivered.
    #[n(5)]
    PartnerPayable,
    /// Owed to the state.
    #[n(6)]
    Tax,
    /// The counterpart of top-ups: goes negative by what customers paid in.
    #[n(7)]
    Cash,
    /// The counterpart of a token's volume: goes negative by what was issued.
    #[n(8)]
    UnitsIssued,
    /// What is left of a token's volume.
    #[n(9)]
    UnitsHeld,
    /// What was delivered of tokens' volumes.
    #[n(10)]
    UnitsDelivered,
    /// Paid for volume that was not taken in its time.
    #[n(11)]
    Breakage,
}

/// One balance of one asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Account {
    /// What it is for.
    #[n(0)]
    pub kind: AccountKind,
    /// What it counts.
    #[n(1)]
    pub asset: AssetRef,
    /// The sum of all legs posted here, within ±[`BALANCE_MAX`].
    #[n(2)]
    pub posted: i64,
    /// What its holds set aside: the sum of their `remaining`, never negative.
    #[n(3)]
    pub held: i64,
    /// How far below zero `posted - held` may go; not zero for wallets only.
    #[n(4)]
    pub credit_limit: i64,
}

/// One movement of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Leg {
    /// Where.
    #[n(0)]
    pub account: AccountRef,
    /// Added to the account's posted balance, within ±[`AMOUNT_MAX`]; zero is allowed.
    #[n(1)]
    pub amount: i64,
}

impl AccountKind {
    /// Every kind, in order.
    pub const ALL: [Self; 12] = [
        Self::Wallet,
        Self::DeferredRevenue,
        Self::Revenue,
        Self::RemedyExpense,
        Self::UsageOverrun,
        Self::PartnerPayable,
        Self::Tax,
        Self::Cash,
        Self::UnitsIssued,
        Self::UnitsHeld,
        Self::UnitsDelivered,
        Self::Breakage,
    ];

    /// Does it belong to a customer, so that it may not pass its credit limit?
    pub const fn is_customer(self) -> bool {
        matches!(self, Self::Wallet | Self::UnitsHeld)
    }

    /// May it have a credit limit other than zero?
    pub const fn has_credit(self) -> bool {
        matches!(self, Self::Wallet)
    }

    /// Can it count this asset: money where money is meant, units where units are?
    pub const fn counts(self, asset: Asset) -> bool {
        match self {
            Self::UsageOverrun => true,
            Self::UnitsIssued | Self::UnitsHeld | Self::UnitsDelivered => matches!(asset, Asset::Unit(_)),
            _ => matches!(asset, Asset::Currency(_)),
        }
    }
}

impl Account {
    /// What may still be held or taken: `posted - held + credit_limit`.
    pub const fn available(&self) -> i64 {
        // Exact: each of the three is within ±BALANCE_MAX, and held and credit_limit are not negative.
        self.posted.saturating_sub(self.held).saturating_add(self.credit_limit)
    }
}

impl Leg {
    /// `amount` into `account`; out of it when negative.
    pub const fn new(account: AccountRef, amount: i64) -> Self {
        Self { account, amount }
    }
}
