//! `/tmf-api/usageConsumption/v5`.

use crate::app::App;
use crate::limits::LISTED_PARTIES_MAX;
use crate::tmf::common::convert::parties;
use crate::tmf::common::error::Error;
use crate::tmf::common::extract::{Body, Caller, Id};
use crate::tmf::common::list::{created, one, page};
use crate::tmf::common::query::Query;
use crate::tmf::common::wire::{Fields, Listing, Made, Many, One};
use crate::tmf::usage_consumption::BASE;
use crate::tmf::usage_consumption::convert::{self, Of};
use crate::tmf::usage_consumption::wire::ConsumptionQuery;
use axum::extract::State;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(query_consumption))
        .routes(routes!(get_query))
        .routes(routes!(list_reports))
        .routes(routes!(get_report))
}

/// What a customer has used of what it bought, and what is left: of all that is not over, or of one product.
#[utoipa::path(
    post, path = "/tmf-api/usageConsumption/v5/queryUsageConsumption", tag = "TMF677", security(("bearer" = [])),
    request_body = ConsumptionQuery, responses(Made),
)]
async fn query_consumption(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(query): Body<ConsumptionQuery>,
) -> Result<Response, Error> {
    let now = app.gate.clock().now();
    let report = app.read(|view| {
        let of = convert::asked(&view.state, actor, &query)?;
        convert::report(&view.state, of, now).ok_or_else(Error::not_found)
    });
    Ok(created(convert::done(&report.await?, now)))
}

/// The same query as it would be answered now: its id is that of the party or the product.
#[utoipa::path(
    get, path = "/tmf-api/usageConsumption/v5/queryUsageConsumption/{id}", tag = "TMF677", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_query(State(app): State<App>, Caller(actor): Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    let now = app.gate.clock().now();
    let found = app.read(|view| convert::report(&view.state, convert::named(&view.state, actor, &id)?, now)).await;
    found.map(|report| one(&query, convert::done(&report, now))).ok_or_else(Error::not_found)
}

/// A report for each party of the caller's.
#[utoipa::path(
    get, path = "/tmf-api/usageConsumption/v5/usageConsumptionReport", tag = "TMF677", security(("bearer" = [])),
    params(Listing), responses(Many),
)]
async fn list_reports(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    let now = app.gate.clock().now();
    let reports = app.read(|view| {
        let parties = parties(&view.state, actor, &query, LISTED_PARTIES_MAX)?;
        let reports = parties.into_iter().filter_map(|party| convert::report(&view.state, Of::Party(party), now));
        Ok::<_, Error>(reports.collect())
    });
    Ok(page(&format!("{BASE}/usageConsumptionReport"), &query, reports.await?))
}

/// The report of a party, or of one product.
#[utoipa::path(
    get, path = "/tmf-api/usageConsumption/v5/usageConsumptionReport/{id}", tag = "TMF677", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_report(
    State(app): State<App>,
    Caller(actor): Caller,
    query: Query,
    Id(id): Id,
) -> Result<Response, Error> {
    let now = app.gate.clock().now();
    let found = app.read(|view| convert::report(&view.state, convert::named(&view.state, actor, &id)?, now)).await;
    found.map(|report| one(&query, report)).ok_or_else(Error::not_found)
}
