//! RFC 9068 and RFC 8725: which access tokens are good. Each bad one is a good one with one thing changed.

use super::super::world::OPERATOR;
use super::signing::{Signer, fresh, text};
use super::*;
use node::{Purpose, wall_clock};

const OFFERINGS: &str = "/v1/offerings";

/// The cell's own signing key, which a test may hold.
fn own() -> Signer {
    let key = super::keyring().signing(Purpose::AccessToken, wall_clock());
    let mut signer = Signer::of_seed(*key.secret());
    signer.public["kid"] = json!(key.kid().to_string());
    signer
}

fn claims(world: &World) -> Value {
    let now = world.now_s();
    json!({
        "iss": CELL, "sub": ALICE_APP, "aud": CELL, "client_id": ALICE_APP, "iat": now, "exp": now + 300,
        "jti": fresh(), "scope": "tessera:read",
    })
}

fn sign(claims: &Value) -> String {
    own().sign_as(&json!({"typ": "at+jwt"}), claims)
}

async fn refused(world: &World, token: &str) {
    world.get(token, OFFERINGS).await.refused("invalid_token");
}

#[tokio::test]
async fn the_forgery_that_the_others_are_made_of_is_good() {
    let world = World::open().await;
    world.get(&sign(&claims(&world)), OFFERINGS).await.expect(200);
    let mut several = claims(&world);
    several["aud"] = json!(["https://elsewhere.example", CELL]);
    world.get(&sign(&several), OFFERINGS).await.expect(200);
}

#[tokio::test]
async fn algorithms_are_the_listed_ones_and_keys_are_ours() {
    let world = World::open().await;
    let claims = claims(&world);
    let kid = own().public["kid"].clone();
    let unsigned = |header: Value| format!("{}.{}.", text(header.to_string()), text(claims.to_string()));
    refused(&world, &unsigned(json!({"alg": "none", "typ": "at+jwt", "kid": kid}))).await;
    refused(&world, &unsigned(json!({"alg": "EdDSA", "typ": "at+jwt", "kid": kid}))).await;
    // A shared-secret signature whose secret is the public key.
    let public = own().public["x"].as_str().expect("a key").to_owned();
    let signed = format!(
        "{}.{}",
        text(json!({"alg": "HS256", "typ": "at+jwt", "kid": kid}).to_string()),
        text(claims.to_string())
    );
    let hmac = jsonwebtoken::EncodingKey::from_secret(public.as_bytes());
    let signature =
        jsonwebtoken::crypto::sign(signed.as_bytes(), &hmac, jsonwebtoken::Algorithm::HS256).expect("it signs");
    refused(&world, &format!("{signed}.{signature}")).await;
    let stranger = Signer::of("stranger");
    for header in [
        json!({"typ": "at+jwt"}),
        json!({"typ": "at+jwt", "kid": kid}),
        json!({"typ": "at+jwt", "jwk": stranger.public}),
        json!({"typ": "at+jwt", "jku": "https://stranger.example/keys"}),
        json!({"typ": "at+jwt", "x5u": "https://stranger.example/keys"}),
    ] {
        refused(&world, &stranger.sign_as(&header, &claims)).await;
    }
    for header in [
        json!({"typ": "at+jwt", "jwk": own().public}),
        json!({"typ": "at+jwt", "jku": "https://cell.example/oauth2/jwks"}),
        json!({"typ": "at+jwt", "crit": ["exp"], "exp": 1}),
        json!({"typ": "at+jwt", "b64": false}),
    ] {
        refused(&world, &own().sign_as(&header, &claims)).await;
    }
}

#[tokio::test]
async fn a_token_has_its_type() {
    let world = World::open().await;
    for kind in [json!("JWT"), json!("dpop+jwt"), json!("application/jwt"), json!(""), json!(null)] {
        refused(&world, &own().sign_as(&json!({"typ": kind}), &claims(&world))).await;
    }
    refused(&world, &own().sign_as(&json!({}), &claims(&world))).await;
    world.get(&own().sign_as(&json!({"typ": "application/at+jwt"}), &claims(&world)), OFFERINGS).await.expect(200);
}

#[tokio::test]
async fn the_issuer_is_exact() {
    let world = World::open().await;
    for issuer in [
        json!("https://cell.example/"),
        json!("https://CELL.example"),
        json!("http://cell.example"),
        json!([CELL]),
        json!(null),
    ] {
        let mut claims = claims(&world);
        claims["iss"] = issuer;
        refused(&world, &sign(&claims)).await;
    }
}

#[tokio::test]
async fn the_audience_is_this_resource() {
    let world = World::open().await;
    for audience in [
        json!("https://elsewhere.example"),
        json!(["https://elsewhere.example"]),
        json!([]),
        json!(null),
        json!(ALICE_APP),
    ] {
        let mut claims = claims(&world);
        claims["aud"] = audience;
        refused(&world, &sign(&claims)).await;
    }
}

