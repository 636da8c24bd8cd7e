//! The two sides of a cell: what is served to whom.

use crate::app::App;
use crate::door::Around;
use crate::{auth, camara, docs, door, health, limits, metrics, native, nchf, oauth, openapi, sandbox, tmf};
use axum::extract::DefaultBodyLimit;
use axum::{Extension, Router, middleware};
use std::time::Duration;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Who is on the other end of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Customers, meters and CAMARA's clients: the operator's operations do not exist here, whoever calls.
    Public,
    /// The operator: everything of its own.
    Admin,
    /// Functions of the network, in the language of its core: charging, and nothing else.
    Sbi,
}

impl Side {
    /// Its name in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Admin => "admin",
            Self::Sbi => "sbi",
        }
    }
}

/// Every route of a side.
///
/// # Panics
/// If the document of the routes is not JSON, which cannot be.
pub fn router(app: App, side: Side) -> Router {
    router_within(app, side, limits::REQUEST_TIMEOUT)
}

/// The same, where a request takes at most so long.
pub(crate) fn router_within(app: App, side: Side, limit: Duration) -> Router {
    let (routes, document) = documented(side);
    let text = document.to_json().expect("a document of plain strings and numbers is JSON");
    let routes = match side {
        Side::Sbi => nchf::routes(),
        Side::Public | Side::Admin => routes,
    };
    routes
        .fallback(door::no_such_route)
        .method_not_allowed_fallback(door::method_not_allowed)
        .layer(Extension(openapi::Text(text.into())))
        .layer(middleware::from_fn_with_state(app.clone(), auth::challenge::around))
        .layer(middleware::from_fn_with_state(app.clone(), sandbox::around))
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(Around { app: app.clone(), side, limit }, door::around))
        .with_state(app)
}

/// The OpenAPI document of a side, as JSON.
///
/// # Panics
/// If the document of the routes is not JSON, which cannot be.
pub fn openapi_json(side: Side) -> String {
    let (_, document) = documented(side);
    document.to_pretty_json().expect("a document of plain strings and numbers is JSON")
}

/// The routes of a side and their document, with the scope of every operation.
fn documented(side: Side) -> (Router<App>, utoipa::openapi::OpenApi) {
    let (routes, mut document) = routes_of(side).split_for_parts();
    openapi::name_scopes(&mut document);
    (routes, document)
}

/// What is not registered on a side cannot be reached there, by any method or spelling.
fn routes_of(side: Side) -> OpenApiRouter<App> {
    match side {
        Side::Public => public_routes(),
        // 3GPP documents its own.
        Side::Sbi => OpenApiRouter::with_openapi(openapi::Document::openapi()),
        Side::Admin => {
            public_routes().merge(native::operators()).merge(tmf::operators()).routes(routes!(metrics::metrics))
        }
    }
}

/// The pattern of every route.
pub(crate) fn patterns() -> Vec<String> {
    let (_, document) = routes_of(Side::Admin).split_for_parts();
    document.paths.paths.into_keys().chain(nchf::PATTERNS.map(str::to_owned)).collect()
}

fn public_routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .merge(native::routes())
        .merge(camara::routes())
        .merge(tmf::routes())
        .merge(oauth::routes())
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(openapi::openapi))
        .routes(routes!(docs::rejections))
        .routes(routes!(docs::problems))
}
