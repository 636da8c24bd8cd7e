//! Who the client says it is, and how it shows it.

use anyhow::Context;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderName, HeaderValue};
use clap::ValueEnum;
use engine::Role;
use node::{Keyring, wall_clock};
use northbound::{ClientConfig, ClientKey, KeysConfig, OAuth, OAuthConfig, Proof, ProofHashes};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use types::{Duration, PartyId};

/// Where the cell says that it is reached; the client names it too, wherever it listens.
const BASE: &str = "http://localhost";
/// The one client of the embedded issuer.
const CLIENT: &str = "bench";

/// How the client shows who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Auth {
    /// A secret from the configuration
    Secret,
    /// One access token of the embedded issuer
    Bearer,
    /// One access token bound to a key, and a new proof signed for every request (RFC 9449)
    Dpop,
}

/// Somebody, as the headers of each request say.
pub struct Identity {
    authorization: HeaderValue,
    proofs: Option<Proofs>,
}

/// What signs a proof for each request.
struct Proofs {
    key: ClientKey,
    token: Option<String>,
    made: AtomicU64,
}

impl Identity {
    /// A bearer of this text.
    pub fn bearer(text: &str) -> anyhow::Result<Self> {
        Ok(Self { authorization: HeaderValue::from_str(&format!("Bearer {text}"))?, proofs: None })
    }

    /// With an access token from the token endpoint of a cell that has [`issuer`].
    pub fn issued(auth: Auth, key: ClientKey, cell: SocketAddr, scope: &str) -> anyhow::Result<Self> {
        let proofs = Proofs { key, token: None, made: AtomicU64::new(0) };
        let endpoint = format!("{BASE}/oauth2/token");
        let now_s = wall_clock().as_ms() / 1_000;
        let claims =
            json!({"iss": CLIENT, "sub": CLIENT, "aud": endpoint, "iat": now_s, "exp": now_s + 60, "jti": "bench"});
        let assertion = proofs.key.sign(&claims).context("the assertion cannot be signed")?;
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", scope),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let mut asked = ureq::post(format!("http://{cell}/oauth2/token"));
        if auth == Auth::Dpop {
            asked = asked.header("dpop", proofs.sign("/oauth2/token")?);
        }
        let mut answer = asked.send_form(form).context("no access token was issued")?;
        let answer: Value = answer.body_mut().read_json()?;
        let token = answer["access_token"].as_str().context("an access token was expected")?;
        if auth != Auth::Dpop {
            return Self::bearer(token);
        }
        let authorization = HeaderValue::from_str(&format!("DPoP {token}"))?;
        Ok(Self { authorization, proofs: Some(Proofs { token: Some(token.to_owned()), ..proofs }) })
    }

    /// The headers of one POST to this path.
    pub fn headers(&self, path: &str) -> anyhow::Result<impl Iterator<Item = (HeaderName, HeaderValue)>> {
        let proof = self.proofs.as_ref().map(|proofs| proofs.sign(path)).transpose()?;
        let proof = proof.map(HeaderValue::try_from).transpose()?;
        let proof = proof.map(|proof| (HeaderName::from_static("dpop"), proof));
        Ok([(AUTHORIZATION, self.authorization.clone())].into_iter().chain(proof))
    }
}

impl Proofs {
    fn sign(&self, path: &str) -> anyhow::Result<String> {
        let id = self.made.fetch_add(1, Ordering::Relaxed).to_string();
        let address = format!("{BASE}{path}");
        let (method, token, made) = ("POST", self.token.as_deref(), wall_clock());
        let proof = Proof { method, address: &address, token, id: &id, made };
        self.key.prove(&proof).context("the proof cannot be signed")
    }
}

/// An embedded issuer that knows one client, which is a meter of this party and signs with this key.
pub fn issuer(key: &ClientKey, party: PartyId, keyring: &Arc<Keyring>) -> anyhow::Result<OAuth> {
    let client = ClientConfig {
        id: CLIENT.to_owned(),
        issuer: None,
        role: Role::Meter,
        party,
        scopes: vec!["tessera:meter".to_owned()],
        keys: KeysConfig::Inline(json!({"keys": [key.public()]})),
        purposes: Vec::new(),
        dpop_required: false,
        secret_sha256: None,
    };
    let config = OAuthConfig {
        issuer: BASE.to_owned(),
        admin: "http://localhost:8081".to_owned(),
        audience: BASE.to_owned(),
        embedded: true,
        token_lifetime: Duration::from_secs(3_600),
        proof_window: Duration::from_secs(60),
        proof_hashes: ProofHashes::Optional,
        development_secrets: false,
        clients: vec![client],
        issuers: Vec::new(),
    };
    Ok(OAuth::new(&config, keyring)?)
}
