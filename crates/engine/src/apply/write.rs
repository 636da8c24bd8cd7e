//! The writes behind the arms of [`apply`](super::apply).

use super::MISNUMBERED;
use crate::charging::pays_from_hold;
use crate::event::Event;
use crate::limits::{KEY_MEMORY, QUOTE_MEMORY, REPORTING_GRACE, SESSION_MEMORY};
use crate::meter::mark;
use crate::settlement::{
    Closing, Gross, UsageAmounts, closing_legs, fee_legs, issue_legs, remedy_legs, sold, top_up_legs, usage_legs,
};
use crate::state::{
    Deadline, Digest, EndReason, KeyEntry, Offering, OfferingRef, Party, PartyKind, PartyRef, Quote, QuoteState,
    ResourceInfo, Session, SessionRef, SessionState, Source, SourceRef, State, Token, TokenRef, TokenState,
};
use capacity::{HoldState as Firmness, Profile, ProfileRef, Resource, ResourceRef, Slot, SlotRange};
use ledger::{AccountKind, AccountRef, AssetRef, HoldState};
use std::collections::BTreeMap;
use types::{CellId, Instant, PartyId, QuoteId, SourceId, SubjectId, TenantId};

/// What a sale does beside its row.
pub(super) struct Sale {
    pub quote: Option<QuoteId>,
    pub slots: Option<SlotRange>,
    pub held: (i64, Instant),
    pub fee: Gross,
    pub units: u64,
}

pub(super) fn found(state: &mut State, cell: CellId, tenant: TenantId, operator: PartyId) {
    state.cell = Some(cell);
    register(state, PartyRef::OPERATOR, (operator, tenant, PartyKind::Operator, None));
}

pub(super) fn open_account(
    state: &mut State,
    account: AccountRef,
    kind: AccountKind,
    asset: AssetRef,
    party: PartyRef,
) {
    assert_eq!(state.ledger.open_account(kind, asset, 0), account, "{MISNUMBERED}");
    match kind {
        AccountKind::Wallet => drop(state.parties_mut(party).wallets.insert(asset, account)),
        AccountKind::PartnerPayable => drop(state.parties_mut(party).payable.insert(asset, account)),
        AccountKind::UnitsHeld => {}
        _ => state.charts.entry(asset).or_default().set(kind, account),
    }
}

pub(super) fn register(
    state: &mut State,
    party: PartyRef,
    (id, tenant, kind, subject): (PartyId, TenantId, PartyKind, Option<SubjectId>),
) {
    assert_eq!(PartyRef::next(state.parties.len()), party, "{MISNUMBERED}");
    let (wallets, payable) = (BTreeMap::new(), BTreeMap::new());
    state.parties.push(Party { id, tenant, kind, subject, wallets, payable });
    state.index.parties.insert(id, party);
}

pub(super) fn add_funds(state: &mut State, wallet: AccountRef, cash: AccountRef, amount: i64) {
    state.ledger.post(top_up_legs(wallet, cash, amount).as_slice());
}

pub(super) fn set_profile(state: &mut State, at: ProfileRef, hourly_ppm: &[u32]) {
    let profile = Profile::new(hourly_ppm.to_vec()).expect("a profile has 168 hours");
    if usize::from(at.index()) < state.capacity.profiles().count() {
        state.capacity.set_profile(at, profile);
    } else {
        assert_eq!(state.capacity.add_profile(profile), at, "{MISNUMBERED}");
    }
}

pub(super) fn define(state: &mut State, at: ResourceRef, info: &ResourceInfo, calendar: Resource) {
    assert_eq!(state.capacity.add_resource(calendar), at, "{MISNUMBERED}");
    index_resource(state, at, info);
    state.resources.push(info.clone());
}

pub(super) fn index_resource(state: &mut State, at: ResourceRef, info: &ResourceInfo) {
    state.index.resources.insert(info.id, at);
    for place in &info.covers {
        state.index.covers.entry(*place).or_default().push(at);
    }
}

pub(super) fn publish(state: &mut State, offering: OfferingRef, row: &Offering) {
    assert_eq!(OfferingRef::next(state.offerings.len()), offering, "{MISNUMBERED}");
    state.index.offerings.insert(row.id, offering);
    state.offerings.push(row.clone());
}

pub(super) fn offering(state: &mut State, offering: OfferingRef) -> &mut Offering {
    state.offerings.get_mut(offering.index()).expect("an event names an offering that exists")
}

pub(super) fn token(state: &mut State, token: TokenRef) -> &mut Token {
    state.tokens.get_mut(token.index()).expect("an event names a token that exists")
}

