//! Delivered quantities: once each, and never more than can be paid.

use super::world::{ALICE, BOB, METER, OPERATOR, World, offering, source};
use serde_json::{Value, json};
use std::sync::Arc;

async fn call_token(world: &World) -> Value {
    let order =
        json!({"offering": offering(2).to_string(), "window": {"duration_s": 3_600}, "place": super::world::here()});
    world.send(BOB, "POST", "/v1/orders", &[("idempotency-key", "calls")], Some(order)).await.expect(201)["id"].clone()
}

#[tokio::test]
async fn a_charge_is_made_once_and_a_list_is_answered_record_by_record() {
    let world = World::open().await;
    let token = call_token(&world).await;
    let charge = |sequence: u64, quantity: u64| json!({"token": token, "source": source().to_string(), "sequence": sequence, "quantity": quantity});
    let first = world.post(METER, "/v1/usage", charge(1, 30)).await.expect(200);
    assert_eq!((&first["status"], &first["paid"]["minor"]), (&json!("charged"), &json!(30)));
    assert_eq!(world.post(METER, "/v1/usage", charge(1, 30)).await.expect(200)["status"], "repeated");
    let unknown = json!({"token": "tok_zzz", "source": source().to_string(), "sequence": 9, "quantity": 1});
    let batch = json!({"charges": [charge(3, 10), unknown, charge(2, 20), charge(3, 10), charge(4, 41)]});
    let results = world.post(METER, "/v1/usage", batch).await.expect(200)["results"].clone();
    let status: Vec<_> = results.as_array().expect("a list").iter().map(|one| one["status"].clone()).collect();
    assert_eq!(status, ["charged", "rejected", "charged", "repeated", "rejected"]);
    assert_eq!(
        (&results[1]["problem"]["status"], &results[4]["problem"]["code"]),
        (&json!(422), &json!("insufficient-funds"))
    );
    assert_eq!(world.get(BOB, "/v1/wallets/EUR").await.expect(200)["balance"]["minor"], 40);
}

#[tokio::test]
async fn only_meters_charge_and_only_through_their_own() {
    let world = World::open().await;
    let token = call_token(&world).await;
    let charge = json!({"token": token, "source": source().to_string(), "sequence": 1, "quantity": 1});
    world.post(ALICE, "/v1/usage", charge.clone()).await.problem(403, "role-not-allowed");
    world.post(OPERATOR, "/v1/usage", charge).await.problem(404, "unknown-source");
    let before = world.next_seq().await;
    for body in [json!({}), json!({"charges": []}), json!({"charges": [], "token": "x"}), json!({"charges": vec![1]})] {
        let status = world.post(METER, "/v1/usage", body).await.status.as_u16();
        assert!(matches!(status, 400 | 422), "{status}");
    }
    assert_eq!(world.next_seq().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_parallel_charges_against_a_balance_for_one_exactly_one_succeeds() {
    let world = Arc::new(World::open().await);
    let token = call_token(&world).await;
    let tasks: Vec<_> = (1..=1_000_u64)
        .map(|sequence| {
            let world = Arc::clone(&world);
            let charge = json!({"token": token, "source": source().to_string(), "sequence": sequence, "quantity": 100});
            tokio::spawn(async move { world.post(METER, "/v1/usage", charge).await })
        })
        .collect();
    let (mut charged, mut unpayable) = (0, 0);
    for task in tasks {
        match task.await.expect("no panic") {
            reply if reply.status == 200 => charged += 1,
            reply => {
                reply.problem(402, "insufficient-funds");
                unpayable += 1;
            }
        }
    }
    assert_eq!((charged, unpayable), (1, 999));
    let wallet = world.get(BOB, "/v1/wallets/EUR").await.expect(200);
    assert_eq!((&wallet["balance"]["minor"], &wallet["held"]["minor"]), (&json!(0), &json!(0)));
}
