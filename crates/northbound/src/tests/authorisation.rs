//! Every operation that is not for everyone, against everyone whom it should turn away: without a credential, without its
//! scope, in a role that it is not for, and for what belongs to somebody else. It says so, and nothing changes.
//!
//! `authorisation-exceptions.txt` beside this file holds what is not so, with the reason. It may only shrink.

use super::oauth::ALL_APPS;
use super::openapi::filled;
use super::world::{ALICE, OPERATOR, Reply, World, offering, party, resource};
use crate::auth::scope::{OPERATIONS, Scope};
use engine::Role;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const EXCEPTIONS: &str = include_str!("authorisation-exceptions.txt");
/// As many as there are. Take it down with each that goes; it never goes up.
const EXCEPTIONS_MAX: usize = 3;

/// What belongs to Alice, by the path that names it.
struct Hers {
    quote: String,
    token: String,
    session: String,
    camara: String,
    webhook: String,
    payment: String,
    reservation: String,
    listener: String,
    bill: String,
}

impl Hers {
    async fn made(world: &World) -> Self {
        let id = |answer: Value, name: &str| answer[name].as_str().expect("an id").to_owned();
        let place = json!({"lat": super::world::HERE.0, "lon": super::world::HERE.1});
        let wish = json!({"offering": offering(1).to_string(), "window": {"duration_s": 3_600}, "place": place});
        let quote = id(world.post(ALICE, "/v1/quotes", wish).await.expect(201), "id");
        let token = id(world.buy_boost(ALICE, "hers", None).await.expect(201), "id");
        let call = json!({"token": token, "device": "tel:+31611111111", "duration_s": 60});
        let session = id(world.post(ALICE, "/v1/sessions", call).await.expect(201), "id");
        world.buy_boost(ALICE, "hers-too", None).await.expect(201);
        let call = json!({
            "device": {"phoneNumber": "+31622222222"}, "applicationServer": {"ipv4Address": "198.51.100.7"},
            "qosProfile": "QOS_L", "duration": 60,
        });
        let camara = id(world.post(ALICE, "/quality-on-demand/v1/sessions", call).await.expect(201), "sessionId");
        let hook = json!({"url": "https://alice.example/hook"});
        let webhook = id(world.post(ALICE, "/v1/webhooks", hook).await.expect(201), "id");
        let rule = auto_top_up();
        let rules = world.put(ALICE, "/v1/wallets/EUR/auto-top-up", rule).await.expect(200);
        let payment = id(rules["payments"][0].clone(), "id");
        let balances = "/tmf-api/prepayBalanceManagement/v4";
        let wallet = json!({"id": format!("{}-EUR", party(2))});
        let draft = json!({
            "usageType": "monetary", "amount": {"amount": 1, "units": "EUR"}, "bucket": wallet,
            "partyAccount": {"id": party(2).to_string()},
        });
        let reserved = world.post(ALICE, &format!("{balances}/reserveBalance"), draft).await.expect(201);
        let hub = json!({"callback": "https://alice.example/"});
        let listener = id(world.post(ALICE, &format!("{balances}/hub"), hub).await.expect(201), "id");
        let bill = format!("{}-EUR-2026-01", party(2));
        Self { quote, token, session, camara, webhook, payment, reservation: id(reserved, "id"), listener, bill }
    }

    fn path(&self, pattern: &str) -> String {
        let id = match pattern {
            _ if pattern.contains("/parties/") || pattern.contains("/partners/") => party(2).to_string(),
            _ if pattern.contains("/resources/") => resource(2).to_string(),
            _ if pattern.contains("/offerings/") => offering(1).to_string(),
            _ if pattern.contains("/quotes/") => self.quote.clone(),
            _ if pattern.contains("/tokens/") => self.token.clone(),
            _ if pattern.contains("/webhooks/") => self.webhook.clone(),
            _ if pattern.contains("/payments/") => self.payment.clone(),
            _ if pattern.contains("/bucket/") || pattern.contains("/accumulatedBalance/") => {
                format!("{}-EUR", party(2))
            }
            _ if pattern.contains("/reserveBalance/") || pattern.contains("/balanceActionHistory/") => {
                self.reservation.clone()
            }
            _ if pattern.contains("/v4/hub/") => self.listener.clone(),
            _ if pattern.contains("/usageConsumption/") => party(2).to_string(),
            _ if pattern.contains("/customerBill/") || pattern.contains("/customerBillOnDemand/") => self.bill.clone(),
            _ if pattern.contains("/appliedCustomerBillingRate/") => format!("{}-0", self.bill),
            _ if pattern.contains("/dead-letters/") => format!("dlv_{}", "0".repeat(56)),
            _ => self.session.clone(),
        };
        filled(&pattern.replace("{id}", &id).replace("{sessionId}", &self.camara))
    }

