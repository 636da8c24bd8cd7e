//! What the token endpoint reads and writes, and the metadata that clients find their way by.

use serde::Serialize;
use utoipa::ToSchema;

/// A token (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenAnswer {
    /// The access token: a signed JSON text (RFC 9068). To its bearer it is opaque.
    pub access_token: String,
    /// `Bearer`, or `DPoP` when it is bound to a key.
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: u64,
    /// What it was granted.
    pub scope: String,
}

/// What is asked of the token endpoint. Each parameter once; those that are not known are passed over (RFC 6749 §3.2).
#[derive(Debug, Default, PartialEq, Eq, ToSchema)]
pub(crate) struct TokenRequest {
    /// `client_credentials` or `urn:ietf:params:oauth:grant-type:jwt-bearer`.
    pub grant_type: Option<String>,
    /// What the token is to be used for, with client credentials.
    pub scope: Option<String>,
    /// On whose behalf, with JWT bearer.
    pub assertion: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: Option<String>,
    /// Who asks, signed.
    pub client_assertion: Option<String>,
    /// Who asks.
    pub client_id: Option<String>,
    /// A shared secret, for development.
    pub client_secret: Option<String>,
}

/// An access token's claims (RFC 9068 §2.2).
#[derive(Serialize)]
pub(crate) struct AccessClaims<'a> {
    pub iss: &'a str,
    pub sub: &'a str,
    pub aud: &'a str,
    pub client_id: &'a str,
    pub iat: u64,
    pub exp: u64,
    pub jti: String,
    pub scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation<'a>>,
}

/// The key that a token is bound to (RFC 9449 §6).
#[derive(Serialize)]
pub(crate) struct Confirmation<'a> {
    pub jkt: &'a str,
}

/// Metadata of the issuer (RFC 8414, `OpenID` Connect Discovery).
#[derive(Serialize, ToSchema)]
pub(crate) struct IssuerMetadata {
    /// Its name.
    pub issuer: String,
    /// Where tokens are asked for.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// What a token may be used for.
    pub scopes_supported: Vec<&'static str>,
    /// None: there is no authorization endpoint.
    pub response_types_supported: [&'static str; 0],
    /// How a token is asked for.
    pub grant_types_supported: [&'static str; 2],
    /// How a client says who it is.
    pub token_endpoint_auth_methods_supported: [&'static str; 1],
    /// With which signatures.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// A person has another name at every client.
    pub subject_types_supported: [&'static str; 1],
    /// Of the ID tokens that are not issued here; the form of the metadata demands it.
    pub id_token_signing_alg_values_supported: [&'static str; 1],
    /// What proofs of possession are signed with.
    pub dpop_signing_alg_values_supported: Vec<&'static str>,
    /// What proofs must hold beyond RFC 9449.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camara_dpop_claims_required: Option<[&'static str; 2]>,
}

/// Metadata of the resource (RFC 9728).
#[derive(Serialize, ToSchema)]
pub(crate) struct ResourceMetadata {
    /// Whom tokens must be for.
    pub resource: String,
    /// Whose tokens are taken.
    pub authorization_servers: Vec<String>,
    /// What a token may be used for.
    pub scopes_supported: Vec<&'static str>,
    /// In the header alone.
    pub bearer_methods_supported: [&'static str; 1],
    /// What proofs of possession are signed with.
    pub dpop_signing_alg_values_supported: Vec<&'static str>,
}
