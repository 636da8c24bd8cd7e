//! Draws a world: a corner of the twin's city as the network, a catalogue of different shapes, parties rich and poor.

use crate::draw::Draw;
use crate::plan::{ArpPlan, Class, Kind, OfferingPlan, PartyPlan, Plan, ResourcePlan, UsagePlan};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use twin::{City, Element};
use types::{Duration, H3Cell, Instant, OfferingId, PartyId, ResourceId};

/// Radio cells of one world at most: with their transport and core 3 to 8 resources.
const RADIOS_MAX: usize = 4;
/// A Monday, 19:30 UTC.
const START: Instant = Instant::from_ms(1_767_641_400_000);
/// The number of the offering for emergencies.
pub const EMERGENCY: usize = 1;
/// A price so high that a long window costs more than the books can count.
const DEAR_MINOR: i64 = 1 << 48;

/// The city that every world is a corner of. It is drawn once: drawing it costs more than a simulation.
pub fn city() -> &'static City {
    static CITY: OnceLock<City> = OnceLock::new();
    CITY.get_or_init(|| City::sample(20_260_105))
}

/// Draws a world.
pub fn plan(draw: &mut Draw) -> Plan {
    let (resources, places) = network(draw);
    let parties = parties(draw);
    let partner = (1..).zip(&parties).find(|(_, party)| party.kind == Kind::Partner).map_or(1, |(number, _)| number);
    Plan {
        start: START.after(Duration::from_ms(draw.below(300_000))),
        profiles: (0..2).map(|_| profile(draw)).collect(),
        resources,
        offerings: offerings(draw, partner),
        parties,
        places,
        nowhere: H3Cell::from_index(0x0881_0000_0000_0001),
    }
}

fn profile(draw: &mut Draw) -> Vec<u32> {
    let base = draw.between(50_000, 300_000);
    (0..168).map(|_| u32::try_from(base + draw.below(150_000)).unwrap_or(0)).collect()
}

/// A place with its radio cells, and a small cell's place: the radio cells, their links, the core.
fn network(draw: &mut Draw) -> (Vec<ResourcePlan>, Vec<H3Cell>) {
    let city = city();
    let all: Vec<H3Cell> = city.places().collect();
    let mut radios: Vec<&Element> = Vec::new();
    let mut places = Vec::new();
    while places.len() < 2 || radios.is_empty() {
        let place = all[draw.index(all.len())];
        let mut serving: Vec<&Element> =
            city.serving(place).filter(|radio| !radios.iter().any(|r| r.id == radio.id)).collect();
        if draw.happens(300) {
            // Small cells come last: here only the last one serves.
            serving.reverse();
            serving.truncate(1);
        }
        serving.truncate(RADIOS_MAX.saturating_sub(radios.len()).min(2));
        if !serving.is_empty() && !places.contains(&place) {
            places.push(place);
            radios.append(&mut serving);
        }
    }
    let mut elements: Vec<&Element> = Vec::new();
    for radio in &radios {
        let path = radio.radio_cell.and_then(|cell| city.path(cell, None)).expect("a radio cell has a path");
        for element in path.into_iter().skip(1).rev().filter(|e| e.radio_cell.is_none()) {
            if !elements.iter().any(|known| known.id == element.id) {
                elements.push(element);
            }
        }
    }
    elements.sort_by_key(|element| element.upstream.is_some());
    elements.extend(radios);
    let ids: Vec<ResourceId> = elements.iter().map(|element| element.id).collect();
    (elements.iter().map(|element| resource(draw, element, &ids, &places)).collect(), places)
}

fn resource(draw: &mut Draw, element: &Element, ids: &[ResourceId], places: &[H3Cell]) -> ResourcePlan {
    let class = match element.class {
        twin::Class::MicroN78 => Class::Micro,
        twin::Class::Transport => Class::Transport,
        twin::Class::Core | twin::Class::Edge => Class::Core,
        twin::Class::MacroN78 | twin::Class::U6GHzN104 => Class::Macro,
    };
    let nominal = match class {
        Class::Macro | Class::Micro => draw.between(40, 120),
        Class::Transport => draw.between(80, 200),
        Class::Core => draw.between(150, 400),
    };
    let mut covers: Vec<H3Cell> = places.iter().copied().filter(|place| element.serves.contains(place)).collect();
    // Some reach another place, too, so that a promise there can be handed over from one to the other.
    let reached = draw.pick(places).filter(|place| !covers.is_empty() && !covers.contains(place)).copied();
    covers.extend(reached.filter(|_| draw.happens(250)));
    ResourcePlan {
        id: element.id,
        name: element.name.clone(),
        class,
        upstream: element.upstream.and_then(|up| ids.iter().position(|id| *id == up)),
        radio_cell: element.radio_cell,
        covers,
        nominal,
        available: nominal + draw.below(20),
        floor_ppm: u32::try_from(draw.between(50_000, 250_000)).unwrap_or(0),
        background_min: draw.below(10),
        profile: draw.index(2),
        scale_ppm: u32::try_from(draw.between(300_000, 1_200_000)).unwrap_or(0),
    }
}

