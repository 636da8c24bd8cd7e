//! Who calls, and whether it may: what a request carries becomes a [`Principal`], within the scope of its operation.

mod credentials;
mod principal;
pub(crate) mod scope;

pub use credentials::{Credential, CredentialError, Credentials};
pub(crate) use principal::{Granted, Principal};

use crate::app::App;
use crate::fault::{Door, Fault};
use crate::limits::BEARER_BYTES_MAX;
use axum::extract::MatchedPath;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use engine::{Actor, Role};
use node::View;
use types::PartyId;

/// The caller of a request, if it may use this operation.
pub(crate) async fn authenticate(app: &App, parts: &Parts) -> Result<Principal, Fault> {
    let principal = identify(app, &parts.headers).await?;
    let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    match scope::needed(&parts.method, path) {
        Some(scope) if !principal.allows(scope) => Err(Door::ScopeMissing.into()),
        _ => Ok(principal),
    }
}

async fn identify(app: &App, headers: &HeaderMap) -> Result<Principal, Fault> {
    let secret = bearer(headers).ok_or(Door::Unauthenticated)?;
    let (role, party) = app.credentials.find(secret).ok_or(Door::Unauthenticated)?;
    let actor = app.find(|view| Ok(actor_of(view, role, party).ok_or(Door::PartyNotRegistered)?)).await?;
    Ok(Principal { actor, client: party.to_string().into(), device: None, granted: Granted::Role })
}

fn actor_of(view: &View, role: Role, party: PartyId) -> Option<Actor> {
    let party = view.state.party_by_id(party)?;
    Some(Actor { tenant: view.state.party(party)?.tenant, role, party })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, secret) = value.split_once(' ')?;
    let secret = secret.trim();
    let sound = scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty() && secret.len() <= BEARER_BYTES_MAX;
    sound.then_some(secret)
}
