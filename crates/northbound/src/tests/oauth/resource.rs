//! What a caller that is turned away learns from the headers, and what clients find their way by.

use super::*;
use crate::auth::scope::{OPERATIONS, Scope};

fn challenge(reply: &Reply) -> String {
    reply.headers["www-authenticate"].to_str().expect("text").to_owned()
}

#[tokio::test]
async fn a_401_says_where_to_get_a_token_and_for_which_scope() {
    let world = World::open().await;
    let metadata = "resource_metadata=\"https://cell.example/.well-known/oauth-protected-resource\"";
    let none = world.get("", "/v1/wallets").await;
    assert_eq!(challenge(&none), format!("Bearer realm=\"tessera\", scope=\"tessera:read\", {metadata}"));
    assert!(
        none.headers.get_all("www-authenticate").iter().any(|line| line == "DPoP algs=\"ES256 EdDSA PS256 RS256\"")
    );
    none.problem(401, "unauthenticated");
    let bad = world.get("guessed", "/v1/wallets").await;
    assert!(challenge(&bad).contains("error=\"invalid_token\"") && challenge(&bad).contains(metadata));
    let camara = world.post("", "/quality-on-demand/v1/sessions", json!({})).await;
    assert!(challenge(&camara).contains("scope=\"quality-on-demand:sessions:create\""), "{}", challenge(&camara));
    camara.error_info(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_403_names_every_scope_that_is_needed() {
    let world = World::open().await;
    let token = world.token(ALICE_APP, "tessera:read").await;
    for (path, scope) in
        [("/v1/orders", "tessera:purchase"), ("/quality-on-demand/v1/sessions", "quality-on-demand:sessions:create")]
    {
        let reply = world.post(&token, path, json!({})).await;
        let challenge = challenge(&reply);
        assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"insufficient_scope\""), "{challenge}");
        assert!(challenge.contains(&format!("scope=\"{scope}\"")), "{challenge}");
        assert_eq!(reply.status.as_u16(), 403);
    }
}

#[tokio::test]
async fn a_token_in_the_query_is_refused() {
    let world = World::open().await;
    let token = world.token(ALICE_APP, "tessera:read").await;
    for (who, path) in [
        ("", format!("/v1/wallets?access_token={token}")),
        (token.as_str(), format!("/v1/wallets?a=b&access_token={token}")),
        (token.as_str(), "/v1/wallets?access_token".to_owned()),
    ] {
        let reply = world.get(who, &path).await;
        assert!(challenge(&reply).contains("error=\"invalid_request\""));
        let problem = reply.problem(400, "malformed-request");
        assert!(!problem.to_string().contains(&token), "{problem}");
    }
}

#[tokio::test]
async fn the_metadata_say_what_is_there() {
    let world = World::empty().await;
    let issuer = world.get("", "/.well-known/oauth-authorization-server").await.expect(200);
    assert_eq!(issuer, world.get("", "/.well-known/openid-configuration").await.expect(200));
    assert_eq!((&issuer["issuer"], &issuer["token_endpoint"]), (&json!(CELL), &json!(ENDPOINT)));
    assert_eq!(issuer["jwks_uri"], "https://cell.example/oauth2/jwks");
    assert_eq!(issuer["grant_types_supported"], json!([BY_ITSELF, ON_BEHALF]));
    assert_eq!(issuer["token_endpoint_auth_methods_supported"], json!(["private_key_jwt"]));
    let algorithms = json!(["ES256", "EdDSA", "PS256", "RS256"]);
    assert_eq!(issuer["dpop_signing_alg_values_supported"], algorithms);
    let resource = world.get("", "/.well-known/oauth-protected-resource").await.expect(200);
    assert_eq!((&resource["resource"], &resource["authorization_servers"]), (&json!(CELL), &json!([CELL])));
    assert_eq!(resource["scopes_supported"].as_array().map(Vec::len), Some(Scope::ALL.len()));
    assert_eq!(resource["bearer_methods_supported"], json!(["header"]));
}

#[tokio::test]
async fn the_document_names_the_scope_of_every_operation() {
    let world = World::empty().await;
    let document = world.get("", "/openapi.json").await.expect(200);
    for (method, path, scope) in OPERATIONS {
        let security = document["paths"][path][method.to_lowercase()]["security"].to_string();
        assert!(security.contains(&format!("[\"{}\"]", scope.text())), "{method} {path}: {security}");
    }
    let schemes = &document["components"]["securitySchemes"];
    let listed = schemes["oauth2"]["flows"]["clientCredentials"]["scopes"].as_object().expect("scopes");
    assert_eq!(listed.len(), Scope::ALL.len());
    assert_eq!(schemes["openId"]["type"], "openIdConnect");
}

#[tokio::test]
async fn roles_hold_whatever_the_scope() {
    let world = World::open().await;
    let operator = world.token(OPERATOR_APP, "tessera:operate tessera:read").await;
    world.get(&operator, "/v1/books").await.expect(200);
    let meter = world.token(METER_APP, "tessera:meter").await;
    world.post(&meter, "/v1/usage", json!({"charges": []})).await.problem(422, "invalid-value");
    world.get(&meter, "/v1/wallets").await.problem(403, "scope-missing");
    let customer = world.token(ALICE_APP, "tessera:read tessera:purchase").await;
    let bought = world.buy_boost(&customer, "one", None).await.expect(201);
    assert_eq!(bought["party"], party(2).to_string());
    let other = world.token(BOB_APP, "tessera:read tessera:purchase").await;
    let path = format!("/v1/tokens/{}", bought["id"].as_str().expect("an id"));
    world.get(&other, &path).await.problem(404, "unknown-token");
}

#[tokio::test]
async fn no_secret_shows_when_things_are_printed() {
    let world = World::empty().await;
    let token = world.token(ALICE_APP, "tessera:read").await;
    world.get(&token, "/v1/wallets").await.expect(200);
    let key = crate::ClientKey::new([7; 32]).expect("a key");
    let shown = format!("{:?} {:?} {key:?}", world.app.oauth, world.app);
    for secret in [token.as_str(), "[7, 7", "PRIVATE", &key.pem()[28..60]] {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}
