//! What a caller that is turned away is told in `WWW-Authenticate` (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1): why, which
//! scopes it takes, and where to read how to get a token.

use crate::app::App;
use crate::auth::jose::ALGORITHMS;
use crate::auth::proof::{DPOP, hash};
use crate::auth::scope;
use crate::door::refuse;
use crate::fault::Door;
use crate::limits::{BODY_BYTES_MAX, USAGE_BODY_BYTES_MAX};
use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::{Arc, OnceLock};

/// Where the metadata of this resource is.
const RESOURCE_METADATA_PATH: &str = "/.well-known/oauth-protected-resource";

/// The one operation that takes more than the others.
const USAGE: &str = "/v1/usage";

/// Why a caller is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It showed nothing.
    NothingShown,
    /// It showed a token in a place where none is taken.
    InvalidRequest,
    /// Its token is not good.
    InvalidToken,
    /// Its proof of possession is not good.
    InvalidProof,
    /// Its token was not granted what this takes.
    InsufficientScope,
    /// The entitlement it showed is not good; the answer names no scheme of `Authorization`.
    InvalidEntitlement,
    /// The proof that it holds the entitlement is not good; nor does this one.
    InvalidEntitlementProof,
    /// The assertion it asked for a token with is not good; the token endpoint answers in words of its own.
    InvalidAssertion,
}

/// What the request of a caller that is turned away is answered with; filled in where it is found out.
#[derive(Clone, Debug, Default)]
struct Told(Arc<OnceLock<Why>>);

/// Notes why the caller of this request is turned away.
pub(crate) fn tell(parts: &Parts, why: Why) {
    if let Some(told) = parts.extensions.get::<Told>() {
        // What was found first is why.
        let _ = told.0.set(why);
    }
}

/// Around every request: says in the headers why its caller was turned away.
pub(crate) async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let told = Told::default();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map(MatchedPath::as_str).unwrap_or_default();
    let scope = scope::needed(request.method(), path);
    request.extensions_mut().insert(told.clone());
    if request.headers().contains_key(DPOP) {
        let uri = request.uri().clone();
        let max = if path == USAGE { USAGE_BODY_BYTES_MAX } else { BODY_BYTES_MAX };
        request = match hashed(request, max).await {
            Some(hashed) => hashed,
            None => return refuse(&uri, Door::BodyTooLarge.into()),
        };
    }
    let mut response = next.run(request).await;
    let Some(why) = told.0.get().copied() else { return response };
    app.metrics.turned_away(why);
    if !matches!(response.status(), StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return response;
    }
    let headers = response.headers_mut();
    headers.remove(WWW_AUTHENTICATE);
    for line in lines(&app, why, scope.map(scope::Scope::text)) {
        if let Ok(value) = HeaderValue::from_str(&line) {
            headers.append(WWW_AUTHENTICATE, value);
        }
    }
    response
}

/// The hash of the body of a request that comes with a proof.
#[derive(Clone, Debug)]
pub(crate) struct BodyHash(Arc<str>);

impl Why {
    /// Every one, in order.
    pub(crate) const ALL: [Self; 8] = [
        Self::NothingShown,
        Self::InvalidRequest,
        Self::InvalidToken,
        Self::InvalidProof,
        Self::InsufficientScope,
        Self::InvalidEntitlement,
        Self::InvalidEntitlementProof,
        Self::InvalidAssertion,
    ];

    /// Its name in numbers about ourselves.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::NothingShown => "nothing_shown",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InvalidProof => "invalid_proof",
            Self::InsufficientScope => "insufficient_scope",
            Self::InvalidEntitlement => "invalid_entitlement",
            Self::InvalidEntitlementProof => "invalid_entitlement_proof",
            Self::InvalidAssertion => "invalid_assertion",
        }
    }
}

impl BodyHash {
    /// That of a request.
    pub(crate) fn of(extensions: &Extensions) -> &str {
        extensions.get::<Self>().map_or("", |hash| &hash.0)
    }
}

/// Reads the body of a request, so that its proof can be held against it.
async fn hashed(request: Request, bytes_max: usize) -> Option<Request> {
    let (mut parts, body) = request.into_parts();
    let bytes = to_bytes(body, bytes_max).await.ok()?;
    parts.extensions.insert(BodyHash(hash(&bytes).into()));
    Some(Request::from_parts(parts, Body::from(bytes)))
}

fn lines(app: &App, why: Why, scope: Option<&str>) -> Vec<String> {
    let mut bearer = vec!["realm=\"tessera\"".to_owned()];
    let mut proof = Vec::new();
    match why {
        Why::NothingShown | Why::InvalidEntitlement | Why::InvalidEntitlementProof | Why::InvalidAssertion => {}
        Why::InvalidRequest => bearer.push("error=\"invalid_request\"".to_owned()),
        Why::InvalidToken => bearer.push("error=\"invalid_token\"".to_owned()),
        Why::InvalidProof => proof.push("error=\"invalid_dpop_proof\"".to_owned()),
        Why::InsufficientScope => bearer.push("error=\"insufficient_scope\"".to_owned()),
    }
    bearer.extend(scope.map(|scope| format!("scope=\"{scope}\"")));
    let Some(oauth) = &app.oauth else { return vec![format!("Bearer {}", bearer.join(", "))] };
    bearer.push(format!("resource_metadata=\"{}{RESOURCE_METADATA_PATH}\"", oauth.issuer()));
    proof.push(format!("algs=\"{}\"", ALGORITHMS.map(|(name, _)| name).join(" ")));
    let mut lines = [format!("Bearer {}", bearer.join(", ")), format!("DPoP {}", proof.join(", "))];
    if why == Why::InvalidProof {
        lines.reverse();
    }
    lines.into()
}
