//! One request for each answer that can be received.

use super::record::{OPERATIONS, Operation, Record, Request};
use crate::tests::world::{ALICE, BOB, OPERATOR, PHONE, Reply, World, offering};
use crate::{Limits, Rate};
use serde_json::{Value, json};

/// A world and what it answered.
struct Prober<'a> {
    world: World,
    record: &'a mut Record,
}

impl Prober<'_> {
    async fn ask(&mut self, id: &str, who: &str, variable: &str, body: Option<Value>) -> Reply {
        let request = Request {
            who: who.to_owned(),
            variable: variable.to_owned(),
            correlator: Some("probe-1".to_owned()),
            content_type: body.is_some().then(|| "application/json".to_owned()),
            body: body.map(|body| body.to_string()),
        };
        self.record.ask(&self.world, Operation::named(id), &request).await
    }

    /// Each body as Alice, without a variable.
    async fn each(&mut self, id: &str, bodies: impl IntoIterator<Item = Value>) {
        for body in bodies {
            self.ask(id, ALICE, "", Some(body)).await;
        }
    }
}

/// Asks everything.
pub async fn run(record: &mut Record) {
    creation(record).await;
    sessions(record).await;
    devices(record).await;
    profiles(record).await;
    volumes(record).await;
    too_many(record).await;
}

