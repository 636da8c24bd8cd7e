//! Everything about access tokens that a cell knows: clients, issuers, keys, and what was used or verified before.

use crate::auth::clients::{Client, Clients, Secrets, key_source};
use crate::auth::config::{IssuerConfig, OAuthConfig, OAuthError};
use crate::auth::jose::ALGORITHMS;
use crate::auth::proof::ProofHashes;
use crate::auth::remote::KeySource;
use crate::auth::replay::Replay;
use crate::auth::signer::Signers;
use crate::auth::verified::Verified;
use crate::limits::{ASSERTION_IDS_MAX, PROOF_IDS_MAX};
use engine::Role;
use jsonwebtoken::Algorithm;
use node::Keyring;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use types::{Duration, Instant};

/// Where the token endpoint is.
pub(crate) const TOKEN_PATH: &str = "/oauth2/token";
/// The longest that an access token may live: one hour.
const TOKEN_LIFETIME_MAX_S: u64 = 3_600;
/// The widest window of a proof (CAMARA Security and Interoperability Profile, "Replay Protection Requirements").
const PROOF_WINDOW_MAX_S: u64 = 300;

/// OAuth, as this cell does it.
#[derive(Debug)]
pub struct OAuth {
    issuer: String,
    admin: String,
    audience: String,
    signers: Option<Signers>,
    token_lifetime: Duration,
    proof_window: Duration,
    proof_hashes: ProofHashes,
    clients: Clients,
    foreign: BTreeMap<String, ForeignIssuer>,
    verified: Verified,
    assertions: Replay,
    proofs: Replay,
}

/// An issuer of others.
#[derive(Debug)]
pub(crate) struct ForeignIssuer {
    /// Whom its tokens must be for.
    pub audience: String,
    /// What it signs with.
    pub keys: KeySource,
    /// The algorithms it may use.
    pub algorithms: Vec<Algorithm>,
    /// The claim that names the client.
    pub client_claim: String,
    /// The claim that names the party, and the role of those it names.
    pub party_claim: Option<(String, Role)>,
    /// The claim that names the device.
    pub device_claim: Option<String>,
}

impl OAuth {
    /// Checks a configuration. Its own tokens are signed with the keys of this keyring, as they are at every moment.
    pub fn new(config: &OAuthConfig, keyring: &Arc<Keyring>) -> Result<Self, OAuthError> {
        is_address(&config.issuer)?;
        is_address(&config.admin)?;
        in_range("token_lifetime_s", config.token_lifetime, TOKEN_LIFETIME_MAX_S)?;
        in_range("proof_window_s", config.proof_window, PROOF_WINDOW_MAX_S)?;
        let mut foreign = BTreeMap::new();
        for issuer in &config.issuers {
            let known = ForeignIssuer::new(issuer, &config.audience)?;
            if issuer.issuer == config.issuer || foreign.insert(issuer.issuer.clone(), known).is_some() {
                return Err(OAuthError::Repeated(format!("issuer {}", issuer.issuer)));
            }
        }
        let names: BTreeSet<&str> = foreign.keys().map(String::as_str).collect();
        let shared = if config.development_secrets { Secrets::Taken } else { Secrets::Refused };
        let clients = Clients::new(&config.clients, &config.issuer, &names, shared)?;
        let signers = config.embedded.then(|| Signers::new(Arc::clone(keyring))).transpose();
        let signers = signers.map_err(|_| OAuthError::SigningKey)?;
        Ok(Self {
            issuer: config.issuer.clone(),
            admin: config.admin.clone(),
            audience: config.audience.clone(),
            signers,
            token_lifetime: config.token_lifetime,
            proof_window: config.proof_window,
            proof_hashes: config.proof_hashes,
            clients,
            foreign,
            verified: Verified::default(),
            assertions: Replay::new(ASSERTION_IDS_MAX),
            proofs: Replay::new(PROOF_IDS_MAX),
        })
    }

    /// The name of our own issuer: where this cell is reached from outside.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What the address of a request may begin with, as its caller sees it: either side.
    pub(crate) fn bases(&self) -> [&str; 2] {
        [&self.issuer, &self.admin]
    }

