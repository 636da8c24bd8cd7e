//! Clients: who may ask for tokens, and what of.

use crate::auth::config::{ClientConfig, KeysConfig, OAuthError};
use crate::auth::credentials::unhex;
use crate::auth::keys::PublicKeys;
use crate::auth::remote::{KeySource, Remote};
use crate::auth::scope::Scope;
use crate::limits::JWKS_FETCH_TIMEOUT;
use engine::Role;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use types::PartyId;

/// A client.
#[derive(Debug)]
pub(crate) struct Client {
    /// Its `client_id`.
    pub id: Arc<str>,
    /// What it may do.
    pub role: Role,
    /// For whom it acts.
    pub party: PartyId,
    /// What its tokens may be used for.
    pub scopes: BTreeSet<Scope>,
    /// For what it may act for a person.
    pub purposes: BTreeSet<String>,
    /// What it signs with.
    pub keys: Option<KeySource>,
    /// Must its tokens be bound to a key?
    pub dpop_required: bool,
    secret: Option<[u8; 32]>,
}

/// All of them, by the issuer whose they are and their id: two issuers may use one name for two clients.
#[derive(Debug, Default)]
pub(crate) struct Clients(BTreeMap<String, BTreeMap<String, Arc<Client>>>);

impl Clients {
    /// Checks a list of them.
    pub(crate) fn new(
        list: &[ClientConfig],
        own: &str,
        foreign: &BTreeSet<&str>,
        secrets: Secrets,
    ) -> Result<Self, OAuthError> {
        let mut all = Self::default();
        for config in list {
            let issuer = config.issuer.as_deref().unwrap_or(own);
            if issuer != own && !foreign.contains(issuer) {
                return Err(OAuthError::UnknownIssuer { client: config.id.clone(), issuer: issuer.to_owned() });
            }
            let client = Arc::new(Client::new(config, secrets)?);
            if all.0.entry(issuer.to_owned()).or_default().insert(config.id.clone(), client).is_some() {
                return Err(OAuthError::Repeated(format!("client {}", config.id)));
            }
        }
        Ok(all)
    }

    /// The client of an issuer.
    pub(crate) fn find(&self, issuer: &str, id: &str) -> Option<&Arc<Client>> {
        self.0.get(issuer)?.get(id)
    }
}

/// Are shared secrets taken?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// For development.
    Taken,
    /// As it should be.
    Refused,
}

impl Client {
    fn new(config: &ClientConfig, secrets: Secrets) -> Result<Self, OAuthError> {
        let id = &config.id;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if !(1..=255).contains(&id.len()) || !id.bytes().all(plain) {
            return Err(OAuthError::ClientId(id.clone()));
        }
        if config.role == Role::Network {
            return Err(OAuthError::RoleNotAllowed(id.clone()));
        }
        if config.secret_sha256.is_some() && secrets == Secrets::Refused {
            return Err(OAuthError::SecretNotAllowed(id.clone()));
        }
        let secret = config.secret_sha256.as_deref().map(|text| unhex(text).ok_or(OAuthError::NotAHash(id.clone())));
        let keys = key_source(&config.keys, || format!("client {id}"))?;
        if keys.is_none() && secret.is_none() && config.issuer.is_none() {
            return Err(OAuthError::NoKeys(format!("client {id}")));
        }
        Ok(Self {
            id: id.as_str().into(),
            role: config.role,
            party: config.party,
            scopes: config.scopes.iter().map(|text| scope_of(id, text)).collect::<Result<_, _>>()?,
            purposes: config.purposes.iter().map(|text| purpose_of(id, text)).collect::<Result<_, _>>()?,
            keys,
            dpop_required: config.dpop_required,
            secret: secret.transpose()?,
        })
    }

    /// Is this its shared secret? Hashes are compared: how long it takes says nothing of the secret.
    pub(crate) fn has_secret(&self, secret: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(secret).into();
        self.secret.is_some_and(|own| own.iter().zip(given).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0)
    }
}

/// Reads where keys come from.
pub(crate) fn key_source(config: &KeysConfig, of: impl Fn() -> String) -> Result<Option<KeySource>, OAuthError> {
    match config {
        KeysConfig::None => Ok(None),
        KeysConfig::At(url) if url.starts_with("https://") => {
            Ok(Some(KeySource::Remote(Arc::new(Remote::new(url.clone(), JWKS_FETCH_TIMEOUT)))))
        }
        KeysConfig::At(url) => Err(OAuthError::Address(url.clone())),
        KeysConfig::Inline(set) => {
            let keys = PublicKeys::strict(set).map_err(|why| OAuthError::Keys { of: of(), why })?;
            Ok(Some(KeySource::Fixed(keys)))
        }
    }
}

fn scope_of(client: &str, text: &str) -> Result<Scope, OAuthError> {
    let unknown = || OAuthError::Scope { client: client.to_owned(), scope: text.to_owned() };
    Scope::parse(text).ok_or_else(unknown)
}

fn purpose_of(client: &str, text: &str) -> Result<String, OAuthError> {
    let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let unknown = || OAuthError::Purpose { client: client.to_owned(), purpose: text.to_owned() };
    sound.then(|| text.to_owned()).ok_or_else(unknown)
}
