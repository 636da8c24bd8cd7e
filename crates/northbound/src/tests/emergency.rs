//! Priority: who may buy it, who makes room, what the displaced are told and paid; and the report on the floor.

use super::world::{ALICE, BOB, METER, OPERATOR, PHONE, World, boost, here, offering, party, resource};
use engine::state::EndReason;
use serde_json::{Value, json};
use types::{Duration, SessionId};

/// An offering of level 2 that displaces whom it may, for an hour at a time.
async fn publish_emergency(world: &World, arp: Value) -> Value {
    let mut draft = boost();
    draft["id"] = json!(offering(3).to_string());
    draft["name"] = json!("Emergency");
    draft["eligible"] = json!([]);
    draft["arp"] = arp;
    world.post(OPERATOR, "/v1/offerings", draft).await.expect(201)
}

async fn authorise(world: &World, level_min: Value) -> Value {
    let path = format!("/v1/parties/{}/priority", party(3));
    world.put(OPERATOR, &path, json!({"level_min": level_min})).await.expect(200)
}

async fn order(world: &World, who: &str, number: u128, key: &str) -> super::world::Reply {
    let order = json!({"offering": offering(number).to_string(), "window": {"duration_s": 3_600}, "place": here()});
    world.send(who, "POST", "/v1/orders", &[("idempotency-key", key)], Some(order)).await
}

/// The radio cell has room for five.
async fn fill(world: &World) -> Vec<Value> {
    let mut tokens = Vec::new();
    for number in 0..5 {
        tokens.push(order(world, ALICE, 1, &format!("fill-{number}")).await.expect(201));
    }
    order(world, ALICE, 1, "one-too-many").await.problem(422, "capacity-exhausted");
    tokens
}

#[tokio::test]
async fn an_offering_says_its_priority_and_what_is_not_said_is_3gpps_default() {
    let world = World::open().await;
    let plain = world.get(ALICE, &format!("/v1/offerings/{}", offering(1))).await.expect(200);
    assert_eq!(plain["arp"], json!({"level": 15, "capability": "disabled", "vulnerability": "enabled"}));
    let emergency = publish_emergency(&world, json!({"level": 2, "capability": "enabled"})).await;
    assert_eq!(emergency["arp"], json!({"level": 2, "capability": "enabled", "vulnerability": "enabled"}));
    for level in [0, 16, 255] {
        let mut draft = boost();
        draft["id"] = json!(offering(4).to_string());
        draft["arp"] = json!({"level": level});
        let problem = world.post(OPERATOR, "/v1/offerings", draft).await.problem(422, "invalid-value");
        assert!(problem["detail"].as_str().is_some_and(|text| text.contains("1 to 15")), "{problem}");
    }
}

#[tokio::test]
async fn priority_is_for_whom_the_operator_trusts_with_it() {
    let world = World::open().await;
    publish_emergency(&world, json!({"level": 2, "capability": "enabled"})).await;
    let refused = order(&world, BOB, 3, "untrusted").await.problem(403, "priority-not-authorised");
    assert_eq!(refused["level_min"], 9);
    let wish = json!({"offering": offering(3).to_string(), "window": {"duration_s": 3_600}, "place": here()});
    world.post(BOB, "/v1/quotes", wish).await.problem(403, "priority-not-authorised");
    let path = format!("/v1/parties/{}/priority", party(3));
    for who in [BOB, METER] {
        world.put(who, &path, json!({"level_min": 1})).await.problem(403, "role-not-allowed");
    }
    for level_min in [0, 9, 255] {
        world.put(OPERATOR, &path, json!({"level_min": level_min})).await.problem(422, "invalid-value");
    }
    let nobody = format!("/v1/parties/{}/priority", party(9));
    world.put(OPERATOR, &nobody, json!({"level_min": 1})).await.problem(404, "unknown-party");
    authorise(&world, json!(3)).await;
    assert_eq!(order(&world, BOB, 3, "too-little").await.problem(403, "priority-not-authorised")["level_min"], 3);
    assert_eq!(authorise(&world, json!(2)).await["priority_level_min"], 2);
    order(&world, BOB, 3, "trusted").await.expect(201);
    assert_eq!(authorise(&world, Value::Null).await.get("priority_level_min"), None);
    order(&world, BOB, 3, "no-longer").await.problem(403, "priority-not-authorised");
}

