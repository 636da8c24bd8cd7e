//! Offerings as JSON.

use crate::native::plans::PlanDraft;
use crate::native::wire::{Capability, Grade, OfferingStatus, PartyKind, ResourceClass, Unit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An offering as its product manager writes it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferingDraft {
    /// `off_…`; made when it is absent.
    pub id: Option<String>,
    /// What people call it.
    pub name: String,
    /// What the network does for it.
    pub capability: Capability,
    /// What else is in it, where it is a bundle: each once, and not `capability` again.
    #[serde(default)]
    #[schema(max_items = 6)]
    pub also: Vec<Capability>,
    /// The QoS profile that calls it.
    pub qos_profile: String,
    /// What is promised.
    pub terms: Terms,
    /// What it costs, where that is simple …
    pub price: Option<PriceDraft>,
    /// … or with all that a plan can say.
    pub price_plan: Option<PlanDraft>,
    /// How the promise is judged.
    pub guarantee: Guarantee,
    /// What a broken promise pays.
    pub remedy: Remedy,
    /// Who may buy it; everyone when it is empty.
    #[serde(default)]
    pub eligible: Vec<PartyKind>,
    /// Is the unused part paid back?
    #[serde(default)]
    pub refund_unused: bool,
    /// Who else is paid: at most eight, each once, all of net revenue at most.
    #[serde(default)]
    #[schema(max_items = 8)]
    pub partners: Vec<Partner>,
    /// Units that one device needs, by class of resource.
    #[serde(default)]
    pub demand: BTreeMap<ResourceClass, Demand>,
    /// Its priority; the lowest when it is absent.
    pub arp: Option<Arp>,
    /// May what is unused be given to another party?
    #[serde(default)]
    pub transferable: bool,
    /// What it costs the operator to deliver: no price is below it.
    pub cost: Option<Cost>,
}

/// What it costs to deliver, in minor units of the price's currency, tax included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cost {
    /// Of each sale.
    #[serde(default)]
    pub sale_minor: i64,
    /// Of each started step of the window.
    #[serde(default)]
    pub step_minor: i64,
    /// Length of a step.
    #[serde(default)]
    pub step_s: u64,
}

/// Priority in admission and retention (3GPP TS 23.501 §5.7.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arp {
    /// 1 is the highest, 15 the lowest; 1 to 8 are for parties that are authorised for priority.
    #[schema(minimum = 1, maximum = 15)]
    pub level: u8,
    /// May it take what others hold? `disabled` when it is absent.
    #[serde(default = "disabled")]
    pub capability: Preemption,
    /// May what it holds be taken? `enabled` when it is absent.
    #[serde(default = "enabled")]
    pub vulnerability: Preemption,
}

/// Is it so?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Preemption {
    /// No.
    Disabled,
    /// Yes.
    Enabled,
}

const fn disabled() -> Preemption {
    Preemption::Disabled
}

const fn enabled() -> Preemption {
    Preemption::Enabled
}

/// The quantities promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terms {
    /// One-way delay that samples stay under.
    pub latency_ms_max: u32,
    /// The share of samples that must: 950,000 is p95.
    pub percentile_ppm: u32,
    /// Rate towards the device.
    pub downlink_kbps_min: u32,
    /// Rate from the device.
    pub uplink_kbps_min: u32,
    /// Longest window it is sold for, in seconds.
    pub window_length_max_s: u64,
    /// Volume included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<Volume>,
    /// For how many devices; one when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
    /// How much of a period's volume comes over into the next one, at most, where the price recurs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollover_max: Option<u64>,
}

/// How many devices one token serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Concurrency {
    /// All together.
    pub devices_max: u32,
    /// In one radio cell at one time: what each radio cell of an area is planned for.
    pub devices_per_cell: u32,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Volume {
    /// What is counted.
    pub unit: Unit,
    /// How much of it.
    pub quantity: u64,
}

