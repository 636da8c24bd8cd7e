//! The keys that entitlements verify with, for everyone.

use crate::app::App;
use crate::fault::Fault;
use crate::native::error::{Problem, Problems};
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_keys))
}

/// The published key set: all that verifying an entitlement offline takes.
#[utoipa::path(get, path = "/v1/keys", tag = "tokens", responses((status = 200, description = "The key set.", body = Object), Problems))]
async fn get_keys(State(app): State<App>) -> Result<Response, Problem> {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    let keys = app.entitlements.key_set_json().map_err(Fault::from)?;
    Ok((headers, keys).into_response())
}
