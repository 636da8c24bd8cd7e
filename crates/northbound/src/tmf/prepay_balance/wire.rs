//! What is asked of balances, by the schemas of TMF654 v4.0.0.

use crate::camara::common::wire::present;
use crate::tmf::common::wire::{Quantity, Reference, TimePeriod};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something to be done with a bucket. Members that TM Forum has and this cell does not are not looked at, unless they would
/// change what is done: those are refused.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceDraft {
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub amount: Option<Quantity>,
    /// What of: wallets are `monetary`.
    pub usage_type: UsageType,
    /// Of which bucket.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub bucket: Option<Reference>,
    /// Whose bucket it is: `pty_…`
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub party_account: Option<Reference>,
    /// Until when it is reserved: 15 minutes from now when it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub valid_for: Option<TimePeriod>,
    /// To which bucket it goes.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub receiver_bucket: Option<Reference>,
    /// What of it is there.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub receiver_bucket_usage_type: Option<UsageType>,
    /// The payment that the money came from, in the words of the operator's payment service: it can be paid back there.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub payment_method: Option<Reference>,
    /// Not taken: vouchers are not sold here.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub voucher: Option<String>,
    /// Not taken: a wallet is topped up by itself by a rule of its owner's.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub is_auto_topup: Option<bool>,
    /// How it is adjusted: once.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub adjust_type: Option<AdjustType>,
    /// What is said besides.
    #[serde(flatten)]
    pub notes: Notes,
}

/// What is said besides, and shown again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notes {
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// By which channel it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub channel: Option<Reference>,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub requestor: Option<Reference>,
    /// What the bucket is known by.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub logical_resource: Option<Vec<Reference>>,
    /// What the receiver's bucket is known by.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub receiver_logical_resource: Option<Reference>,
}

/// What of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum UsageType {
    Monetary,
    Voice,
    Data,
    Sms,
    Other,
}

/// How a balance is adjusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AdjustType {
    Recurring,
    OneTime,
}

/// What is to become of a reservation: it can be cancelled.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReservationPatch {
    /// Only `cancelled`.
    pub status: ActionStatus,
    /// Why.
    pub reason: String,
}

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ActionStatus {
    Created,
    Failed,
    Cancelled,
    Completed,
}
