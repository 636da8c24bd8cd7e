//! The report on the floor as JSON.

use crate::native::wire::ResourceClass;
use serde::Serialize;
use utoipa::ToSchema;

/// Was the share of every resource that is never sold as premium kept?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FloorReport {
    /// RFC 3339: when the last batch was stamped.
    pub at: String,
    /// The sequence number after the last event in the book.
    pub next_seq: u64,
    /// Does it hold in every slot that was looked at?
    pub held: bool,
    /// RFC 3339: the coming slots that were looked at end here; nothing is sold beyond.
    pub coming_to: String,
    /// RFC 3339: the first slot that was delivered and is still in the book; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_from: Option<String>,
    /// What this report cannot know.
    pub unknown: &'static str,
    /// Class by class.
    pub classes: Vec<ClassFloor>,
}

/// All resources of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ClassFloor {
    /// What they are built of.
    pub class: ResourceClass,
    /// How many there are.
    pub resources: u64,
    /// The smallest share of nominal that is never sold as premium, in parts per million.
    pub floor_ppm_min: u32,
    /// The largest.
    pub floor_ppm_max: u32,
    /// Does it hold in every slot?
    pub held: bool,
    /// The slots that are still to come, the one that runs included.
    pub coming: FloorSlots,
    /// The slots that are over, of tokens that are not.
    pub delivered: FloorSlots,
}

/// What was found in a part of the calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FloorSlots {
    /// Slots of five minutes that were looked at, each of each resource.
    pub slots: u64,
    /// Those in which more was sold than leaves the floor.
    pub slots_broken: u64,
    /// RFC 3339: the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken_from: Option<String>,
    /// The slot with the least left between what is sold and the floor; absent when there were none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tightest: Option<TightestSlot>,
}

/// One resource in one slot; everything in its units a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TightestSlot {
    /// `res_…`
    pub resource: String,
    /// What it is called in the network.
    pub name: String,
    /// RFC 3339.
    pub from: String,
    /// What was built.
    pub nominal: u64,
    /// What works now.
    pub available: u64,
    /// What tokens hold.
    pub committed: u64,
    /// What firm quotes hold.
    pub short: u64,
    /// What is never sold as premium.
    pub floor: u64,
    /// What is left: less than zero where the floor is sold.
    #[schema(value_type = i64)]
    pub left: i128,
}
