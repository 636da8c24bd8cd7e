//! Forms, signed texts and keys of access tokens.

use super::shop::NOW;
use super::{json, split, text};
use crate::auth::access::{common, scopes};
use crate::auth::jose::{ALGORITHMS, Jose};
use crate::auth::keys::PublicKeys;
use crate::auth::proof::{DPOP, Proved, hash, proof};
use crate::auth::signer::key_of_seed;
use crate::oauth::convert::{Purposes, granted, request};
use crate::{ClientConfig, ClientKey, KeysConfig, OAuth, OAuthConfig, ProofHashes};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::Role;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use node::{CellSecret, Keyring};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use types::{Duration, PartyId};

static KEY: LazyLock<(EncodingKey, Value)> = LazyLock::new(|| key_of_seed(&[3; 32]).expect("a key"));

/// Every form, signed text and key set.
pub fn oauth(data: &[u8]) {
    let (how, rest) = split(data);
    match how {
        b'a' => form(rest),
        b'b' => scope(text(rest)),
        b'c' => signed(text(rest)),
        b'd' => keys(rest),
        b'e' => header(rest),
        b'f' => claims(rest),
        b'g' => pem(text(rest)),
        b'h' => access(rest),
        _ => {}
    }
}

fn form(body: &[u8]) {
    let Ok(read) = request(body) else { return };
    let texts = [&read.grant_type, &read.scope, &read.assertion, &read.client_assertion, &read.client_id];
    assert!(texts.into_iter().flatten().all(|text| !text.is_empty()), "what is empty is absent");
    for text in [&read.assertion, &read.client_assertion].into_iter().flatten() {
        signed(text);
    }
    if let Some(asked) = &read.scope {
        scope(asked);
    }
}

/// What is granted is what was asked for, of what the client may have.
fn scope(asked: &str) {
    let oauth = cell();
    let client = oauth.client("app").expect("it is configured");
    for purposes in [Purposes::AtMostOne, Purposes::One] {
        if let Ok(granted) = granted(client, asked, purposes) {
            for one in granted.split(' ') {
                let known = ["tessera:read", "tessera:call", "dpv:Service"].contains(&one);
                assert!(known && asked.split(' ').any(|asked| asked == one), "{one} was granted");
            }
        }
    }
}

fn signed(text: &str) {
    let Ok(jose) = Jose::parse(text) else { return };
    assert!(ALGORITHMS.iter().any(|(_, algorithm)| *algorithm == jose.algorithm));
    let _ = (jose.expect(&["JWT"]), jose.expect_type(&["dpop+jwt"]), jose.kid(), jose.time_ms("exp"));
    let _ = common(&jose, "aud", Duration::ZERO);
    let keys = PublicKeys::strict(&json!({"keys": [KEY.1]})).expect("a key");
    let _ = keys.judge(&jose);
}

/// Claims of an access token, whoever signed it.
fn access(claims: &[u8]) {
    let text = signed_text(b"{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\"}", claims);
    let Ok(jose) = Jose::parse(&text) else { return };
    let _ = (common(&jose, "aud", Duration::from_secs(60)), scopes(jose.claim("scope")));
    let keys = PublicKeys::strict(&json!({"keys": [KEY.1]})).expect("a key");
    assert_eq!(keys.judge(&jose), crate::auth::keys::Verdict::Signed, "what it signed is signed");
}

/// What is taken strictly is taken leniently, and is the same.
fn keys(bytes: &[u8]) {
    let Some(set) = json::<Value>(bytes) else { return };
    let lenient = PublicKeys::lenient(&set);
    if let Ok(strict) = PublicKeys::strict(&set) {
        assert!(lenient.is_ok_and(|lenient| lenient.same_as(&strict)));
    }
}

/// The header of a proof, over claims that would be good.
fn header(header: &[u8]) {
    let claims = json!({
        "htm": "POST", "htu": "https://cell.example/v1/orders", "iat": NOW.as_ms() / 1_000, "jti": "1", "ath": hash(b"token"),
    });
    let _ = check(&signed_text(header, claims.to_string().as_bytes()));
}

/// The claims of a proof that is signed as it should be.
fn claims(claims: &[u8]) {
    let header = json!({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": KEY.1});
    let text = signed_text(header.to_string().as_bytes(), claims);
    let oauth = cell();
    if check_with(&oauth, &text) {
        assert!(!check_with(&oauth, &text), "a proof is good once");
        let read: Value = serde_json::from_slice(claims).expect("claims");
        assert!(read["htm"] == "POST" && read["ath"] == hash(b"token"));
    }
}

fn check(text: &str) -> bool {
    check_with(&cell(), text)
}

fn check_with(oauth: &OAuth, text: &str) -> bool {
    let Ok(value) = HeaderValue::from_str(text) else { return false };
    let headers = HeaderMap::from_iter([(DPOP, value)]);
    let body = hash(b"{}");
    let proved = Proved { method: "POST", path: "/v1/orders", query: None, body: &body, token: Some("token") };
    matches!(proof(oauth, &headers, proved, NOW), Ok(Some(_)))
}

fn signed_text(header: &[u8], claims: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = crypto::sign(message.as_bytes(), &KEY.0, Algorithm::EdDSA).expect("it signs");
    format!("{message}.{signature}")
}

fn pem(text: &str) {
    if let Some(key) = ClientKey::of_pem(text) {
        let again = ClientKey::of_pem(&key.pem()).expect("what it wrote can be read");
        assert_eq!(again.public(), key.public());
    }
}

/// A cell that has seen nothing yet.
fn cell() -> OAuth {
    static KEYRING: LazyLock<Arc<Keyring>> =
        LazyLock::new(|| Arc::new(Keyring::in_memory(&CellSecret::new([7; 32])).expect("a secret makes keys")));
    let client = ClientConfig {
        id: "app".to_owned(),
        issuer: None,
        role: Role::Customer,
        party: PartyId::from_u128(2),
        scopes: vec!["tessera:read".to_owned(), "tessera:call".to_owned()],
        keys: KeysConfig::Inline(json!({"keys": [KEY.1]})),
        purposes: vec!["Service".to_owned()],
        dpop_required: false,
        secret_sha256: None,
    };
    let config = OAuthConfig {
        issuer: "https://cell.example".to_owned(),
        admin: "https://admin.example".to_owned(),
        audience: "aud".to_owned(),
        embedded: false,
        token_lifetime: Duration::from_secs(300),
        proof_window: Duration::from_secs(60),
        proof_hashes: ProofHashes::Optional,
        development_secrets: false,
        clients: vec![client],
        issuers: Vec::new(),
    };
    OAuth::new(&config, &KEYRING).expect("a sound configuration")
}
