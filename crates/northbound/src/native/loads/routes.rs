//! `/v1/loads`: the operator's.

use crate::app::App;
use crate::fault::Fault;
use crate::limits::LOADS_BODY_BYTES_MAX;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Host};
use crate::native::loads::convert;
use crate::native::loads::wire::{LoadsDraft, LoadsTaken};
use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(put_loads)).layer(DefaultBodyLimit::max(LOADS_BODY_BYTES_MAX))
}

/// Takes in what others used of resources, as a collector measured it; the cell forecasts by it. It is kept in memory:
/// after a restart, send the last six weeks again. Sending again what is known changes nothing.
#[utoipa::path(
    put, path = "/v1/loads", tag = "operator", security(("bearer" = [])), request_body = LoadsDraft,
    responses((status = 200, description = "What became of them.", body = LoadsTaken), Problems),
)]
async fn put_loads(
    State(app): State<App>,
    _host: Host,
    Body(draft): Body<LoadsDraft>,
) -> Result<Json<LoadsTaken>, Problem> {
    let now = app.gate.clock().now();
    let measured = app.read(|view| convert::measured(&draft, &view.state, now)).await?;
    let unplanned = || Fault::invalid("this cell makes no forecasts: set `planning.enabled`");
    let planning = Arc::clone(app.planning.as_ref().ok_or_else(unplanned)?);
    let taken = tokio::task::spawn_blocking(move || planning.observe(measured)).await;
    let taken = taken.map_err(|error| Fault::internal("take in what was measured", &error))?;
    Ok(Json(convert::taken(taken)))
}
