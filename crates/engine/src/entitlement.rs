//! Entitlement: what becomes of a token after it is sold: suspended, resumed, given up, over.

use crate::actor::Actor;
use crate::lease::call_in;
use crate::party::{may_act_for, require_operator};
use crate::settlement::{Closing, Gross, closing_legs, partner_shares, sold};
use crate::state::{EndReason, Offering, Session, SessionState, State, Token, TokenRef, TokenState};
use crate::{Answer, Event, Rejection};
use ledger::AccountKind;
use types::Instant;

/// Why a token is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseReason {
    /// Its window and grace are over.
    Expired,
    /// Its holder gave it up.
    Released,
    /// The network refused it or stopped it.
    NetworkFailed,
    /// One of higher priority took its place.
    Preempted,
}

/// The holder gives the token up: what is unused goes back as the offering says.
pub(crate) fn decide_release(
    state: &State,
    actor: Actor,
    token: TokenRef,
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = owned(state, actor, token)?;
    if !row.is_live() {
        return Err(Rejection::TokenNotUsable { state: row.state });
    }
    if let Some(session) = row.session.and_then(|session| state.session(session)) {
        require_quiet(session)?;
    }
    close(state, (token, row), CloseReason::Released, now, out);
    Ok(Answer::Done)
}

/// The operator holds a token back, while it is not being called.
pub(crate) fn decide_suspend(
    state: &State,
    actor: Actor,
    token: TokenRef,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let row = state.token(token).ok_or(Rejection::UnknownToken)?;
    match row.state {
        TokenState::Suspended => return Ok(Answer::Repeated),
        TokenState::Issued => {}
        state => return Err(Rejection::TokenNotUsable { state }),
    }
    if row.session.is_some() {
        return Err(Rejection::SessionConflict);
    }
    call_in(state, token, out);
    out.push(Event::TokenSuspended { token });
    Ok(Answer::Done)
}

/// And lets it be called again.
pub(crate) fn decide_resume(
    state: &State,
    actor: Actor,
    token: TokenRef,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let row = state.token(token).ok_or(Rejection::UnknownToken)?;
    match row.state {
        TokenState::Issued => return Ok(Answer::Repeated),
        TokenState::Suspended => {}
        state => return Err(Rejection::TokenNotUsable { state }),
    }
    out.push(Event::TokenResumed { token });
    Ok(Answer::Done)
}

/// The token, if the caller may act for its holder; otherwise it is as if it did not exist.
pub(crate) fn owned(state: &State, actor: Actor, token: TokenRef) -> Result<&Token, Rejection> {
    let row = state.token(token).ok_or(Rejection::UnknownToken)?;
    if may_act_for(state, actor, row.party) { Ok(row) } else { Err(Rejection::UnknownToken) }
}

/// Ends a token: one posting winds up its fee, both holds go back.
pub(crate) fn close(
    state: &State,
    (token, row): (TokenRef, &Token),
    reason: CloseReason,
    now: Instant,
    out: &mut Vec<Event>,
) {
    let closing = closing(state, row, reason, now);
    let state_after = match reason {
        CloseReason::Expired => TokenState::Expired,
        CloseReason::Released | CloseReason::NetworkFailed | CloseReason::Preempted => TokenState::Revoked,
    };
    call_in(state, token, out);
    debug_assert!(state.ledger.check_posting(closing_legs(state, row, &closing).as_slice()).is_ok());
    out.push(Event::TokenClosed {
        token,
        state: state_after,
        earned_minor: closing.earned,
        partner_minor: closing.partners.first(),
        refund_minor: closing.refund.minor,
        tax_minor: closing.refund.tax,
        breakage_minor: (closing.breakage > 0).then_some(closing.breakage),
        others_minor: closing.partners.others(),
    });
}

