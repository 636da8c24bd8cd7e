//! `/tmf-api/productCatalogManagement/v5`.

use crate::app::App;
use crate::native::offerings::convert::publish;
use crate::tmf::common::error::Error;
use crate::tmf::common::extract::{Body, Caller, Host, Id};
use crate::tmf::common::list::{created, one, page};
use crate::tmf::common::query::Query;
use crate::tmf::common::wire::{Fields, Listing, Made, Many, One};
use crate::tmf::product_catalog::wire::{ProductOfferingDraft, ProductOfferingPatch};
use crate::tmf::product_catalog::{BASE, convert, draft};
use axum::extract::State;
use axum::response::Response;
use engine::{Actor, Command};
use serde_json::Value;
use types::OfferingId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_categories))
        .routes(routes!(get_category))
        .routes(routes!(list_specifications))
        .routes(routes!(get_specification))
        .routes(routes!(list_offerings))
        .routes(routes!(get_offering))
        .routes(routes!(list_prices))
        .routes(routes!(get_price))
}

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(publish_offering)).routes(routes!(retire_offering))
}

/// Puts an offering on sale, as `POST /v1/offerings` does.
#[utoipa::path(
    post, path = "/tmf-api/productCatalogManagement/v5/productOffering", tag = "TMF620", security(("bearer" = [])),
    request_body = ProductOfferingDraft, responses(Made),
)]
async fn publish_offering(
    State(app): State<App>,
    Host(actor): Host,
    Body(asked): Body<ProductOfferingDraft>,
) -> Result<Response, Error> {
    let draft = draft::offering(asked)?;
    let (id, command) = app.read(|view| publish(draft, &view.state, actor)).await?;
    app.submit(actor, command).await?;
    Ok(created(named(&app, actor, &id.to_string()).await?))
}

/// Takes an offering off sale; what was sold is honoured.
#[utoipa::path(
    patch, path = "/tmf-api/productCatalogManagement/v5/productOffering/{id}", tag = "TMF620", security(("bearer" = [])),
    params(("id" = String, Path)), request_body = ProductOfferingPatch, responses(One),
)]
async fn retire_offering(
    State(app): State<App>,
    Host(actor): Host,
    query: Query,
    Id(id): Id,
    Body(asked): Body<ProductOfferingPatch>,
) -> Result<Response, Error> {
    let row = OfferingId::parse(&id).map_err(|_| Error::not_found())?;
    let offering = app.read(|view| view.state.offering_by_id(row)).await.ok_or_else(Error::not_found)?;
    draft::require_retirement(&asked)?;
    app.submit(actor, Command::RetireOffering { offering }).await?;
    Ok(one(&query, named(&app, actor, &id).await?))
}

/// The one category there is.
#[utoipa::path(
    get, path = "/tmf-api/productCatalogManagement/v5/category", tag = "TMF620", security(("bearer" = [])), params(Listing), responses(Many),
)]
async fn list_categories(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    Ok(page(&format!("{BASE}/category"), &query, vec![app.read(|view| convert::category(&view.state, actor)).await]))
}

/// The category.
#[utoipa::path(
    get, path = "/tmf-api/productCatalogManagement/v5/category/{id}", tag = "TMF620", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_category(
    State(app): State<App>,
    Caller(actor): Caller,
    query: Query,
    Id(id): Id,
) -> Result<Response, Error> {
    let found = vec![app.read(|view| convert::category(&view.state, actor)).await]
        .into_iter()
        .find(|of| of["id"] == id.as_str());
    found.map(|of| one(&query, of)).ok_or_else(Error::not_found)
}

/// What can be sold: a specification for each capability.
#[utoipa::path(
    get, path = "/tmf-api/productCatalogManagement/v5/productSpecification", tag = "TMF620", security(("bearer" = [])), params(Listing), responses(Many),
)]
async fn list_specifications(_caller: Caller, query: Query) -> Result<Response, Error> {
    Ok(page(&format!("{BASE}/productSpecification"), &query, convert::specifications()))
}

/// One specification.
#[utoipa::path(
    get, path = "/tmf-api/productCatalogManagement/v5/productSpecification/{id}", tag = "TMF620", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_specification(_caller: Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    let found = convert::specifications().into_iter().find(|of| of["id"] == id.as_str());
    found.map(|of| one(&query, of)).ok_or_else(Error::not_found)
}

/// What is sold to the caller; the operator also sees what was retired.
#[utoipa::path(
    get, path = "/tmf-api/productCatalogManagement/v5/productOffering", tag = "TMF620", security(("bearer" = [])), params(Listing), responses(Many),
)]
async fn list_offerings(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    let all = app.read(|view| {
        convert::shown(&view.state, actor).filter_map(|row| convert::offering(&view.state, actor, row)).collect()
    });
    Ok(page(&format!("{BASE}/productOffering"), &query, all.await))
}

/// One offering.
#[utoipa::path(
    get, path = "/tmf-api/productCatalogManagement/v5/productOffering/{id}", tag = "TMF620", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_offering(
    State(app): State<App>,
    Caller(actor): Caller,
    query: Query,
    Id(id): Id,
) -> Result<Response, Error> {
    Ok(one(&query, named(&app, actor, &id).await?))
}

/// What the offerings cost that the caller sees: a price for each component of a plan.
#[utoipa::path(
    get, path = "/tmf-api/productCatalogManagement/v5/productOfferingPrice", tag = "TMF620", security(("bearer" = [])), params(Listing), responses(Many),
)]
async fn list_prices(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    Ok(page(&format!("{BASE}/productOfferingPrice"), &query, prices(&app, actor).await))
}

/// One price.
#[utoipa::path(
    get, path = "/tmf-api/productCatalogManagement/v5/productOfferingPrice/{id}", tag = "TMF620", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_price(State(app): State<App>, Caller(actor): Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    let found = prices(&app, actor).await.into_iter().find(|of| of["id"] == id.as_str());
    found.map(|of| one(&query, of)).ok_or_else(Error::not_found)
}

async fn prices(app: &App, actor: Actor) -> Vec<Value> {
    app.read(|view| {
        convert::shown(&view.state, actor).filter_map(|row| convert::prices(&view.state, row)).flatten().collect()
    })
    .await
}

/// One offering that the caller sees.
async fn named(app: &App, actor: Actor, id: &str) -> Result<Value, Error> {
    let found = app.read(|view| {
        let mut shown = convert::shown(&view.state, actor);
        let row = shown.find(|row| row.id.to_string() == id)?;
        convert::offering(&view.state, actor, row)
    });
    found.await.ok_or_else(Error::not_found)
}
