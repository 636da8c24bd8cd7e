//! Access tokens, from both sides: what clients sign, and what becomes of it.

mod assertion;
mod bearer;
mod foreign;
mod jwt;
mod proof;
mod resource;
pub mod signing;

use super::world::{Reply, World, party};
use crate::auth::scope::Scope;
use crate::{ClientConfig, KeysConfig, OAuthConfig, ProofHashes};
use engine::Role;
use node::{CellSecret, Keyring};
use serde_json::{Value, json};
use signing::Signer;
use types::Duration;

/// The cell, as the world outside knows it.
pub const CELL: &str = "https://cell.example";
/// Its operator's side.
pub const ADMIN: &str = "https://admin.cell.example:8443";
/// Its token endpoint.
pub const ENDPOINT: &str = "https://cell.example/oauth2/token";
/// What a client by itself asks by.
pub const BY_ITSELF: &str = "client_credentials";
/// What a client on behalf of a person asks by.
pub const ON_BEHALF: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How a client proves who it is.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The client of Alice, who may act for persons.
pub const ALICE_APP: &str = "alice-app";
/// The client of Bob.
pub const BOB_APP: &str = "bob-app";
/// The client of the operator.
pub const OPERATOR_APP: &str = "operator-app";
/// The client of the meter.
pub const METER_APP: &str = "meter-app";
/// A client of Alice whose tokens must be bound to a key.
pub const BOUND_APP: &str = "bound-app";

/// Clients with every scope there is: of Bob, of the meter, of the operator, and of the operator of another brand.
pub const ALL_APPS: [(&str, Role, u128); 4] = [
    ("customer-all", Role::Customer, 3),
    ("meter-all", Role::Meter, 4),
    ("operator-all", Role::Operator, 1),
    ("brand-all", Role::Operator, 5),
];

const CUSTOMER: [&str; 10] = [
    "tessera:read",
    "tessera:purchase",
    "tessera:call",
    "quality-on-demand:sessions:create",
    "quality-on-demand:sessions:read",
    "quality-on-demand:sessions:delete",
    "quality-on-demand:sessions:update",
    "quality-on-demand:sessions:retrieve-by-device",
    "qos-profiles:read",
    "device-data-volume:read",
];

/// A configuration with one client for everyone.
pub fn config() -> OAuthConfig {
    let client = |id: &str, role: Role, number: u128, scopes: &[&str]| ClientConfig {
        id: id.to_owned(),
        issuer: None,
        role,
        party: party(number),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        keys: KeysConfig::Inline(json!({"keys": [Signer::of(id).public]})),
        purposes: Vec::new(),
        dpop_required: id == BOUND_APP,
        secret_sha256: None,
    };
    let every: Vec<&str> = Scope::ALL.iter().map(|scope| scope.text()).collect();
    let all = ALL_APPS.map(|(id, role, number)| client(id, role, number, &every));
    let purposes = vec!["RequestedServiceProvision".to_owned(), "FraudPreventionAndDetection".to_owned()];
    OAuthConfig {
        issuer: CELL.to_owned(),
        admin: ADMIN.to_owned(),
        audience: CELL.to_owned(),
        embedded: true,
        token_lifetime: Duration::from_secs(300),
        proof_window: Duration::from_secs(300),
        proof_hashes: ProofHashes::Optional,
        development_secrets: false,
        clients: vec![
            ClientConfig { purposes, ..client(ALICE_APP, Role::Customer, 2, &CUSTOMER) },
            client(BOB_APP, Role::Customer, 3, &CUSTOMER),
            client(OPERATOR_APP, Role::Operator, 1, &["tessera:operate", "tessera:read", "tessera:purchase"]),
            client(METER_APP, Role::Meter, 4, &["tessera:meter"]),
            client(BOUND_APP, Role::Customer, 2, &CUSTOMER),
        ]
        .into_iter()
        .chain(all)
        .collect(),
        issuers: Vec::new(),
    }
}

/// The keys of the world's cell.
fn keyring() -> Keyring {
    Keyring::in_memory(&CellSecret::new([7; 32])).expect("a secret makes keys")
}

impl World {
    /// Seconds since the epoch, by the cell's clock.
    pub fn now_s(&self) -> u64 {
        self.app.gate.clock().now().as_ms() / 1_000
    }

    /// What a client says of itself, fresh.
    pub fn assertion(&self, client: &str) -> Value {
        let now = self.now_s();
        json!({"iss": client, "sub": client, "aud": ENDPOINT, "iat": now, "exp": now + 60, "jti": signing::fresh()})
    }

    /// A form to the token endpoint.
    pub async fn ask(&self, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend(headers);
        self.raw("", "POST", "/oauth2/token", &all, body).await
    }

    /// Asks with an assertion, for itself.
    pub async fn ask_with(&self, assertion: &str, scope: &str) -> Reply {
        let form = [
            ("grant_type", BY_ITSELF),
            ("scope", scope),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion),
        ];
        self.ask(&form, &[]).await
    }

    /// An access token of Alice's client for whatever CAMARA's APIs do, on behalf of the person with this device.
    pub async fn on_behalf(&self, device: &str) -> String {
        let scopes = CUSTOMER.into_iter().filter(|scope| !scope.starts_with("tessera:"));
        let scope = scopes.fold("dpv:RequestedServiceProvision".to_owned(), |all, scope| all + " " + scope);
        let mut claims = self.assertion(ALICE_APP);
        claims["sub"] = json!(device);
        claims["scope"] = json!(scope);
        let assertion = Signer::of(ALICE_APP).sign(&claims);
        let answer = self.ask(&[("grant_type", ON_BEHALF), ("assertion", &assertion)], &[]).await.expect(200);
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// An access token of Alice's client that is of no use to CAMARA's APIs.
    pub async fn bare(&self) -> String {
        self.token(ALICE_APP, "tessera:read").await
    }

    /// An access token of a client.
    pub async fn token(&self, client: &str, scope: &str) -> String {
        let assertion = Signer::of(client).sign(&self.assertion(client));
        let answer = self.ask_with(&assertion, scope).await.expect(200);
        answer["access_token"].as_str().expect("a token").to_owned()
    }
}

impl Reply {
    /// An error as RFC 6749 writes it, that nobody keeps.
    #[track_caller]
    pub fn oauth_error(self, status: u16, error: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["error"].as_str()), (status, Some(error)), "{}", self.body);
        assert_eq!(self.headers["cache-control"], "no-store");
        assert_eq!(self.headers["content-type"], "application/json");
        assert!(self.body["error_description"].as_str().is_some_and(|text| !text.is_empty()), "{}", self.body);
        assert_eq!(self.body.as_object().map(serde_json::Map::len), Some(2), "{}", self.body);
        self.body
    }

    /// A 401 that says so in its headers too.
    #[track_caller]
    pub fn refused(self, error: &str) -> Value {
        let challenge = self.headers["www-authenticate"].to_str().expect("text").to_owned();
        assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
        self.problem(401, "unauthenticated")
    }
}
