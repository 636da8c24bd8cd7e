//! A small world to try the engine in: decides, applies, keeps the events, and can be audited.

use crate::plans::simple;
use capacity::{ProfileRef, Resource, ResourceRef};
use engine::state::{
    Capabilities, Capability, Demand, Guarantee, PartyKind, Remedy, ResourceClass, ResourceInfo, State, Terms, Volume,
};
use engine::{Actor, Answer, Command, Event, OfferingDraft, Rejection, Request, Stamp, apply, decide, decide_due};
use std::collections::BTreeMap;
use types::{CellId, Currency, Duration, H3Cell, Instant, OfferingId, PartyId, ResourceId, Unit};

/// Monday 5 January 2026, 00:00 UTC.
pub const MONDAY: u64 = 1_767_571_200_000;

/// A cell and everything that happened in it.
#[derive(Clone, Default)]
pub struct World {
    pub state: State,
    pub log: Vec<(Instant, Event)>,
    pub now: Instant,
    stamps: u128,
}

impl World {
    /// An empty data folder.
    pub fn new() -> Self {
        Self { now: Instant::from_ms(MONDAY), ..Self::default() }
    }

    /// Decides and, unless it is refused, applies. A refusal must leave what was decided before it alone.
    pub fn submit(&mut self, actor: Actor, command: Command) -> Result<(Answer, Vec<Event>), Rejection> {
        self.request(&Request { actor, key: None, command })
    }

    /// The same, with an idempotency key where there is one.
    pub fn request(&mut self, request: &Request) -> Result<(Answer, Vec<Event>), Rejection> {
        let stamp = self.stamp();
        let before = vec![Event::OfferingRetired(engine::state::OfferingRef::from_index(0))];
        let mut out = before.clone();
        match decide(&self.state, request, stamp, &mut out) {
            Ok(answer) => {
                let events = out.split_off(before.len());
                self.apply(&events);
                Ok((answer, events))
            }
            Err(refused) => {
                assert_eq!(out, before, "a rejection leaves no event: {refused:?}");
                Err(refused)
            }
        }
    }

    fn stamp(&mut self) -> Stamp {
        self.stamps += 1;
        Stamp { now: self.now, entropy: self.stamps << 8 }
    }

    /// Moves the clock and lets happen what is due.
    pub fn pass_until(&mut self, now: Instant) -> Vec<Event> {
        self.now = self.now.max(now);
        let mut all = Vec::new();
        let mut out = Vec::new();
        loop {
            let stamp = self.stamp();
            if !decide_due(&self.state, stamp, &mut out) {
                break;
            }
            assert!(!out.is_empty(), "something that is due happens, or the tick never ends");
            self.apply(&out);
            all.append(&mut out);
        }
        all
    }

    fn apply(&mut self, events: &[Event]) {
        for event in events {
            apply(&mut self.state, event, self.now);
            self.log.push((self.now, event.clone()));
        }
    }
}

/// The currency of the world.
pub fn eur() -> Currency {
    Currency::parse("EUR").expect("a code")
}

/// The places of the world, by letter.
pub fn place(letter: char) -> H3Cell {
    H3Cell::from_index((8 << 52) | u64::from(letter))
}

/// Founds the cell, registers its parties, opens their wallets.
pub fn found(world: &mut World) {
    let parties = [("alice", PartyKind::Consumer), ("acme", PartyKind::Enterprise), ("sat", PartyKind::Partner)];
    let found = Command::FoundCell { cell: CellId(7), operator: PartyId::from_u128(1) };
    let mut commands = vec![found];
    for ((_, kind), id) in parties.into_iter().zip(2_u128..) {
        let tenant = types::TenantId(1);
        commands.push(Command::RegisterParty { id: PartyId::from_u128(id), tenant, kind, subject: None });
    }
    for party in [1, 2] {
        let party = engine::state::PartyRef::from_index(party);
        commands.push(Command::OpenWallet { party, currency: eur() });
    }
    commands.push(Command::SetProfile { profile: ProfileRef::from_index(0), hourly_ppm: vec![200_000; 168] });
    commands.extend(resources().into_iter().map(|row| Command::DefineResource(Box::new(row))));
    commands.extend(offerings().into_iter().map(|draft| Command::PublishOffering(Box::new(draft))));
    for command in commands {
        world.submit(Actor::OPERATOR, command).expect("the world is sound");
    }
}

