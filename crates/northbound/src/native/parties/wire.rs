//! Parties as JSON.

use crate::native::wire::{Money, PartyKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A party as it is registered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyDraft {
    /// `pty_…`; made when it is absent.
    pub id: Option<String>,
    /// Who it is.
    pub kind: PartyKind,
    /// The brand it belongs to; the operator's own, 1, when it is absent.
    pub tenant: Option<u16>,
    /// Personal data: kept in the vault, never in the journal.
    pub personal: Option<Personal>,
}

/// What is known of a person or company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Personal {
    /// A name.
    pub name: String,
    /// How to reach them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// A party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Party {
    /// `pty_…`
    pub id: String,
    /// Who it is.
    pub kind: PartyKind,
    /// The brand it belongs to.
    pub tenant: u16,
    /// The currencies it has wallets in.
    pub wallets: Vec<String>,
    /// The highest priority it may buy, where it is authorised for one of 1 to 8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_level_min: Option<u8>,
    /// Personal data, when one party is asked for and its data was not erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal: Option<Personal>,
}

/// Which priority a party is trusted with.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Priority {
    /// The highest priority it may buy, 1 to 8; `null` or absent: only the levels that are anybody's, 9 to 15.
    #[schema(minimum = 1, maximum = 8)]
    pub level_min: Option<u8>,
}

/// A wallet to open.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WalletDraft {
    /// ISO 4217.
    pub currency: String,
}

/// Money that was received.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopUp {
    /// ISO 4217.
    pub currency: String,
    /// Minor units, at least 1.
    pub amount_minor: i64,
    /// The payment it came from, in the words of the payment service, so that it can be paid back there: nothing personal,
    /// such as a card number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Is it a present of the operator? It is spent first and never paid out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub promotional: bool,
}

/// How far a wallet may go below zero.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreditLimit {
    /// ISO 4217.
    pub currency: String,
    /// Minor units, at least 0.
    pub limit_minor: i64,
}

/// A wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Wallet {
    /// Whose: `pty_…`
    pub party: String,
    /// ISO 4217.
    pub currency: String,
    /// What is posted.
    pub balance: Money,
    /// What is set aside for tokens and quotes.
    pub held: Money,
    /// How far it may go below zero.
    pub credit_limit: Money,
    /// What can be spent: balance less held, plus the credit limit.
    pub available: Money,
}
