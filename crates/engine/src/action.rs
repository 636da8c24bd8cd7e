//! Balance actions: what is done with a wallet under an id of its own, so that it can be asked for again.
//!
//! Top-ups, adjustments and transfers move money by the events they always do; the action beside them remembers it. A
//! reservation is a hold of its own: it comes back by itself when its time is over.

use crate::actor::Actor;
use crate::command::{BalanceAct, BalanceOrder, Receipt};
use crate::limits::{QUANTITY_MAX, RESERVATION_TIME_MAX, RESERVATIONS_PER_WALLET_MAX};
use crate::party::wallet_of;
use crate::payment::decide_receive;
use crate::quote::require_buyer;
use crate::stamp::Stamp;
use crate::state::{ActionKind, BalanceAction, Origin, ReservationEnd, State};
use crate::transfer::decide_transfer;
use crate::{Answer, Event, Rejection};
use types::{BalanceActionId, Duration, Instant};

/// The number of the id that an action takes of a decision; below it are those of what it does.
const ACTION_ID: u8 = 200;

/// Does something with a wallet, and remembers it.
pub(crate) fn decide_act(
    state: &State,
    actor: Actor,
    order: &BalanceOrder,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let &BalanceOrder { party, currency, amount_minor, ref act } = order;
    let receive = |origin, out: &mut Vec<Event>| {
        decide_receive(state, actor, &Receipt { party, currency, amount_minor, origin }, out)
    };
    let kind = match act {
        BalanceAct::TopUp(origin) => receive(origin.clone(), out).map(|_| ActionKind::TopUp)?,
        BalanceAct::Adjust => receive(Origin::Promotion, out).map(|_| ActionKind::Adjustment)?,
        &BalanceAct::Transfer(to) => {
            decide_transfer(state, actor, (party, currency), (to, amount_minor), out)?;
            ActionKind::Transfer(to)
        }
        &BalanceAct::Reserve(lasts) => {
            require_buyer(state, actor, party)?;
            check_reservation(amount_minor, lasts)?;
            ActionKind::Reservation { hold: None, until: stamp.now.after(lasts), ended: None }
        }
    };
    let wallet = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    let id = BalanceActionId::from_u128(stamp.id(ACTION_ID));
    let row = BalanceAction { id, wallet, owner: party, kind, amount_minor, at: stamp.now };
    if row.is_open() {
        check_hold(state, &row)?;
    }
    out.push(Event::BalanceActed(Box::new(row)));
    Ok(Answer::Acted(id))
}

/// Gives back what is reserved. What nothing is reserved under, or no longer, needs no giving back.
pub(crate) fn decide_release(
    state: &State,
    actor: Actor,
    id: BalanceActionId,
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let Some(row) = state.actions.get(&id).filter(|row| row.is_open()) else { return Ok(Answer::Repeated) };
    require_buyer(state, actor, row.owner)?;
    out.push(ended(row, ReservationEnd::Released(now)));
    Ok(Answer::Acted(id))
}

/// What is reserved goes back when its time is over.
pub(crate) fn expire(state: &State, id: BalanceActionId, now: Instant, out: &mut Vec<Event>) {
    let row = state.actions.get(&id).expect("a deadline names a reservation that stands");
    out.push(ended(row, ReservationEnd::Expired(now)));
}

fn ended(row: &BalanceAction, end: ReservationEnd) -> Event {
    let mut row = row.clone();
    if let ActionKind::Reservation { ended, .. } = &mut row.kind {
        *ended = Some(end);
    }
    Event::BalanceActed(Box::new(row))
}

fn check_reservation(amount_minor: i64, lasts: Duration) -> Result<(), Rejection> {
    if !u64::try_from(amount_minor).is_ok_and(|amount| (1..=QUANTITY_MAX).contains(&amount)) {
        return Err(Rejection::QuantityOutOfRange);
    }
    if lasts == Duration::ZERO || lasts > RESERVATION_TIME_MAX {
        return Err(Rejection::DurationOutOfRange { duration_max: RESERVATION_TIME_MAX });
    }
    Ok(())
}

fn check_hold(state: &State, row: &BalanceAction) -> Result<(), Rejection> {
    let standing = state.actions_of(row.wallet).filter(|row| row.is_open()).count();
    if standing >= RESERVATIONS_PER_WALLET_MAX as usize {
        return Err(Rejection::TooManyRules { rules_max: RESERVATIONS_PER_WALLET_MAX });
    }
    Ok(state.ledger.check_hold(row.wallet, row.amount_minor)?)
}
