//! Resources as JSON.

use crate::native::wire::ResourceClass;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which resources.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Entries at most: 1 to 200, 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Of this class only.
    pub class: Option<ResourceClass>,
    /// With this in their name only.
    pub name: Option<String>,
}

/// A resource as it is defined.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceDraft {
    /// `res_…`; made when it is absent.
    pub id: Option<String>,
    /// What it is called in the network.
    pub name: String,
    /// What it is built of.
    pub class: ResourceClass,
    /// `res_…` of what its traffic goes through next.
    pub upstream: Option<String>,
    /// H3 indexes that it covers, for a radio cell.
    #[serde(default)]
    pub covers: Vec<String>,
    /// What was built, units a slot.
    pub nominal: u64,
    /// What works now; all of it when it is absent.
    pub available: Option<u64>,
    /// The share of nominal that is never sold as premium, in parts per million.
    pub floor_ppm: u32,
    /// The least background load to reckon with, units a slot.
    #[serde(default)]
    pub background_min: u64,
    /// The number of its background profile.
    pub profile: u16,
    /// What the profile is multiplied by, in parts per million; 1,000,000 when it is absent.
    pub profile_scale_ppm: Option<u32>,
}

/// A resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Resource {
    /// `res_…`
    pub id: String,
    /// What it is called in the network.
    pub name: String,
    /// What it is built of.
    pub class: ResourceClass,
    /// What its traffic goes through next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// H3 indexes that it covers.
    pub covers: Vec<String>,
    /// What was built, units a slot.
    pub nominal: u64,
    /// What works now.
    pub available: u64,
    /// Units a slot that are never sold as premium.
    pub floor: u64,
    /// The least background load to reckon with.
    pub background_min: u64,
    /// The number of its background profile.
    pub profile: u16,
    /// What the profile is multiplied by, in parts per million.
    pub profile_scale_ppm: u32,
}

/// What of a resource works now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Available {
    /// Units a slot.
    pub available: u64,
}

/// A weekly background profile.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// 168 values in parts per million of nominal, Monday 00:00 UTC first.
    pub hourly_ppm: Vec<u32>,
}

/// Which part of a calendar.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Span {
    /// RFC 3339; now when it is absent.
    pub from: Option<String>,
    /// RFC 3339; an hour after `from` when it is absent, a day at most.
    pub to: Option<String>,
}

/// What is sellable of a resource, slot by slot; everything in its units a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Calendar {
    /// `res_…`
    pub resource: String,
    /// How long a slot is.
    pub slot_s: u64,
    /// First to last.
    pub slots: Vec<SlotLine>,
}

/// Where a background load comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BackgroundFrom {
    /// The weekly profile of the resource.
    Profile,
    /// The forecast that was loaded for it.
    Forecast,
}

/// One slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SlotLine {
    /// RFC 3339.
    pub from: String,
    /// What was built.
    pub nominal: u64,
    /// What works now.
    pub capacity: u64,
    /// The background load to reckon with.
    pub background: u64,
    /// Where that comes from.
    pub background_from: BackgroundFrom,
    /// Which quantile of the load the forecast is, in parts per million; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantile_ppm: Option<u32>,
    /// What tokens hold.
    pub committed: u64,
    /// What firm quotes hold.
    pub short: u64,
    /// What is never sold as premium.
    pub floor: u64,
    /// What can still be promised.
    pub free: u64,
}