/// A session that Alice can create once she has bought a token.
pub fn session() -> Value {
    json!({
        "device": {"phoneNumber": "+31612345678"}, "applicationServer": {"ipv4Address": "198.51.100.7"},
        "qosProfile": "QOS_L", "duration": 600, "sink": "https://application-server.com/notifications",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut body = session();
    body[name] = value;
    body
}

fn credential(kind: &str, of: &str) -> Value {
    let token = json!({"credentialType": kind, "accessToken": "a", "accessTokenExpiresUtc": "2030-01-01T00:00:00Z", "accessTokenType": of});
    with("sinkCredential", token)
}

async fn creation(record: &mut Record) {
    let mut probe = Prober { world: World::open().await, record };
    let bare = probe.world.bare().await;
    let phone = probe.world.on_behalf(PHONE).await;
    let create = "createSession";
    probe.ask(create, "", "", Some(session())).await;
    probe.ask(create, &bare, "", Some(session())).await;
    probe.ask(create, &phone, "", Some(session())).await;
    let mut nameless = session();
    nameless.as_object_mut().expect("an object").remove("device");
    let wrong = [
        json!({}),
        with("devicePorts", json!({"ranges": [{"from": 2, "to": 1}]})),
        with("duration", json!(86_401)),
        credential("PLAIN", "bearer"),
        credential("ACCESSTOKEN", "mac"),
        with("sink", json!("http://application-server.com/")),
        with("device", json!({"phoneNumber": "+4917612345678"})),
        with("device", json!({"networkAccessIdentifier": "7@example.com"})),
        nameless,
        session(),
    ];
    probe.each(create, wrong).await;
    probe.world.buy_boost(ALICE, "one", None).await.expect(201);
    probe.each(create, [session(), session()]).await;
    probe.world.delete(OPERATOR, &format!("/v1/offerings/{}", offering(1))).await.expect(204);
    let other = with("applicationServer", json!({"ipv4Address": "198.51.100.8"}));
    // The operator holds no token, and finds the profile no longer on sale.
    probe.ask(create, OPERATOR, "", Some(other)).await;
}

async fn sessions(record: &mut Record) {
    let mut probe = Prober { world: World::open().await, record };
    let bare = probe.world.bare().await;
    probe.world.buy_boost(ALICE, "one", None).await.expect(201);
    let created = probe.ask("createSession", ALICE, "", Some(session())).await.expect(201);
    let id = created["sessionId"].as_str().expect("an id").to_owned();
    let more = |seconds: i64| Some(json!({ "requestedAdditionalDuration": seconds }));
    let extend = "extendQosSessionDuration";
    probe.ask(extend, ALICE, &id, more(60)).await;
    probe.world.network_confirms().await;
    for (operation, body) in [("getSession", None), (extend, more(60)), ("deleteSession", None)] {
        for who in ["", bare.as_str(), BOB] {
            probe.ask(operation, who, &id, body.clone()).await;
        }
        probe.ask(operation, ALICE, "3fa85f64-5717-4562-b3fc-2c963f66afa6", body.clone()).await;
        probe.ask(operation, ALICE, "ses_1", body.clone()).await;
        probe.ask(extend, ALICE, &id, more(0)).await;
        probe.ask(operation, ALICE, &id, body).await;
    }
}

async fn devices(record: &mut Record) {
    let mut probe = Prober { world: World::open().await, record };
    let bare = probe.world.bare().await;
    let phone = probe.world.on_behalf(PHONE).await;
    for operation in ["retrieveSessionsByDevice", "retrieveQoSProfiles"] {
        let named = json!({"device": {"phoneNumber": "+31612345678"}});
        for who in ["", bare.as_str(), ALICE, phone.as_str()] {
            probe.ask(operation, who, "", Some(named.clone())).await;
        }
        let others = [
            json!({}),
            json!({"device": {}}),
            json!({"device": {"networkAccessIdentifier": "7@example.com"}}),
            json!({"device": {"phoneNumber": "+4917612345678"}}),
        ];
        probe.each(operation, others).await;
    }
}

async fn profiles(record: &mut Record) {
    let mut probe = Prober { world: World::open().await, record };
    let bare = probe.world.bare().await;
    for (who, name) in [("", "QOS_L"), (bare.as_str(), "QOS_L"), (ALICE, "QOS_L"), (ALICE, "QOS_X"), (ALICE, "ab")] {
        probe.ask("getQosProfile", who, name, None).await;
    }
}

async fn volumes(record: &mut Record) {
    let mut probe = Prober { world: World::open().await, record };
    let bare = probe.world.bare().await;
    let phone = probe.world.on_behalf(PHONE).await;
    let named = |device: Value| json!({"device": device, "volumeToCheck": {"value": 1, "unit": "MiB"}});
    let device = json!({"phoneNumber": "+31612345678"});
    for operation in ["retrieveDataVolume", "checkDataVolume"] {
        let body = |device: Value| {
            let mut body = named(device);
            if operation == "retrieveDataVolume" {
                body.as_object_mut().expect("an object").remove("volumeToCheck");
            }
            body
        };
        let mut nameless = body(device.clone());
        nameless.as_object_mut().expect("an object").remove("device");
        probe.each(operation, [nameless, body(device.clone())]).await;
    }
    probe.world.buy_data("+31612345678").await;
    for operation in ["retrieveDataVolume", "checkDataVolume"] {
        let body = |device: Value| match operation {
            "checkDataVolume" => named(device),
            _ => json!({ "device": device }),
        };
        for who in ["", bare.as_str(), ALICE, phone.as_str()] {
            probe.ask(operation, who, "", Some(body(device.clone()))).await;
        }
        let wrong =
            [json!({}), json!({"networkAccessIdentifier": "7@example.com"}), json!({"phoneNumber": "+4917612345678"})];
        probe.each(operation, wrong.map(body)).await;
    }
    let far = json!({"device": device, "volumeToCheck": {"value": 1_025, "unit": "MiB"}});
    probe.each("checkDataVolume", [far]).await;
}

/// Whoever asks more often than it may is refused before anything of the request is looked at.
async fn too_many(record: &mut Record) {
    let mut probe = Prober { world: World::open().await, record };
    let once = Rate::new(1, 60).expect("a rate");
    probe.world.limit(&Limits { customer: once, ..Limits::default() });
    probe.world.get(ALICE, "/v1/wallets").await.expect(200);
    // The documents of one API leave this answer to those of all.
    for operation in OPERATIONS.into_iter().filter(|operation| operation.api != "device-data-volume") {
        probe.ask(operation.id, ALICE, "any", Some(json!({}))).await.error_info(429, "TOO_MANY_REQUESTS");
    }
}
