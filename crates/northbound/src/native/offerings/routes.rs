//! `/v1/offerings`.

use crate::app::App;
use crate::fault::Fault;
use crate::native::convert::{listing, page_limit};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Caller, Host, Id, Params};
use crate::native::offerings::convert;
use crate::native::offerings::wire::{Offering, OfferingDraft, PriceChange};
use crate::native::wire::{Listing, Page};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Command, Rejection};
use types::OfferingId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_offerings)).routes(routes!(get_offering))
}

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(publish_offering)).routes(routes!(set_price)).routes(routes!(retire_offering))
}

/// Puts an offering on sale.
#[utoipa::path(
    post, path = "/v1/offerings", tag = "operator", security(("bearer" = [])), request_body = OfferingDraft,
    responses((status = 201, description = "On sale.", body = Offering), Problems),
)]
async fn publish_offering(
    State(app): State<App>,
    Host(actor): Host,
    Body(draft): Body<OfferingDraft>,
) -> Result<(StatusCode, Json<Offering>), Problem> {
    let (id, command) = app.read(|view| convert::publish(draft, &view.state, actor)).await?;
    app.submit(actor, command).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, id).await?)))
}

/// What is sold to the caller; the operator also sees what was retired.
#[utoipa::path(
    get, path = "/v1/offerings", tag = "offerings", security(("bearer" = [])), params(Page),
    responses((status = 200, description = "A page.", body = Listing<Offering>), Problems),
)]
async fn list_offerings(
    State(app): State<App>,
    Caller(actor): Caller,
    Params(page): Params<Page>,
) -> Result<Json<Listing<Offering>>, Problem> {
    let limit = page_limit(&page)?;
    app.read(|view| {
        let state = &view.state;
        let first = match page.after.as_deref().map(OfferingId::parse) {
            None => 0,
            Some(id) => id.ok().and_then(|id| state.offering_by_id(id)).ok_or(Rejection::UnknownOffering)?.index() + 1,
        };
        let rows = state.offerings.iter().skip(first).filter(|row| convert::is_shown(state, actor, row));
        let shown = rows.filter_map(|row| Some((row.id.to_string(), convert::offering(state, row)?)));
        Ok(Json(listing(shown, limit)))
    })
    .await
}

/// One offering.
#[utoipa::path(
    get, path = "/v1/offerings/{id}", tag = "offerings", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "The offering.", body = Offering), Problems),
)]
async fn get_offering(
    State(app): State<App>,
    _caller: Caller,
    Id(id): Id<OfferingId>,
) -> Result<Json<Offering>, Problem> {
    Ok(Json(shown(&app, id).await?))
}

/// Sells an offering at another price from now on; what was quoted and sold keeps its own.
#[utoipa::path(
    put, path = "/v1/offerings/{id}/price", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)),
    request_body = PriceChange,
    responses((status = 200, description = "Sold at this price.", body = Offering), Problems),
)]
async fn set_price(
    State(app): State<App>,
    Host(actor): Host,
    Id(id): Id<OfferingId>,
    Body(change): Body<PriceChange>,
) -> Result<Json<Offering>, Problem> {
    let (currency, plan) = convert::priced(change.price.as_ref(), change.price_plan.as_ref())?;
    let offering = app.read(|view| view.state.offering_by_id(id)).await.ok_or(Rejection::UnknownOffering)?;
    app.submit(actor, Command::SetPrice { offering, currency, plan: Box::new(plan) }).await?;
    Ok(Json(shown(&app, id).await?))
}

/// Takes an offering off sale; what was sold is honoured.
#[utoipa::path(
    delete, path = "/v1/offerings/{id}", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 204, description = "Retired."), Problems),
)]
async fn retire_offering(
    State(app): State<App>,
    Host(actor): Host,
    Id(id): Id<OfferingId>,
) -> Result<StatusCode, Problem> {
    let offering = app.read(|view| view.state.offering_by_id(id)).await.ok_or(Rejection::UnknownOffering)?;
    app.submit(actor, Command::RetireOffering { offering }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn shown(app: &App, id: OfferingId) -> Result<Offering, Fault> {
    app.read(|view| {
        let offering = view.state.offering_by_id(id).and_then(|offering| view.state.offering(offering));
        let row = offering.and_then(|row| convert::offering(&view.state, row));
        row.ok_or_else(|| Rejection::UnknownOffering.into())
    })
    .await
}
