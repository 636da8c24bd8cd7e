//! Sessions: quotas granted, reported, returned.

use super::{BYTES, CALLS, Core, FLAT, UNSOLD, VOLUME, asked, first, used, wants};
use crate::tests::world::{BOB, OPERATOR, offering};
use serde_json::json;
use types::Duration;

#[tokio::test]
async fn a_session_is_granted_reports_is_granted_again_and_ends() {
    let core = Core::with(3).await;
    let (charging, opened) = core.create(&asked(0, json!([wants(BYTES)]))).await;
    let info = first(&opened);
    assert_eq!((&info["resultCode"], &info["ratingGroup"]), (&json!("SUCCESS"), &json!(BYTES)));
    assert_eq!(info["grantedUnit"], json!({"totalVolume": 10_000}));
    assert_eq!((&info["volumeQuotaThreshold"], &info["quotaHoldingTime"]), (&json!(2_000), &json!(300)));
    assert!((599..=600).contains(&info["validityTime"].as_u64().expect("seconds")), "{info}");
    assert_eq!(core.wallet().await, (100, 10));

    let report =
        used(BYTES, json!({"uplinkVolume": 3_000, "downlinkVolume": 4_500}), Some(json!({"totalVolume": 20_000})));
    let update = core.update(&charging, &asked(1, json!([report]))).await.expect(200);
    assert_eq!(first(&update)["grantedUnit"], json!({"totalVolume": 20_000}));
    assert_eq!(update["invocationSequenceNumber"], 1);
    assert_eq!(core.wallet().await, (92, 20), "what was used is paid, rounded once; the rest of the grant is back");

    core.release(&charging, &asked(2, json!([used(BYTES, json!({"totalVolume": 500}), None)]))).await.expect(204);
    assert_eq!(core.wallet().await, (92, 0), "8,000 bytes are 8 cents");
    // Finance knows what was delivered, of which token.
    let statement = core.world.get(BOB, "/v1/wallets/EUR/statement").await.expect(200);
    let usage = statement["movements"].as_array().and_then(|all| all.iter().find(|it| it["what"] == "usage"));
    let usage = usage.expect("usage");
    assert_eq!((&usage["charges"], &usage["quantity"]), (&json!(2), &json!(8_000)), "{usage}");
    assert_eq!(usage["offering"], offering(3).to_string());
    let revenue = core.world.get(OPERATOR, "/v1/revenue?by=offering").await.expect(200);
    assert_eq!(revenue["lines"][0]["of"], offering(3).to_string());
    let late = core.update(&charging, &asked(3, json!([wants(BYTES)]))).await;
    assert_eq!(late.expect(410)["cause"], "CONTEXT_NOT_FOUND");
}

#[tokio::test]
async fn the_same_once_more_is_answered_the_same_and_charged_once() {
    let core = Core::with(3).await;
    let mut create = asked(0, json!([wants(BYTES)]));
    let (charging, opened) = core.create(&create).await;
    create["retransmissionIndicator"] = json!(true);
    let (again, reopened) = core.create(&create).await;
    assert_eq!((&again, first(&reopened)["grantedUnit"].clone()), (&charging, first(&opened)["grantedUnit"].clone()));
    assert_eq!(core.wallet().await, (100, 10));

    let mut report = asked(1, json!([used(BYTES, json!({"totalVolume": 5_000}), Some(json!({})))]));
    let update = core.update(&charging, &report).await.expect(200);
    report["retransmissionIndicator"] = json!(true);
    let seq = core.world.next_seq().await;
    let repeat = core.update(&charging, &report).await.expect(200);
    assert_eq!(first(&repeat)["grantedUnit"], first(&update)["grantedUnit"]);
    assert_eq!((core.wallet().await, core.world.next_seq().await), ((95, 10), seq), "nothing happened");

    let old = core.update(&charging, &asked(0, json!([used(BYTES, json!({"totalVolume": 1}), None)]))).await;
    assert_eq!(old.expect(400)["cause"], "CHARGING_FAILED");
    let old = core.update(&charging, &asked(0, json!([used(CALLS, json!({"serviceSpecificUnits": 1}), None)]))).await;
    assert_eq!(old.expect(400)["cause"], "CHARGING_FAILED");

    let last = asked(2, json!([used(BYTES, json!({"totalVolume": 1_000}), None)]));
    core.release(&charging, &last).await.expect(204);
    core.release(&charging, &last).await.expect(204);
    assert_eq!(core.wallet().await, (94, 0));
}

