//! Forms to requests, scopes to what is granted, and the metadata of a configuration.

use crate::auth::Client;
use crate::auth::jose::ALGORITHMS;
use crate::auth::oauth::OAuth;
use crate::auth::proof::{BODY_HASH, ProofHashes, QUERY_HASH};
use crate::auth::scope::Scope;
use crate::oauth::error::TokenError;
use crate::oauth::grant::{CLIENT_CREDENTIALS, JWT_BEARER};
use crate::oauth::routes::JWKS_PATH;
use crate::oauth::wire::{IssuerMetadata, ResourceMetadata, TokenRequest};

/// Marks a purpose among scopes.
const PURPOSE: &str = "dpv:";

/// Reads a form: each parameter once, empty ones as absent (RFC 6749 §3.2).
pub(crate) fn request(body: &[u8]) -> Result<TokenRequest, TokenError> {
    let mut request = TokenRequest::default();
    for (name, value) in form_urlencoded::parse(body) {
        let place = match &*name {
            "grant_type" => &mut request.grant_type,
            "scope" => &mut request.scope,
            "assertion" => &mut request.assertion,
            "client_assertion_type" => &mut request.client_assertion_type,
            "client_assertion" => &mut request.client_assertion,
            "client_id" => &mut request.client_id,
            "client_secret" => &mut request.client_secret,
            _ => continue,
        };
        if place.is_some() {
            return Err(TokenError::invalid_request(format!("`{name}` is there twice")));
        }
        *place = Some(value.into_owned()).filter(|value| !value.is_empty());
    }
    Ok(request)
}

/// How many purposes a request must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purposes {
    /// None, or one.
    AtMostOne,
    /// One: a person's data is touched.
    One,
}

/// What is granted of the scope that is asked for: all of it, or nothing. In the order it was asked for.
pub(crate) fn granted(client: &Client, asked: &str, purposes: Purposes) -> Result<String, TokenError> {
    let mut named = 0;
    let mut scopes = 0;
    for one in asked.split(' ').filter(|one| !one.is_empty()) {
        let known = if let Some(purpose) = one.strip_prefix(PURPOSE) {
            named += 1;
            client.purposes.contains(purpose)
        } else {
            scopes += 1;
            Scope::parse(one).is_some_and(|scope| client.scopes.contains(&scope))
        };
        if !known {
            return Err(TokenError::invalid_scope("a scope or purpose that was asked for is not one of this client"));
        }
    }
    match (named, purposes) {
        (0, Purposes::AtMostOne) | (1, _) => {}
        _ => return Err(TokenError::invalid_scope("exactly one purpose, as `dpv:NAME`, is expected")),
    }
    if scopes == 0 {
        return Err(TokenError::invalid_scope("at least one scope is expected"));
    }
    Ok(asked.split(' ').filter(|one| !one.is_empty()).collect::<Vec<_>>().join(" "))
}

/// The metadata of the embedded issuer.
pub(crate) fn issuer_metadata(oauth: &OAuth) -> IssuerMetadata {
    IssuerMetadata {
        issuer: oauth.issuer().to_owned(),
        token_endpoint: oauth.token_endpoint(),
        jwks_uri: format!("{}{JWKS_PATH}", oauth.issuer()),
        scopes_supported: scopes(),
        response_types_supported: [],
        grant_types_supported: [CLIENT_CREDENTIALS, JWT_BEARER],
        token_endpoint_auth_methods_supported: ["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported: algorithms(),
        subject_types_supported: ["pairwise"],
        id_token_signing_alg_values_supported: ["EdDSA"],
        dpop_signing_alg_values_supported: algorithms(),
        camara_dpop_claims_required: (oauth.proof_hashes() == ProofHashes::Required).then_some([BODY_HASH, QUERY_HASH]),
    }
}

/// The metadata of this resource.
pub(crate) fn resource_metadata(oauth: &OAuth) -> ResourceMetadata {
    ResourceMetadata {
        resource: oauth.audience().to_owned(),
        authorization_servers: oauth.issuers().into_iter().map(str::to_owned).collect(),
        scopes_supported: scopes(),
        bearer_methods_supported: ["header"],
        dpop_signing_alg_values_supported: algorithms(),
    }
}

fn scopes() -> Vec<&'static str> {
    Scope::ALL.iter().map(|scope| scope.text()).collect()
}

fn algorithms() -> Vec<&'static str> {
    ALGORITHMS.iter().map(|(name, _)| *name).collect()
}