/// What of the fee is earned by now, once it is paid: of a token of volume the share of its volume that is delivered when
/// it has delivered `used`, of any other the share of its window that is over.
pub(crate) fn earned_by(state: &State, row: &Token, used: u64, now: Instant) -> i64 {
    let (offering, _) = sold(state, row);
    let net = row.fee_paid_minor.saturating_sub(offering.price.tax_in(row.fee_paid_minor));
    if let Some(volume) = volume_of(offering, row) {
        return share_of(net, used.min(volume), volume);
    }
    let elapsed = now.since(row.window.from()).as_ms().min(row.window.length().as_ms());
    share_of(net, elapsed, row.window.length().as_ms())
}

/// What of a token's volume is no longer there for its holder: delivered, or given to others as tokens that cost nothing.
pub(crate) fn taken(row: &Token) -> u64 {
    row.used.saturating_add(row.given.unwrap_or(0))
}

/// The volume that a token was sold with, where it was.
fn volume_of(offering: &Offering, row: &Token) -> Option<u64> {
    row.units.and(offering.terms.volume).map(|volume| volume.quantity)
}

/// How a token's fee is wound up when it is over for this reason.
pub(crate) fn closing(state: &State, row: &Token, reason: CloseReason, now: Instant) -> Closing {
    let (offering, chart) = sold(state, row);
    let paid = row.fee_paid_minor;
    let deferred = paid.saturating_sub(offering.price.tax_in(paid)).saturating_sub(row.earned_minor);
    let gives_back = match reason {
        CloseReason::Expired => false,
        // Of what was given away, the part that is paid back is not to be had a second time.
        CloseReason::Released => offering.refund_unused && row.given.is_none(),
        CloseReason::NetworkFailed | CloseReason::Preempted => true,
    };
    let refund =
        if gives_back { unused_fee(offering, row, now).min(paid.saturating_sub(row.refunded_minor)) } else { 0 };
    let tax = offering.price.tax_beyond(row.refunded_minor, refund);
    // What goes back can only be what is still deferred.
    let refund_net = refund.saturating_sub(tax).min(deferred).max(0);
    let refund = Gross { minor: refund_net.saturating_add(tax), tax };
    let left = deferred.saturating_sub(refund_net);
    let delivered = earned_by(state, row, taken(row), now).saturating_sub(row.earned_minor).clamp(0, left);
    // What is not delivered of a volume and does not go back is nobody's share. A chart of an earlier release has no
    // account for it, and counts it as earned.
    let earned = match (gives_back, volume_of(offering, row), chart.find(AccountKind::Breakage)) {
        (false, Some(_), Some(_)) => delivered,
        _ => left,
    };
    let breakage = left.saturating_sub(earned);
    Closing { earned, partners: partner_shares(offering, row, earned), breakage, refund }
}

/// The gross fee of the volume that was not taken, or of the part of the window that is still to come.
fn unused_fee(offering: &Offering, row: &Token, now: Instant) -> i64 {
    if let Some(volume) = volume_of(offering, row) {
        return share_of(row.fee_paid_minor, volume.saturating_sub(taken(row)), volume);
    }
    let left = row.window.to().since(now.max(row.window.from())).as_ms();
    share_of(row.fee_paid_minor, left, row.window.length().as_ms())
}

/// `amount × part / whole`, rounded down.
fn share_of(amount: i64, part: u64, whole: u64) -> i64 {
    let scaled = i128::from(amount).saturating_mul(i128::from(part)).checked_div(i128::from(whole));
    scaled.and_then(|minor| i64::try_from(minor).ok()).unwrap_or(0)
}

fn require_quiet(session: &Session) -> Result<(), Rejection> {
    match session.state {
        SessionState::Ended => Ok(()),
        state => Err(Rejection::SessionNotUsable { state }),
    }
}

/// The reason a session ends when its token does.
pub(crate) const fn session_reason(reason: CloseReason) -> EndReason {
    match reason {
        CloseReason::Expired => EndReason::DurationExpired,
        CloseReason::Released => EndReason::DeleteRequested,
        CloseReason::NetworkFailed | CloseReason::Preempted => EndReason::NetworkTerminated,
    }
}
