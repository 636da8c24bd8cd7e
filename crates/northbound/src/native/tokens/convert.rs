//! Tokens: rows to wire, and whose they are.

use crate::fault::Fault;
use crate::native::convert::{cells, confidence, currency_of, legs, money, window};
use crate::native::plans::lines;
use crate::native::tokens::wire;
use crate::time;
use engine::rating::{self, Delivered, Line, PricePlan, Source};
use engine::state::{Digest, Revoked, State, Token, TokenRef};
use engine::{Actor, Rejection, Role};
use node::{EntitlementError, Entitlements, View};
use tessera_token::BlockDigest;
use types::{TenantId, TokenId};

/// The caller's token with this id; another party's is as if it did not exist.
pub(crate) fn own(state: &State, actor: Actor, id: TokenId) -> Result<TokenRef, Fault> {
    let token = state.token_by_id(id).ok_or(Rejection::UnknownToken)?;
    let row = state.token(token).ok_or(Rejection::UnknownToken)?;
    if is_own(state, actor, row) { Ok(token) } else { Err(Rejection::UnknownToken.into()) }
}

/// May the caller see this token?
pub(crate) fn is_own(state: &State, actor: Actor, row: &Token) -> bool {
    match actor.role {
        Role::Customer => row.party == actor.party,
        Role::Operator => {
            let brand = state.party(row.party).map(|party| party.tenant);
            actor.tenant == TenantId(1) || brand == Some(actor.tenant)
        }
        Role::Meter | Role::Network => false,
    }
}

/// A token for the wire.
pub(crate) fn token(state: &State, token: TokenRef) -> Option<wire::Token> {
    let row = state.token(token)?;
    let offering = state.offering(row.offering)?;
    let priced = state.price_of(row)?;
    let currency = currency_of(state, priced.asset)?;
    let plan = (&priced.plan, currency);
    Some(wire::Token {
        id: row.id.to_string(),
        order: row.order.to_string(),
        party: state.party(row.party)?.id.to_string(),
        offering: offering.id.to_string(),
        qos_profile: offering.qos_profile.clone(),
        state: row.state.into(),
        window: window(row.window),
        place: cells(&row.place),
        device_bound: row.device.is_some(),
        session: row.session.and_then(|session| Some(state.session(session)?.id.to_string())),
        price: money(row.fee_minor, currency),
        lines: lines(plan, row.lines.iter().flatten()),
        paid: money(row.fee_paid_minor, currency),
        refunded: money(row.refunded_minor, currency),
        usage: money(row.usage_minor, currency),
        usage_lines: lines(plan, &usage_lines(&priced.plan, row)),
        term: row.term.map(|term| wire::Term {
            number: term.number,
            window: window(term.window),
            renews_at: term.renewal_at(row.window).map(time::text),
            unpaid_since: term.unpaid.map(|unpaid| time::text(unpaid.since)),
        }),
        used: row.used,
        volume_left: row.units.and_then(|units| state.ledger.available(units)),
        confidence: confidence(row.epsilon_ppb),
        grade: row.grade.map(Into::into),
        payer: row.payer.and_then(|payer| Some(state.party(payer)?.id.to_string())),
        path: legs(state, &row.legs),
        entitlement: None,
    })
}

/// What was delivered at each price, as lines like those of its fee.
fn usage_lines(plan: &PricePlan, row: &Token) -> Vec<Line> {
    let line = |component, rate, delivered: Delivered| {
        let source = Source::Component { component, rate };
        Line { source, quantity: delivered.quantity, amount_minor: delivered.minor }
    };
    if let Some(meters) = &row.meters {
        return meters.iter().map(|(meter, delivered)| line(meter.component, meter.rate, *delivered)).collect();
    }
    let only = rating::units(plan).next().and_then(|unit| rating::rates(plan, unit).next());
    let delivered = Delivered { quantity: row.used, minor: row.usage_minor };
    only.filter(|_| row.usage_minor > 0).map(|at| line(at.component, at.rate, delivered)).into_iter().collect()
}

/// A token for its holder, with the signed entitlement while that can be used.
pub(crate) fn with_entitlement(mint: &Entitlements, view: &View, handle: TokenRef) -> Result<wire::Token, Fault> {
    let whole = matches!(view.state.revocations.get(&handle), Some(Revoked::Whole));
    let live = view.state.token(handle).is_some_and(Token::is_live) && !whole;
    let mut shown = token(&view.state, handle).ok_or(Rejection::UnknownToken)?;
    if live {
        shown.entitlement = Some(mint.mint(&view.state, handle)?);
    }
    Ok(shown)
}

/// Which block a caller wants revoked; `None` for every text of the token.
pub(crate) fn revoked_block(
    entitlements: &Entitlements,
    state: &State,
    token: TokenRef,
    draft: &wire::RevocationDraft,
) -> Result<Option<Digest>, Fault> {
    let found = match draft {
        wire::RevocationDraft { block: None, entitlement: None } => return Ok(None),
        wire::RevocationDraft { block: Some(id), entitlement: None } => entitlements.block_with_id(state, token, id),
        wire::RevocationDraft { block: None, entitlement: Some(text) } => {
            entitlements.block_of_text(state, token, text)
        }
        _ => return Err(Fault::malformed("`block` or `entitlement` is expected, not both")),
    };
    found.map_err(|error| match error {
        EntitlementError::Token(error) => Fault::invalid(format!("what is to be revoked cannot be found: {error}")),
        error => error.into(),
    })
}

/// What is revoked of a token.
pub(crate) fn revocation(state: &State, token: TokenRef, block: Option<Digest>) -> Option<wire::Revocation> {
    let row = state.token(token)?;
    Some(wire::Revocation {
        token: row.id.to_string(),
        block: block.map(|block| BlockDigest(block.0).to_hex()),
        until: time::text(row.window.to()),
    })
}
