//! A stand-in SMF over a real socket: HTTP/2 with prior knowledge.

use super::{BYTES, CALLS, Core, ROOT, asked, first, used, wants};
use crate::tests::world::{METER, Reply};
use crate::{Listening, serve};
use axum::body::Body;
use axum::http::{Request, StatusCode, Version};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// A function of the core that charges.
#[derive(Clone)]
struct Smf {
    client: Client<HttpConnector, Body>,
    address: SocketAddr,
}

impl Smf {
    async fn before(core: &Core) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(serve(Listening::sbi(listener), core.world.app.clone(), std::future::pending()));
        Self { client: Client::builder(TokioExecutor::new()).http2_only(true).build_http(), address }
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        let request = Request::post(format!("http://{}{ROOT}{path}", self.address));
        let request = request.header("authorization", format!("Bearer {METER}"));
        let request = request.header("content-type", "application/json").body(Body::from(body.to_string()));
        let answer = self.client.request(request.expect("a request")).await.expect("it answers");
        assert_eq!(answer.version(), Version::HTTP_2);
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.expect("a body ends").to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Reply { status: parts.status, headers: parts.headers, body }
    }
}

#[tokio::test]
async fn a_session_runs_over_http_2_with_prior_knowledge() {
    let core = Core::with(3).await;
    let smf = Smf::before(&core).await;
    let opened = smf.post("", &asked(0, json!([wants(BYTES)]))).await;
    core.is_as_documented(&opened);
    let location = opened.headers["location"].to_str().expect("a text").to_owned();
    let charging = location.strip_prefix(ROOT).expect("below the root").to_owned();
    opened.expect(201);
    let report = used(BYTES, json!({"totalVolume": 9_000}), Some(json!({})));
    let update = smf.post(&format!("{charging}/update"), &asked(1, json!([report]))).await;
    core.is_as_documented(&update);
    assert_eq!(first(&update.expect(200))["grantedUnit"], json!({"totalVolume": 10_000}));
    smf.post(&format!("{charging}/release"), &asked(2, json!([]))).await.expect(204);
    assert_eq!(core.wallet().await, (91, 0), "visible as soon as it is answered");
}

/// A thousand sessions of one subscriber ask at once for what there is a hundred of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_that_ask_at_once_as_many_are_granted_as_there_is_money_for() {
    let core = Arc::new(Core::with(2).await);
    let smf = Smf::before(&core).await;
    let asking = (0..1_000_u32).map(|number| {
        let smf = smf.clone();
        tokio::spawn(async move {
            let one = json!([{"ratingGroup": CALLS, "requestedUnit": {"serviceSpecificUnits": 1}}]);
            let mut request = asked(0, one);
            request["chargingId"] = json!(number);
            smf.post("", &request).await
        })
    });
    let mut granted = Vec::new();
    for answer in asking.collect::<Vec<_>>() {
        let reply = answer.await.expect("no panic");
        match reply.status {
            StatusCode::CREATED => granted.push(reply.headers["location"].to_str().expect("a text").to_owned()),
            _ => assert_eq!(reply.expect(403)["cause"], "QUOTA_LIMIT_REACHED"),
        }
    }
    assert_eq!((granted.len(), core.wallet().await), (100, (100, 100)));
    // Each of them delivers twice what it was granted, and all report at once.
    let reporting = granted.into_iter().map(|location| {
        let smf = smf.clone();
        tokio::spawn(async move {
            let path = format!("{}/release", location.strip_prefix(ROOT).expect("below the root"));
            let two = used(CALLS, json!({"serviceSpecificUnits": 2}), None);
            smf.post(&path, &asked(1, json!([two]))).await.expect(204)
        })
    });
    for answer in reporting.collect::<Vec<_>>() {
        answer.await.expect("no panic");
    }
    assert_eq!((core.wallet().await, core.overrun().await), ((0, 0), -100), "the overshoot is not the customer's");
}
