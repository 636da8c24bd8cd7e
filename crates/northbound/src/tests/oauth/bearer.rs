//! On behalf of a person: CAMARA's profile, "JWT Bearer Flow".

use super::super::world::ALICE;
use super::signing::{Signer, claims_of};
use super::*;
use crate::auth::authenticate;
use axum::http::Request;
use node::wall_clock;

const NUMBER: &str = "tel:+31612345678";
const SCOPE: &str = "dpv:RequestedServiceProvision quality-on-demand:sessions:create";

fn behalf(world: &World, client: &str) -> Value {
    let mut claims = world.assertion(client);
    claims["sub"] = json!(NUMBER);
    claims["scope"] = json!(SCOPE);
    claims
}

async fn ask(world: &World, client: &str, claims: &Value) -> Reply {
    let assertion = Signer::of(client).sign(claims);
    world.ask(&[("grant_type", ON_BEHALF), ("assertion", &assertion)], &[]).await
}

async fn device_of(world: &World, token: &str) -> Result<Option<String>, crate::fault::Fault> {
    let request = Request::get("/").header("authorization", format!("Bearer {token}")).body(()).expect("a request");
    let (parts, ()) = request.into_parts();
    let principal = authenticate(&world.app, &parts).await?;
    assert_eq!(&*principal.client, ALICE_APP);
    Ok(principal.device.map(|device| device.as_str().to_owned()))
}

#[tokio::test]
async fn a_token_of_three_legs_names_its_device_to_us_alone() {
    let world = World::open().await;
    let token = ask(&world, ALICE_APP, &behalf(&world, ALICE_APP)).await.expect(200);
    assert_eq!((&token["scope"], token.get("refresh_token")), (&json!(SCOPE), None));
    let token = token["access_token"].as_str().expect("a token");
    let claims = claims_of(token).to_string();
    assert!(!claims.contains("31612345678") && !claims.contains("tel:"), "{claims}");
    assert_eq!(device_of(&world, token).await.expect("it is good"), Some(NUMBER.to_owned()));
    let alone = world.token(ALICE_APP, "tessera:read").await;
    assert_eq!(device_of(&world, &alone).await.expect("it is good"), None);
}

#[tokio::test]
async fn a_person_has_one_name_at_each_client_and_another_at_the_next() {
    let mut config = config();
    config.clients[1].purposes = config.clients[0].purposes.clone();
    let world = World::with(config).await;
    let mut names = Vec::new();
    for (client, number) in
        [(ALICE_APP, NUMBER), (ALICE_APP, NUMBER), (BOB_APP, NUMBER), (ALICE_APP, "tel:+31600000000")]
    {
        let mut claims = behalf(&world, client);
        claims["sub"] = json!(number);
        let answer = ask(&world, client, &claims).await.expect(200);
        names.push(claims_of(answer["access_token"].as_str().expect("a token"))["sub"].clone());
    }
    assert_eq!(names[0], names[1]);
    assert_ne!(names[0], names[2]);
    assert_ne!(names[0], names[3]);
    let subject = world.app.vault.find(NUMBER).expect("the vault works").expect("it knows it");
    let name = names[0].as_str().expect("a name");
    assert!(!name.contains(&subject.to_string()), "{name}");
    assert_eq!(world.app.vault.of_pairwise(name, BOB_APP), None, "another client's name leads nowhere");
    assert_eq!(world.app.vault.of_pairwise(name, ALICE_APP), Some(subject));
}

