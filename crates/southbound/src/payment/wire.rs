//! What is said to a payment service, and what it says.

use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Debug, Serialize)]
pub(super) struct Asked<'a> {
    /// `pay_…`, as in `Idempotency-Key`.
    pub payment: String,
    /// `top_up` or `payout`.
    pub kind: &'static str,
    /// `pty_…`
    pub party: String,
    /// As it was given to the cell.
    pub reference: &'a str,
    /// Minor units.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// What is answered; other members are the service's own.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// The money has moved.
    Approved,
    /// It has not, and will not.
    Declined,
    /// It is not known yet.
    Pending,
}
