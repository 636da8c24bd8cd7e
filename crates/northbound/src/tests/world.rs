//! A small operator: one radio cell with room for five boosts, a boost and calls on sale, two customers and a meter.

use super::oauth::config;
use super::postbox::Postbox;
use crate::{App, Credential, Credentials, Limits, OAuth, OAuthConfig, Side, Subscribers, Uptime, Words, router};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use engine::state::SessionState;
use engine::{ActivationOutcome, Actor, Command, Role};
use http_body_util::BodyExt;
use node::journal::{Memory, Store};
use node::{Cell, CellSecret, Clock, Entitlements, Feed, Keyring, Mailroom, Notifier, Pace, Vault, Work, wall_clock};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;
use tower::ServiceExt;
use types::{CellId, Duration, OfferingId, PartyId, ResourceId, SessionId, SourceId};

/// The bearer secrets.
pub const OPERATOR: &str = "operator-secret";
pub const ALICE: &str = "alice-secret";
pub const BOB: &str = "bob-secret";
pub const METER: &str = "meter-secret";
/// Two devices of the operator, as the vault knows them.
pub const PHONE: &str = "tel:+31612345678";
pub const TABLET: &str = "tel:+31687654321";
/// A place the radio cell covers, and one that nothing covers.
pub const HERE: (f64, f64) = (52.370_216, 4.895_168);
pub const ELSEWHERE: (f64, f64) = (48.858_370, 2.294_481);

