//! A small cell for tests: one customer, one radio cell, four things on sale.

use engine::rating::{Component, PricePlan};
use engine::state::{
    Capabilities, Capability, Demand, Grade, Guarantee, OfferingRef, PartyKind, PartyRef, Remedy, ResourceClass,
    ResourceInfo, State, Terms, TokenRef,
};
use engine::{Actor, Charge, Command, OfferingDraft, Purchase, PurchaseBy, Wish};
use std::collections::BTreeMap;
use types::{
    Area, CellId, Currency, Duration, H3Cell, Instant, OfferingId, PartyId, ResourceId, SourceId, TenantId, Unit,
    Window,
};

pub const CELL: CellId = CellId(7);
/// The customer.
pub const ALICE: PartyRef = PartyRef::from_index(1);
/// A fee of 60 for any window, on the radio cell; refundable; a promise over seconds.
pub const BOOST: OfferingRef = OfferingRef::from_index(0);
/// One minor unit a call, out of the wallet.
pub const CALLS: OfferingRef = OfferingRef::from_index(1);
/// A fee of 60 and one minor unit for 1,000 bytes, up to 100 held, on the radio cell.
pub const STREAM: OfferingRef = OfferingRef::from_index(2);

pub fn eur() -> Currency {
    Currency::parse("EUR").expect("a code")
}

pub fn place() -> Area {
    Area::new(vec![cell()]).expect("a place")
}

fn cell() -> H3Cell {
    H3Cell::from_index((8 << 52) | 0x41)
}

/// Everything that founds the cell, with so much in Alice's wallet.
pub fn founding(balance_minor: i64) -> Vec<Command> {
    let profile = minicbor::decode(&[0]).expect("the first profile");
    let mut commands = vec![
        Command::FoundCell { cell: CELL, operator: PartyId::from_u128(1) },
        Command::RegisterParty {
            id: PartyId::from_u128(2),
            tenant: TenantId(1),
            kind: PartyKind::Consumer,
            subject: None,
        },
        Command::OpenWallet { party: ALICE, currency: eur() },
        Command::TopUp { party: ALICE, currency: eur(), amount_minor: balance_minor },
        Command::SetProfile { profile, hourly_ppm: vec![0; 168] },
        Command::RegisterSource { id: SourceId::from_u128(1) },
    ];
    commands.push(radio_cell(1, cell()));
    commands.extend([boost(), calls(), stream()].map(|draft| Command::PublishOffering(Box::new(draft))));
    commands
}

/// A radio cell that covers one place.
pub fn radio_cell(number: u128, place: H3Cell) -> Command {
    let info = ResourceInfo {
        id: ResourceId::from_u128(number),
        name: format!("cell-{number}"),
        class: ResourceClass::RadioMacro,
        upstream: None,
        covers: vec![place],
    };
    // Nominal, available, floor, background, profile and its scale, as the journal writes them.
    let calendar = minicbor::to_vec((1_000_u64, 1_000_u64, 0_u32, 0_u64, 0_u32, 0_u32)).expect("to memory");
    let calendar = minicbor::decode(&calendar).expect("a resource");
    Command::DefineResource(Box::new((info, calendar)))
}

fn boost() -> OfferingDraft {
    OfferingDraft {
        id: OfferingId::from_u128(1),
        name: "boost".to_owned(),
        capability: Capability::Experience,
        also: Capabilities::NONE,
        qos_profile: "QOS_L".to_owned(),
        terms: Terms {
            latency_ms_max: 20,
            percentile_ppm: 900_000,
            downlink_kbps_min: 8_000,
            uplink_kbps_min: 0,
            window_length_max: Duration::from_days(2),
            volume: None,
            concurrency: None,
            rollover_max: None,
        },
        currency: eur(),
        price: PricePlan::gross(0, vec![Component::once("Fee", 60)]),
        guarantee: Guarantee { assurance_window: Duration::from_secs(10), samples_min: 10 },
        remedy: Remedy { per_broken_window_ppm: 250_000, cap_ppm: 500_000 },
        eligible: Vec::new(),
        refund_unused: true,
        partners: Vec::new(),
        demand: BTreeMap::from([(
            ResourceClass::RadioMacro,
            Demand { units: 100, epsilon_ppb: 1, version: 1, grade: None, graded: None },
        )]),
        arp: None,
        transferable: false,
        cost: None,
    }
}

fn calls() -> OfferingDraft {
    OfferingDraft {
        id: OfferingId::from_u128(2),
        name: "calls".to_owned(),
        qos_profile: "QOS_C".to_owned(),
        price: PricePlan::gross(0, vec![Component::per_unit("Calls", Unit::Call, (1, 1), 0)]),
        demand: BTreeMap::new(),
        ..boost()
    }
}

fn stream() -> OfferingDraft {
    let usage = Component::per_unit("Bytes", Unit::Byte, (1, 1_000), 100_000);
    OfferingDraft {
        id: OfferingId::from_u128(3),
        name: "stream".to_owned(),
        qos_profile: "QOS_S".to_owned(),
        price: PricePlan::gross(0, vec![Component::once("Fee", 60), usage]),
        ..boost()
    }
}

/// A wish for an offering, from now on for an hour.
pub fn wish(offering: OfferingRef, now: Instant) -> Wish {
    let window = Window::starting(now, Duration::from_hours(1)).expect("not empty");
    Wish {
        party: ALICE,
        offering,
        window,
        place: place(),
        stages: Vec::new(),
        grade_min: Grade::Empirical,
        promotion: None,
    }
}

/// Buys it.
pub fn purchase(offering: OfferingRef, now: Instant) -> Command {
    let by = PurchaseBy::Wish(wish(offering, now));
    Command::PurchaseToken(Box::new(Purchase { party: ALICE, by, device: None, holder: None, payer: None }))
}

/// A charge through the operator's first meter.
pub fn charge(token: TokenRef, sequence: u64, quantity: u64) -> Charge {
    Charge { token, source: engine::state::SourceRef::from_index(0), sequence, quantity, unit: None }
}

/// What Alice can spend, and what is held of her money.
pub fn money(state: &State) -> (i64, i64) {
    let wallet = state.party(ALICE).and_then(|party| party.wallets.values().next()).expect("she has one");
    let row = state.ledger.account(*wallet).expect("it is open");
    (state.ledger.available(*wallet).expect("it is open"), row.held)
}

/// Every asset sums to zero.
pub fn balanced(state: &State) -> bool {
    let mut sums = BTreeMap::new();
    for (_, account) in state.ledger.accounts() {
        *sums.entry(account.asset).or_insert(0_i128) += i128::from(account.posted);
    }
    sums.values().all(|sum| *sum == 0)
}

/// The customer, acting for herself.
pub const fn alice() -> Actor {
    Actor::customer(ALICE)
}