fn session(state: &mut State, session: SessionRef) -> &mut Session {
    state
        .sessions
        .get_mut(session.index())
        .and_then(Option::as_deref_mut)
        .expect("an event names a session that exists")
}

pub(super) fn register_source(state: &mut State, source: SourceRef, id: SourceId, owner: PartyRef) {
    assert_eq!(SourceRef::next(state.sources.len()), source, "{MISNUMBERED}");
    state.sources.push(Some(Box::new(Source { id, owner, high: 0, seen: Vec::new() })));
    state.index.sources.insert(id, source);
}

pub(super) fn issue_quote(state: &mut State, quote: &Quote, slots: SlotRange) {
    if let Some(booking) = quote.booking {
        let short = Firmness::Short { expires_at: quote.expires_at };
        assert_eq!(state.capacity.hold(&quote.legs, slots, short), booking, "{MISNUMBERED}");
    }
    index_quote(state, quote);
    state.quotes.insert(quote.id, quote.clone());
}

pub(super) fn index_quote(state: &mut State, quote: &Quote) {
    let deadline = if quote.state == QuoteState::Open {
        let open = state.index.open_quotes.entry(quote.party).or_default();
        *open = open.saturating_add(1);
        (quote.expires_at, Deadline::Quote(quote.id))
    } else {
        (quote.expires_at.after(QUOTE_MEMORY), Deadline::QuoteMemory(quote.id))
    };
    state.index.deadlines.insert(deadline);
}

/// An open quote is over, one way or the other.
fn finish_quote(state: &mut State, quote: QuoteId, into: QuoteState) {
    let row = state.quotes.get_mut(&quote).expect("an event names a quote that exists");
    row.state = into;
    let (party, expires_at) = (row.party, row.expires_at);
    if into == QuoteState::Expired
        && let Some(booking) = row.booking
    {
        state.capacity.expire(booking);
    }
    state.index.deadlines.remove(&(expires_at, Deadline::Quote(quote)));
    state.index.deadlines.insert((expires_at.after(QUOTE_MEMORY), Deadline::QuoteMemory(quote)));
    if let Some(open) = state.index.open_quotes.get_mut(&party) {
        *open = open.saturating_sub(1);
    }
    if state.index.open_quotes.get(&party) == Some(&0) {
        state.index.open_quotes.remove(&party);
    }
}

pub(super) fn expire_quote(state: &mut State, quote: QuoteId) {
    finish_quote(state, quote, QuoteState::Expired);
}

pub(super) fn forget_quote(state: &mut State, quote: QuoteId) {
    let row = state.quotes.remove(&quote).expect("an event names a quote that exists");
    state.index.deadlines.remove(&(row.expires_at.after(QUOTE_MEMORY), Deadline::QuoteMemory(quote)));
}

pub(super) fn issue_token(state: &mut State, token: TokenRef, row: &Token, sale: &Sale) {
    assert_eq!(TokenRef::next(state.tokens.len()), token, "{MISNUMBERED}");
    if let Some(quote) = sale.quote {
        if let Some(booking) = row.booking {
            state.capacity.confirm(booking);
        }
        finish_quote(state, quote, QuoteState::Accepted);
    }
    if let Some(slots) = sale.slots {
        assert_eq!(Some(state.capacity.hold(&row.legs, slots, Firmness::Firm)), row.booking, "{MISNUMBERED}");
    }
    let (held, until) = sale.held;
    if held > 0 {
        assert_eq!(Some(state.ledger.hold(row.wallet, held, until, HoldState::Firm)), row.hold, "{MISNUMBERED}");
    }
    let legs = fee_legs(state, row, sale.fee);
    state.ledger.post(legs.as_slice());
    if let Some(units) = row.units {
        let legs = issue_legs(state, units, i64::try_from(sale.units).expect("a volume was checked to fit"));
        state.ledger.post(legs.as_slice());
    }
    index_token(state, token, row);
    state.tokens.push(row.clone());
}

pub(super) fn index_token(state: &mut State, token: TokenRef, row: &Token) {
    state.index.tokens.insert(row.id, token);
    state.index.tokens_of.insert((row.party, token));
    if row.is_live() {
        state.index.deadlines.insert((row.window.to().after(REPORTING_GRACE), Deadline::TokenClose(token)));
    }
}

pub(super) fn request(state: &mut State, at: SessionRef, row: &Session, meter: SourceId) {
    assert_eq!(SessionRef::next(state.sessions.len()), at, "{MISNUMBERED}");
    register_source(state, row.source, meter, PartyRef::OPERATOR);
    token(state, row.token).session = Some(at);
    index_session(state, at, row);
    state.sessions.push(Some(Box::new(row.clone())));
}

