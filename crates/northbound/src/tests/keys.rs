//! Keys that rotate, entitlements that are revoked, and holders that prove themselves, over HTTP.

use super::world::{ALICE, BOB, OPERATOR, Reply, World, here, offering};
use serde_json::{Value, json};
use tessera_token::{
    HolderKey, KeySet, Narrowing, RequestDigest, RevocationList, RevocationPage, attenuate, delegate, inspect, prove,
};

const DEVICE: &str = "tel:+31612345678";

async fn bought(world: &World, holder: Option<&HolderKey>) -> (Value, String) {
    let mut order = json!({"offering": offering(1).to_string(), "window": {"duration_s": 7_200}, "place": here()});
    order["device"] = json!(DEVICE);
    if let Some(holder) = holder {
        let hex = holder.public_key().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        order["holder"] = json!(hex);
    }
    let key = [("idempotency-key", "one")];
    let token = world.send(ALICE, "POST", "/v1/orders", &key, Some(order)).await.expect(201);
    let text = token["entitlement"].as_str().expect("a text").to_owned();
    (token, text)
}

async fn call(world: &World, text: &str, proof: Option<&str>) -> Reply {
    let mut headers = vec![("tessera-entitlement", text)];
    headers.extend(proof.map(|proof| ("tessera-entitlement-proof", proof)));
    let body = json!({"device": DEVICE, "duration_s": 60});
    world.send("", "POST", "/v1/sessions", &headers, Some(body)).await
}

/// The list as a verifier elsewhere reads it.
async fn published(world: &World) -> RevocationPage {
    let keys = KeySet::parse(&world.get("", "/v1/keys").await.expect(200).to_string()).expect("a key set");
    let list = world.get("", "/v1/revocations").await;
    RevocationPage::verify(&list.expect(200).to_string(), &keys).expect("signed by a published key")
}

#[tokio::test]
async fn a_revoked_text_opens_nothing_from_its_next_use_on() {
    let world = World::open().await;
    let (token, text) = bought(&world, None).await;
    let child = attenuate(&text, &Narrowing::new().op("activate")).expect("narrowed");
    let path = format!("/v1/tokens/{}/revocations", token["id"].as_str().expect("an id"));
    world.post(BOB, &path, json!({})).await.problem(404, "unknown-token");
    for bad in [json!({"block": "12"}), json!({"entitlement": "nonsense"})] {
        world.post(ALICE, &path, bad).await.problem(422, "invalid-value");
    }
    let both = json!({"block": "12", "entitlement": "x"});
    world.post(ALICE, &path, both).await.problem(400, "malformed-request");
    assert!(published(&world).await.revoked.is_empty());
    let revoked = world.post(ALICE, &path, json!({"entitlement": child})).await.expect(201);
    call(&world, &child, None).await.problem(401, "entitlement-invalid");
    let listed = published(&world).await.revoked;
    assert_eq!((listed.len(), listed[0].block.as_deref()), (1, revoked["block"].as_str()));
    call(&world, &text, None).await.expect(201);
    let own = inspect(&text).expect("a token").blocks[0].revocation_id.clone();
    let whole = world.post(OPERATOR, &path, json!({"block": own})).await.expect(201);
    assert!(whole.get("block").is_none(), "the issuer's block is the whole: {whole}");
    call(&world, &text, None).await.problem(401, "entitlement-invalid");
    let shown = world.get(ALICE, &format!("/v1/tokens/{}", token["id"].as_str().expect("an id"))).await.expect(200);
    assert!(shown.get("entitlement").is_none(), "no text is given out again: {shown}");
    let mut list = RevocationList::default();
    list.add(&published(&world).await).expect("sound");
    assert_ne!(list, RevocationList::default());
}

#[tokio::test]
async fn the_list_says_when_it_has_not_changed() {
    let world = World::open().await;
    let first = world.get("", "/v1/revocations").await;
    let tag = first.headers["etag"].to_str().expect("text").to_owned();
    assert_eq!(first.headers["cache-control"], "public, max-age=30");
    let mut again = world.send("", "GET", "/v1/revocations", &[("if-none-match", &tag)], None).await;
    if again.status != 304 {
        // The minute in which it was signed ended between the two.
        let tag = again.headers["etag"].to_str().expect("text").to_owned();
        again = world.send("", "GET", "/v1/revocations", &[("if-none-match", &tag)], None).await;
    }
    assert_eq!((again.status.as_u16(), &again.body), (304, &Value::String(String::new())));
    let (token, _) = bought(&world, None).await;
    let path = format!("/v1/tokens/{}", token["id"].as_str().expect("an id"));
    world.send(ALICE, "DELETE", &path, &[], None).await.expect(200);
    world.send("", "GET", "/v1/revocations", &[("if-none-match", &tag)], None).await.expect(200);
    assert_eq!(published(&world).await.revoked.len(), 1, "a token that was given up is on the list");
    world.get("", "/v1/revocations?after=x").await.problem(400, "malformed-request");
    world.get("", "/v1/revocations?after=tok_0000000000000000000000000z").await.problem(404, "unknown-token");
}

