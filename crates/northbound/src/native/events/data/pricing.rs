//! The members of events of what is sold: prices, the periods that are paid for, what can be delivered.

use super::{About, of_holder};
use crate::native::convert::window;
use crate::native::wire;
use crate::time;
use engine::state::State;
use engine::{Event, MarketEvent};
use serde_json::json;

pub(super) fn of(event: &Event, state: &State) -> About {
    let Event::Market(event) = event else { return None };
    let (token, term) = match &**event {
        MarketEvent::PriceSet { offering, .. } => {
            let row = state.offering(*offering)?;
            let id = row.id.to_string();
            return Some((Some(id.clone()), json!({"offering": id, "version": row.version()})));
        }
        MarketEvent::DeliveryDeclared(capabilities) => {
            let delivers: Vec<_> = capabilities.iter().map(wire::Capability::from).collect();
            return Some((None, json!({"delivers": delivers})));
        }
        MarketEvent::TokenRenewed { token, term, .. } | MarketEvent::TermPassed { token, term } => {
            (state.token(*token)?, Some(term))
        }
        MarketEvent::RenewalFailed { token, .. } => (state.token(*token)?, None),
    };
    let id = token.id.to_string();
    let mut members = json!({"token": id});
    if let Some(term) = term {
        members["number"] = json!(term.number);
        members["window"] = json!(window(term.window));
    }
    match &**event {
        MarketEvent::TokenRenewed { paid_minor, .. } => {
            members["price"] = json!(of_holder(state, token, *paid_minor)?);
        }
        MarketEvent::RenewalFailed { unpaid, needed_minor, available_minor, .. } => {
            members["needed"] = json!(of_holder(state, token, *needed_minor)?);
            members["available"] = json!(of_holder(state, token, *available_minor)?);
            members["retry_at"] = json!(time::text(unpaid.retry_at));
        }
        MarketEvent::PriceSet { .. } | MarketEvent::TermPassed { .. } | MarketEvent::DeliveryDeclared(_) => {}
    }
    Some((Some(id), members))
}
