//! The invariants, checked from outside: what must hold after every decision, and at the end of every run.

use crate::world::World;
use capacity::Slot;
use engine::state::{Blob, BlobHash, Origin, PaymentKind, PaymentOutcome, Row, Shares, State, TokenRef};
use engine::{Event, MarketEvent, apply, rating};
use ledger::AccountKind;
use std::collections::{BTreeMap, BTreeSet};
use types::Instant;

/// Both books balance, nobody is below a limit, what tokens deferred is on the operator's account.
pub fn check_books(state: &State) {
    for (asset, _) in state.ledger.assets() {
        assert_eq!(state.ledger.sum_of(asset), 0, "the sum of every asset is zero");
    }
    let mut held = BTreeMap::new();
    for (_, hold) in state.ledger.holds() {
        assert!(hold.remaining >= 0);
        *held.entry(hold.account).or_insert(0_i64) += hold.remaining;
    }
    for (at, account) in state.ledger.accounts() {
        assert_eq!(account.held, held.get(&at).copied().unwrap_or(0), "what is held is the sum of the holds");
        assert!(!account.kind.is_customer() || account.available() >= 0, "no customer is below its limit");
    }
    check_deferred(state);
    for (wallet, lots) in &state.lots {
        let mut settled = lots.lots.iter().map(|lot| (lot.number, lot.brought_minor, lot.left_minor));
        assert!(settled.all(|(number, brought, left)| number < lots.next && (0..=brought).contains(&left)), "{lots:?}");
        assert!(state.ledger.account(*wallet).is_some_and(|account| account.kind == AccountKind::Wallet));
    }
    check_leases(state);
}

/// What is granted is what is set aside for it; what came out of a token's own hold fits in it.
fn check_leases(state: &State) {
    let mut of_own_hold = BTreeMap::new();
    for (id, charging) in &state.chargings {
        assert_eq!(*id, charging.id);
        for lease in charging.leases.values() {
            let remaining = |hold| state.ledger.hold_at(hold).expect("a lease names a hold that is there").remaining;
            let token = state.token(lease.token).expect("a lease is of a token");
            if lease.granted == 0 {
                assert_eq!((lease.held_minor, lease.money, lease.units), (0, None, None), "nothing out, nothing held");
                continue;
            }
            assert!(token.is_live() && charging.is_open(), "nothing is out of what is over");
            let units = lease.units.map(remaining);
            assert!(
                units.is_none_or(|units| Ok(units) == i64::try_from(lease.granted)),
                "units are granted as a whole"
            );
            let plan = &state.offering(token.offering).expect("sold").price.plan;
            assert!(
                units.is_some() || token.units.is_none() || plan.metered_rates() > 0,
                "or something else is counted"
            );
            match lease.money {
                Some(hold) => assert_eq!(remaining(hold), lease.held_minor),
                None => *of_own_hold.entry(lease.token).or_insert(0) += lease.held_minor,
            }
        }
    }
    for (token, leased) in of_own_hold.into_iter().filter(|(_, leased)| *leased > 0) {
        let hold = state.token(token).and_then(|row| row.hold).expect("it takes from its own hold");
        assert!(state.ledger.hold_at(hold).expect("held").remaining >= leased, "no more is out than was held");
    }
}

/// Deferred revenue is what live tokens have paid, net, less what they have earned.
fn check_deferred(state: &State) {
    let mut deferred = BTreeMap::new();
    for token in &state.tokens {
        let price = state.offering(token.offering).expect("sold").pricing(token.version.unwrap_or(0));
        let carried = token.term.map_or(0, |term| term.carried_minor);
        let net = token.fee_paid_minor - price.plan.tax_in(token.fee_paid_minor) + carried;
        assert!((0..=net).contains(&token.earned_minor), "earned {} of net {net}", token.earned_minor);
        assert!((0..=token.fee_paid_minor).contains(&token.refunded_minor), "no more is paid back than was paid");
        if token.is_live() {
            *deferred.entry(price.asset).or_insert(0_i64) += net - token.earned_minor;
        } else {
            assert_eq!((token.hold, token.booking), (None, None), "a closed token holds nothing");
            let left = token.units.and_then(|units| state.ledger.available(units)).unwrap_or(0);
            assert_eq!(left, 0, "what is left of the volume of a closed token went back");
        }
    }
    for (_, account) in state.ledger.accounts().filter(|(_, account)| account.kind == AccountKind::DeferredRevenue) {
        assert_eq!(account.posted, deferred.get(&account.asset).copied().unwrap_or(0), "deferred revenue ties");
    }
}

