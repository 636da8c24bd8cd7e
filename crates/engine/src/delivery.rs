//! Delivery: which capabilities the drivers behind a cell deliver, and that nothing else is sold.

use crate::actor::Actor;
use crate::party::require_operator;
use crate::state::{Capabilities, Capability, Offering, State};
use crate::{Answer, Event, MarketEvent, Rejection};

/// Says what drivers deliver from now on. What was quoted and sold is honoured all the same.
pub(crate) fn decide_declare(
    state: &State,
    actor: Actor,
    capabilities: Capabilities,
    out: &mut Vec<Event>,
) -> Result<Answer, Rejection> {
    require_operator(actor)?;
    if state.delivers == Some(capabilities) {
        return Ok(Answer::Repeated);
    }
    out.push(Event::Market(Box::new(MarketEvent::DeliveryDeclared(capabilities))));
    Ok(Answer::Done)
}

/// The first capability of an offering that no driver delivers; `None`: all of it can be delivered, as far as was said.
pub fn undelivered(state: &State, offering: &Offering) -> Option<Capability> {
    let delivers = state.delivers?;
    offering.capabilities().iter().find(|capability| !delivers.contains(*capability))
}

/// Everything in it is delivered by some driver.
pub(crate) fn check_delivery(state: &State, offering: &Offering) -> Result<(), Rejection> {
    undelivered(state, offering).map_or(Ok(()), |capability| Err(Rejection::NoDriver { capability }))
}