    /// Whom access tokens must be for.
    pub(crate) fn audience(&self) -> &str {
        &self.audience
    }

    /// The address of the token endpoint.
    pub(crate) fn token_endpoint(&self) -> String {
        format!("{}{TOKEN_PATH}", self.issuer)
    }

    /// The keys of the embedded issuer, when it is on.
    pub(crate) fn signers(&self) -> Option<&Signers> {
        self.signers.as_ref()
    }

    /// How long our access tokens live.
    pub(crate) fn token_lifetime(&self) -> Duration {
        self.token_lifetime
    }

    /// How old or how far ahead a proof may be.
    pub(crate) fn proof_window(&self) -> Duration {
        self.proof_window
    }

    /// Must proofs hold the hashes of body and query?
    pub(crate) fn proof_hashes(&self) -> ProofHashes {
        self.proof_hashes
    }

    /// A client of our own issuer.
    pub(crate) fn client(&self, id: &str) -> Option<&Arc<Client>> {
        self.clients.find(&self.issuer, id)
    }

    /// A client of another issuer.
    pub(crate) fn client_of(&self, issuer: &str, id: &str) -> Option<&Arc<Client>> {
        self.clients.find(issuer, id)
    }

    /// An issuer of others, by its exact name.
    pub(crate) fn foreign(&self, issuer: &str) -> Option<&ForeignIssuer> {
        self.foreign.get(issuer)
    }

    /// Every issuer whose tokens are taken.
    pub(crate) fn issuers(&self) -> Vec<&str> {
        let own = self.signers.as_ref().map(|_| self.issuer.as_str());
        own.into_iter().chain(self.foreign.keys().map(String::as_str)).collect()
    }

    /// What was verified before.
    pub(crate) fn verified(&self) -> &Verified {
        &self.verified
    }

    /// The ids of assertions that were used.
    pub(crate) fn assertions(&self) -> &Replay {
        &self.assertions
    }

    /// The ids of proofs that were used.
    pub(crate) fn proofs(&self) -> &Replay {
        &self.proofs
    }

    /// When a token that is made now ends.
    pub(crate) fn ends(&self, now: Instant) -> Instant {
        now.after(self.token_lifetime)
    }
}

impl ForeignIssuer {
    fn new(config: &IssuerConfig, audience: &str) -> Result<Self, OAuthError> {
        let named = || format!("issuer {}", config.issuer);
        let algorithm = |text: &String| {
            let found = ALGORITHMS.iter().find(|(name, _)| name == text).map(|(_, algorithm)| *algorithm);
            found.ok_or_else(|| OAuthError::Algorithm { issuer: config.issuer.clone(), algorithm: text.clone() })
        };
        if config.party_claim.as_ref().is_some_and(|(_, role)| *role == Role::Network) {
            return Err(OAuthError::RoleNotAllowed(named()));
        }
        Ok(Self {
            audience: config.audience.clone().unwrap_or_else(|| audience.to_owned()),
            keys: key_source(&config.keys, named)?.ok_or_else(|| OAuthError::NoKeys(named()))?,
            algorithms: config.algorithms.iter().map(algorithm).collect::<Result<_, _>>()?,
            client_claim: config.client_claim.clone(),
            party_claim: config.party_claim.clone(),
            device_claim: config.device_claim.clone(),
        })
    }
}

/// An address as an issuer has it. Without TLS only for a caller on this machine.
fn is_address(text: &str) -> Result<(), OAuthError> {
    let host = match text.split_once("://") {
        Some(("https", rest)) => Some(rest),
        Some(("http", rest)) if is_local(rest) => Some(rest),
        _ => None,
    };
    let plain = |host: &str| !host.is_empty() && !host.ends_with('/') && !host.contains(['?', '#', '@', '"']);
    let sound = host.is_some_and(plain) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if sound { Ok(()) } else { Err(OAuthError::Address(text.to_owned())) }
}

fn is_local(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host).trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn in_range(name: &'static str, time: Duration, max: u64) -> Result<(), OAuthError> {
    if (1..=max).contains(&time.as_secs()) { Ok(()) } else { Err(OAuthError::Time { name, max }) }
}
