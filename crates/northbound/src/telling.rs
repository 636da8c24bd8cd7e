//! What a cell tells the outside: live streams, webhooks and sinks. Here its words are found; `node` delivers them.

use crate::camara::notify as camara;
use crate::limits::{EVENT_HEARTBEAT, SLOW_CLIENT_TIMEOUT};
use crate::native::events::convert::{cloud_event, sees};
use crate::native::events::kind::Kind;
use crate::native::events::limit::Streams;
use crate::native::webhooks::convert as webhooks;
use crate::nchf::notify as nchf;
use crate::tmf::common::notify as tmf;
use engine::{Actor, Event, Role};
use node::{Delivery, DeliveryKey, Happened, Notices, Notifier, Sees, SessionRecord, Sink, View, WebRequest, Webhook};
use std::time::Duration;
use tokio::sync::watch;
use types::Instant;

/// What a cell tells, as its routes use it.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    pub notifier: Notifier,
    /// True when the cell is to stop: streams end.
    pub stop: watch::Receiver<bool>,
    pub streams: Streams,
    pub pace: StreamPace,
}

/// How a stream treats its client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamPace {
    /// How often it says that it is alive.
    pub heartbeat: Duration,
    /// How long the client may leave its buffer full.
    pub patience: Duration,
}

impl Telling {
    pub(crate) fn new(notifier: Notifier, stop: watch::Receiver<bool>) -> Self {
        let pace = StreamPace { heartbeat: EVENT_HEARTBEAT, patience: SLOW_CLIENT_TIMEOUT };
        Self { notifier, stop, streams: Streams::default(), pace }
    }
}

/// The words: `CloudEvents`, as webhooks are told and as CAMARA's sinks are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words;

impl Notices for Words {
    fn concerns(&self, event: &Event, webhooks: &[Webhook]) -> bool {
        let wanted = || Kind::of(event).is_some_and(|kind| webhooks.iter().any(|webhook| tells(webhook, kind)));
        camara::concerns(event) || nchf::concerns(event) || tmf::concerns(event, webhooks) || wanted()
    }

    fn of(&self, happened: Happened<'_>, kept: Option<&SessionRecord>, webhooks: &[Webhook]) -> Vec<Delivery> {
        let mut deliveries: Vec<Delivery> =
            kept.and_then(|kept| camara::delivery(happened, kept)).into_iter().collect();
        deliveries.extend(nchf::deliveries(happened));
        deliveries.extend(tmf::deliveries(happened, webhooks, actor_of));
        let Some(kind) = Kind::of(happened.event) else { return deliveries };
        let listening = webhooks.iter().filter(|webhook| webhook.listens(happened.seq) && tells(webhook, kind));
        let listening: Vec<_> = listening
            .filter(|webhook| {
                actor_of(webhook, happened.view).is_some_and(|actor| sees(actor, happened.event, happened.view))
            })
            .collect();
        if listening.is_empty() {
            return deliveries;
        }
        let Some(body) = cloud_event(happened).and_then(|event| serde_json::to_string(&event).ok()) else {
            return deliveries;
        };
        deliveries.extend(listening.into_iter().map(|webhook| Delivery {
            key: DeliveryKey { lane: webhook.id.as_u128(), seq: happened.seq, part: 0 },
            to: Sink::Webhook(webhook.id),
            kind: kind.text().to_owned(),
            body: body.clone(),
            queued_at: happened.at,
            party: None,
        }));
        deliveries
    }

    fn request(&self, delivery: &Delivery, webhook: Option<&Webhook>, now: Instant) -> Result<WebRequest, String> {
        match (&delivery.to, webhook) {
            (Sink::Webhook(_), None) => Err("its webhook was removed".to_owned()),
            (Sink::Webhook(_), Some(webhook)) if webhook.hub.is_some() => Ok(tmf::request(delivery, webhook)),
            (Sink::Webhook(_), Some(webhook)) => Ok(webhooks::request(delivery, webhook, now)),
            (Sink::Address { url, .. }, _) if nchf::is_one(delivery) => Ok(nchf::request(delivery, url)),
            (Sink::Address { url, bearer, bearer_until }, _) => {
                if bearer_until.is_some_and(|until| until <= now) {
                    return Err("the access token of its sink has expired".to_owned());
                }
                Ok(camara::request(delivery, url, bearer.as_deref()))
            }
        }
    }
}

/// Is a webhook told of this kind of event in our own words? A listener of a hub is told in the hub's.
fn tells(webhook: &Webhook, kind: Kind) -> bool {
    webhook.hub.is_none() && webhook.wants(kind.text())
}

/// As whom a webhook sees events.
fn actor_of(webhook: &Webhook, view: &View) -> Option<Actor> {
    let party = view.state.party_by_id(webhook.party)?;
    let tenant = view.state.party(party)?.tenant;
    let role = match webhook.sees {
        Sees::All => Role::Operator,
        Sees::Own => Role::Customer,
    };
    Some(Actor { tenant, role, party })
}
