//! Access tokens as a client meets them: the real binary, and a client that signs with a library of its own.

#[expect(dead_code, reason = "these tests look at what a cell answers, not at what it prints")]
mod support;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use support::shop::{self, Shop};
use support::{Caller, Server, fails, file, prints, serve, tessera, text};
use tempfile::tempdir;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What the token endpoint says to a form.
fn ask(server: &Server, form: &[(&str, &str)]) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let pairs = form.iter().map(|(name, value)| (*name, *value));
    let mut answer = agent.post(format!("{}/oauth2/token", server.base)).send_form(pairs).expect("it is answered");
    let body = answer.body_mut().read_to_string().expect("text");
    (answer.status().as_u16(), serde_json::from_str(&body).expect("JSON"))
}

/// An assertion, signed by a library that is not ours to bend.
fn signed(key: &Path, claims: &Value) -> String {
    let pem = std::fs::read_to_string(key).expect("the key is there");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let key = EncodingKey::from_ed_der(&STANDARD.decode(body).expect("base64"));
    encode(&Header::new(Algorithm::EdDSA), claims, &key).expect("it signs")
}

fn claims(server: &Server, id: &str) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    let audience = format!("{}/oauth2/token", server.base);
    json!({"iss": "game", "sub": "game", "aud": audience, "iat": now, "exp": now + 60, "jti": id})
}

fn token(server: &Server, assertion: &str, scope: &str) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", scope),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ];
    let (status, answer) = ask(server, &form);
    assert_eq!(status, 200, "{answer}");
    text(&answer, "access_token")
}

/// A cell with a shop, and a client of its customer that signs with this key.
fn open(folder: &Path) -> (Server, Shop) {
    let data = folder.join("data");
    let server = Server::start(&mut serve(&data));
    let shop = shop::open(&Caller::operator(&server, &data));
    assert_eq!(server.stop().code, Some(0));
    let new = ["client", "new", "--id", "game", "--role", "customer", "--party", &shop.customer, "--key"];
    let made = prints(tessera().args(new).arg(folder.join("game.key")));
    let more = r#"scopes = ["quality-on-demand:sessions:create", "quality-on-demand:sessions:read", "#;
    let config = made.replace("scopes = [", more) + "purposes = [\"RequestedServiceProvision\"]\n";
    let config = file(folder, "tessera.toml", &config);
    (Server::start(serve(&data).arg("--config").arg(config)), shop)
}

