//! The hub: listeners register themselves, and are told as webhooks are.

use crate::app::App;
use crate::entropy::fresh_id;
use crate::fault::{Door, Fault};
use crate::limits::WEBHOOKS_PER_PARTY_MAX;
use crate::tmf::common::error::Error;
use crate::tmf::common::wire::{EventSubscription, EventSubscriptionInput};
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use engine::{Actor, Role};
use node::{Hub, NotifyError, Sees, Webhook};
use types::WebhookId;

/// An API with a hub.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api {
    /// Its name among the hubs.
    pub name: &'static str,
    /// Where it is.
    pub base: &'static str,
    /// The types of its events.
    pub events: &'static [&'static str],
}

/// Registers a listener: it is told from the next event on.
pub(crate) async fn register(
    app: &App,
    actor: Actor,
    api: Api,
    asked: EventSubscriptionInput,
) -> Result<Response, Error> {
    let types = types_of(api, asked.query.as_deref())?;
    let (telling, now) = (app.telling()?, app.gate.clock().now());
    let checked = telling.notifier.web().check(&asked.callback);
    checked.map_err(|error| Fault::Door(Door::AddressForbidden, format!("callback: {error}")))?;
    let (party, from_seq) = app
        .read(|view| Some((view.state.party(actor.party)?.id, view.next_seq)))
        .await
        .ok_or(Fault::from(Door::PartyNotRegistered))?;
    let listener = Webhook {
        id: WebhookId::from_u128(fresh_id()),
        party,
        sees: if actor.role == Role::Operator { Sees::All } else { Sees::Own },
        url: asked.callback,
        types,
        secret: Vec::new(),
        previous: None,
        from_seq,
        created_at: now,
        gone_at: None,
        hub: Some(Hub { api: api.name.to_owned(), query: asked.query }),
    };
    let shown = shown(&listener);
    let place = format!("{}/hub/{}", api.base, shown.id);
    let kept = telling.notifier.mailroom(move |room| room.put_webhook(listener, WEBHOOKS_PER_PARTY_MAX)).await;
    kept.map_err(|error| match error {
        NotifyError::Full(_) => Door::TooManyWebhooks.into(),
        error => Fault::from(error),
    })?;
    Ok((StatusCode::CREATED, [(LOCATION, place)], Json(shown)).into_response())
}

/// Removes a listener of the caller's, with everything that waits for it.
pub(crate) async fn remove(app: &App, actor: Actor, api: Api, id: &str) -> Result<StatusCode, Error> {
    let id = WebhookId::parse(id).map_err(|_| Error::not_found())?;
    let party = app.read(|view| view.state.party(actor.party).map(|party| party.id)).await;
    let party = party.ok_or(Fault::from(Door::PartyNotRegistered))?;
    let is_own =
        move |webhook: &&Webhook| webhook.party == party && webhook.hub.as_ref().is_some_and(|hub| hub.api == api.name);
    let removed = app.telling()?.notifier.mailroom(move |room| match room.webhook(id).filter(is_own) {
        Some(_) => room.remove_webhook(id).map(|()| true),
        None => Ok(false),
    });
    if removed.await.map_err(Fault::from)? { Ok(StatusCode::NO_CONTENT) } else { Err(Error::not_found()) }
}

/// The types that a query chooses; all of them when it chooses none.
fn types_of(api: Api, query: Option<&str>) -> Result<Vec<String>, Error> {
    let mut types = Vec::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if name != "eventType" {
            return Err(Error::invalid("query: listeners choose by `eventType` alone"));
        }
        for wanted in value.split(',') {
            if !api.events.contains(&wanted) {
                let known = api.events.join(", ");
                return Err(Error::invalid(format!("query: one of {known} is expected as `eventType`")));
            }
            types.push(wanted.to_owned());
        }
    }
    types.sort_unstable();
    types.dedup();
    Ok(types)
}

fn shown(listener: &Webhook) -> EventSubscription {
    EventSubscription {
        id: listener.id.to_string(),
        callback: listener.url.clone(),
        query: listener.hub.as_ref().and_then(|hub| hub.query.clone()),
    }
}
