//! Rounds over a real cell: what was sold makes prices for the same hours of the next week, and a change is followed.

use super::{Pricer, Settings};
use crate::running;
use engine::capacity::{ProfileRef, Resource, ResourceRef, SLOTS_PER_HOUR, Slot, SlotRange};
use engine::rating::{Component, PricePlan};
use engine::state::{
    Capabilities, Capability, Demand, Grade, Guarantee, OfferingRef, PartyKind, PartyRef, Remedy, ResourceClass,
    ResourceInfo, Terms,
};
use engine::{Actor, Command, OfferingDraft, Purchase, PurchaseBy, Wish};
use journal::{Memory, Store};
use node::{Cell, Clock};
use northbound::{Congestion, CongestionCounts};
use std::collections::BTreeMap;
use std::sync::Arc;
use types::{Area, CellId, Currency, Duration, H3Cell, Instant, OfferingId, PartyId, ResourceId, TenantId, Window};

/// Monday 5 January 2026, 00:00 UTC.
const MONDAY: Instant = Instant::from_ms(1_767_571_200_000);
/// A week later.
const NEXT: Instant = Instant::from_ms(1_767_571_200_000 + 7 * 86_400_000);
const RADIO: ResourceRef = ResourceRef::from_index(0);
const EVERY: Duration = Duration::from_hours(1);

/// A cell on a Monday with one radio cell of 100 units, and what makes its prices.
struct World {
    cell: Cell,
    pricer: Pricer,
}

impl World {
    async fn open() -> Self {
        // The cell's own clock stands still: a jump of a week would stop it.
        let store: Arc<dyn Store> = Arc::new(Memory::new(CellId(1)));
        let cell = Cell::start_with(&store, Clock::new(|| MONDAY)).expect("it starts");
        running::found(cell.gate(), CellId(1)).await.expect("it is founded");
        let settings = Settings { every: Some(EVERY), ..Settings::default() };
        let world = Self { pricer: Pricer::new(cell.gate().clone(), settings), cell };
        let (party, currency) = (PartyRef::from_index(1), Currency::parse("EUR").expect("a code"));
        let kind = PartyKind::Consumer;
        let id = PartyId::from_u128(9);
        let profile = ProfileRef::from_index(0);
        for command in [
            Command::SetProfile { profile, hourly_ppm: vec![0; 168] },
            Command::DefineResource(Box::new(radio(profile))),
            Command::PublishOffering(Box::new(offering(1, "boost", 150))),
            Command::PublishOffering(Box::new(offering(2, "uplink", 450))),
            Command::RegisterParty { id, tenant: TenantId(1), kind, subject: None },
            Command::OpenWallet { party, currency },
            Command::TopUp { party, currency, amount_minor: 1_000_000 },
        ] {
            world.ask(command).await;
        }
        world
    }

    async fn ask(&self, command: Command) {
        let operator = Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR };
        self.cell.gate().submit(operator, command).await.expect("it is accepted");
    }

    /// Sells an hour of an offering that begins so many hours after Monday.
    async fn sell(&self, number: u32, hour: u64, times: usize) {
        let from = MONDAY.after(Duration::from_hours(hour));
        for _ in 0..times {
            let wish = Wish {
                party: PartyRef::from_index(1),
                offering: OfferingRef::from_index(number),
                window: Window::starting(from, Duration::from_hours(1)).expect("a window"),
                place: Area::new(vec![here()]).expect("a place"),
                stages: Vec::new(),
                grade_min: Grade::Empirical,
                promotion: None,
            };
            let (party, by) = (PartyRef::from_index(1), PurchaseBy::Wish(wish));
            let purchase = Purchase { party, by, device: None, holder: None, payer: None };
            self.ask(Command::PurchaseToken(Box::new(purchase))).await;
        }
    }

    async fn round(&mut self, now: Instant) -> (bool, CongestionCounts) {
        let done = self.pricer.round(EVERY, now).await;
        (done, self.pricer.shared().counts())
    }

    /// What a unit is worth in the first slot of each of the next `hours`, in ppm of a minor unit.
    async fn worth(&self, now: Instant, hours: u32) -> Vec<u128> {
        let first = Slot::containing(now).expect("a slot");
        let of = |hour: u32| {
            let from = first.after(hour * SLOTS_PER_HOUR);
            SlotRange::new(from, from.after(1)).expect("a slot")
        };
        let read = move |view: &node::View| {
            let found = view.state.bids.in_force(now).find(|(resource, ..)| *resource == RADIO);
            (0..hours).map(|hour| found.map_or(0, |(_, table, row)| table.worth_ppm(row, of(hour)))).collect()
        };
        self.cell.gate().read(read).await
    }
}

fn here() -> H3Cell {
    H3Cell::from_index(0x0891_9690_3a63_ffff)
}

fn radio(profile: ProfileRef) -> (ResourceInfo, Resource) {
    let info = ResourceInfo {
        id: ResourceId::from_u128(1),
        name: "n78-1".to_owned(),
        class: ResourceClass::RadioMacro,
        upstream: None,
        covers: vec![here()],
    };
    let calendar = Resource {
        nominal: 100,
        available: 100,
        floor_ppm: 0,
        background_min: 0,
        profile,
        profile_scale_ppm: 1_000_000,
    };
    (info, calendar)
}

