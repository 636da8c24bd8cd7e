//! Why the ledger refuses: facts, without side effects.

use crate::{AccountRef, AssetRef, LEGS_MAX};
use std::fmt;

/// Why a check refuses. Where several hold, each check documents which one is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerError {
    /// No such asset.
    UnknownAsset,
    /// No such account.
    UnknownAccount,
    /// No such hold; it may have been released.
    UnknownHold,
    /// An account of this kind cannot count this asset.
    WrongAsset,
    /// An account of this kind has no credit.
    CreditNotAllowed,
    /// More legs than a posting may have.
    TooManyLegs {
        /// [`LEGS_MAX`].
        max: usize,
    },
    /// An amount that must be positive is not, or a credit limit is negative.
    NotPositive,
    /// An amount beyond [`AMOUNT_MAX`](crate::AMOUNT_MAX), or a balance that would pass
    /// [`BALANCE_MAX`](crate::BALANCE_MAX).
    Overflow,
    /// The legs of this asset do not sum to zero.
    Unbalanced {
        /// The first such asset in the order of the legs.
        asset: AssetRef,
    },
    /// A customer account would pass its credit limit.
    InsufficientFunds {
        /// Which one.
        account: AccountRef,
        /// What it should set aside or pay.
        needed: i64,
        /// What it can: its available balance, plus what a capture takes from the hold.
        available: i64,
    },
    /// The hold's expiry has come.
    HoldExpired,
    /// More than remains on the hold.
    HoldExceeded,
    /// The posting takes less from the account than is captured; the rest should be released instead.
    CaptureUnpaid {
        /// Whose hold it is.
        account: AccountRef,
        /// What is captured.
        amount: i64,
        /// What the posting takes from the account; negative when it gives.
        paid: i64,
    },
    /// No handle is left.
    Full,
}

impl LedgerError {
    pub(crate) const TOO_MANY_LEGS: Self = Self::TooManyLegs { max: LEGS_MAX };
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAsset => f.write_str("no such asset"),
            Self::UnknownAccount => f.write_str("no such account"),
            Self::UnknownHold => f.write_str("no such hold"),
            Self::WrongAsset => f.write_str("an account of this kind cannot count this asset"),
            Self::CreditNotAllowed => f.write_str("an account of this kind has no credit"),
            Self::TooManyLegs { max } => write!(f, "a posting has at most {max} legs"),
            Self::NotPositive => f.write_str("the amount must be positive"),
            Self::Overflow => f.write_str("an amount or a balance is too large"),
            Self::Unbalanced { asset } => write!(f, "the legs of asset {} do not sum to zero", asset.index()),
            Self::InsufficientFunds { account, needed, available } => {
                write!(f, "account {} needs {needed} and has {available}", account.index())
            }
            Self::HoldExpired => f.write_str("the hold is expired"),
            Self::HoldExceeded => f.write_str("more than remains on the hold"),
            Self::CaptureUnpaid { account, amount, paid } => {
                write!(f, "{amount} is captured but account {} pays {paid}", account.index())
            }
            Self::Full => f.write_str("no handle is left"),
        }
    }
}

impl std::error::Error for LedgerError {}