#[tokio::test]
async fn a_token_is_good_in_its_time_alone() {
    let world = World::open().await;
    let now = world.now_s();
    for (name, value) in [
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", json!("never")),
        ("exp", json!(null)),
        ("nbf", json!(now + 100)),
        ("nbf", json!("soon")),
        ("iat", json!(now + 100)),
        ("iat", json!(null)),
    ] {
        let mut claims = claims(&world);
        claims[name] = value;
        refused(&world, &sign(&claims)).await;
    }
    // It is looked at on every use, remembered or not.
    let token = world.token(ALICE_APP, "tessera:read").await;
    world.get(&token, OFFERINGS).await.expect(200);
    world.skip(Duration::from_secs(298));
    world.get(&token, OFFERINGS).await.expect(200);
    world.skip(Duration::from_secs(3));
    refused(&world, &token).await;
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let world = World::open().await;
    let mut claims = claims(&world);
    claims["nonce"] = json!("n");
    refused(&world, &own().sign_as(&json!({"typ": "JWT"}), &claims)).await;
    claims["aud"] = json!(ALICE_APP);
    refused(&world, &sign(&claims)).await;
    // Nor is what a client signs.
    refused(&world, &Signer::of(ALICE_APP).sign(&world.assertion(ALICE_APP))).await;
}

#[tokio::test]
async fn every_claim_of_rfc_9068_is_there() {
    let world = World::open().await;
    for name in ["iss", "sub", "aud", "client_id", "iat", "exp", "jti"] {
        let mut claims = claims(&world);
        claims.as_object_mut().expect("an object").remove(name);
        refused(&world, &sign(&claims)).await;
    }
    for (name, value) in [("client_id", "nobody"), ("sub", "somebody"), ("sub", "aabb"), ("sub", "é")] {
        let mut claims = claims(&world);
        claims[name] = json!(value);
        refused(&world, &sign(&claims)).await;
    }
}

#[tokio::test]
async fn what_is_no_token_at_all_is_refused() {
    let world = World::open().await;
    let good = sign(&claims(&world));
    let (signed, signature) = good.rsplit_once('.').expect("three parts");
    for bad in [
        "a.b.c",
        "..",
        ".",
        "a",
        "é.é.é",
        &format!("{good}.{signature}"),
        signed,
        &format!("{signed}."),
        &format!("{good}A"),
        &format!("{}.{signature}", signed.replacen('.', "A.", 1)),
        &"x".repeat(9_000),
    ] {
        let header = format!("Bearer {bad}");
        world.send("", "GET", OFFERINGS, &[("authorization", &header)], None).await.problem(401, "unauthenticated");
    }
    let mut more = signing::claims_of(&good);
    more["scope"] = json!("tessera:read tessera:operate");
    let parts: Vec<&str> = good.split('.').collect();
    refused(&world, &format!("{}.{}.{}", parts[0], text(more.to_string()), parts[2])).await;
}

#[tokio::test]
async fn a_token_may_do_what_its_client_may_now() {
    let world = World::open().await;
    let mut claims = claims(&world);
    claims["scope"] = json!("tessera:operate tessera:read");
    let token = sign(&claims);
    world.get(&token, OFFERINGS).await.expect(200);
    world.get(&token, "/v1/books").await.problem(403, "scope-missing");
}

#[tokio::test]
async fn one_signing_key_follows_another() {
    let world = World::open().await;
    let token = world.token(ALICE_APP, "tessera:read").await;
    let kid = |token: &str| signing::header_of(token)["kid"].clone();
    let rotation = json!({"purpose": "access_token", "in_s": 60});
    let next = world.post(OPERATOR, "/v1/signing-keys", rotation).await.expect(201)["kid"].to_string();
    let keys = world.get("", "/oauth2/jwks").await.expect(200);
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2), "it is published before it signs");
    assert_eq!(kid(&world.token(ALICE_APP, "tessera:read").await), kid(&token));
    world.skip(Duration::from_secs(61));
    let after = world.token(ALICE_APP, "tessera:read").await;
    assert_eq!(kid(&after), json!(next));
    for good in [&token, &after] {
        world.get(good, OFFERINGS).await.expect(200);
    }
    // What a key that is withdrawn signed is not good any more, verified before or not.
    let path = format!("/v1/signing-keys/{}", kid(&token).as_str().expect("a number"));
    world.delete(OPERATOR, &path).await.expect(204);
    refused(&world, &token).await;
    world.get(&after, OFFERINGS).await.expect(200);
    assert_eq!(world.get("", "/oauth2/jwks").await.expect(200)["keys"].as_array().map(Vec::len), Some(1));
}
