//! What is the operator's does not exist on the public side.

use super::openapi::filled;
use super::world::{ALICE, OPERATOR, Reply, World, exchange};
use crate::auth::scope::{OPERATIONS, Scope};
use crate::{Side, openapi_json, router};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use std::collections::BTreeSet;

fn operations(side: Side) -> BTreeSet<(String, String)> {
    let document: Value = serde_json::from_str(&openapi_json(side)).expect("a document");
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &Value)| {
        let methods = item.as_object().expect("an item").keys().map(|method| (method.to_uppercase(), path.clone()));
        methods.collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

async fn send(router: &Router, who: &str, method: &str, path: &str) -> Reply {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {who}"));
    exchange(router.clone(), request.body(Body::empty()).expect("a request")).await
}

#[test]
fn the_public_side_has_everything_but_what_is_the_operators() {
    let (public, admin) = (operations(Side::Public), operations(Side::Admin));
    let of_operator = OPERATIONS.iter().filter(|(.., scope)| *scope == Scope::Operate);
    let mut hidden: BTreeSet<_> = of_operator.map(|(method, path, _)| (method.to_string(), path.to_string())).collect();
    hidden.insert(("GET".to_owned(), "/metrics".to_owned()));
    let difference: BTreeSet<_> = admin.difference(&public).cloned().collect();
    assert_eq!(difference, hidden);
    assert!(public.is_subset(&admin));
}

#[tokio::test]
async fn on_the_public_side_the_operators_operations_do_not_exist() {
    let world = World::open().await;
    let public = router(world.app.clone(), Side::Public);
    let (served, before) = (operations(Side::Public), world.next_seq().await);
    let hidden: Vec<_> = operations(Side::Admin).difference(&served).cloned().collect();
    for (method, path) in &hidden {
        let shared = served.iter().any(|(_, of)| of == path);
        for who in [OPERATOR, ALICE, "wrong"] {
            for method in [method.as_str(), "PATCH", "OPTIONS", "TRACE"] {
                let reply = send(&public, who, method, &filled(path)).await;
                if shared {
                    assert_eq!(reply.headers["allow"], "GET,HEAD", "{method} {path}");
                    if path.starts_with("/tmf-api/") {
                        reply.tmf_error(405, "method-not-allowed");
                    } else {
                        reply.problem(405, "method-not-allowed");
                    }
                } else {
                    reply.problem(404, "no-such-route");
                }
            }
            if !shared {
                assert_eq!(send(&public, who, "HEAD", &filled(path)).await.status, 404, "{path}");
            }
        }
    }
    assert!(hidden.len() >= 17, "{hidden:?}");
    assert_eq!(world.next_seq().await, before);
    send(&public, ALICE, "GET", "/v1/offerings").await.expect(200);
}
