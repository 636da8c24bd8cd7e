//! Assurance: counts of raw samples become a verdict, a broken promise pays by itself.
//!
//! A window that was kept leaves no event: broken and unmeasured ones do, and a summary when the session ends.

use crate::activation::windows_until;
use crate::actor::{Actor, Role};
use crate::command::Measurement;
use crate::limits::QUANTITY_MAX;
use crate::settlement::{Gross, remedy_legs, sold};
use crate::state::{Offering, Session, SessionRef, SessionState, State, Token};
use crate::{Answer, Event, Rejection};
use rating::PricePlan;
use types::{Instant, PPM, Ratio};

/// Was the promise kept in a window?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Kept,
    /// No.
    Broken,
    /// Too few samples to say.
    Unmeasured,
}

/// Judges windows of a session; each is judged once.
pub(crate) fn decide_window(
    state: &State,
    actor: Actor,
    measured: &Measurement,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    if actor.role != Role::Network {
        return Err(Rejection::RoleNotAllowed);
    }
    let session = state.session(measured.session).ok_or(Rejection::UnknownSession)?;
    let token = state.token(session.token).ok_or(Rejection::UnknownToken)?;
    if measured.windows == 0 || measured.window.saturating_add(measured.windows) > QUANTITY_MAX {
        return Err(Rejection::QuantityOutOfRange);
    }
    if measured.window < session.next_window {
        return Ok(Answer::Repeated);
    }
    if session.started_at.is_none() || session.state == SessionState::Ended {
        return Err(Rejection::SessionNotUsable { state: session.state });
    }
    let offering = sold(state, token).offering;
    match verdict(offering, measured) {
        Verdict::Kept => {}
        Verdict::Unmeasured => {
            let &Measurement { session, window, windows, .. } = measured;
            out.push(Event::WindowsUnmeasured { session, window, windows });
        }
        Verdict::Broken => out.push(broken(state, (session, token), offering, measured)?),
    }
    Ok(Answer::Done)
}

/// The verdict over one window: broken when more samples than the percentile leaves room for were late or starved.
pub fn verdict(offering: &Offering, measured: &Measurement) -> Verdict {
    if measured.samples == 0 || measured.samples < offering.guarantee.samples_min || measured.windows > 1 {
        return Verdict::Unmeasured;
    }
    let room_ppm = PPM.saturating_sub(u64::from(offering.terms.percentile_ppm));
    let room = u64::from(measured.samples).saturating_mul(room_ppm);
    let worst = u64::from(measured.samples_late.max(measured.samples_starved)).saturating_mul(PPM);
    if worst > room { Verdict::Broken } else { Verdict::Kept }
}

fn broken(
    state: &State,
    (_, token): (&Session, &Token),
    offering: &Offering,
    measured: &Measurement,
) -> Result<Event, Rejection> {
    let refund = remedy((offering, sold(state, token).plan), token);
    state.ledger.check_posting(remedy_legs(state, token, refund).as_slice())?;
    Ok(Event::PromiseBroken {
        session: measured.session,
        window: measured.window,
        samples: measured.samples,
        samples_late: measured.samples_late,
        samples_starved: measured.samples_starved,
        refund_minor: refund.minor,
        tax_minor: refund.tax,
    })
}

/// The promise of a session cannot be kept now, whatever is measured: the window that is running is broken, unless it has a
/// verdict already.
pub(crate) fn unkept(
    state: &State,
    (session, row): (SessionRef, &Session),
    token: &Token,
    now: Instant,
) -> Result<Option<Event>, Rejection> {
    let offering = sold(state, token).offering;
    let window = windows_until(state, row, now);
    if window < row.next_window {
        return Ok(None);
    }
    let none = Measurement { session, window, windows: 1, samples: 0, samples_late: 0, samples_starved: 0 };
    broken(state, (row, token), offering, &none).map(Some)
}

/// The share of the fee that one broken window pays back, up to the cap, and never more than was paid.
pub(crate) fn remedy((offering, plan): (&Offering, &PricePlan), token: &Token) -> Gross {
    let fee = u64::try_from(token.fee_paid_minor).unwrap_or(0);
    let share = |ppm: u32| {
        let minor = Ratio::ppm(u64::from(ppm)).of_floor(fee).and_then(|minor| i64::try_from(minor).ok());
        minor.unwrap_or(0)
    };
    let left = share(offering.remedy.cap_ppm).saturating_sub(token.refunded_minor).max(0);
    let minor = share(offering.remedy.per_broken_window_ppm).min(left);
    Gross { minor, tax: plan.tax_beyond(token.refunded_minor, minor) }
}
