//! A cell that is stuck refuses what can wait first, and what cannot last.

use super::world::{ALICE, METER, OPERATOR, Reply, World, here, offering, party};
use crate::{Credential, Credentials, Limits};
use engine::Role;
use node::journal::FaultyMemory;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinHandle;
use types::{CellId, SourceId};

const PUBLIC_SERVICE: &str = "public-service-secret";
/// The shares of it: 10 for looking, 13 for buying, 16 for calls, 18 for meters, 20 for the operator.
const IN_FLIGHT_MAX: usize = 20;

/// A world whose requests can be made to hang.
struct Loaded {
    world: Arc<World>,
    store: FaultyMemory,
    hanging: Vec<JoinHandle<Reply>>,
    next_source: u128,
}

impl Loaded {
    async fn open() -> Self {
        let store = FaultyMemory::new(CellId(1));
        let mut world = World::open_on(Arc::new(store.clone())).await;
        let draft = json!({"id": party(5).to_string(), "kind": "public_service", "personal": {"name": "P5"}});
        world.post(OPERATOR, "/v1/parties", draft).await.expect(201);
        let callers = [
            (OPERATOR, Role::Operator, 1),
            (ALICE, Role::Customer, 2),
            (METER, Role::Meter, 4),
            (PUBLIC_SERVICE, Role::Customer, 5),
        ];
        let callers = callers.map(|(secret, role, number)| Credential {
            secret_sha256: Credentials::hash(secret),
            role,
            party: party(number),
        });
        world.app.credentials = Arc::new(Credentials::new(callers).expect("four different secrets"));
        world.limit(&Limits { requests_in_flight: IN_FLIGHT_MAX, ..Limits::default() });
        store.hang();
        Self { world: Arc::new(world), store, hanging: Vec::new(), next_source: 100 }
    }

    /// One more request that hangs.
    async fn hang(&mut self, who: &'static str, path: &'static str, body: Value) {
        let world = Arc::clone(&self.world);
        self.hanging.push(tokio::spawn(async move { world.post(who, path, body).await }));
        self.wait_for(self.hanging.len()).await;
    }

    /// Registrations of meters, until so many requests hang.
    async fn fill(&mut self, who: &'static str, until: usize) {
        while self.hanging.len() < until {
            self.next_source += 1;
            let id = SourceId::from_u128(self.next_source);
            self.hang(who, "/v1/meters", json!({"id": id.to_string()})).await;
        }
    }

    async fn wait_for(&self, in_flight: usize) {
        while self.world.app.admission.in_flight() != in_flight {
            assert!(!self.hanging.iter().any(JoinHandle::is_finished), "a request was answered that should hang");
            tokio::task::yield_now().await;
        }
    }

    async fn refused(&self, who: &str, method: &str, path: &str, body: Option<Value>) {
        let reply = self.world.send(who, method, path, &[], body).await;
        assert_eq!(reply.headers.get("retry-after").map(axum::http::HeaderValue::as_bytes), Some(&b"1"[..]), "{path}");
        reply.problem(503, "busy");
    }
}

impl Drop for Loaded {
    /// A cell whose store hangs would not stop.
    fn drop(&mut self) {
        self.store.let_go();
    }
}

fn wish() -> Value {
    json!({"offering": offering(1).to_string(), "window": {"duration_s": 7_200}, "place": here()})
}

fn call() -> Value {
    json!({"token": "tok_00000000000000000000000000", "device": "tel:+31612345678", "duration_s": 60, "flow": {}})
}

#[tokio::test]
async fn what_can_wait_is_refused_before_what_cannot() {
    let mut loaded = Loaded::open().await;
    let world = Arc::clone(&loaded.world);

    loaded.fill(METER, 9).await;
    world.get(ALICE, "/v1/wallets").await.expect(200);
    loaded.fill(METER, 10).await;
    loaded.refused(ALICE, "GET", "/v1/wallets", None).await;
    let outcome = json!({"place": here(), "window": {"duration_s": 7_200}});
    loaded.refused(ALICE, "POST", "/v1/qualifications", Some(outcome)).await;
    world.get(PUBLIC_SERVICE, "/v1/wallets").await.expect(200);
    loaded.hang(ALICE, "/v1/quotes", wish()).await;

    loaded.fill(METER, 13).await;
    loaded.refused(PUBLIC_SERVICE, "GET", "/v1/wallets", None).await;
    loaded.refused(ALICE, "POST", "/v1/quotes", Some(wish())).await;
    loaded.hang(PUBLIC_SERVICE, "/v1/quotes", wish()).await;
    let called = world.post(ALICE, "/v1/sessions", call()).await.status.as_u16();
    assert!((400..500).contains(&called), "calls are let in: {called}");

    loaded.fill(METER, 16).await;
    loaded.refused(ALICE, "POST", "/v1/sessions", Some(call())).await;
    loaded.fill(METER, 18).await;
    loaded.refused(METER, "POST", "/v1/meters", Some(json!({"id": SourceId::from_u128(99).to_string()}))).await;

    world.get(OPERATOR, "/v1/parties").await.expect(200);
    for number in [50, 51] {
        let draft = json!({"id": party(number).to_string(), "kind": "consumer", "personal": {"name": "P"}});
        loaded.hang(OPERATOR, "/v1/parties", draft).await;
    }
    loaded.refused(OPERATOR, "GET", "/v1/parties", None).await;
    world.get("", "/healthz").await.expect(200);
    let told = world.get("", "/metrics").await.expect(200).as_str().expect("a text").to_owned();
    for (priority, refused) in [("look", 3), ("buy", 1), ("call", 1), ("meter", 1), ("operate", 1)] {
        let line = format!("\ntessera_requests_shed_total{{priority=\"{priority}\"}} {refused}\n");
        assert!(told.contains(&line), "{line}: {told}");
    }

    loaded.store.let_go();
    for hung in std::mem::take(&mut loaded.hanging) {
        let reply = hung.await.expect("no panic");
        // The boost is not for public services; what is asked here is that the engine was.
        assert!([201, 403].contains(&reply.status.as_u16()), "what was let in is decided: {}", reply.body);
    }
    world.get(ALICE, "/v1/wallets").await.expect(200);
}
