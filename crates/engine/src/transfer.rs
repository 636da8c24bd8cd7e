//! Transfer: money from one wallet to another of the same currency, as its owner wants.

use crate::actor::Actor;
use crate::limits::QUANTITY_MAX;
use crate::party::wallet_of;
use crate::quote::require_buyer;
use crate::settlement::transfer_legs;
use crate::sharing::require_neighbour;
use crate::state::{PartyRef, State};
use crate::{Answer, Event, Rejection};
use types::Currency;

/// Moves money that the sender has; what it was lent or has set aside stays.
pub(crate) fn decide_transfer(
    state: &State,
    actor: Actor,
    (from, currency): (PartyRef, Currency),
    (to, amount_minor): (PartyRef, i64),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_buyer(state, actor, from)?;
    require_neighbour(state, from, to)?;
    if !u64::try_from(amount_minor).is_ok_and(|amount| (1..=QUANTITY_MAX).contains(&amount)) {
        return Err(Rejection::QuantityOutOfRange);
    }
    let wallet = |party| wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet);
    let (sender, receiver) = (wallet(from)?, wallet(to)?);
    let available = own_money(state, sender);
    if amount_minor > available {
        return Err(Rejection::InsufficientFunds { needed: amount_minor, available });
    }
    state.ledger.check_posting(transfer_legs(sender, receiver, amount_minor).as_slice())?;
    out.push(Event::FundsTransferred { from: sender, to: receiver, amount_minor });
    Ok(Answer::Wallet(sender))
}

/// What a wallet has and has not set aside, what it may borrow left out.
pub(crate) fn own_money(state: &State, wallet: ledger::AccountRef) -> i64 {
    state.ledger.account(wallet).map_or(0, |row| row.posted.saturating_sub(row.held).max(0))
}
