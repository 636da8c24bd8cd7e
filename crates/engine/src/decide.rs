//! The table of contents: what each command is decided by.

use crate::activation::{self, Call};
use crate::actor::Actor;
use crate::command::{Command, Request, WalletOrder, WalletWish};
use crate::party::NewParty;
use crate::stamp::Stamp;
use crate::state::State;
use crate::{Answer, Event, Rejection};
use crate::{
    action, assurance, bids, budget, catalog, charging, delivery, entitlement, forecast, gift, idempotency, lease,
    mobility, network, notice, order, party, payment, period, pricing, priority, quote, revocation, sharing, transfer,
};
use types::Instant;

/// Reads the state and says what happens, or refuses. Events are added to `out`; a rejection adds none.
///
/// All events of one decision are checked against the same starting state: at most one posting and one booking each.
pub fn decide(state: &State, request: &Request, stamp: Stamp, out: &mut Vec<Event>) -> Result<Answer, Rejection> {
    let before = out.len();
    let decided = decide_keyed(state, request, stamp, out);
    match decided {
        Ok(_) => notice::add_notices(state, stamp, before, out),
        Err(_) => out.truncate(before),
    }
    decided
}

fn decide_keyed(state: &State, request: &Request, stamp: Stamp, out: &mut Vec<Event>) -> Result<Answer, Rejection> {
    if state.cell.is_none() && !matches!(request.command, Command::FoundCell { .. } | Command::Pass) {
        return Err(Rejection::NotFounded);
    }
    let Some(key) = request.key else { return decide_command(state, request, stamp, out) };
    if let Some(answer) = idempotency::lookup(state, request.actor.party, key)? {
        return Ok(answer);
    }
    let answer = decide_command(state, request, stamp, out)?;
    idempotency::bind(state, request, key, answer, stamp, out);
    Ok(answer)
}

fn decide_command(state: &State, request: &Request, stamp: Stamp, out: &mut Vec<Event>) -> Result<Answer, Rejection> {
    let (actor, now) = (request.actor, stamp.now);
    match &request.command {
        Command::Pass => Ok(Answer::Done),
        Command::ChargeUsage(charge) => charging::decide_charge(state, actor, charge, now, out),
        Command::RecordWindow(measured) => assurance::decide_window(state, actor, measured, out),
        Command::FoundCell { cell, operator } => party::decide_found(state, actor, *cell, *operator, out),
        &Command::RegisterParty { id, tenant, kind, subject } => {
            party::decide_register(state, actor, &NewParty { id, tenant, kind, subject }, out)
        }
        &Command::OpenWallet { party, currency } => party::decide_open_wallet(state, actor, party, currency, out),
        Command::TopUp { .. }
        | Command::PayPartner { .. }
        | Command::SetCreditLimit { .. }
        | Command::ReceivePayment(_)
        | Command::RecordPayment { .. }
        | Command::ActOnBalance(_)
        | Command::ReleaseReservation { .. } => decide_money(state, request, stamp, out),
        Command::ClosePeriod(sealed) => period::decide_close(state, actor, sealed, now, out),
        &Command::AuthorisePriority { party, level_min } => {
            priority::decide_authorise(state, actor, (party, level_min), out)
        }
        Command::SetProfile { profile, hourly_ppm } => {
            network::decide_profile(state, actor, (*profile, hourly_ppm), now, out)
        }
        Command::DefineResource(resource) => network::decide_define(state, actor, resource, out),
        &Command::SetAvailable { resource, available } => {
            network::decide_available(state, actor, (resource, available), now, out)
        }
        Command::LoadForecast { hash, table } => forecast::decide_load(state, actor, (*hash, table), now, out),
        Command::LoadBidPrices { .. }
        | Command::SetGuardRails { .. }
        | Command::PublishOffering(_)
        | Command::RetireOffering { .. }
        | Command::SetPrice { .. }
        | Command::DeclareDelivery(_) => decide_market(state, request, now, out),
        Command::RegisterSource { id } => party::decide_register_source(state, actor, *id, out),
        Command::IssueQuote(wish) => quote::decide_quote(state, actor, wish, stamp, out),
        Command::PurchaseToken(purchase) => order::decide_purchase(state, actor, purchase, stamp, out),
        Command::ReleaseToken { token } => entitlement::decide_release(state, actor, *token, now, out),
        Command::SuspendToken { token } => entitlement::decide_suspend(state, actor, *token, out),
        Command::ResumeToken { token } => entitlement::decide_resume(state, actor, *token, out),
        &Command::RevokeEntitlement { token, block } => revocation::decide_revoke(state, actor, (token, block), out),
        &Command::RequestActivation { token, device, flow, duration } => {
            activation::decide_request(state, actor, &Call { token, device, flow, duration }, stamp, out)
        }
        &Command::RecordActivation { session, outcome } => {
            activation::decide_record(state, actor, (session, outcome), now, out)
        }
        Command::RequestDeactivation { session } => activation::decide_deactivate(state, actor, *session, out),
        &Command::ExtendSession { session, more } => activation::decide_extend(state, actor, (session, more), now, out),
        &Command::RecordDeactivation { session, reason } => {
            activation::decide_ended(state, actor, (session, reason), now, out)
        }
        Command::OrderWallet(order) => decide_wallet(state, actor, order, stamp, out),
        &Command::TransferToken { token, to } => gift::decide_transfer(state, actor, (token, to), stamp, out),
        &Command::GiftVolume { token, quantity, to } => {
            gift::decide_volume(state, actor, (token, quantity, to), stamp, out)
        }
        Command::MoveSession { session, places } => mobility::decide_move(state, actor, (*session, places), now, out),
        Command::OpenCharging(new) => lease::decide_open(state, actor, new, stamp, out),
        Command::UseLease(ask) => lease::decide_use(state, actor, ask, now, out),
        &Command::CloseCharging { charging, sequence } => lease::decide_close(state, actor, (charging, sequence), out),
        Command::ForgetSession { session } => activation::decide_forget(state, actor, *session, out),
    }
}

