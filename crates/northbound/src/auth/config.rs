//! What is configured of OAuth, before anything of it is checked.

use crate::auth::keys::KeyError;
use crate::auth::proof::ProofHashes;
use engine::Role;
use serde_json::Value;
use types::{Duration, PartyId};

/// How access tokens are issued and taken.
#[derive(Clone, Debug)]
pub struct OAuthConfig {
    /// Where this cell is reached from outside, without a slash at the end: the name of its issuer, and what the
    /// addresses that proofs are made for begin with.
    pub issuer: String,
    /// Where its operator's side is reached: what the addresses of proofs made for it begin with.
    pub admin: String,
    /// Whom access tokens must be for.
    pub audience: String,
    /// Does the cell issue access tokens itself?
    pub embedded: bool,
    /// How long its access tokens live.
    pub token_lifetime: Duration,
    /// How old or how far ahead a proof of possession may be.
    pub proof_window: Duration,
    /// Must proofs hold the hashes of body and query?
    pub proof_hashes: ProofHashes,
    /// Are shared secrets of clients taken? For development alone.
    pub development_secrets: bool,
    /// Who may call.
    pub clients: Vec<ClientConfig>,
    /// Issuers of others whose access tokens are taken.
    pub issuers: Vec<IssuerConfig>,
}

/// A client.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Its `client_id`.
    pub id: String,
    /// Whose client it is; our own issuer's when nothing is said.
    pub issuer: Option<String>,
    /// What it may do.
    pub role: Role,
    /// For whom it acts.
    pub party: PartyId,
    /// What its access tokens may be used for.
    pub scopes: Vec<String>,
    /// What it signs with.
    pub keys: KeysConfig,
    /// The purposes (without `dpv:`) for which it has a legal basis to act for a person. With none it gets no token of
    /// three legs.
    pub purposes: Vec<String>,
    /// Must its tokens be bound to a key?
    pub dpop_required: bool,
    /// SHA-256 of its shared secret, for development.
    pub secret_sha256: Option<String>,
}

/// An issuer of others.
#[derive(Clone, Debug)]
pub struct IssuerConfig {
    /// Its name, exactly as its tokens say it.
    pub issuer: String,
    /// Whom its tokens must be for; our own audience when nothing is said.
    pub audience: Option<String>,
    /// What it signs with.
    pub keys: KeysConfig,
    /// The algorithms it may sign with.
    pub algorithms: Vec<String>,
    /// The claim that names the client.
    pub client_claim: String,
    /// The claim that holds a `pty_…`, with the role of those it names; without it clients are looked up.
    pub party_claim: Option<(String, Role)>,
    /// The claim that holds a telephone number: the device of a token of three legs.
    pub device_claim: Option<String>,
}

/// Where keys come from.
#[derive(Clone, Debug)]
pub enum KeysConfig {
    /// There are none.
    None,
    /// A key set (RFC 7517).
    Inline(Value),
    /// The address of one.
    At(String),
}

/// Why a configuration of OAuth cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// An address is none.
    #[error(
        "`{0}`: an address `https://HOST…` without a slash, a query or a fragment at its end is expected; `http://` only for this machine"
    )]
    Address(String),
    /// A name is taken.
    #[error("{0} is there twice")]
    Repeated(String),
    /// Keys cannot be used.
    #[error("the keys of {of} cannot be used: {why}")]
    Keys {
        /// Whose.
        of: String,
        /// Why.
        why: KeyError,
    },
    /// There are none.
    #[error("{0} has no keys: `jwks` or `jwks_uri` is expected")]
    NoKeys(String),
    /// There is no such scope.
    #[error("client {client}: `{scope}` is no scope; `/.well-known/oauth-protected-resource` lists them")]
    Scope {
        /// Whose.
        client: String,
        /// Which.
        scope: String,
    },
    /// A purpose has another form.
    #[error(
        "client {client}: `{purpose}` is no purpose: the name alone, as in `FraudPreventionAndDetection`, is expected"
    )]
    Purpose {
        /// Whose.
        client: String,
        /// Which.
        purpose: String,
    },
    /// The algorithm is not one of ours.
    #[error("issuer {issuer}: `{algorithm}` is none of ES256, EdDSA, PS256, RS256")]
    Algorithm {
        /// Whose.
        issuer: String,
        /// Which.
        algorithm: String,
    },
    /// A shared secret where none is allowed.
    #[error("client {0} has a shared secret: only `development_secrets = true` allows that, never in production")]
    SecretNotAllowed(String),
    /// The hash is not one.
    #[error("client {0}: `secret_sha256` must be 64 hexadecimal digits")]
    NotAHash(String),
    /// The network does not call; it is called.
    #[error("{0}: a client is an operator, a customer or a meter")]
    RoleNotAllowed(String),
    /// The client belongs to an issuer that is not there.
    #[error("client {client}: there is no issuer `{issuer}`")]
    UnknownIssuer {
        /// Whose.
        client: String,
        /// Which.
        issuer: String,
    },
    /// A name has another form.
    #[error("`{0}` cannot be a client: 1 to 255 letters, digits and -._~ are expected")]
    ClientId(String),
    /// A time is out of its range.
    #[error("{name} must be 1 to {max} seconds")]
    Time {
        /// Which.
        name: &'static str,
        /// The most.
        max: u64,
    },
    /// A key of the keyring cannot sign.
    #[error("the signing key of access tokens cannot be made")]
    SigningKey,
}
