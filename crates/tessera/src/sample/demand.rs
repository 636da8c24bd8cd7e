//! What the sample's offerings take of each class of resource: worked out by the grades, from what is promised and the
//! classes of the twin's city.
//!
//! On the radio cell packets queue in a rate of the flow's own. The law is that of effective bandwidth, which for Poisson
//! arrivals of exponential packets is the M/M/1 tail, exactly: what the twin's queue follows, but for its buffer, which
//! cuts the tail off. Behind the radio cell a pool with a small share of the budget is reckoned with; the twin has no queue
//! for a protected flow there, so that its delay and its ε are given away. Unloaded latencies are the worst of a class. So
//! the whole is an upper bound of the twin's delays.

use super::network::{FLOOR_PPM, class_of};
use anyhow::Context;
use engine::state::{Demand, Grade, ResourceClass};
use intelligence::element::queueing::grade::{
    Compiled, Flow, Grade as Found, Hop, Law, Tariff, Windows, compile_windows,
};
use std::collections::BTreeMap;
use twin::{City, Class, Element, PACKET_BYTES};

/// A window judged broken by chance alone: one in a thousand.
const BROKEN_PPB: u64 = 1_000_000;
/// What a pool behind the radio is designed for: a delay in µs, and how often it may be exceeded, in ppb.
const POOL_DELAY_US: u64 = 100;
const POOL_EPSILON_PPB: u64 = 1_000;
const VERSION: u32 = 1;

/// What is promised of a flow, and by how many samples a window is judged.
pub struct Promise {
    pub latency_ms: u32,
    pub percentile_ppm: u32,
    /// The faster of both directions, in kbit/s.
    pub rate_kbps: u32,
    pub samples_min: u32,
}

/// A row for every class of radio cell that can carry the promise, and for what lies behind them. The network reserves one
/// rate along a path, so that what lies behind gives as much as the radio cell that takes the most.
pub fn demand(city: &City, promise: &Promise) -> anyhow::Result<BTreeMap<ResourceClass, Demand>> {
    let windows = Windows { samples: promise.samples_min, broken_ppb: BROKEN_PPB };
    let flow = Flow {
        rate_kbps: u64::from(promise.rate_kbps),
        // Nothing here is bounded by bursts: the law of the radio cell is one of packets.
        burst_bytes: PACKET_BYTES,
        packet_bytes: PACKET_BYTES,
    };
    let mut carried: Compiled<ResourceClass> = Compiled { hops: Vec::new() };
    for path in paths(city) {
        let judged = (u64::from(promise.percentile_ppm), windows);
        // A class that is too slow or too small for the promise is left out: it will not be sold there.
        if let Ok(compiled) = compile_windows(flow, u64::from(promise.latency_ms) * 1_000, judged, &path) {
            carried.hops.extend(compiled.hops);
        }
    }
    let rows = carried.by_class();
    let most = rows.values().map(|row| row.units).max().context("no class of radio cell can carry the promise")?;
    let table = rows.into_iter().map(|(class, row)| {
        let units = if is_radio(class) { row.units } else { most };
        let epsilon_ppb = u32::try_from(row.epsilon_ppb)?;
        let grade = Some(grade(row.grade));
        Ok((class, Demand { units, epsilon_ppb, version: VERSION, grade, graded: None }))
    });
    table.collect()
}

/// From each class of radio cell over transport to the core, and to an edge site.
fn paths(city: &City) -> Vec<[Hop<ResourceClass>; 3]> {
    let radio = [Class::MacroN78, Class::MicroN78, Class::U6GHzN104];
    let ends = radio.into_iter().flat_map(|radio| [(radio, Class::Core), (radio, Class::Edge)]);
    ends.filter_map(|(radio, end)| Some([hop(city, radio)?, hop(city, Class::Transport)?, hop(city, end)?])).collect()
}

/// A class by the least capacity and the worst latency of its elements; `None` where the city has none.
fn hop(city: &City, class: Class) -> Option<Hop<ResourceClass>> {
    let of_class = || city.elements().iter().filter(|element| element.class == class);
    let least_kbps = of_class().map(sellable_kbps).min()?;
    let worst_us = of_class().map(|element| element.base_delay_us).max()?;
    let law = if is_radio(class_of(class)) {
        Law::Reserved { capacity_kbps: least_kbps }
    } else {
        Law::Pooled { capacity_kbps: least_kbps, delay_us: POOL_DELAY_US, epsilon_ppb: POOL_EPSILON_PPB }
    };
    Some(Hop {
        class: class_of(class),
        law,
        latency_us: u64::from(worst_us),
        outage_ppb: 0,
        tariff: Tariff::KBPS,
        measured: None,
    })
}

/// What is left of an element beside the floor of best effort.
fn sellable_kbps(element: &Element) -> u64 {
    let floor_kbps = types::Ratio::ppm(u64::from(FLOOR_PPM)).of_floor(element.capacity_kbps).unwrap_or(0);
    element.capacity_kbps.saturating_sub(floor_kbps)
}

const fn is_radio(class: ResourceClass) -> bool {
    matches!(class, ResourceClass::RadioMacro | ResourceClass::RadioMicro | ResourceClass::RadioU6)
}

const fn grade(found: Found) -> Grade {
    match found {
        Found::Hard => Grade::Hard,
        Found::Statistical => Grade::Statistical,
        Found::Empirical => Grade::Empirical,
    }
}
