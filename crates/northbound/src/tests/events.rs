//! Live events: who sees what, where a stream begins and goes on, how it ends; and the page that lists them.

use super::world::{ALICE, BOB, METER, OPERATOR, World, here, offering, party};
use crate::limits::EVENT_STREAMS_PER_CLIENT_MAX;
use crate::native::events::convert::sees;
use crate::native::events::kind::{Audience, Kind};
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use engine::state::EndReason;
use engine::{Actor, Event};
use http_body_util::BodyExt;
use node::journal::{Memory, Store};
use node::limits::TIMELINE_EVENTS_MAX;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;
use types::{CellId, SessionId, TenantId};

/// A stream that a client reads.
pub struct Listening {
    body: Body,
    text: String,
}

/// One event of a stream.
#[derive(Debug, Clone)]
pub struct Heard {
    pub id: u64,
    pub kind: String,
    pub data: Value,
}

async fn ask(world: &World, who: &str, query: &str, last: Option<&str>) -> Response {
    let mut request = Request::get(format!("/v1/events{query}")).header("authorization", format!("Bearer {who}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let request = request.body(Body::empty()).expect("a request");
    world.router.clone().oneshot(request).await.expect("a router always answers")
}

pub async fn listen(world: &World, who: &str, query: &str, last: Option<&str>) -> Listening {
    let response = ask(world, who, query, last).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"text/event-stream".parse().expect("a value"))
    );
    Listening { body: response.into_body(), text: String::new() }
}

impl Listening {
    /// The next event; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some((frame, rest)) = self.text.split_once("\n\n") {
                let members: BTreeMap<&str, &str> = frame.lines().filter_map(|line| line.split_once(": ")).collect();
                let heard = members.get("data").map(|data| Heard {
                    id: members["id"].parse().expect("a number"),
                    kind: members["event"].to_owned(),
                    data: serde_json::from_str(data).expect("JSON"),
                });
                self.text = rest.to_owned();
                match heard {
                    Some(heard) => return Some(heard),
                    None => continue,
                }
            }
            let frame = tokio::time::timeout(Duration::from_secs(20), self.body.frame()).await.expect("in time")?;
            let bytes = frame.expect("it goes on").into_data().expect("data");
            self.text.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    pub async fn take(&mut self, count: usize) -> Vec<Heard> {
        let mut heard = Vec::new();
        for _ in 0..count {
            heard.push(self.next().await.expect("there is more"));
        }
        heard
    }
}

fn kinds(heard: &[Heard]) -> Vec<&str> {
    heard.iter().map(|heard| heard.kind.as_str()).collect()
}

#[tokio::test]
async fn a_party_hears_what_is_its_own_as_it_happens_and_the_operator_everything() {
    let world = World::open().await;
    let mut alice = listen(&world, ALICE, "", None).await;
    let mut operator = listen(&world, OPERATOR, "", None).await;
    world.top_up(3, 100, "bobs").await.expect(201);
    world.buy_boost(ALICE, "one", None).await.expect(201);
    world.top_up(2, 100, "alices").await.expect(201);
    let own = alice.take(2).await;
    assert_eq!(kinds(&own), ["token.issued", "wallet.topped_up"]);
    assert!(own.iter().all(|heard| heard.data["party"] == json!(party(2).to_string())));
    let all = operator.take(3).await;
    assert_eq!(kinds(&all), ["wallet.topped_up", "token.issued", "wallet.topped_up"]);
    assert_eq!((all[1].id, &all[1].data), (own[0].id, &own[0].data), "one event, one form");
    world.get(METER, "/v1/events").await.problem(403, "role-not-allowed");
}

#[tokio::test]
async fn a_client_that_comes_back_misses_nothing_and_hears_nothing_twice() {
    let world = World::open().await;
    let mut first = listen(&world, ALICE, "?after=0", None).await;
    assert_eq!(kinds(&first.take(3).await), ["party.registered", "wallet.opened", "wallet.topped_up"]);
    world.top_up(2, 1, "one").await.expect(201);
    let last = first.next().await.expect("there is more").id.to_string();
    drop(first);
    world.top_up(2, 2, "two").await.expect(201);
    world.top_up(2, 3, "three").await.expect(201);
    for (query, header) in [("", Some(last.as_str())), (&*format!("?after={last}"), None), ("?after=0", Some(&last))] {
        let mut again = listen(&world, ALICE, query, header).await;
        let heard = again.take(2).await;
        let amounts: Vec<_> = heard.iter().map(|heard| heard.data["data"]["amount"]["minor"].as_i64()).collect();
        assert_eq!(amounts, [Some(2), Some(3)], "{query} {header:?}");
    }
}

