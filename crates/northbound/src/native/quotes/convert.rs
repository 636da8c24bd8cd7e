//! Quotes: wire to commands, rows to wire.

use crate::fault::Fault;
use crate::native::convert::{
    cells, confidence, currency_of, id, legs, money, party_of, way_asked, window, window_asked,
};
use crate::native::plans::lines;
use crate::native::quotes::wire;
use crate::time;
use engine::state::{Grade, Quote, State};
use engine::{Actor, Rejection, Role, Wish};
use types::{Instant, OfferingId, QuoteId};

/// What is wished for, in the engine's words.
pub(crate) fn wish(asked: &wire::Wish, state: &State, actor: Actor, now: Instant) -> Result<Wish, Fault> {
    let offering = id("offering", OfferingId::parse(&asked.offering))?;
    let window = window_asked(&asked.window, now)?;
    let (place, stages) = way_asked(&asked.place, window, state)?;
    Ok(Wish {
        party: party_of(state, actor, asked.party.as_deref())?,
        offering: state.offering_by_id(offering).ok_or(Rejection::UnknownOffering)?,
        window,
        place,
        stages,
        grade_min: asked.grade_min.map_or(Grade::Empirical, Into::into),
        promotion: asked.promotion.clone(),
    })
}

/// The caller's quote with this id, for the wire.
pub(crate) fn own_quote(state: &State, actor: Actor, id: QuoteId) -> Result<wire::Quote, Fault> {
    let row = state.quotes.get(&id).filter(|row| is_own(state, actor, row)).ok_or(Rejection::UnknownQuote)?;
    quote(state, row).ok_or_else(|| Rejection::UnknownQuote.into())
}

fn is_own(state: &State, actor: Actor, row: &Quote) -> bool {
    let brand = state.party(row.party).map(|party| party.tenant);
    row.party == actor.party
        || (actor.role == Role::Operator && (actor.tenant == types::TenantId(1) || brand == Some(actor.tenant)))
}

fn quote(state: &State, row: &Quote) -> Option<wire::Quote> {
    let offering = state.offering(row.offering)?;
    let priced = offering.pricing(row.version.unwrap_or(0));
    let currency = currency_of(state, priced.asset)?;
    Some(wire::Quote {
        id: row.id.to_string(),
        party: state.party(row.party)?.id.to_string(),
        offering: offering.id.to_string(),
        state: row.state.into(),
        window: window(row.window),
        place: cells(&row.place),
        price: money(row.fee_minor, currency),
        lines: lines((&priced.plan, currency), row.lines.iter().flatten()),
        usage_held: money(row.usage_held_minor, currency),
        confidence: confidence(row.epsilon_ppb),
        grade: row.grade.map(Into::into),
        path: legs(state, &row.legs),
        expires_at: time::text(row.expires_at),
    })
}
