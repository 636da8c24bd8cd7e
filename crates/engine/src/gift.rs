//! Gift: what was bought and is not used yet goes to another party, where the offering allows it.
//!
//! The receiver gets a token of its own, under an id of its own: the texts of the giver's end with the giver's token.
//! Whatever is held, refunded or remedied afterwards goes back to the wallet that paid.

use crate::actor::Actor;
use crate::charging::pays_from_hold;
use crate::entitlement::{owned, paid_window};
use crate::lease::call_in;
use crate::limits::QUANTITY_MAX;
use crate::priority::check_priority;
use crate::settlement::{Sold, gift_legs, sold};
use crate::sharing::require_neighbour;
use crate::stamp::Stamp;
use crate::state::{Bought, Offering, PartyRef, State, Token, TokenRef, TokenState, Transferable};
use crate::{Answer, Event, Rejection};
use ledger::{AccountKind, Opening};
use types::{Instant, TokenId};

/// The whole token goes to another party.
pub(crate) fn decide_transfer(
    state: &State,
    actor: Actor,
    (token, to): (TokenRef, PartyRef),
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = givable(state, actor, (token, to), stamp.now)?;
    let plan = sold(state, row).plan;
    // What is paid on and on would go on being paid by who gave it.
    if row.term.is_some() || (plan.metered_rates() > 0 && !pays_from_hold(plan)) {
        return Err(Rejection::NotTransferable);
    }
    require_idle(row)?;
    let given = TokenRef::next(state.tokens.len());
    let at = row.issued_at.unwrap_or(Instant::EPOCH);
    let bought = row.bought.or(Some(Bought { token, party: row.party, at }));
    let row = Token {
        id: TokenId::from_u128(stamp.id(0)),
        party: to,
        device: None,
        holder: None,
        session: None,
        issued_at: Some(stamp.now),
        bought,
        payer: None,
        ..row.clone()
    };
    call_in(state, token, out);
    out.push(Event::TokenTransferred { token, to: given, row: Box::new(row) });
    Ok(Answer::Token(given))
}

/// A part of its volume goes to another party, for the same window. Nothing is paid for it, and nothing is paid back.
pub(crate) fn decide_volume(
    state: &State,
    actor: Actor,
    (token, quantity, to): (TokenRef, u64, PartyRef),
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let row = givable(state, actor, (token, to), stamp.now)?;
    let Sold { offering, plan, .. } = sold(state, row);
    // What takes something of the network took it for one device: a part cannot be given without it.
    let parts = plan.metered_rates() == 0 && offering.demand.is_empty();
    let units = row.units.filter(|_| parts).ok_or(Rejection::NotTransferable)?;
    require_idle(row)?;
    let wanted = i64::try_from(quantity).ok().filter(|_| (1..=QUANTITY_MAX).contains(&quantity));
    let wanted = wanted.ok_or(Rejection::QuantityOutOfRange)?;
    let left = state.ledger.available(units).and_then(|left| u64::try_from(left).ok()).unwrap_or(0);
    if quantity > left {
        return Err(Rejection::VolumeExhausted { wanted: quantity, left });
    }
    let account = state.ledger.next_account().ok_or(Rejection::BookOverflow)?;
    let asset = state.ledger.account(units).ok_or(Rejection::UnknownToken)?.asset;
    let opening = [Opening::new(AccountKind::UnitsHeld, asset, 0)];
    state.ledger.opening(&opening)?.check_posting(gift_legs(units, account, wanted).as_slice())?;
    let gift = TokenRef::next(state.tokens.len());
    let row = Token {
        id: TokenId::from_u128(stamp.id(0)),
        party: to,
        device: None,
        holder: None,
        hold: None,
        booking: None,
        units: Some(account),
        fee_minor: 0,
        fee_paid_minor: 0,
        earned_minor: 0,
        refunded_minor: 0,
        used: 0,
        legs: Vec::new(),
        issued_at: Some(stamp.now),
        payer: None,
        bought: None,
        given: None,
        lines: None,
        term: None,
        fees: None,
        window: paid_window(row),
        ..row.clone()
    };
    out.push(Event::AccountOpened { account, kind: AccountKind::UnitsHeld, asset, party: to });
    out.push(Event::VolumeGifted { token, gift, row: Box::new(row), quantity });
    Ok(Answer::Token(gift))
}

/// A token of the caller that is not being called, for somebody else.
fn givable(state: &State, actor: Actor, (token, to): (TokenRef, PartyRef), now: Instant) -> Result<&Token, Rejection> {
    let row = owned(state, actor, token)?;
    require_neighbour(state, row.party, to)?;
    let offering = sold(state, row).offering;
    require_receiver(state, offering, to)?;
    if row.state != TokenState::Issued {
        return Err(Rejection::TokenNotUsable { state: row.state });
    }
    if row.window.to() <= now {
        return Err(Rejection::OutsideTokenWindow);
    }
    if offering.transferable == Some(Transferable::Unused) { Ok(row) } else { Err(Rejection::NotTransferable) }
}

fn require_idle(row: &Token) -> Result<(), Rejection> {
    if row.session.is_some() { Err(Rejection::SessionConflict) } else { Ok(()) }
}

/// The receiver might have bought it itself; an offering that is not sold any more can still be given.
fn require_receiver(state: &State, offering: &Offering, to: PartyRef) -> Result<(), Rejection> {
    let receiver = state.party(to).ok_or(Rejection::UnknownParty)?;
    if !offering.eligible.is_empty() && !offering.eligible.contains(&receiver.kind) {
        return Err(Rejection::NotEligible);
    }
    check_priority(receiver, offering)
}
