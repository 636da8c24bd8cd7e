//! Profiles as clients see them.

use crate::tests::spec::Spec;
use crate::tests::world::{ALICE, BOB, METER, OPERATOR, PHONE, TABLET, World, boost, offering};
use serde_json::{Value, json};

const RETRIEVE: &str = "/qos-profiles/v1/retrieve-qos-profiles";
const QOS_L: &str = "/qos-profiles/v1/qos-profiles/QOS_L";

fn shown(status: &str) -> Value {
    json!({
        "name": "QOS_L", "description": "Gaming boost", "status": status,
        "targetMinUpstreamRate": {"value": 1_000, "unit": "kbps"},
        "targetMinDownstreamRate": {"value": 5, "unit": "Mbps"},
        "minDuration": {"value": 1, "unit": "Seconds"}, "maxDuration": {"value": 86_400, "unit": "Seconds"},
        "packetDelayBudget": {"value": 30, "unit": "Milliseconds"},
    })
}

fn named(list: &Value) -> Vec<(&str, &str)> {
    let rows = list.as_array().expect("a list").iter();
    rows.filter_map(|row| Some((row["name"].as_str()?, row["status"].as_str()?))).collect()
}

async fn publish(world: &World, number: u128, change: impl FnOnce(&mut Value)) {
    let mut draft = boost();
    draft["id"] = json!(offering(number).to_string());
    change(&mut draft);
    world.post(OPERATOR, "/v1/offerings", draft).await.expect(201);
}

async fn retire(world: &World, number: u128) {
    world.delete(OPERATOR, &format!("/v1/offerings/{}", offering(number))).await.expect(204);
}

#[tokio::test]
async fn a_profile_is_its_offering_and_other_capabilities_have_none() {
    let world = World::open().await;
    assert_eq!(world.get(ALICE, QOS_L).await.expect(200), shown("ACTIVE"));
    assert_eq!(world.post(ALICE, RETRIEVE, json!({})).await.expect(200), json!([shown("ACTIVE")]));
    world.get(ALICE, "/qos-profiles/v1/qos-profiles/NONE").await.error_info(404, "NOT_FOUND");
    let Some(spec) = Spec::open("qos-profiles") else { return };
    spec.assert_is("QosProfile", &shown("ACTIVE"));
}

#[tokio::test]
async fn a_retired_profile_is_deprecated_to_those_who_hold_a_token_of_it() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", Some("tel:+31612345678")).await.expect(201);
    retire(&world, 1).await;
    let (phone, tablet) = (world.on_behalf(PHONE).await, world.on_behalf(TABLET).await);
    for (who, status) in [(ALICE, "DEPRECATED"), (&phone, "DEPRECATED"), (&tablet, "INACTIVE"), (OPERATOR, "INACTIVE")]
    {
        assert_eq!(world.get(who, QOS_L).await.expect(200), shown(status), "{who}");
    }
    for (phone, status) in [("+31612345678", "DEPRECATED"), ("+31687654321", "INACTIVE")] {
        let body = json!({"device": {"phoneNumber": phone}});
        assert_eq!(world.post(ALICE, RETRIEVE, body).await.expect(200), json!([shown(status)]));
    }
    let session = json!({"device": {"phoneNumber": "+31612345678"}, "applicationServer": {"ipv4Address": "198.51.100.7"}, "qosProfile": "QOS_L", "duration": 60});
    world.post(ALICE, "/quality-on-demand/v1/sessions", session).await.expect(201);
}

#[tokio::test]
async fn a_profile_that_is_sold_to_others_only_is_as_if_it_did_not_exist() {
    let world = World::open().await;
    world.get(BOB, QOS_L).await.error_info(404, "NOT_FOUND");
    assert_eq!(world.post(BOB, RETRIEVE, json!({})).await.expect(200), json!([]));
    let session = json!({"device": {"phoneNumber": "+31612345678"}, "applicationServer": {"ipv4Address": "198.51.100.7"}, "qosProfile": "QOS_L", "duration": 60});
    world.post(BOB, "/quality-on-demand/v1/sessions", session).await.error_info(400, "INVALID_ARGUMENT");
}

