//! The document of every route, generated from the routes.

use crate::auth::oauth::TOKEN_PATH;
use crate::auth::scope::{OPERATIONS, Scope};
use crate::native::error::Problems;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, http::HeaderValue};
use std::sync::Arc;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, OpenIdConnect, Scopes,
    SecurityRequirement, SecurityScheme,
};
use utoipa::{Modify, OpenApi};

/// What the document says beside the routes.
#[derive(OpenApi)]
#[openapi(
    info(title = "Tessera", description = "An operator's network, turned into things that can be promised, priced and called on demand."),
    components(schemas(crate::native::error::Problem, crate::camara::common::error::ErrorInfo, crate::native::usage::wire::ChargeResult, crate::native::exports::wire::TableName, crate::tmf::common::error::Error, crate::tmf::common::wire::Resource)),
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
        let scopes: Scopes = Scope::ALL.iter().map(|scope| (scope.text(), scope.meaning().trim())).collect();
        let flow = Flow::ClientCredentials(ClientCredentials::new(TOKEN_PATH, scopes));
        components.add_security_scheme("oauth2", SecurityScheme::OAuth2(OAuth2::new([flow])));
        // CAMARA's guide has every API name its scopes under this name.
        let discovery = OpenIdConnect::new("/.well-known/openid-configuration");
        components.add_security_scheme("openId", SecurityScheme::OpenIdConnect(discovery));
    }
}

/// Names the scope of every operation that asks for one, out of the one table of them.
pub(crate) fn name_scopes(document: &mut utoipa::openapi::OpenApi) {
    for (method, path, scope) in OPERATIONS {
        let item = document.paths.paths.get_mut(*path);
        let Some(operation) = item.and_then(|item| operation_of(item, method)) else { continue };
        let scheme = if scope.text().starts_with("tessera:") { "oauth2" } else { "openId" };
        operation.security.get_or_insert_default().push(SecurityRequirement::new(scheme, [scope.text()]));
    }
}

fn operation_of<'a>(item: &'a mut PathItem, method: &str) -> Option<&'a mut Operation> {
    match method {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "DELETE" => item.delete.as_mut(),
        "PATCH" => item.patch.as_mut(),
        _ => None,
    }
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "operation", responses((status = 200, description = "OpenAPI 3.1.", body = Object), Problems))]
pub(crate) async fn openapi(Extension(text): Extension<Text>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], text.0.to_string()).into_response()
}