#[test]
fn a_client_signs_gets_a_token_buys_and_calls_through_camara() {
    let folder = tempdir().expect("a folder");
    let (server, shop) = open(folder.path());
    let key = folder.path().join("game.key");
    let assertion = signed(&key, &claims(&server, "one"));
    let scope = "tessera:read tessera:purchase quality-on-demand:sessions:create quality-on-demand:sessions:read";
    let client = Caller::new(&server.base, &token(&server, &assertion, scope));
    let bought = client.post_keyed("/v1/orders", "one", &shop.order(), 201);
    assert_eq!(text(&bought, "party"), shop.customer);
    let session = json!({
        "device": {"phoneNumber": "+31612345678"}, "applicationServer": {"ipv4Address": "198.51.100.7"},
        "qosProfile": "QOS_CALLS", "duration": 600,
    });
    let session = client.post("/quality-on-demand/v1/sessions", &session, 201);
    let path = format!("/quality-on-demand/v1/sessions/{}", text(&session, "sessionId"));
    assert_eq!(text(&client.get(&path, 200), "sessionId"), text(&session, "sessionId"));

    let reader = Caller::new(&server.base, &token(&server, &signed(&key, &claims(&server, "two")), "tessera:read"));
    reader.get("/v1/tokens", 200);
    assert_eq!(text(&reader.post_keyed("/v1/orders", "two", &shop.order(), 403), "code"), "scope-missing");
    assert_eq!(text(&reader.get(&path, 403), "code"), "PERMISSION_DENIED");
    let again = [
        ("grant_type", "client_credentials"),
        ("scope", "tessera:read"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    let (status, error) = ask(&server, &again);
    assert_eq!((status, text(&error, "error")), (401, "invalid_client".to_owned()), "it was used before");
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn the_shell_alone_is_enough_and_tokens_outlive_a_restart() {
    let folder = tempdir().expect("a folder");
    let (server, _) = open(folder.path());
    let key = folder.path().join("game.key");
    let audience = format!("{}/oauth2/token", server.base);
    let assertion = |more: &[&str]| {
        let args = ["client", "assertion", "--id", "game", "--audience", &audience, "--key"];
        prints(tessera().args(args).arg(&key).args(more)).trim().to_owned()
    };
    let read = token(&server, &assertion(&[]), "tessera:read");
    Caller::new(&server.base, &read).get("/v1/offerings", 200);
    let scope = "dpv:RequestedServiceProvision quality-on-demand:sessions:create";
    let behalf = assertion(&["--subject", "tel:+31612345678", "--scope", scope]);
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", behalf.as_str())];
    let (status, answer) = ask(&server, &form);
    assert_eq!((status, text(&answer, "scope")), (200, scope.to_owned()), "{answer}");

    let listen = server.base.trim_start_matches("http://").to_owned();
    assert_eq!(server.stop().code, Some(0));
    let data = folder.path().join("data");
    let mut command = serve(&data);
    let config = folder.path().join("tessera.toml");
    let server = Server::start(command.env("TESSERA_LISTEN", &listen).arg("--config").arg(config));
    Caller::new(&server.base, &read).get("/v1/offerings", 200);
    assert_eq!(server.stop().code, Some(0));
    let said = fails(tessera().args(["client", "new", "--id", "a", "--role", "meter", "--party"]).args([
        "pty_01m85gr2mdf2jbcnev4w7rg63m",
        "--key",
        &key.display().to_string(),
    ]));
    assert!(said.contains("could not write"), "a key is never written over: {said}");
}

#[test]
fn a_bound_token_is_used_from_the_shell_with_a_proof_for_each_request() {
    let folder = tempdir().expect("a folder");
    let (server, _) = open(folder.path());
    let key = folder.path().join("game.key");
    let endpoint = format!("{}/oauth2/token", server.base);
    let proof =
        |more: &[&str]| prints(tessera().args(["client", "proof", "--key"]).arg(&key).args(more)).trim().to_owned();
    let assertion = signed(&key, &claims(&server, "bound"));
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "tessera:read"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let asked = agent.post(&endpoint).header("dpop", proof(&["--url", &endpoint])).send_form(form);
    let answer = asked.expect("it is answered").body_mut().read_to_string().expect("text");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(text(&answer, "token_type"), "DPoP");
    let token = text(&answer, "access_token");
    let (offerings, tokens) = (format!("{}/v1/offerings", server.base), format!("{}/v1/tokens", server.base));
    let get = |url: &str, proof: &str| {
        let asked = agent.get(url).header("authorization", format!("DPoP {token}")).header("dpop", proof);
        asked.call().expect("it is answered").status().as_u16()
    };
    let once = proof(&["--method", "GET", "--url", &format!("{tokens}?limit=5"), "--token", &token]);
    assert_eq!(get(&offerings, &once), 401, "the proof is for another address");
    assert_eq!(get(&format!("{tokens}?limit=5"), &once), 200);
    assert_eq!(get(&format!("{tokens}?limit=5"), &once), 401, "it was used");
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn a_wrong_client_or_issuer_is_refused_at_the_start_by_name() {
    let folder = tempdir().expect("a folder");
    let client = |more: &str| {
        format!("[[clients]]\nid = \"game\"\nrole = \"customer\"\nparty = \"pty_01m85gr2mdf2jbcnev4w7rg63m\"\n{more}\n")
    };
    let key = r#"{ kty = "OKP", crv = "Ed25519", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    let jwks = format!("jwks = {{ keys = [{key} }}] }}");
    for (config, part) in [
        (client("scopes = []"), "client game has no keys"),
        (client(&format!("scopes = [\"tessera:fly\"]\n{jwks}")), "`tessera:fly` is no scope"),
        (client(&format!("scopes = []\njwks = {{ keys = [{key}, d = \"x\" }}] }}")), "only the public half"),
        (client("scopes = []\njwks = { keys = [{ kty = \"oct\", k = \"x\" }] }"), "only the public half"),
        (client("scopes = []\njwks = { keys = [] }"), "1 to 32 keys"),
        (client(&format!("scopes = []\n{jwks}\njwks_uri = \"https://a.example\"")), "either `jwks` or `jwks_uri`"),
        (client("scopes = []\njwks_uri = \"http://a.example/keys\""), "`http://a.example/keys`"),
        (client(&format!("scopes = []\n{jwks}\npurposes = [\"dpv:X\"]")), "`dpv:X` is no purpose"),
        (client(&format!("scopes = []\n{jwks}\nissuer = \"https://idp.example\"")), "there is no issuer"),
        (client(&format!("scopes = []\nsecret_sha256 = \"{}\"", "0".repeat(64))), "development_secrets = true"),
        (client(&format!("scopes = []\n{jwks}\n")).repeat(2), "client game is there twice"),
        (client(&format!("scopes = []\n{jwks}\ndpop = \"always\"")), "unknown variant `always`"),
        ("[oauth]\nissuer = \"http://cell.example\"".to_owned(), "only for this machine"),
        ("[oauth]\nissuer = \"https://cell.example/\"".to_owned(), "without a slash"),
        ("[oauth]\ntoken_lifetime_s = 7200".to_owned(), "token_lifetime_s must be 1 to 3600"),
        ("[oauth]\nproof_window_s = 301".to_owned(), "proof_window_s must be 1 to 300"),
        ("[[issuers]]\nissuer = \"https://idp.example\"".to_owned(), "issuer https://idp.example has no keys"),
        (format!("[[issuers]]\nissuer = \"i\"\nalgorithms = [\"HS256\"]\n{jwks}"), "`HS256` is none of"),
        (format!("[[issuers]]\nissuer = \"i\"\nparty_claim = \"p\"\n{jwks}"), "`party_claim` and `role`"),
    ] {
        let path = file(folder.path(), "wrong.toml", &config);
        let data = folder.path().join("data");
        let said = fails(serve(&data).arg("--config").arg(&path));
        assert!(said.contains(part), "{config}: `{part}` is missing in: {said}");
        assert!(!data.exists(), "nothing is begun with a wrong configuration");
    }
}
