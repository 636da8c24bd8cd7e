//! The world as plain numbers: what the operator built, sells, and to whom. The auditor reads the catalogue from here.

use std::collections::BTreeMap;
use types::{Duration, H3Cell, Instant, OfferingId, PartyId, RadioCellId, ResourceId};

/// A whole world.
#[derive(Clone, Debug)]
pub struct Plan {
    /// When it begins.
    pub start: Instant,
    /// Weekly background profiles, 168 hours each, in ppm of nominal.
    pub profiles: Vec<Vec<u32>>,
    /// Resources, each after what it hangs on.
    pub resources: Vec<ResourcePlan>,
    /// Offerings; the last is one whose price cannot be counted.
    pub offerings: Vec<OfferingPlan>,
    /// Parties; number 0 of the cell is the operator, the first of these is number 1.
    pub parties: Vec<PartyPlan>,
    /// Places where customers buy.
    pub places: Vec<H3Cell>,
    /// A place that nothing covers.
    pub nowhere: H3Cell,
}

/// What a resource is built of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A wide radio cell.
    Macro,
    /// A small radio cell.
    Micro,
    /// A link.
    Transport,
    /// A core.
    Core,
}

/// One resource.
#[derive(Clone, Debug)]
pub struct ResourcePlan {
    /// Its id.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub class: Class,
    /// The number of what it hangs on.
    pub upstream: Option<usize>,
    /// Its id on the network, for a radio cell.
    pub radio_cell: Option<RadioCellId>,
    /// The places it covers.
    pub covers: Vec<H3Cell>,
    /// Units a slot that were built.
    pub nominal: u64,
    /// Units a slot that work at first.
    pub available: u64,
    /// Share of nominal never sold, in ppm.
    pub floor_ppm: u32,
    /// Least background, units a slot.
    pub background_min: u64,
    /// Which profile its background follows.
    pub profile: usize,
    /// What the profile is multiplied by, in ppm.
    pub scale_ppm: u32,
}

/// Who a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person.
    Consumer,
    /// A company.
    Enterprise,
    /// Sells to the operator.
    Partner,
}

/// One party.
#[derive(Clone, Copy, Debug)]
pub struct PartyPlan {
    /// Its id.
    pub id: PartyId,
    /// Who it is.
    pub kind: Kind,
    /// Its first top-up, minor units; 0: none.
    pub funds_minor: i64,
    /// Its credit limit, minor units.
    pub credit_minor: i64,
}

/// The price of usage: `num / den` minor units each, gross.
#[derive(Clone, Copy, Debug)]
pub struct UsagePlan {
    /// Numerator.
    pub num: u64,
    /// Denominator.
    pub den: u64,
    /// Quantity held for at purchase.
    pub held: u64,
}

/// One offering.
#[derive(Clone, Debug)]
pub struct OfferingPlan {
    /// Its id.
    pub id: OfferingId,
    /// Its name.
    pub name: String,
    /// Gross fee paid once.
    pub once_minor: i64,
    /// Gross fee of each started step.
    pub step_minor: i64,
    /// Length of a step.
    pub step: Duration,
    /// Price of usage.
    pub usage: Option<UsagePlan>,
    /// Tax on top of net, in ppm.
    pub tax_ppm: u32,
    /// Delay that samples stay under.
    pub latency_ms_max: u32,
    /// Share of samples that must.
    pub percentile_ppm: u32,
    /// Promised rate.
    pub downlink_kbps_min: u32,
    /// What the application sends.
    pub offered_kbps: u64,
    /// Longest window.
    pub window_max: Duration,
    /// LLM tokens included.
    pub volume: Option<u64>,
    /// Length of an assurance window.
    pub assurance: Duration,
    /// Fewest samples for a verdict.
    pub samples_min: u32,
    /// Share of the fee a broken window pays.
    pub per_window_ppm: u32,
    /// And at most.
    pub cap_ppm: u32,
    /// For enterprises only?
    pub enterprise_only: bool,
    /// Is the unused part paid back?
    pub refund_unused: bool,
    /// Numbers of the partners, and their shares of net in ppm.
    pub partners: Vec<(u32, u32)>,
    /// Units of each class that one token needs in every slot.
    pub demand: BTreeMap<Class, u64>,
    /// Who gives way to whom.
    pub arp: ArpPlan,
    /// May what is unused be given away?
    pub transferable: bool,
}

/// The priority of an offering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArpPlan {
    /// 1 is the highest, 15 the lowest.
    pub level: u8,
    /// May it take what others hold?
    pub may_preempt: bool,
    /// May what it holds be taken?
    pub preemptable: bool,
}

impl ArpPlan {
    /// What holds for an offering that says nothing.
    pub const UNSAID: Self = Self { level: 15, may_preempt: false, preemptable: true };
}
