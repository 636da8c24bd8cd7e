//! Tokens: issued, charged, closed.

use super::quotes::finish_quote;
use crate::apply::MISNUMBERED;
use crate::budget::{Spending, unspend};
use crate::charging::pays_from_hold;
use crate::event::Event;
use crate::limits::REPORTING_GRACE;
use crate::meter::mark;
use crate::metering::is_main;
use crate::settlement::{
    Closing, Gross, Sold, UsageAmounts, closing_legs, fee_legs, issue_legs, remedy_legs, sold, usage_legs,
};
use crate::state::{
    Deadline, Digest, Grade, Meter, PaidFee, QuoteState, Revoked, Shares, State, Subscriber, Token, TokenRef,
    TokenState,
};
use capacity::{HoldState as Firmness, Leg, Slot, SlotRange};
use ledger::{AccountRef, HoldState};
use std::collections::BTreeSet;
use types::Instant;

pub(in crate::apply) fn token(state: &mut State, token: TokenRef) -> &mut Token {
    state.tokens.get_mut(token.index()).expect("an event names a token that exists")
}

pub(in crate::apply) fn issue_token(state: &mut State, event: &Event, at: Instant) {
    let &Event::TokenIssued {
        token,
        ref row,
        ref quote,
        slots,
        held_minor: held,
        held_until,
        paid_minor: minor,
        tax_minor: tax,
        units,
    } = event
    else {
        return;
    };
    assert_eq!(TokenRef::next(state.tokens.len()), token, "{MISNUMBERED}");
    if let Some(quote) = quote.as_deref().copied() {
        if let Some(booking) = row.booking {
            state.capacity.confirm(booking);
        }
        finish_quote(state, quote, QuoteState::Accepted);
    }
    if let Some(slots) = slots {
        assert_eq!(Some(state.capacity.hold(&row.legs, slots, Firmness::Firm)), row.booking, "{MISNUMBERED}");
    }
    if held > 0 {
        assert_eq!(Some(state.ledger.hold(row.wallet, held, held_until, HoldState::Firm)), row.hold, "{MISNUMBERED}");
    }
    let legs = fee_legs(state, row, Gross { minor, tax });
    state.ledger.post(legs.as_slice());
    if let Some(account) = row.units {
        let legs = issue_legs(state, account, i64::try_from(units).expect("a volume was checked to fit"));
        state.ledger.post(legs.as_slice());
    }
    Spending::on(row).spend(state, held.saturating_add(minor), at);
    index_token(state, token, row);
    state.tokens.push((**row).clone());
    if minor > 0 {
        note_fee(state.tokens.last_mut().expect("it was just pushed"), at);
    }
}

/// The fee of the period that runs was paid: of one that is followed by others it is kept.
pub(in crate::apply) fn note_fee(row: &mut Token, at: Instant) {
    if row.term.is_some() {
        let lines = row.lines.clone().unwrap_or_default();
        row.fees.get_or_insert_default().push(PaidFee { at, lines });
    }
}

pub(in crate::apply) fn index_token(state: &mut State, token: TokenRef, row: &Token) {
    state.index.tokens.insert(row.id, token);
    state.index.tokens_of.insert((row.party, token));
    state.index.had.insert((row.party, row.offering));
    if is_withheld(row.state) {
        state.index.withheld.insert((row.window.to(), token));
    }
    if row.is_live() {
        state.index.serving.extend(subscribers_of(row).map(|subscriber| (subscriber, token)));
        let arp = state.offering(row.offering).and_then(|offering| offering.arp).unwrap_or_default();
        state.index.add_holder(arp, token, row);
        state.index.deadlines.insert((row.window.to().after(REPORTING_GRACE), Deadline::TokenClose(token)));
        state.index.deadlines.extend(renewal_of(token, row));
    }
}

/// When the next period of a token is due.
pub(in crate::apply) fn renewal_of(token: TokenRef, row: &Token) -> Option<(Instant, Deadline)> {
    let at = row.term.and_then(|term| term.renewal_at(row.window));
    at.map(|at| (at, Deadline::Renewal(token)))
}

