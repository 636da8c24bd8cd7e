//! Deliveries to the sinks that CAMARA's requests name.

use crate::camara::quality_on_demand::notification::qos_status_changed;
use crate::time;
use engine::Event;
use node::{Delivery, DeliveryKey, Happened, Reach, SessionRecord, Sink, WebRequest};
use serde_json::Value;

/// Can a sink have to be told of this event?
pub(crate) fn concerns(event: &Event) -> bool {
    matches!(event, Event::SessionActivated { .. } | Event::DeactivationRequested { .. } | Event::SessionEnded { .. })
}

/// What the sink of a session is told of an event; each session is a lane of its own.
pub(crate) fn delivery(happened: Happened<'_>, kept: &SessionRecord) -> Option<Delivery> {
    let Happened { seq, at, event, view } = happened;
    let (session, token) = match event {
        Event::SessionActivated { session, .. }
        | Event::DeactivationRequested { session, .. }
        | Event::SessionEnded { session, .. } => view.state.session(*session).map(|row| (row.id, row.token))?,
        _ => return None,
    };
    let notification = qos_status_changed(event, seq, at, &view.state, kept)?;
    let until = notification.credential.as_ref().and_then(|credential| credential.access_token_expires_utc.as_deref());
    let bearer_until = until.and_then(time::parse);
    let bearer = notification.credential.and_then(|credential| credential.access_token);
    let kind = notification.body.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(Delivery {
        key: DeliveryKey { lane: session.as_u128(), seq, part: 0 },
        to: Sink::Address { url: notification.sink, bearer, bearer_until },
        kind,
        body: notification.body.to_string(),
        queued_at: at,
        party: view.state.party(view.state.token(token)?.party).map(|row| row.id),
    })
}

/// A notification as a request.
pub(crate) fn request(delivery: &Delivery, url: &str, bearer: Option<&str>) -> WebRequest {
    let mut headers =
        vec![("content-type", "application/cloudevents+json".to_owned()), ("user-agent", "tessera".to_owned())];
    headers.extend(bearer.map(|token| ("authorization", format!("Bearer {token}"))));
    WebRequest {
        method: "POST",
        url: url.to_owned(),
        headers,
        body: delivery.body.clone().into_bytes(),
        reach: Reach::Internet,
    }
}
