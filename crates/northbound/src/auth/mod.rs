//! Who calls, and whether it may: what a request carries becomes a [`Principal`], within the scope of its operation.

pub(crate) mod access;
pub(crate) mod challenge;
mod client_key;
mod clients;
mod config;
mod credentials;
pub(crate) mod jose;
pub(crate) mod keys;
pub(crate) mod oauth;
mod principal;
pub(crate) mod proof;
pub(crate) mod remote;
pub(crate) mod replay;
pub(crate) mod scope;
pub(crate) mod signer;
mod verified;

pub use client_key::{ClientKey, Proof};
pub(crate) use clients::Client;
pub use config::{ClientConfig, IssuerConfig, KeysConfig, OAuthConfig, OAuthError};
pub use credentials::{Credential, CredentialError, Credentials};
pub use keys::KeyError;
pub use oauth::OAuth;
pub(crate) use principal::{Granted, Principal};
pub use proof::ProofHashes;

use crate::app::App;
use crate::auth::access::{Access, Subject};
use crate::auth::challenge::{BodyHash, Why, tell};
use crate::auth::jose::Distrust;
use crate::auth::proof::Proved;
use crate::device::Identifier;
use crate::fault::{Door, Fault};
use crate::limits::BEARER_BYTES_MAX;
use crate::sandbox;
use axum::extract::MatchedPath;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use engine::{Actor, Role};
use node::View;
use std::sync::Arc;
use types::{Instant, PartyId};

/// The caller of a request, if it may use this operation.
pub(crate) async fn authenticate(app: &App, parts: &Parts) -> Result<Principal, Fault> {
    let principal = match identify(app, parts).await {
        Ok(principal) => principal,
        // Whoever guesses is soon told to go slow.
        Err(fault) => return app.admission.stranger(&parts.extensions).and(Err(fault)),
    };
    tracing::Span::current().record("client", &*principal.client);
    let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    let scope = scope::needed(&parts.method, path);
    app.admission.known(&app.gate, parts, &principal, scope)?;
    match scope {
        Some(scope) if !principal.allows(scope) => {
            tell(parts, Why::InsufficientScope);
            tracing::debug!(client = &*principal.client, scope = scope.text(), "a caller lacks a scope");
            Err(Door::ScopeMissing.into())
        }
        _ => Ok(principal),
    }
}

/// How a caller shows what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Bearer,
    Dpop,
}

async fn identify(app: &App, parts: &Parts) -> Result<Principal, Fault> {
    if in_query(parts.uri.query().unwrap_or_default()) {
        tell(parts, Why::InvalidRequest);
        return Err(Fault::malformed("an access token in the query is refused: send it in `Authorization`"));
    }
    let Some((scheme, text)) = shown(&parts.headers) else {
        tell(parts, Why::NothingShown);
        return Err(Door::Unauthenticated.into());
    };
    if scheme == Scheme::Bearer
        && let Some((role, party)) = app.credentials.find(text)
    {
        let actor = actor(app, role, party).await?;
        return Ok(Principal { actor, client: party.to_string().into(), device: None, granted: Granted::Role });
    }
    if scheme == Scheme::Bearer
        && app.sandbox.is_some()
        && let Some(party) = sandbox::party_of(&app.vault, text)
    {
        let actor = actor(app, Role::Customer, party).await?;
        return Ok(Principal { actor, client: party.to_string().into(), device: None, granted: Granted::Role });
    }
    let now = app.gate.clock().now();
    let access = token(app, parts, (scheme, text), now).await?;
    let actor = actor(app, access.role, access.party).await?;
    let device = device_of(app, parts, &access).await?;
    let granted = Granted::Scopes(access.scopes.clone());
    Ok(Principal { actor, client: Arc::clone(&access.client), device, granted })
}

