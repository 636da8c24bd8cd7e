//! `/v1/webhooks`.

use crate::app::App;
use crate::fault::{Door, Fault};
use crate::limits::WEBHOOKS_PER_PARTY_MAX;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Customer, Id};
use crate::native::webhooks::convert::{shown, test_delivery, webhook, with_fresh_secret};
use crate::native::webhooks::sign;
use crate::native::webhooks::wire::{NewWebhook, TestDelivery, WebhookDraft, Webhooks};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::Actor;
use node::{Mailroom, NotifyError};
use types::{PartyId, WebhookId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(register_webhook, list_webhooks))
        .routes(routes!(remove_webhook))
        .routes(routes!(test_webhook))
        .routes(routes!(rotate_secret))
}

/// Registers a webhook: events are sent to it as they happen, from now on.
#[utoipa::path(
    post, path = "/v1/webhooks", tag = "events", security(("bearer" = [])), request_body = WebhookDraft,
    responses((status = 201, description = "It is told from now on. Its secret is shown this once.", body = NewWebhook), Problems),
)]
async fn register_webhook(
    State(app): State<App>,
    Customer(actor): Customer,
    Body(draft): Body<WebhookDraft>,
) -> Result<(StatusCode, Json<NewWebhook>), Problem> {
    let (telling, now) = (app.telling()?, app.gate.clock().now());
    let made = app.read(|view| webhook(draft, actor, view, telling.notifier.web(), now)).await?;
    let answer = NewWebhook { webhook: shown(&made), secret: sign::text(&made.secret) };
    let kept = telling.notifier.mailroom(move |room| room.put_webhook(made, WEBHOOKS_PER_PARTY_MAX)).await;
    kept.map_err(of_registration)?;
    Ok((StatusCode::CREATED, Json(answer)))
}

/// The caller's webhooks.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "events", security(("bearer" = [])),
    responses((status = 200, description = "All of them.", body = Webhooks), Problems),
)]
async fn list_webhooks(State(app): State<App>, Customer(actor): Customer) -> Result<Json<Webhooks>, Problem> {
    let party = party_id(&app, actor).await?;
    let all = app.telling()?.notifier.mailroom(|room| room.webhooks()).await;
    Ok(Json(Webhooks { items: all.iter().filter(|webhook| is_own(webhook, party)).map(shown).collect() }))
}

/// Removes a webhook, with everything that waits for it.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", tag = "events", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 204, description = "It is told nothing more."), Problems),
)]
async fn remove_webhook(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<WebhookId>,
) -> Result<StatusCode, Problem> {
    let of = party_id(&app, actor).await?;
    let notifier = &app.telling()?.notifier;
    notifier.mailroom(move |room| own(room, of, id).and_then(|_| Ok(room.remove_webhook(id)?))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a webhook a delivery of type `webhook.test`, behind what waits for it.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/test", tag = "events", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 202, description = "It will be sent.", body = TestDelivery), Problems),
)]
async fn test_webhook(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<WebhookId>,
) -> Result<(StatusCode, Json<TestDelivery>), Problem> {
    let (of, now) = (party_id(&app, actor).await?, app.gate.clock().now());
    let notifier = &app.telling()?.notifier;
    let webhook = notifier.mailroom(move |room| own(room, of, id)).await?;
    let delivery = app.read(|view| test_delivery(&webhook, view, now)).await?;
    let answer = TestDelivery { delivery: delivery.key.to_string() };
    notifier.mailroom(move |room| room.send(delivery)).await.map_err(Fault::from)?;
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

/// Gives a webhook a fresh secret; deliveries are signed with the one before it too, for a day.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/secret", tag = "events", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "The webhook, with its new secret shown this once.", body = NewWebhook), Problems),
)]
async fn rotate_secret(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<WebhookId>,
) -> Result<Json<NewWebhook>, Problem> {
    let (of, now) = (party_id(&app, actor).await?, app.gate.clock().now());
    let rotate = move |room: &mut Mailroom| {
        let webhook = with_fresh_secret(own(room, of, id)?, now);
        room.put_webhook(webhook.clone(), WEBHOOKS_PER_PARTY_MAX)?;
        Ok::<_, Fault>(webhook)
    };
    let webhook = app.telling()?.notifier.mailroom(rotate).await?;
    Ok(Json(NewWebhook { secret: sign::text(&webhook.secret), webhook: shown(&webhook) }))
}

/// The caller's webhook with this id; another's is as if it did not exist.
fn own(room: &Mailroom, party: PartyId, id: WebhookId) -> Result<node::Webhook, Fault> {
    room.webhook(id).filter(|webhook| is_own(webhook, party)).cloned().ok_or_else(|| Door::UnknownWebhook.into())
}

/// Listeners of a hub are found there.
fn is_own(webhook: &node::Webhook, party: PartyId) -> bool {
    webhook.party == party && webhook.hub.is_none()
}

async fn party_id(app: &App, actor: Actor) -> Result<PartyId, Fault> {
    let id = app.read(|view| view.state.party(actor.party).map(|party| party.id)).await;
    id.ok_or_else(|| Door::PartyNotRegistered.into())
}

fn of_registration(error: NotifyError) -> Fault {
    match error {
        NotifyError::Full(_) => Door::TooManyWebhooks.into(),
        error => error.into(),
    }
}
