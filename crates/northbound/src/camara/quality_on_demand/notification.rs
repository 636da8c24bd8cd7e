//! What the sink of a session is told: a `CloudEvent` each time its QoS status changes.
//!
//! Pure: which event of the engine becomes which notification, and its exact form. Delivery is somebody else's.

use crate::call::Record;
use crate::camara::common::extract::uuid_text;
use crate::camara::quality_on_demand::convert::{belongs_to, status_info};
use crate::camara::quality_on_demand::wire::{QosStatus, Remembered, SinkCredential, StatusInfo};
use crate::time;
use engine::Event;
use engine::state::{EndReason, Session, SessionRef, State};
use node::SessionRecord;
use serde_json::{Value, json};
use types::Instant;

/// The one type of event that quality-on-demand 1.1.0 has.
const EVENT_TYPE: &str = "org.camaraproject.quality-on-demand.v1.qos-status-changed";

/// Something to be delivered: POST, `application/cloudevents+json`.
pub(crate) struct Notification {
    /// Where to: https.
    pub sink: String,
    /// The bearer token to send along, with its end; never to be logged.
    pub credential: Option<SinkCredential>,
    /// The `CloudEvent`.
    pub body: Value,
}

/// The notification of an event, when it changes the QoS status of a session whose request named a sink.
///
/// `seq` and `at` are the event's; with the cell they make its id, so that a repeated delivery has the same. `state` is
/// that of the event or any later one in which the session is still remembered, `kept` the private part of its request.
pub(crate) fn qos_status_changed(
    event: &Event,
    seq: u64,
    at: Instant,
    state: &State,
    kept: &SessionRecord,
) -> Option<Notification> {
    let (session, status, reason) = change(event)?;
    let row = state.session(session)?;
    let info = reason.map(|reason| status_info(row, reason));
    if info == Some(StatusInfo::DeleteRequested) && row.started_at.is_none() {
        return None;
    }
    let record: Record = serde_json::from_str(&kept.request).ok()?;
    belongs_to(state, row, &record).then_some(())?;
    let remembered: Remembered = serde_json::from_value(record.request).ok()?;
    let sink = remembered.sink?;
    let cell = state.cell?;
    let id = format!("{}-{seq}", cell.0);
    Some(Notification { sink, credential: remembered.sink_credential, body: cloud_event(&id, at, row, (status, info)) })
}

/// The session that an event makes available or unavailable, and why.
///
/// A session is unavailable from the moment it is to be stopped; that it has stopped then is no news. One that the
/// network ended, or never began, says so when it has ended.
fn change(event: &Event) -> Option<(SessionRef, QosStatus, Option<EndReason>)> {
    match event {
        Event::SessionActivated { session, .. } => Some((*session, QosStatus::Available, None)),
        Event::DeactivationRequested { session, reason }
        | Event::SessionEnded { session, reason: reason @ EndReason::NetworkTerminated, .. } => {
            Some((*session, QosStatus::Unavailable, Some(*reason)))
        }
        _ => None,
    }
}

fn cloud_event(id: &str, at: Instant, row: &Session, (status, info): (QosStatus, Option<StatusInfo>)) -> Value {
    let session = uuid_text(row.id.as_u128());
    let mut data = json!({ "sessionId": session, "qosStatus": status });
    if let Some(info) = info {
        data["statusInfo"] = json!(info);
    }
    json!({
        "id": id,
        "source": format!("/quality-on-demand/v1/sessions/{session}"),
        "specversion": "1.0",
        "type": EVENT_TYPE,
        "datacontenttype": "application/json",
        "time": time::text(at),
        "data": data,
    })
}

#[cfg(test)]
mod tests;
