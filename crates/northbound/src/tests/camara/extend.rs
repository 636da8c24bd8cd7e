//! Sessions run longer, and last as long as they say.

use super::{SESSIONS, id_of, path_of, request, with};
use crate::tests::world::{ALICE, BOB, World};
use serde_json::{Value, json};

fn more(seconds: i64) -> Value {
    json!({ "requestedAdditionalDuration": seconds })
}

fn extend(session: &Value) -> String {
    format!("{}/extend", path_of(session))
}

#[tokio::test]
async fn an_available_session_is_extended_and_cut_off_at_the_end_of_its_token() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let session = world.post(ALICE, SESSIONS, request()).await.expect(201);
    world
        .post(ALICE, &extend(&session), more(60))
        .await
        .error_info(409, "QUALITY_ON_DEMAND.SESSION_EXTENSION_NOT_ALLOWED");
    world.network_confirms().await;
    let before = world.get(ALICE, &path_of(&session)).await.expect(200);
    let longer = world.post(ALICE, &extend(&session), more(300)).await.expect(200);
    assert_eq!((&longer["duration"], &longer["startedAt"]), (&json!(900), &before["startedAt"]));
    assert!(longer["expiresAt"].as_str() > before["expiresAt"].as_str(), "{longer}");
    assert_eq!(world.get(ALICE, &path_of(&session)).await.expect(200), longer);
    let longest = world.post(ALICE, &extend(&session), more(i32::MAX.into())).await.expect(200);
    assert!(longest["duration"].as_u64().is_some_and(|seconds| (901..=7_200).contains(&seconds)), "{longest}");
    assert_eq!(world.post(ALICE, &extend(&session), more(1)).await.expect(200), longest);
    let Some(spec) = crate::tests::spec::Spec::quality_on_demand() else { return };
    spec.assert_is("SessionInfo", &longest);
}

#[tokio::test]
async fn what_cannot_be_extended_is_left_as_it_is() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let session = world.post(ALICE, SESSIONS, request()).await.expect(201);
    world.network_confirms().await;
    let before = world.next_seq().await;
    let path = extend(&session);
    for seconds in [0, -1, i64::from(i32::MAX) + 1] {
        world.post(ALICE, &path, more(seconds)).await.error_info(400, "OUT_OF_RANGE");
    }
    for body in
        [json!({}), json!({"requestedAdditionalDuration": "60"}), json!({"requestedAdditionalDuration": 6, "x": 1})]
    {
        world.post(ALICE, &path, body).await.error_info(400, "INVALID_ARGUMENT");
    }
    world.post(&world.bare().await, &path, more(60)).await.error_info(403, "PERMISSION_DENIED");
    world.post("", &path, more(60)).await.error_info(401, "UNAUTHENTICATED");
    let unknown = format!("{SESSIONS}/3fa85f64-5717-4562-b3fc-2c963f66afa6/extend");
    world.post(BOB, &unknown, more(60)).await.error_info(404, "NOT_FOUND");
    world.post(ALICE, &format!("{SESSIONS}/ses_1/extend"), more(60)).await.error_info(400, "INVALID_ARGUMENT");
    assert_eq!(world.next_seq().await, before);
    world.delete(ALICE, &path_of(&session)).await.expect(204);
    for _ in 0..2 {
        world.post(ALICE, &path, more(60)).await.error_info(409, "QUALITY_ON_DEMAND.SESSION_EXTENSION_NOT_ALLOWED");
        world.network_stops(id_of(&session), None).await;
    }
}

#[tokio::test]
async fn a_session_being_deleted_says_how_long_it_ran_and_no_longer_how_long_it_might() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let session = world.post(ALICE, SESSIONS, request()).await.expect(201);
    world.network_confirms().await;
    let available = world.get(ALICE, &path_of(&session)).await.expect(200);
    world.delete(ALICE, &path_of(&session)).await.expect(204);
    world.delete(ALICE, &path_of(&session)).await.expect(204);
    let ending = world.get(ALICE, &path_of(&session)).await.expect(200);
    assert_eq!((&ending["qosStatus"], &ending["statusInfo"]), (&json!("UNAVAILABLE"), &json!("DELETE_REQUESTED")));
    assert!(ending["expiresAt"].as_str() < available["expiresAt"].as_str(), "{ending}");
    assert!(ending["duration"].as_u64() < Some(600), "{ending}");
}

#[tokio::test]
async fn a_duration_beyond_the_profiles_own_is_out_of_range_before_anything_is_bought() {
    let world = World::open().await;
    let long = with("duration", json!(86_401));
    world.post(ALICE, SESSIONS, long).await.error_info(400, "QUALITY_ON_DEMAND.DURATION_OUT_OF_RANGE");
    let sound = with("duration", json!(86_400));
    world.post(ALICE, SESSIONS, sound).await.error_info(422, "SERVICE_NOT_APPLICABLE");
    // The token that lasts long enough is called, though the other one is older.
    world.buy_boost(ALICE, "short", None).await.expect(201);
    let mut order = json!({"offering": crate::tests::world::offering(1).to_string(), "window": {"duration_s": 14_400}, "place": crate::tests::world::here()});
    order["device"] = json!("tel:+31612345678");
    let keyed = [("idempotency-key", "long")];
    world.send(ALICE, "POST", "/v1/orders", &keyed, Some(order)).await.expect(201);
    world.post(ALICE, SESSIONS, with("duration", json!(10_000))).await.expect(201);
}
