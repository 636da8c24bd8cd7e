//! `/tmf-api/prepayBalanceManagement/v4`.

use crate::app::App;
use crate::tmf::common::error::Error;
use crate::tmf::common::extract::{Body, Caller, Id, Operator};
use crate::tmf::common::hub;
use crate::tmf::common::list::one;
use crate::tmf::common::query::Query;
use crate::tmf::common::wire::{Errors, EventSubscription, EventSubscriptionInput, Fields, Listing, Made, Many, One};
use crate::tmf::prepay_balance::actions::{Found, act, find, list, release};
use crate::tmf::prepay_balance::check::Kind;
use crate::tmf::prepay_balance::wire::{ActionStatus, BalanceDraft, ReservationPatch};
use crate::tmf::prepay_balance::{HUB, buckets};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(buckets::routes())
        .routes(routes!(list_topups))
        .routes(routes!(get_topup))
        .routes(routes!(list_adjustments))
        .routes(routes!(get_adjustment))
        .routes(routes!(list_transfers, transfer))
        .routes(routes!(get_transfer))
        .routes(routes!(list_reservations, reserve))
        .routes(routes!(get_reservation, patch_reservation, cancel_reservation))
        .routes(routes!(register_listener))
        .routes(routes!(remove_listener))
}

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(top_up)).routes(routes!(adjust))
}

/// Adds money that was received to a wallet; `paymentMethod` says which payment it can be paid back to. Sent again under the same `Idempotency-Key`, or else the same `x-correlator`
/// or `x-request-id`, it is done once.
#[utoipa::path(
    post, path = "/tmf-api/prepayBalanceManagement/v4/topupBalance", tag = "TMF654", security(("bearer" = [])),
    request_body = BalanceDraft, responses(Made),
)]
async fn top_up(
    State(app): State<App>,
    Operator(actor): Operator,
    headers: HeaderMap,
    Body(draft): Body<BalanceDraft>,
) -> Result<Response, Error> {
    act(&app, actor, (Kind::TopUp, draft), &headers).await
}

/// Top-ups, the latest first.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/topupBalance", tag = "TMF654", security(("bearer" = [])),
    params(Listing), responses(Many),
)]
async fn list_topups(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    list(&app, actor, Found::Only(Kind::TopUp), &query).await
}

/// One top-up.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/topupBalance/{id}", tag = "TMF654", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_topup(State(app): State<App>, Caller(actor): Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    Ok(one(&query, find(&app, actor, Found::Only(Kind::TopUp), &id).await?))
}

/// Gives money of the operator's: it is spent first and never paid out. Sent again under the same `Idempotency-Key`, or else the same `x-correlator`
/// or `x-request-id`, it is done once.
#[utoipa::path(
    post, path = "/tmf-api/prepayBalanceManagement/v4/adjustBalance", tag = "TMF654", security(("bearer" = [])),
    request_body = BalanceDraft, responses(Made),
)]
async fn adjust(
    State(app): State<App>,
    Operator(actor): Operator,
    headers: HeaderMap,
    Body(draft): Body<BalanceDraft>,
) -> Result<Response, Error> {
    act(&app, actor, (Kind::Adjust, draft), &headers).await
}

/// Adjustments, the latest first.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/adjustBalance", tag = "TMF654", security(("bearer" = [])),
    params(Listing), responses(Many),
)]
async fn list_adjustments(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    list(&app, actor, Found::Only(Kind::Adjust), &query).await
}

/// One adjustment.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/adjustBalance/{id}", tag = "TMF654", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_adjustment(
    State(app): State<App>,
    Caller(actor): Caller,
    query: Query,
    Id(id): Id,
) -> Result<Response, Error> {
    Ok(one(&query, find(&app, actor, Found::Only(Kind::Adjust), &id).await?))
}

/// Moves money to another wallet of the same currency: what is there and not set aside. Sent again under the same `Idempotency-Key`, or else the same `x-correlator`
/// or `x-request-id`, it is done once.
#[utoipa::path(
    post, path = "/tmf-api/prepayBalanceManagement/v4/transferBalance", tag = "TMF654", security(("bearer" = [])),
    request_body = BalanceDraft, responses(Made),
)]
async fn transfer(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Body(draft): Body<BalanceDraft>,
) -> Result<Response, Error> {
    act(&app, actor, (Kind::Transfer, draft), &headers).await
}

