//! Proof of possession: RFC 9449, and what CAMARA adds to it.

use super::signing::{Signer, claims_of, fresh, text};
use super::*;
use crate::ProofHashes;
use jsonwebtoken::Algorithm;
use sha2::{Digest, Sha256};

const READ: &str = "tessera:read";
const WALLETS: &str = "https://cell.example/v1/wallets";

fn hash(of: &str) -> String {
    text(Sha256::digest(of))
}

/// A proof for a request, with the token it goes with.
fn proof(world: &World, method: &str, target: &str, token: Option<&str>) -> Value {
    let mut claims = json!({"jti": fresh(), "htm": method, "htu": target, "iat": world.now_s()});
    if let Some(token) = token {
        claims["ath"] = json!(hash(token));
    }
    claims
}

fn sign(key: &Signer, claims: &Value) -> String {
    key.sign_as(&json!({"typ": "dpop+jwt", "jwk": public(key)}), claims)
}

fn public(key: &Signer) -> Value {
    key.public.clone()
}

/// Asks for a token with this in the header.
async fn asked(world: &World, client: &str, proof: &str) -> Reply {
    let assertion = Signer::of(client).sign(&world.assertion(client));
    let form = [
        ("grant_type", BY_ITSELF),
        ("scope", READ),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", &assertion),
    ];
    world.ask(&form, &[("dpop", proof)]).await
}

/// A token bound to a key.
async fn bound(world: &World, key: &Signer) -> String {
    let answer = asked(world, BOUND_APP, &sign(key, &proof(world, "POST", ENDPOINT, None))).await.expect(200);
    answer["access_token"].as_str().expect("a token").to_owned()
}

async fn get(world: &World, token: &str, proof: &str) -> Reply {
    let headers = [("authorization", &*format!("DPoP {token}")), ("dpop", proof)];
    world.send("", "GET", "/v1/wallets", &headers, None).await
}

#[tokio::test]
async fn a_token_is_bound_to_the_key_of_the_proof_and_used_with_it() {
    let world = World::open().await;
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::PS256] {
        let key = Signer::new(algorithm);
        let answer = asked(&world, ALICE_APP, &sign(&key, &proof(&world, "POST", ENDPOINT, None))).await.expect(200);
        assert_eq!(answer["token_type"], "DPoP");
        let token = answer["access_token"].as_str().expect("a token");
        assert_eq!(claims_of(token)["cnf"], json!({"jkt": key.thumbprint()}));
        get(&world, token, &sign(&key, &proof(&world, "GET", WALLETS, Some(token)))).await.expect(200);
    }
}

#[tokio::test]
async fn a_client_can_be_held_to_it() {
    let world = World::open().await;
    let assertion = Signer::of(BOUND_APP).sign(&world.assertion(BOUND_APP));
    world.ask_with(&assertion, READ).await.oauth_error(400, "invalid_dpop_proof");
    bound(&world, &Signer::new(Algorithm::ES256)).await;
}

#[tokio::test]
async fn a_bound_token_is_no_bearer_token_and_the_other_way_round() {
    let world = World::open().await;
    let key = Signer::new(Algorithm::ES256);
    let token = bound(&world, &key).await;
    world.get(&token, "/v1/wallets").await.refused("invalid_token");
    let free = world.token(ALICE_APP, READ).await;
    get(&world, &free, &sign(&key, &proof(&world, "GET", WALLETS, Some(&free)))).await.refused("invalid_token");
}

#[tokio::test]
async fn a_bad_proof_is_400_where_tokens_are_asked_for() {
    let world = World::open().await;
    let key = Signer::new(Algorithm::ES256);
    let good = || proof(&world, "POST", ENDPOINT, None);
    for (name, value) in changes(&world) {
        let mut claims = good();
        claims[name] = value;
        asked(&world, ALICE_APP, &sign(&key, &claims)).await.oauth_error(400, "invalid_dpop_proof");
    }
    for bad in headers(&key) {
        asked(&world, ALICE_APP, &key.sign_as(&bad, &good())).await.oauth_error(400, "invalid_dpop_proof");
    }
    let used = sign(&key, &good());
    asked(&world, ALICE_APP, &used).await.expect(200);
    asked(&world, ALICE_APP, &used).await.oauth_error(400, "invalid_dpop_proof");
}

/// One wrong claim each.
fn changes(world: &World) -> Vec<(&'static str, Value)> {
    let now = world.now_s();
    vec![
        ("htm", json!("PUT")),
        ("htm", json!("post")),
        ("htm", json!(null)),
        ("htu", json!("https://cell.example/v1/books")),
        ("htu", json!("https://elsewhere.example/oauth2/token")),
        ("htu", json!("http://cell.example/oauth2/token")),
        ("htu", json!(7)),
        ("iat", json!(now - 310)),
        ("iat", json!(now + 310)),
        ("iat", json!("now")),
        ("jti", json!("")),
        ("jti", json!("x".repeat(300))),
        ("jti", json!(null)),
    ]
}

/// One wrong header each.
fn headers(key: &Signer) -> Vec<Value> {
    let mut private = key.public.clone();
    private["d"] = json!("AQAB");
    vec![
        json!({"typ": "JWT", "jwk": key.public}),
        json!({"typ": "dpop+jwt"}),
        json!({"typ": "dpop+jwt", "jwk": private}),
        json!({"typ": "dpop+jwt", "jwk": {"kty": "oct", "k": "AQAB"}}),
        json!({"typ": "dpop+jwt", "jwk": Signer::of("another").public}),
        json!({"typ": "dpop+jwt", "jwk": key.public, "alg": "none"}),
        json!({"typ": "dpop+jwt", "jwk": key.public, "crit": ["jwk"]}),
    ]
}

