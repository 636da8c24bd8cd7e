//! `/oauth2` and what clients find it by.

use crate::app::App;
use crate::auth::challenge::{BodyHash, Why};
use crate::auth::jose::Distrust;
use crate::auth::oauth::{OAuth, TOKEN_PATH};
use crate::auth::proof::{Proved, proof};
use crate::fault::{Door, Fault};
use crate::native::error::{Problem, Problems};
use crate::oauth::error::TokenError;
use crate::oauth::wire::{IssuerMetadata, ResourceMetadata, TokenAnswer, TokenRequest};
use crate::oauth::{convert, grant};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where our keys are.
pub(crate) const JWKS_PATH: &str = "/oauth2/jwks";
/// For what may be asked again now and then.
const PUBLIC: [(HeaderName, HeaderValue); 1] = [(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];
/// For what nobody may keep.
const SECRET: [(HeaderName, HeaderValue); 2] =
    [(CACHE_CONTROL, HeaderValue::from_static("no-store")), (PRAGMA, HeaderValue::from_static("no-cache"))];

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_token))
        .routes(routes!(get_jwks))
        .routes(routes!(get_issuer))
        .routes(routes!(get_openid))
        .routes(routes!(get_resource))
}

/// A token, for a client that proves who it is.
#[utoipa::path(
    post, path = "/oauth2/token", tag = "authorization",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    params(("DPoP" = Option<String>, Header, description = "Binds the token to the key that signed it (RFC 9449).")),
    responses(
        (status = 200, description = "The token.", body = TokenAnswer),
        (status = "4XX", description = "An error by RFC 6749; a problem where it did not get as far as the endpoint.", content((TokenError = "application/json"), (Problem = "application/problem+json"))),
        (status = "5XX", description = "An error by RFC 6749; a problem where it did not get as far as the endpoint.", content((TokenError = "application/json"), (Problem = "application/problem+json"))),
    ),
)]
async fn get_token(
    State(app): State<App>,
    request: Request,
) -> Result<([(HeaderName, HeaderValue); 2], Json<TokenAnswer>), TokenError> {
    let none = || TokenError::unauthorized_client("this cell issues no access tokens");
    let oauth = app.oauth.clone().ok_or_else(none)?;
    let signers = oauth.signers().ok_or_else(none)?;
    let headers = request.headers().clone();
    let extensions = request.extensions().clone();
    let asked = read(request, &app).await?;
    let now = app.gate.clock().now();
    let granted = grant::decide(&app, &oauth, &asked, now).await?;
    let body = BodyHash::of(&extensions);
    let proved = Proved { method: "POST", path: TOKEN_PATH, query: None, body, token: None };
    let proof = proof(&oauth, &headers, proved, now);
    let proof = proof.map_err(|distrust| {
        if let Distrust::Invalid(_) = distrust {
            app.metrics.turned_away(Why::InvalidProof);
        }
        TokenError::of(distrust, TokenError::invalid_proof)
    })?;
    if proof.is_none() && granted.client.dpop_required {
        return Err(TokenError::invalid_proof("this client's tokens are bound to a key: a proof is expected"));
    }
    Ok((SECRET, Json(grant::token(&oauth, signers, &granted, (proof.as_deref(), now))?)))
}

async fn read(request: Request, app: &App) -> Result<TokenRequest, TokenError> {
    if !is_form(request.headers()) {
        return Err(TokenError::invalid_request("`Content-Type: application/x-www-form-urlencoded` is expected"));
    }
    let body = Bytes::from_request(request, app).await;
    convert::request(&body.map_err(|_| TokenError::invalid_request("the body is too large, or ends early"))?)
}

fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The keys that our access tokens verify with.
#[utoipa::path(get, path = "/oauth2/jwks", tag = "authorization", responses((status = 200, description = "RFC 7517.", body = Object), Problems))]
async fn get_jwks(State(app): State<App>) -> Result<([(HeaderName, HeaderValue); 1], Json<Value>), Problem> {
    let oauth = issuing(&app)?;
    let signers = oauth.signers().ok_or(Door::NoSuchRoute)?;
    let keys = signers.published().map_err(|error| Fault::internal("publish the keys of access tokens", &error))?;
    Ok((PUBLIC, Json(keys)))
}

/// Metadata of the issuer (RFC 8414).
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "authorization", responses((status = 200, description = "RFC 8414.", body = IssuerMetadata), Problems))]
async fn get_issuer(State(app): State<App>) -> Result<([(HeaderName, HeaderValue); 1], Json<IssuerMetadata>), Problem> {
    Ok((PUBLIC, Json(convert::issuer_metadata(&*issuing(&app)?))))
}

/// The same, where clients of `OpenID` Connect look for it.
#[utoipa::path(get, path = "/.well-known/openid-configuration", tag = "authorization", responses((status = 200, description = "OpenID Connect Discovery.", body = IssuerMetadata), Problems))]
async fn get_openid(State(app): State<App>) -> Result<([(HeaderName, HeaderValue); 1], Json<IssuerMetadata>), Problem> {
    Ok((PUBLIC, Json(convert::issuer_metadata(&*issuing(&app)?))))
}

/// Metadata of this resource (RFC 9728): who issues tokens for it.
#[utoipa::path(get, path = "/.well-known/oauth-protected-resource", tag = "authorization", responses((status = 200, description = "RFC 9728.", body = ResourceMetadata), Problems))]
async fn get_resource(
    State(app): State<App>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<ResourceMetadata>), Problem> {
    let oauth = app.oauth.as_deref().ok_or(Door::NoSuchRoute)?;
    Ok((PUBLIC, Json(convert::resource_metadata(oauth))))
}

/// OAuth, when the embedded issuer is on.
fn issuing(app: &App) -> Result<Arc<OAuth>, Problem> {
    app.oauth.clone().filter(|oauth| oauth.signers().is_some()).ok_or_else(|| Door::NoSuchRoute.into())
}
