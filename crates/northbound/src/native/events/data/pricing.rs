//! The members of events of prices, and of the periods that are paid for.

use super::{About, of_holder};
use crate::native::convert::window;
use crate::time;
use engine::state::State;
use engine::{Event, PricingEvent};
use serde_json::json;

pub(super) fn of(event: &Event, state: &State) -> About {
    let Event::Pricing(event) = event else { return None };
    let (token, term) = match &**event {
        PricingEvent::PriceSet { offering, .. } => {
            let row = state.offering(*offering)?;
            let id = row.id.to_string();
            return Some((Some(id.clone()), json!({"offering": id, "version": row.version()})));
        }
        PricingEvent::TokenRenewed { token, term, .. } | PricingEvent::TermPassed { token, term } => {
            (state.token(*token)?, Some(term))
        }
        PricingEvent::RenewalFailed { token, .. } => (state.token(*token)?, None),
    };
    let id = token.id.to_string();
    let mut members = json!({"token": id});
    if let Some(term) = term {
        members["number"] = json!(term.number);
        members["window"] = json!(window(term.window));
    }
    match &**event {
        PricingEvent::TokenRenewed { paid_minor, .. } => {
            members["price"] = json!(of_holder(state, token, *paid_minor)?);
        }
        PricingEvent::RenewalFailed { unpaid, needed_minor, available_minor, .. } => {
            members["needed"] = json!(of_holder(state, token, *needed_minor)?);
            members["available"] = json!(of_holder(state, token, *available_minor)?);
            members["retry_at"] = json!(time::text(unpaid.retry_at));
        }
        PricingEvent::PriceSet { .. } | PricingEvent::TermPassed { .. } => {}
    }
    Some((Some(id), members))
}
