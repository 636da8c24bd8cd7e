//! The document of every route, generated from the routes.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, http::HeaderValue};
use std::sync::Arc;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// What the document says beside the routes.
#[derive(OpenApi)]
#[openapi(
    info(title = "Tessera", description = "An operator's network, turned into things that can be promised, priced and called on demand."),
    components(schemas(crate::native::error::Problem, crate::camara::common::error::ErrorInfo, crate::native::usage::wire::ChargeResult)),
    modifiers(&Security),
)]
pub(crate) struct Document;

/// The document, as text.
#[derive(Clone)]
pub(crate) struct Text(pub Arc<str>);

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let header = ApiKey::Header(ApiKeyValue::new("Tessera-Entitlement"));
        components.add_security_scheme("entitlement", SecurityScheme::ApiKey(header));
    }
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "operation", responses((status = 200, description = "OpenAPI 3.1.", body = Object)))]
pub(crate) async fn openapi(Extension(text): Extension<Text>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], text.0.to_string()).into_response()
}
