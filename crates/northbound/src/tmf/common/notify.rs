//! What listeners are told: `eventId`, `eventTime`, `eventType`, and the resource under `event`.

use crate::native::events::convert::party_of;
use crate::time;
use crate::tmf::common::convert::may_see;
use crate::tmf::{prepay_balance, usage};
use engine::{Actor, Event};
use node::{Delivery, DeliveryKey, Happened, Reach, Sink, View, WebRequest, Webhook};
use serde_json::{Value, json};

/// What an event is to a TM Forum API.
pub(crate) struct Told {
    /// The API whose listeners hear it.
    pub api: &'static str,
    /// The type of the event.
    pub kind: &'static str,
    /// The name of the resource.
    pub resource: &'static str,
    /// The resource.
    pub value: Value,
}

/// Can a listener have to be told of this event?
pub(crate) fn concerns(event: &Event, webhooks: &[Webhook]) -> bool {
    let heard = prepay_balance::notify::concerns(event) || usage::notify::concerns(event);
    heard && webhooks.iter().any(|webhook| webhook.hub.is_some())
}

/// What the listeners among these are told of an event. `actor_of` says as whom each sees it.
pub(crate) fn deliveries(
    happened: Happened<'_>,
    webhooks: &[Webhook],
    actor_of: impl Fn(&Webhook, &View) -> Option<Actor>,
) -> Vec<Delivery> {
    let listening = || webhooks.iter().filter(|webhook| webhook.hub.is_some() && webhook.listens(happened.seq));
    if listening().next().is_none() {
        return Vec::new();
    }
    let (view, party) = (happened.view, party_of(happened.event, happened.view));
    let (Some(told), Some(party)) = (told(happened), party) else { return Vec::new() };
    let of_api = |webhook: &&Webhook| webhook.hub.as_ref().is_some_and(|hub| hub.api == told.api);
    let sees = |webhook: &&Webhook| actor_of(webhook, view).is_some_and(|actor| may_see(&view.state, actor, party));
    let wanting = listening().filter(of_api).filter(|webhook| webhook.wants(told.kind)).filter(sees);
    let cell = view.state.cell.map_or(0, |cell| cell.0);
    let body = json!({
        "eventId": format!("{cell}-{}", happened.seq),
        "eventTime": time::text(happened.at),
        "eventType": told.kind,
        "event": { told.resource: told.value },
    });
    let body = body.to_string();
    let delivery = |webhook: &Webhook| Delivery {
        key: DeliveryKey { lane: webhook.id.as_u128(), seq: happened.seq, part: 0 },
        to: Sink::Webhook(webhook.id),
        kind: told.kind.to_owned(),
        body: body.clone(),
        queued_at: happened.at,
        party: None,
    };
    wanting.map(delivery).collect()
}

/// A delivery as a request: to the listener's own place below a base, to the address itself otherwise.
pub(crate) fn request(delivery: &Delivery, webhook: &Webhook) -> WebRequest {
    let mut url = webhook.url.clone();
    if url.ends_with('/') {
        let mut name = delivery.kind.clone();
        name[..1].make_ascii_lowercase();
        url.push_str("listener/");
        url.push_str(&name);
    }
    let headers = vec![("content-type", "application/json".to_owned()), ("user-agent", "tessera".to_owned())];
    WebRequest { method: "POST", url, headers, body: delivery.body.clone().into_bytes(), reach: Reach::Internet }
}

fn told(happened: Happened<'_>) -> Option<Told> {
    prepay_balance::notify::told(happened).or_else(|| usage::notify::told(happened))
}
