//! Who calls us: HTTP over one running cell.
//!
//! [`router`] puts the routes of every API together, [`serve`] serves them until told to stop. `native` is our own API,
//! `camara` the alliance's; each folder has `routes`, `wire`, `convert` and, where it has words of its own, `error`.
//! A handler parses, submits and renders; `convert` alone knows both the wire and the engine.
//!
//! Invariants: nothing is written but through the gate and the vault; whatever is wrong with a request gets the error
//! body of the API that was called and changes nothing; no secret is logged or returned; what is another party's is as
//! if it did not exist (CAMARA says 403 where its specification does); every size, page, batch and wait has a named
//! limit ([`limits`]).

mod app;
mod auth;
mod call;
mod camara;
mod device;
mod docs;
mod door;
mod entropy;
mod fault;
mod health;
mod idempotency;
pub mod limits;
mod listener;
mod metrics;
mod native;
mod openapi;
mod place;
mod serve;
mod time;

pub use app::App;
pub use auth::{Credential, CredentialError, Credentials};
pub use fault::{DOOR_PAGES, DoorPage};
pub use serve::serve;

use axum::extract::DefaultBodyLimit;
use axum::{Extension, Router, middleware};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route.
///
/// # Panics
/// If the document of the routes is not JSON, which cannot be.
pub fn router(app: App) -> Router {
    let (routes, document) = all_routes().split_for_parts();
    let text = document.to_json().expect("a document of plain strings and numbers is JSON");
    routes
        .fallback(door::no_such_route)
        .method_not_allowed_fallback(door::method_not_allowed)
        .layer(Extension(openapi::Text(text.into())))
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(app.clone(), door::around))
        .with_state(app)
}

/// The OpenAPI document, as JSON.
///
/// # Panics
/// If the document of the routes is not JSON, which cannot be.
pub fn openapi_json() -> String {
    let (_, document) = all_routes().split_for_parts();
    document.to_pretty_json().expect("a document of plain strings and numbers is JSON")
}

fn all_routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .merge(native::routes())
        .merge(camara::routes())
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::metrics))
        .routes(routes!(openapi::openapi))
        .routes(routes!(docs::rejections))
        .routes(routes!(docs::problems))
}

#[cfg(test)]
mod tests;