#[tokio::test]
async fn forgetting_the_person_makes_the_token_useless() {
    let world = World::open().await;
    let answer = ask(&world, ALICE_APP, &behalf(&world, ALICE_APP)).await.expect(200);
    let token = answer["access_token"].as_str().expect("a token");
    let subject = world.app.vault.find(NUMBER).expect("the vault works").expect("it knows it");
    world.app.vault.erase(subject).expect("it forgets");
    device_of(&world, token).await.expect_err("the person is forgotten");
    world.post(token, "/quality-on-demand/v1/sessions", json!({})).await.error_info(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn the_scope_is_in_the_assertion_with_exactly_one_purpose() {
    let world = World::empty().await;
    let assertion = Signer::of(ALICE_APP).sign(&behalf(&world, ALICE_APP));
    let form = [("grant_type", ON_BEHALF), ("assertion", assertion.as_str()), ("scope", SCOPE)];
    world.ask(&form, &[]).await.oauth_error(400, "invalid_request");
    for scope in [
        "quality-on-demand:sessions:create",
        "dpv:RequestedServiceProvision dpv:FraudPreventionAndDetection quality-on-demand:sessions:create",
        "dpv:Marketing quality-on-demand:sessions:create",
        "dpv: quality-on-demand:sessions:create",
        "dpv:RequestedServiceProvision",
        "dpv:RequestedServiceProvision tessera:operate",
        "",
    ] {
        let mut claims = behalf(&world, ALICE_APP);
        claims["scope"] = json!(scope);
        ask(&world, ALICE_APP, &claims).await.oauth_error(400, "invalid_scope");
    }
    let mut claims = behalf(&world, ALICE_APP);
    claims.as_object_mut().expect("an object").remove("scope");
    ask(&world, ALICE_APP, &claims).await.oauth_error(400, "invalid_scope");
}

#[tokio::test]
async fn appendix_a_says_which_error_when() {
    let world = World::empty().await;
    let before = world.next_seq().await;
    let now = wall_clock().as_ms() / 1_000;
    for (name, value) in [
        ("sub", json!("operatortoken:abc")),
        ("sub", json!("tel:0612345678")),
        ("sub", json!("+31612345678")),
        ("sub", json!(ALICE_APP)),
        ("aud", json!([ENDPOINT])),
        ("exp", json!(now + 400)),
        ("exp", json!(now - 60)),
        ("iat", json!(now + 100)),
        ("iat", json!(null)),
        ("iss", json!("nobody")),
        ("jti", json!("")),
    ] {
        let mut claims = behalf(&world, ALICE_APP);
        claims[name] = value;
        ask(&world, ALICE_APP, &claims).await.oauth_error(400, "invalid_grant");
    }
    let forged = Signer::of(BOB_APP).sign(&behalf(&world, ALICE_APP));
    world.ask(&[("grant_type", ON_BEHALF), ("assertion", &forged)], &[]).await.oauth_error(400, "invalid_grant");
    ask(&world, BOB_APP, &behalf(&world, BOB_APP)).await.oauth_error(400, "unauthorized_client");
    world.ask(&[("grant_type", ON_BEHALF)], &[]).await.oauth_error(400, "invalid_request");
    assert_eq!(world.next_seq().await, before);
    assert_eq!(world.app.vault.find(NUMBER).expect("the vault works"), None, "nobody was remembered");
}

#[tokio::test]
async fn whoever_says_who_asks_twice_is_one_client() {
    let world = World::empty().await;
    let assertion = || Signer::of(ALICE_APP).sign(&behalf(&world, ALICE_APP));
    for (client, status) in [(ALICE_APP, 200), (BOB_APP, 400)] {
        let authentication = Signer::of(client).sign(&world.assertion(client));
        let form = [
            ("grant_type", ON_BEHALF),
            ("assertion", &assertion()),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &authentication),
        ];
        world.ask(&form, &[]).await.expect(status);
    }
    let twice = assertion();
    world.ask(&[("grant_type", ON_BEHALF), ("assertion", &twice)], &[]).await.expect(200);
    world.ask(&[("grant_type", ON_BEHALF), ("assertion", &twice)], &[]).await.oauth_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_call_by_a_token_of_three_legs_names_no_device_and_is_told_none() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let answer = ask(&world, ALICE_APP, &behalf(&world, ALICE_APP)).await.expect(200);
    let token = answer["access_token"].as_str().expect("a token");
    let mut call = json!({
        "device": {"phoneNumber": "+31612345678"}, "applicationServer": {"ipv4Address": "198.51.100.7"},
        "qosProfile": "QOS_L", "duration": 60,
    });
    let path = "/quality-on-demand/v1/sessions";
    world.post(token, path, call.clone()).await.error_info(422, "UNNECESSARY_IDENTIFIER");
    call.as_object_mut().expect("an object").remove("device");
    let session = world.post(token, path, call).await.expect(201);
    assert!(session.get("device").is_none() && !session.to_string().contains("31612345678"), "{session}");
}