/// Whatever was just admitted fits: firm, short, floor and background under what works, and under what was built.
pub fn check_admissions(state: &State, events: &[Event]) {
    for event in events {
        let (booking, slots) = match event {
            Event::QuoteIssued { quote, slots } => (quote.booking, *slots),
            Event::TokenIssued { row, slots: Some(slots), .. } => (row.booking, *slots),
            _ => continue,
        };
        let Some(booking) = booking else { continue };
        let booked = state.capacity.booking(booking).expect("just admitted");
        for leg in &booked.legs {
            let Some(own) = leg.among(slots) else { continue };
            for slot in (own.from().index()..own.to().index()).take(600) {
                let view = state.capacity.free(leg.resource, Slot::from_index(slot)).expect("defined");
                let taken = view.committed + view.short + view.floor;
                assert!(taken <= view.nominal && taken + view.background <= view.available, "{view:?}");
            }
        }
    }
}

/// Nothing is left behind once every token and quote is over.
pub fn check_nothing_left(state: &State) {
    assert!(state.tokens.iter().all(|token| !token.is_live()));
    assert_eq!((state.ledger.holds().count(), state.capacity.bookings().count()), (0, 0));
    assert!(state.chargings.is_empty(), "charging sessions are forgotten");
    assert!(state.quotes.is_empty() && state.next_deadline().is_none());
    let deferred = state.ledger.accounts().filter(|(_, account)| account.kind == AccountKind::DeferredRevenue);
    assert!(deferred.into_iter().all(|(_, account)| account.posted == 0));
}

/// The events alone give the state; so does its snapshot; and every event survives its encoding.
pub fn check_replay(world: &World) {
    let mut replayed = State::default();
    for (at, event) in &world.log {
        let bytes = minicbor::to_vec(event).expect("encodes");
        let mut read: Event = minicbor::decode(&bytes).expect("decodes");
        assert_eq!(read, *event);
        if let Some(bytes) = table_of(event) {
            read.resolve(&bytes).expect("a table");
        }
        apply(&mut replayed, &read, *at);
    }
    assert!(replayed == world.state, "replaying the events gives the same state");
    check_snapshot(&world.state);
    check_charges(world);
    check_shares(world);
    check_payouts(world);
}

/// No payment is paid back more than it brought, whoever's wallet its money was in by then.
fn check_payouts(world: &World) {
    let mut left: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, event) in &world.log {
        let (reference, change) = match event {
            Event::FundsAdded { origin: Some(origin), amount_minor, .. } => match &**origin {
                Origin::Payment(reference) => (reference, *amount_minor),
                Origin::Unstated | Origin::Promotion => continue,
            },
            Event::PaymentRequested(payment) if payment.kind != PaymentKind::TopUp => {
                (&payment.reference, -payment.amount_minor)
            }
            Event::PaymentSettled(payment, PaymentOutcome::Declined) if payment.kind != PaymentKind::TopUp => {
                (&payment.reference, payment.amount_minor)
            }
            _ => continue,
        };
        let of_it = left.entry(reference).or_default();
        *of_it += change;
        assert!(*of_it >= 0, "{reference} was paid back more than it brought");
    }
}

/// Rows, read back, give an equal state and the same rows, to the byte.
pub fn check_snapshot(state: &State) {
    let bytes = |state: &State| -> Vec<Vec<u8>> {
        state.rows().map(|row| minicbor::to_vec(Event::Restored(Box::new(row))).expect("encodes")).collect()
    };
    let written = bytes(state);
    let mut restored = State::default();
    for row in &written {
        let mut read: Event = minicbor::decode(row).expect("decodes");
        if let Some(name) = read.blob() {
            read.resolve(&kept(state, name)).expect("a table");
        }
        apply(&mut restored, &read, Instant::EPOCH);
    }
    assert_eq!(bytes(&restored), written, "a snapshot is canonical");
    assert!(restored == *state, "a snapshot gives an equal state, indexes and deadlines included");
    assert!(matches!(state.rows().next(), Some(Row::Head { .. })));
}

/// However small the amounts were: each partner got its share of all the net revenue of a token, and no more or less.
fn check_shares(world: &World) {
    let mut shared: BTreeMap<TokenRef, (i64, Vec<i64>)> = BTreeMap::new();
    let mut over = Vec::new();
    for (_, event) in &world.log {
        if let Event::TokenTransferred { token, to, .. } = event {
            let moved = shared.remove(token);
            shared.extend(moved.map(|moved| (*to, moved)));
        }
        let Some((token, net, parts)) = split(event) else { continue };
        let (sum, each) = shared.entry(token).or_insert_with(|| (0, vec![0; 8]));
        *sum += net;
        each.iter_mut().zip(parts.iter()).for_each(|(sum, minor)| *sum += minor);
        if let Event::Market(_) = event {
            // The sums of a token begin anew with every period.
            over.extend(shared.remove(&token).map(|sums| (token, sums)));
        }
    }
    for (token, (net, each)) in shared.into_iter().chain(over) {
        let offering = world.state.offering(world.state.token(token).expect("sold").offering).expect("published");
        let parts = offering.partners().map(|partner| i128::from(net) * i128::from(partner.share_ppm) / 1_000_000);
        let parts: Vec<i128> = parts.chain(std::iter::repeat(0)).take(each.len()).collect();
        assert_eq!(each.iter().copied().map(i128::from).collect::<Vec<_>>(), parts, "{token:?} of {net} net");
    }
}

