//! Sessions: asked for, begun, judged, ended, forgotten.

use super::market::register_source;
use super::tokens::{note_fee, token};
use crate::apply::MISNUMBERED;
use crate::budget::unspend;
use crate::limits::SESSION_MEMORY;
use crate::settlement::{Gross, fee_legs, remedy_legs};
use crate::state::{Deadline, EndReason, PartyRef, Session, SessionRef, SessionState, State, TokenState};
use types::{Instant, SourceId};

fn session(state: &mut State, session: SessionRef) -> &mut Session {
    state
        .sessions
        .get_mut(session.index())
        .and_then(Option::as_deref_mut)
        .expect("an event names a session that exists")
}

pub(in crate::apply) fn request(state: &mut State, at: SessionRef, row: &Session, meter: SourceId) {
    assert_eq!(SessionRef::next(state.sessions.len()), at, "{MISNUMBERED}");
    register_source(state, row.source, meter, PartyRef::OPERATOR);
    token(state, row.token).session = Some(at);
    index_session(state, at, row);
    state.sessions.push(Some(Box::new(row.clone())));
}

pub(in crate::apply) fn index_session(state: &mut State, at: SessionRef, row: &Session) {
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

pub(in crate::apply) fn activate(
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
    if minor > 0 {
        note_fee(row, started_at);
    }
    let row = row.clone();
    if let (1.., Some(hold)) = (minor, row.hold) {
        let legs = fee_legs(state, &row, Gross { minor, tax });
        state.ledger.capture(hold, minor, legs.as_slice());
    }
}

pub(in crate::apply) fn extend(state: &mut State, at: SessionRef, ends_at: Instant) {
    change_session(state, at, |row| row.ends_at = Some(ends_at));
}

pub(in crate::apply) fn uncertain(state: &mut State, at: SessionRef) {
    change_session(state, at, |row| row.state = SessionState::Uncertain);
}

pub(in crate::apply) fn ending(state: &mut State, at: SessionRef, reason: EndReason) {
    change_session(state, at, |row| {
        row.state = SessionState::Ending;
        row.reason = Some(reason);
    });
}

pub(in crate::apply) fn end(state: &mut State, at: SessionRef, reason: EndReason, ended_at: Instant) {
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

pub(in crate::apply) fn forget_session(state: &mut State, at: SessionRef) {
    change_session(state, at, |row| row.ended_at = None);
    let row = state.sessions.get_mut(at.index()).and_then(Option::take).expect("an event names a session that exists");
    state.index.sessions.remove(&row.id);
    state.index.sessions_of.remove(&(row.device, at));
    if let Some(source) = state.sources.get_mut(row.source.index()).and_then(Option::take) {
        state.index.sources.remove(&source.id);
    }
}

pub(in crate::apply) fn unmeasured(state: &mut State, at: SessionRef, window: u64, windows: u64) {
    let row = session(state, at);
    row.next_window = window.saturating_add(windows);
    row.windows_unmeasured = row.windows_unmeasured.saturating_add(windows);
}

pub(in crate::apply) fn broken(
    state: &mut State,
    (session_at, window): (SessionRef, u64),
    (minor, tax): (i64, i64),
    at: Instant,
) {
    let row = session(state, session_at);
    row.next_window = window.saturating_add(1);
    row.windows_broken = row.windows_broken.saturating_add(1);
    let called = row.token;
    let row = token(state, called);
    row.refunded_minor = row.refunded_minor.saturating_add(minor);
    let row = row.clone();
    let legs = remedy_legs(state, &row, Gross { minor, tax });
    state.ledger.post(legs.as_slice());
    unspend(state, (called, &row), minor, at);
}