/// Transfers out of wallets, the latest first.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/transferBalance", tag = "TMF654", security(("bearer" = [])),
    params(Listing), responses(Many),
)]
async fn list_transfers(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    list(&app, actor, Found::Only(Kind::Transfer), &query).await
}

/// One transfer.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/transferBalance/{id}", tag = "TMF654", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_transfer(
    State(app): State<App>,
    Caller(actor): Caller,
    query: Query,
    Id(id): Id,
) -> Result<Response, Error> {
    Ok(one(&query, find(&app, actor, Found::Only(Kind::Transfer), &id).await?))
}

/// Sets money of a wallet aside, until `validFor.endDateTime`, at most a day; then it comes back by itself. Sent again under the same `Idempotency-Key`, or else the same `x-correlator`
/// or `x-request-id`, it is done once.
#[utoipa::path(
    post, path = "/tmf-api/prepayBalanceManagement/v4/reserveBalance", tag = "TMF654", security(("bearer" = [])),
    request_body = BalanceDraft, responses(Made),
)]
async fn reserve(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Body(draft): Body<BalanceDraft>,
) -> Result<Response, Error> {
    act(&app, actor, (Kind::Reserve, draft), &headers).await
}

/// Reservations, the latest first.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/reserveBalance", tag = "TMF654", security(("bearer" = [])),
    params(Listing), responses(Many),
)]
async fn list_reservations(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    list(&app, actor, Found::Only(Kind::Reserve), &query).await
}

/// One reservation: `created` while it stands, then `cancelled` or `completed`.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/reserveBalance/{id}", tag = "TMF654", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_reservation(
    State(app): State<App>,
    Caller(actor): Caller,
    query: Query,
    Id(id): Id,
) -> Result<Response, Error> {
    Ok(one(&query, find(&app, actor, Found::Only(Kind::Reserve), &id).await?))
}

/// Cancels a reservation: what was set aside comes back.
#[utoipa::path(
    patch, path = "/tmf-api/prepayBalanceManagement/v4/reserveBalance/{id}", tag = "TMF654", security(("bearer" = [])),
    params(("id" = String, Path)), request_body = ReservationPatch, responses(One),
)]
async fn patch_reservation(
    State(app): State<App>,
    Caller(actor): Caller,
    Id(id): Id,
    Body(patch): Body<ReservationPatch>,
) -> Result<Response, Error> {
    if patch.status != ActionStatus::Cancelled {
        return Err(Error::invalid("status: a reservation can be `cancelled`, and nothing else"));
    }
    Ok(Json(release(&app, actor, &id, Some(patch.reason)).await?).into_response())
}

/// Cancels a reservation: what was set aside comes back.
#[utoipa::path(
    delete, path = "/tmf-api/prepayBalanceManagement/v4/reserveBalance/{id}", tag = "TMF654", security(("bearer" = [])),
    params(("id" = String, Path)), responses((status = 204, description = "It is cancelled, or was over."), Errors),
)]
async fn cancel_reservation(State(app): State<App>, Caller(actor): Caller, Id(id): Id) -> Result<StatusCode, Error> {
    release(&app, actor, &id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Registers a listener: it is told of what happens from now on.
#[utoipa::path(
    post, path = "/tmf-api/prepayBalanceManagement/v4/hub", tag = "TMF654", security(("bearer" = [])), request_body = EventSubscriptionInput,
    responses((status = 201, description = "It is told.", body = EventSubscription), Errors),
)]
async fn register_listener(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(asked): Body<EventSubscriptionInput>,
) -> Result<Response, Error> {
    hub::register(&app, actor, HUB, asked).await
}

/// Removes a listener, with everything that waits for it.
#[utoipa::path(
    delete, path = "/tmf-api/prepayBalanceManagement/v4/hub/{id}", tag = "TMF654", security(("bearer" = [])),
    params(("id" = String, Path)), responses((status = 204, description = "It is told nothing more."), Errors),
)]
async fn remove_listener(State(app): State<App>, Caller(actor): Caller, Id(id): Id) -> Result<StatusCode, Error> {
    hub::remove(&app, actor, HUB, &id).await
}
