//! Rules of wallets as JSON.

use crate::native::wire::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How often a budget begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Period {
    Day,
    Month,
    Ever,
}

/// How much may be spent from a wallet in a period.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BudgetDraft {
    /// Minor units, at least 0.
    pub limit_minor: i64,
    /// How often it begins anew.
    pub period: Period,
    /// Minutes east of UTC at which days and months begin, -840 to 840; 0 when it is absent.
    #[serde(default)]
    pub utc_offset_minutes: i16,
    /// `pty_…` of whose spending it is about; everybody's when it is absent.
    pub member: Option<String>,
    /// `off_…` of what it is about; everything when it is absent.
    pub offering: Option<String>,
}

/// A budget, with what it counts now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Budget {
    /// Its number.
    pub number: u16,
    /// The most.
    pub limit: Money,
    /// What is spent or held in the current period.
    pub spent: Money,
    /// What may still be spent in it.
    pub left: Money,
    /// How often it begins anew.
    pub period: Period,
    /// Minutes east of UTC at which days and months begin.
    pub utc_offset_minutes: i16,
    /// `pty_…`: whose spending it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// `off_…`: what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offering: Option<String>,
}

/// When the owner of a wallet is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LowBalance {
    /// When less than this can be spent, in minor units; never when it is null or absent.
    pub below_minor: Option<i64>,
}

/// How a wallet is topped up by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AutoTopUp {
    /// When less than this can be spent, in minor units.
    pub below_minor: i64,
    /// By so many minor units.
    pub amount_minor: i64,
    /// The most that is asked for in a day, in minor units.
    pub day_max_minor: i64,
    /// Who pays, in the words of the payment service: nothing personal, such as a card number.
    pub reference: String,
    /// Minutes east of UTC at which days begin, -840 to 840; 0 when it is absent.
    #[serde(default)]
    pub utc_offset_minutes: i16,
}

/// Where automatic top-up stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TopUpState {
    /// It asks when it is time.
    Ready,
    /// A payment is being asked for.
    Pending,
    /// It was declined too often; setting it again ends that.
    Paused,
}

/// A payment that is being asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Payment {
    /// `pay_…`
    pub id: String,
    /// Into the wallet, or back to where its money came from?
    pub kind: PaymentKind,
    /// How much.
    pub amount: Money,
    /// From or to whom, in the words of the payment service.
    pub reference: String,
    /// RFC 3339.
    pub requested_at: String,
}

/// Which way a payment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentKind {
    TopUp,
    Payout,
}

/// The rules of a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Rules {
    /// Whose wallet it is: `pty_…`
    pub party: String,
    /// ISO 4217.
    pub currency: String,
    /// Who else may spend from it: `pty_…`
    pub members: Vec<String>,
    /// How much may be spent.
    pub budgets: Vec<Budget>,
    /// The owner is told when less than this can be spent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_balance: Option<Money>,
    /// How it is topped up by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_top_up: Option<AutoTopUp>,
    /// Where that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_top_up_state: Option<TopUpState>,
    /// Payments that are being asked for.
    pub payments: Vec<Payment>,
    /// What could be paid back now to the payments it came from.
    pub refundable: Money,
}

/// A wallet of somebody else that the caller may spend from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Shared {
    /// Whose it is: `pty_…`, for `payer` of an order.
    pub party: String,
    /// ISO 4217.
    pub currency: String,
    /// The budgets that count what the caller spends.
    pub budgets: Vec<Budget>,
}

/// Money for another party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    /// `pty_…`
    pub to: String,
    /// Minor units, at least 1.
    pub amount_minor: i64,
}

/// Money to be paid back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payout {
    /// Minor units, at least 1; all that can be paid back when it is absent.
    pub amount_minor: Option<i64>,
}

/// What became of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settlement {
    /// Has the money moved?
    pub outcome: Outcome,
}

/// Has the money moved?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Yes.
    Approved,
    /// No, and it will not.
    Declined,
}
