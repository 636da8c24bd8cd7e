//! `/v1/keys`, `/v1/revocations` and `/v1/signing-keys`.

use crate::app::App;
use crate::fault::{Door, Fault};
use crate::limits::ROTATION_AHEAD_MAX;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Host, Params, Segment};
use crate::native::keys::convert;
use crate::native::keys::wire::{After, Rotation, SigningKey};
use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use node::{Keyring, KeyringError, wall_clock};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use types::{Duration, TokenId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_keys)).routes(routes!(get_revocations))
}

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_signing_keys, rotate_signing_key)).routes(routes!(withdraw_signing_key))
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

/// What must not be honoured though its window is not over: a signed list (a flattened JWS) for verifiers to poll. Its
/// payload says when the next one is due, and after which entitlement the next page begins.
#[utoipa::path(
    get, path = "/v1/revocations", tag = "tokens", params(After),
    responses(
        (status = 200, description = "A page of the list.", body = Object, content_type = "application/jose+json"),
        (status = 304, description = "The page is still the one named by `If-None-Match`."),
        Problems,
    ),
)]
async fn get_revocations(
    State(app): State<App>,
    Params(After { after }): Params<After>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = after.map(|id| TokenId::parse(&id)).transpose();
    let after = after.map_err(|error| Fault::malformed(format!("`after`: {error}")))?;
    let list = app.read(|view| app.entitlements.revocations(&view.state, after, wall_clock())).await;
    let list = list.map_err(Fault::from)?;
    let tag = tag_of(&list);
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|value| value.split(',')).any(|value| {
        let value = value.trim();
        value == "*" || value.strip_prefix("W/").unwrap_or(value) == tag
    });
    let tag = HeaderValue::from_str(&tag).map_err(|error| Fault::internal("tag a list", &error))?;
    let caching = [(ETAG, tag), (CACHE_CONTROL, HeaderValue::from_static("public, max-age=30"))];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    Ok((caching, [(CONTENT_TYPE, HeaderValue::from_static("application/jose+json"))], list).into_response())
}

/// The signing keys, by purpose, in the order in which they sign.
#[utoipa::path(
    get, path = "/v1/signing-keys", tag = "operator", security(("bearer" = [])),
    responses((status = 200, description = "The keys.", body = Vec<SigningKey>), Problems),
)]
async fn list_signing_keys(State(app): State<App>, Host(_actor): Host) -> Json<Vec<SigningKey>> {
    Json(convert::keys(app.entitlements.keyring(), wall_clock()))
}

/// Draws the next key of a purpose. It is published at once and signs later; the keys before it verify on.
#[utoipa::path(
    post, path = "/v1/signing-keys", tag = "operator", security(("bearer" = [])), request_body = Rotation,
    responses((status = 201, description = "The new key.", body = SigningKey), Problems),
)]
async fn rotate_signing_key(
    State(app): State<App>,
    Host(_actor): Host,
    Body(rotation): Body<Rotation>,
) -> Result<(StatusCode, Json<SigningKey>), Problem> {
    let now = wall_clock();
    let ahead = rotation.in_s.map(Duration::from_secs);
    if ahead.is_some_and(|ahead| ahead > ROTATION_AHEAD_MAX) {
        return Err(Fault::invalid("`in_s`: a key signs within a year of being drawn").into());
    }
    let from = ahead.map(|ahead| now.after(ahead));
    let key = change(&app, move |ring| ring.rotate(rotation.purpose.into(), now, from)).await?;
    tracing::info!(kid = key.kid(), purpose = ?key.purpose(), "a signing key was added");
    let shown = convert::keys(app.entitlements.keyring(), now).into_iter().find(|shown| shown.kid == key.kid());
    Ok((StatusCode::CREATED, Json(shown.ok_or(Fault::from(Door::UnknownKey))?)))
}

/// Withdraws a key: nothing that it signed verifies any more. Live tokens are signed by its successor when they are read.
#[utoipa::path(
    delete, path = "/v1/signing-keys/{kid}", tag = "operator", security(("bearer" = [])), params(("kid" = u32, Path)),
    responses((status = 204, description = "It is withdrawn, and its secret deleted."), Problems),
)]
async fn withdraw_signing_key(
    State(app): State<App>,
    Host(_actor): Host,
    Segment(kid): Segment,
) -> Result<StatusCode, Problem> {
    let kid = kid.parse::<u32>().map_err(|_| Fault::malformed("a `kid` is a number"))?;
    change(&app, move |ring| ring.withdraw(kid)).await?;
    tracing::info!(kid, "a signing key was withdrawn");
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the keyring, whose storage blocks.
async fn change<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Keyring) -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, Fault> {
    let ring = Arc::clone(app.entitlements.keyring());
    let done = tokio::task::spawn_blocking(move || work(&ring)).await;
    Ok(done.map_err(|error| Fault::internal("change the signing keys", &error))??)
}

fn tag_of(list: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(list).into();
    let bits = hash.iter().take(16).fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    format!("\"{bits:032x}\"")
}