/// Core, transport, cells at A, at A and B, at C; an edge site.
pub fn resources() -> Vec<(ResourceInfo, Resource)> {
    let rows = [
        ("core", ResourceClass::Core, None, "", 1_000),
        ("transport", ResourceClass::Transport, Some(0), "", 300),
        ("cell-a", ResourceClass::RadioMacro, Some(1), "A", 100),
        ("cell-b", ResourceClass::RadioMicro, Some(1), "AB", 50),
        ("beam-c", ResourceClass::SatelliteBeam, None, "C", 20),
        ("edge", ResourceClass::Edge, None, "", 100),
    ];
    let named = rows.into_iter().zip(1_u128..);
    named.map(|((name, class, up, covers, nominal), id)| resource(id, name, (class, up), covers, nominal)).collect()
}

/// A resource with a tenth of floor and a fifth of background.
pub fn resource(
    id: u128,
    name: &str,
    (class, upstream): (ResourceClass, Option<u32>),
    covers: &str,
    nominal: u64,
) -> (ResourceInfo, Resource) {
    let info = ResourceInfo {
        id: ResourceId::from_u128(id),
        name: name.to_owned(),
        class,
        upstream: upstream.map(ResourceRef::from_index),
        covers: covers.chars().map(place).collect(),
    };
    let profile = ProfileRef::from_index(0);
    let calendar = Resource {
        nominal,
        available: nominal,
        floor_ppm: 100_000,
        background_min: 1,
        profile,
        profile_scale_ppm: 1_000_000,
    };
    (info, calendar)
}

/// `boost` (a fee by the hour, refundable), `llm` (a volume, shared with a partner), `calls` (on demand), `stream` (held
/// usage and a fee).
pub fn offerings() -> Vec<OfferingDraft> {
    let sat = engine::state::PartyRef::from_index(3);
    let boost = draft(1, "boost");
    let llm = OfferingDraft {
        capability: Capability::Inference,
        terms: Terms { volume: Some(Volume { unit: Unit::LlmToken, quantity: 1_000 }), ..boost.terms.clone() },
        price: simple(300, 0, None),
        partners: vec![engine::state::PartnerShare { party: sat, share_ppm: 300_000, role: None }],
        demand: BTreeMap::new(),
        ..draft(2, "llm")
    };
    let calls = OfferingDraft {
        price: simple(0, 0, Some((Unit::Call, (3, 2), 0))),
        eligible: vec![PartyKind::Enterprise],
        demand: BTreeMap::new(),
        ..draft(3, "calls")
    };
    let stream = OfferingDraft {
        price: simple(21, 30, Some((Unit::Second, (1, 1), 100))),
        refund_unused: false,
        ..draft(4, "stream")
    };
    vec![boost, llm, calls, stream]
}

/// An offering like `boost` under another name.
pub fn draft(id: u128, name: &str) -> OfferingDraft {
    let demand = |units, epsilon_ppb| Demand { units, epsilon_ppb, version: 1, grade: None, graded: None };
    OfferingDraft {
        id: OfferingId::from_u128(id),
        name: name.to_owned(),
        capability: Capability::Experience,
        also: Capabilities::NONE,
        qos_profile: format!("QOS_{name}"),
        terms: Terms {
            latency_ms_max: 20,
            percentile_ppm: 950_000,
            downlink_kbps_min: 10_000,
            uplink_kbps_min: 2_000,
            window_length_max: Duration::from_days(2),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        currency: eur(),
        price: simple(21, 100, None),
        guarantee: Guarantee { assurance_window: Duration::from_mins(1), samples_min: 10 },
        remedy: Remedy { per_broken_window_ppm: 250_000, cap_ppm: 500_000 },
        eligible: Vec::new(),
        refund_unused: true,
        partners: Vec::new(),
        demand: BTreeMap::from([
            (ResourceClass::RadioMacro, demand(10, 300)),
            (ResourceClass::RadioMicro, demand(20, 400)),
            (ResourceClass::Transport, demand(10, 20)),
            (ResourceClass::Core, demand(10, 1)),
        ]),
        arp: None,
        transferable: false,
        cost: None,
    }
}
