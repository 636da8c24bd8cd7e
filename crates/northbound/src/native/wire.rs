//! Wire forms that several resources share.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Money {
    /// Minor units: 150 is 1.50 EUR.
    #[schema(example = 150)]
    pub minor: i64,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
    /// For people.
    #[schema(example = "1.50 EUR")]
    pub text: String,
}

/// A span of time, the end not included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Window {
    /// RFC 3339.
    pub from: String,
    /// RFC 3339.
    pub to: String,
}

/// A span of time that is asked for: until `to`, or for `duration_s` seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WindowAsked {
    /// RFC 3339; now when it is absent.
    pub from: Option<String>,
    /// RFC 3339.
    pub to: Option<String>,
    /// Seconds.
    pub duration_s: Option<u64>,
}

/// A place, in one of four ways: a point (with a radius it is an area), H3 cells, a polygon, or a route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceAsked {
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
    /// Everything within so many metres of the point.
    pub radius_m: Option<f64>,
    /// H3 indexes, hexadecimal, all of one resolution.
    pub h3: Option<Vec<String>>,
    /// The corners of an area in turn, each `[lon, lat]` as in `GeoJSON`; the last may repeat the first.
    pub polygon: Option<Vec<[f64; 2]>>,
    /// The points of a route in turn, each `[lon, lat]`: everything along the straight lines between them.
    pub route: Option<Vec<[f64; 2]>>,
    /// When a device is at each point of `route`: then what serves it is held only while it passes, give or take five minutes.
    pub at: Option<Vec<String>>,
}

/// What of which resource is held for a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Leg {
    /// `res_…`
    pub resource: String,
    /// What it is called in the network.
    pub name: String,
    /// What it is built of.
    pub class: ResourceClass,
    /// Units in every slot.
    pub units: u64,
    /// From when on it is held; the whole time where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The satellites that serve it one after another, for a resource that satellites carry; nobody serves in a gap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub satellites: Vec<Satellite>,
    /// RFC 3339: what comes at or after this is not listed in `satellites`. Absent when nothing is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satellites_until: Option<String>,
}

/// A satellite that serves for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Satellite {
    /// What it is called in its elements.
    pub name: String,
    /// RFC 3339: from here on …
    pub from: String,
    /// … until the next takes over, it sets, or the window ends.
    pub to: String,
}

/// Which part of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// Entries at most: 1 to 200, 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Whose; the operator may name a `pty_…`, everyone else sees their own.
    pub party: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Listing<T> {
    /// The entries, oldest first.
    pub items: Vec<T>,
    /// Give it as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What the network can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Capability {
    Connectivity,
    Experience,
    Slice,
    Satellite,
    Compute,
    Inference,
    Security,
}

/// What a resource is built of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResourceClass {
    RadioMacro,
    RadioMicro,
    RadioU6,
    Transport,
    Core,
    Edge,
    SatelliteBeam,
    InferencePool,
    Haps,
}

/// Where it is served from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tier {
    Ground,
    Air,
    Space,
}

/// What a promise rests on, the weakest first: `empirical` is measured with enough samples, `statistical` computed with the
/// probability that is named, `hard` a bound for all traffic that keeps to its contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Grade {
    Empirical,
    Statistical,
    Hard,
}

/// Who a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PartyKind {
    Operator,
    Consumer,
    Enterprise,
    PublicService,
    Partner,
}

/// What a volume is counted in.
#[expect(clippy::enum_variant_names, reason = "compute unit is the unit's name")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    Second,
    Byte,
    LlmToken,
    ComputeUnit,
    Call,
    Message,
}

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenState {
    Issued,
    Active,
    Suspended,
    Exhausted,
    Expired,
    Revoked,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionState {
    Requested,
    Active,
    Uncertain,
    Ending,
    Ended,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EndReason {
    DurationExpired,
    DeleteRequested,
    NetworkTerminated,
}

/// Where a quote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuoteState {
    Open,
    Accepted,
    Expired,
}

/// Is an offering sold?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OfferingStatus {
    Published,
    Retired,
}

/// Whose.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Whose {
    /// The operator may name a `pty_…`; everyone else sees their own.
    pub party: Option<String>,
}