#[tokio::test]
async fn a_lost_consumers_grant_comes_back_by_itself() {
    let core = Core::with(3).await;
    let (charging, _) = core.create(&asked(0, json!([wants(BYTES)]))).await;
    assert_eq!(core.wallet().await, (100, 10));
    core.world.skip(Duration::from_secs(659));
    core.world.get(super::OPERATOR, "/readyz").await.expect(200);
    assert_eq!(core.wallet().await.1, 10, "its time to report is not over");
    core.world.skip(Duration::from_secs(2));
    core.world.get(super::OPERATOR, "/readyz").await.expect(200);
    assert_eq!(core.wallet().await, (100, 0));
    let late = asked(1, json!([used(BYTES, json!({"totalVolume": 4_000}), None)]));
    core.update(&charging, &late).await.expect(200);
    assert_eq!(core.wallet().await, (96, 0), "what it delivered is owed all the same");
}

#[tokio::test]
async fn the_last_quota_says_so_and_then_there_is_none() {
    let core = Core::with(3).await;
    let (charging, opened) =
        core.create(&asked(0, json!([{"ratingGroup": BYTES, "requestedUnit": {"totalVolume": 250_000}}]))).await;
    let info = first(&opened);
    assert_eq!(info["grantedUnit"], json!({"totalVolume": 100_000}));
    let server = json!({"redirectAddressType": "URL", "redirectServerAddress": "https://top-up.example/"});
    assert_eq!(info["finalUnitIndication"], json!({"finalUnitAction": "REDIRECT", "redirectServer": server}));
    assert_eq!(info.get("volumeQuotaThreshold"), None, "there is nothing to ask for before the end");

    let report = used(BYTES, json!({"totalVolume": 130_000}), Some(json!({})));
    let update = core.update(&charging, &asked(1, json!([report]))).await.expect(200);
    assert_eq!(first(&update)["resultCode"], "QUOTA_LIMIT_REACHED");
    assert_eq!((core.wallet().await, core.overrun().await), ((0, 0), -30), "no limit is passed");

    let refused = core.post("", &asked(7, json!([wants(BYTES)]))).await;
    assert_eq!(refused.expect(403)["cause"], "QUOTA_LIMIT_REACHED");
}

#[tokio::test]
async fn rating_groups_are_answered_one_by_one() {
    let core = Core::with(3).await;
    core.buy(4).await;
    core.buy(5).await;
    let groups = [BYTES, VOLUME, FLAT, UNSOLD, 99].map(wants);
    let (charging, opened) = core.create(&asked(0, json!(groups))).await;
    let all = opened["multipleUnitInformation"].as_array().expect("a list");
    let results: Vec<_> = all.iter().map(|info| (info["ratingGroup"].as_u64(), info["resultCode"].as_str())).collect();
    let expected = [
        (Some(20), Some("SUCCESS")),
        (Some(30), Some("SUCCESS")),
        (Some(40), Some("QUOTA_MANAGEMENT_NOT_APPLICABLE")),
        (Some(50), Some("END_USER_SERVICE_DENIED")),
        (Some(99), Some("RATING_FAILED")),
    ];
    assert_eq!(results, expected);
    let two = json!([
        used(VOLUME, json!({"totalVolume": 4_000}), None),
        used(VOLUME, json!({"totalVolume": 6_000}), Some(json!({"totalVolume": 999_999_999}))),
    ]);
    let update = core.update(&charging, &asked(1, two)).await.expect(200);
    assert_eq!(first(&update)["grantedUnit"], json!({"totalVolume": 990_000}), "entries of one group are added up");
    assert_eq!(first(&update)["finalUnitIndication"]["finalUnitAction"], "REDIRECT");
    let nothing = core.update(&charging, &asked(2, json!([]))).await.expect(200);
    assert_eq!(nothing.get("multipleUnitInformation"), None);
    core.release(&charging, &asked(3, json!([]))).await.expect(204);
    assert_eq!(core.wallet().await, (89, 0));
}