#[tokio::test]
async fn the_displaced_is_told_paid_and_its_session_ended_by_the_network() {
    let world = World::open().await;
    publish_emergency(&world, json!({"level": 2, "capability": "enabled", "vulnerability": "disabled"})).await;
    authorise(&world, json!(1)).await;
    let tokens = fill(&world).await;
    let (first, last) = (&tokens[0]["id"], &tokens[4]["id"]);
    let call = json!({"token": last, "device": PHONE, "duration_s": 3_000});
    let session = world.post(ALICE, "/v1/sessions", call).await.expect(201);
    let id = session["id"].as_str().and_then(|text| SessionId::parse(text).ok()).expect("an id");
    world.network_confirms().await;
    let wallet = world.get(ALICE, "/v1/wallets/EUR").await.expect(200);
    world
        .post(ALICE, "/v1/webhooks", json!({"url": "https://alice.example/hook", "types": ["token.preempted"]}))
        .await
        .expect(201);
    let bobs = order(&world, BOB, 3, "emergency").await.expect(201);

    let token = format!("/v1/tokens/{}", last.as_str().expect("an id"));
    let shown = world.get(ALICE, &token).await.expect(200);
    assert_eq!((&shown["state"], &shown["paid"]["minor"]), (&json!("revoked"), &json!(75)));
    // A tenth of the fee for the promise that was not kept; the rest was not delivered: all but what rounding leaves.
    assert!(shown["refunded"]["minor"].as_i64().is_some_and(|minor| (73..=75).contains(&minor)), "{shown}");
    let after = world.get(ALICE, "/v1/wallets/EUR").await.expect(200);
    let balance = |wallet: &Value| wallet["balance"]["minor"].as_i64().expect("a number");
    assert_eq!(balance(&after) - balance(&wallet), shown["refunded"]["minor"].as_i64().expect("a number"));

    let events = world.get(ALICE, &format!("{token}/events")).await.expect(200);
    let said = events["items"].as_array().expect("a list").iter().find(|entry| entry["type"] == "token_preempted");
    assert_eq!(said.map(|entry| (&entry["level"], &entry["refund"]["minor"])), Some((&json!(2), &json!(7))));
    let letters = world.postbox.letters(1).await;
    let told = &letters[0].body;
    assert_eq!(
        (&told["type"], &told["subject"], &told["party"]),
        (&json!("token.preempted"), last, &json!(party(2).to_string()))
    );
    assert_eq!((&told["data"]["level"], &told["data"]["refund"]["minor"]), (&json!(2), &json!(7)));
    for secret in [&bobs["id"], &json!(party(3).to_string())] {
        let secret = secret.as_str().expect("an id");
        assert!(
            !letters[0].text.contains(secret) && !events.to_string().contains(secret),
            "for whom is not hers to know"
        );
    }

    let ending = world.get(ALICE, &format!("/v1/sessions/{id}")).await.expect(200);
    assert_eq!((&ending["state"], &ending["reason"]), (&json!("ending"), &json!("network_terminated")));
    world.network_stops(id, None).await;
    let ended = world.get(ALICE, &format!("/v1/sessions/{id}")).await.expect(200);
    assert_eq!((&ended["state"], &ended["reason"]), (&json!("ended"), &json!("network_terminated")));
    let other = world.get(ALICE, &format!("/v1/tokens/{}", first.as_str().expect("an id"))).await.expect(200);
    assert_eq!(other["state"], "issued", "no more than is needed");

    let report = world.get(OPERATOR, "/v1/preemptions").await.expect(200);
    let line = &report["items"][0];
    assert_eq!((&line["token"], &line["party"]), (last, &json!(party(2).to_string())));
    assert_eq!(
        (&line["by"], &line["authority"], &line["level"]),
        (&bobs["id"], &json!(party(3).to_string()), &json!(2))
    );
    assert_eq!(report["items"].as_array().map(Vec::len), Some(1));
    world.get(ALICE, "/v1/preemptions").await.problem(403, "role-not-allowed");
    assert_eq!(world.get(OPERATOR, "/v1/books").await.expect(200)["ledger"][0]["sum"], 0);
}