/// What is sold, and at which price.
fn decide_market(state: &State, request: &Request, now: Instant, out: &mut Vec<Event>) -> Result<Answer, Rejection> {
    let actor = request.actor;
    match &request.command {
        Command::LoadBidPrices { hash, table } => bids::decide_load(state, actor, (*hash, table), now, out),
        Command::SetGuardRails { offering, rails } => {
            bids::decide_rails(state, actor, (*offering, rails.as_deref()), out)
        }
        Command::PublishOffering(draft) => catalog::decide_publish(state, actor, draft, out),
        Command::RetireOffering { offering } => catalog::decide_retire(state, actor, *offering, out),
        Command::DeclareDelivery(capabilities) => delivery::decide_declare(state, actor, *capabilities, out),
        Command::SetPrice { offering, currency, plan } => {
            pricing::decide_price(state, actor, (*offering, *currency, plan), out)
        }
        _ => Ok(Answer::Done),
    }
}

/// What comes into a wallet and goes out of it, and what is set aside in it.
fn decide_money(state: &State, request: &Request, stamp: Stamp, out: &mut Vec<Event>) -> Result<Answer, Rejection> {
    let actor = request.actor;
    match &request.command {
        &Command::TopUp { party, currency, amount_minor } => {
            party::decide_top_up(state, actor, (party, currency), amount_minor, out)
        }
        &Command::PayPartner { party, currency, amount_minor } => {
            party::decide_payout(state, actor, (party, currency), amount_minor, out)
        }
        &Command::SetCreditLimit { party, currency, limit_minor } => {
            party::decide_credit_limit(state, actor, (party, currency), limit_minor, out)
        }
        Command::ReceivePayment(receipt) => payment::decide_receive(state, actor, receipt, out),
        &Command::RecordPayment { payment, outcome } => payment::decide_record(state, actor, (payment, outcome), out),
        Command::ActOnBalance(order) => action::decide_act(state, actor, order, stamp, out),
        &Command::ReleaseReservation { action } => action::decide_release(state, actor, action, stamp.now, out),
        _ => Ok(Answer::Done),
    }
}

fn decide_wallet(
    state: &State,
    actor: Actor,
    order: &WalletOrder,
    stamp: Stamp,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    let whose = (order.party, order.currency);
    match &order.wish {
        WalletWish::PayOut(amount_minor) => payment::decide_pay_out(state, actor, whose, *amount_minor, stamp, out),
        WalletWish::Transfer { to, amount_minor } => {
            transfer::decide_transfer(state, actor, whose, (*to, *amount_minor), out)
        }
        WalletWish::Admit(member) => sharing::decide_admit(state, actor, whose, *member, out),
        WalletWish::Dismiss(member) => sharing::decide_dismiss(state, actor, whose, *member, out),
        WalletWish::Budget(number, draft) => budget::decide_set(state, actor, whose, (*number, *draft), out),
        WalletWish::LowBalance(below_minor) => notice::decide_low_balance(state, actor, whose, *below_minor, out),
        WalletWish::AutoTopUp(rule) => notice::decide_auto_top_up(state, actor, whose, rule.as_ref(), stamp, out),
    }
}