#[tokio::test]
async fn offerings_that_share_a_name_promise_what_each_of_them_keeps() {
    let world = World::open().await;
    publish(&world, 3, |draft| {
        draft["name"] = json!("Long boost");
        draft["terms"] = json!({"latency_ms_max": 50, "percentile_ppm": 950_000, "downlink_kbps_min": 2_500, "uplink_kbps_min": 0, "window_length_max_s": 172_800});
    })
    .await;
    let both = json!({
        "name": "QOS_L", "description": "Gaming boost, Long boost", "status": "ACTIVE",
        "targetMinDownstreamRate": {"value": 2, "unit": "Mbps"},
        "minDuration": {"value": 1, "unit": "Seconds"}, "maxDuration": {"value": 172_800, "unit": "Seconds"},
        "packetDelayBudget": {"value": 50, "unit": "Milliseconds"},
    });
    assert_eq!(world.get(ALICE, QOS_L).await.expect(200), both);
    retire(&world, 3).await;
    assert_eq!(world.get(ALICE, QOS_L).await.expect(200), shown("ACTIVE"));
    retire(&world, 1).await;
    assert_eq!(world.get(ALICE, QOS_L).await.expect(200)["status"], "INACTIVE");
}

#[tokio::test]
async fn profiles_are_listed_by_name_and_filtered_by_name_and_status() {
    let world = World::open().await;
    for (number, profile) in [(3, "QOS_S"), (4, "QOS_E"), (5, "no profile of CAMARA's")] {
        publish(&world, number, |draft| draft["qos_profile"] = json!(profile)).await;
    }
    retire(&world, 3).await;
    let table = [
        (json!({}), vec![("QOS_E", "ACTIVE"), ("QOS_L", "ACTIVE"), ("QOS_S", "INACTIVE")]),
        (json!({"status": "INACTIVE"}), vec![("QOS_S", "INACTIVE")]),
        (json!({"name": "QOS_E"}), vec![("QOS_E", "ACTIVE")]),
        (json!({"name": "QOS_E", "status": "DEPRECATED"}), vec![]),
        (json!({"name": "QOS_X"}), vec![]),
    ];
    for (body, expected) in table {
        let list = world.post(ALICE, RETRIEVE, body).await.expect(200);
        assert_eq!(named(&list), expected);
    }
}

#[tokio::test]
async fn rates_are_integers_of_at_most_1024_and_never_promise_more_than_is_kept() {
    let world = World::open().await;
    for (number, (kbps, value, unit)) in (3..).zip([
        (1_024, 1_024, "kbps"),
        (1_999, 1, "Mbps"),
        (1_024_000, 1_024, "Mbps"),
        (1_999_999, 1, "Gbps"),
        (4_000_000_000_u32, 4, "Tbps"),
    ]) {
        publish(&world, number, |draft| {
            draft["qos_profile"] = json!(format!("RATE_{number}"));
            draft["terms"]["downlink_kbps_min"] = json!(kbps);
        })
        .await;
        let shown = world.get(ALICE, &format!("/qos-profiles/v1/qos-profiles/RATE_{number}")).await.expect(200);
        assert_eq!(shown["targetMinDownstreamRate"], json!({"value": value, "unit": unit}), "{kbps}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_request_has_its_error() {
    let world = World::open().await;
    let argument = (400, "INVALID_ARGUMENT");
    let table = [
        (json!({"name": "a b"}), argument),
        (json!({"name": "ab"}), argument),
        (json!({"name": null}), argument),
        (json!({"status": "active"}), argument),
        (json!({"device": {}}), argument),
        (json!({"device": {"networkAccessIdentifier": "7@example.com"}}), (422, "UNSUPPORTED_IDENTIFIER")),
        (json!({"device": {"phoneNumber": "+4917612345678"}}), (404, "IDENTIFIER_NOT_FOUND")),
        (json!({"unknown": 1}), argument),
        (json!([]), argument),
    ];
    for (body, (status, code)) in table {
        world.post(ALICE, RETRIEVE, body).await.error_info(status, code);
    }
    let phone = json!({"device": {"phoneNumber": "+31612345678"}});
    world.post(&world.on_behalf(PHONE).await, RETRIEVE, phone).await.error_info(422, "UNNECESSARY_IDENTIFIER");
    for (method, path) in [("POST", RETRIEVE), ("GET", QOS_L)] {
        let body = (method == "POST").then(|| json!({}));
        let bare = world.bare().await;
        let answer = async |who: &str| world.send(who, method, path, &[("x-correlator", "c-1")], body.clone()).await;
        answer("").await.error_info(401, "UNAUTHENTICATED");
        answer(&bare).await.error_info(403, "PERMISSION_DENIED");
        answer(METER).await.error_info(403, "PERMISSION_DENIED");
        assert_eq!(answer(ALICE).await.headers["x-correlator"], "c-1");
    }
    let long = "x".repeat(257);
    for name in ["ab", "a%20b", "a%2Fb", "%FF%FF%FF", long.as_str()] {
        let path = format!("/qos-profiles/v1/qos-profiles/{name}");
        world.get(ALICE, &path).await.error_info(400, "INVALID_ARGUMENT");
    }
    world.post(ALICE, QOS_L, json!({})).await.error_info(405, "METHOD_NOT_ALLOWED");
}
