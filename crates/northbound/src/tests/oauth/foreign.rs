//! Identity providers of others: their tokens, and their keys, fetched from servers that misbehave.

use super::signing::{Signer, fresh};
use super::*;
use crate::IssuerConfig;
use crate::auth::jose::{Distrust, Jose};
use crate::auth::remote::{Fetching, Remote};
use crate::limits::JWKS_BYTES_MAX;
use jsonwebtoken::Algorithm;
use node::{Web, WebAnswer, WebCalling, WebError, WebRequest};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const IDP: &str = "https://idp.example";
const KEYS: &str = "https://idp.example/keys";
const OFFERINGS: &str = "/v1/offerings";

/// A web server of somebody else, that does as it is told.
struct Elsewhere {
    asked: AtomicUsize,
    answer: Mutex<Answer>,
}

#[derive(Clone)]
enum Answer {
    Keys(Value),
    Status(u16),
    Bytes(Vec<u8>),
    Nothing,
    Never,
}

impl Elsewhere {
    fn new(answer: Answer) -> Arc<Self> {
        Arc::new(Self { asked: AtomicUsize::new(0), answer: Mutex::new(answer) })
    }

    fn now(&self, answer: Answer) {
        *self.answer.lock().expect("one thread") = answer;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Web for Elsewhere {
    fn send(&self, request: WebRequest) -> WebCalling<'_> {
        assert_eq!((request.method, request.url.as_str()), ("GET", KEYS));
        assert!(request.body.is_empty() && request.headers.iter().all(|(name, _)| *name == "accept"));
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer.lock().expect("one thread").clone();
        Box::pin(async move {
            let with = |status, body| Ok(WebAnswer { status, retry_after_s: None, body });
            match answer {
                Answer::Keys(keys) => with(200, keys.to_string().into_bytes()),
                Answer::Status(status) => with(status, Vec::new()),
                Answer::Bytes(bytes) => with(200, bytes),
                Answer::Nothing => Err(WebError::NoAnswer("refused".to_owned())),
                Answer::Never => std::future::pending().await,
            }
        })
    }
}

fn issuer() -> IssuerConfig {
    IssuerConfig {
        issuer: IDP.to_owned(),
        audience: None,
        keys: KeysConfig::At(KEYS.to_owned()),
        algorithms: vec!["ES256".to_owned()],
        client_claim: "client_id".to_owned(),
        party_claim: None,
        device_claim: None,
    }
}

/// A cell that takes tokens of that issuer, for one client of it that has Bob's party.
async fn world_of(issuer: IssuerConfig, web: &Arc<Elsewhere>) -> World {
    let mut config = config();
    config.clients[1].issuer = Some(IDP.to_owned());
    config.clients[1].keys = KeysConfig::None;
    config.issuers = vec![issuer];
    World::with(config).await.with_app(|app| app.with_web(Arc::clone(web) as Arc<dyn Web>))
}

fn claims(world: &World) -> Value {
    let now = world.now_s();
    json!({
        "iss": IDP, "sub": "user-1", "aud": [CELL, "https://idp.example/userinfo"], "client_id": BOB_APP, "iat": now,
        "exp": now + 3_000, "jti": fresh(), "scope": "openid tessera:read tessera:operate",
    })
}

fn sign(signer: &Signer, claims: &Value) -> String {
    signer.sign_as(&json!({"typ": "at+jwt"}), claims)
}

#[tokio::test]
async fn tokens_of_an_identity_provider_are_taken_within_what_its_client_may() {
    let signer = Signer::new(Algorithm::ES256);
    let encryption = json!({"kty": "RSA", "use": "enc", "kid": "e", "n": "AQAB", "e": "AQAB"});
    let web = Elsewhere::new(Answer::Keys(json!({"keys": [encryption, signer.public]})));
    let world = world_of(issuer(), &web).await;
    let token = sign(&signer, &claims(&world));
    world.get(&token, OFFERINGS).await.expect(200);
    world.get(&token, "/v1/books").await.problem(403, "scope-missing");
    assert_eq!(web.asked(), 1);
    for (name, value) in [
        ("iss", json!(CELL)),
        ("iss", json!("https://idp.example/")),
        ("aud", json!("https://elsewhere.example")),
        ("client_id", json!("nobody")),
        // A client of our own issuer is not one of theirs, whatever they say.
        ("client_id", json!(ALICE_APP)),
        ("exp", json!(world.now_s() - 11)),
    ] {
        let mut claims = claims(&world);
        claims[name] = value;
        world.get(&sign(&signer, &claims), OFFERINGS).await.refused("invalid_token");
    }
    let id_token = signer.sign_as(&json!({"typ": "JWT"}), &claims(&world));
    world.get(&id_token, OFFERINGS).await.refused("invalid_token");
    assert_eq!(web.asked(), 1, "none of it was worth asking again");
    // What it may sign with is what is configured, not what its keys could.
    let other = Signer::new(Algorithm::EdDSA);
    world.get(&sign(&other, &claims(&world)), OFFERINGS).await.refused("invalid_token");
    assert_eq!(web.asked(), 1);
}

#[tokio::test]
async fn a_claim_can_name_the_party_and_the_device() {
    let signer = Signer::new(Algorithm::ES256);
    let web = Elsewhere::new(Answer::Nothing);
    let keys = KeysConfig::Inline(json!({"keys": [signer.public]}));
    let party_claim = Some(("tessera_party".to_owned(), Role::Customer));
    let device_claim = Some("phone_number".to_owned());
    let world = world_of(IssuerConfig { keys, party_claim, device_claim, ..issuer() }, &web).await;
    let mut good = claims(&world);
    good["tessera_party"] = json!(party(3).to_string());
    world.get(&sign(&signer, &good), OFFERINGS).await.expect(200);
    // Its role stays that of a customer, whatever the scope says.
    world.get(&sign(&signer, &good), "/v1/books").await.problem(403, "role-not-allowed");
    good["phone_number"] = json!("+31612345678");
    good["jti"] = json!(fresh());
    world.get(&sign(&signer, &good), OFFERINGS).await.expect(200);
    good["phone_number"] = json!("0612345678");
    world.get(&sign(&signer, &good), OFFERINGS).await.refused("invalid_token");
    for value in [json!(null), json!("ada"), json!(7)] {
        let mut bad = claims(&world);
        bad["tessera_party"] = value;
        world.get(&sign(&signer, &bad), OFFERINGS).await.refused("invalid_token");
    }
    let mut stranger = claims(&world);
    stranger["tessera_party"] = json!(party(99).to_string());
    world.get(&sign(&signer, &stranger), OFFERINGS).await.problem(403, "party-not-registered");
    assert_eq!(web.asked(), 0);
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_once_in_a_while() {
    let (old, new) = (Signer::new(Algorithm::ES256), Signer::new(Algorithm::ES256));
    let web = Elsewhere::new(Answer::Keys(json!({"keys": [old.public]})));
    let world = world_of(issuer(), &web).await;
    let before = sign(&old, &claims(&world));
    world.get(&before, OFFERINGS).await.expect(200);
    web.now(Answer::Keys(json!({"keys": [new.public]})));
    for _ in 0..5 {
        world.get(&sign(&new, &claims(&world)), OFFERINGS).await.refused("invalid_token");
    }
    assert_eq!(web.asked(), 1, "it was asked a moment ago");
    world.skip(Duration::from_secs(31));
    world.get(&sign(&new, &claims(&world)), OFFERINGS).await.expect(200);
    assert_eq!(web.asked(), 2);
    // What was verified with the key that is gone is not good any more.
    world.get(&before, OFFERINGS).await.refused("invalid_token");
    for _ in 0..5 {
        world.get(&sign(&Signer::new(Algorithm::ES256), &claims(&world)), OFFERINGS).await.refused("invalid_token");
    }
    assert_eq!(web.asked(), 2);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_our_trouble_and_not_the_callers() {
    let signer = Signer::new(Algorithm::ES256);
    let web = Elsewhere::new(Answer::Nothing);
    let world = world_of(issuer(), &web).await;
    let huge = json!({"keys": [signer.public], "pad": "x".repeat(JWKS_BYTES_MAX)}).to_string().into_bytes();
    let many = json!({"keys": vec![signer.public.clone(); 40]});
    let answers = [
        Answer::Nothing,
        Answer::Status(500),
        Answer::Status(302),
        Answer::Bytes(b"<html>".to_vec()),
        Answer::Bytes(huge),
        Answer::Keys(json!({"keys": []})),
        Answer::Keys(many),
    ];
    for (asked, answer) in (1..).zip(answers) {
        web.now(answer);
        let reply = world.get(&sign(&signer, &claims(&world)), OFFERINGS).await;
        assert_eq!(reply.headers["retry-after"], "1");
        reply.problem(503, "issuer-unreachable");
        assert_eq!(web.asked(), asked);
        world.skip(Duration::from_secs(31));
    }
    web.now(Answer::Keys(json!({"keys": [signer.public]})));
    world.get(&sign(&signer, &claims(&world)), OFFERINGS).await.expect(200);
}

#[tokio::test]
async fn a_slow_server_is_given_up() {
    let signer = Signer::new(Algorithm::ES256);
    let web = Elsewhere::new(Answer::Never);
    let text = signer.sign(&json!({}));
    let jose = Jose::parse(&text).expect("it is signed");
    let remote = Arc::new(Remote::new(KEYS.to_owned(), std::time::Duration::from_millis(1)));
    let fetching = Fetching { web: Some(Arc::clone(&web) as Arc<dyn Web>), now: node::wall_clock() };
    for _ in 0..3 {
        assert_eq!(remote.check(&jose, fetching.clone()).await, Err(Distrust::Unreachable));
    }
    assert_eq!(web.asked(), 1, "it is not asked again at once");
}

#[tokio::test]
async fn keys_at_hand_are_used_while_their_server_is_down() {
    let signer = Signer::new(Algorithm::ES256);
    let web = Elsewhere::new(Answer::Keys(json!({"keys": [signer.public]})));
    let world = world_of(issuer(), &web).await;
    world.get(&sign(&signer, &claims(&world)), OFFERINGS).await.expect(200);
    web.now(Answer::Status(500));
    world.skip(Duration::from_hours(23));
    world.get(&sign(&signer, &claims(&world)), OFFERINGS).await.expect(200);
    assert_eq!(web.asked(), 2);
    world.skip(Duration::from_hours(2));
    world.get(&sign(&signer, &claims(&world)), OFFERINGS).await.problem(503, "issuer-unreachable");
}

#[tokio::test]
async fn the_keys_of_a_client_can_be_fetched_too() {
    let signer = Signer::new(Algorithm::ES256);
    let web = Elsewhere::new(Answer::Keys(json!({"keys": [signer.public]})));
    let mut config = config();
    config.clients[0].keys = KeysConfig::At(KEYS.to_owned());
    let world = World::with(config).await.with_app(|app| app.with_web(Arc::clone(&web) as Arc<dyn Web>));
    let assertion = signer.sign(&world.assertion(ALICE_APP));
    world.ask_with(&assertion, "tessera:read").await.expect(200);
    world
        .ask_with(&Signer::of(ALICE_APP).sign(&world.assertion(ALICE_APP)), "tessera:read")
        .await
        .oauth_error(401, "invalid_client");
    web.now(Answer::Nothing);
    world.skip(Duration::from_secs(31));
    let unknown = Signer::new(Algorithm::ES256).sign(&world.assertion(ALICE_APP));
    world.ask_with(&unknown, "tessera:read").await.oauth_error(503, "temporarily_unavailable");
}

#[tokio::test]
async fn without_an_issuer_of_its_own_the_cell_takes_tokens_and_gives_none() {
    let signer = Signer::new(Algorithm::ES256);
    let web = Elsewhere::new(Answer::Keys(json!({"keys": [signer.public]})));
    let mut config = config();
    config.embedded = false;
    config.issuers = vec![issuer()];
    config.clients[1].issuer = Some(IDP.to_owned());
    let world = World::with(config).await.with_app(|app| app.with_web(Arc::clone(&web) as Arc<dyn Web>));
    world.get(&sign(&signer, &claims(&world)), OFFERINGS).await.expect(200);
    let assertion = Signer::of(ALICE_APP).sign(&world.assertion(ALICE_APP));
    world.ask_with(&assertion, "tessera:read").await.oauth_error(400, "unauthorized_client");
    for path in ["/oauth2/jwks", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        world.get("", path).await.problem(404, "no-such-route");
    }
    let metadata = world.get("", "/.well-known/oauth-protected-resource").await.expect(200);
    assert_eq!(metadata["authorization_servers"], json!([IDP]));
}
