//! What `tessera demand` reads.

use intelligence::network::Class;
use serde::Deserialize;

/// Terms, and what a device's traffic goes through.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Terms {
    /// One-way delay.
    pub latency_ms: u64,
    /// Share of packets that arrive within it, in percent.
    pub percentile: f64,
    /// How the percentile is judged; without it, it is planned for as it stands.
    pub windows: Option<Judged>,
    /// Of a device, sustained; the downlink where there is an uplink too.
    pub rate_kbps: u64,
    /// What it sends at the same time the other way.
    pub uplink_kbps: Option<u64>,
    /// What it may send at once.
    pub burst_bytes: u32,
    /// Mean packet.
    pub packet_bytes: u32,
    /// Version of the table.
    #[serde(default = "one")]
    pub version: u32,
    /// From the radio on.
    pub path: Vec<Step>,
}

/// Windows that the percentile is judged in.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Judged {
    /// The fewest samples of one: the offering's `samples_min`.
    pub samples: u32,
    /// How many of a billion may be judged broken.
    pub broken_ppb: u32,
}

/// One resource of the path.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub class: Classes,
    pub law: LawName,
    pub capacity_kbps: u64,
    /// What it carries the other way, where that is not the same.
    pub uplink_capacity_kbps: Option<u64>,
    #[serde(default)]
    pub latency_us: u64,
    /// Of a `curve`.
    #[serde(default)]
    pub scheduler_us: u64,
    /// Of a `pooled` queue: the delay that it is designed for …
    #[serde(default)]
    pub delay_us: u64,
    /// … and how often that may be exceeded.
    #[serde(default)]
    pub epsilon_ppb: u64,
    /// Of a `shared` processor.
    #[serde(default)]
    pub utilisation_ppm: u64,
    /// How often it is not there at all.
    #[serde(default)]
    pub outage_ppb: u64,
    /// Units that `per_kbps` cost.
    #[serde(default = "one")]
    pub units: u32,
    #[serde(default = "one")]
    pub per_kbps: u32,
    pub measured: Option<Samples>,
}

/// One class, or several of which any may stand at a step: one of them serves a device, and the numbers hold for the worst.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "one of radio_macro, radio_micro, radio_u6, haps, satellite_beam, transport, edge, core, inference_pool, or a list of these, is expected"
)]
pub(super) enum Classes {
    One(Class),
    Any(Vec<Class>),
}

impl Classes {
    pub fn all(&self) -> &[Class] {
        match self {
            Self::One(class) => std::slice::from_ref(class),
            Self::Any(classes) => classes,
        }
    }
}

/// What was measured at a resource.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Samples {
    #[serde(rename = "samples")]
    pub taken: u64,
    pub late: u64,
    pub delay_us: u64,
    pub kbps: u64,
    #[serde(default = "customary")]
    pub confidence_ppm: u64,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum LawName {
    Curve,
    Reserved,
    Pooled,
    Shared,
    Measured,
}

const fn one() -> u32 {
    1
}

pub(super) const fn customary() -> u64 {
    950_000
}
