//! What the sample operator sells: the files of `catalogue/`, read as an operator's own are.

use super::demand::{Promise, demand};
use crate::offering_file;
use anyhow::Context;
use engine::OfferingDraft;
use engine::state::{Capability, Terms};
use twin::City;
use types::OfferingId;

/// The offering of the story.
pub const GAMING_BOOST: OfferingId = OfferingId::from_u128(0x0191_5000_0000_7000_8000_0000_0000_0201);

/// Files of the catalogue, by their names.
macro_rules! catalogue {
    ($($name:literal)+) => {
        &[$(($name, include_str!(concat!("catalogue/", $name)))),+]
    };
}

/// What is sold, in the order it is published in.
pub const CATALOGUE: &[(&str, &str)] = catalogue! {
    "gaming-boost.toml"
    "live-stream-uplink.toml"
    "xr-session.toml"
    "clear-call.toml"
    "port-slice-day.toml"
    "data-pass-10gb.toml"
    "ai-plan-10m.toml"
    "ai-plan-40m.toml"
    "ai-plan-80m.toml"
    "developer-s.toml"
    "developer-m.toml"
    "developer-l.toml"
    "developer-xl.toml"
    "priority-pass.toml"
    "ai-glasses-uplink.toml"
    "port-slice-month.toml"
    "satellite-messages.toml"
    "satellite-broadband.toml"
    "edge-compute.toml"
    "ai-day-bundle.toml"
};

/// All of them. What the city carries takes of its classes what the terms need.
pub fn offerings(city: &City) -> anyhow::Result<Vec<OfferingDraft>> {
    CATALOGUE.iter().map(|(name, text)| offering(city, name, text)).collect()
}

fn offering(city: &City, name: &str, text: &str) -> anyhow::Result<OfferingDraft> {
    let mut draft = offering_file::offering(name, text)?.offering;
    if draft.demand.is_empty() && is_carried(draft.capability) {
        let promise = promise(&draft.terms, draft.guarantee.samples_min);
        draft.demand = demand(city, &promise).with_context(|| format!("{} cannot be promised", draft.name))?;
    }
    Ok(draft)
}

/// Is it the city's radio cells that keep the promise?
pub(super) const fn is_carried(capability: Capability) -> bool {
    matches!(capability, Capability::Experience | Capability::Slice)
}

fn promise(terms: &Terms, samples_min: u32) -> Promise {
    Promise {
        latency_ms: terms.latency_ms_max,
        percentile_ppm: terms.percentile_ppm,
        rate_kbps: terms.downlink_kbps_min.max(terms.uplink_kbps_min),
        samples_min,
    }
}
