//! How a client gets a token for itself: CAMARA's profile, "Client Authentication" and "Access Token Request".

use super::signing::{Signer, claims_of, fresh, header_of};
use super::*;
use crate::limits::ASSERTION_IDS_MAX;
use jsonwebtoken::Algorithm;

const READ: &str = "tessera:read";

/// The claims of an assertion of Alice's client, but for one.
fn but(world: &World, name: &str, value: Value) -> Value {
    let mut claims = world.assertion(ALICE_APP);
    claims[name] = value;
    claims
}

fn without(world: &World, name: &str) -> Value {
    let mut claims = world.assertion(ALICE_APP);
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

#[tokio::test]
async fn a_client_that_signs_gets_a_token_of_rfc_9068() {
    let world = World::open().await;
    let before = world.next_seq().await;
    let assertion = Signer::of(ALICE_APP).sign(&world.assertion(ALICE_APP));
    let reply = world.ask_with(&assertion, "tessera:read tessera:purchase").await;
    assert_eq!(
        (&reply.headers["cache-control"], &reply.headers["pragma"]),
        (&"no-store".parse().expect("a value"), &"no-cache".parse().expect("a value"))
    );
    let answer = reply.expect(200);
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(300)));
    assert_eq!(answer["scope"], "tessera:read tessera:purchase");
    let token = answer["access_token"].as_str().expect("a token");
    let (header, claims) = (header_of(token), claims_of(token));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(CELL), &json!(CELL)));
    assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(ALICE_APP), &json!(ALICE_APP)));
    assert_eq!(claims["exp"].as_u64(), claims["iat"].as_u64().map(|at| at + 300));
    assert!(claims["jti"].as_str().is_some_and(|id| id.len() == 32) && claims.get("cnf").is_none(), "{claims}");
    let keys = world.get("", "/oauth2/jwks").await.expect(200);
    assert_eq!((&keys["keys"][0]["kid"], keys["keys"][0].get("d")), (&header["kid"], None));
    world.get(token, "/v1/wallets").await.expect(200);
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn every_kind_of_key_signs() {
    let (rsa, ec, ed) = (Signer::new(Algorithm::PS256), Signer::new(Algorithm::ES256), Signer::new(Algorithm::EdDSA));
    let mut config = config();
    config.clients[0].keys = KeysConfig::Inline(json!({"keys": [rsa.public, ec.public, ed.public]}));
    let world = World::with(config).await;
    for signer in [rsa, ec, ed] {
        world.ask_with(&signer.sign(&world.assertion(ALICE_APP)), READ).await.expect(200);
    }
}

#[tokio::test]
async fn an_assertion_lives_300_seconds_at_most() {
    let world = World::empty().await;
    let now = world.now_s();
    for (name, value) in [
        ("exp", json!(now + 400)),
        ("exp", json!(now - 1)),
        ("exp", json!("soon")),
        ("exp", json!(1.5e300)),
        ("iat", json!(now - 290)),
        ("iat", json!(now + 100)),
        ("iat", json!("then")),
        ("nbf", json!(now + 100)),
    ] {
        let mut claims = but(&world, name, value);
        if name == "iat" {
            claims["exp"] = json!(now + 200);
        }
        world.ask_with(&Signer::of(ALICE_APP).sign(&claims), READ).await.oauth_error(401, "invalid_client");
    }
    world.ask_with(&Signer::of(ALICE_APP).sign(&without(&world, "exp")), READ).await.oauth_error(401, "invalid_client");
    // From receipt, whatever `iat` says or does not say.
    let mut long = without(&world, "iat");
    long["exp"] = json!(now + 400);
    world.ask_with(&Signer::of(ALICE_APP).sign(&long), READ).await.oauth_error(401, "invalid_client");
    // `iat` is only recommended.
    world.ask_with(&Signer::of(ALICE_APP).sign(&without(&world, "iat")), READ).await.expect(200);
}

