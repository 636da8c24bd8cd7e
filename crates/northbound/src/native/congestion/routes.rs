//! `/v1/congestion/prices`, `/v1/congestion/rails`: the operator's.

use crate::app::App;
use crate::fault::Fault;
use crate::limits::FORECAST_BODY_BYTES_MAX;
use crate::native::congestion::convert;
use crate::native::congestion::wire::{BidPrices, BidPricesDraft, GuardRails, LoadedBidPrices, Whose};
use crate::native::convert::{listing, page_limit};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Host, Params};
use crate::native::wire::{Listing, Page};
use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use engine::{Command, Rejection};
use types::ResourceId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's, all of them.
pub(crate) fn operators() -> OpenApiRouter<App> {
    let prices = OpenApiRouter::new().routes(routes!(list_bid_prices, load_bid_prices));
    let prices = prices.layer(DefaultBodyLimit::max(FORECAST_BODY_BYTES_MAX));
    prices.merge(OpenApiRouter::new().routes(routes!(list_guard_rails, set_guard_rails, drop_guard_rails)))
}

/// What a unit of each resource is worth unsold, as it counts now.
#[utoipa::path(
    get, path = "/v1/congestion/prices", tag = "operator", security(("bearer" = [])), params(Page),
    responses((status = 200, description = "A page, by resource.", body = Listing<BidPrices>), Problems),
)]
async fn list_bid_prices(
    State(app): State<App>,
    _host: Host,
    Params(page): Params<Page>,
) -> Result<Json<Listing<BidPrices>>, Problem> {
    let limit = page_limit(&page)?;
    let now = app.gate.clock().now();
    app.read(|view| {
        let after = match page.after.as_deref().map(ResourceId::parse) {
            None => None,
            Some(id) => {
                let known = id.ok().and_then(|id| view.state.resource_by_id(id));
                Some(known.ok_or(Rejection::UnknownResource)?)
            }
        };
        let rows = convert::in_force(&view.state, after, now);
        Ok(Json(listing(rows.map(|row| (row.resource.clone(), row)), limit)))
    })
    .await
}

/// Loads bid prices that were computed outside: quotes from now on are made by them.
#[utoipa::path(
    post, path = "/v1/congestion/prices", tag = "operator", security(("bearer" = [])), request_body = BidPricesDraft,
    responses((status = 201, description = "Loaded.", body = LoadedBidPrices), Problems),
)]
async fn load_bid_prices(
    State(app): State<App>,
    Host(actor): Host,
    Body(draft): Body<BidPricesDraft>,
) -> Result<(StatusCode, Json<LoadedBidPrices>), Problem> {
    let table = app.read(|view| convert::table(draft, &view.state)).await?;
    let name = app.gate.load_bid_prices(actor, table.clone()).await.map_err(Fault::from)?;
    Ok((StatusCode::CREATED, Json(convert::loaded(&table, name))))
}

/// Within what prices move: the rails of all offerings, then those of offerings that have their own.
#[utoipa::path(
    get, path = "/v1/congestion/rails", tag = "operator", security(("bearer" = [])),
    responses((status = 200, description = "The rails, all on one page.", body = Listing<GuardRails>), Problems),
)]
async fn list_guard_rails(State(app): State<App>, _host: Host) -> Result<Json<Listing<GuardRails>>, Problem> {
    Ok(Json(Listing { items: app.read(|view| convert::rails(&view.state)).await, next: None }))
}

/// Sets within what the price of an offering moves, or of all that have no rails of their own. Quotes that were made stay
/// as they are.
#[utoipa::path(
    put, path = "/v1/congestion/rails", tag = "operator", security(("bearer" = [])), request_body = GuardRails,
    responses((status = 200, description = "Set.", body = GuardRails), Problems),
)]
async fn set_guard_rails(
    State(app): State<App>,
    Host(actor): Host,
    Body(asked): Body<GuardRails>,
) -> Result<Json<GuardRails>, Problem> {
    let rails = Some(Box::new(convert::rails_of(&asked)?));
    let offering = app.read(|view| convert::railed(asked.offering.as_deref(), &view.state)).await?;
    app.submit(actor, Command::SetGuardRails { offering, rails }).await?;
    Ok(Json(asked))
}

/// Takes rails away: an offering moves within those of all again, and all within the defaults.
#[utoipa::path(
    delete, path = "/v1/congestion/rails", tag = "operator", security(("bearer" = [])), params(Whose),
    responses((status = 204, description = "Taken away."), Problems),
)]
async fn drop_guard_rails(
    State(app): State<App>,
    Host(actor): Host,
    Params(whose): Params<Whose>,
) -> Result<StatusCode, Problem> {
    let offering = app.read(|view| convert::railed(whose.offering.as_deref(), &view.state)).await?;
    app.submit(actor, Command::SetGuardRails { offering, rails: None }).await?;
    Ok(StatusCode::NO_CONTENT)
}
