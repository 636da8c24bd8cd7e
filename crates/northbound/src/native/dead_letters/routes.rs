//! `/v1/dead-letters`: the operator's.

use crate::app::App;
use crate::fault::{Door, Fault};
use crate::native::convert::{listing, page_limit};
use crate::native::dead_letters::wire::DeadLetter;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Host, Params, Segment};
use crate::native::wire::{Listing, Page};
use crate::time;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use node::{DeliveryKey, Sink};
use types::SessionId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes; all of them are the operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_dead_letters)).routes(routes!(redrive_dead_letter))
}

/// What could not be delivered.
#[utoipa::path(
    get, path = "/v1/dead-letters", tag = "operator", security(("bearer" = [])), params(Page),
    responses((status = 200, description = "A page, receiver by receiver.", body = Listing<DeadLetter>), Problems),
)]
async fn list_dead_letters(
    State(app): State<App>,
    Host(_actor): Host,
    Params(page): Params<Page>,
) -> Result<Json<Listing<DeadLetter>>, Problem> {
    let limit = page_limit(&page)?;
    let after = page.after.as_deref().map(key_of).transpose()?;
    let letters = app.telling()?.notifier.mailroom(move |room| room.dead_letters(after, limit + 1)).await;
    let letters = letters.map_err(Fault::from)?;
    Ok(Json(listing(letters.iter().map(|letter| (letter.delivery.key.to_string(), shown(letter))), limit)))
}

/// Sends a dead letter again, behind what waits for its receiver.
#[utoipa::path(
    post, path = "/v1/dead-letters/{id}/redrive", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 202, description = "It will be sent."), Problems),
)]
async fn redrive_dead_letter(
    State(app): State<App>,
    Host(_actor): Host,
    Segment(text): Segment,
) -> Result<StatusCode, Problem> {
    let (key, now) = (key_of(&text)?, app.gate.clock().now());
    let found = app.telling()?.notifier.mailroom(move |room| room.redrive(key, now)).await.map_err(Fault::from)?;
    if found { Ok(StatusCode::ACCEPTED) } else { Err(Door::UnknownDelivery.into()) }
}

fn shown(letter: &node::DeadLetter) -> DeadLetter {
    let delivery = &letter.delivery;
    let (webhook, session) = match &delivery.to {
        Sink::Webhook(id) => (Some(id.to_string()), None),
        Sink::Address { .. } => (None, Some(SessionId::from_u128(delivery.key.lane).to_string())),
    };
    DeadLetter {
        id: delivery.key.to_string(),
        webhook,
        session,
        seq: delivery.key.seq,
        r#type: delivery.kind.clone(),
        reason: letter.reason.clone(),
        attempts: letter.attempts,
        queued_at: time::text(delivery.queued_at),
        died_at: time::text(letter.died_at),
    }
}

pub(crate) fn key_of(text: &str) -> Result<DeliveryKey, Fault> {
    DeliveryKey::parse(text).ok_or_else(|| Fault::malformed("an id of the form dlv_… is expected"))
}
