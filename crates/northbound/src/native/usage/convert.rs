//! Usage: wire to charges, answers to wire.

use crate::fault::Fault;
use crate::limits::CHARGES_MAX;
use crate::native::convert::{currency_of, id, money};
use crate::native::usage::wire;
use engine::state::State;
use engine::{Answer, Charge, Rejection};
use types::{Currency, SourceId, TokenId};

/// What was sent: one charge, or a list of them.
pub(crate) enum Sent {
    One(wire::Charge),
    Many(Vec<wire::Charge>),
}

/// Tells the two forms apart.
pub(crate) fn sent(usage: wire::Usage) -> Result<Sent, Fault> {
    match usage {
        wire::Usage {
            charges: Some(charges),
            token: None,
            source: None,
            sequence: None,
            quantity: None,
            unit: None,
        } => match charges.len() {
            1..=CHARGES_MAX => Ok(Sent::Many(charges)),
            _ => Err(Fault::invalid(format!("charges: 1 to {CHARGES_MAX} are expected"))),
        },
        wire::Usage {
            charges: None,
            token: Some(token),
            source: Some(source),
            sequence: Some(sequence),
            quantity: Some(quantity),
            unit,
        } => Ok(Sent::One(wire::Charge { token, source, sequence, quantity, unit })),
        _ => Err(Fault::malformed("either `charges`, or `token`, `source`, `sequence` and `quantity` are expected")),
    }
}

/// A charge in the engine's words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Understood {
    pub charge: Charge,
    /// What it is paid in.
    currency: Currency,
}

/// Puts a charge into the engine's words.
pub(crate) fn charge(state: &State, sent: &wire::Charge) -> Result<Understood, Fault> {
    let token = id("token", TokenId::parse(&sent.token))?;
    let source = id("source", SourceId::parse(&sent.source))?;
    let token = state.token_by_id(token).ok_or(Rejection::UnknownToken)?;
    let charge = Charge {
        token,
        source: state.source_by_id(source).ok_or(Rejection::UnknownSource)?,
        sequence: sent.sequence,
        quantity: sent.quantity,
        unit: sent.unit.map(Into::into),
    };
    let price = state.token(token).and_then(|row| state.price_of(row));
    let currency = price.and_then(|price| currency_of(state, price.asset));
    Ok(Understood { charge, currency: currency.ok_or(Rejection::UnknownToken)? })
}

impl Understood {
    /// What became of it.
    pub(crate) fn result(self, answer: &Answer) -> wire::ChargeResult {
        match answer {
            Answer::Charged { paid_minor, overrun_minor } => wire::ChargeResult::Charged {
                paid: money(*paid_minor, self.currency),
                overrun: money(*overrun_minor, self.currency),
            },
            _ => wire::ChargeResult::Repeated,
        }
    }
}

/// What became of a charge that was not made.
pub(crate) fn refused(fault: Fault) -> wire::ChargeResult {
    wire::ChargeResult::Rejected { problem: fault.into() }
}