/// A cell with its routes; those of the operator's side, which has them all.
pub struct World {
    pub app: App,
    pub router: Router,
    /// What the world outside was told.
    pub postbox: Arc<Postbox>,
    /// Tells streams and deliveries to end.
    pub closing: watch::Sender<bool>,
    cell: Cell,
    /// By how many milliseconds the cell's clock is ahead.
    ahead: Arc<AtomicU64>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl World {
    /// A founded cell in which every credential's party is registered, and nothing else.
    pub async fn empty() -> Self {
        Self::with(config()).await
    }

    /// The same, with these clients and issuers.
    pub async fn with(oauth: OAuthConfig) -> Self {
        Self::empty_on(Arc::new(Memory::new(CellId(1))), oauth).await
    }

    async fn empty_on(store: Arc<dyn Store>, oauth: OAuthConfig) -> Self {
        let world = Self::start(store, &oauth, Arc::default());
        let found = Command::FoundCell { cell: CellId(1), operator: party(1) };
        world.cell.gate().submit(Actor::OPERATOR, found).await.expect("an empty store is founded");
        for (number, kind) in [(2, "consumer"), (3, "enterprise"), (4, "partner")] {
            let draft =
                json!({"id": party(number).to_string(), "kind": kind, "personal": {"name": format!("P{number}")}});
            world.post(OPERATOR, "/v1/parties", draft).await.expect(201);
        }
        world
    }

    /// The same cell, started again on its store after something was done to that; its clock goes on.
    pub fn restarted(self, store: Arc<dyn Store>, meanwhile: impl FnOnce(&dyn Store)) -> Self {
        let ahead = Arc::clone(&self.ahead);
        self.closing.send_replace(true);
        self.cell.stop();
        meanwhile(&*store);
        Self::start(store, &config(), ahead)
    }

    fn start(store: Arc<dyn Store>, oauth: &OAuthConfig, ahead: Arc<AtomicU64>) -> Self {
        let moved = Arc::clone(&ahead);
        let clock = Clock::new(move || wall_clock().after(Duration::from_ms(moved.load(Ordering::SeqCst))));
        let cell = Cell::start_with(&store, clock).expect("a memory store starts");
        let secret = CellSecret::new([7; 32]);
        let vault = Vault::open(&*store, &secret).expect("a memory store has a vault");
        let keyring = Arc::new(Keyring::in_memory(&secret).expect("a secret makes keys"));
        let entitlements = Entitlements::new(Arc::clone(&keyring));
        let oauth = OAuth::new(oauth, &keyring).expect("a sound configuration");
        let subscribers = Subscribers::parse(["tel:+31"]).expect("a range");
        let (postbox, (closing, stop)) = (Arc::new(Postbox::default()), watch::channel(false));
        let mailroom = Mailroom::open(&*store, &secret, 1, Pace::default()).expect("a memory store has records");
        let feed = Feed::new(cell.gate().clone(), store);
        let web: Arc<Postbox> = Arc::clone(&postbox);
        let notifier = Notifier::new(feed, vault.clone(), mailroom, web, Arc::new(Words));
        tokio::spawn(notifier.clone().run(stop.clone()));
        let app = App::new(cell.gate().clone(), vault, entitlements, credentials()).with_notifier(notifier, stop);
        let app = app.with_oauth(oauth).with_subscribers(subscribers);
        Self { router: router(app.clone(), Side::Admin), app, postbox, closing, cell, ahead }
    }

    /// The operator's whole shop, with 10.00 EUR in Alice's wallet and 1.00 EUR in Bob's.
    pub async fn open() -> Self {
        Self::open_on(Arc::new(Memory::new(CellId(1)))).await
    }

    /// The same, on this store.
    pub async fn open_on(store: Arc<dyn Store>) -> Self {
        let world = Self::empty_on(store, config()).await;
        world.build().await;
        for (number, minor) in [(2, 1_000), (3, 100)] {
            let path = format!("/v1/parties/{}/wallets", party(number));
            world.post(OPERATOR, &path, json!({"currency": "EUR"})).await.expect(201);
            world.top_up(number, minor, &format!("start-{number}")).await.expect(201);
        }
        world.post(METER, "/v1/meters", json!({"id": source().to_string()})).await.expect(201);
        world
    }

    /// The same cell with something else before it.
    pub fn with_app(self, change: impl FnOnce(App) -> App) -> Self {
        let app = change(self.app.clone());
        Self { router: router(app.clone(), Side::Admin), app, ..self }
    }

    /// Moves the cell's clock on.
    pub fn skip(&self, by: Duration) {
        self.ahead.fetch_add(by.as_ms(), Ordering::SeqCst);
    }

    /// Other limits from now on, by a clock that stands still until it is moved, in milliseconds.
    pub fn limit(&mut self, limits: &Limits) -> Arc<AtomicU64> {
        let now_ms = Arc::new(AtomicU64::new(0));
        let read = Arc::clone(&now_ms);
        let uptime = Uptime::new(move || std::time::Duration::from_millis(read.load(Ordering::Relaxed)));
        self.app = self.app.clone().with_limits(limits, &uptime);
        self.router = router(self.app.clone(), Side::Admin);
        now_ms
    }

    async fn build(&self) {
        self.put(OPERATOR, "/v1/profiles/0", json!({"hourly_ppm": vec![100_000; 168]})).await.expect(204);
        let core = json!({"id": resource(1).to_string(), "name": "upf-1", "class": "core", "nominal": 1_000, "floor_ppm": 100_000, "profile": 0});
        self.post(OPERATOR, "/v1/resources", core).await.expect(201);
        let point = h3o::LatLng::new(HERE.0, HERE.1).expect("a point").to_cell(h3o::Resolution::Nine);
        let radio = json!({
            "id": resource(2).to_string(), "name": "n78-1", "class": "radio_macro", "upstream": resource(1).to_string(),
            "covers": [point.to_string()], "nominal": 100, "floor_ppm": 400_000, "profile": 0,
        });
        self.post(OPERATOR, "/v1/resources", radio).await.expect(201);
        for draft in [boost(), calls()] {
            self.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
        }
    }

    /// Adds money to a party's wallet.
    pub async fn top_up(&self, number: u128, minor: i64, key: &str) -> Reply {
        let path = format!("/v1/parties/{}/top-ups", party(number));
        let body = json!({"currency": "EUR", "amount_minor": minor});
        self.send(OPERATOR, "POST", &path, &[("idempotency-key", key)], Some(body)).await
    }

    /// Buys a boost for two hours from now, here.
    pub async fn buy_boost(&self, who: &str, key: &str, device: Option<&str>) -> Reply {
        let mut order = json!({"offering": offering(1).to_string(), "window": {"duration_s": 7_200}, "place": here()});
        if let Some(device) = device {
            order["device"] = json!(device);
        }
        self.send(who, "POST", "/v1/orders", &[("idempotency-key", key)], Some(order)).await
    }

    /// Alice buys 500 MiB for a device.
    pub async fn buy_data(&self, phone: &str) {
        let mut draft = calls();
        draft["id"] = json!(offering(77).to_string());
        draft["terms"]["volume"] = json!({"unit": "byte", "quantity": 500_u64 << 20});
        draft["price"] = json!({"currency": "EUR", "once_minor": 1});
        self.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
        let order = json!({
            "offering": offering(77).to_string(), "window": {"duration_s": 7_200}, "place": here(),
            "device": format!("tel:{phone}"),
        });
        self.send(ALICE, "POST", "/v1/orders", &[("idempotency-key", "data")], Some(order)).await.expect(201);
    }

    /// The network's answer to every session that is waiting for one.
    pub async fn network_confirms(&self) {
        let gate = self.cell.gate();
        let waiting: Vec<_> = gate
            .read(|view| {
                let asked = view.state.live_sessions().filter(|(_, row)| row.state == SessionState::Requested);
                asked.map(|(session, _)| session).collect()
            })
            .await;
        for session in waiting {
            let command = Command::RecordActivation { session, outcome: ActivationOutcome::Confirmed };
            gate.submit(Actor::NETWORK, command).await.expect("a requested session can be confirmed");
        }
    }

    /// The network has stopped a session, as asked or by itself.
    pub async fn network_stops(&self, id: SessionId, reason: Option<engine::state::EndReason>) {
        let gate = self.cell.gate();
        let session = gate.read(|view| view.state.session_by_id(id)).await.expect("the session is there");
        let command = Command::RecordDeactivation { session, reason };
        gate.submit(Actor::NETWORK, command).await.expect("it can be stopped");
    }

    /// At least so many events, all of them durable.
    pub async fn many_events(&self, count: usize) {
        let gate = self.cell.gate();
        let party = gate.read(|view| view.state.party_by_id(party(3))).await.expect("Bob is registered");
        let currency = types::Currency::parse("EUR").expect("a currency");
        let limits = (1..).take(count).map(|limit_minor| Command::SetCreditLimit { party, currency, limit_minor });
        let work = limits.map(|command| engine::Request { actor: Actor::OPERATOR, key: None, command });
        let pending: Vec<_> = work.map(|request| gate.send(Work::One(request)).expect("there is room")).collect();
        for answer in pending {
            answer.await.expect("it is decided");
        }
    }

    /// The sequence number after the last event: moves with every change.
    pub async fn next_seq(&self) -> u64 {
        self.app.read(|view| view.next_seq).await
    }

    /// Ends the cell; requests then find it stopped.
    pub fn stop(self) -> (App, Router) {
        self.cell.stop();
        (self.app, self.router)
    }

    pub async fn get(&self, who: &str, path: &str) -> Reply {
        self.send(who, "GET", path, &[], None).await
    }

    pub async fn post(&self, who: &str, path: &str, body: Value) -> Reply {
        self.send(who, "POST", path, &[], Some(body)).await
    }

    pub async fn put(&self, who: &str, path: &str, body: Value) -> Reply {
        self.send(who, "PUT", path, &[], Some(body)).await
    }

    pub async fn delete(&self, who: &str, path: &str) -> Reply {
        self.send(who, "DELETE", path, &[], None).await
    }

    /// Any request; an empty `who` sends no credential.
    pub async fn send(
        &self,
        who: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Reply {
        let mut all = headers.to_vec();
        if body.is_some() {
            all.push(("content-type", "application/json"));
        }
        self.raw(who, method, path, &all, body.map(|body| body.to_string()).unwrap_or_default()).await
    }

    /// Any bytes.
    pub async fn raw(
        &self,
        who: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !who.is_empty() {
            request = request.header("authorization", format!("Bearer {who}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        exchange(self.router.clone(), request.body(body.into()).expect("a request")).await
    }
}

impl Reply {
    /// Has this status; says what came back when not.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// A problem with this status and code, complete by RFC 9457 and our own members.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let page = if crate::DOOR_PAGES.iter().any(|page| page.code == code) { "problems" } else { "rejections" };
        assert_eq!(self.body["type"], format!("/docs/{page}#{code}"));
        assert_eq!(self.body["status"], status);
        for member in ["title", "detail", "accepted"] {
            assert!(self.body[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {}", self.body);
        }
        let challenged = self.headers.contains_key("www-authenticate");
        assert!(if challenged { [400, 401, 403].contains(&status) } else { status != 401 }, "{status}");
        self.body
    }

    /// An error as TM Forum writes it: its status is a text.
    #[track_caller]
    pub fn tmf_error(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/json");
        assert_eq!((&self.body["status"], &self.body["@type"]), (&json!(status.to_string()), &json!("Error")));
        for member in ["reason", "message"] {
            assert!(self.body[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {}", self.body);
        }
        self.body
    }

    /// An error as CAMARA writes it: three members, no other.
    #[track_caller]
    pub fn error_info(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/json");
        assert_eq!(self.body["status"], status);
        assert!(self.body["message"].as_str().is_some_and(|text| !text.is_empty()), "{}", self.body);
        assert_eq!(self.body.as_object().map(serde_json::Map::len), Some(3), "{}", self.body);
        self.body
    }
}

/// One request to a router.
pub async fn exchange(router: Router, request: Request<Body>) -> Reply {
    let response = router.oneshot(request).await.expect("a router always answers");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body ends").to_bytes();
    let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
    Reply {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or_else(|_| text()),
    }
}

/// A boost of 30 ms at p95 and 5 Mbit/s at 0.75 EUR an hour, called as `QOS_L`.
pub fn boost() -> Value {
    json!({
        "id": offering(1).to_string(), "name": "Gaming boost", "capability": "experience", "qos_profile": "QOS_L",
        "terms": {"latency_ms_max": 30, "percentile_ppm": 950_000, "downlink_kbps_min": 5_000, "uplink_kbps_min": 1_000, "window_length_max_s": 86_400},
        "price": {"currency": "EUR", "step_minor": 75, "step_s": 3_600, "tax_ppm": 210_000},
        "guarantee": {"assurance_window_s": 10, "samples_min": 10},
        "remedy": {"per_broken_window_ppm": 100_000, "cap_ppm": 1_000_000},
        "eligible": ["consumer"], "refund_unused": true,
        "demand": {"radio_macro": {"units": 10, "epsilon_ppb": 400_000, "version": 1}, "core": {"units": 5, "epsilon_ppb": 1_000, "version": 1}},
    })
}

/// Calls at one cent each, paid as they are made.
pub fn calls() -> Value {
    json!({
        "id": offering(2).to_string(), "name": "Calls", "capability": "security", "qos_profile": "NONE",
        "terms": {"latency_ms_max": 0, "percentile_ppm": 0, "downlink_kbps_min": 0, "uplink_kbps_min": 0, "window_length_max_s": 86_400},
        "price": {"currency": "EUR", "usage": {"unit": "call", "rate_minor": 1, "per_quantity": 1}},
        "guarantee": {"assurance_window_s": 10, "samples_min": 10},
        "remedy": {"per_broken_window_ppm": 0, "cap_ppm": 0},
    })
}

pub fn here() -> Value {
    json!({"lat": HERE.0, "lon": HERE.1})
}

pub fn party(number: u128) -> PartyId {
    PartyId::from_u128(number)
}

pub fn offering(number: u128) -> OfferingId {
    OfferingId::from_u128(number)
}

pub fn resource(number: u128) -> ResourceId {
    ResourceId::from_u128(number)
}

pub fn source() -> SourceId {
    SourceId::from_u128(1)
}

fn credentials() -> Credentials {
    let all =
        [(OPERATOR, Role::Operator, 1), (ALICE, Role::Customer, 2), (BOB, Role::Customer, 3), (METER, Role::Meter, 4)];
    let list = all.map(|(secret, role, number)| Credential {
        secret_sha256: Credentials::hash(secret),
        role,
        party: party(number),
    });
    Credentials::new(list).expect("four different secrets")
}
