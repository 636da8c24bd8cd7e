//! Prices, and the periods that tokens are paid for.

use super::market::offering;
use super::tokens::{hold_back, note_fee, renewal_of, token};
use crate::budget::Spending;
use crate::event::MarketEvent;
use crate::settlement::{Closing, Gross, closing_legs, fee_legs, issue_legs};
use crate::state::{Shares, State, Term, TokenRef, TokenState, Unpaid};
use types::Instant;

pub(in crate::apply) fn price(state: &mut State, event: &MarketEvent, at: Instant) {
    match event {
        MarketEvent::PriceSet { offering: changed, price } => {
            let row = offering(state, *changed);
            let before = std::mem::replace(&mut row.price, price.clone());
            row.earlier.get_or_insert_default().push(before);
        }
        MarketEvent::TokenRenewed { .. } => renew(state, event, at),
        MarketEvent::TermPassed { token, term } => begin(state, *token, *term),
        MarketEvent::RenewalFailed { token, unpaid, .. } => hold_unpaid(state, *token, *unpaid),
        MarketEvent::DeliveryDeclared(capabilities) => state.delivers = Some(*capabilities),
    }
}

fn renew(state: &mut State, event: &MarketEvent, at: Instant) {
    let &MarketEvent::TokenRenewed {
        token: renewed,
        term,
        ref lines,
        paid_minor: minor,
        tax_minor: tax,
        earned_minor: earned,
        partner_minor,
        ref others_minor,
        breakage_minor: breakage,
        units_expired,
        units,
    } = event
    else {
        return;
    };
    let row = token(state, renewed).clone();
    let partners = Shares::of(partner_minor, others_minor.as_deref());
    let closing = Closing { earned, partners, breakage, refund: Gross::default() };
    let legs = closing_legs(state, &row, &closing);
    state.ledger.post(legs.as_slice());
    let counted = |units: u64| i64::try_from(units).expect("units were checked to fit");
    if let Some(account) = row.units {
        for units in [counted(units_expired).saturating_neg(), counted(units)] {
            let legs = issue_legs(state, account, units);
            state.ledger.post(legs.as_slice());
        }
    }
    let legs = fee_legs(state, &row, Gross { minor, tax });
    state.ledger.charge(legs.as_slice());
    Spending::on(&row).spend(state, minor, at);
    if matches!(row.state, TokenState::Suspended | TokenState::Exhausted) {
        let into = if row.session.is_some() { TokenState::Active } else { TokenState::Issued };
        hold_back(state, renewed, into);
    }
    begin(state, renewed, term);
    let row = token(state, renewed);
    (row.fee_minor, row.fee_paid_minor, row.earned_minor, row.refunded_minor) = (minor, minor, 0, 0);
    (row.used, row.usage_minor, row.given, row.meters) = (0, 0, None, None);
    row.lines = Some(lines.clone());
    note_fee(row, at);
}

/// Another period runs; what is due next is found by its time.
fn begin(state: &mut State, renewed: TokenRef, term: Term) {
    let before = renewal_of(renewed, token(state, renewed));
    let row = token(state, renewed);
    row.term = Some(term);
    let next = renewal_of(renewed, row);
    before.map(|before| state.index.deadlines.remove(&before));
    state.index.deadlines.extend(next);
}

fn hold_unpaid(state: &mut State, held: TokenRef, unpaid: Unpaid) {
    hold_back(state, held, TokenState::Suspended);
    let term = token(state, held).term.expect("an event names a token that is paid for again and again");
    begin(state, held, Term { unpaid: Some(unpaid), ..term });
}
