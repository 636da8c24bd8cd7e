//! `/v1/floor`: the operator's.

use crate::app::App;
use crate::native::error::{Problem, Problems};
use crate::native::extract::Host;
use crate::native::floor::convert;
use crate::native::floor::wire::FloorReport;
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's, all of them.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_floor))
}

/// The floor of every class of resource: what share of it is never sold as premium, and whether that holds in every slot
/// that can be sold and held in every one that was delivered and is still in the book.
#[utoipa::path(
    get, path = "/v1/floor", tag = "operator", security(("bearer" = [])),
    responses((status = 200, description = "The report.", body = FloorReport), Problems),
)]
async fn get_floor(State(app): State<App>, _host: Host) -> Result<Json<FloorReport>, Problem> {
    let now = app.gate.clock().now();
    Ok(Json(app.read(|view| convert::report(view, now)).await))
}
