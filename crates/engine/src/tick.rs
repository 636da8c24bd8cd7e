//! What happens by itself when its time comes, in (time, thing) order.

use crate::entitlement::{CloseReason, close, session_reason};
use crate::notice::add_notices;
use crate::renewal::renew;
use crate::stamp::Stamp;
use crate::state::{Deadline, EndReason, QuoteState, SessionRef, SessionState, State, Token, TokenRef};
use crate::{Event, lease};
use types::{Instant, QuoteId};

/// Decides the first thing that is due; `false` when nothing is. Each has a stamp of its own.
///
/// A hold counts until its event is applied, so the caller applies each before it asks for the next, at most
/// [`EXPIRIES_PER_TICK_MAX`](crate::limits::EXPIRIES_PER_TICK_MAX) a batch.
pub fn decide_due(state: &State, stamp: Stamp, out: &mut Vec<Event>) -> bool {
    let (now, before) = (stamp.now, out.len());
    let Some(&(at, due)) = state.index.deadlines.first() else { return false };
    if at > now {
        return false;
    }
    match due {
        Deadline::Quote(quote) => expire_quote(state, quote, out),
        Deadline::QuoteMemory(quote) => out.push(Event::QuoteForgotten { quote }),
        Deadline::SessionEnd(session) => end_session(state, session, EndReason::DurationExpired, out),
        Deadline::TokenClose(token) => close_token(state, token, now, out),
        Deadline::Renewal(token) => renew(state, (token, of(state, token)), now, out),
        Deadline::SessionMemory(session) => out.push(Event::SessionForgotten { session }),
        Deadline::Lease(charging, rating_group) => lease::expire(charging, rating_group, out),
        Deadline::Charging(charging) => out.push(Event::ChargingForgotten(charging)),
        Deadline::Key(party, key) => out.push(Event::KeyForgotten(party, key)),
    }
    if matches!(due, Deadline::Renewal(_)) {
        add_notices(state, stamp, before, out);
    }
    true
}

fn expire_quote(state: &State, quote: QuoteId, out: &mut Vec<Event>) {
    let open = state.quotes.get(&quote).is_some_and(|row| row.state == QuoteState::Open);
    debug_assert!(open, "accepting a quote removes its deadline");
    out.push(Event::QuoteExpired { quote });
}

fn end_session(state: &State, session: SessionRef, reason: EndReason, out: &mut Vec<Event>) {
    let live =
        state.session(session).is_some_and(|row| !matches!(row.state, SessionState::Ending | SessionState::Ended));
    if live {
        out.push(Event::DeactivationRequested { session, reason });
    }
}

/// The window and grace are over: a session that is still there is ended, the token is wound up.
fn close_token(state: &State, token: TokenRef, now: Instant, out: &mut Vec<Event>) {
    let row = of(state, token);
    if let Some(session) = row.session {
        end_session(state, session, session_reason(CloseReason::Expired), out);
    }
    close(state, (token, row), CloseReason::Expired, now, out);
}

fn of(state: &State, token: TokenRef) -> &Token {
    state.token(token).expect("a deadline names a token")
}