#[tokio::test]
async fn a_session_of_camara_that_makes_room_ends_as_terminated_by_the_network() {
    let world = World::open().await;
    publish_emergency(&world, json!({"level": 2, "capability": "enabled"})).await;
    authorise(&world, json!(1)).await;
    fill(&world).await;
    world.top_up(3, 1_000, "emergencies").await.expect(201);
    let call = json!({
        "device": {"phoneNumber": "+31612345678"}, "applicationServer": {"ipv4Address": "198.51.100.0/24"},
        "qosProfile": "QOS_L", "duration": 600,
    });
    let session = world.post(ALICE, "/quality-on-demand/v1/sessions", call).await.expect(201);
    world.network_confirms().await;
    // It runs on one of the five; the one sold last goes first.
    for number in 0..5 {
        order(&world, BOB, 3, &format!("emergency-{number}")).await.expect(201);
    }
    order(&world, BOB, 3, "no-more").await.problem(422, "capacity-exhausted");
    let id = session["sessionId"].as_str().expect("an id").to_owned();
    world.network_stops(stopped(&world).await, None).await;
    let shown = world.get(ALICE, &format!("/quality-on-demand/v1/sessions/{id}")).await.expect(200);
    assert_eq!((&shown["qosStatus"], &shown["statusInfo"]), (&json!("UNAVAILABLE"), &json!("NETWORK_TERMINATED")));
}

/// The session that the network is asked to stop.
async fn stopped(world: &World) -> SessionId {
    world
        .app
        .read(|view| {
            let mut ending =
                view.state.live_sessions().filter(|(_, row)| row.reason == Some(EndReason::NetworkTerminated));
            ending.next().map(|(_, row)| row.id)
        })
        .await
        .expect("one is to stop")
}

#[tokio::test]
async fn the_floor_is_reported_class_by_class_and_seen_to_be_broken_when_it_is() {
    let world = World::open().await;
    publish_emergency(&world, json!({"level": 2, "capability": "enabled"})).await;
    authorise(&world, json!(1)).await;
    fill(&world).await;
    order(&world, BOB, 3, "emergency").await.expect(201);
    let report = world.get(OPERATOR, "/v1/floor").await.expect(200);
    assert_eq!((&report["held"], &report["classes"].as_array().map(Vec::len)), (&json!(true), &Some(2)));
    let radio = report["classes"].as_array().and_then(|all| all.iter().find(|line| line["class"] == "radio_macro"));
    let radio = radio.expect("there is a radio cell");
    assert_eq!(
        (&radio["resources"], &radio["floor_ppm_min"], &radio["held"]),
        (&json!(1), &json!(400_000), &json!(true))
    );
    let tightest = &radio["coming"]["tightest"];
    assert_eq!((&tightest["committed"], &tightest["floor"], &tightest["left"]), (&json!(50), &json!(40), &json!(10)));
    // Every slot that can be sold: two years of five minutes.
    assert_eq!((&radio["coming"]["slots"], &radio["coming"]["slots_broken"]), (&json!(2 * 365 * 288), &json!(0)));

    // A storm takes a part of the radio cell: more is sold than leaves the floor of what works.
    let path = format!("/v1/resources/{}/available", resource(2));
    world.put(OPERATOR, &path, json!({"available": 89})).await.expect(200);
    let broken = world.get(OPERATOR, "/v1/floor").await.expect(200);
    let radio = broken["classes"].as_array().and_then(|all| all.iter().find(|line| line["class"] == "radio_macro"));
    let radio = radio.expect("there is a radio cell");
    assert_eq!((&broken["held"], &radio["held"]), (&json!(false), &json!(false)));
    assert_eq!(radio["coming"]["tightest"]["left"], -1);
    assert!(radio["coming"]["slots_broken"].as_u64().is_some_and(|slots| (12..=13).contains(&slots)), "{radio}");
    assert_eq!(radio["coming"]["broken_from"], radio["coming"]["tightest"]["from"]);

    // Slots that are over count too, as long as their tokens are not: then the book forgets them, and says so.
    world.skip(Duration::from_mins(20));
    let later = world.get(OPERATOR, "/v1/floor").await.expect(200);
    let radio = later["classes"].as_array().and_then(|all| all.iter().find(|line| line["class"] == "radio_macro"));
    let delivered = &radio.expect("there is a radio cell")["delivered"];
    // Twenty minutes are four slots; the hour may have begun at the end of one.
    assert!(delivered["slots"].as_u64().is_some_and(|slots| (4..=5).contains(&slots)), "{delivered}");
    assert_eq!(delivered["slots"], delivered["slots_broken"]);
    assert_eq!(later["delivered_from"], delivered["broken_from"]);
    assert!(later["unknown"].as_str().is_some_and(|text| text.contains("journal")));
    world.get(ALICE, "/v1/floor").await.problem(403, "role-not-allowed");
}