/// Another price, for who buys from now on: simple, or with all that a plan can say.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriceChange {
    /// A simple price …
    pub price: Option<PriceDraft>,
    /// … or a plan.
    pub price_plan: Option<PlanDraft>,
}

/// A simple price, gross.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriceDraft {
    /// ISO 4217.
    pub currency: String,
    /// Paid once, in minor units.
    #[serde(default)]
    pub once_minor: u64,
    /// Paid for each started step of the window, in minor units.
    #[serde(default)]
    pub step_minor: u64,
    /// Length of a step in seconds.
    #[serde(default)]
    pub step_s: u64,
    /// Paid as it is delivered.
    pub usage: Option<UsagePrice>,
    /// Tax inside every amount: 210,000 is 21 % on top of net.
    #[serde(default)]
    pub tax_ppm: u32,
}

/// What a delivered unit costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsagePrice {
    /// What is metered.
    pub unit: Unit,
    /// So many minor units …
    pub rate_minor: u64,
    /// … for so many of them.
    pub per_quantity: u64,
    /// The quantity that is held for at purchase; 0: each charge holds and captures at once.
    #[serde(default)]
    pub held_quantity: u64,
}

/// How the promise is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Guarantee {
    /// Length of the windows that get a verdict each, in seconds.
    pub assurance_window_s: u64,
    /// Fewer samples than this and a window is unmeasured.
    pub samples_min: u32,
}

/// What a broken promise pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remedy {
    /// Share of the fee paid back for each broken window, in parts per million.
    pub per_broken_window_ppm: u32,
    /// Share of the fee paid back at most.
    pub cap_ppm: u32,
}

/// Who else is paid at delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Partner {
    /// `pty_…`
    pub party: String,
    /// What it is paid for; `other` when it is absent.
    #[serde(default = "other")]
    pub role: PartnerRole,
    /// Its share of net revenue, in parts per million.
    pub share_ppm: u32,
}

/// What a partner is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PartnerRole {
    /// Carries traffic by satellite.
    SatelliteOperator,
    /// Runs an edge site.
    EdgeSite,
    /// Hosts a model.
    ModelHost,
    /// Brings customers.
    Aggregator,
    /// Something else.
    Other,
}

const fn other() -> PartnerRole {
    PartnerRole::Other
}

/// Units of a resource class that one device needs, computed outside from theory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Demand {
    /// Units in every slot.
    pub units: u64,
    /// Probability that the promise is not kept there, in parts per billion.
    pub epsilon_ppb: u32,
    /// Version of the table this came from.
    pub version: u32,
    /// How this was found; statistical when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// What it takes to promise the same at other grades.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub graded: BTreeMap<Grade, Graded>,
}

/// Demand at one grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Graded {
    /// Units in every slot.
    pub units: u64,
    /// Probability that the promise is not kept there, in parts per billion.
    pub epsilon_ppb: u32,
}

/// An offering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Offering {
    /// `off_…`
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Is it sold?
    pub status: OfferingStatus,
    /// What the network does for it.
    pub capability: Capability,
    /// What else is in it, where it is a bundle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Capability>,
    /// Why it cannot be bought now although it is on sale; absent when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_sellable: Option<String>,
    /// The QoS profile that calls it.
    pub qos_profile: String,
    /// What is promised.
    pub terms: Terms,
    /// What it costs, for people: a sentence for each part of it.
    pub price_words: Vec<String>,
    /// What it costs.
    pub price_plan: PlanDraft,
    /// Which version of the price that is: 0 is the first.
    pub price_version: u32,
    /// How the promise is judged.
    pub guarantee: Guarantee,
    /// What a broken promise pays.
    pub remedy: Remedy,
    /// Who may buy it; everyone when it is empty.
    pub eligible: Vec<PartyKind>,
    /// Is the unused part paid back?
    pub refund_unused: bool,
    /// Its priority.
    pub arp: Arp,
    /// May what is unused be given to another party?
    pub transferable: bool,
    /// Who else is paid at delivery, and how much: for the operator only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<Partner>,
}
