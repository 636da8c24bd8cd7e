//! Webhooks and their deliveries, to the wire and back.

use crate::entropy::fresh_id;
use crate::fault::{Door, Fault};
use crate::limits::SECRET_OVERLAP;
use crate::native::events::kind::Kind;
use crate::native::events::wire::CloudEvent;
use crate::native::webhooks::sign::{fresh_secret, signature};
use crate::native::webhooks::wire;
use crate::time;
use engine::{Actor, Role};
use node::{Delivery, DeliveryKey, Reach, Sees, Sink, View, Web, WebRequest, Webhook};
use serde_json::json;
use types::{Instant, WebhookId};

/// The type of a delivery that was asked for.
pub(crate) const TEST: &str = "webhook.test";

/// A new webhook of a caller, told from the next event on.
pub(crate) fn webhook(
    draft: wire::WebhookDraft,
    actor: Actor,
    view: &View,
    web: &dyn Web,
    now: Instant,
) -> Result<Webhook, Fault> {
    let party = view.state.party(actor.party).ok_or(Door::PartyNotRegistered)?;
    web.check(&draft.url).map_err(|error| Fault::Door(Door::AddressForbidden, format!("url: {error}")))?;
    let unknown = draft.types.iter().find(|text| Kind::parse(text).is_none());
    if let Some(text) = unknown {
        return Err(Fault::invalid(format!("types: `{text:.40}` is not a type of event")));
    }
    if draft.types.len() > Kind::ALL.len() {
        return Err(Fault::invalid("types: each type once"));
    }
    Ok(Webhook {
        id: WebhookId::from_u128(fresh_id()),
        party: party.id,
        sees: if actor.role == Role::Operator { Sees::All } else { Sees::Own },
        url: draft.url,
        types: draft.types,
        secret: fresh_secret(),
        previous: None,
        from_seq: view.next_seq,
        created_at: now,
        gone_at: None,
        hub: None,
    })
}

/// The same webhook with a fresh secret; the one before it signs for a while too.
pub(crate) fn with_fresh_secret(webhook: Webhook, now: Instant) -> Webhook {
    let previous = Some((webhook.secret, now.after(SECRET_OVERLAP)));
    Webhook { secret: fresh_secret(), previous, ..webhook }
}

/// A webhook for the wire.
pub(crate) fn shown(webhook: &Webhook) -> wire::Webhook {
    wire::Webhook {
        id: webhook.id.to_string(),
        party: webhook.party.to_string(),
        url: webhook.url.clone(),
        types: webhook.types.clone(),
        created_at: time::text(webhook.created_at),
        gone_at: webhook.gone_at.map(time::text),
    }
}

/// A delivery that says nothing, to try a webhook out.
pub(crate) fn test_delivery(webhook: &Webhook, view: &View, now: Instant) -> Result<Delivery, Fault> {
    let part = u32::try_from(fresh_id() & u128::from(u32::MAX)).unwrap_or(0).max(1);
    let cell = view.state.cell.map_or(0, |cell| cell.0);
    let id = webhook.id.to_string();
    let event = CloudEvent {
        specversion: "1.0",
        id: format!("{cell}-test-{part:08x}"),
        source: format!("/cells/{cell}"),
        r#type: TEST,
        time: time::text(now),
        datacontenttype: "application/json",
        subject: Some(id.clone()),
        party: Some(webhook.party.to_string()),
        data: json!({"webhook": id}),
    };
    Ok(Delivery {
        key: DeliveryKey { lane: webhook.id.as_u128(), seq: view.next_seq, part },
        to: Sink::Webhook(webhook.id),
        kind: TEST.to_owned(),
        body: serde_json::to_string(&event).map_err(|error| Fault::internal("write an event", &error))?,
        queued_at: now,
        party: None,
    })
}

/// A delivery as a request, signed at `now`.
pub(crate) fn request(delivery: &Delivery, webhook: &Webhook, now: Instant) -> WebRequest {
    let (id, timestamp_s) = (delivery.key.to_string(), now.as_ms() / 1_000);
    let previous = webhook.previous.as_ref().filter(|(_, until)| now < *until);
    let secrets: Vec<&[u8]> =
        std::iter::once(&webhook.secret).chain(previous.map(|(secret, _)| secret)).map(Vec::as_slice).collect();
    let signed = signature(&secrets, &id, timestamp_s, &delivery.body);
    let headers = vec![
        ("content-type", "application/cloudevents+json".to_owned()),
        ("user-agent", "tessera".to_owned()),
        ("webhook-id", id),
        ("webhook-timestamp", timestamp_s.to_string()),
        ("webhook-signature", signed),
    ];
    WebRequest {
        method: "POST",
        url: webhook.url.clone(),
        headers,
        body: delivery.body.clone().into_bytes(),
        reach: Reach::Internet,
    }
}
