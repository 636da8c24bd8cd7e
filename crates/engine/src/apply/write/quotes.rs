//! Quotes: made, accepted, expired, forgotten.

use crate::apply::MISNUMBERED;
use crate::limits::QUOTE_MEMORY;
use crate::state::{Deadline, Quote, QuoteState, State};
use capacity::{HoldState as Firmness, SlotRange};
use types::QuoteId;

pub(in crate::apply) fn issue_quote(state: &mut State, quote: &Quote, slots: SlotRange) {
    if let Some(booking) = quote.booking {
        let short = Firmness::Short { expires_at: quote.expires_at };
        assert_eq!(state.capacity.hold(&quote.legs, slots, short), booking, "{MISNUMBERED}");
    }
    index_quote(state, quote);
    state.quotes.insert(quote.id, quote.clone());
}

pub(in crate::apply) fn index_quote(state: &mut State, quote: &Quote) {
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
pub(super) fn finish_quote(state: &mut State, quote: QuoteId, into: QuoteState) {
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

pub(in crate::apply) fn expire_quote(state: &mut State, quote: QuoteId) {
    finish_quote(state, quote, QuoteState::Expired);
}

pub(in crate::apply) fn forget_quote(state: &mut State, quote: QuoteId) {
    let row = state.quotes.remove(&quote).expect("an event names a quote that exists");
    state.index.deadlines.remove(&(row.expires_at.after(QUOTE_MEMORY), Deadline::QuoteMemory(quote)));
}
