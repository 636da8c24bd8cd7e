//! Activation: a token is called, the network is asked, its answer comes back.
//!
//! The intent is durable before the network hears of it, and every answer returns as a command, so a crash anywhere
//! repeats work but never loses or doubles it. An unknown outcome keeps both holds, reads the network back, deactivates,
//! then releases.

use crate::actor::{Actor, Role};
use crate::command::ActivationOutcome;
use crate::entitlement::{CloseReason, close, owned};
use crate::settlement::{Gross, fee_legs, sold};
use crate::stamp::Stamp;
use crate::state::{Digest, EndReason, Session, SessionRef, SessionState, SourceRef, State, TokenRef, TokenState};
use crate::{Answer, Event, Rejection};
use types::{Duration, Instant, SessionId, SourceId, SubjectId};

/// How a token is called.
pub(crate) struct Call {
    pub token: TokenRef,
    pub device: SubjectId,
    pub flow: Digest,
    pub duration: Duration,
}

/// Calls a token: it is usable now, by this device, for this long, and nothing of the kind is running.
pub(crate) fn decide_request(
    state: &State,
    actor: Actor,
    call: &Call,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = owned(state, actor, call.token)?;
    let left = row.window.to().since(stamp.now);
    if call.duration.as_ms() == 0 || (row.window.contains(stamp.now) && call.duration > left) {
        return Err(Rejection::DurationOutOfRange { duration_max: left });
    }
    if !matches!(row.state, TokenState::Issued | TokenState::Active) {
        return Err(Rejection::TokenNotUsable { state: row.state });
    }
    if !row.window.contains(stamp.now) {
        return Err(Rejection::OutsideTokenWindow);
    }
    if row.device.is_some_and(|device| device != call.device) {
        return Err(Rejection::TokenNarrower);
    }
    let mut running = state.sessions_of(call.device).filter(|(_, other)| other.flow == call.flow);
    if row.session.is_some() || running.any(|(_, other)| conflicts(other)) {
        return Err(Rejection::SessionConflict);
    }
    let session = SessionRef::next(state.sessions.len());
    let source = SourceRef::next(state.sources.len());
    let row = session_row(call, source, stamp);
    out.push(Event::ActivationRequested { session, row: Box::new(row), meter: SourceId::from_u128(stamp.id(1)) });
    Ok(Answer::Session(session))
}

/// What the network said: active and charged, or failed and everything released, or to be read back.
pub(crate) fn decide_record(
    state: &State,
    actor: Actor,
    (session, outcome): (SessionRef, ActivationOutcome),
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = reported(state, actor, session)?;
    match (row.state, outcome) {
        // Too late to be of use: as if unknown, so that the network is asked to stop and nothing is paid.
        (SessionState::Requested, ActivationOutcome::Confirmed) if window_is_over(state, row, now) => {
            out.push(Event::ActivationUncertain(session));
        }
        (SessionState::Requested, ActivationOutcome::Confirmed) => activate(state, session, row, now, out)?,
        (SessionState::Requested, ActivationOutcome::Refused) => fail(state, session, row, now, out),
        (SessionState::Requested, ActivationOutcome::Unknown) => out.push(Event::ActivationUncertain(session)),
        (SessionState::Active, ActivationOutcome::Confirmed)
        | (SessionState::Uncertain, ActivationOutcome::Unknown)
        | (SessionState::Ended, ActivationOutcome::Refused) => return Ok(Answer::Repeated),
        (state, _) => return Err(Rejection::SessionNotUsable { state }),
    }
    Ok(Answer::Done)
}

/// The holder wants the network to stop.
pub(crate) fn decide_deactivate(
    state: &State,
    actor: Actor,
    session: SessionRef,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = owned_session(state, actor, session)?;
    match row.state {
        SessionState::Ending => return Ok(Answer::Repeated),
        SessionState::Ended => return Err(Rejection::SessionNotUsable { state: row.state }),
        SessionState::Requested | SessionState::Active | SessionState::Uncertain => {}
    }
    out.push(Event::DeactivationRequested { session, reason: EndReason::DeleteRequested });
    Ok(Answer::Done)
}

/// The holder wants an active session to run longer. Asking for too much is no failure: it runs as long as its token's
/// window, which is never longer than its offering is sold for (CAMARA QoD 1.1.0, extendQosSessionDuration).
pub(crate) fn decide_extend(
    state: &State,
    actor: Actor,
    (session, more): (SessionRef, Duration),
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = owned_session(state, actor, session)?;
    let token = state.token(row.token).expect("a session names a token");
    if more.as_ms() == 0 {
        return Err(Rejection::DurationOutOfRange { duration_max: token.window.to().since(now) });
    }
    let (SessionState::Active, Some(ends_at)) = (row.state, row.ends_at) else {
        return Err(Rejection::SessionNotUsable { state: row.state });
    };
    let extended = ends_at.after(more).min(token.window.to());
    if extended > ends_at {
        out.push(Event::SessionExtended { session, ends_at: extended });
    }
    Ok(Answer::Done)
}