#[tokio::test]
async fn an_assertion_is_for_this_endpoint_alone() {
    let world = World::empty().await;
    for audience in [
        json!([ENDPOINT]),
        json!([CELL, ENDPOINT]),
        json!("https://elsewhere.example/oauth2/token"),
        json!("https://cell.example/"),
        json!(null),
        json!({"a": ENDPOINT}),
    ] {
        let claims = but(&world, "aud", audience);
        world.ask_with(&Signer::of(ALICE_APP).sign(&claims), READ).await.oauth_error(401, "invalid_client");
    }
    world.ask_with(&Signer::of(ALICE_APP).sign(&without(&world, "aud")), READ).await.oauth_error(401, "invalid_client");
    world.ask_with(&Signer::of(ALICE_APP).sign(&but(&world, "aud", json!(CELL))), READ).await.expect(200);
}

#[tokio::test]
async fn an_assertion_is_used_once() {
    let world = World::empty().await;
    let assertion = Signer::of(ALICE_APP).sign(&world.assertion(ALICE_APP));
    world.ask_with(&assertion, READ).await.expect(200);
    world.ask_with(&assertion, READ).await.oauth_error(401, "invalid_client");
    // Another text with the same id is no other assertion; the same id of another client is.
    let mut again = world.assertion(ALICE_APP);
    again["jti"] = claims_of(&assertion)["jti"].clone();
    world.ask_with(&Signer::of(ALICE_APP).sign(&again), READ).await.oauth_error(401, "invalid_client");
    let mut other = world.assertion(BOB_APP);
    other["jti"] = again["jti"].clone();
    world.ask_with(&Signer::of(BOB_APP).sign(&other), READ).await.expect(200);
    // It is forgotten no sooner than it is of no use.
    world.skip(Duration::from_secs(59));
    world.ask_with(&assertion, READ).await.oauth_error(401, "invalid_client");
    world.ask_with(&Signer::of(ALICE_APP).sign(&without(&world, "jti")), READ).await.oauth_error(401, "invalid_client");
    let told = world.get("", "/metrics").await.body.as_str().expect("a text").to_owned();
    assert!(told.contains("{reason=\"invalid_assertion\"} 4\n"), "{told}");
}

#[tokio::test]
async fn when_single_use_ids_fill_their_room_none_is_forgotten() {
    let world = World::empty().await;
    let oauth = world.app.oauth.as_deref().expect("it is on");
    let now = world.app.gate.clock().now();
    for number in 0..ASSERTION_IDS_MAX {
        let id = number.to_string();
        let once = crate::auth::replay::Once { whose: BOB_APP, id: &id, until: now.after(Duration::from_secs(60)) };
        oauth.assertions().once(once, now).expect("there is room");
    }
    let assertion = || Signer::of(ALICE_APP).sign(&world.assertion(ALICE_APP));
    let full = world.ask_with(&assertion(), READ).await;
    assert_eq!(full.headers["retry-after"], "1");
    full.oauth_error(503, "temporarily_unavailable");
    // They are forgotten together with those that end up to half a minute later.
    world.skip(Duration::from_secs(61 + 33));
    world.ask_with(&assertion(), READ).await.expect(200);
}

#[tokio::test]
async fn issuer_subject_and_client_are_one() {
    let world = World::empty().await;
    for (name, value) in [("iss", json!(BOB_APP)), ("sub", json!(BOB_APP)), ("iss", json!("nobody")), ("sub", json!(7))]
    {
        let claims = but(&world, name, value);
        world.ask_with(&Signer::of(ALICE_APP).sign(&claims), READ).await.oauth_error(401, "invalid_client");
    }
    let assertion = Signer::of(ALICE_APP).sign(&world.assertion(ALICE_APP));
    let form = [
        ("grant_type", BY_ITSELF),
        ("scope", READ),
        ("client_id", BOB_APP),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", &assertion),
    ];
    world.ask(&form, &[]).await.oauth_error(401, "invalid_client");
    let forged = Signer::of(BOB_APP).sign(&world.assertion(ALICE_APP));
    world.ask_with(&forged, READ).await.oauth_error(401, "invalid_client");
}

