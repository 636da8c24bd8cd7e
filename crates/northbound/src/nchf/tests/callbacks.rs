//! What a consumer is told without asking.

use super::{BYTES, Core, VOLUME, asked, first, used, wants};
use crate::tests::world::OPERATOR;
use serde_json::json;

const NOTIFY: &str = "https://smf.example/notify/1";

#[tokio::test]
async fn a_consumer_is_told_to_stop_when_the_token_is_held_back() {
    let core = Core::open().await;
    let token = core.buy(3).await;
    let mut request = asked(0, json!([wants(BYTES)]));
    request["notifyUri"] = json!(NOTIFY);
    let (charging, _) = core.create(&request).await;
    // Its receiver fails twice: the same is said again until it is heard.
    core.world.postbox.answers(&[500, 503]);
    core.world.post(OPERATOR, &format!("/v1/tokens/{token}/suspend"), json!({})).await;
    let letters = core.world.postbox.letters(3).await;
    for letter in &letters {
        assert_eq!((letter.url.as_str(), &letter.body), (NOTIFY, &json!({"notificationType": "ABORT_CHARGING"})));
        assert_eq!(letter.header("content-type"), "application/json");
        if let Some(spec) = &core.spec {
            spec.assert_is("ChargingNotifyRequest", &letter.body);
        }
    }
    assert_eq!(core.wallet().await, (100, 0));
    let none = core.world.get(OPERATOR, "/v1/leases").await.expect(200);
    assert_eq!(none["items"], json!([]));
    let more = core.update(&charging, &asked(1, json!([wants(BYTES)]))).await.expect(200);
    assert_eq!(first(&more)["resultCode"], "END_USER_SERVICE_DENIED");
    core.release(&charging, &asked(2, json!([used(BYTES, json!({"totalVolume": 2_000}), None)]))).await.expect(204);
    assert_eq!(core.wallet().await, (98, 0), "what was delivered until then is owed");
}

#[tokio::test]
async fn a_consumer_asks_again_when_there_is_more_to_grant_or_one_group_is_over() {
    let core = Core::open().await;
    core.buy(3).await;
    let volume = core.buy(4).await;
    let mut request =
        asked(0, json!([{"ratingGroup": BYTES, "requestedUnit": {"totalVolume": 500_000}}, wants(VOLUME)]));
    request["notifyUri"] = json!(NOTIFY);
    let (charging, opened) = core.create(&request).await;
    assert_eq!(first(&opened)["grantedUnit"], json!({"totalVolume": 90_000}));
    core.world.top_up(3, 50, "more").await.expect(201);
    let again =
        |group| json!({"notificationType": "REAUTHORIZATION", "reauthorizationDetails": [{"ratingGroup": group}]});
    let letters = core.world.postbox.letters(1).await;
    assert_eq!(letters[0].body, again(BYTES));
    if let Some(spec) = &core.spec {
        spec.assert_is("ChargingNotifyRequest", &letters[0].body);
    }
    let report = used(BYTES, json!({"totalVolume": 1_000}), Some(json!({"totalVolume": 100_000})));
    let update = core.update(&charging, &asked(1, json!([report]))).await.expect(200);
    assert_eq!(first(&update)["grantedUnit"], json!({"totalVolume": 100_000}));
    assert_eq!(first(&update).get("finalUnitIndication"), None);
    core.world.delete(super::BOB, &format!("/v1/tokens/{volume}")).await;
    let letters = core.world.postbox.letters(2).await;
    assert_eq!(letters[1].body, again(VOLUME), "the other group goes on");
}

#[tokio::test]
async fn the_operator_sees_what_is_granted_and_has_it_asked_for_again() {
    let core = Core::with(3).await;
    let mut request = asked(0, json!([wants(BYTES)]));
    request["notifyUri"] = json!(NOTIFY);
    let (charging, _) = core.create(&request).await;
    let (silent, _) = core.create(&asked(1, json!([]))).await;
    let leases = core.world.get(OPERATOR, "/v1/leases").await.expect(200);
    let lease = &leases["items"][0];
    assert_eq!((&lease["charging"], &lease["rating_group"]), (&json!(charging), &json!(BYTES)));
    assert_eq!((&lease["quantity"], &lease["held"]["minor"]), (&json!(10_000), &json!(10)));
    assert_eq!(leases["items"].as_array().map(Vec::len), Some(1));
    let behind = core.world.get(OPERATOR, &format!("/v1/leases?after={charging}")).await.expect(200);
    assert_eq!(behind["items"], json!([]));
    core.world.get(OPERATOR, "/v1/leases?after=x").await.problem(422, "invalid-value");

    let path = |charging: &str| format!("/v1/leases/{charging}/reauthorisation");
    core.world.post(OPERATOR, &path(&charging), json!({})).await.expect(202);
    let letters = core.world.postbox.letters(1).await;
    let again = json!({"notificationType": "REAUTHORIZATION", "reauthorizationDetails": [{"ratingGroup": BYTES}]});
    assert_eq!((letters[0].url.as_str(), &letters[0].body), (NOTIFY, &again));
    core.world.post(OPERATOR, &path(&silent), json!({})).await.problem(422, "invalid-value");
    core.world
        .post(OPERATOR, &path(&charging), json!({"rating_groups": vec![1; 65]}))
        .await
        .problem(422, "invalid-value");
    core.world
        .post(OPERATOR, &path("chg_00000000000000000000000009"), json!({}))
        .await
        .problem(404, "unknown-charging");
    core.release(&charging, &asked(2, json!([]))).await.expect(204);
    core.world.post(OPERATOR, &path(&charging), json!({})).await.problem(410, "charging-closed");
}
