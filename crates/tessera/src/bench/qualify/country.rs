//! A drawn country in the engine's state, with promises on it.

use crate::network::class_of;
use anyhow::{Context, anyhow};
use engine::capacity::{Profile, ProfileRef, Resource, ResourceRef};
use engine::rating::{Component, PricePlan};
use engine::state::{
    Capabilities, Capability, Demand, Grade, Guarantee, OfferingRef, PartyKind, PartyRef, Remedy, ResourceClass,
    ResourceInfo, State, Terms,
};
use engine::{
    Actor, Answer, Ask, Command, Event, OfferingDraft, Purchase, PurchaseBy, Request, Stamp, Wish, apply, decide,
    qualify,
};
use h3o::{CellIndex, LatLng, Resolution};
use intelligence::network::country::{Size, country};
use intelligence::network::{Class, Planned, plan};
use node::wall_clock;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::BTreeMap;
use types::{Area, CellId, Currency, Duration, H3Cell, Instant, OfferingId, PartyId, ResourceId, TenantId, Window};

/// Weekly profiles that the resources share.
const PROFILES: u16 = 24;
/// What a device takes of every resource on its path, in kbit/s.
const UNITS: u64 = 2_000;

/// Places that an area is looked for around.
const AREAS_TRIED: usize = 50;

/// The country, and what draws requests for it.
pub struct Country {
    /// What the engine knows.
    pub state: State,
    /// What is asked for.
    pub offering: OfferingRef,
    /// When everything happens.
    pub now: Instant,
    places: Vec<H3Cell>,
    draw: ChaCha8Rng,
    decided: u128,
}

impl Country {
    /// Draws it and defines its resources.
    pub fn load(radio_cells: u32) -> anyhow::Result<Self> {
        let size = Size { radio_cells, edge_sites: (radio_cells / 200).max(1), ..Size::default() };
        let network = country(1, size);
        let planned = plan(&network)?;
        let mut country = Self {
            state: State::default(),
            offering: OfferingRef::from_index(0),
            now: wall_clock(),
            places: Vec::new(),
            draw: ChaCha8Rng::seed_from_u64(2),
            decided: 0,
        };
        country.found()?;
        for (number, planned) in (1_u128..).zip(planned) {
            country.define(number, planned)?;
        }
        for radio in &network.radio_cells {
            let place = LatLng::new(radio.lat, radio.lon)?.to_cell(Resolution::Nine);
            country.places.push(H3Cell::from_index(place.into()));
        }
        Ok(country)
    }

    /// Buys so many promises, near and far ahead: seven in ten within two weeks, one in ten beyond a quarter.
    pub fn promise(&mut self, count: u32) -> usize {
        let buyer = PartyRef::from_index(1);
        for _ in 0..count {
            let (window, place) = self.ask();
            let wish = Wish {
                party: buyer,
                offering: self.offering,
                window,
                place,
                stages: Vec::new(),
                grade_min: Grade::Empirical,
                promotion: None,
            };
            let purchase =
                Purchase { party: buyer, by: PurchaseBy::Wish(wish), device: None, holder: None, payer: None };
            // Where it is full it is full.
            let _ = self.submit(Actor::customer(buyer), Command::PurchaseToken(Box::new(purchase)));
        }
        self.state.tokens.len()
    }

    /// A window and a place that somebody could ask for.
    pub fn ask(&mut self) -> (Window, Area) {
        let ahead_days = match self.roll(10) {
            0..=6 => self.roll(13),
            7..=8 => 14 + self.roll(75),
            _ => 90 + self.roll(600),
        };
        let from = self.now.after(Duration::from_mins(5 * self.roll(288) + 1_440 * ahead_days));
        let length = Duration::from_mins(30 * (1 + self.roll(12)));
        let window = Window::starting(from, length).expect("it has a length");
        let place = usize::try_from(self.roll(self.places.len() as u64)).unwrap_or(0);
        (window, Area::new(vec![self.places[place]]).expect("one cell is an area"))
    }

    /// Areas that so many radio cells serve, or the fewest more, around some places: the smallest first.
    pub fn areas(&self, radio_cells: usize) -> Vec<(Area, usize)> {
        let step = (self.places.len() / AREAS_TRIED).max(1);
        let around = self.places.iter().step_by(step).filter_map(|place| {
            let middle = CellIndex::try_from(place.index()).ok()?;
            let (area, serving) =
                (1..16).map(|ring| self.disk(middle, ring)).find(|(_, serving)| *serving >= radio_cells)?;
            Some((area?, serving))
        });
        let mut areas: Vec<_> = around.collect();
        areas.sort_by_key(|(_, serving)| *serving);
        areas
    }

