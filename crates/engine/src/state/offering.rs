//! What is sold: terms, price, guarantee, remedy.

use crate::state::{Arp, PartnerShare, Pricing};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;
use types::{Duration, OfferingId, Unit, Window};

pub use types::{Capabilities, Capability, Grade, PartyKind};

/// What a resource is built of; demand is tabled per class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum ResourceClass {
    /// A wide-area radio cell, for example band n78.
    #[n(0)]
    RadioMacro,
    /// A street-level radio cell.
    #[n(1)]
    RadioMicro,
    /// A radio cell in the upper 6 GHz band (n104).
    #[n(2)]
    RadioU6,
    /// A transport link.
    #[n(3)]
    Transport,
    /// A user plane function of the core.
    #[n(4)]
    Core,
    /// An edge site.
    #[n(5)]
    Edge,
    /// A satellite beam.
    #[n(6)]
    SatelliteBeam,
    /// An inference pool.
    #[n(7)]
    InferencePool,
    /// A relay in the stratosphere, or an unmanned aircraft that carries one.
    #[n(8)]
    Haps,
}

/// How far from the ground something serves a device; the nearest is taken first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// A radio cell on the ground, and what is behind it.
    Ground,
    /// A relay in the air.
    Air,
    /// A satellite.
    Space,
}

impl ResourceClass {
    /// Where it serves from.
    pub const fn tier(self) -> Tier {
        match self {
            Self::RadioMacro
            | Self::RadioMicro
            | Self::RadioU6
            | Self::Transport
            | Self::Core
            | Self::Edge
            | Self::InferencePool => Tier::Ground,
            Self::Haps => Tier::Air,
            Self::SatelliteBeam => Tier::Space,
        }
    }
}

/// A volume that a token carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Volume {
    /// What is counted.
    #[n(0)]
    pub unit: Unit,
    /// How much of it, at least one.
    #[n(1)]
    pub quantity: u64,
}

/// The quantities promised.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Terms {
    /// One-way delay that samples stay under.
    #[n(0)]
    pub latency_ms_max: u32,
    /// The share of samples that must: 950,000 is p95.
    #[n(1)]
    pub percentile_ppm: u32,
    /// Rate towards the device.
    #[n(2)]
    pub downlink_kbps_min: u32,
    /// Rate from the device.
    #[n(3)]
    pub uplink_kbps_min: u32,
    /// Longest window it is sold for.
    #[n(4)]
    pub window_length_max: Duration,
    /// Volume included, where the token is one of volume.
    #[n(5)]
    pub volume: Option<Volume>,
    /// For how many devices; one where nothing is said.
    #[n(6)]
    pub concurrency: Option<Concurrency>,
    /// How much of a period's volume comes over into the next one, at most, where the price recurs.
    #[n(7)]
    pub rollover_max: Option<u64>,
}

/// How the promise is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Guarantee {
    /// Length of the windows that get a verdict each.
    #[n(0)]
    pub assurance_window: Duration,
    /// Fewer samples than this and the window is unmeasured.
    #[n(1)]
    pub samples_min: u32,
}

/// What a broken promise pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Remedy {
    /// Share of the fee paid back for each broken window.
    #[n(0)]
    pub per_broken_window_ppm: u32,
    /// Share of the fee paid back at most.
    #[n(1)]
    pub cap_ppm: u32,
}

/// Units of a resource class that one device of an offering needs, computed outside from theory.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Demand {
    /// Units in every slot.
    #[n(0)]
    pub units: u64,
    /// Probability that the promise is not kept there, in parts per billion.
    #[n(1)]
    pub epsilon_ppb: u32,
    /// Version of the table this came from.
    #[n(2)]
    pub version: u32,
    /// How this was found; statistical where nothing is said.
    #[n(3)]
    pub grade: Option<Grade>,
    /// What it takes to promise the same at other grades, where that can be done.
    #[n(4)]
    pub graded: Option<BTreeMap<Grade, Graded>>,
}

/// Demand at one grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Graded {
    /// Units in every slot.
    #[n(0)]
    pub units: u64,
    /// Probability that the promise is not kept there, in parts per billion.
    #[n(1)]
    pub epsilon_ppb: u32,
}

/// How many devices one token serves, where it is more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Concurrency {
    /// All together: what everything behind the radio is planned for.
    #[n(0)]
    pub devices_max: u32,
    /// In one radio cell at one time: what each radio cell of an area is planned for.
    #[n(1)]
    pub devices_per_cell: u32,
}