/// The access token that is shown, with its proof of possession where it is bound to a key.
async fn token(app: &App, parts: &Parts, (scheme, text): (Scheme, &str), now: Instant) -> Result<Arc<Access>, Fault> {
    let refused = |why: Why, distrust: Distrust| {
        tell(parts, why);
        of_distrust(distrust)
    };
    let unknown = Distrust::Invalid("it is neither a credential nor an access token of this cell");
    let oauth = app.oauth.as_deref().ok_or_else(|| refused(Why::InvalidToken, unknown))?;
    let access = access::verify(app, oauth, text, now).await;
    let access = access.map_err(|distrust| refused(Why::InvalidToken, distrust))?;
    match (&access.bound_to, scheme) {
        (None, Scheme::Bearer) => Ok(access),
        (None, Scheme::Dpop) => {
            Err(refused(Why::InvalidToken, Distrust::Invalid("it is not bound to a key: send it as a bearer token")))
        }
        (Some(_), Scheme::Bearer) => {
            Err(refused(Why::InvalidToken, Distrust::Invalid("it is bound to a key: send it with its proof")))
        }
        (Some(thumbprint), Scheme::Dpop) => {
            let uri = &parts.uri;
            let method = parts.method.as_str();
            let body = BodyHash::of(&parts.extensions);
            let proved = Proved { method, path: uri.path(), query: uri.query(), body, token: Some(text) };
            let proof = proof::proof(oauth, &parts.headers, proved, now);
            let proof = proof.and_then(|proof| proof.ok_or(Distrust::Invalid("there is no proof of possession")));
            let proof = proof.map_err(|distrust| refused(Why::InvalidProof, distrust))?;
            if proof != *thumbprint {
                let other = Distrust::Invalid("the proof is of another key than the token's");
                return Err(refused(Why::InvalidProof, other));
            }
            Ok(access)
        }
    }
}

/// The device of a token of three legs, as long as the person is not forgotten.
async fn device_of(app: &App, parts: &Parts, access: &Access) -> Result<Option<Identifier>, Fault> {
    let subject = match &access.device {
        None => return Ok(None),
        Some(Subject::Named(device)) => return Ok(Some(device.clone())),
        Some(Subject::Kept(subject)) => *subject,
    };
    let record = app.vault(move |vault| vault.get(subject)).await?;
    let device = record.and_then(|bytes| Identifier::parse(std::str::from_utf8(&bytes).ok()?));
    if device.is_none() {
        tell(parts, Why::InvalidToken);
        return Err(of_distrust(Distrust::Invalid("its subject has been forgotten")));
    }
    Ok(device)
}

fn of_distrust(distrust: Distrust) -> Fault {
    let door = match distrust {
        Distrust::Invalid(_) => Door::Unauthenticated,
        Distrust::Unreachable => Door::IssuerUnreachable,
        Distrust::Full => Door::Busy,
    };
    Fault::Door(door, distrust.to_string())
}

async fn actor(app: &App, role: Role, party: PartyId) -> Result<Actor, Fault> {
    app.find(|view| Ok(actor_of(view, role, party).ok_or(Door::PartyNotRegistered)?)).await
}

fn actor_of(view: &View, role: Role, party: PartyId) -> Option<Actor> {
    let party = view.state.party_by_id(party)?;
    Some(Actor { tenant: view.state.party(party)?.tenant, role, party })
}

/// The one credential of a request.
pub(crate) fn shown(headers: &HeaderMap) -> Option<(Scheme, &str)> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, secret) = value.split_once(' ')?;
    let scheme = match scheme {
        scheme if scheme.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
        scheme if scheme.eq_ignore_ascii_case("dpop") => Scheme::Dpop,
        _ => return None,
    };
    let secret = secret.trim();
    (!secret.is_empty() && secret.len() <= BEARER_BYTES_MAX).then_some((scheme, secret))
}

/// Is there an access token in the query, where logs and histories would keep it?
pub(crate) fn in_query(query: &str) -> bool {
    query.split('&').any(|pair| pair.split('=').next() == Some("access_token"))
}