    /// Everything within so many rings of a place, and how many radio cells serve it.
    fn disk(&self, middle: CellIndex, ring: u32) -> (Option<Area>, usize) {
        let cells = middle.grid_disk::<Vec<_>>(ring).into_iter().map(|cell| H3Cell::from_index(cell.into()));
        let area = Area::new(cells.collect()).ok();
        let mut serving: Vec<ResourceRef> =
            area.iter().flat_map(Area::cells).flat_map(|cell| self.state.covering(*cell)).collect();
        serving.sort_unstable();
        serving.dedup();
        (area, serving.len())
    }

    /// A window in which an area can be promised, of some that are tried.
    pub fn promisable(&mut self, area: &Area) -> Option<Window> {
        let windows: Vec<_> = (0..200).map(|_| self.ask().0).collect();
        windows.into_iter().find(|window| {
            let (offering, window) = (self.offering, *window);
            let ask = Ask {
                offering,
                window,
                place: area,
                stages: &[],
                grade_min: Grade::Empirical,
                terms: capacity::Terms::Firm,
            };
            qualify(&self.state, ask, self.now).is_ok()
        })
    }

    fn found(&mut self) -> anyhow::Result<()> {
        let currency = Currency::parse("EUR").map_err(|error| anyhow!("{error}"))?;
        let buyer = PartyRef::from_index(1);
        self.ask_of(Command::FoundCell { cell: CellId(1), operator: PartyId::from_u128(1) })?;
        let (id, tenant, kind) = (PartyId::from_u128(2), TenantId(1), PartyKind::Enterprise);
        self.ask_of(Command::RegisterParty { id, tenant, kind, subject: None })?;
        self.ask_of(Command::OpenWallet { party: buyer, currency })?;
        self.ask_of(Command::TopUp { party: buyer, currency, amount_minor: 1_000_000_000_000 })?;
        for number in 0..PROFILES {
            let busy = |hour: u32| 150_000 + 10_000 * ((hour + u32::from(number)) % 24);
            let hourly_ppm = (0..).take(Profile::HOURS).map(busy).collect();
            self.ask_of(Command::SetProfile { profile: ProfileRef::from_index(number), hourly_ppm })?;
        }
        self.ask_of(Command::PublishOffering(Box::new(boost(currency))))?;
        Ok(())
    }

    fn define(&mut self, number: u128, planned: Planned) -> anyhow::Result<()> {
        let behind = planned.behind.map(u32::try_from).transpose().context("more resources than handles")?;
        let profile = ProfileRef::from_index(u16::try_from(number % u128::from(PROFILES))?);
        let info = ResourceInfo {
            id: ResourceId::from_u128(number),
            name: planned.name,
            class: class_of(planned.class),
            upstream: behind.map(ResourceRef::from_index),
            covers: planned.covers,
        };
        let calendar = Resource {
            nominal: planned.nominal,
            available: planned.nominal,
            floor_ppm: 100_000,
            background_min: 0,
            profile,
            profile_scale_ppm: 1_000_000,
        };
        self.ask_of(Command::DefineResource(Box::new((info, calendar)))).map(drop)
    }

    fn ask_of(&mut self, command: Command) -> anyhow::Result<Answer> {
        self.submit(Actor::OPERATOR, command).map_err(|rejection| anyhow!("{rejection}"))
    }

    fn submit(&mut self, actor: Actor, command: Command) -> Result<Answer, engine::Rejection> {
        self.decided += 16;
        let stamp = Stamp { now: self.now, entropy: self.decided };
        let mut events: Vec<Event> = Vec::new();
        let answer = decide(&self.state, &Request { actor, key: None, command }, stamp, &mut events)?;
        for event in &events {
            apply(&mut self.state, event, self.now);
        }
        Ok(answer)
    }

    fn roll(&mut self, below: u64) -> u64 {
        self.draw.next_u64() % below.max(1)
    }
}

fn boost(currency: Currency) -> OfferingDraft {
    let demand = Demand { units: UNITS, epsilon_ppb: 1_000, version: 1, grade: None, graded: None };
    let classes =
        [Class::RadioMacro, Class::RadioMicro, Class::RadioU6, Class::Haps, Class::Transport, Class::Edge, Class::Core];
    let demand: BTreeMap<ResourceClass, Demand> = classes.map(|class| (class_of(class), demand.clone())).into();
    OfferingDraft {
        id: OfferingId::from_u128(1),
        name: "Boost".to_owned(),
        capability: Capability::Experience,
        also: Capabilities::NONE,
        qos_profile: "QOS_L".to_owned(),
        terms: Terms {
            latency_ms_max: 30,
            percentile_ppm: 950_000,
            downlink_kbps_min: 2_000,
            uplink_kbps_min: 0,
            window_length_max: Duration::from_hours(24),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        currency,
        price: PricePlan::gross(0, vec![Component::once("Fee", 1)]),
        guarantee: Guarantee { assurance_window: Duration::from_secs(60), samples_min: 1 },
        remedy: Remedy { per_broken_window_ppm: 0, cap_ppm: 0 },
        eligible: Vec::new(),
        refund_unused: false,
        partners: Vec::new(),
        arp: None,
        transferable: false,
        cost: None,
        demand,
    }
}
