//! Usage: wire to charges, answers to wire.

use crate::fault::Fault;
use crate::limits::CHARGES_MAX;
use crate::native::convert::{currency_of, id, money};
use crate::native::usage::wire;
use engine::state::{State, TokenRef};
use engine::{Answer, Charge, Rejection};
use types::{SourceId, TokenId};

/// What was sent: one charge, or a list of them.
pub(crate) enum Sent {
    One(wire::Charge),
    Many(Vec<wire::Charge>),
}

/// Tells the two forms apart.
pub(crate) fn sent(usage: wire::Usage) -> Result<Sent, Fault> {
    match usage {
        wire::Usage { charges: Some(charges), token: None, source: None, sequence: None, quantity: None } => {
            match charges.len() {
                1..=CHARGES_MAX => Ok(Sent::Many(charges)),
                _ => Err(Fault::invalid(format!("charges: 1 to {CHARGES_MAX} are expected"))),
            }
        }
        wire::Usage {
            charges: None,
            token: Some(token),
            source: Some(source),
            sequence: Some(sequence),
            quantity: Some(quantity),
        } => Ok(Sent::One(wire::Charge { token, source, sequence, quantity })),
        _ => Err(Fault::malformed("either `charges`, or `token`, `source`, `sequence` and `quantity` are expected")),
    }
}

/// A charge in the engine's words.
pub(crate) fn charge(state: &State, sent: &wire::Charge) -> Result<Charge, Fault> {
    let token = id("token", TokenId::parse(&sent.token))?;
    let source = id("source", SourceId::parse(&sent.source))?;
    Ok(Charge {
        token: state.token_by_id(token).ok_or(Rejection::UnknownToken)?,
        source: state.source_by_id(source).ok_or(Rejection::UnknownSource)?,
        sequence: sent.sequence,
        quantity: sent.quantity,
    })
}

/// What became of a charge.
pub(crate) fn result(state: &State, token: TokenRef, answer: Answer) -> Option<wire::ChargeResult> {
    let Answer::Charged { paid_minor, overrun_minor } = answer else { return Some(wire::ChargeResult::Repeated) };
    let currency = currency_of(state, state.offering(state.token(token)?.offering)?.price.asset)?;
    Some(wire::ChargeResult::Charged { paid: money(paid_minor, currency), overrun: money(overrun_minor, currency) })
}

/// What became of a charge that was not made.
pub(crate) fn refused(fault: Fault) -> wire::ChargeResult {
    wire::ChargeResult::Rejected { problem: fault.into() }
}