#[tokio::test]
async fn a_place_that_is_none_is_refused() {
    let world = World::open().await;
    let next_seq = world.next_seq().await;
    world.get(ALICE, &format!("/v1/events?after={next_seq}")).await.problem(422, "invalid-value");
    world.get(ALICE, &format!("/v1/events?after={}", u64::MAX)).await.problem(422, "invalid-value");
    world.get(ALICE, "/v1/events?after=-1").await.problem(400, "malformed-request");
    world.send(ALICE, "GET", "/v1/events", &[("last-event-id", "x")], None).await.problem(400, "malformed-request");
    listen(&world, ALICE, &format!("?after={}", next_seq - 1), None).await;
}

#[tokio::test]
async fn what_went_to_the_archive_is_gone_and_where_the_journal_begins_is_said() {
    let store = Arc::new(Memory::new(CellId(1)));
    let world = World::open_on(Arc::<Memory>::clone(&store) as Arc<dyn Store>).await;
    let kept_from = world.next_seq().await;
    // So many that what is older is read from the journal.
    world.many_events(TIMELINE_EVENTS_MAX).await;
    let mut old = listen(&world, OPERATOR, "?after=0", None).await;
    assert_eq!(old.next().await.expect("it is told").kind, "cell.founded");
    store.archive_before(kept_from).expect("memory has an archive").expect("there is something to archive");
    for (query, header) in [("?after=0", None), ("", Some(0)), ("", Some(kept_from - 2))] {
        let header = header.map(|last: u64| ("last-event-id", last.to_string()));
        let headers: Vec<(&str, &str)> = header.iter().map(|(name, last)| (*name, last.as_str())).collect();
        let gone = world.send(ALICE, "GET", &format!("/v1/events{query}"), &headers, None).await;
        let detail = gone.body["detail"].as_str().expect("a problem says more").to_owned();
        gone.problem(410, "events-archived");
        assert!(detail.contains(&format!("begins at event {kept_from};")), "{detail}");
    }
    let mut kept = listen(&world, OPERATOR, "", Some(&(kept_from - 1).to_string())).await;
    assert_eq!(kept.next().await.expect("it is told").id, kept_from);
}

#[tokio::test]
async fn the_operator_of_one_tenant_hears_nothing_of_another() {
    let world = World::open().await;
    let view = world.app.gate.replica().view();
    let (.., event) = view.timeline.iter().find(|(.., event)| matches!(event, Event::FundsAdded { .. })).expect("one");
    let of = |tenant| Actor { tenant: TenantId(tenant), ..Actor::OPERATOR };
    assert!(sees(of(1), event, &view) && !sees(of(2), event, &view));
}