pub(super) fn index_session(state: &mut State, at: SessionRef, row: &Session) {
    state.index.sessions.insert(row.id, at);
    state.index.sessions_of.insert((row.device, at));
    if let Some(deadline) = deadline_of(at, row) {
        state.index.deadlines.insert(deadline);
    }
    index_calls(state, at, Some(row.state));
}

/// Keeps the sessions that concern the network in step with a session's state; `None` when it is forgotten.
fn index_calls(state: &mut State, at: SessionRef, into: Option<SessionState>) {
    state.index.calling.remove(&at);
    state.index.active.remove(&at);
    match into {
        Some(SessionState::Requested | SessionState::Uncertain | SessionState::Ending) => {
            state.index.calling.insert(at);
        }
        Some(SessionState::Active) => {
            state.index.active.insert(at);
        }
        Some(SessionState::Ended) | None => {}
    }
}

/// When something happens to a session by itself.
fn deadline_of(at: SessionRef, row: &Session) -> Option<(Instant, Deadline)> {
    match row.state {
        SessionState::Active => Some((row.ends_at?, Deadline::SessionEnd(at))),
        SessionState::Ended => Some((row.ended_at?.after(SESSION_MEMORY), Deadline::SessionMemory(at))),
        SessionState::Requested | SessionState::Uncertain | SessionState::Ending => None,
    }
}

/// Changes a session and keeps its deadline in step.
fn change_session(state: &mut State, at: SessionRef, change: impl FnOnce(&mut Session)) {
    let row = session(state, at);
    let before = deadline_of(at, row);
    change(row);
    let after = deadline_of(at, row);
    let into = row.state;
    index_calls(state, at, Some(into));
    if before != after {
        before.map(|deadline| state.index.deadlines.remove(&deadline));
        after.map(|deadline| state.index.deadlines.insert(deadline));
    }
}

pub(super) fn activate(
    state: &mut State,
    at: SessionRef,
    (started_at, ends_at): (Instant, Instant),
    (minor, tax): (i64, i64),
) {
    change_session(state, at, |row| {
        row.state = SessionState::Active;
        row.started_at = Some(started_at);
        row.ends_at = Some(ends_at);
    });
    let called = session(state, at).token;
    let row = token(state, called);
    if row.state == TokenState::Issued {
        row.state = TokenState::Active;
    }
    row.confirmed = true;
    row.fee_paid_minor = row.fee_paid_minor.saturating_add(minor);
    let row = row.clone();
    if let (1.., Some(hold)) = (minor, row.hold) {
        let legs = fee_legs(state, &row, Gross { minor, tax });
        state.ledger.capture(hold, minor, legs.as_slice());
    }
}

pub(super) fn uncertain(state: &mut State, at: SessionRef) {
    change_session(state, at, |row| row.state = SessionState::Uncertain);
}

pub(super) fn ending(state: &mut State, at: SessionRef, reason: EndReason) {
    change_session(state, at, |row| {
        row.state = SessionState::Ending;
        row.reason = Some(reason);
    });
}

pub(super) fn end(state: &mut State, at: SessionRef, reason: EndReason, ended_at: Instant) {
    change_session(state, at, |row| {
        row.state = SessionState::Ended;
        row.reason = Some(reason);
        row.ends_at = Some(row.ends_at.map_or(ended_at, |ends_at| ends_at.min(ended_at)));
        row.ended_at = Some(ended_at);
    });
    let called = session(state, at).token;
    let row = token(state, called);
    row.session = None;
    if row.state == TokenState::Active {
        row.state = TokenState::Issued;
    }
}

pub(super) fn forget_session(state: &mut State, at: SessionRef) {
    change_session(state, at, |row| row.ended_at = None);
    let row = state.sessions.get_mut(at.index()).and_then(Option::take).expect("an event names a session that exists");
    state.index.sessions.remove(&row.id);
    state.index.sessions_of.remove(&(row.device, at));
    if let Some(source) = state.sources.get_mut(row.source.index()).and_then(Option::take) {
        state.index.sources.remove(&source.id);
    }
}

