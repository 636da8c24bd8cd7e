//! Reports as JSON. Money is in minor units of the asset that stands beside it.

use crate::native::periods::wire::ClosedMark;
use crate::native::wire::Money;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// When the balance is struck.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct At {
    /// RFC 3339, on the hour: before this time. Now, when it is absent.
    pub at: Option<String>,
}

/// The span of a report.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Span {
    /// RFC 3339, on the hour: from this time on. From the first event, when it is absent.
    pub from: Option<String>,
    /// RFC 3339, on the hour: before this time. Until now, when it is absent.
    pub to: Option<String>,
    /// Of this party: the operator's to say.
    pub party: Option<String>,
}

/// The span of a partner's statement, and its currency.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PartnerSpan {
    /// RFC 3339, on the hour: from this time on. From the first event, when it is absent.
    pub from: Option<String>,
    /// RFC 3339, on the hour: before this time. Until now, when it is absent.
    pub to: Option<String>,
    /// An ISO 4217 code; it may be left out where the partner is paid in one currency only.
    pub currency: Option<String>,
}

/// The span of a report, and what it is added up by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SpanBy {
    /// RFC 3339, on the hour: from this time on. From the first event, when it is absent.
    pub from: Option<String>,
    /// RFC 3339, on the hour: before this time. Until now, when it is absent.
    pub to: Option<String>,
    /// What it is added up by; by capability, when it is absent.
    #[param(inline)]
    pub by: Option<By>,
}

/// What revenue is added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    /// What the network does.
    Capability,
    /// What was sold.
    Offering,
    /// Who bought it.
    Customer,
    /// Who is owed a share of it.
    Partner,
    /// Hour by hour.
    Hour,
    /// Day by day, UTC.
    Day,
    /// Calendar month by calendar month, UTC.
    Month,
}

/// What every kind of account holds, at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct BalanceAt {
    /// RFC 3339: before this time; absent when it is of now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Events before this number are in it.
    pub next_seq: u64,
    /// Asset by asset.
    pub assets: Vec<AssetBalance>,
    /// Where its end is in a month that is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<ClosedMark>,
}

/// One asset of a trial balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct AssetBalance {
    /// `EUR`, or a unit such as `byte`.
    pub asset: String,
    /// Every kind of account that was posted on.
    pub accounts: Vec<KindBalance>,
    /// The sum over all accounts: always 0.
    pub sum: i64,
}

/// All accounts of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct KindBalance {
    /// What they are for.
    pub kind: String,
    /// What is posted on them, in minor units or units.
    pub posted: i64,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Revenue of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Revenue {
    /// Events before this number are in it.
    pub next_seq: u64,
    /// Line by line, in order.
    pub lines: Vec<RevenueLine>,
    /// Where its end is in a month that is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<ClosedMark>,
}

/// What of a line's sales is whose, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RevenueLine {
    /// The currency.
    pub asset: String,
    /// What it is of: a capability, an id, a time. Absent where it is of none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The operator's, net of tax and of what is a partner's.
    pub revenue_minor: i64,
    /// Paid for volume that was not taken in its time, net: the operator's too.
    pub breakage_minor: i64,
    /// What partners are owed for it.
    pub partners_minor: i64,
    /// Remedies and compensations that were paid for it, net.
    pub remedies_minor: i64,
    /// What was delivered beyond what was paid for, gross.
    pub overrun_minor: i64,
}

/// How deferred revenue came and went in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RollForward {
    /// Events before this number are in it.
    pub next_seq: u64,
    /// Currency by currency.
    pub assets: Vec<Rolled>,
    /// Where its end is in a month that is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<ClosedMark>,
}

/// `opening + sold - earned - breakage - refunded = closing`, in minor units net of tax.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Rolled {
    /// The currency.
    pub asset: String,
    /// Deferred before the period.
    pub opening_minor: i64,
    /// Paid in it for what was to be delivered.
    pub sold_minor: i64,
    /// Became revenue, of the operator and of partners.
    pub earned_minor: i64,
    /// Was for volume that was not taken in its time.
    pub breakage_minor: i64,
    /// Went back to customers undelivered.
    pub refunded_minor: i64,
    /// Deferred after it.
    pub closing_minor: i64,
}

/// What moved a balance in a period, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Statement {
    /// Whose it is: `pty_…`.
    pub party: String,
    /// Events before this number are in it.
    pub next_seq: u64,
    /// The balance before the period.
    pub opening: Money,
    /// What moved it, oldest first; usage is one movement for each token and hour.
    pub movements: Vec<Movement>,
    /// The balance after it: the opening and every movement.
    pub closing: Money,
}

/// One movement of a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Movement {
    /// RFC 3339: when; of usage, when the first of it was charged.
    pub at: String,
    /// The number of its first event.
    pub seq: u64,
    /// What it was for.
    pub what: Cause,
    /// The token, where it was for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The offering of that token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offering: Option<String>,
    /// How many charges it sums, of usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charges: Option<u64>,
    /// The quantity delivered for it, of usage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u64>,
    /// Into the balance; out of it when negative.
    pub amount: Money,
    /// The balance after it.
    pub balance: Money,
}

/// What a partner was paid.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payout {
    /// ISO 4217.
    pub currency: String,
    /// Minor units: at least 1, at most what it is owed.
    pub amount_minor: i64,
}

/// What a partner is owed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Owed {
    /// Who: `pty_…`.
    pub party: String,
    /// How much is left.
    pub owed: Money,
}

/// What a partner was owed in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PartnerStatement {
    /// Who: `pty_…`.
    pub party: String,
    /// Events before this number are in it.
    pub next_seq: u64,
    /// Owed before the period.
    pub opening: Money,
    /// What changed it, by day and offering.
    pub lines: Vec<PartnerLine>,
    /// Owed after it: the opening and every line.
    pub closing: Money,
}

/// A day's share of the deliveries of one offering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PartnerLine {
    /// RFC 3339: the day, UTC.
    pub day: String,
    /// The offering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offering: Option<String>,
    /// For what.
    pub what: Cause,
    /// How many deliveries it sums.
    pub deliveries: u64,
    /// Its share of them.
    pub amount: Money,
}

/// What a movement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cause {
    /// Money was added.
    TopUp,
    /// A partner was paid, or money went back to the payments it came from; or it could not.
    Payout,
    /// It went to another wallet, or came from one.
    Transfer,
    /// The fee of a token.
    Fee,
    /// Delivered quantity.
    Usage,
    /// A broken promise was paid for.
    Remedy,
    /// A token made room for another, and was paid for it.
    Compensation,
    /// A token is over: what was not delivered came back, or what was is earned.
    Closing,
    /// Something else.
    Other,
}

impl Cause {
    /// Its word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::Payout => "payout",
            Self::Transfer => "transfer",
            Self::Fee => "fee",
            Self::Usage => "usage",
            Self::Remedy => "remedy",
            Self::Compensation => "compensation",
            Self::Closing => "closing",
            Self::Other => "other",
        }
    }
}
