//! The two grants: who asks, for whom, for what; and the token that follows.

use crate::app::App;
use crate::auth::Client;
use crate::auth::oauth::OAuth;
use crate::auth::signer::Signers;
use crate::device::Identifier;
use crate::entropy::fresh_id;
use crate::fault::Fault;
use crate::oauth::assertion::{self, Role};
use crate::oauth::convert::{Purposes, granted};
use crate::oauth::error::TokenError;
use crate::oauth::wire::{AccessClaims, Confirmation, TokenAnswer, TokenRequest};
use std::sync::Arc;
use types::Instant;

/// A client by itself.
pub(crate) const CLIENT_CREDENTIALS: &str = "client_credentials";
/// A client on behalf of a person.
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How clients say who they are.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a token is made of.
pub(crate) struct Granted {
    /// To whom.
    pub client: Arc<Client>,
    subject: String,
    scope: String,
}

/// Decides a request. Whatever it carries to say who asks is used up.
pub(crate) async fn decide(
    app: &App,
    oauth: &OAuth,
    request: &TokenRequest,
    now: Instant,
) -> Result<Granted, TokenError> {
    match request.grant_type.as_deref() {
        Some(CLIENT_CREDENTIALS) => by_itself(app, oauth, request, now).await,
        Some(JWT_BEARER) => on_behalf(app, oauth, request, now).await,
        Some(_) => Err(TokenError::unsupported_grant_type()),
        None => Err(TokenError::invalid_request("`grant_type` is expected")),
    }
}

async fn by_itself(app: &App, oauth: &OAuth, request: &TokenRequest, now: Instant) -> Result<Granted, TokenError> {
    let client = authenticated(app, oauth, request, now).await?;
    let client = client.ok_or_else(|| TokenError::invalid_client("`client_assertion` is expected"))?;
    let asked = request.scope.as_deref().ok_or_else(|| TokenError::invalid_request("`scope` is expected"))?;
    let scope = granted(&client, asked, Purposes::AtMostOne)?;
    Ok(Granted { subject: client.id.to_string(), client, scope })
}

async fn on_behalf(app: &App, oauth: &OAuth, request: &TokenRequest, now: Instant) -> Result<Granted, TokenError> {
    if request.scope.is_some() {
        return Err(TokenError::invalid_request("`scope` belongs into the assertion, not beside it"));
    }
    let text = request.assertion.as_deref();
    let text = text.ok_or_else(|| TokenError::invalid_request("`assertion` is expected"))?;
    // The assertion says who asks as well (CAMARA's profile, "JWT Bearer Flow"); whoever says so twice is one client.
    let client = authenticated(app, oauth, request, now).await?;
    let asserted = assertion::check(app, oauth, (Role::Grant, text), now).await;
    let asserted = asserted.map_err(|distrust| TokenError::of(distrust, TokenError::invalid_grant))?;
    let named = request.client_id.as_deref().is_none_or(|id| id == &*asserted.client.id);
    if !named || client.is_some_and(|client| client.id != asserted.client.id) {
        return Err(TokenError::invalid_grant("the assertion is of another client"));
    }
    if asserted.client.purposes.is_empty() {
        return Err(TokenError::unauthorized_client("this client may not act on behalf of a person"));
    }
    let asked = asserted.scope.as_deref();
    let asked = asked.ok_or_else(|| TokenError::invalid_scope("`scope` is expected in the assertion"))?;
    let scope = granted(&asserted.client, asked, Purposes::One)?;
    let device = device_of(&asserted.subject)?;
    let person = app.vault(move |vault| vault.subject_for(device.as_str())).await?;
    let subject = app.vault.pairwise(person, &asserted.client.id);
    Ok(Granted { client: asserted.client, subject, scope })
}

/// The device of a person.
fn device_of(subject: &str) -> Result<Identifier, TokenError> {
    if subject.starts_with("operatortoken:") {
        return Err(TokenError::invalid_grant("`operatortoken:` is not supported: name the subject as `tel:+…`"));
    }
    let number = subject.strip_prefix("tel:").and_then(Identifier::telephone);
    number.ok_or_else(|| TokenError::invalid_grant("the subject must be `tel:` with a number in E.164 form"))
}

/// The client that the request proves to come from, when it proves anything; one way of proving it, not two.
async fn authenticated(
    app: &App,
    oauth: &OAuth,
    request: &TokenRequest,
    now: Instant,
) -> Result<Option<Arc<Client>>, TokenError> {
    let client = match (&request.client_assertion, &request.client_secret) {
        (Some(_), Some(_)) => return Err(TokenError::invalid_request("one way of authentication is expected")),
        (None, None) => return Ok(None),
        (Some(text), None) => {
            if request.client_assertion_type.as_deref() != Some(ASSERTION_TYPE) {
                return Err(TokenError::invalid_client(format!("`client_assertion_type` must be {ASSERTION_TYPE}")));
            }
            let asserted = assertion::check(app, oauth, (Role::Client, text), now).await;
            asserted.map_err(|distrust| TokenError::of(distrust, TokenError::invalid_client))?.client
        }
        (None, Some(secret)) => {
            let client = request.client_id.as_deref().and_then(|id| oauth.client(id));
            let client = client.filter(|client| client.has_secret(secret));
            Arc::clone(client.ok_or_else(|| TokenError::invalid_client("the client or its secret is not known"))?)
        }
    };
    if request.client_id.as_deref().is_some_and(|id| id != &*client.id) {
        return Err(TokenError::invalid_client("`client_id` is another client's"));
    }
    Ok(Some(client))
}

/// Signs the token.
pub(crate) fn token(
    oauth: &OAuth,
    signers: &Signers,
    granted: &Granted,
    (bound_to, now): (Option<&str>, Instant),
) -> Result<TokenAnswer, TokenError> {
    let claims = AccessClaims {
        iss: oauth.issuer(),
        sub: &granted.subject,
        aud: oauth.audience(),
        client_id: &granted.client.id,
        iat: now.as_ms() / 1_000,
        exp: oauth.ends(now).as_ms() / 1_000,
        jti: format!("{:032x}", fresh_id()),
        scope: &granted.scope,
        cnf: bound_to.map(|jkt| Confirmation { jkt }),
    };
    // The purpose is among the scopes: that it was declared is on record. Nothing here leads to a person.
    tracing::info!(client = &*granted.client.id, scope = granted.scope, "an access token was issued");
    let signed = signers.sign(&claims, now).map_err(|error| Fault::internal("sign an access token", &error))?;
    Ok(TokenAnswer {
        access_token: signed,
        token_type: if bound_to.is_some() { "DPoP" } else { "Bearer" },
        expires_in: oauth.token_lifetime().as_secs(),
        scope: granted.scope.clone(),
    })
}
