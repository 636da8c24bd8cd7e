//! Webhooks and the sinks of sessions: who is told what, in which form, signed how.

use super::postbox::Letter;
use super::spec::Spec;
use super::world::{ALICE, BOB, METER, OPERATOR, World, offering, party};
use crate::limits::SECRET_OVERLAP;
use crate::native::webhooks::convert::{request, test_delivery, with_fresh_secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const HOOK: &str = "https://alice.example/hook";

async fn register(world: &World, who: &str, types: &[&str]) -> Value {
    let url = if who == ALICE { HOOK } else { "https://other.example/hook" };
    world.post(who, "/v1/webhooks", json!({"url": url, "types": types})).await.expect(201)
}

/// What a receiver does with a delivery (Standard Webhooks): one of the signatures must be of this secret.
fn verifies(letter: &Letter, secret: &Value) -> bool {
    let secret = secret.as_str().and_then(|text| text.strip_prefix("whsec_")).expect("a secret");
    let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(secret).expect("base 64")).expect("a key");
    let signed = format!("{}.{}.{}", letter.header("webhook-id"), letter.header("webhook-timestamp"), letter.text);
    mac.update(signed.as_bytes());
    let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    letter.header("webhook-signature").split(' ').any(|signature| signature == wanted)
}

fn types(letters: &[Letter]) -> Vec<&str> {
    letters.iter().map(|letter| letter.body["type"].as_str().unwrap_or_default()).collect()
}