impl Demand {
    /// The least that promises at this grade or a stronger one.
    pub fn at_least(&self, grade_min: Grade) -> Option<(Grade, Graded)> {
        let own =
            (self.grade.unwrap_or(Grade::Statistical), Graded { units: self.units, epsilon_ppb: self.epsilon_ppb });
        if own.0 >= grade_min {
            return Some(own);
        }
        let stronger = self.graded.as_ref()?.range(grade_min..).next()?;
        Some((*stronger.0, *stronger.1))
    }
}

/// What of a token may be given to another party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Transferable {
    /// What is not used yet, whole or a part of its volume.
    #[n(0)]
    Unused,
}

/// What it costs the operator to deliver, in minor units of the offering's currency, tax included: no price is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Cost {
    /// Of each sale.
    #[n(0)]
    pub sale_minor: i64,
    /// Of each started step of the window.
    #[n(1)]
    pub step_minor: i64,
    /// Length of a step.
    #[n(2)]
    pub step: Duration,
}

/// Is it sold?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum OfferingStatus {
    /// Yes.
    #[n(0)]
    Published,
    /// No longer; tokens already sold are honoured.
    #[n(1)]
    Retired,
}

/// Something that is sold.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Offering {
    /// Its visible id.
    #[n(0)]
    pub id: OfferingId,
    /// What people call it.
    #[n(1)]
    pub name: String,
    /// What the network does for it.
    #[n(2)]
    pub capability: Capability,
    /// The QoS profile that calls it (CAMARA `qosProfile`).
    #[n(3)]
    pub qos_profile: String,
    /// What is promised.
    #[n(4)]
    pub terms: Terms,
    /// What it costs.
    #[n(5)]
    pub price: Pricing,
    /// How the promise is judged.
    #[n(6)]
    pub guarantee: Guarantee,
    /// What a broken promise pays.
    #[n(7)]
    pub remedy: Remedy,
    /// Who may buy it; empty means everyone.
    #[n(8)]
    pub eligible: Vec<PartyKind>,
    /// Is the unused part paid back when a token is given up early?
    #[n(9)]
    pub refund_unused: bool,
    /// Who else is paid: the first of its agreement.
    #[n(10)]
    pub partner: Option<PartnerShare>,
    /// Is it sold?
    #[n(11)]
    pub status: OfferingStatus,
    /// Units needed per resource class; a class that is absent cannot carry the promise.
    #[n(12)]
    pub demand: BTreeMap<ResourceClass, Demand>,
    /// Its priority; `None`: the lowest, takes nothing from others, may be taken from ([`Arp::default`]).
    #[n(13)]
    pub arp: Option<Arp>,
    /// What of a token may be given to another party; nothing where nothing is said.
    #[n(14)]
    pub transferable: Option<Transferable>,
    /// The other partners of its agreement, where there is more than one.
    #[n(15)]
    pub partners_more: Option<Vec<PartnerShare>>,
    /// What it costs to deliver; nothing where nothing is said.
    #[n(17)]
    pub cost: Option<Cost>,
    /// What it cost before, the first version first: tokens and quotes keep the one they were sold at.
    #[n(19)]
    pub earlier: Option<Vec<Pricing>>,
    /// What else is in it, where it is a bundle of several capabilities.
    #[n(20)]
    pub also: Option<Capabilities>,
}

impl Cost {
    /// Of a sale for this window; `None` when it cannot be counted.
    pub fn minor(&self, window: Window) -> Option<i64> {
        let steps = match self.step.as_ms() {
            0 => 0,
            step => window.length().as_ms().div_ceil(step),
        };
        self.step_minor.checked_mul(i64::try_from(steps).ok()?)?.checked_add(self.sale_minor)
    }
}

impl Offering {
    /// All capabilities that are in it.
    pub fn capabilities(&self) -> Capabilities {
        self.also.unwrap_or_default().with(self.capability)
    }

    /// Which of them a unit is delivered by: a bundle's AI tokens are inference, whatever else is in it.
    pub fn capability_of(&self, unit: Option<Unit>) -> Capability {
        let by_unit = match unit {
            Some(Unit::LlmToken) => Capability::Inference,
            Some(Unit::ComputeUnit) => Capability::Compute,
            _ => self.capability,
        };
        if self.capabilities().contains(by_unit) { by_unit } else { self.capability }
    }

    /// The version of its price that is sold now: 0 is the first.
    pub fn version(&self) -> u32 {
        self.earlier.as_ref().map_or(0, |earlier| u32::try_from(earlier.len()).unwrap_or(u32::MAX))
    }

    /// A version of its price.
    pub fn pricing(&self, version: u32) -> &Pricing {
        let earlier = self.earlier.as_ref().and_then(|earlier| earlier.get(usize::try_from(version).ok()?));
        earlier.unwrap_or(&self.price)
    }
}
