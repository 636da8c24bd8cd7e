//! `/v1/forecasts`, `/v1/resources/{id}/affected`: the operator's.

use crate::app::App;
use crate::fault::Fault;
use crate::limits::FORECAST_BODY_BYTES_MAX;
use crate::native::convert::{listing, page_limit};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Host, Id, Params};
use crate::native::forecasts::convert;
use crate::native::forecasts::wire::{Affected, ForecastDraft, LoadedForecast};
use crate::native::resources::convert::resource_by;
use crate::native::wire::{Listing, Page};
use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use engine::Rejection;
use types::{ResourceId, TokenId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's, all of them.
pub(crate) fn operators() -> OpenApiRouter<App> {
    let forecasts = OpenApiRouter::new().routes(routes!(load_forecast));
    let forecasts = forecasts.layer(DefaultBodyLimit::max(FORECAST_BODY_BYTES_MAX));
    OpenApiRouter::new().routes(routes!(list_affected)).merge(forecasts)
}

/// Loads what is expected on resources from a time on. Where it leaves more promised than works, sales stop.
#[utoipa::path(
    put, path = "/v1/forecasts", tag = "operator", security(("bearer" = [])), request_body = ForecastDraft,
    responses((status = 200, description = "Loaded; what it means for what is promised.", body = LoadedForecast), Problems),
)]
async fn load_forecast(
    State(app): State<App>,
    Host(actor): Host,
    Body(draft): Body<ForecastDraft>,
) -> Result<Json<LoadedForecast>, Problem> {
    let table = app.read(|view| convert::table(draft, &view.state)).await?;
    let name = app.gate.load_forecast(actor, table.clone()).await.map_err(Fault::from)?;
    let now = app.gate.clock().now();
    Ok(Json(app.read(|view| convert::loaded(&view.state, &table, name, now)).await))
}

/// The tokens that hold something of a resource in a slot in which more is promised than works, in the order they were
/// sold.
#[utoipa::path(
    get, path = "/v1/resources/{id}/affected", tag = "operator", security(("bearer" = [])), params(("id" = String, Path), Page),
    responses((status = 200, description = "A page.", body = Listing<Affected>), Problems),
)]
async fn list_affected(
    State(app): State<App>,
    _host: Host,
    Id(id): Id<ResourceId>,
    Params(page): Params<Page>,
) -> Result<Json<Listing<Affected>>, Problem> {
    let limit = page_limit(&page)?;
    let now = app.gate.clock().now();
    app.read(|view| {
        let resource = resource_by(&view.state, id)?;
        let after = match page.after.as_deref().map(TokenId::parse) {
            None => None,
            Some(id) => Some(id.ok().and_then(|id| view.state.token_by_id(id)).ok_or(Rejection::UnknownToken)?),
        };
        let rows = convert::affected(&view.state, resource, after, now);
        Ok(Json(listing(rows.map(|row| (row.token.clone(), row)), limit)))
    })
    .await
}