fn parties(draw: &mut Draw) -> Vec<PartyPlan> {
    (0..draw.between(4, 7))
        .map(|n| PartyPlan {
            id: PartyId::from_u128(draw.wide()),
            kind: match n {
                0 => Kind::Consumer,
                1 => Kind::Enterprise,
                2 => Kind::Partner,
                _ => *draw.pick(&[Kind::Consumer, Kind::Enterprise]).expect("not empty"),
            },
            // The first company is the one that emergencies are for: it can pay.
            funds_minor: match n {
                1 => 40_000,
                _ => *draw.pick(&[0, 150, 2_000, 40_000, 1_000_000]).expect("not empty"),
            },
            credit_minor: *draw.pick(&[0, 0, 500, 20_000]).expect("not empty"),
        })
        .collect()
}

/// One for emergencies, four to eight others, and the dear one.
fn offerings(draw: &mut Draw, partner: u32) -> Vec<OfferingPlan> {
    let mut all: Vec<OfferingPlan> = (0..draw.between(4, 8)).map(|n| offering(draw, n, partner)).collect();
    all.insert(EMERGENCY, emergency(draw, partner));
    all.push(OfferingPlan {
        step_minor: DEAR_MINOR,
        step: Duration::from_secs(1),
        demand: BTreeMap::new(),
        enterprise_only: false,
        window_max: Duration::from_days(800),
        arp: ArpPlan::UNSAID,
        ..offering(draw, 3, partner)
    });
    all
}

fn offering(draw: &mut Draw, shape: u64, partner: u32) -> OfferingPlan {
    let ppm = |draw: &mut Draw, from, to| u32::try_from(draw.between(from, to)).unwrap_or(0);
    let units = draw.between(3, 25);
    let kbps = units * 1_200;
    let promised = ![3, 4].contains(&shape);
    let minor = |draw: &mut Draw, to| i64::try_from(draw.between(1, to)).unwrap_or(1);
    let usage = |draw: &mut Draw, per: u64, held: u64| UsagePlan {
        num: draw.between(1, 9),
        den: draw.between(per, per * 10),
        held,
    };
    let (once, step, used, volume) = match shape {
        0 => (minor(draw, 900), 0, None, None),
        1 | 5 => (minor(draw, 300), minor(draw, 90), Some((100_000, draw.between(1_000_000, 40_000_000))), None),
        2 => (0, 0, Some((300_000, 0)), None),
        3 => (minor(draw, 700), 0, None, Some(draw.between(100, 3_000))),
        4 => (0, 0, Some((10, 0)), None),
        6 => (minor(draw, 2_000), minor(draw, 400), None, None),
        _ => (0, minor(draw, 120), Some((200_000, 0)), None),
    };
    OfferingPlan {
        id: OfferingId::from_u128(draw.wide()),
        name: format!("offering {shape}"),
        once_minor: once,
        step_minor: step,
        step: Duration::from_secs(draw.between(20, 200)),
        usage: used.map(|(per, held)| usage(draw, per, held)),
        tax_ppm: *draw.pick(&[0, 90_000, 210_000]).expect("not empty"),
        latency_ms_max: ppm(draw, 11, 40),
        percentile_ppm: *draw.pick(&[900_000, 950_000]).expect("not empty"),
        downlink_kbps_min: u32::try_from(kbps).unwrap_or(0),
        offered_kbps: kbps * draw.between(30, 90) / 100,
        window_max: Duration::from_mins(60),
        volume,
        assurance: Duration::from_secs(draw.between(2, 4) * 5),
        samples_min: ppm(draw, 3, 10),
        per_window_ppm: ppm(draw, 10_000, 300_000),
        cap_ppm: ppm(draw, 300_000, 1_000_000),
        enterprise_only: shape == 6,
        refund_unused: draw.happens(500),
        partner: (shape == 5 || draw.happens(250)).then(|| (partner, ppm(draw, 50_000, 600_000))),
        demand: if promised { demand(draw, units) } else { BTreeMap::new() },
        arp: arp(draw),
        transferable: draw.happens(600),
    }
}

/// For parties that the operator trusts: it takes much, from nearly everybody.
fn emergency(draw: &mut Draw, partner: u32) -> OfferingPlan {
    let units = draw.between(20, 40);
    let level = u8::try_from(draw.between(1, 3)).unwrap_or(1);
    let arp = ArpPlan { level, may_preempt: true, preemptable: draw.happens(300) };
    OfferingPlan { demand: demand(draw, units), arp, ..offering(draw, 0, partner) }
}

/// Half of what is on sale says nothing of its priority.
fn arp(draw: &mut Draw) -> ArpPlan {
    if draw.happens(500) {
        return ArpPlan::UNSAID;
    }
    let level = u8::try_from(draw.between(9, 15)).unwrap_or(15);
    ArpPlan { level, may_preempt: draw.happens(500), preemptable: draw.happens(700) }
}

/// Not every offering can be carried by small cells.
fn demand(draw: &mut Draw, units: u64) -> BTreeMap<Class, u64> {
    let mut demand = BTreeMap::from([(Class::Macro, units), (Class::Transport, units), (Class::Core, units)]);
    if draw.happens(600) {
        demand.insert(Class::Micro, units + draw.below(4));
    }
    demand
}
