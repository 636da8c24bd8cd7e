//! Entitlement: what becomes of a token after it is sold: suspended, resumed, given up, over.

use crate::actor::Actor;
use crate::lease::call_in;
use crate::party::{may_act_for, require_operator};
use crate::settlement::{Closing, Gross, Sold, closing_legs, partner_share, sold};
use crate::state::{EndReason, Offering, Session, SessionState, State, Token, TokenRef, TokenState};
use crate::{Answer, Event, Rejection};
use ledger::AccountKind;
use rating::{PricePlan, part_of};
use types::{Instant, Window};

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
        // What is held back for want of money is resumed by paying.
        TokenState::Suspended if row.term.is_none_or(|term| term.unpaid.is_none()) => {}
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
        partner_minor: closing.partner,
        refund_minor: closing.refund.minor,
        tax_minor: closing.refund.tax,
        breakage_minor: (closing.breakage > 0).then_some(closing.breakage),
    });
}

/// What of the fee is earned by now, once it is paid: of a token of volume the share of its volume that is delivered when
/// it has delivered `used`, of any other the share of what it is paid for that is over.
pub(crate) fn earned_by(state: &State, row: &Token, used: u64, now: Instant) -> i64 {
    let Sold { offering, plan, .. } = sold(state, row);
    let net = net_paid(plan, row);
    if let Some(volume) = volume_of(offering, row) {
        return part_of(net, used.min(volume), volume);
    }
    let paid_for = paid_window(row);
    let elapsed = now.since(paid_for.from()).as_ms().min(paid_for.length().as_ms());
    part_of(net, elapsed, paid_for.length().as_ms())
}

/// What was paid for it, net: its fee, or that of the period that runs with what came over from earlier ones.
pub(crate) fn net_paid(plan: &PricePlan, row: &Token) -> i64 {
    let carried = row.term.map_or(0, |term| term.carried_minor);
    row.fee_paid_minor.saturating_sub(plan.tax_in(row.fee_paid_minor)).saturating_add(carried)
}

/// What of a token's volume is no longer there for its holder: delivered, or given to others as tokens that cost nothing.
pub(crate) fn taken(row: &Token) -> u64 {
    row.used.saturating_add(row.given.unwrap_or(0))
}

/// When the fee is for: the period that runs, or the whole window.
pub(crate) fn paid_window(row: &Token) -> Window {
    row.term.map_or(row.window, |term| term.window)
}

/// The volume that its fee is for, where it was sold with one.
pub(crate) fn volume_of(offering: &Offering, row: &Token) -> Option<u64> {
    let sold = row.units.and(offering.terms.volume).map(|volume| volume.quantity);
    row.term.and_then(|term| term.volume).or(sold)
}

/// How a token's fee is wound up when it is over for this reason.
pub(crate) fn closing(state: &State, row: &Token, reason: CloseReason, now: Instant) -> Closing {
    let what @ Sold { offering, plan, chart, .. } = sold(state, row);
    let paid = row.fee_paid_minor;
    let deferred = net_paid(plan, row).saturating_sub(row.earned_minor);
    let gives_back = match reason {
        CloseReason::Expired => false,
        // Of what was given away, the part that is paid back is not to be had a second time.
        CloseReason::Released => offering.refund_unused && row.given.is_none(),
        CloseReason::NetworkFailed | CloseReason::Preempted => true,
    };
    let refund =
        if gives_back { unused_fee(offering, row, now).min(paid.saturating_sub(row.refunded_minor)) } else { 0 };
    let tax = plan.tax_beyond(row.refunded_minor, refund);
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
    Closing { earned, partner: partner_share(what, row, earned), breakage, refund }
}

/// The gross fee of the volume that was not taken, or of the part of what it is paid for that is still to come. What came
/// over from earlier periods is not paid back.
fn unused_fee(offering: &Offering, row: &Token, now: Instant) -> i64 {
    if let (Some(volume), Some(sold)) = (volume_of(offering, row), offering.terms.volume) {
        let left = volume.saturating_sub(taken(row)).min(sold.quantity);
        return part_of(row.fee_paid_minor, left, sold.quantity);
    }
    let paid_for = paid_window(row);
    let left = paid_for.to().since(now.max(paid_for.from())).as_ms();
    part_of(row.fee_paid_minor, left, paid_for.length().as_ms())
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
