//! `/v1/books`: the operator's.

use crate::app::App;
use crate::native::books::convert;
use crate::native::books::wire::Books;
use crate::native::error::{Problem, Problems};
use crate::native::extract::Host;
use axum::Json;
use axum::extract::State;
use node::wall_clock;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's, all of them.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_books))
}

/// Both books: the trial balance of every asset, and what of the network is held now.
#[utoipa::path(
    get, path = "/v1/books", tag = "operator", security(("bearer" = [])),
    responses((status = 200, description = "The books.", body = Books), Problems),
)]
async fn get_books(State(app): State<App>, _host: Host) -> Result<Json<Books>, Problem> {
    Ok(Json(app.read(|view| convert::books(view, wall_clock())).await))
}
