//! A small operator, founded once: a customer with money, a radio cell, a boost and calls on sale, one of each bought.

use crate::native::{offerings, orders, resources};
use engine::capacity::ProfileRef;
use engine::state::{PartyKind, PartyRef, State};
use engine::{Actor, Answer, Command, Rejection, Request, Stamp, apply};
use node::View;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use types::{CellId, Currency, Instant, PartyId, SourceId, TenantId};

/// When everything happens: 2027-01-15.
pub(super) const NOW: Instant = Instant::from_ms(1_800_000_000_000);
/// The customer.
pub(super) const ALICE: Actor = Actor::customer(PartyRef::from_index(1));

static SHOP: LazyLock<View> = LazyLock::new(|| {
    let mut view = View { at: NOW, next_seq: 1, ..View::default() };
    let state = &mut view.state;
    let currency = Currency::parse("EUR").expect("a code");
    for command in [
        Command::FoundCell { cell: CellId(1), operator: PartyId::from_u128(1) },
        Command::RegisterParty {
            id: PartyId::from_u128(2),
            tenant: TenantId(1),
            kind: PartyKind::Consumer,
            subject: None,
        },
        Command::OpenWallet { party: ALICE.party, currency },
        Command::TopUp { party: ALICE.party, currency, amount_minor: 1_000_000 },
        Command::SetProfile { profile: ProfileRef::from_index(0), hourly_ppm: vec![100_000; 168] },
        Command::RegisterSource { id: SourceId::from_u128(1) },
    ] {
        take(state, Actor::OPERATOR, command).expect("it founds the shop");
    }
    let (_, radio) = resources::convert::define(read(radio()), state).expect("a resource");
    take(state, Actor::OPERATOR, radio).expect("a resource");
    for draft in [boost(), calls()] {
        let (_, offering) = offerings::convert::publish(read(draft), state, Actor::OPERATOR).expect("sound");
        take(state, Actor::OPERATOR, offering).expect("on sale");
    }
    for number in [1, 2] {
        let order = orders::convert::purchase(read(order(number)), None, state, ALICE, NOW).expect("sound");
        take(state, ALICE, Command::PurchaseToken(Box::new(order))).expect("bought");
    }
    view
});

/// The shop as it was founded.
pub(super) fn view() -> &'static View {
    &SHOP
}

/// Its state.
pub(super) fn state() -> &'static State {
    &SHOP.state
}

/// Asks the engine, and what it decides is done, to a shop of its own. The books balance before and after.
pub(super) fn ask(actor: Actor, command: Command) {
    let mut state = state().clone();
    if take(&mut state, actor, command).is_ok() {
        let mut sums = BTreeMap::new();
        for (_, account) in state.ledger.accounts() {
            *sums.entry(account.asset).or_insert(0_i128) += i128::from(account.posted);
        }
        assert!(sums.values().all(|sum| *sum == 0), "the books do not balance: {sums:?}");
    }
}

fn take(state: &mut State, actor: Actor, command: Command) -> Result<Answer, Rejection> {
    let mut events = Vec::new();
    let entropy = state.tokens_of(ALICE.party).count() as u128 * 100 + 7;
    let answer =
        engine::decide(state, &Request { actor, key: None, command }, Stamp { now: NOW, entropy }, &mut events)?;
    for event in &events {
        apply(state, event, NOW);
    }
    Ok(answer)
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a draft")
}

fn radio() -> Value {
    json!({
        "id": "res_00000000000000000000000001", "name": "n78-1", "class": "radio_macro", "covers": ["89196953157ffff"],
        "nominal": 100, "floor_ppm": 400_000, "profile": 0,
    })
}

fn boost() -> Value {
    json!({
        "id": "off_00000000000000000000000001", "name": "Boost", "capability": "experience", "qos_profile": "QOS_L",
        "terms": {"latency_ms_max": 30, "percentile_ppm": 950_000, "downlink_kbps_min": 5_000, "uplink_kbps_min": 1_000, "window_length_max_s": 86_400},
        "price": {"currency": "EUR", "step_minor": 75, "step_s": 3_600, "tax_ppm": 210_000},
        "guarantee": {"assurance_window_s": 10, "samples_min": 10},
        "remedy": {"per_broken_window_ppm": 100_000, "cap_ppm": 1_000_000},
        "eligible": ["consumer"], "refund_unused": true,
        "demand": {"radio_macro": {"units": 10, "epsilon_ppb": 400_000, "version": 1}},
    })
}

fn calls() -> Value {
    json!({
        "id": "off_00000000000000000000000002", "name": "Calls", "capability": "security", "qos_profile": "NONE",
        "terms": {"latency_ms_max": 0, "percentile_ppm": 0, "downlink_kbps_min": 0, "uplink_kbps_min": 0, "window_length_max_s": 86_400},
        "price": {"currency": "EUR", "usage": {"unit": "call", "rate_minor": 1, "per_quantity": 1}},
        "guarantee": {"assurance_window_s": 10, "samples_min": 10},
        "remedy": {"per_broken_window_ppm": 0, "cap_ppm": 0},
    })
}

fn order(number: u32) -> Value {
    json!({
        "offering": format!("off_{number:026}"), "window": {"duration_s": 7_200}, "place": {"h3": ["89196953157ffff"]},
    })
}
