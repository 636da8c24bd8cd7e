//! A core network charges: every answer is held against 3GPP's own document, where that is at hand.

mod bad_input;
mod callbacks;
mod sessions;
mod socket;

use crate::RatingGroup;
use crate::nchf::{FinalUnit, Nchf, NchfSizes, ROOT};
use crate::tests::spec::Spec;
use crate::tests::world::{BOB, METER, OPERATOR, Reply, World, exchange, here, offering};
use crate::{Side, router};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use types::Duration;

/// The subscription of Bob's phone.
const IMSI: &str = "imsi-204080000000001";
/// Rating groups: calls at a cent each, bytes at a cent for a thousand, a volume of a million bytes, unmetered, and one
/// that stands for an offering nobody bought.
const CALLS: u32 = 10;
const BYTES: u32 = 20;
const VOLUME: u32 = 30;
const FLAT: u32 = 40;
const UNSOLD: u32 = 50;

/// A cell that a core network may charge, in which Bob has 100 cents and tokens for his phone.
struct Core {
    world: World,
    sbi: Router,
    spec: Option<Spec>,
}

fn config() -> Nchf {
    let groups = [(CALLS, 2), (BYTES, 3), (VOLUME, 4), (FLAT, 5), (UNSOLD, 6)];
    Nchf {
        rating_groups: groups
            .into_iter()
            .map(|(group, number)| (group, RatingGroup { offering: offering(number), unit: None }))
            .collect(),
        quota: NchfSizes { volume: 10_000, time_s: 60, units: 5 },
        validity: Duration::from_mins(10),
        threshold_ppm: 200_000,
        holding: Some(Duration::from_mins(5)),
        final_unit: FinalUnit::Redirect("https://top-up.example/".to_owned()),
        api_root: None,
    }
    .checked()
    .expect("it can be meant")
}

impl Core {
    async fn open() -> Self {
        let world = World::open().await.with_app(|app| app.with_nchf(config()));
        for draft in [
            bare(
                3,
                "Bytes",
                json!({"currency": "EUR", "usage": {"unit": "byte", "rate_minor": 1, "per_quantity": 1_000}}),
            ),
            with_volume(bare(4, "Volume", json!({"currency": "EUR", "once_minor": 10}))),
            bare(5, "Flat", json!({"currency": "EUR", "once_minor": 1})),
            bare(6, "Unsold", json!({"currency": "EUR", "once_minor": 1})),
        ] {
            world.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
        }
        let sbi = router(world.app.clone(), Side::Sbi);
        Self { world, sbi, spec: Spec::tgpp("TS32291_Nchf_ConvergedCharging") }
    }

    /// The same, where Bob has bought this for his phone.
    async fn with(number: u128) -> Self {
        let core = Self::open().await;
        core.buy(number).await;
        core
    }

    async fn buy(&self, number: u128) -> String {
        let order = json!({
            "offering": offering(number).to_string(), "window": {"duration_s": 7_200}, "place": here(),
            "device": IMSI.replace('-', ":"),
        });
        let key = format!("buy-{number}-{}", self.world.next_seq().await);
        let bought = self.world.send(BOB, "POST", "/v1/orders", &[("idempotency-key", &key)], Some(order)).await;
        bought.expect(201)["id"].as_str().expect("a token").to_owned()
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_as(METER, path, body).await
    }

    async fn post_as(&self, who: &str, path: &str, body: &Value) -> Reply {
        let request = Request::post(format!("{ROOT}{path}")).header("authorization", format!("Bearer {who}"));
        let request = request.header("content-type", "application/json").body(Body::from(body.to_string()));
        let reply = exchange(self.sbi.clone(), request.expect("a request")).await;
        self.is_as_documented(&reply);
        reply
    }

    #[track_caller]
    fn is_as_documented(&self, reply: &Reply) {
        let Some(spec) = &self.spec else { return };
        match reply.status {
            StatusCode::NO_CONTENT => {}
            status if status.is_success() => spec.assert_is("ChargingDataResponse", &reply.body),
            _ => {
                assert_eq!(reply.headers["content-type"], "application/problem+json");
                spec.assert_is("ProblemDetails", &reply.body);
            }
        }
    }

    /// Opens a session; gives its reference.
    async fn create(&self, body: &Value) -> (String, Value) {
        let reply = self.post("", body).await;
        let location = reply.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let charging = location.rsplit('/').next().unwrap_or_default().to_owned();
        assert_eq!(location, format!("{ROOT}/{charging}"));
        (charging, reply.expect(201))
    }

    async fn update(&self, charging: &str, body: &Value) -> Reply {
        self.post(&format!("/{charging}/update"), body).await
    }

    async fn release(&self, charging: &str, body: &Value) -> Reply {
        self.post(&format!("/{charging}/release"), body).await
    }

    /// What Bob's wallet has, and what of it is held.
    async fn wallet(&self) -> (i64, i64) {
        let wallet = self.world.get(BOB, "/v1/wallets/EUR").await.expect(200);
        let minor = |name: &str| wallet[name]["minor"].as_i64().expect("an amount");
        (minor("balance"), minor("held"))
    }

    /// What the operator bore.
    async fn overrun(&self) -> i64 {
        self.world
            .app
            .read(|view| {
                let all = view.state.ledger.accounts();
                let overrun = all.filter(|(_, row)| row.kind == engine::ledger::AccountKind::UsageOverrun);
                overrun.map(|(_, row)| row.posted).sum()
            })
            .await
    }
}

fn bare(number: u128, name: &str, price: Value) -> Value {
    let mut draft = json!({
        "id": offering(number).to_string(), "name": name, "capability": "connectivity", "qos_profile": "NONE",
        "terms": {"latency_ms_max": 0, "percentile_ppm": 0, "downlink_kbps_min": 0, "uplink_kbps_min": 0, "window_length_max_s": 86_400},
        "guarantee": {"assurance_window_s": 10, "samples_min": 10},
        "remedy": {"per_broken_window_ppm": 0, "cap_ppm": 0},
    });
    draft["price"] = price;
    draft
}

fn with_volume(mut draft: Value) -> Value {
    draft["terms"]["volume"] = json!({"unit": "byte", "quantity": 1_000_000});
    draft
}

/// A request of an SMF for Bob's phone, with these entries.
fn asked(sequence: u32, usages: Value) -> Value {
    let mut request = json!({
        "subscriberIdentifier": IMSI, "nfConsumerIdentification": {"nodeFunctionality": "SMF", "nFName": "3fa85f64-5717-4562-b3fc-2c963f66afa6"},
        "invocationTimeStamp": "2026-01-05T12:00:00Z", "invocationSequenceNumber": sequence
    });
    request["multipleUnitUsage"] = usages;
    request
}

/// An entry that wants a quota of our size.
fn wants(group: u32) -> Value {
    json!({"ratingGroup": group, "requestedUnit": {}})
}

/// An entry that used this, and wants more or not.
fn used(group: u32, units: Value, more: Option<Value>) -> Value {
    let mut container = units;
    container["localSequenceNumber"] = json!(1);
    container["triggers"] = json!([{"triggerType": "QUOTA_THRESHOLD", "triggerCategory": "IMMEDIATE_REPORT"}]);
    let mut usage = json!({"ratingGroup": group, "usedUnitContainer": [container]});
    if let Some(more) = more {
        usage["requestedUnit"] = more;
    }
    usage
}

/// What is said of the first rating group.
fn first(body: &Value) -> &Value {
    &body["multipleUnitInformation"][0]
}
