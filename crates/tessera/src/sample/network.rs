//! The twin's city as the operator's resources: units are kbit/s a slot.

use super::ask;
use anyhow::{Context, bail};
use capacity::{ProfileRef, Resource, ResourceRef};
use engine::state::{ResourceClass, ResourceInfo};
use engine::{Answer, Command};
use node::Gate;
use std::collections::BTreeMap;
use twin::{City, Class, Element, Traffic, background_profile};
use types::ResourceId;

/// The share of every resource that best effort keeps.
pub(super) const FLOOR_PPM: u32 = 100_000;
/// The quantile of background traffic that is left room for.
const FORECAST_QUANTILE_PPM: u64 = 990_000;
/// The least background that is reckoned with on a radio cell, in ppm of what was built.
const BACKGROUND_MIN_PPM: u64 = 50_000;

/// Defines every element, each after what it hangs on; how many there are.
pub async fn load(gate: &Gate, city: &City) -> anyhow::Result<usize> {
    let mut profiles = BTreeMap::new();
    for (number, traffic) in (0_u16..).zip(Traffic::ALL) {
        let profile = ProfileRef::from_index(number);
        let hourly_ppm = background_profile(traffic, FORECAST_QUANTILE_PPM).to_vec();
        ask(gate, Command::SetProfile { profile, hourly_ppm }).await?;
        profiles.insert(traffic, profile);
    }
    let quiet = ProfileRef::from_index(u16::try_from(Traffic::ALL.len())?);
    ask(gate, Command::SetProfile { profile: quiet, hourly_ppm: vec![0; 168] }).await?;

    let mut defined: BTreeMap<ResourceId, ResourceRef> = BTreeMap::new();
    for element in in_order(city) {
        let upstream =
            element.upstream.map(|id| defined.get(&id).copied().context("an element hangs on nothing")).transpose()?;
        let profile = element.traffic.and_then(|traffic| profiles.get(&traffic)).copied().unwrap_or(quiet);
        let define = Command::DefineResource(Box::new((info_of(element, upstream), calendar_of(element, profile))));
        let Answer::Resource(resource) = ask(gate, define).await? else { bail!("defining answered something else") };
        defined.insert(element.id, resource);
    }
    Ok(defined.len())
}

/// What a class of the twin is in the capacity book.
pub(crate) fn class_of(class: Class) -> ResourceClass {
    match class {
        Class::MacroN78 => ResourceClass::RadioMacro,
        Class::MicroN78 => ResourceClass::RadioMicro,
        Class::U6GHzN104 => ResourceClass::RadioU6,
        Class::Transport => ResourceClass::Transport,
        Class::Core => ResourceClass::Core,
        Class::Edge => ResourceClass::Edge,
    }
}

fn in_order(city: &City) -> Vec<&Element> {
    let depth = |element: &Element| {
        std::iter::successors(element.upstream, |id| city.element(*id).and_then(|next| next.upstream)).count()
    };
    let mut elements: Vec<&Element> = city.elements().iter().collect();
    elements.sort_by_key(|element| depth(element));
    elements
}

fn info_of(element: &Element, upstream: Option<ResourceRef>) -> ResourceInfo {
    let (id, name, covers) = (element.id, element.name.clone(), element.serves.clone());
    ResourceInfo { id, name, class: class_of(element.class), upstream, covers }
}

fn calendar_of(element: &Element, profile: ProfileRef) -> Resource {
    let nominal = element.capacity_kbps;
    let background_min = if element.traffic.is_some() { nominal * BACKGROUND_MIN_PPM / types::PPM } else { 0 };
    Resource {
        nominal,
        available: nominal,
        floor_ppm: FLOOR_PPM,
        background_min,
        profile,
        profile_scale_ppm: 1_000_000,
    }
}
