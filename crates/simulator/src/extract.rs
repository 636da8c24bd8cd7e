//! Reads a cell's state into plain numbers. Nothing is computed here but sums of what is listed.

use crate::visible::{Account, Carried, Purse, SessionPhase, Taken, TokenLine, TokenPhase, Visible};
use engine::state::{SessionState, State, TokenState};
use ledger::{AccountKind, Asset};
use std::collections::BTreeMap;
use twin::Twin;
use types::Instant;

/// What can be seen of `state`.
pub fn visible(state: &State, at: Instant) -> Visible {
    let mut seen = Visible { at, holds: state.ledger.holds().count(), ..Visible::default() };
    let posted = |account| state.ledger.account(account).map_or(0, |row| row.posted);
    for (number, party) in (0_u32..).zip(&state.parties) {
        for row in party.wallets.values().filter_map(|wallet| state.ledger.account(*wallet)) {
            let purse = Purse { posted: row.posted, held: row.held, limit: row.credit_limit };
            seen.purses.insert(number, purse);
        }
        for payable in party.payable.values() {
            seen.payable.insert(number, posted(*payable));
        }
    }
    for (asset, kind) in state.ledger.assets() {
        seen.sums.push(state.ledger.sum_of(asset));
        let names: &[(AccountKind, Account)] = if matches!(kind, Asset::Currency(_)) { &MONEY } else { &UNITS };
        for (kind, account) in names {
            if let Some(chart) = state.chart(asset) {
                seen.accounts.insert(*account, posted(chart.get(*kind)));
            }
        }
    }
    seen.tokens = state.tokens.iter().map(|row| token(row, row.units.map(posted))).collect();
    seen.sessions = state.live_sessions().map(|(at, row)| (at.number(), session(row.state))).collect();
    (seen.taken, seen.bookings) = taken(state);
    seen
}

/// What the network carried.
pub fn carried(twin: &Twin) -> Vec<Carried> {
    let line = |service: twin::Service| Carried {
        session: service.session,
        ended: service.ended.is_some(),
        delivered_bytes: service.delivered_bytes,
    };
    twin.log().into_iter().map(line).collect()
}

const MONEY: [(AccountKind, Account); 7] = [
    (AccountKind::Cash, Account::Cash),
    (AccountKind::DeferredRevenue, Account::Deferred),
    (AccountKind::Revenue, Account::Revenue),
    (AccountKind::RemedyExpense, Account::Remedy),
    (AccountKind::UsageOverrun, Account::Overrun),
    (AccountKind::Tax, Account::Tax),
    (AccountKind::Breakage, Account::Breakage),
];
const UNITS: [(AccountKind, Account); 2] =
    [(AccountKind::UnitsIssued, Account::UnitsIssued), (AccountKind::UnitsDelivered, Account::UnitsDelivered)];

fn token(row: &engine::state::Token, units: Option<i64>) -> TokenLine {
    TokenLine {
        party: row.party.number(),
        offering: row.offering.index(),
        phase: match row.state {
            TokenState::Issued => TokenPhase::Issued,
            TokenState::Active => TokenPhase::Active,
            TokenState::Suspended => TokenPhase::Suspended,
            TokenState::Exhausted => TokenPhase::Exhausted,
            TokenState::Expired => TokenPhase::Expired,
            TokenState::Revoked => TokenPhase::Revoked,
        },
        paid: row.fee_paid_minor,
        earned: row.earned_minor,
        refunded: row.refunded_minor,
        used: row.used,
        usage: row.usage_minor,
        overrun: row.overrun_minor,
        units,
    }
}

const fn session(state: SessionState) -> SessionPhase {
    match state {
        SessionState::Requested => SessionPhase::Requested,
        SessionState::Active => SessionPhase::Active,
        SessionState::Uncertain => SessionPhase::Uncertain,
        SessionState::Ending => SessionPhase::Ending,
        SessionState::Ended => SessionPhase::Ended,
    }
}

fn taken(state: &State) -> (BTreeMap<(usize, u32), Taken>, usize) {
    let mut taken: BTreeMap<(usize, u32), Taken> = BTreeMap::new();
    let mut bookings = 0;
    for (_, booking) in state.capacity.bookings() {
        bookings += 1;
        let Some(held) = booking.held() else { continue };
        for leg in &booking.legs {
            let Some(own) = leg.among(held) else { continue };
            for slot in own.from().index()..own.to().index() {
                let cell = taken.entry((leg.resource.index() as usize, slot)).or_default();
                match booking.state {
                    capacity::HoldState::Firm => cell.firm += leg.units,
                    capacity::HoldState::Short { .. } => cell.short += leg.units,
                }
            }
        }
    }
    (taken, bookings)
}