/// Whom a live token serves.
pub(in crate::apply) fn subscribers_of(row: &Token) -> impl Iterator<Item = Subscriber> {
    row.device.map(Subscriber::Device).into_iter().chain([Subscriber::Party(row.party)])
}

/// What a token holds of the network is given back from these slots on, and this is held instead.
pub(in crate::apply) fn rebook(
    state: &mut State,
    moved: TokenRef,
    (legs, slots): (&[Leg], SlotRange),
    (epsilon_ppb, grade): (u32, Grade),
) {
    let row = token(state, moved).clone();
    let arp = state.offering(row.offering).and_then(|offering| offering.arp).unwrap_or_default();
    state.index.remove_holder(arp, moved, &row);
    state.capacity.release(row.booking.expect("an event names a token that holds something"), slots.from());
    let booking = state.capacity.hold(legs, slots, Firmness::Firm);
    let row = token(state, moved);
    (row.booking, row.legs) = (Some(booking), legs.to_vec());
    (row.epsilon_ppb, row.grade) = (epsilon_ppb, Some(grade));
    let row = row.clone();
    state.index.add_holder(arp, moved, &row);
}

/// The state in which a token's texts are honoured or not.
pub(in crate::apply) fn hold_back(state: &mut State, held: TokenRef, into: TokenState) {
    let row = token(state, held);
    row.state = into;
    let at = (row.window.to(), held);
    if is_withheld(into) || state.revocations.contains_key(&held) {
        state.index.withheld.insert(at);
    } else {
        state.index.withheld.remove(&at);
    }
}

/// Takes texts of a token out of use: those with this block, or all.
pub(in crate::apply) fn revoke(state: &mut State, revoked: TokenRef, block: Option<Digest>) {
    let at = (token(state, revoked).window.to(), revoked);
    state.index.withheld.insert(at);
    let entry = state.revocations.entry(revoked).or_insert_with(|| Revoked::Blocks(BTreeSet::new()));
    match (block, entry) {
        (None, entry) => *entry = Revoked::Whole,
        (Some(block), Revoked::Blocks(blocks)) => drop(blocks.insert(block)),
        (Some(_), Revoked::Whole) => {}
    }
}

const fn is_withheld(state: TokenState) -> bool {
    matches!(state, TokenState::Suspended | TokenState::Revoked)
}

pub(in crate::apply) fn charge(state: &mut State, event: &Event, at: Instant) {
    let &Event::UsageCharged {
        token: called,
        source,
        sequence,
        quantity,
        paid_minor: paid,
        overrun_minor: overrun,
        tax_minor: tax,
        earned_minor: earned,
        partner_minor,
        units,
        meter,
        ref others_minor,
    } = event
    else {
        return;
    };
    let source = state.sources.get_mut(source.index()).and_then(Option::as_deref_mut);
    mark(source.expect("an event names a meter that exists"), sequence);
    let units = i64::try_from(units).expect("units were checked to fit");
    let partners = Shares::of(partner_minor, others_minor.as_deref());
    let row = state.tokens.get(called.index()).expect("an event names a token that exists");
    let legs = usage_legs(state, row, &UsageAmounts { paid, overrun, tax, earned, partners, units });
    let from_hold = row.hold.filter(|_| paid > 0 && pays_from_hold(sold(state, row).plan));
    // What is held was spent when it was bought.
    let spending = (from_hold.is_none() && !state.wallets.is_empty()).then(|| Spending::on(row));
    match from_hold {
        Some(hold) => state.ledger.capture(hold, paid, legs.as_slice()),
        None => state.ledger.charge(legs.as_slice()),
    }
    // Posted, not available: what is leased may still come back.
    let used_up = row.units.and_then(|units| state.ledger.account(units)).is_some_and(|account| account.posted == 0);
    if let Some(spending) = spending {
        spending.spend(state, paid, at);
    }
    count(state, called, (quantity, paid.saturating_add(overrun)), meter);
    let row = token(state, called);
    row.overrun_minor = row.overrun_minor.saturating_add(overrun);
    row.earned_minor = row.earned_minor.saturating_add(earned);
    if used_up {
        row.state = TokenState::Exhausted;
    }
}

