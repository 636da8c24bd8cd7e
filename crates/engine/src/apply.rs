//! One `match`: what each event changes. It cannot fail: everything was checked when the event was decided.

mod restore;
mod write;

use crate::event::Event;
use crate::state::{OfferingStatus, State, TokenState};
use types::Instant;

/// Writes an event into the state. `at` is the time of its batch.
///
/// # Panics
/// When the event does not fit the state: it was not decided on it, which is a bug or a damaged journal. When it names a
/// blob that was not resolved: that is a bug of whoever decoded it.
pub fn apply(state: &mut State, event: &Event, at: Instant) {
    match event {
        Event::CellFounded { cell, tenant, operator } => write::found(state, *cell, *tenant, *operator),
        Event::AssetOpened { asset, kind } => assert_eq!(state.ledger.open_asset(*kind), *asset, "{MISNUMBERED}"),
        &Event::AccountOpened { account, kind, asset, party } => {
            write::open_account(state, account, kind, asset, party);
        }
        Event::CreditLimitSet { account, limit_minor } => state.ledger.set_credit_limit(*account, *limit_minor),
        &Event::PartyRegistered { party, id, tenant, kind, subject } => {
            write::register(state, party, (id, tenant, kind, subject));
        }
        &Event::PartnerPaid(payable, cash, minor) => write::pay_out(state, payable, cash, minor),
        Event::ProfileSet { profile, hourly_ppm } => write::set_profile(state, *profile, hourly_ppm),
        Event::ResourceDefined { resource, info, calendar } => write::define(state, *resource, info, *calendar),
        Event::AvailableSet { resource, available } => state.capacity.set_available(*resource, *available),
        Event::ResourceOvercommitted { .. } | Event::BalanceLow { .. } => {}
        Event::OfferingPublished { offering, row } => write::publish(state, *offering, row),
        Event::OfferingRetired(offering) => write::offering(state, *offering).status = OfferingStatus::Retired,
        Event::SourceRegistered { source, id, owner } => write::register_source(state, *source, *id, *owner),
        Event::QuoteIssued { quote, slots } => write::issue_quote(state, quote, *slots),
        Event::QuoteExpired { quote } => write::expire_quote(state, *quote),
        Event::QuoteForgotten(quote) => write::forget_quote(state, *quote),
        Event::TokenIssued { .. } => write::issue_token(state, event, at),
        Event::TokenSuspended { token } => write::hold_back(state, *token, TokenState::Suspended),
        Event::TokenResumed { token } => write::hold_back(state, *token, TokenState::Issued),
        Event::ActivationRequested { session, row, meter } => write::request(state, *session, row, *meter),
        &Event::SessionActivated { session, ends_at, paid_minor, tax_minor } => {
            write::activate(state, session, (at, ends_at), (paid_minor, tax_minor));
        }
        &Event::SessionExtended { session, ends_at } => write::extend(state, session, ends_at),
        Event::ActivationUncertain(session) => write::uncertain(state, *session),
        Event::DeactivationRequested { session, reason } => write::ending(state, *session, *reason),
        Event::SessionEnded { session, reason, .. } => write::end(state, *session, *reason, at),
        Event::SessionForgotten(session) => write::forget_session(state, *session),
        Event::UsageCharged { .. } => write::charge(state, event, at),
        Event::WindowsUnmeasured { session, window, windows } => write::unmeasured(state, *session, *window, *windows),
        &Event::PromiseBroken { session, window, refund_minor, tax_minor, .. } => {
            write::broken(state, (session, window), (refund_minor, tax_minor), at);
        }
        Event::TokenClosed { .. } => write::close(state, event, at),
        Event::KeyBound(entry) => write::bind_key(state, *entry),
        Event::KeyForgotten(party, key) => write::forget_key(state, *party, *key),
        Event::ChargingOpened { .. }
        | Event::LeaseCharged { .. }
        | Event::LeaseGranted { .. }
        | Event::LeaseReturned { .. }
        | Event::ChargingClosed { .. }
        | Event::ChargingForgotten(_) => write::lease(state, event, at),
        Event::Restored(row) => restore::restore(state, row),
        Event::ForecastLoaded(blob) => write::load_forecast(state, blob),
        Event::BidPricesLoaded(_) | Event::GuardRailsSet(..) | Event::PeriodClosed(_) => write::rule(state, event, at),
        &Event::TokenRebooked { token, ref legs, slots, epsilon_ppb, grade } => {
            write::rebook(state, token, (legs, slots), (epsilon_ppb, grade));
        }
        Event::EntitlementRevoked { token, block } => write::revoke(state, *token, *block),
        Event::PriorityAuthorised { party, level_min } => write::authorise(state, *party, *level_min),
        &Event::TokenPreempted { token, refund_minor, tax_minor, .. } => {
            write::compensate(state, token, (refund_minor, tax_minor), at);
        }
        Event::FundsAdded { .. }
        | Event::WalletRuleSet { .. }
        | Event::BudgetSet { .. }
        | Event::PaymentRequested(_)
        | Event::PaymentSettled(..)
        | Event::BalanceActed(_)
        | Event::FundsTransferred { .. } => write::change_wallet(state, event, at),
        Event::TokenTransferred { .. } | Event::VolumeGifted { .. } => write::give(state, event),
        Event::Market(event) => write::price(state, event, at),
    }
}

const MISNUMBERED: &str = "a handle is the next of its table";