/// What an event makes of net revenue, and what of it each partner gets.
fn split(event: &Event) -> Option<(TokenRef, i64, Shares)> {
    Some(match event {
        Event::UsageCharged {
            token,
            paid_minor,
            overrun_minor,
            tax_minor,
            earned_minor,
            partner_minor,
            others_minor,
            ..
        } => {
            let net = paid_minor + overrun_minor - tax_minor + earned_minor;
            (*token, net, Shares::of(*partner_minor, others_minor.as_deref()))
        }
        Event::LeaseCharged { token, amounts, .. } => {
            let net = amounts.paid_minor + amounts.overrun_minor - amounts.tax_minor + amounts.earned_minor;
            (*token, net, Shares::of(amounts.partner_minor, amounts.others_minor.as_deref()))
        }
        Event::TokenClosed { token, earned_minor, partner_minor, others_minor, .. } => {
            (*token, *earned_minor, Shares::of(*partner_minor, others_minor.as_deref()))
        }
        Event::Market(event) => match &**event {
            MarketEvent::TokenRenewed { token, earned_minor, partner_minor, others_minor, .. } => {
                (*token, *earned_minor, Shares::of(*partner_minor, others_minor.as_deref()))
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// The bytes that a journal would keep beside an event.
fn table_of(event: &Event) -> Option<Vec<u8>> {
    match event {
        Event::ForecastLoaded(blob) => Some(blob.table().expect("what is named is kept").to_bytes()),
        Event::BidPricesLoaded(blob) => Some(blob.table().expect("what is named is kept").to_bytes()),
        _ => None,
    }
}

/// And those beside a row.
fn kept(state: &State, name: BlobHash) -> Vec<u8> {
    let forecast = state.forecasts.iter().find(|kept| kept.hash() == name).and_then(Blob::table);
    let bids = || state.bids.loaded().find(|(_, kept)| kept.hash() == name).and_then(|(_, kept)| kept.table());
    let bytes = forecast.map(|table| table.to_bytes());
    bytes.or_else(|| bids().map(|table| table.to_bytes())).expect("what is named is kept")
}

/// No (meter, sequence) is charged twice, and tokens add up to their charges.
fn check_charges(world: &World) {
    let (mut once, mut invoked) = (BTreeSet::new(), BTreeSet::new());
    let mut used = BTreeMap::new();
    for (_, event) in &world.log {
        if let Event::TokenTransferred { to, row, .. } = event {
            // What was delivered before goes on under the other token.
            used.insert(*to, (row.used, row.usage_minor));
        }
        if let Event::Market(event) = event
            && let MarketEvent::TokenRenewed { token, .. } = &**event
        {
            // Tiers and volumes begin anew with every period.
            used.remove(token);
        }
        if let Event::UsageCharged { token, source, sequence, quantity, paid_minor, overrun_minor, .. } = event {
            assert!(once.insert((*source, *sequence)), "{source:?} {sequence} was charged twice");
            let (delivered, charged) = used.entry(*token).or_insert((0_u64, 0_i64));
            *delivered += quantity;
            *charged += paid_minor + overrun_minor;
        }
        if let Event::LeaseCharged { charging, rating_group, sequence, token, quantity, amounts } = event {
            assert!(invoked.insert((*charging, *rating_group, *sequence)), "{rating_group} {sequence} charged twice");
            let (delivered, charged) = used.entry(*token).or_insert((0_u64, 0_i64));
            *delivered += quantity;
            *charged += amounts.paid_minor + amounts.overrun_minor;
        }
    }
    for (token, (delivered, charged)) in used {
        let row = world.state.token(token).expect("charged");
        let plan = &world.state.offering(row.offering).expect("sold").pricing(row.version.unwrap_or(0)).plan;
        assert_eq!(row.usage_minor, charged, "a token adds up to its charges");
        if let Some(meters) = &row.meters {
            let sum = |of: fn(&rating::Delivered) -> i64| meters.values().map(of).sum::<i64>();
            assert_eq!(sum(|meter| meter.minor), charged, "and so do its prices");
            continue;
        }
        assert_eq!(row.used, delivered, "a token adds up to what was delivered");
        let counted = engine::counted_in(&world.state, row, None);
        let only = rating::units(plan).next().filter(|unit| plan.metered_rates() == 1 && Some(*unit) == counted);
        let Some(unit) = only else { continue };
        let rate = rating::rates(plan, unit).next().expect("one");
        let monotonic = rate.of(delivered).expect("charged");
        assert!(charged >= monotonic, "the cumulative quantity is rounded once");
        if plan
            .components
            .iter()
            .all(|component| component.rates.iter().all(|rate| rate.tiering != rating::Tiering::Volume))
        {
            assert_eq!(charged, monotonic, "the cumulative quantity is rounded once");
        }
    }
}