#[tokio::test]
async fn keys_rotate_with_overlap_and_a_withdrawn_one_loses_no_token() {
    let world = World::open().await;
    let (token, before) = bought(&world, None).await;
    world.send(OPERATOR, "DELETE", "/v1/signing-keys/1", &[], None).await.problem(409, "signing-keys-conflict");
    let late = json!({"purpose": "entitlement", "in_s": 365 * 86_400 + 1});
    world.post(OPERATOR, "/v1/signing-keys", late).await.problem(422, "invalid-value");
    let next = world.post(OPERATOR, "/v1/signing-keys", json!({"purpose": "entitlement"})).await.expect(201);
    assert_eq!((&next["kid"], &next["state"]), (&json!(3), &json!("upcoming")));
    let kids = |keys: &Value| {
        keys["keys"].as_array().map(|keys| keys.iter().map(|key| key["kid"].clone()).collect::<Vec<_>>())
    };
    let published = world.get("", "/v1/keys").await.expect(200);
    assert_eq!(kids(&published), Some(vec![json!("1"), json!("3")]), "it is published before it signs");
    let listed = world.get(OPERATOR, "/v1/signing-keys").await.expect(200);
    let states: Vec<_> =
        listed.as_array().expect("a list").iter().map(|key| (key["kid"].clone(), key["state"].clone())).collect();
    let expected = [(1, "signing"), (3, "upcoming"), (2, "signing")].map(|(kid, state)| (json!(kid), json!(state)));
    assert_eq!(states, expected);
    call(&world, &before, None).await.expect(201);
    world.send(OPERATOR, "DELETE", "/v1/signing-keys/1", &[], None).await.expect(204);
    call(&world, &before, None).await.problem(401, "entitlement-invalid");
    let path = format!("/v1/tokens/{}", token["id"].as_str().expect("an id"));
    let again = world.get(ALICE, &path).await.expect(200);
    let again = again["entitlement"].as_str().expect("it is signed again");
    assert_eq!(inspect(again).expect("a token").key_id, Some(3));
    world.send(OPERATOR, "DELETE", "/v1/signing-keys/9", &[], None).await.problem(404, "unknown-signing-key");
    world.send(OPERATOR, "DELETE", "/v1/signing-keys/one", &[], None).await.problem(400, "malformed-request");
}

#[tokio::test]
async fn a_token_with_a_holder_is_called_by_its_last_holder_alone_and_once_for_each_proof() {
    let world = World::open().await;
    let keys = [1, 2].map(|byte| HolderKey::new([byte; 32]));
    let (_, text) = bought(&world, Some(&keys[0])).await;
    let child = delegate(&text, &keys[0], keys[1].public_key(), &Narrowing::new().op("activate")).expect("passed on");
    let body = json!({"device": DEVICE, "duration_s": 60}).to_string();
    let proof = |key: &HolderKey, body: &str, nonce| {
        let asked = RequestDigest::of("POST", "/v1/sessions", body.as_bytes());
        prove(&child, key, asked, node::wall_clock().as_ms(), [nonce; 16])
    };
    call(&world, &child, None).await.problem(401, "entitlement-proof-invalid");
    for wrong in [proof(&keys[0], &body, 1), proof(&keys[1], "{}", 2), "1.2.3".to_owned()] {
        call(&world, &child, Some(&wrong)).await.problem(401, "entitlement-proof-invalid");
    }
    let good = proof(&keys[1], &body, 3);
    let session = call(&world, &child, Some(&good)).await.expect(201);
    call(&world, &child, Some(&good)).await.problem(401, "entitlement-proof-invalid");
    let path = format!("/v1/sessions/{}", session["id"].as_str().expect("an id"));
    let asked = RequestDigest::of("GET", &path, b"");
    let proof = prove(&child, &keys[1], asked, node::wall_clock().as_ms(), [4; 16]);
    let headers = [("tessera-entitlement", child.as_str()), ("tessera-entitlement-proof", proof.as_str())];
    world.send("", "GET", &path, &headers, None).await.expect(200);
    let order = json!({"quote": "quo_0000000000000000000000000z", "holder": "ab"});
    world
        .send(ALICE, "POST", "/v1/orders", &[("idempotency-key", "two")], Some(order))
        .await
        .problem(422, "invalid-value");
}
