//! `/v1/preemptions`: the operator's.

use crate::app::App;
use crate::native::error::{Problem, Problems};
use crate::native::extract::Host;
use crate::native::preemptions::convert;
use crate::native::preemptions::wire::Preempted;
use crate::native::wire::Listing;
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's, all of them.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_preemptions))
}

/// The tokens that had to make room lately, each with the authority it was for: as many as are among the cell's last events.
#[utoipa::path(
    get, path = "/v1/preemptions", tag = "operator", security(("bearer" = [])),
    responses((status = 200, description = "The pre-emptions, oldest first, all on one page.", body = Listing<Preempted>), Problems),
)]
async fn list_preemptions(State(app): State<App>, _host: Host) -> Result<Json<Listing<Preempted>>, Problem> {
    Ok(Json(Listing { items: app.read(convert::preemptions).await, next: None }))
}