/// The network has stopped: as asked, or (`by_itself`) of its own accord.
pub(crate) fn decide_ended(
    state: &State,
    actor: Actor,
    (session, by_itself): (SessionRef, Option<EndReason>),
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = reported(state, actor, session)?;
    let reason = match (row.state, by_itself) {
        (SessionState::Ended, _) => return Ok(Answer::Repeated),
        (SessionState::Ending, _) => row.reason.unwrap_or(EndReason::NetworkTerminated),
        (SessionState::Uncertain, _) => EndReason::NetworkTerminated,
        (SessionState::Requested | SessionState::Active, Some(reason)) => reason,
        (state, None) => return Err(Rejection::SessionNotUsable { state }),
    };
    end(state, (session, row), reason, now, out);
    Ok(Answer::Done)
}

/// The holder no longer wants to see an ended session.
pub(crate) fn decide_forget(
    state: &State,
    actor: Actor,
    session: SessionRef,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = owned_session(state, actor, session)?;
    if row.is_live() {
        return Err(Rejection::SessionNotUsable { state: row.state });
    }
    out.push(Event::SessionForgotten(session));
    Ok(Answer::Done)
}

/// Whole assurance windows that ended while a session was active, until `now`.
pub fn windows_until(state: &State, session: &Session, now: Instant) -> u64 {
    let Some(started_at) = session.started_at else { return 0 };
    let Some(offering) = state.token(session.token).and_then(|token| state.offering(token.offering)) else { return 0 };
    let end = session.ends_at.map_or(now, |ends_at| ends_at.min(now));
    end.since(started_at).as_ms().checked_div(offering.guarantee.assurance_window.as_ms()).unwrap_or(0)
}

fn activate(
    state: &State,
    session: SessionRef,
    row: &Session,
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<(), Rejection> {
    let token = state.token(row.token).expect("a session names a token");
    let plan = sold(state, token).plan;
    let minor = token.fee_minor.saturating_sub(token.fee_paid_minor);
    let fee = Gross { minor, tax: plan.tax_in(minor) };
    if let (1.., Some(hold)) = (minor, token.hold) {
        state.ledger.check_capture(hold, minor, fee_legs(state, token, fee).as_slice())?;
    }
    let ends_at = now.after(row.duration).min(token.window.to());
    out.push(Event::SessionActivated { session, ends_at, paid_minor: fee.minor, tax_minor: fee.tax });
    Ok(())
}

fn window_is_over(state: &State, row: &Session, now: Instant) -> bool {
    state.token(row.token).is_some_and(|token| token.window.to() <= now)
}

/// The network enforces nothing: the session ends, the token with it, everything is released.
fn fail(state: &State, session: SessionRef, row: &Session, now: Instant, out: &mut Vec<Event>) {
    end(state, (session, row), EndReason::NetworkTerminated, now, out);
}

/// The session is over; when the network is at fault, its token too, and what was not delivered is paid back.
fn end(state: &State, (session, row): (SessionRef, &Session), reason: EndReason, now: Instant, out: &mut Vec<Event>) {
    out.push(Event::SessionEnded { session, reason, windows: windows_until(state, row, now) });
    let token = state.token(row.token).expect("a session names a token");
    if reason == EndReason::NetworkTerminated && token.is_live() {
        close(state, (row.token, token), CloseReason::NetworkFailed, now, out);
    }
}

/// The session, if the caller may act for the holder of its token; otherwise it is as if it did not exist.
fn owned_session(state: &State, actor: Actor, session: SessionRef) -> Result<&Session, Rejection> {
    let row = state.session(session).ok_or(Rejection::UnknownSession)?;
    owned(state, actor, row.token).map_err(|_| Rejection::UnknownSession)?;
    Ok(row)
}

pub(crate) fn reported(state: &State, actor: Actor, session: SessionRef) -> Result<&Session, Rejection> {
    if !matches!(actor.role, Role::Network) {
        return Err(Rejection::RoleNotAllowed);
    }
    state.session(session).ok_or(Rejection::UnknownSession)
}

/// A session that the network ended stays in conflict until it is deleted (CAMARA QoD 1.1.0, createSession).
fn conflicts(other: &Session) -> bool {
    other.is_live() || other.reason == Some(EndReason::NetworkTerminated)
}

fn session_row(call: &Call, source: SourceRef, stamp: Stamp) -> Session {
    Session {
        id: SessionId::from_u128(stamp.id(0)),
        token: call.token,
        device: call.device,
        flow: call.flow,
        duration: call.duration,
        source,
        requested_at: stamp.now,
        state: SessionState::Requested,
        started_at: None,
        ends_at: None,
        reason: None,
        next_window: 0,
        windows_broken: 0,
        windows_unmeasured: 0,
        ended_at: None,
    }
}
