//! Charging sessions and their leases: opened, charged, granted, given back.

use super::tokens::{count, token};
use crate::budget::Spending;
use crate::event::Event;
use crate::grant::{amounts_of, own_hold};
use crate::limits::{CHARGING_MEMORY, SESSION_MEMORY};
use crate::settlement::usage_legs;
use crate::state::{Charging, Deadline, Lease, State, TokenRef, TokenState};
use ledger::HoldState;
use types::{ChargingId, Instant};

const KNOWN: &str = "an event names a charging session that exists";

/// What an event of a charging session changes.
pub(in crate::apply) fn lease(state: &mut State, event: &Event, at: Instant) {
    match event {
        Event::ChargingOpened { row } => open_charging(state, row),
        Event::LeaseCharged { .. } => charge_lease(state, event, at),
        Event::LeaseGranted { .. } => grant_lease(state, event, at),
        Event::LeaseReturned { charging, rating_group, .. } => give_back(state, *charging, *rating_group),
        Event::ChargingClosed { charging, sequence } => close_charging(state, *charging, *sequence, at),
        Event::ChargingForgotten(charging) => forget_charging(state, *charging),
        _ => {}
    }
}

/// A lease as it is before anything is granted.
const fn empty(token: TokenRef) -> Lease {
    Lease {
        token,
        sequence: 0,
        granted: 0,
        held_minor: 0,
        money: None,
        units: None,
        valid_until: Instant::EPOCH,
        held_until: Instant::EPOCH,
        last: false,
        used: 0,
        paid_minor: 0,
        overrun_minor: 0,
    }
}

pub(in crate::apply) fn open_charging(state: &mut State, row: &Charging) {
    index_charging(state, row);
    state.chargings.insert(row.id, row.clone());
}

/// From a new row or one that is read back: what is granted in it is found by its token.
fn index_charging(state: &mut State, row: &Charging) {
    state.index.deadlines.insert(deadline_of(row));
    if row.is_open() {
        let count = state.index.open_chargings.entry(row.subscriber).or_default();
        *count = count.saturating_add(1);
    }
    for (rating_group, lease) in row.leases.iter().filter(|(_, lease)| lease.granted > 0) {
        index_lease(state, (row.id, *rating_group), lease);
    }
}

fn charge_lease(state: &mut State, event: &Event, at: Instant) {
    let &Event::LeaseCharged { charging, rating_group, sequence, token: charged, quantity, ref amounts } = event else {
        return;
    };
    give_back(state, charging, rating_group);
    let (meter, amounts) = (amounts.meter, amounts_of(amounts));
    let row = token(state, charged).clone();
    // What is held was spent when it was bought.
    let spending = own_hold(state, &row).is_none().then(|| Spending::on(&row));
    let legs = usage_legs(state, &row, &amounts);
    match own_hold(state, &row).filter(|_| amounts.paid > 0) {
        Some(hold) => state.ledger.capture(hold, amounts.paid, legs.as_slice()),
        None => state.ledger.charge(legs.as_slice()),
    }
    if let Some(spending) = spending {
        spending.spend(state, amounts.paid, at);
    }
    let used_up = row.units.and_then(|units| state.ledger.account(units)).is_some_and(|account| account.posted == 0);
    count(state, charged, (quantity, amounts.paid.saturating_add(amounts.overrun)), meter);
    let row = token(state, charged);
    row.overrun_minor = row.overrun_minor.saturating_add(amounts.overrun);
    row.earned_minor = row.earned_minor.saturating_add(amounts.earned);
    if used_up && matches!(row.state, TokenState::Issued | TokenState::Active) {
        row.state = TokenState::Exhausted;
    }
    change(state, charging, |row| {
        (row.sequence, row.touched_at) = (sequence, at);
        let lease = row.leases.entry(rating_group).or_insert(empty(charged));
        (lease.token, lease.sequence, lease.valid_until, lease.last) = (charged, sequence, at, true);
        lease.used = lease.used.saturating_add(quantity);
        lease.paid_minor = lease.paid_minor.saturating_add(amounts.paid);
        lease.overrun_minor = lease.overrun_minor.saturating_add(amounts.overrun);
    });
}

