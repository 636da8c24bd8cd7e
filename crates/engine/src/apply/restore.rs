//! Reading a snapshot back: rows in the order of [`State::rows`], indexes rebuilt from them.

use super::{MISNUMBERED, write};
use crate::state::{OfferingRef, PartyRef, Row, State, TokenRef};
use ledger::{Account, AccountKind, AccountRef};

/// Puts one row back.
pub(super) fn restore(state: &mut State, row: &Row) {
    match row.clone() {
        Row::Head { cell, sessions, sources } => {
            state.cell = cell;
            state.sessions.resize(sessions as usize, None);
            state.sources.resize(sources as usize, None);
        }
        Row::Asset(asset) => drop(state.ledger.open_asset(asset)),
        Row::Account(at, account) => restore_account(state, at, account),
        Row::Hold(at, hold) => state.ledger.restore_hold(at, hold),
        Row::Profile(at, profile) => state.capacity.restore_profile(at, profile).expect(RESTORABLE),
        Row::Resource(at, calendar, info) => {
            state.capacity.restore_resource(at, calendar).expect(RESTORABLE);
            write::index_resource(state, at, &info);
            state.resources.push(info);
        }
        Row::Booking(at, booking) => state.capacity.restore_booking(at, booking).expect(RESTORABLE),
        Row::Party(party) => {
            state.index.parties.insert(party.id, PartyRef::next(state.parties.len()));
            state.parties.push(party);
        }
        Row::Offering(offering) => {
            let at = OfferingRef::next(state.offerings.len());
            write::publish(state, at, &offering);
        }
        Row::Quote(quote) => {
            write::index_quote(state, &quote);
            state.quotes.insert(quote.id, quote);
        }
        Row::Token(token) => {
            let at = TokenRef::next(state.tokens.len());
            write::index_token(state, at, &token);
            state.tokens.push(token);
        }
        Row::Session(at, session) => {
            write::index_session(state, at, &session);
            *state.sessions.get_mut(at.index()).expect(MISNUMBERED) = Some(Box::new(session));
        }
        Row::Source(at, source) => {
            state.index.sources.insert(source.id, at);
            *state.sources.get_mut(at.index()).expect(MISNUMBERED) = Some(Box::new(source));
        }
        Row::Charging(charging) => write::open_charging(state, &charging),
        Row::Key(entry) => write::bind_key(state, entry),
        Row::Forecast(blob) => write::load_forecast(state, &blob),
        Row::Revocation(token, block) => write::revoke(state, token, block),
        Row::Wallet(wallet, rules) => write::restore_rules(state, wallet, rules),
        Row::Lots(wallet, lots) => drop(state.lots.insert(wallet, lots)),
        Row::Payment(payment) => write::keep_payment(state, &payment),
        Row::Action(action) => state.keep_action(action),
        Row::Period(closed) => state.periods.push(closed),
        Row::BidPrices(at, blob) => state.bids.restore(at, &blob),
        Row::GuardRails(offering, rails) => write::set_rails(state, offering, Some(&rails)),
        Row::Delivers(capabilities) => state.delivers = Some(capabilities),
    }
}

/// Accounts come before parties, whose rows name their wallets; the operator's chart is found by kind.
fn restore_account(state: &mut State, at: AccountRef, account: Account) {
    state.ledger.restore_account(at, account);
    if !matches!(account.kind, AccountKind::Wallet | AccountKind::PartnerPayable | AccountKind::UnitsHeld) {
        state.charts.entry(account.asset).or_default().set(account.kind, at);
    }
}

const RESTORABLE: &str = "a snapshot was taken of a book that was sound";
