//! `[oauth]`, `[[clients]]` and `[[issuers]]`.

use super::{RoleName, party_of};
use crate::running::Served;
use anyhow::{Context, bail};
use node::{CellSecret, Keyring};
use northbound::{ClientConfig, IssuerConfig, KeysConfig, OAuthConfig, ProofHashes};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use types::Duration;

/// Access tokens, as far as they are known before it is known where the cell is served.
#[derive(Clone, Debug, Default)]
pub struct OAuth {
    settings: OAuthFile,
    clients: Vec<ClientConfig>,
    issuers: Vec<IssuerConfig>,
}

/// `[oauth]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct OAuthFile {
    enabled: bool,
    issuer: Option<String>,
    admin: Option<String>,
    audience: Option<String>,
    token_lifetime_s: u64,
    proof_window_s: u64,
    proof_hashes: Need,
    development_secrets: bool,
}

/// One of `[[clients]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientFile {
    id: String,
    issuer: Option<String>,
    role: RoleName,
    party: String,
    scopes: Vec<String>,
    jwks: Option<Value>,
    jwks_uri: Option<String>,
    #[serde(default)]
    purposes: Vec<String>,
    #[serde(default)]
    dpop: Need,
    secret_sha256: Option<String>,
}

/// Is something asked for, or only taken where it is there?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Need {
    #[default]
    Optional,
    Required,
}

/// One of `[[issuers]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IssuerFile {
    issuer: String,
    audience: Option<String>,
    jwks: Option<Value>,
    jwks_uri: Option<String>,
    #[serde(default = "algorithms")]
    algorithms: Vec<String>,
    #[serde(default = "client_id")]
    client_claim: String,
    party_claim: Option<String>,
    role: Option<RoleName>,
    device_claim: Option<String>,
}

impl Default for OAuthFile {
    fn default() -> Self {
        Self {
            enabled: true,
            issuer: None,
            admin: None,
            audience: None,
            token_lifetime_s: 300,
            proof_window_s: 60,
            proof_hashes: Need::Optional,
            development_secrets: false,
        }
    }
}

impl OAuth {
    pub(super) fn new(settings: OAuthFile, clients: Vec<ClientFile>, issuers: Vec<IssuerFile>) -> anyhow::Result<Self> {
        let clients = clients.into_iter().map(ClientFile::parse).collect::<anyhow::Result<_>>()?;
        let issuers = issuers.into_iter().map(IssuerFile::parse).collect::<anyhow::Result<_>>()?;
        let made = Self { settings, clients, issuers };
        // Wherever it will be served and whatever its secret: what is wrong is said before anything is begun.
        let somewhere = Served { scheme: "http", address: ([127, 0, 0, 1], 80).into() };
        let keyring = Arc::new(Keyring::in_memory(&CellSecret::new([0; 32]))?);
        let checked = northbound::OAuth::new(&made.served_on(somewhere, somewhere), &keyring);
        checked.context("the access tokens of the configuration file cannot be used")?;
        Ok(made)
    }

    /// Are there keys to be fetched from somebody else's server?
    pub fn fetches(&self) -> bool {
        let of_clients = self.clients.iter().map(|client| &client.keys);
        let mut keys = of_clients.chain(self.issuers.iter().map(|issuer| &issuer.keys));
        keys.any(|keys| matches!(keys, KeysConfig::At(_)))
    }

    /// The whole of it, for a cell that is served there: its own names are those addresses when no others are given.
    pub fn served_on(&self, public: Served, admin: Served) -> OAuthConfig {
        let OAuthFile { enabled, issuer, admin: named, audience, .. } = self.settings.clone();
        let issuer = issuer.unwrap_or_else(|| local(public));
        OAuthConfig {
            audience: audience.unwrap_or_else(|| issuer.clone()),
            issuer,
            admin: named.unwrap_or_else(|| local(admin)),
            embedded: enabled,
            token_lifetime: Duration::from_secs(self.settings.token_lifetime_s),
            proof_window: Duration::from_secs(self.settings.proof_window_s),
            proof_hashes: match self.settings.proof_hashes {
                Need::Optional => ProofHashes::Optional,
                Need::Required => ProofHashes::Required,
            },
            development_secrets: self.settings.development_secrets,
            clients: self.clients.clone(),
            issuers: self.issuers.clone(),
        }
    }
}

impl ClientFile {
    fn parse(self) -> anyhow::Result<ClientConfig> {
        Ok(ClientConfig {
            keys: keys_of(&format!("client {}", self.id), self.jwks, self.jwks_uri)?,
            party: party_of(&self.party)?,
            id: self.id,
            issuer: self.issuer,
            role: self.role.into(),
            scopes: self.scopes,
            purposes: self.purposes,
            dpop_required: self.dpop == Need::Required,
            secret_sha256: self.secret_sha256,
        })
    }
}

impl IssuerFile {
    fn parse(self) -> anyhow::Result<IssuerConfig> {
        let party_claim = match (self.party_claim, self.role) {
            (Some(claim), Some(role)) => Some((claim, role.into())),
            (None, None) => None,
            _ => bail!("issuer {}: `party_claim` and `role` belong together", self.issuer),
        };
        Ok(IssuerConfig {
            keys: keys_of(&format!("issuer {}", self.issuer), self.jwks, self.jwks_uri)?,
            issuer: self.issuer,
            audience: self.audience,
            algorithms: self.algorithms,
            client_claim: self.client_claim,
            party_claim,
            device_claim: self.device_claim,
        })
    }
}

fn keys_of(of: &str, jwks: Option<Value>, uri: Option<String>) -> anyhow::Result<KeysConfig> {
    match (jwks, uri) {
        (Some(_), Some(_)) => bail!("{of}: either `jwks` or `jwks_uri` is expected"),
        (Some(set), None) => Ok(KeysConfig::Inline(set)),
        (None, Some(uri)) => Ok(KeysConfig::At(uri)),
        (None, None) => Ok(KeysConfig::None),
    }
}

/// As who calls from this machine writes it.
fn local(Served { scheme, address }: Served) -> String {
    if address.ip().is_loopback() {
        format!("{scheme}://{address}")
    } else {
        format!("{scheme}://127.0.0.1:{}", address.port())
    }
}

fn algorithms() -> Vec<String> {
    ["ES256", "EdDSA", "PS256", "RS256"].map(str::to_owned).into()
}

fn client_id() -> String {
    "client_id".to_owned()
}
