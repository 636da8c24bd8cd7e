//! A bill as JSON. What is charged is positive, what goes back is negative; the balance is the wallet's.

use crate::native::finance::wire::Cause;
use crate::native::plans::PriceLine;
use crate::native::wire::Money;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which bill of a period.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// An ISO 4217 code; it may be left out where the party has one wallet.
    pub currency: Option<String>,
    /// Of a month: a zone of the IANA database, as `Europe/Amsterdam`. UTC, when it is absent.
    pub zone: Option<String>,
}

/// What a party is charged in a period. A final one is the same bytes whenever it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Bill {
    /// Its number: it says the currency, the period and the party.
    pub number: String,
    /// Who pays: `pty_…`.
    pub party: String,
    /// ISO 4217.
    pub currency: String,
    /// What it is about.
    pub period: Span,
    /// Is the period over? Then nothing of it changes any more.
    pub r#final: bool,
    /// The number of the first event in it; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The number of the last event in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq_last: Option<u64>,
    /// The balance before it.
    pub opening: Money,
    /// What its lines are about.
    pub by: LinesBy,
    /// What was charged and what went back.
    pub lines: Vec<BillLine>,
    /// The sum of the lines.
    pub charged: Money,
    /// The tax in that, rate by rate.
    pub taxes: Vec<TaxLine>,
    /// Money that came in or went out without anything being sold.
    pub payments: Vec<Payment>,
    /// The sum of those.
    pub paid: Money,
    /// The balance after it: the opening, less what was charged, and what was paid.
    pub closing: Money,
}

/// The period of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Span {
    /// As people call it.
    pub name: String,
    /// RFC 3339: from this time on.
    pub from: String,
    /// RFC 3339: before this time.
    pub to: String,
    /// The zone of a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// What the lines of a bill are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LinesBy {
    /// Each token.
    Token,
    /// Each offering: there would be too many lines else.
    Offering,
}

/// What was charged for one thing in the period, or went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct BillLine {
    /// What it is for.
    pub what: Cause,
    /// The token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What was sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offering: Option<String>,
    /// As people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who holds it, where that is somebody else: a member of the wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// How many charges it sums, of usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charges: Option<u64>,
    /// The quantity delivered for it, of usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u64>,
    /// What that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Why it is what it is, as it stood on the quote and stands on the token; nothing where a line is of an offering.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<PriceLine>,
    /// Without tax.
    pub net: Money,
    /// The tax; what of it is on usage that the operator bore is the operator's.
    pub tax: Money,
    /// Both.
    pub amount: Money,
    /// The number of its first event.
    pub seq: u64,
    /// The number of its last event.
    pub seq_last: u64,
}

/// The tax of one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TaxLine {
    /// The rate on top of net, in parts per million.
    pub rate_ppm: u32,
    /// For people.
    pub rate: String,
    /// What it is on.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// Both.
    pub amount: Money,
}

/// Money that came in or went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Payment {
    /// Why.
    pub what: Cause,
    /// How many times.
    pub times: u64,
    /// Into the balance; out of it when negative.
    pub amount: Money,
    /// The number of its first event.
    pub seq: u64,
    /// The number of its last event.
    pub seq_last: u64,
}
