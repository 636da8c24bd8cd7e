//! Between the cell's words and the payment service's.

use super::wire::{Answer, Asked, Outcome};
use engine::state::PaymentOutcome;
use node::{PaymentAsked, PaymentWay, WebAnswer};

/// Payment required: what a service answers to a card that is refused, whatever its body says.
const DECLINED: u16 = 402;

/// What is asked, as it is sent.
pub(super) fn body(asked: &PaymentAsked) -> Result<Vec<u8>, String> {
    let wire = Asked {
        payment: asked.id.to_string(),
        kind: match asked.way {
            PaymentWay::TopUp => "top_up",
            PaymentWay::Payout => "payout",
        },
        party: asked.party.to_string(),
        reference: &asked.reference,
        amount_minor: asked.amount_minor,
        currency: asked.currency.to_string(),
    };
    serde_json::to_vec(&wire).map_err(|error| error.to_string())
}

/// What was answered; a reason when that says nothing of the payment. An answer that is not understood declines nothing:
/// the money may have moved.
pub(super) fn outcome(answer: &WebAnswer) -> Result<PaymentOutcome, String> {
    if answer.status == DECLINED {
        return Ok(PaymentOutcome::Declined);
    }
    if !(200..300).contains(&answer.status) {
        return Err(format!("status {}", answer.status));
    }
    let read: Answer = serde_json::from_slice(&answer.body).map_err(|error| format!("its answer: {error}"))?;
    match read.outcome {
        Outcome::Approved => Ok(PaymentOutcome::Approved),
        Outcome::Declined => Ok(PaymentOutcome::Declined),
        Outcome::Pending => Err("it is pending".to_owned()),
    }
}