/// What was delivered is counted: to the token, and to the price it has where there are several.
pub(in crate::apply) fn count(
    state: &mut State,
    called: TokenRef,
    (quantity, minor): (u64, i64),
    meter: Option<Meter>,
) {
    let counts = meter.is_none_or(|meter| {
        let Sold { offering, plan, .. } = sold(state, state.token(called).expect("an event names a token that exists"));
        is_main(offering, plan, meter)
    });
    let row = token(state, called);
    row.usage_minor = row.usage_minor.saturating_add(minor);
    if counts {
        row.used = row.used.saturating_add(quantity);
    }
    if let Some(meter) = meter {
        let delivered = row.meters.get_or_insert_default().entry(meter).or_default();
        delivered.quantity = delivered.quantity.saturating_add(quantity);
        delivered.minor = delivered.minor.saturating_add(minor);
    }
}

pub(in crate::apply) fn close(state: &mut State, event: &Event, at: Instant) {
    let &Event::TokenClosed {
        token: closed,
        state: into,
        earned_minor,
        partner_minor,
        refund_minor,
        tax_minor,
        breakage_minor,
        ref others_minor,
    } = event
    else {
        return;
    };
    let breakage = breakage_minor.unwrap_or(0);
    let row = token(state, closed).clone();
    let refund = Gross { minor: refund_minor, tax: tax_minor };
    let partners = Shares::of(partner_minor, others_minor.as_deref());
    let closing = Closing { earned: earned_minor, partners, breakage, refund };
    let legs = closing_legs(state, &row, &closing);
    state.ledger.post(legs.as_slice());
    let released = row.hold.map_or(0, |hold| state.ledger.release(hold));
    unspend(state, (closed, &row), refund_minor.saturating_add(released), at);
    if let Some(units) = row.units {
        give_back(state, units);
    }
    if let Some(booking) = row.booking {
        let arp = sold(state, &row).offering.arp.unwrap_or_default();
        state.index.remove_holder(arp, closed, &row);
        state.capacity.release(booking, Slot::containing(at).unwrap_or(Slot::from_index(u32::MAX)));
    }
    state.index.deadlines.remove(&(row.window.to().after(REPORTING_GRACE), Deadline::TokenClose(closed)));
    if let Some(renewal) = renewal_of(closed, &row) {
        state.index.deadlines.remove(&renewal);
    }
    for subscriber in subscribers_of(&row) {
        state.index.serving.remove(&(subscriber, closed));
    }
    // Of a token that ended early all texts are refused, of one that expired none needs to be.
    state.revocations.remove(&closed);
    hold_back(state, closed, into);
    let row = token(state, closed);
    row.hold = None;
    row.booking = None;
    row.earned_minor = row.earned_minor.saturating_add(earned_minor).saturating_add(breakage);
    row.refunded_minor = row.refunded_minor.saturating_add(refund_minor);
}

/// A token that has to make room is paid for it.
pub(in crate::apply) fn compensate(state: &mut State, displaced: TokenRef, (minor, tax): (i64, i64), at: Instant) {
    let row = token(state, displaced);
    row.refunded_minor = row.refunded_minor.saturating_add(minor);
    let row = row.clone();
    let legs = remedy_legs(state, &row, Gross { minor, tax });
    state.ledger.post(legs.as_slice());
    unspend(state, (displaced, &row), minor, at);
}

/// What is left of a volume goes back to the operator.
fn give_back(state: &mut State, units: AccountRef) {
    let left = state.ledger.available(units).expect("a token names an account that exists");
    let legs = issue_legs(state, units, left.saturating_neg());
    state.ledger.post(legs.as_slice());
}
