//! What listeners of this API are told.

use crate::tmf::common::notify::Told;
use crate::tmf::usage::convert::usage;
use engine::Event;
use node::Happened;

/// The types of event there are.
pub(crate) const EVENTS: &[&str] = &["UsageCreateEvent"];

/// Can a listener have to be told of this event?
pub(crate) const fn concerns(event: &Event) -> bool {
    matches!(event, Event::UsageCharged { .. })
}

/// What a listener is told of an event.
pub(crate) fn told(happened: Happened<'_>) -> Option<Told> {
    let value = usage(&happened.view.state, happened.event, happened.at)?;
    Some(Told { api: super::HUB.name, kind: "UsageCreateEvent", resource: "usage", value })
}
