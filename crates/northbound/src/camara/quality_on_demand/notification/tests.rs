//! Which changes are notified, in which form.

use super::{Notification, qos_status_changed};
use crate::tests::spec::Spec;
use crate::tests::world::{ALICE, World};
use engine::Event;
use engine::state::{EndReason, SessionRef};
use node::SessionRecord;
use serde_json::{Value, json};
use types::Instant;

const SESSIONS: &str = "/quality-on-demand/v1/sessions";
const NOON: Instant = Instant::from_ms(1_767_268_800_000);

/// A world with one session, and what is remembered of its request.
struct Called {
    world: World,
    session: SessionRef,
    kept: SessionRecord,
}

impl Called {
    async fn with(request: Value) -> Self {
        let world = World::open().await;
        world.buy_boost(ALICE, "one", None).await.expect(201);
        world.post(ALICE, SESSIONS, request).await.expect(201);
        let session = SessionRef::from_index(0);
        let flow = world.app.read(|view| view.state.session(session).expect("requested").flow).await;
        let kept = world.app.vault(move |vault| vault.session(flow)).await.expect("the vault works").expect("kept");
        Self { world, session, kept }
    }

    async fn told(&self, event: &Event) -> Option<Notification> {
        self.world.app.read(|view| qos_status_changed(event, 42, NOON, &view.state, &self.kept)).await
    }

    fn stopping(&self, reason: EndReason) -> Event {
        Event::DeactivationRequested { session: self.session, reason }
    }

    fn ended(&self, reason: EndReason) -> Event {
        Event::SessionEnded { session: self.session, reason, windows: 0 }
    }

    fn activated(&self) -> Event {
        Event::SessionActivated { session: self.session, ends_at: NOON, paid_minor: 0, tax_minor: 0 }
    }
}

fn request() -> Value {
    json!({
        "device": {"phoneNumber": "+31612345678"}, "applicationServer": {"ipv4Address": "198.51.100.7"},
        "qosProfile": "QOS_L", "duration": 600, "sink": "https://application-server.com/notifications",
        "sinkCredential": {"credentialType": "ACCESSTOKEN", "accessToken": "s3cret", "accessTokenExpiresUtc": "2030-07-03T12:27:08.312Z", "accessTokenType": "bearer"},
    })
}

fn data(told: Option<Notification>) -> Option<(Value, Value)> {
    let body = told?.body;
    Some((body["data"]["qosStatus"].clone(), body["data"]["statusInfo"].clone()))
}

#[tokio::test]
async fn a_cloud_event_has_exactly_the_published_form() {
    let called = Called::with(request()).await;
    let told = called.told(&called.activated()).await.expect("a notification");
    assert_eq!(told.sink, "https://application-server.com/notifications");
    assert_eq!(told.credential.and_then(|credential| credential.access_token).as_deref(), Some("s3cret"));
    let id = told.body["data"]["sessionId"].as_str().expect("an id");
    let expected = json!({
        "id": "1-42", "source": format!("/quality-on-demand/v1/sessions/{id}"), "specversion": "1.0",
        "type": "org.camaraproject.quality-on-demand.v1.qos-status-changed", "datacontenttype": "application/json",
        "time": "2026-01-01T12:00:00Z", "data": {"sessionId": id, "qosStatus": "AVAILABLE"},
    });
    assert_eq!(told.body, expected);
    let Some(spec) = Spec::quality_on_demand() else { return };
    spec.assert_is("EventQosStatusChanged", &told.body);
    called.world.network_confirms().await;
    for event in [called.stopping(EndReason::DurationExpired), called.ended(EndReason::NetworkTerminated)] {
        spec.assert_is("EventQosStatusChanged", &called.told(&event).await.expect("a notification").body);
    }
}

#[tokio::test]
async fn a_session_that_was_available_says_once_why_it_no_longer_is() {
    let called = Called::with(request()).await;
    called.world.network_confirms().await;
    let unavailable = |info: &str| Some((json!("UNAVAILABLE"), json!(info)));
    let table = [
        (called.activated(), Some((json!("AVAILABLE"), json!(null)))),
        (called.stopping(EndReason::DurationExpired), unavailable("DURATION_EXPIRED")),
        (called.ended(EndReason::DurationExpired), None),
        (called.stopping(EndReason::DeleteRequested), unavailable("DELETE_REQUESTED")),
        (called.ended(EndReason::DeleteRequested), None),
        (called.ended(EndReason::NetworkTerminated), unavailable("NETWORK_TERMINATED")),
        (Event::SessionForgotten(called.session), None),
    ];
    for (event, expected) in table {
        assert_eq!(data(called.told(&event).await), expected, "{event:?}");
    }
}

#[tokio::test]
async fn a_session_that_never_was_available_is_told_of_unless_it_was_deleted() {
    let called = Called::with(request()).await;
    let failed = Some((json!("UNAVAILABLE"), json!("NETWORK_TERMINATED")));
    assert_eq!(data(called.told(&called.ended(EndReason::NetworkTerminated)).await), failed);
    assert_eq!(data(called.told(&called.stopping(EndReason::DurationExpired)).await), failed);
    assert_eq!(data(called.told(&called.stopping(EndReason::DeleteRequested)).await), None);
}

#[tokio::test]
async fn nobody_is_told_without_a_sink_or_by_another_partys_record() {
    let mut without = request();
    without.as_object_mut().expect("an object").retain(|name, _| !name.starts_with("sink"));
    let called = Called::with(without).await;
    assert!(called.told(&called.activated()).await.is_none());
    let mut called = Called::with(request()).await;
    assert!(called.told(&called.activated()).await.is_some());
    called.kept.request = called.kept.request.replace("pty_", "pty_7");
    assert!(called.told(&called.activated()).await.is_none());
}
