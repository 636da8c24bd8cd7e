//! The cell that purchases are measured in: radio cells that never fill up, one offering, customers with deep wallets.

use super::http::Caller;
use super::world::{OPERATOR, ask};
use anyhow::{Context, anyhow, bail};
use engine::capacity::{ProfileRef, Resource};
use engine::rating::{Component, PricePlan};
use engine::state::{
    Capabilities, Capability, Demand, Guarantee, PartyKind, Remedy, ResourceClass, ResourceInfo, Terms,
};
use engine::{Answer, Command, OfferingDraft, Role};
use node::Gate;
use std::collections::BTreeMap;
use types::{CellId, Currency, Duration, H3Cell, OfferingId, PartyId, ResourceId, TenantId};

/// The one offering.
pub const OFFERING: OfferingId = OfferingId::from_u128(1);
/// Where it is sold: one H3 cell for each radio cell.
pub const PLACES: [u64; 4] =
    [0x0881_969c_945f_ffff, 0x0881_969c_941f_ffff, 0x0881_969c_943f_ffff, 0x0881_969c_947f_ffff];

/// More than is ever sold.
const UNITS: u64 = 1 << 40;

/// Founds the cell and opens the shop.
pub async fn build(gate: &Gate, customers: u32) -> anyhow::Result<Vec<Caller>> {
    ask(gate, Command::FoundCell { cell: CellId(1), operator: OPERATOR }).await?;
    let profile = ProfileRef::from_index(0);
    ask(gate, Command::SetProfile { profile, hourly_ppm: vec![100_000; 168] }).await?;
    let core = ResourceInfo {
        id: ResourceId::from_u128(1),
        name: "core".to_owned(),
        class: ResourceClass::Core,
        upstream: None,
        covers: Vec::new(),
    };
    let Answer::Resource(core) = ask(gate, define(core)).await? else { bail!("defining answered something else") };
    for (number, place) in (2..).zip(PLACES) {
        let radio = ResourceInfo {
            id: ResourceId::from_u128(number),
            name: format!("radio {number}"),
            class: ResourceClass::RadioMacro,
            upstream: Some(core),
            covers: vec![H3Cell::from_index(place)],
        };
        ask(gate, define(radio)).await?;
    }
    let currency = Currency::parse("EUR").map_err(|error| anyhow!("{error}"))?;
    ask(gate, Command::PublishOffering(Box::new(boost(currency)))).await?;
    let opening = (0..customers).map(|number| {
        let gate = gate.clone();
        tokio::spawn(async move { open(&gate, number, currency).await })
    });
    let mut callers = Vec::with_capacity(customers as usize);
    for opened in opening.collect::<Vec<_>>() {
        callers.push(opened.await.context("a task ended in a panic")??);
    }
    Ok(callers)
}

async fn open(gate: &Gate, number: u32, currency: Currency) -> anyhow::Result<Caller> {
    let id = PartyId::from_u128(2 + u128::from(number));
    let new = Command::RegisterParty { id, tenant: TenantId(1), kind: PartyKind::Consumer, subject: None };
    let Answer::Party(party) = ask(gate, new).await? else { bail!("registering answered something else") };
    ask(gate, Command::OpenWallet { party, currency }).await?;
    ask(gate, Command::TopUp { party, currency, amount_minor: 1_000_000_000_000 }).await?;
    Ok(Caller { secret: format!("customer-secret-{number}"), role: Role::Customer, party: id })
}

fn define(info: ResourceInfo) -> Command {
    let calendar = Resource {
        nominal: UNITS,
        available: UNITS,
        floor_ppm: 100_000,
        background_min: 0,
        profile: ProfileRef::from_index(0),
        profile_scale_ppm: 1_000_000,
    };
    Command::DefineResource(Box::new((info, calendar)))
}

fn boost(currency: Currency) -> OfferingDraft {
    let demand = Demand { units: 10, epsilon_ppb: 1_000, version: 1, grade: None, graded: None };
    OfferingDraft {
        id: OFFERING,
        name: "Gaming boost".to_owned(),
        capability: Capability::Experience,
        also: Capabilities::NONE,
        qos_profile: "QOS_L".to_owned(),
        terms: Terms {
            latency_ms_max: 30,
            percentile_ppm: 950_000,
            downlink_kbps_min: 5_000,
            uplink_kbps_min: 1_000,
            window_length_max: Duration::from_hours(24),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        currency,
        price: PricePlan::gross(210_000, vec![Component::per_time("Boost", 75, Duration::from_hours(1))]),
        guarantee: Guarantee { assurance_window: Duration::from_secs(10), samples_min: 10 },
        remedy: Remedy { per_broken_window_ppm: 100_000, cap_ppm: 1_000_000 },
        eligible: Vec::new(),
        refund_unused: true,
        partners: Vec::new(),
        demand: BTreeMap::from([(ResourceClass::RadioMacro, demand.clone()), (ResourceClass::Core, demand)]),
        arp: None,
        transferable: false,
        cost: None,
    }
}
