//! `/v1/events`.

use crate::app::App;
use crate::fault::{Door, Fault};
use crate::native::error::{Problem, Problems};
use crate::native::events::stream::Following;
use crate::native::events::wire::{After, CloudEvent};
use crate::native::extract::{Params, Subscriber};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use node::FeedError;
use node::journal::JournalError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The last event that a client has seen, by its `id`.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(follow_events))
}

/// Live events: what concerns the caller, for the operator everything. It goes on until the client ends it; a client that
/// comes back with the last `id` misses nothing.
#[utoipa::path(
    get, path = "/v1/events", tag = "events", security(("bearer" = [])),
    params(After, ("Last-Event-ID" = Option<u64>, Header, description = "The `id` of the last event that was seen.")),
    responses((status = 200, description = "Server-sent events; each `data` is one.", body = CloudEvent, content_type = "text/event-stream"), Problems),
)]
async fn follow_events(
    State(app): State<App>,
    Subscriber(principal): Subscriber,
    Params(After { after }): Params<After>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let telling = app.telling()?;
    let last = last_seen(&headers)?.or(after);
    let next_seq = app.read(|view| view.next_seq).await;
    let cursor = last.map_or(Ok(next_seq), |last| last.checked_add(1).filter(|cursor| *cursor <= next_seq).ok_or(last));
    let cursor = cursor.map_err(|last| {
        Fault::invalid(format!("after: {last} is not one of this cell's events; the last is {}", next_seq - 1))
    })?;
    let following = Following {
        feed: telling.notifier.feed().clone(),
        actor: principal.actor,
        cursor: cursor.max(1),
        stop: telling.stop.clone(),
        pace: telling.pace,
        place: telling.streams.take(&principal.client)?,
    };
    let first = following.page().await.map_err(unreadable)?;
    let media = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((media, following.start(first)).into_response())
}

pub(crate) fn last_seen(headers: &HeaderMap) -> Result<Option<u64>, Fault> {
    let Some(value) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    number.map(Some).ok_or_else(|| Fault::malformed("Last-Event-ID: the number of an event is expected"))
}

fn unreadable(error: FeedError) -> Fault {
    match error {
        FeedError::Journal(JournalError::Archived { kept_from, .. }) => {
            let detail = format!("The journal begins at event {kept_from}; what came before is in the archive.");
            Fault::Door(Door::EventsArchived, detail)
        }
        error => Fault::internal("read events", &error),
    }
}