#[tokio::test]
async fn a_scope_is_asked_for_and_is_the_clients() {
    let world = World::empty().await;
    let assertion = || Signer::of(ALICE_APP).sign(&world.assertion(ALICE_APP));
    let text = assertion();
    let form = [("grant_type", BY_ITSELF), ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &text)];
    world.ask(&form, &[]).await.oauth_error(400, "invalid_request");
    for scope in [
        "tessera:operate",
        "tessera:read tessera:operate",
        "tessera:fly",
        "dpv:RequestedServiceProvision",
        "tessera:read dpv:Marketing",
        "tessera:read dpv:RequestedServiceProvision dpv:FraudPreventionAndDetection",
        " ",
    ] {
        world.ask_with(&assertion(), scope).await.oauth_error(400, "invalid_scope");
    }
    let named = world.ask_with(&assertion(), "tessera:read dpv:RequestedServiceProvision").await.expect(200);
    assert_eq!(named["scope"], "tessera:read dpv:RequestedServiceProvision");
}

#[tokio::test]
async fn no_answer_has_a_refresh_token() {
    let world = World::empty().await;
    let assertion = Signer::of(ALICE_APP).sign(&world.assertion(ALICE_APP));
    let answer = world.ask_with(&assertion, READ).await.expect(200);
    let mut members: Vec<_> = answer.as_object().expect("an object").keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["access_token", "expires_in", "scope", "token_type"]);
    world
        .ask(&[("grant_type", "refresh_token"), ("refresh_token", "x")], &[])
        .await
        .oauth_error(400, "unsupported_grant_type");
}

#[tokio::test]
async fn what_is_no_token_request_is_refused_in_the_form_of_rfc_6749() {
    let world = World::empty().await;
    let before = world.next_seq().await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    for (body, status, error) in [
        ("", 400, "invalid_request"),
        ("grant_type=", 400, "invalid_request"),
        ("grant_type=password&username=a&password=b", 400, "unsupported_grant_type"),
        ("grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request"),
        ("grant_type=client_credentials&scope=tessera:read", 401, "invalid_client"),
        ("grant_type=client_credentials&scope=tessera:read&client_assertion=a.b.c", 401, "invalid_client"),
        ("grant_type=client_credentials&client_assertion=a&client_secret=b", 400, "invalid_request"),
        ("grant_type=client_credentials&client_id=alice-app&client_secret=b&scope=tessera:read", 401, "invalid_client"),
        ("%ff%fe=%00&=&&&", 400, "invalid_request"),
    ] {
        world.raw("", "POST", "/oauth2/token", &[form], body).await.oauth_error(status, error);
    }
    let json = [("content-type", "application/json")];
    world.raw("", "POST", "/oauth2/token", &json, "{}").await.oauth_error(400, "invalid_request");
    world.raw("", "POST", "/oauth2/token", &[form], "x".repeat(70_000)).await.oauth_error(400, "invalid_request");
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test]
async fn a_shared_secret_is_for_development_alone() {
    let mut config = config();
    config.clients[1].secret_sha256 = Some(crate::Credentials::hash("for-development"));
    let keyring = std::sync::Arc::new(super::keyring());
    let refused = crate::OAuth::new(&config, &keyring).expect_err("it is not allowed");
    assert_eq!(refused, crate::OAuthError::SecretNotAllowed(BOB_APP.to_owned()));
    config.development_secrets = true;
    let world = World::with(config).await;
    let ask = async |id: &str, secret: &str| {
        let form = [("grant_type", BY_ITSELF), ("scope", READ), ("client_id", id), ("client_secret", secret)];
        world.ask(&form, &[]).await
    };
    ask(BOB_APP, "for-development").await.expect(200);
    ask(BOB_APP, "guessed").await.oauth_error(401, "invalid_client");
    ask(ALICE_APP, "for-development").await.oauth_error(401, "invalid_client");
}

#[tokio::test]
async fn a_header_that_is_not_an_assertions_is_refused() {
    let world = World::empty().await;
    let signer = Signer::of(ALICE_APP);
    for header in [
        json!({"typ": "at+jwt"}),
        json!({"typ": "dpop+jwt"}),
        json!({"typ": 7}),
        json!({"typ": "JWT", "jwk": signer.public}),
        json!({"typ": "JWT", "crit": ["exp"]}),
        json!({"alg": "none"}),
        json!({"kid": fresh()}),
    ] {
        let text = signer.sign_as(&header, &world.assertion(ALICE_APP));
        world.ask_with(&text, READ).await.oauth_error(401, "invalid_client");
    }
    world.ask_with(&signer.sign_as(&json!({}), &world.assertion(ALICE_APP)), READ).await.expect(200);
}
