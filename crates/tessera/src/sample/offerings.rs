//! What the sample operator sells.

use super::demand::{self, demand};
use super::euro;
use anyhow::Context;
use engine::OfferingDraft;
use engine::rating::{Component, PricePlan};
use engine::state::{Capabilities, Capability, Guarantee, PartyKind, Remedy, Terms, Volume};
use std::collections::BTreeMap;
use twin::City;
use types::{Duration, OfferingId, Unit};

/// The offering of the story.
pub const GAMING_BOOST: OfferingId = id(1);

/// Dutch VAT.
const TAX_PPM: u32 = 210_000;

/// What is promised, and over how many samples it is judged.
struct Promise {
    latency_ms: u32,
    percentile_ppm: u32,
    downlink_kbps: u32,
    uplink_kbps: u32,
    window: Duration,
    samples_min: u32,
}

impl Promise {
    fn of_a_flow(&self) -> demand::Promise {
        demand::Promise {
            latency_ms: self.latency_ms,
            percentile_ppm: self.percentile_ppm,
            rate_kbps: self.downlink_kbps.max(self.uplink_kbps),
            samples_min: self.samples_min,
        }
    }
}

/// Six offerings.
pub fn offerings(city: &City) -> anyhow::Result<Vec<OfferingDraft>> {
    let (minutes, hours, days) = (Duration::from_mins, Duration::from_hours, Duration::from_days);
    let p95 = |latency_ms, downlink_kbps, uplink_kbps| Promise {
        latency_ms,
        percentile_ppm: 950_000,
        downlink_kbps,
        uplink_kbps,
        window: Duration::from_secs(2),
        samples_min: 20,
    };
    let boost = draft(city, (1, "Gaming boost", "QOS_L"), &p95(30, 5_000, 1_000))?;
    let stream = draft(city, (2, "Live-stream uplink", "QOS_UPLINK"), &p95(50, 2_000, 20_000))?;
    let xr = draft(city, (3, "XR session", "QOS_XR"), &p95(20, 25_000, 5_000))?;
    let call = draft(city, (4, "Clear call, 4-hour pass", "QOS_M"), &p95(80, 2_500, 2_500))?;
    let slice = Promise { percentile_ppm: 990_000, window: Duration::from_secs(10), ..p95(25, 50_000, 50_000) };
    let slice = draft(city, (5, "Port slice by the day", "QOS_SLICE"), &slice)?;
    let per = Component::per_time;
    // One cent for 5 MB, held for 500 MB at purchase.
    let data = Component::per_unit("Data", Unit::Byte, (1, 5_000_000), 500_000_000);
    Ok(vec![
        OfferingDraft { price: price(vec![per("Boost", 49, minutes(30)), data]), ..boost },
        OfferingDraft { price: price(vec![Component::once("Start", 99), per("Uplink", 150, hours(1))]), ..stream },
        OfferingDraft { price: price(vec![per("Session", 199, hours(1))]), ..xr },
        OfferingDraft { price: price(vec![Component::once("Pass", 149)]), transferable: true, ..call },
        OfferingDraft {
            capability: Capability::Slice,
            also: Capabilities::NONE,
            price: price(vec![per("Slice", 24_000, days(1))]),
            eligible: vec![PartyKind::Enterprise, PartyKind::PublicService],
            terms: Terms { window_length_max: days(31), ..slice.terms.clone() },
            ..slice
        },
        data_pass()?,
    ])
}

const fn id(number: u128) -> OfferingId {
    OfferingId::from_u128(0x0191_5000_0000_7000_8000_0000_0000_0200 + number)
}

/// Gross, as people are shown it.
fn price(components: Vec<Component>) -> PricePlan {
    PricePlan::gross(TAX_PPM, components)
}

fn draft(city: &City, (number, name, profile): (u128, &str, &str), promise: &Promise) -> anyhow::Result<OfferingDraft> {
    Ok(OfferingDraft {
        id: id(number),
        name: name.to_owned(),
        capability: Capability::Experience,
        also: Capabilities::NONE,
        qos_profile: profile.to_owned(),
        terms: Terms {
            latency_ms_max: promise.latency_ms,
            percentile_ppm: promise.percentile_ppm,
            downlink_kbps_min: promise.downlink_kbps,
            uplink_kbps_min: promise.uplink_kbps,
            window_length_max: Duration::from_hours(12),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        currency: euro()?,
        price: price(Vec::new()),
        guarantee: Guarantee { assurance_window: promise.window, samples_min: promise.samples_min },
        remedy: Remedy { per_broken_window_ppm: 250_000, cap_ppm: 1_000_000 },
        eligible: Vec::new(),
        refund_unused: true,
        partners: Vec::new(),
        demand: demand(city, &promise.of_a_flow()).with_context(|| format!("{name} cannot be promised"))?,
        arp: None,
        transferable: false,
        cost: None,
    })
}

/// Ten gigabytes anywhere: metered, nothing is held on the network.
fn data_pass() -> anyhow::Result<OfferingDraft> {
    Ok(OfferingDraft {
        id: id(6),
        name: "Data pass 10 GB".to_owned(),
        capability: Capability::Connectivity,
        also: Capabilities::NONE,
        qos_profile: "QOS_E".to_owned(),
        terms: Terms {
            latency_ms_max: 0,
            percentile_ppm: 0,
            downlink_kbps_min: 0,
            uplink_kbps_min: 0,
            window_length_max: Duration::from_days(31),
            volume: Some(Volume { unit: Unit::Byte, quantity: 10_000_000_000 }),
            concurrency: None,
            rollover_max: None,
        },
        currency: euro()?,
        price: price(vec![Component::once("Pass", 490)]),
        guarantee: Guarantee { assurance_window: Duration::from_mins(1), samples_min: 1 },
        remedy: Remedy { per_broken_window_ppm: 0, cap_ppm: 0 },
        eligible: Vec::new(),
        refund_unused: false,
        partners: Vec::new(),
        demand: BTreeMap::new(),
        arp: None,
        transferable: true,
        cost: None,
    })
}