#[tokio::test]
async fn a_webhook_is_told_signed_and_in_order_of_what_is_its_partys() {
    let world = World::open().await;
    let hook = register(&world, ALICE, &[]).await;
    let token = world.buy_boost(ALICE, "one", None).await.expect(201);
    world.top_up(3, 100, "bobs").await.expect(201);
    let path = format!("/v1/tokens/{}", token["id"].as_str().expect("an id"));
    world.post(OPERATOR, &format!("{path}/suspend"), Value::Null).await.expect(200);
    world.delete(ALICE, &path).await.expect(200);
    let letters = world.postbox.letters(3).await;
    assert_eq!(types(&letters), ["token.issued", "token.suspended", "token.closed"]);
    for letter in &letters {
        assert_eq!((letter.url.as_str(), letter.header("content-type")), (HOOK, "application/cloudevents+json"));
        assert!(verifies(letter, &hook["secret"]) && !verifies(letter, &json!("whsec_AAAA")));
        assert_eq!((&letter.body["subject"], &letter.body["party"]), (&token["id"], &json!(party(2).to_string())));
        assert_eq!((&letter.body["specversion"], &letter.body["source"]), (&json!("1.0"), &json!("/cells/1")));
    }
    assert_eq!(letters[0].body["data"]["price"], token["price"]);
    let ids: std::collections::BTreeSet<&str> = letters.iter().map(|letter| letter.header("webhook-id")).collect();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn the_operator_is_told_everything_and_a_filter_lets_only_its_types_pass() {
    let world = World::open().await;
    register(&world, OPERATOR, &["wallet.topped_up", "offering.retired"]).await;
    register(&world, BOB, &["wallet.topped_up"]).await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    world.top_up(2, 100, "alices").await.expect(201);
    world.delete(OPERATOR, &format!("/v1/offerings/{}", offering(2))).await.expect(204);
    world.top_up(3, 100, "bobs").await.expect(201);
    let letters = world.postbox.letters(4).await;
    let mut all = types(&letters);
    all.sort_unstable();
    assert_eq!(all, ["offering.retired", "wallet.topped_up", "wallet.topped_up", "wallet.topped_up"]);
    let bobs = letters.iter().filter(|letter| letter.body["party"] == json!(party(3).to_string())).count();
    assert_eq!(bobs, 2, "the operator and Bob himself");
}

#[tokio::test]
async fn what_fails_is_sent_again_under_the_same_id_and_what_came_after_it_waits() {
    let world = World::open().await;
    register(&world, ALICE, &[]).await;
    world.postbox.answers(&[500, 302]);
    world.top_up(2, 100, "first").await.expect(201);
    world.top_up(2, 200, "second").await.expect(201);
    let letters = world.postbox.letters(4).await;
    let amounts: Vec<_> = letters.iter().map(|letter| letter.body["data"]["amount"]["minor"].as_i64()).collect();
    assert_eq!(amounts, [Some(100), Some(100), Some(100), Some(200)]);
    assert_eq!(letters[0].header("webhook-id"), letters[2].header("webhook-id"));
    assert_eq!(letters[0].body, letters[2].body);
}

#[tokio::test]
async fn webhooks_are_listed_tested_rotated_and_removed_by_whose_they_are() {
    let world = World::open().await;
    let hook = register(&world, ALICE, &["token.issued"]).await;
    let path = format!("/v1/webhooks/{}", hook["id"].as_str().expect("an id"));
    let listed = world.get(ALICE, "/v1/webhooks").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert!(listed["items"][0].get("secret").is_none(), "{listed}");
    assert_eq!(world.get(BOB, "/v1/webhooks").await.expect(200)["items"], json!([]));
    for verb in ["test", "secret"] {
        world.post(BOB, &format!("{path}/{verb}"), Value::Null).await.problem(404, "unknown-webhook");
    }
    world.delete(BOB, &path).await.problem(404, "unknown-webhook");
    world.get(METER, "/v1/webhooks").await.problem(403, "role-not-allowed");

    let asked = world.post(ALICE, &format!("{path}/test"), Value::Null).await.expect(202);
    let letter = world.postbox.letters(1).await.remove(0);
    assert_eq!(
        (&letter.body["type"], letter.header("webhook-id")),
        (&json!("webhook.test"), asked["delivery"].as_str().expect("an id"))
    );
    let rotated = world.post(ALICE, &format!("{path}/secret"), Value::Null).await.expect(200);
    assert_ne!(rotated["secret"], hook["secret"]);
    world.post(ALICE, &format!("{path}/test"), Value::Null).await.expect(202);
    let letter = world.postbox.letters(2).await.remove(1);
    assert!(verifies(&letter, &hook["secret"]) && verifies(&letter, &rotated["secret"]), "both, for a day");

    world.delete(ALICE, &path).await.expect(204);
    world.delete(ALICE, &path).await.problem(404, "unknown-webhook");
    assert_eq!(world.get(ALICE, "/v1/webhooks").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_a_webhook_is_refused() {
    let world = World::open().await;
    for url in ["http://alice.example/", "alice.example", ""] {
        world.post(ALICE, "/v1/webhooks", json!({"url": url})).await.problem(422, "address-forbidden");
    }
    let unknown = json!({"url": HOOK, "types": ["token.exploded"]});
    world.post(ALICE, "/v1/webhooks", unknown).await.problem(422, "invalid-value");
    let repeated = json!({"url": HOOK, "types": vec!["token.issued"; 100]});
    world.post(ALICE, "/v1/webhooks", repeated).await.problem(422, "invalid-value");
    for _ in 0..crate::limits::WEBHOOKS_PER_PARTY_MAX {
        register(&world, ALICE, &[]).await;
    }
    world.post(ALICE, "/v1/webhooks", json!({"url": HOOK})).await.problem(409, "too-many-webhooks");
    register(&world, BOB, &[]).await;
}

/// A session of Alice with a sink, and its credential.
async fn session(world: &World, number: u32, expires: &str) -> Value {
    let request = json!({
        "device": {"phoneNumber": "+31612345678"}, "applicationServer": {"ipv4Address": format!("198.51.100.{number}")},
        "qosProfile": "QOS_L", "duration": 600, "sink": "https://app.example/notifications",
        "sinkCredential": {"credentialType": "ACCESSTOKEN", "accessToken": "s3cret", "accessTokenExpiresUtc": expires, "accessTokenType": "bearer"},
    });
    world.buy_boost(ALICE, &format!("token-{number}"), None).await.expect(201);
    world.post(ALICE, "/quality-on-demand/v1/sessions", request).await.expect(201)
}

#[tokio::test]
async fn the_sink_of_a_session_is_told_in_camaras_form_with_its_credential() {
    let world = World::open().await;
    let session = session(&world, 1, "2099-07-03T12:27:08Z").await;
    world.network_confirms().await;
    let path = format!("/quality-on-demand/v1/sessions/{}", session["sessionId"].as_str().expect("an id"));
    world.delete(ALICE, &path).await.expect(204);
    let letters = world.postbox.letters(2).await;
    for (letter, (status, info)) in letters.iter().zip([("AVAILABLE", None), ("UNAVAILABLE", Some("DELETE_REQUESTED"))])
    {
        assert_eq!(letter.url, "https://app.example/notifications");
        assert_eq!(letter.header("content-type"), "application/cloudevents+json");
        assert_eq!(letter.header("authorization"), "Bearer s3cret");
        let data = &letter.body["data"];
        assert_eq!(
            (&data["sessionId"], data["qosStatus"].as_str(), data["statusInfo"].as_str()),
            (&session["sessionId"], Some(status), info)
        );
        assert!(!letter.text.contains("+31612345678") && !letter.text.contains("s3cret"), "{}", letter.text);
        if let Some(spec) = Spec::quality_on_demand() {
            spec.assert_is("EventQosStatusChanged", &letter.body);
        }
    }
    assert_ne!(letters[0].body["id"], letters[1].body["id"]);
}

#[tokio::test]
async fn with_an_expired_token_nothing_is_sent_and_the_operator_may_look_and_send_again() {
    let world = World::open().await;
    session(&world, 1, "2001-07-03T12:27:08Z").await;
    world.network_confirms().await;
    let letter = loop {
        let listed = world.get(OPERATOR, "/v1/dead-letters").await.expect(200);
        match listed["items"].as_array().and_then(|items| items.first()) {
            Some(letter) => break letter.clone(),
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(
        (&letter["reason"], &letter["attempts"]),
        (&json!("the access token of its sink has expired"), &json!(1))
    );
    assert!(letter["session"].as_str().is_some_and(|id| id.starts_with("ses_")), "{letter}");
    assert!(!letter.to_string().contains("s3cret") && !letter.to_string().contains("app.example"), "{letter}");
    let id = letter["id"].as_str().expect("an id");
    world.post(OPERATOR, &format!("/v1/dead-letters/{id}/redrive"), Value::Null).await.expect(202);
    let none = format!("/v1/dead-letters/dlv_{}/redrive", "0".repeat(56));
    world.post(OPERATOR, &none, Value::Null).await.problem(404, "unknown-delivery");
    world.get(OPERATOR, &format!("/v1/dead-letters?after={id}")).await.expect(200);
    world.get(ALICE, "/v1/dead-letters").await.problem(403, "role-not-allowed");
}

#[tokio::test]
async fn a_person_who_is_erased_is_told_nothing_more_and_a_company_is() {
    let world = World::open().await;
    for who in [ALICE, BOB] {
        register(&world, who, &[]).await;
        register(&world, who, &["token.issued"]).await;
    }
    for number in [2, 3] {
        let path = format!("/v1/parties/{}/personal-data", party(number));
        world.delete(OPERATOR, &path).await.expect(204);
        world.delete(OPERATOR, &path).await.expect(204);
    }
    let own = |reply: Value| reply["items"].as_array().map(Vec::len);
    // Alice is a consumer, Bob an enterprise.
    assert_eq!(own(world.get(ALICE, "/v1/webhooks").await.expect(200)), Some(0));
    assert_eq!(own(world.get(BOB, "/v1/webhooks").await.expect(200)), Some(2));
    world.top_up(2, 1, "alices").await.expect(201);
    world.top_up(3, 1, "bobs").await.expect(201);
    let letters = world.postbox.letters(1).await;
    assert_eq!(letters[0].body["party"], json!(party(3).to_string()));
}

#[tokio::test]
async fn what_waits_for_the_sink_of_a_person_goes_when_the_person_is_erased() {
    let world = World::open().await;
    world.postbox.answers(&[503; 40]);
    let session = session(&world, 1, "2099-07-03T12:27:08Z").await;
    world.network_confirms().await;
    world.postbox.letters(1).await;
    let id = session["sessionId"].as_str().expect("an id");
    world.delete(ALICE, &format!("/quality-on-demand/v1/sessions/{id}")).await.expect(204);
    let bits = u128::from_str_radix(&id.replace('-', ""), 16).expect("an id");
    world.network_stops(types::SessionId::from_u128(bits), None).await;
    let room = &world.app.telling().expect("it tells").notifier;
    assert_eq!(room.mailroom(|room| room.counts().0.min(1)).await, 1, "it waits");
    world.delete(OPERATOR, &format!("/v1/parties/{}/personal-data", party(2))).await.expect(204);
    assert_eq!(room.mailroom(|room| room.counts()).await, (0, 0));
}

#[tokio::test]
async fn what_one_webhook_wants_is_not_told_to_another_and_an_old_secret_ends() {
    let world = World::open().await;
    register(&world, ALICE, &["token.issued"]).await;
    register(&world, OPERATOR, &["wallet.topped_up"]).await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    world.top_up(2, 1, "later").await.expect(201);
    let letters = world.postbox.letters(2).await;
    let (alices, operators): (Vec<_>, Vec<_>) = letters.into_iter().partition(|letter| letter.url == HOOK);
    assert_eq!((types(&alices), types(&operators)), (vec!["token.issued"], vec!["wallet.topped_up"]));

    let room = &world.app.telling().expect("it tells").notifier;
    let hook = room.mailroom(|room| room.webhooks()[0].clone()).await;
    let now = world.app.gate.clock().now();
    let sent = test_delivery(&hook, &world.app.gate.replica().view(), now).expect("a delivery");
    let turned = with_fresh_secret(hook, now);
    let until = now.after(SECRET_OVERLAP);
    for (at, signatures) in [(now, 2), (until.before(types::Duration::from_ms(1)), 2), (until, 1)] {
        let (_, signed) = request(&sent, &turned, at).headers.pop().expect("it is signed");
        assert_eq!(signed.split(' ').count(), signatures, "{signed}");
    }
}
