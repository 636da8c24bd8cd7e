//! Charging: delivered quantity becomes money, once per (source, sequence).

use crate::actor::{Actor, Role};
use crate::budget::room_for_charge;
use crate::command::Charge;
use crate::entitlement::{earned_by, taken};
use crate::limits::{QUANTITY_MAX, REPORTING_GRACE};
use crate::meter::{Seen, seen};
use crate::metering::{Metering, Priced};
use crate::settlement::{UsageAmounts, partner_shares, sold, usage_legs};
use crate::state::{Meter, State, Token, TokenState};
use crate::{Answer, Event, Rejection};
use rating::PricePlan;
use types::Instant;

/// Holds and captures the price of what was delivered.
///
/// A meter asks before it delivers: what the wallet or the volume cannot pay is refused. The network reports what it has
/// delivered already: what exceeds the hold is borne by the operator as usage overrun, never taken past a customer's limit.
pub(crate) fn decide_charge(
    state: &State,
    actor: Actor,
    charge: &Charge,
    now: Instant,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    if actor.role == Role::Customer {
        return Err(Rejection::RoleNotAllowed);
    }
    let token = state.token(charge.token).ok_or(Rejection::UnknownToken)?;
    let source = state.source(charge.source).ok_or(Rejection::UnknownSource)?;
    if source.owner != actor.party {
        return Err(Rejection::UnknownSource);
    }
    match seen(source, charge.sequence) {
        Seen::New => {}
        Seen::Repeated => return Ok(Answer::Repeated),
        Seen::TooOld { oldest } => return Err(Rejection::SequenceTooOld { oldest }),
    }
    // A number beyond what JSON counts exactly would lock the meter out of every number before it.
    if !(1..=QUANTITY_MAX).contains(&charge.quantity) || charge.sequence > QUANTITY_MAX {
        return Err(Rejection::QuantityOutOfRange);
    }
    require_chargeable(state, token, actor.role, now)?;
    let (amounts, meter) = rate(state, token, charge, actor.role, now)?;
    out.push(Event::UsageCharged {
        token: charge.token,
        source: charge.source,
        sequence: charge.sequence,
        quantity: charge.quantity,
        paid_minor: amounts.paid,
        overrun_minor: amounts.overrun,
        tax_minor: amounts.tax,
        earned_minor: amounts.earned,
        partner_minor: amounts.partners.first(),
        units: u64::try_from(amounts.units).unwrap_or(0),
        meter,
        others_minor: amounts.partners.others(),
    });
    Ok(Answer::Charged { paid_minor: amounts.paid, overrun_minor: amounts.overrun })
}

/// Is usage paid out of the hold that was made at purchase?
pub(crate) fn pays_from_hold(plan: &PricePlan) -> bool {
    plan.holds()
}

/// Usable, confirmed by the network where there is something to confirm, and in its window or the grace after it. What the
/// network has delivered beyond a token's volume is booked all the same.
fn require_chargeable(state: &State, token: &Token, role: Role, now: Instant) -> Result<(), Rejection> {
    let offering = sold(state, token).offering;
    let confirmed = offering.demand.is_empty() || token.confirmed;
    let usable = match token.state {
        TokenState::Issued | TokenState::Active => true,
        TokenState::Exhausted => role == Role::Network,
        TokenState::Suspended | TokenState::Expired | TokenState::Revoked => false,
    };
    if !usable || !confirmed {
        return Err(Rejection::TokenNotUsable { state: token.state });
    }
    if now < token.window.from() || now >= token.window.to().after(REPORTING_GRACE) {
        return Err(Rejection::OutsideTokenWindow);
    }
    Ok(())
}

fn rate(
    state: &State,
    token: &Token,
    charge: &Charge,
    role: Role,
    now: Instant,
) -> Result<(UsageAmounts, Option<Meter>), Rejection> {
    let what = sold(state, token);
    let metering = Metering::of(state, token, charge.unit)?;
    let Priced { gross, meter } = metering.price(charge.quantity, now)?;
    let paid = payable(state, what.plan, token, gross, (role, now))?;
    let overrun = gross.saturating_sub(paid);
    let tax = what.plan.tax_beyond(token.usage_minor, gross);
    let earned = earned_more(state, token, metering.counted(charge.quantity), now);
    let net = gross.saturating_sub(tax).saturating_add(earned);
    let units = if metering.of_volume { units_taken(state, token, charge.quantity, role)? } else { 0 };
    let amounts = UsageAmounts { paid, overrun, tax, earned, partners: partner_shares(what, token, net), units };
    let legs = usage_legs(state, token, &amounts);
    match (token.hold.filter(|_| pays_from_hold(what.plan)), paid) {
        (Some(hold), 1..) => state.ledger.check_capture(hold, paid, legs.as_slice())?,
        (None, 1..) => state.ledger.check_charge(token.wallet, paid, legs.as_slice())?,
        _ => state.ledger.check_posting(legs.as_slice())?,
    }
    Ok((amounts, meter))
}

/// What of the fee is earned by a further quantity, once the fee is paid.
pub(crate) fn earned_more(state: &State, token: &Token, quantity: u64, now: Instant) -> i64 {
    match token.fee_paid_minor {
        0 => 0,
        _ => earned_by(state, token, taken(token).saturating_add(quantity), now)
            .saturating_sub(token.earned_minor)
            .max(0),
    }
}

/// What of it the customer pays: up to the hold, or up to the wallet and its budgets.
fn payable(
    state: &State,
    plan: &PricePlan,
    token: &Token,
    gross: i64,
    (role, now): (Role, Instant),
) -> Result<i64, Rejection> {
    if let Some(hold) = token.hold.filter(|_| pays_from_hold(plan)) {
        let unpaid_fee = token.fee_minor.saturating_sub(token.fee_paid_minor);
        let leased = state.token_by_id(token.id).map_or(0, |at| state.leased_minor(at));
        let unpaid_fee = unpaid_fee.saturating_add(leased);
        let held = state.ledger.hold_at(hold).map_or(0, |row| row.remaining.saturating_sub(unpaid_fee));
        return Ok(gross.min(held));
    }
    match (role, room_for_charge(state, token, now, None)) {
        (Role::Network, room) => {
            let has = state.ledger.available(token.wallet).unwrap_or(0).max(0);
            Ok(gross.min(has).min(room.unwrap_or(i64::MAX)))
        }
        // Asked before delivery: all or nothing, the ledger says how much is missing.
        (_, Some(room)) if gross > room => Err(Rejection::BudgetExceeded { needed: gross, available: room }),
        _ => Ok(gross),
    }
}

fn units_taken(state: &State, token: &Token, quantity: u64, role: Role) -> Result<i64, Rejection> {
    let Some(account) = token.units else { return Ok(0) };
    let left = state.ledger.available(account).and_then(|left| u64::try_from(left).ok()).unwrap_or(0);
    let units = match role {
        Role::Network => quantity.min(left),
        _ if quantity > left => return Err(Rejection::VolumeExhausted { wanted: quantity, left }),
        _ => quantity,
    };
    i64::try_from(units).map_err(|_| Rejection::QuantityOutOfRange)
}
