//! The document and the routes are one.

use super::world::{OPERATOR, World};
use crate::auth::scope::{OPERATIONS, needed};
use axum::http::Method;
use serde_json::Value;

const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

/// Every operation of the document.
pub async fn operations(world: &World) -> Vec<(String, String)> {
    let document = world.get("", "/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &Value)| {
        let methods = METHODS.into_iter().filter(|method| item.get(method).is_some());
        methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// A path with something sound for each of its variables.
pub fn filled(path: &str) -> String {
    if path.contains("/dead-letters/") {
        return path.replace("{id}", &format!("dlv_{}", "0".repeat(56)));
    }
    if path == "/v1/events" {
        // A stream would have no end.
        return format!("{path}?after=none");
    }
    let prefix = match path {
        _ if path.contains("/parties/") || path.contains("/partners/") => "pty_",
        _ if path.contains("/resources/") => "res_",
        _ if path.contains("/offerings/") => "off_",
        _ if path.contains("/quotes/") => "quo_",
        _ if path.contains("/tokens/") => "tok_",
        _ if path.contains("/webhooks/") => "whk_",
        _ if path.contains("/payments/") => "pay_",
        _ if path.contains("/leases/") => "chg_",
        _ => "ses_",
    };
    path.replace("{id}", &format!("{prefix}0000000000000000000000000z"))
        .replace("{number}", "7")
        .replace("{name}", "QOS_L")
        .replace("{kid}", "77")
        .replace("{currency}", "EUR")
        .replace("{table}", "postings")
        .replace("{period}", "2026-11")
        .replace("{party}", "pty_0000000000000000000000000z")
        .replace("{sessionId}", "3fa85f64-5717-4562-b3fc-2c963f66afa6")
}

#[tokio::test]
async fn every_documented_operation_is_routed() {
    let world = World::empty().await;
    let all = operations(&world).await;
    for (method, path) in &all {
        let reply = world.send(OPERATOR, method, &filled(path), &[], None).await;
        let code = reply.body["code"].as_str().unwrap_or_default();
        assert!(
            !["no-such-route", "method-not-allowed", "METHOD_NOT_ALLOWED"].contains(&code),
            "{method} {path}: {code}"
        );
    }
    assert_eq!(all.len(), 162, "an operation came or went: say so here\n{all:#?}");
}

#[tokio::test]
async fn every_registered_route_is_in_the_document() {
    // Routes are only ever registered with `routes!`, which documents them: a plain `.route(` would not be.
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let (mut registered, mut files) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path);
            } else if path.is_file() {
                let text = std::fs::read_to_string(&path).expect("a text");
                // 3GPP's own document describes what its functions call.
                let theirs = path.ends_with("nchf/routes.rs");
                assert!(theirs || !text.contains(".route(") && !text.contains(".nest("), "{}", path.display());
                registered += text.matches("#[utoipa::path(").count();
                files += 1;
            }
        }
    }
    assert!(files > 40, "{files}");
    let world = World::empty().await;
    assert_eq!(operations(&world).await.len(), registered, "a handler is documented but not registered");
}

#[tokio::test]
async fn every_secured_operation_asks_for_a_scope() {
    let world = World::empty().await;
    let document = world.get("", "/openapi.json").await.expect(200);
    for (method, path) in operations(&world).await {
        let secured = !document["paths"][&path][method.to_lowercase()]["security"].is_null();
        let listed = OPERATIONS.iter().any(|(name, of, _)| (*name, *of) == (&method, &path));
        assert_eq!(secured, listed, "{method} {path} must be both secured and in the table of scopes, or neither");
    }
}

#[tokio::test]
async fn every_operation_lists_its_refusals_and_no_answer_of_any_status() {
    let world = World::empty().await;
    let document = world.get("", "/openapi.json").await.expect(200);
    for (method, path) in operations(&world).await {
        let responses = &document["paths"][&path][method.to_lowercase()]["responses"];
        assert!(responses["4XX"].is_object() && responses["5XX"].is_object(), "{method} {path}: {responses}");
        assert!(responses["default"].is_null(), "{method} {path}: a success that is not listed would be documented");
    }
}

#[test]
fn head_asks_for_the_scope_of_get() {
    for (method, path, scope) in OPERATIONS {
        let asked = needed(&Method::HEAD, path);
        assert!(*method != "GET" || asked == Some(*scope), "HEAD {path} asks for {asked:?}");
    }
}