#[tokio::test]
async fn one_event_is_charged_before_or_after_it_is_delivered() {
    let core = Core::with(2).await;
    let mut event = asked(0, json!([{"ratingGroup": CALLS, "requestedUnit": {"serviceSpecificUnits": 60}}]));
    event["oneTimeEvent"] = json!(true);
    event["oneTimeEventType"] = json!("IEC");
    let (charging, charged) = core.create(&event).await;
    assert_eq!(first(&charged)["grantedUnit"], json!({"serviceSpecificUnits": 60}));
    assert_eq!(core.wallet().await, (40, 0));
    let (again, _) = core.create(&event).await;
    assert_eq!((again, core.wallet().await), (charging, (40, 0)), "an event is charged once");
    event["invocationSequenceNumber"] = json!(1);
    let refused = core.post("", &event).await;
    assert_eq!(refused.expect(403)["cause"], "QUOTA_LIMIT_REACHED");
    assert_eq!(core.wallet().await, (40, 0), "all of it or nothing");

    let mut event = asked(2, json!([used(CALLS, json!({"serviceSpecificUnits": 60}), None)]));
    event["oneTimeEvent"] = json!(true);
    event["oneTimeEventType"] = json!("PEC");
    core.create(&event).await;
    assert_eq!((core.wallet().await, core.overrun().await), ((0, 0), -20), "what cannot be paid is the operator's");
}

#[tokio::test]
async fn a_subscriber_is_found_by_its_number_or_its_party() {
    let core = Core::with(2).await;
    let mut request = asked(0, json!([wants(CALLS)]));
    request["subscriberIdentifier"] = json!("imsi-204089999999999");
    assert_eq!(core.post("", &request).await.expect(404)["cause"], "USER_UNKNOWN");
    request["subscriberIdentifier"] = json!("nai-nobody@example.org");
    assert_eq!(core.post("", &request).await.expect(404)["cause"], "USER_UNKNOWN");
    request.as_object_mut().expect("an object").remove("subscriberIdentifier");
    assert_eq!(core.post("", &request).await.expect(400)["cause"], "MANDATORY_IE_MISSING");
    request["tenantIdentifier"] = json!(crate::tests::world::party(3).to_string());
    request["nfConsumerIdentification"] = json!({"nodeFunctionality": "NEF"});
    let (_, opened) = core.create(&request).await;
    assert_eq!(first(&opened)["grantedUnit"], json!({"serviceSpecificUnits": 5}));
}

#[tokio::test]
async fn another_consumers_session_is_as_if_it_did_not_exist() {
    let core = Core::with(2).await;
    let (charging, _) = core.create(&asked(0, json!([wants(CALLS)]))).await;
    for what in ["update", "release"] {
        let path = format!("/{charging}/{what}");
        let other = core.post_as(super::OPERATOR, &path, &asked(1, json!([wants(CALLS)]))).await;
        assert_eq!(other.expect(404)["cause"], "CONTEXT_NOT_FOUND");
        let customer = core.post_as(super::BOB, &path, &asked(1, json!([wants(CALLS)]))).await;
        assert_eq!(customer.expect(403)["cause"], "CHARGING_NOT_APPLICABLE");
        let stranger = core.post_as("nobody", &path, &asked(1, json!([wants(CALLS)]))).await;
        stranger.expect(401);
    }
}
