//! What cannot be meant is named, and changes nothing.

use super::{BYTES, Core, asked, used, wants};
use crate::tests::world::{METER, exchange};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let core = Core::with(3).await;
    let (charging, _) = core.create(&asked(0, json!([wants(BYTES)]))).await;
    let before = (core.world.next_seq().await, core.wallet().await);
    let report = |units: Value| asked(1, json!([used(BYTES, units, None)]));
    let with = |name: &str, value: Value| {
        let mut request = asked(1, json!([wants(BYTES)]));
        request[name] = value;
        request
    };
    let without = |name: &str| {
        let mut request = asked(1, json!([wants(BYTES)]));
        request.as_object_mut().expect("an object").remove(name);
        request
    };
    let incorrect = "OPTIONAL_IE_INCORRECT";
    let cases = [
        (report(json!({"totalVolume": -1})), incorrect),
        (report(json!({"totalVolume": 1.5})), incorrect),
        (report(json!({"totalVolume": 9_007_199_254_740_992_u64})), incorrect),
        (report(json!({"totalVolume": u64::MAX})), incorrect),
        (report(json!({"uplinkVolume": u64::MAX, "downlinkVolume": 1})), incorrect),
        (report(json!({"time": 4_294_967_296_u64})), incorrect),
        (report(json!({"serviceSpecificUnits": "7"})), incorrect),
        (asked(1, json!([{"ratingGroup": -1}])), incorrect),
        (asked(1, json!([{"requestedUnit": {}}])), incorrect),
        (asked(1, json!([{"ratingGroup": BYTES, "usedUnitContainer": [{"totalVolume": 5}]}])), incorrect),
        (asked(1, json!([{"ratingGroup": BYTES, "requestedUnit": {"totalVolume": u64::MAX}}])), incorrect),
        (asked(1, json!(vec![wants(BYTES); 1_025])), incorrect),
        (asked(1, json!({})), incorrect),
        (with("notifyUri", json!("x".repeat(1_025))), incorrect),
        (with("invocationSequenceNumber", json!(4_294_967_296_u64)), "MANDATORY_IE_INCORRECT"),
        (with("invocationSequenceNumber", json!(-1)), "MANDATORY_IE_INCORRECT"),
        (with("invocationTimeStamp", json!("yesterday")), "MANDATORY_IE_INCORRECT"),
        (with("nfConsumerIdentification", json!("SMF")), "MANDATORY_IE_INCORRECT"),
        (with("nfConsumerIdentification", json!({})), "MANDATORY_IE_MISSING"),
        (without("nfConsumerIdentification"), "MANDATORY_IE_MISSING"),
        (without("invocationTimeStamp"), "MANDATORY_IE_MISSING"),
        (without("invocationSequenceNumber"), "MANDATORY_IE_MISSING"),
        (json!([]), "MANDATORY_IE_MISSING"),
    ];
    for (request, cause) in cases {
        for path in [String::new(), format!("/{charging}/update"), format!("/{charging}/release")] {
            let reply = core.post(&path, &request).await;
            assert_eq!(reply.expect(400)["cause"], cause, "{path} {request}");
        }
    }
    assert_eq!((core.world.next_seq().await, core.wallet().await), before);
}

#[tokio::test]
async fn what_is_no_json_or_names_nothing_is_refused_in_the_words_of_this_api() {
    let core = Core::with(3).await;
    for (body, kind, status) in
        [("{", "application/json", 400), ("", "application/json", 400), ("{}", "text/plain", 415)]
    {
        let request = Request::post(super::ROOT).header("authorization", format!("Bearer {METER}"));
        let request = request.header("content-type", kind).body(Body::from(body)).expect("a request");
        let reply = exchange(core.sbi.clone(), request).await;
        core.is_as_documented(&reply);
        reply.expect(status);
    }
    for charging in ["chg_00000000000000000000000009", "x", "%00"] {
        let reply = core.update(charging, &asked(1, json!([wants(BYTES)]))).await;
        assert_eq!(reply.expect(404)["cause"], "CONTEXT_NOT_FOUND");
    }
    let reply = core.post("/x/y/z", &json!({})).await;
    assert_eq!(reply.expect(404)["cause"], "RESOURCE_URI_STRUCTURE_NOT_FOUND");
    let mut event = asked(0, json!([wants(BYTES)]));
    event["oneTimeEvent"] = json!(true);
    assert_eq!(core.post("", &event).await.expect(400)["cause"], "MANDATORY_IE_MISSING");
    event["oneTimeEventType"] = json!("LATER");
    assert_eq!(core.post("", &event).await.expect(400)["cause"], "OPTIONAL_IE_INCORRECT");
}

#[tokio::test]
async fn what_is_not_known_of_an_open_enumeration_is_taken() {
    let core = Core::with(3).await;
    let mut request = asked(0, json!([wants(BYTES)]));
    request["nfConsumerIdentification"]["nodeFunctionality"] = json!("SOMETHING_OF_A_LATER_RELEASE");
    request["edgeInfrastructureUsageChargingInformation'"] = json!({"meanVirtualCPUUsage": 3});
    request["triggers"] = json!([{"triggerType": "OF_A_LATER_RELEASE", "triggerCategory": "SOME_REPORT"}]);
    core.create(&request).await;
}

#[tokio::test]
async fn nothing_of_it_is_on_the_other_sides() {
    let core = Core::with(3).await;
    for side in [crate::Side::Public, crate::Side::Admin] {
        let request = Request::post(super::ROOT).header("authorization", format!("Bearer {METER}"));
        let request = request.header("content-type", "application/json");
        let body = Body::from(asked(0, json!([wants(BYTES)])).to_string());
        let reply = exchange(crate::router(core.world.app.clone(), side), request.body(body).expect("a request")).await;
        reply.expect(404);
    }
    let request = Request::get("/v1/offerings").header("authorization", format!("Bearer {METER}"));
    exchange(core.sbi.clone(), request.body(Body::empty()).expect("a request")).await.expect(404);
}