#[tokio::test]
async fn a_client_has_so_many_streams_and_each_that_ends_frees_its_place() {
    let world = World::open().await;
    let mut open = Vec::new();
    for _ in 0..EVENT_STREAMS_PER_CLIENT_MAX {
        open.push(listen(&world, ALICE, "", None).await);
    }
    world.get(ALICE, "/v1/events").await.problem(429, "too-many-streams");
    listen(&world, BOB, "", None).await;
    open.pop();
    // Its task hears of it on its own.
    while ask(&world, ALICE, "", None).await.status() != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stream_is_answered_at_once_says_that_it_is_alive_and_ends_with_the_server() {
    let world = World::open().await.with_app(|app| app.with_heartbeat(Duration::from_millis(5)));
    // The answer is here before anything has happened: the time limit of requests is over, and the stream goes on.
    let mut stream = listen(&world, ALICE, "", None).await;
    let cursor = world.next_seq().await - 1;
    while !stream.text.ends_with(&format!(":\nid: {cursor}\n\n:\nid: {cursor}\n\n")) {
        let frame = stream.body.frame().await.expect("it goes on").expect("it goes on");
        stream.text.push_str(&String::from_utf8_lossy(&frame.into_data().expect("data")));
    }
    world.top_up(2, 1, "late").await.expect(201);
    assert_eq!(stream.next().await.expect("it goes on").kind, "wallet.topped_up");
    world.closing.send_replace(true);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_client_that_does_not_read_loses_its_stream_and_may_come_back() {
    let world =
        World::open().await.with_app(|app| app.with_heartbeat(Duration::ZERO).with_patience(Duration::from_millis(20)));
    let mut stream = listen(&world, ALICE, "", None).await;
    // It is told without end that the stream is alive, and reads nothing until its place is free again.
    while world.app.open_streams() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(stream.next().await.is_none(), "what was buffered is all there is");
    listen(&world, ALICE, "", None).await;
}

/// One of every type of event, as the operator hears it.
async fn everything() -> BTreeMap<String, Heard> {
    let world = World::open().await;
    world.put(OPERATOR, "/v1/profiles/0", json!({"hourly_ppm": vec![90_000; 168]})).await.expect(204);
    world
        .put(OPERATOR, &format!("/v1/parties/{}/credit-limit", party(2)), json!({"currency": "EUR", "limit_minor": 5}))
        .await
        .expect(200);
    let wish = json!({"offering": offering(1).to_string(), "window": {"duration_s": 3_600}, "place": here()});
    world.post(ALICE, "/v1/quotes", wish).await.expect(201);
    let token = world.buy_boost(ALICE, "one", None).await.expect(201);
    let path = format!("/v1/tokens/{}", token["id"].as_str().expect("an id"));
    for verb in ["suspend", "resume"] {
        world.post(OPERATOR, &format!("{path}/{verb}"), Value::Null).await.expect(200);
    }
    let call = json!({"token": token["id"], "device": "tel:+31612345678", "duration_s": 600});
    let session = world.post(ALICE, "/v1/sessions", call).await.expect(201);
    world.network_confirms().await;
    let id = SessionId::parse(session["id"].as_str().expect("an id")).expect("an id");
    world.delete(ALICE, &format!("/v1/sessions/{id}")).await.expect(202);
    world.network_stops(id, Some(EndReason::DeleteRequested)).await;
    world.delete(ALICE, &path).await.expect(200);
    world.delete(OPERATOR, &format!("/v1/offerings/{}", offering(1))).await.expect(204);
    let mut operator = listen(&world, OPERATOR, "?after=0", None).await;
    let mut heard = BTreeMap::new();
    loop {
        let next = operator.next().await.expect("there is more");
        let over = next.kind == "offering.retired";
        heard.entry(next.kind.clone()).or_insert(next);
        if over {
            return heard;
        }
    }
}

#[tokio::test]
async fn no_event_names_a_person() {
    let heard = everything().await;
    assert!(heard.len() >= 19, "{:?}", heard.keys());
    for one in heard.values() {
        let text = one.data.to_string();
        assert!(!text.contains("31612345678") && !text.contains("P2") && !text.contains("sub_"), "{text}");
        assert_eq!(one.data["type"], json!(one.kind));
        assert!(Kind::parse(&one.kind).is_some());
    }
}

const HEAD: &str = "# Events

What a cell tells the outside, live at `GET /v1/events` and in the body of webhooks: CloudEvents 1.0 in JSON, one form in both
places. How to listen is in [the guide](../guide/events.md). An event is told to the operator, and, where it says so, to the
party that it is about; nothing in it names a person. Members are only ever added. Bookkeeping that means nothing outside
(accounts of the operator's own, purchase keys, what is forgotten) is not told. A delivery of type `webhook.test` comes only
when it is asked for.

<!-- Generated from `crates/northbound/src/native/events/kind.rs`: UPDATE_GOLDEN=1 cargo test -p northbound events -->

| type | it says that | told to |
|---|---|---|
";

#[test]
fn the_page_of_events_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/events.md");
    let mut page = HEAD.to_owned();
    for kind in Kind::ALL {
        let told_to = if kind.audience() == Audience::Party { "the operator, the party" } else { "the operator" };
        writeln!(page, "| `{}` | {} | {told_to} |", kind.text(), kind.meaning().trim()).expect("a text grows");
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/reference/events.md is stale: UPDATE_GOLDEN=1 rewrites it, then read the diff");
}