    /// A request that would be carried out for its owner.
    fn body(&self, pattern: &str) -> Value {
        match pattern {
            _ if pattern.contains("/reserveBalance/") => json!({"status": "cancelled", "reason": "no more"}),
            _ if pattern.ends_with("/wallets") => json!({"currency": "USD"}),
            _ if pattern.ends_with("/top-ups") || pattern.ends_with("/payouts") => {
                json!({"currency": "EUR", "amount_minor": 1})
            }
            _ if pattern.ends_with("/credit-limit") => json!({"currency": "EUR", "limit_minor": 1}),
            _ if pattern.ends_with("/priority") => json!({"level_min": 2}),
            _ if pattern.ends_with("/available") => json!({"available": 1}),
            _ if pattern.contains("/budgets/") => json!({"limit_minor": 5, "period": "day"}),
            _ if pattern.ends_with("/low-balance") => json!({"below_minor": 5}),
            _ if pattern.ends_with("/auto-top-up") => auto_top_up(),
            _ if pattern.ends_with("/transfers") => json!({"to": party(3).to_string(), "amount_minor": 1}),
            _ if pattern.ends_with("/transfer") => json!({"to": party(3).to_string()}),
            _ if pattern.ends_with("/gift") => json!({"to": party(3).to_string(), "quantity": 1}),
            _ if pattern.ends_with("/outcome") => json!({"outcome": "approved"}),
            _ if pattern.ends_with("/extend") => json!({"requestedAdditionalDuration": 60}),
            "/v1/orders" => json!({"quote": self.quote}),
            "/v1/sessions" => json!({"token": self.token, "device": "tel:+31633333333", "duration_s": 60}),
            _ => json!({}),
        }
    }
}

/// A rule that asks at once.
fn auto_top_up() -> Value {
    json!({"below_minor": 1_000_000_000, "amount_minor": 1, "day_max_minor": 1, "reference": "mandate-7"})
}

/// A token with every scope but one, for each client that has them all.
async fn tokens(world: &World, but: Option<Scope>) -> BTreeMap<&'static str, String> {
    let scopes: Vec<&str> = Scope::ALL.iter().filter(|scope| Some(**scope) != but).map(|scope| scope.text()).collect();
    let mut tokens = BTreeMap::new();
    for (client, ..) in ALL_APPS {
        tokens.insert(client, world.token(client, &scopes.join(" ")).await);
    }
    tokens
}

/// The client whose role an operation is for, one whose it is not, and one to whom what it names is foreign.
fn clients(scope: Scope) -> (&'static str, &'static str, &'static str) {
    let of = |wanted: Role| ALL_APPS.iter().find(|(_, role, _)| *role == wanted).map_or("", |(client, ..)| client);
    match scope {
        Scope::Operate => (of(Role::Operator), of(Role::Customer), "brand-all"),
        Scope::Meter => (of(Role::Meter), of(Role::Customer), of(Role::Customer)),
        _ => (of(Role::Customer), of(Role::Meter), of(Role::Customer)),
    }
}

fn refuses(reply: &Reply, with: &[u16]) -> bool {
    with.contains(&reply.status.as_u16())
}

fn exceptions() -> BTreeSet<String> {
    let lines = EXCEPTIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = lines.map(|line| {
        let (what, why) = line.split_once(" # ").expect("each has its reason");
        assert!(why.trim().len() > 10, "{what}: a reason is more than a word");
        what.trim().to_owned()
    });
    read.collect()
}

#[tokio::test]
async fn every_operation_turns_away_whom_it_is_not_for() {
    let world = World::open().await;
    let brand = json!({"id": party(5).to_string(), "kind": "partner", "tenant": 2});
    world.post(OPERATOR, "/v1/parties", brand).await.expect(201);
    let hers = Hers::made(&world).await;
    let full = tokens(&world, None).await;
    let before = world.next_seq().await;
    let mut open = BTreeSet::new();
    for (method, pattern, scope) in OPERATIONS {
        let (path, body) = (hers.path(pattern), hers.body(pattern));
        let (right, wrong, foreign) = clients(*scope);
        let without = tokens(&world, Some(*scope)).await;
        let send = async |who: &str| {
            let body = (*method != "GET").then(|| body.clone());
            world.send(who, method, &path, &[("idempotency-key", "k")], body).await
        };
        let names_something = pattern.contains("{id}")
            || pattern.contains("{sessionId}")
            || !body["quote"].is_null()
            || !body["token"].is_null();
        let mut held = vec![
            ("credential", refuses(&send("").await, &[401])),
            ("scope", refuses(&send(&without[right]).await, &[403])),
            ("role", refuses(&send(&full[wrong]).await, &[403])),
        ];
        if names_something {
            held.push(("foreign", refuses(&send(&full[foreign]).await, &[403, 404])));
        }
        held.push(("changes", world.next_seq().await == before));
        open.extend(held.into_iter().filter(|(_, held)| !held).map(|(what, _)| format!("{what} {method} {pattern}")));
    }
    let listed = exceptions();
    assert_eq!(open, listed, "what is open, and what is listed in authorisation-exceptions.txt");
    assert!(listed.len() <= EXCEPTIONS_MAX, "the list only shrinks");
}

#[tokio::test]
async fn the_network_the_shop_and_the_books_are_the_hosts() {
    let world = World::open().await;
    let brand = json!({"id": party(5).to_string(), "kind": "partner", "tenant": 2});
    world.post(OPERATOR, "/v1/parties", brand).await.expect(201);
    let before = world.next_seq().await;
    let token = world.token("brand-all", "tessera:operate").await;
    for path in ["/v1/books", "/v1/floor", "/v1/preemptions", "/v1/resources"] {
        world.get(&token, path).await.problem(403, "role-not-allowed");
    }
    world.put(&token, "/v1/profiles/0", json!({"hourly_ppm": vec![0; 168]})).await.problem(403, "role-not-allowed");
    world.post(&token, "/v1/offerings", super::world::boost()).await.problem(403, "role-not-allowed");
    let priority = format!("/v1/parties/{}/priority", party(5));
    world.put(&token, &priority, json!({"level_min": 8})).await.problem(403, "role-not-allowed");
    assert_eq!(world.next_seq().await, before);
    world.get(&token, &format!("/v1/parties/{}", party(5))).await.expect(200);
}
