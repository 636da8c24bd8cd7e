//! What listeners of this API are told.

use crate::tmf::common::notify::Told;
use crate::tmf::prepay_balance::convert::{action, resource_of};
use crate::tmf::prepay_balance::wire::Notes;
use engine::Event;
use engine::state::ActionKind;
use node::Happened;

/// The types of event there are.
pub(crate) const EVENTS: &[&str] = &[
    "TopupBalanceCreateEvent",
    "AdjustBalanceCreateEvent",
    "TransferBalanceCreateEvent",
    "ReserveBalanceCreateEvent",
    "ReserveBalanceCancelEvent",
];

/// Can a listener have to be told of this event?
pub(crate) const fn concerns(event: &Event) -> bool {
    matches!(event, Event::BalanceActed(_))
}

/// What a listener is told of an event. What was said besides is not told: it may name people.
pub(crate) fn told(happened: Happened<'_>) -> Option<Told> {
    let Event::BalanceActed(row) = happened.event else { return None };
    let kind = match row.kind {
        ActionKind::TopUp => "TopupBalanceCreateEvent",
        ActionKind::Adjustment => "AdjustBalanceCreateEvent",
        ActionKind::Transfer(_) => "TransferBalanceCreateEvent",
        ActionKind::Reservation { ended: None, .. } => "ReserveBalanceCreateEvent",
        ActionKind::Reservation { ended: Some(_), .. } => "ReserveBalanceCancelEvent",
    };
    let value = action(&happened.view.state, row, Notes::default())?;
    Some(Told { api: super::HUB.name, kind, resource: resource_of(row.kind), value })
}
