//! From a description to resources: in an order in which everything comes after what lies behind it.

use super::cover::{CoverError, cover};
use super::description::{Network, Node, NodeKind, RadioCell, Technology};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use types::H3Cell;

/// A radio cell that reaches less than this, in m, is a street's.
const MICRO_M: f64 = 500.0;
/// Resources behind a radio cell at most, as the core counts them.
const BEHIND_MAX: usize = 8;
/// Radius of the earth in m, as the mean of its axes.
const EARTH_M: f64 = 6_371_008.8;

/// What a resource is built of, in the words of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A switch or a router.
    Transport,
    /// A user plane function.
    Core,
    /// A site where computing is sold.
    Edge,
    /// A wide-area radio cell.
    RadioMacro,
    /// A street-level radio cell.
    RadioMicro,
    /// A radio cell in the upper 6 GHz band.
    RadioU6,
    /// A relay in the air.
    Haps,
    /// What satellites carry for a part of the earth.
    SatelliteBeam,
    /// A pool of inference.
    InferencePool,
}

/// A resource as it will be defined.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// What it is called.
    pub name: String,
    /// What it is built of.
    pub class: Class,
    /// What its traffic goes through next: a place in the plan before its own.
    pub behind: Option<usize>,
    /// What it covers.
    pub covers: Vec<H3Cell>,
    /// What was built, in kbit/s or the pool's own units.
    pub nominal: u64,
}

/// Resources, each after what lies behind it.
pub type Plan = Vec<Planned>;

/// Why a description is no network. It names the first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Two things have one name.
    #[error("`{0}` is there twice: every name may be used once")]
    Repeated(String),
    /// A node is named that is not there.
    #[error("`{of}` hangs on `{node}`, which is not among the nodes")]
    UnknownNode {
        /// Whose.
        of: String,
        /// Which.
        node: String,
    },
    /// The nodes behind each other never come to an end, or late.
    #[error("`{0}`: what lies behind it must end within {BEHIND_MAX} nodes")]
    TooDeep(String),
    /// There is nothing to hang on.
    #[error("`{0}` names no node, and there is no node of transport to hang it on")]
    NoTransport(String),
    /// It carries nothing.
    #[error("`{0}` carries nothing: a capacity of at least 1 is expected")]
    NoCapacity(String),
    /// It covers nothing.
    #[error("`{of}`: {why}")]
    Cover {
        /// Which.
        of: String,
        /// Why.
        why: CoverError,
    },
}

/// Works out the resources of a network. Nothing of it is used when anything is wrong.
pub fn plan(network: &Network) -> Result<Plan, PlanError> {
    let mut planner = Planner { plan: Vec::new(), places: BTreeMap::new() };
    let mut nodes: Vec<(usize, &Node)> = Vec::new();
    let named: BTreeMap<&str, &Node> = network.nodes.iter().map(|node| (node.name.as_str(), node)).collect();
    for node in &network.nodes {
        nodes.push((depth(&named, node)?, node));
    }
    nodes.sort_by_key(|(depth, _)| *depth);
    for (_, node) in nodes {
        let class = match node.kind {
            NodeKind::Transport => Class::Transport,
            NodeKind::Core => Class::Core,
            NodeKind::Edge => Class::Edge,
        };
        planner.add(&node.name, class, node.behind.as_deref(), (Vec::new(), node.capacity_kbps))?;
    }
    let transport = Nearest::new(network);
    for radio in &network.radio_cells {
        let node = match &radio.node {
            Some(node) => node,
            None => transport.to(radio).ok_or_else(|| PlanError::NoTransport(radio.name.clone()))?,
        };
        let covers = cover(radio.lat, radio.lon, radio.range_m);
        let covers = covers.map_err(|why| PlanError::Cover { of: radio.name.clone(), why })?;
        planner.add(&radio.name, class_of(radio), Some(node), (covers, radio.capacity_kbps))?;
    }
    for relay in &network.relays {
        let radius_m = ground_radius_m(relay.altitude_m, relay.mask_deg);
        let covers = cover(relay.lat, relay.lon, radius_m);
        let covers = covers.map_err(|why| PlanError::Cover { of: relay.name.clone(), why })?;
        planner.add(&relay.name, Class::Haps, relay.node.as_deref(), (covers, relay.capacity_kbps))?;
    }
    for pool in &network.pools {
        planner.add(&pool.name, Class::InferencePool, pool.node.as_deref(), (Vec::new(), pool.units))?;
    }
    Ok(planner.plan)
}

/// How far from below it something at this height is seen at this elevation or a higher one, along the ground, in m.
pub fn ground_radius_m(altitude_m: f64, mask_deg: f64) -> f64 {
    let mask = mask_deg.to_radians();
    let at_earth_centre = (EARTH_M / (EARTH_M + altitude_m.max(0.0)) * mask.cos()).acos() - mask;
    at_earth_centre * EARTH_M
}

struct Planner<'a> {
    plan: Plan,
    places: BTreeMap<&'a str, usize>,
}

impl<'a> Planner<'a> {
    fn add(
        &mut self,
        name: &'a str,
        class: Class,
        node: Option<&str>,
        (covers, nominal): (Vec<H3Cell>, u64),
    ) -> Result<(), PlanError> {
        let behind = node.map(|node| {
            let unknown = || PlanError::UnknownNode { of: name.to_owned(), node: node.to_owned() };
            self.places.get(node).copied().ok_or_else(unknown)
        });
        let behind = behind.transpose()?;
        if nominal == 0 {
            return Err(PlanError::NoCapacity(name.to_owned()));
        }
        if self.places.insert(name, self.plan.len()).is_some() {
            return Err(PlanError::Repeated(name.to_owned()));
        }
        self.plan.push(Planned { name: name.to_owned(), class, behind, covers, nominal });
        Ok(())
    }
}

/// How many nodes lie behind a node.
fn depth(named: &BTreeMap<&str, &Node>, node: &Node) -> Result<usize, PlanError> {
    let mut depth = 0;
    let mut at = node;
    while let Some(behind) = &at.behind {
        let next = named.get(behind.as_str());
        at = next.copied().ok_or_else(|| PlanError::UnknownNode { of: at.name.clone(), node: behind.clone() })?;
        depth += 1;
        if depth >= BEHIND_MAX {
            return Err(PlanError::TooDeep(node.name.clone()));
        }
    }
    Ok(depth)
}

fn class_of(radio: &RadioCell) -> Class {
    match radio.technology {
        Technology::NrUpper6 => Class::RadioU6,
        _ if radio.range_m < MICRO_M => Class::RadioMicro,
        _ => Class::RadioMacro,
    }
}

/// The nodes of transport, to find the nearest.
struct Nearest<'a>(Vec<&'a Node>);

impl<'a> Nearest<'a> {
    fn new(network: &'a Network) -> Self {
        Self(network.nodes.iter().filter(|node| node.kind == NodeKind::Transport).collect())
    }

    /// By distance on a plane that is true around the cell: near enough to tell which is nearest.
    fn to(&self, radio: &RadioCell) -> Option<&'a String> {
        let east = radio.lat.to_radians().cos();
        let distance = |node: &&Node| ((node.lon - radio.lon) * east).hypot(node.lat - radio.lat);
        let nearest = self.0.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.map(|node| &node.name)
    }
}