pub(super) fn charge(state: &mut State, event: &Event) {
    let &Event::UsageCharged {
        token: called,
        source,
        sequence,
        quantity,
        paid_minor: paid,
        overrun_minor: overrun,
        tax_minor: tax,
        earned_minor: earned,
        partner_minor: partner,
        units,
    } = event
    else {
        return;
    };
    let source = state.sources.get_mut(source.index()).and_then(Option::as_deref_mut);
    mark(source.expect("an event names a meter that exists"), sequence);
    let units = i64::try_from(units).expect("units were checked to fit");
    let row = state.tokens.get(called.index()).expect("an event names a token that exists");
    let legs = usage_legs(state, row, &UsageAmounts { paid, overrun, tax, earned, partner, units });
    let from_hold = row.hold.filter(|_| paid > 0 && pays_from_hold(sold(state, row).0));
    match from_hold {
        Some(hold) => state.ledger.capture(hold, paid, legs.as_slice()),
        None => state.ledger.charge(legs.as_slice()),
    }
    let used_up = row.units.is_some_and(|account| state.ledger.available(account) == Some(0));
    let row = token(state, called);
    row.used = row.used.saturating_add(quantity);
    row.usage_minor = row.usage_minor.saturating_add(paid).saturating_add(overrun);
    row.overrun_minor = row.overrun_minor.saturating_add(overrun);
    row.earned_minor = row.earned_minor.saturating_add(earned);
    if used_up {
        row.state = TokenState::Exhausted;
    }
}

pub(super) fn unmeasured(state: &mut State, at: SessionRef, next_window: u64, windows: u64) {
    let row = session(state, at);
    row.next_window = next_window;
    row.windows_unmeasured = row.windows_unmeasured.saturating_add(windows);
}

pub(super) fn broken(state: &mut State, at: SessionRef, window: u64, (minor, tax): (i64, i64)) {
    let row = session(state, at);
    row.next_window = window.saturating_add(1);
    row.windows_broken = row.windows_broken.saturating_add(1);
    let called = row.token;
    let row = token(state, called);
    row.refunded_minor = row.refunded_minor.saturating_add(minor);
    let row = row.clone();
    let legs = remedy_legs(state, &row, Gross { minor, tax });
    state.ledger.post(legs.as_slice());
}

pub(super) fn close(state: &mut State, event: &Event, at: Instant) {
    let &Event::TokenClosed { token: closed, state: into, earned_minor, partner_minor, refund_minor, tax_minor } =
        event
    else {
        return;
    };
    let row = token(state, closed).clone();
    let refund = Gross { minor: refund_minor, tax: tax_minor };
    let closing = Closing { earned: earned_minor, partner: partner_minor, refund };
    let legs = closing_legs(state, &row, &closing);
    state.ledger.post(legs.as_slice());
    if let Some(hold) = row.hold {
        state.ledger.release(hold);
    }
    if let Some(units) = row.units {
        give_back(state, units);
    }
    if let Some(booking) = row.booking {
        state.capacity.release(booking, Slot::containing(at).unwrap_or(Slot::from_index(u32::MAX)));
    }
    state.index.deadlines.remove(&(row.window.to().after(REPORTING_GRACE), Deadline::TokenClose(closed)));
    let row = token(state, closed);
    row.state = into;
    row.hold = None;
    row.booking = None;
    row.earned_minor = row.earned_minor.saturating_add(earned_minor);
    row.refunded_minor = row.refunded_minor.saturating_add(refund_minor);
}

/// What is left of a volume goes back to the operator.
fn give_back(state: &mut State, units: AccountRef) {
    let left = state.ledger.available(units).expect("a token names an account that exists");
    let legs = issue_legs(state, units, left.saturating_neg());
    state.ledger.post(legs.as_slice());
}

pub(super) fn bind_key(state: &mut State, entry: KeyEntry) {
    state.index.deadlines.insert((entry.at.after(KEY_MEMORY), Deadline::Key(entry.party, entry.key)));
    state.index.key_ages.insert((entry.party, entry.at, entry.key));
    let count = state.index.keys_of.entry(entry.party).or_default();
    *count = count.saturating_add(1);
    state.keys.insert((entry.party, entry.key), entry);
}

pub(super) fn forget_key(state: &mut State, party: PartyRef, key: Digest) {
    let entry = state.keys.remove(&(party, key)).expect("an event names a key that exists");
    state.index.deadlines.remove(&(entry.at.after(KEY_MEMORY), Deadline::Key(party, key)));
    state.index.key_ages.remove(&(party, entry.at, key));
    if let Some(count) = state.index.keys_of.get_mut(&party) {
        *count = count.saturating_sub(1);
    }
    if state.index.keys_of.get(&party) == Some(&0) {
        state.index.keys_of.remove(&party);
    }
}

impl State {
    fn parties_mut(&mut self, party: PartyRef) -> &mut Party {
        self.parties.get_mut(party.index()).expect("an event names a party that exists")
    }
}
