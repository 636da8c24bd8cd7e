//! `/tmf-api/usageManagement/v4`.

use crate::app::App;
use crate::tmf::common::error::Error;
use crate::tmf::common::extract::{Body, Caller, Id, Meter};
use crate::tmf::common::hub;
use crate::tmf::common::list::{created, one, page};
use crate::tmf::common::query::Query;
use crate::tmf::common::wire::{Errors, EventSubscription, EventSubscriptionInput, Fields, Listing, Made, Many, One};
use crate::tmf::usage::wire::UsageDraft;
use crate::tmf::usage::{BASE, HUB, convert};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::Command;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_usage, create_usage))
        .routes(routes!(get_usage))
        .routes(routes!(list_specifications))
        .routes(routes!(get_specification))
        .routes(routes!(register_listener))
        .routes(routes!(remove_listener))
}

/// Charges a delivered quantity, once for its meter and sequence: sent again, it is shown again.
#[utoipa::path(
    post, path = "/tmf-api/usageManagement/v4/usage", tag = "TMF635", security(("bearer" = [])), request_body = UsageDraft, responses(Made),
)]
async fn create_usage(
    State(app): State<App>,
    Meter(actor): Meter,
    Body(draft): Body<UsageDraft>,
) -> Result<Response, Error> {
    let charge = app.find(|view| convert::charge(&view.state, &draft)).await?;
    app.submit(actor, Command::ChargeUsage(charge)).await?;
    let made = app.read(|view| {
        let id = convert::id_of(&view.state, charge)?;
        convert::named(view, actor, &id)
    });
    // One that was charged long ago is not shown any more.
    made.await.map(created).ok_or_else(Error::not_found)
}

/// The latest usage records, at most 2,000 of those that the cell remembers.
#[utoipa::path(
    get, path = "/tmf-api/usageManagement/v4/usage", tag = "TMF635", security(("bearer" = [])), params(Listing), responses(Many),
)]
async fn list_usage(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    let all = app.read(|view| convert::latest(view, actor)).await;
    Ok(page(&format!("{BASE}/usage"), &query, all))
}

/// One usage record, while the cell remembers it.
#[utoipa::path(
    get, path = "/tmf-api/usageManagement/v4/usage/{id}", tag = "TMF635", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_usage(State(app): State<App>, Caller(actor): Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    let found = app.read(|view| convert::named(view, actor, &id)).await;
    found.map(|usage| one(&query, usage)).ok_or_else(Error::not_found)
}

/// What usage is counted in.
#[utoipa::path(
    get, path = "/tmf-api/usageManagement/v4/usageSpecification", tag = "TMF635", security(("bearer" = [])), params(Listing), responses(Many),
)]
async fn list_specifications(_caller: Caller, query: Query) -> Result<Response, Error> {
    Ok(page(&format!("{BASE}/usageSpecification"), &query, convert::specifications()))
}

/// One of the units that usage is counted in.
#[utoipa::path(
    get, path = "/tmf-api/usageManagement/v4/usageSpecification/{id}", tag = "TMF635", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_specification(_caller: Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    let found = convert::specifications().into_iter().find(|of| of["id"] == id.as_str());
    found.map(|of| one(&query, of)).ok_or_else(Error::not_found)
}

/// Registers a listener: it is told of what happens from now on.
#[utoipa::path(
    post, path = "/tmf-api/usageManagement/v4/hub", tag = "TMF635", security(("bearer" = [])), request_body = EventSubscriptionInput,
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
    delete, path = "/tmf-api/usageManagement/v4/hub/{id}", tag = "TMF635", security(("bearer" = [])),
    params(("id" = String, Path)), responses((status = 204, description = "It is told nothing more."), Errors),
)]
async fn remove_listener(State(app): State<App>, Caller(actor): Caller, Id(id): Id) -> Result<StatusCode, Error> {
    hub::remove(&app, actor, HUB, &id).await
}