#[tokio::test]
async fn a_bad_proof_is_401_at_a_resource() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let key = Signer::new(Algorithm::ES256);
    let token = bound(&world, &key).await;
    let good = || proof(&world, "GET", WALLETS, Some(&token));
    for (name, value) in changes(&world).into_iter().chain([("ath", json!(hash("other"))), ("ath", json!(null))]) {
        let mut claims = good();
        claims[name] = value;
        get(&world, &token, &sign(&key, &claims)).await.refused("invalid_dpop_proof");
    }
    for bad in headers(&key) {
        get(&world, &token, &key.sign_as(&bad, &good())).await.refused("invalid_dpop_proof");
    }
    let stolen = Signer::new(Algorithm::ES256);
    get(&world, &token, &sign(&stolen, &good())).await.refused("invalid_dpop_proof");
    let used = sign(&key, &good());
    get(&world, &token, &used).await.expect(200);
    get(&world, &token, &used).await.refused("invalid_dpop_proof");
    let scheme = format!("DPoP {token}");
    let none = world.send("", "GET", "/v1/wallets", &[("authorization", &scheme)], None).await;
    none.refused("invalid_dpop_proof");
    let (one, two) = (sign(&key, &good()), sign(&key, &good()));
    let twice = [("authorization", scheme.as_str()), ("dpop", &one), ("dpop", &two)];
    world.send("", "GET", "/v1/wallets", &twice, None).await.refused("invalid_dpop_proof");
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn an_address_is_compared_as_addresses_are() {
    let world = World::open().await;
    let key = Signer::new(Algorithm::ES256);
    let token = bound(&world, &key).await;
    for target in [
        "HTTPS://CELL.example:443/v1/wallets",
        "https://cell.example/v1/wallets?party=x#y",
        "https://admin.cell.example:8443/v1/wallets",
    ] {
        get(&world, &token, &sign(&key, &proof(&world, "GET", target, Some(&token)))).await.expect(200);
    }
    for target in [
        "https://cell.example/V1/wallets",
        "https://cell.example:80/v1/wallets",
        "https://admin.cell.example/v1/wallets",
        "/v1/wallets",
    ] {
        let claims = proof(&world, "GET", target, Some(&token));
        get(&world, &token, &sign(&key, &claims)).await.refused("invalid_dpop_proof");
    }
}

#[tokio::test]
async fn a_proof_can_hold_the_query_and_the_body() {
    let world = World::open().await;
    let key = Signer::new(Algorithm::ES256);
    let token = bound(&world, &key).await;
    let scheme = format!("DPoP {token}");
    let body = json!({"latency_ms_max": 30}).to_string();
    let ask = async |claims: &Value, path: &str, body: &str| {
        let signed = sign(&key, claims);
        let headers = [("authorization", scheme.as_str()), ("dpop", &signed), ("content-type", "application/json")];
        world.raw("", if body.is_empty() { "GET" } else { "POST" }, path, &headers, body.to_owned()).await
    };
    let target = "https://cell.example/v1/qualifications";
    let mut claims = proof(&world, "POST", target, Some(&token));
    claims["camara:bh"] = json!(hash("{}"));
    ask(&claims, "/v1/qualifications", &body).await.refused("invalid_dpop_proof");
    claims["camara:bh"] = json!(hash(&body));
    claims["jti"] = json!(fresh());
    ask(&claims, "/v1/qualifications", &body).await.problem(400, "malformed-request");
    let mut claims = proof(&world, "GET", "https://cell.example/v1/tokens", Some(&token));
    claims["camara:qh"] = json!(hash("limit=1"));
    ask(&claims, "/v1/tokens?limit=2", "").await.refused("invalid_dpop_proof");
    claims["jti"] = json!(fresh());
    ask(&claims, "/v1/tokens?limit=1", "").await.expect(200);
    claims["camara:qh"] = json!(7);
    ask(&claims, "/v1/tokens?limit=1", "").await.refused("invalid_dpop_proof");
    let large = "x".repeat(1_100_000);
    let claims = proof(&world, "POST", target, Some(&token));
    ask(&claims, "/v1/qualifications", &large).await.problem(413, "body-too-large");
}

#[tokio::test]
async fn a_cell_can_insist_on_the_hashes_and_says_so() {
    let mut config = config();
    config.proof_hashes = ProofHashes::Required;
    let world = World::with(config).await;
    let key = Signer::new(Algorithm::ES256);
    let token = bound(&world, &key).await;
    get(&world, &token, &sign(&key, &proof(&world, "GET", WALLETS, Some(&token)))).await.expect(200);
    let scheme = format!("DPoP {token}");
    let path = "/v1/tokens?limit=1";
    let mut claims = proof(&world, "GET", "https://cell.example/v1/tokens", Some(&token));
    for (qh, status) in [(None, 401), (Some(hash("limit=1")), 200)] {
        if let Some(qh) = qh {
            claims["camara:qh"] = json!(qh);
        }
        let signed = sign(&key, &claims);
        let headers = [("authorization", scheme.as_str()), ("dpop", &signed)];
        world.send("", "GET", path, &headers, None).await.expect(status);
    }
    let metadata = world.get("", "/.well-known/openid-configuration").await.expect(200);
    assert_eq!(metadata["camara_dpop_claims_required"], json!(["camara:bh", "camara:qh"]));
    let usual = World::empty().await.get("", "/.well-known/openid-configuration").await.expect(200);
    assert_eq!(usual.get("camara_dpop_claims_required"), None);
}
