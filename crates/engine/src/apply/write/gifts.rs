//! Tokens that are given away, whole or in part.

use super::tokens::{hold_back, index_token, subscribers_of, token};
use crate::apply::MISNUMBERED;
use crate::event::Event;
use crate::limits::REPORTING_GRACE;
use crate::settlement::gift_legs;
use crate::state::{Deadline, State, Token, TokenRef, TokenState};

pub(in crate::apply) fn give(state: &mut State, event: &Event) {
    match event {
        Event::TokenTransferred { token, to, row } => transfer_token(state, *token, (*to, row)),
        Event::VolumeGifted { token, gift, row, quantity } => gift_volume(state, *token, (*gift, row), *quantity),
        _ => {}
    }
}

/// The receiver's token holds what the giver's held; the giver's is over, and all its texts with it.
fn transfer_token(state: &mut State, given: TokenRef, (to, row): (TokenRef, &Token)) {
    assert_eq!(TokenRef::next(state.tokens.len()), to, "{MISNUMBERED}");
    let before = token(state, given).clone();
    let arp = state.offering(before.offering).and_then(|offering| offering.arp).unwrap_or_default();
    state.index.remove_holder(arp, given, &before);
    state.index.deadlines.remove(&(before.window.to().after(REPORTING_GRACE), Deadline::TokenClose(given)));
    for subscriber in subscribers_of(&before) {
        state.index.serving.remove(&(subscriber, given));
    }
    state.revocations.remove(&given);
    hold_back(state, given, TokenState::Revoked);
    let over = token(state, given);
    (over.hold, over.booking, over.units) = (None, None, None);
    index_token(state, to, row);
    state.tokens.push(row.clone());
}

fn gift_volume(state: &mut State, giver: TokenRef, (gift, row): (TokenRef, &Token), quantity: u64) {
    assert_eq!(TokenRef::next(state.tokens.len()), gift, "{MISNUMBERED}");
    let from = token(state, giver).units.expect("an event names a token of volume");
    let to = row.units.expect("what is given has an account of its own");
    let legs = gift_legs(from, to, i64::try_from(quantity).expect("a quantity was checked to fit"));
    state.ledger.post(legs.as_slice());
    let used_up = state.ledger.account(from).is_some_and(|account| account.posted == 0);
    let giver = token(state, giver);
    giver.given = Some(giver.given.unwrap_or(0).saturating_add(quantity));
    if used_up {
        giver.state = TokenState::Exhausted;
    }
    index_token(state, gift, row);
    state.tokens.push(row.clone());
}
