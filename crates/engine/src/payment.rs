//! Payment: money comes in from outside and goes back to where it came from.
//!
//! What the operator's payment service is to be asked for is durable first and follows from the state; its answer comes
//! back as a command. A crash anywhere asks again under the same id, and nothing is counted twice.

use crate::actor::Actor;
use crate::catalog::check_text;
use crate::command::Receipt;
use crate::limits::{PAYMENTS_PER_WALLET_MAX, QUANTITY_MAX};
use crate::party::{require_operator, wallet_of};
use crate::quote::require_buyer;
use crate::settlement::{payout_legs, top_up_legs};
use crate::stamp::Stamp;
use crate::state::{Lots, Origin, PartyRef, Payment, PaymentKind, PaymentOutcome, State};
use crate::transfer::own_money;
use crate::{Answer, Event, Rejection};
use ledger::{AccountKind, AccountRef};
use types::{Currency, PaymentId};

/// The first number of ids that payments out take of a decision; below it are tokens, orders and top-ups.
const PAYOUT_IDS: u8 = 32;

/// Adds money that was received outside, with where it came from.
pub(crate) fn decide_receive(
    state: &State,
    actor: Actor,
    receipt: &Receipt,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let &Receipt { party, currency, amount_minor, ref origin } = receipt;
    require_operator(actor)?;
    state.party(party).ok_or(Rejection::UnknownParty)?;
    if let Origin::Payment(reference) = origin {
        check_text(reference)?;
    }
    if !u64::try_from(amount_minor).is_ok_and(|amount| (1..=QUANTITY_MAX).contains(&amount)) {
        return Err(Rejection::QuantityOutOfRange);
    }
    let wallet = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    out.push(receive(state, wallet, amount_minor, Some(Box::new(origin.clone())))?);
    Ok(Answer::Wallet(wallet))
}

/// Pays money of a wallet back to the payments that it came from, the latest first: all that can be, or so much.
pub(crate) fn decide_pay_out(
    state: &State,
    actor: Actor,
    (party, currency): (PartyRef, Currency),
    amount_minor: Option<i64>,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_buyer(state, actor, party)?;
    if amount_minor.is_some_and(|amount| !u64::try_from(amount).is_ok_and(|it| (1..=QUANTITY_MAX).contains(&it))) {
        return Err(Rejection::QuantityOutOfRange);
    }
    let wallet = wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    if state.payments_of(wallet).count() >= PAYMENTS_PER_WALLET_MAX as usize {
        return Err(Rejection::TooManyRules { rules_max: PAYMENTS_PER_WALLET_MAX });
    }
    let lots = settled_lots(state, wallet);
    let available = refundable(state, wallet);
    let needed = amount_minor.unwrap_or(available).max(1);
    if needed > available {
        return Err(Rejection::PayoutExceeded { needed, available });
    }
    state.ledger.check_posting(payout_legs(wallet, cash_of(state, wallet)?, needed).as_slice())?;
    let mut left = needed;
    for ((lot, reference, most), number) in lots.refundable().zip(PAYOUT_IDS..) {
        let part = most.min(left);
        if part == 0 {
            break;
        }
        left = left.saturating_sub(part);
        let payment = Payment {
            id: PaymentId::from_u128(stamp.id(number)),
            wallet,
            owner: party,
            kind: PaymentKind::Payout(lot),
            reference: reference.to_owned(),
            amount_minor: part,
            requested_at: stamp.now,
        };
        out.push(Event::PaymentRequested(Box::new(payment)));
    }
    Ok(Answer::Wallet(wallet))
}

/// The payment service says what became of a payment. That it says it twice changes nothing.
pub(crate) fn decide_record(
    state: &State,
    actor: Actor,
    (payment, outcome): (PaymentId, PaymentOutcome),
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    let row = state.payments.get(&payment).ok_or(Rejection::UnknownPayment)?;
    match (row.kind, outcome) {
        (PaymentKind::TopUp, PaymentOutcome::Approved) => {
            let origin = Box::new(Origin::Payment(row.reference.clone()));
            out.push(receive(state, row.wallet, row.amount_minor, Some(origin))?);
        }
        (PaymentKind::Payout(_), PaymentOutcome::Declined) => {
            let back = payout_legs(row.wallet, cash_of(state, row.wallet)?, row.amount_minor.saturating_neg());
            state.ledger.check_posting(back.as_slice())?;
        }
        (PaymentKind::TopUp, PaymentOutcome::Declined) | (PaymentKind::Payout(_), PaymentOutcome::Approved) => {}
    }
    out.push(Event::PaymentSettled(Box::new(row.clone()), outcome));
    Ok(Answer::Wallet(row.wallet))
}

/// What of a wallet could be paid back now to the payments that it came from, in minor units.
pub fn refundable(state: &State, wallet: AccountRef) -> i64 {
    let lots = settled_lots(state, wallet);
    let came = lots.refundable().fold(0_i64, |sum, (.., left)| sum.saturating_add(left));
    came.min(own_money(state, wallet))
}

fn receive(
    state: &State,
    wallet: AccountRef,
    amount_minor: i64,
    origin: Option<Box<Origin>>,
) -> Result<Event, Rejection> {
    let cash = cash_of(state, wallet)?;
    state.ledger.check_posting(top_up_legs(wallet, cash, amount_minor).as_slice())?;
    Ok(Event::FundsAdded { wallet, cash, amount_minor, origin })
}

/// The counterpart of what comes into a wallet and goes out of it.
pub(crate) fn cash_of(state: &State, wallet: AccountRef) -> Result<AccountRef, Rejection> {
    let asset = state.ledger.account(wallet).ok_or(Rejection::UnknownWallet)?.asset;
    Ok(state.chart(asset).ok_or(Rejection::UnknownWallet)?.get(AccountKind::Cash))
}

/// Where the money that a wallet has now came from.
fn settled_lots(state: &State, wallet: AccountRef) -> Lots {
    let mut lots = state.lots.get(&wallet).cloned().unwrap_or_default();
    lots.settle(state.ledger.account(wallet).map_or(0, |row| row.posted));
    lots
}
