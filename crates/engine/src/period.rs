//! Closing a month: its figures are sealed, one month after the other.

use crate::actor::Actor;
use crate::party::require_operator;
use crate::state::{ClosedPeriod, Sealed, State};
use crate::{Answer, Event, Rejection};
use types::Instant;

/// Closes a month that is over and not closed yet: the one after the last that is, or any when none is.
///
/// Postings are dated by when they are decided, and that never goes back: once a month is over, nothing is dated into it.
pub(crate) fn decide_close(
    state: &State,
    actor: Actor,
    sealed: &Sealed,
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    check_closable(state, sealed.month, now)?;
    out.push(Event::PeriodClosed(Box::new(ClosedPeriod { sealed: *sealed, closed_at: now })));
    Ok(Answer::Done)
}

/// May this month be closed at `now`?
pub fn check_closable(state: &State, month: types::Month, now: Instant) -> Result<(), Rejection> {
    if state.period(month).is_some() {
        return Err(Rejection::PeriodClosed);
    }
    let next = state.periods.last().map_or(month, |last| last.sealed.month.next());
    if month != next {
        return Err(Rejection::PeriodOutOfOrder { next });
    }
    if now < month.end() {
        return Err(Rejection::PeriodNotOver { ends_at: month.end() });
    }
    Ok(())
}
