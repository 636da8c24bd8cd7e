//! The books as JSON.

use crate::native::wire::ResourceClass;
use serde::Serialize;
use utoipa::ToSchema;

/// Both books, summed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Books {
    /// RFC 3339: when the last batch was stamped.
    pub at: String,
    /// The sequence number after the last event in them.
    pub next_seq: u64,
    /// The book of money and units, asset by asset.
    pub ledger: Vec<TrialBalance>,
    /// The book of the network in the slot that runs now, class by class.
    pub capacity: Vec<CapacityLine>,
}

/// The trial balance of one asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TrialBalance {
    /// `EUR`, or a unit such as `byte`.
    pub asset: String,
    /// Every kind of account.
    pub accounts: Vec<KindLine>,
    /// The sum over all accounts: always 0.
    #[schema(value_type = i64)]
    pub sum: i128,
}

/// All accounts of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct KindLine {
    /// What they are for.
    pub kind: &'static str,
    /// How many there are.
    pub accounts: u64,
    /// What is posted on them, in minor units or units.
    #[schema(value_type = i64)]
    pub posted: i128,
    /// What is set aside on them.
    #[schema(value_type = i64)]
    pub held: i128,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// All resources of one class, in their units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CapacityLine {
    /// What they are built of; absent on the line that sums all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<ResourceClass>,
    /// How many there are.
    pub resources: u64,
    /// What was built.
    pub nominal: u64,
    /// What works now.
    pub available: u64,
    /// The background load to reckon with.
    pub background: u64,
    /// What tokens hold.
    pub committed: u64,
    /// What firm quotes hold.
    pub short: u64,
    /// What is never sold as premium.
    pub floor: u64,
    /// What can still be promised.
    pub free: u64,
    /// Resources on which more is promised than works.
    pub overcommitted: u64,
}