fn grant_lease(state: &mut State, event: &Event, at: Instant) {
    let &Event::LeaseGranted {
        charging,
        rating_group,
        sequence,
        token: granted,
        quantity,
        held_minor,
        units,
        valid_until,
        held_until,
        last,
    } = event
    else {
        return;
    };
    give_back(state, charging, rating_group);
    let row = token(state, granted).clone();
    let on_wallet = held_minor > 0 && own_hold(state, &row).is_none();
    let money = on_wallet.then(|| state.ledger.hold(row.wallet, held_minor, held_until, HoldState::Short));
    let volume = row.units.filter(|_| units > 0).map(|account| {
        let units = i64::try_from(units).expect("units were checked to fit");
        state.ledger.hold(account, units, held_until, HoldState::Short)
    });
    change(state, charging, |row| {
        (row.sequence, row.touched_at) = (sequence, at);
        let lease = row.leases.entry(rating_group).or_insert(empty(granted));
        (lease.token, lease.sequence, lease.granted, lease.held_minor) = (granted, sequence, quantity, held_minor);
        (lease.money, lease.units) = (money, volume);
        (lease.valid_until, lease.held_until, lease.last) = (valid_until, held_until, last);
    });
    let lease = state.charging(charging).and_then(|row| row.leases.get(&rating_group)).expect(KNOWN).clone();
    index_lease(state, (charging, rating_group), &lease);
}

/// What is granted of a rating group is free again.
fn give_back(state: &mut State, charging: ChargingId, rating_group: u32) {
    let row = state.chargings.get_mut(&charging).expect(KNOWN);
    let Some(lease) = row.leases.get_mut(&rating_group).filter(|lease| lease.granted > 0) else { return };
    let ended = lease.clone();
    (lease.granted, lease.held_minor, lease.money, lease.units) = (0, 0, None, None);
    for hold in [ended.money, ended.units].into_iter().flatten() {
        state.ledger.release(hold);
    }
    state.index.leases_of.remove(&(ended.token, charging, rating_group));
    state.index.deadlines.remove(&(ended.held_until, Deadline::Lease(charging, rating_group)));
    let wallet = token(state, ended.token).wallet;
    state.index.last_leases.remove(&(wallet, charging, rating_group));
    state.index.leases_on.remove(&(wallet, charging, rating_group));
    lease_own_hold(state, &ended, ended.held_minor.saturating_neg());
}

fn close_charging(state: &mut State, charging: ChargingId, sequence: u32, at: Instant) {
    change(state, charging, |row| {
        (row.sequence, row.touched_at, row.closed_at) = (sequence, at, Some(at));
    });
    let subscriber = state.charging(charging).expect(KNOWN).subscriber;
    forget_open(state, subscriber);
}

fn forget_charging(state: &mut State, charging: ChargingId) {
    let groups: Vec<u32> = state.charging(charging).expect(KNOWN).leases.keys().copied().collect();
    for rating_group in groups {
        give_back(state, charging, rating_group);
    }
    let row = state.chargings.remove(&charging).expect(KNOWN);
    state.index.deadlines.remove(&deadline_of(&row));
    if row.is_open() {
        forget_open(state, row.subscriber);
    }
}

fn forget_open(state: &mut State, subscriber: crate::state::Subscriber) {
    let count = state.index.open_chargings.entry(subscriber).or_default();
    *count = count.saturating_sub(1);
    if *count == 0 {
        state.index.open_chargings.remove(&subscriber);
    }
}

/// Changes a charging session and keeps its deadline in step.
fn change(state: &mut State, charging: ChargingId, change: impl FnOnce(&mut Charging)) {
    let row = state.chargings.get_mut(&charging).expect(KNOWN);
    let before = deadline_of(row);
    change(row);
    let after = deadline_of(row);
    if before != after {
        state.index.deadlines.remove(&before);
        state.index.deadlines.insert(after);
    }
}

/// When it is forgotten: a while after it was closed, or long after anything happened in it.
fn deadline_of(row: &Charging) -> (Instant, Deadline) {
    let idle = row.touched_at.after(CHARGING_MEMORY);
    (row.closed_at.map_or(idle, |closed_at| closed_at.after(SESSION_MEMORY)), Deadline::Charging(row.id))
}

fn index_lease(state: &mut State, (charging, rating_group): (ChargingId, u32), lease: &Lease) {
    state.index.leases_of.insert((lease.token, charging, rating_group));
    state.index.deadlines.insert((lease.held_until, Deadline::Lease(charging, rating_group)));
    let wallet = token(state, lease.token).wallet;
    if lease.money.is_some() {
        state.index.leases_on.insert((wallet, charging, rating_group));
    }
    if lease.last {
        state.index.last_leases.insert((wallet, charging, rating_group));
    }
    lease_own_hold(state, lease, lease.held_minor);
}

/// Money that a lease takes of what was held when its token was bought is counted, for no hold of its own has it.
fn lease_own_hold(state: &mut State, lease: &Lease, change: i64) {
    if lease.money.is_some() || change == 0 {
        return;
    }
    let leased = state.index.leased_minor.entry(lease.token).or_default();
    *leased = leased.saturating_add(change);
    if *leased == 0 {
        state.index.leased_minor.remove(&lease.token);
    }
}