/// Ten units, and so much for each hour.
fn offering(id: u128, name: &str, step_minor: u64) -> OfferingDraft {
    OfferingDraft {
        id: OfferingId::from_u128(id),
        name: name.to_owned(),
        capability: Capability::Experience,
        also: Capabilities::NONE,
        qos_profile: format!("QOS_{name}"),
        terms: Terms {
            latency_ms_max: 20,
            percentile_ppm: 950_000,
            downlink_kbps_min: 0,
            uplink_kbps_min: 0,
            window_length_max: Duration::from_days(1),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        currency: Currency::parse("EUR").expect("a code"),
        price: PricePlan::gross(0, vec![Component::per_time("Time", step_minor, Duration::from_hours(1))]),
        guarantee: Guarantee { assurance_window: Duration::from_mins(1), samples_min: 10 },
        remedy: Remedy { per_broken_window_ppm: 0, cap_ppm: 0 },
        eligible: Vec::new(),
        refund_unused: false,
        partners: Vec::new(),
        demand: BTreeMap::from([(
            ResourceClass::RadioMacro,
            Demand { units: 10, epsilon_ppb: 1, version: 1, grade: None, graded: None },
        )]),
        arp: None,
        transferable: false,
        cost: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sold_makes_prices_for_the_same_hours_of_the_next_week() {
    let mut world = World::open().await;
    let nothing = CongestionCounts { took_us: 0, ..CongestionCounts::default() };
    let (done, counts) = world.round(NEXT).await;
    assert!(done && CongestionCounts { took_us: 0, ..counts } == nothing, "nothing was sold: plans hold");

    // On Monday evening all of the radio cell was sold, half of it dear; at noon a little.
    world.sell(1, 20, 5).await;
    world.sell(0, 20, 5).await;
    world.sell(0, 12, 1).await;
    // A part of it does not work: half of what was wanted fits.
    world.ask(Command::SetAvailable { resource: RADIO, available: 50 }).await;
    let (done, counts) = world.round(NEXT).await;
    assert!(done && (counts.solved, counts.resources, counts.failures) == (1, 1, 0), "{counts:?}");
    let worth = world.worth(NEXT, 24).await;
    let priced: Vec<usize> = (0..24).filter(|hour| worth[*hour] > 50_000).collect();
    assert_eq!(priced, [20], "{worth:?}");
    // Between what the cheap and the dear one pay for a unit in a slot: 150 and 450 for 10 units and 12 slots.
    assert!((1_000_000..3_750_000).contains(&worth[20]), "{worth:?}");

    // Nothing changed: nothing is said. More fails: the same hour is worth more, and only that is solved.
    let soon = NEXT.after(Duration::from_mins(1));
    assert_eq!(world.round(soon).await.1.refreshed, 0);
    world.ask(Command::SetAvailable { resource: RADIO, available: 30 }).await;
    let (done, counts) = world.round(soon).await;
    assert!(done && (counts.solved, counts.refreshed) == (1, 1), "{counts:?}");
    let after = world.worth(NEXT, 24).await;
    assert!(after[20] > worth[20], "{} {}", after[20], worth[20]);
    // All was bought twenty hours before: an hour later nobody is expected any more, and nothing is said.
    let (done, counts) = world.round(NEXT.after(EVERY)).await;
    assert!(done && (counts.solved, counts.refreshed) == (1, 1), "{counts:?}");
    let late = NEXT.after(Duration::from_hours(4));
    assert_eq!(world.worth(late, 20).await, [0; 20], "what was said expires");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_loaded_is_counted_and_tried_again() {
    let mut world = World::open().await;
    world.sell(1, 20, 10).await;
    // Bid prices of another operator's making, in other money: the two cannot be added up.
    let yen = OfferingDraft { currency: Currency::parse("JPY").expect("a code"), ..offering(3, "yen", 9) };
    world.ask(Command::PublishOffering(Box::new(yen))).await;
    let core = ResourceRef::from_index(1);
    let (mut info, calendar) = radio(ProfileRef::from_index(0));
    (info.id, info.covers, info.name) = (ResourceId::from_u128(2), Vec::new(), "core".to_owned());
    world.ask(Command::DefineResource(Box::new((info, calendar)))).await;
    let head = engine::capacity::BidHead {
        from: Slot::containing(MONDAY).expect("a slot"),
        step: engine::capacity::ForecastStep::Hour,
        currency: Currency::parse("JPY").expect("a code"),
        scale: 1,
        expires_at: MONDAY.after(Duration::from_hours(1)),
    };
    let table = engine::capacity::BidTable::new(head, vec![(core, vec![7])]).expect("a table");
    let operator = Actor { party: PartyRef::OPERATOR, ..Actor::OPERATOR };
    world.cell.gate().load_bid_prices(operator, table).await.expect("it is loaded");
    let (done, counts) = world.round(NEXT).await;
    assert!(!done && (counts.solved, counts.failures) == (0, 1), "{counts:?}");
}
