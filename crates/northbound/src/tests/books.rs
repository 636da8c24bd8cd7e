//! Both books, and people's data.

use super::world::{ALICE, BOB, OPERATOR, World, party};
use serde_json::json;

#[tokio::test]
async fn both_books_are_summed_and_the_ledger_is_zero() {
    let world = World::open().await;
    world.buy_boost(ALICE, "one", None).await.expect(201);
    let books = world.get(OPERATOR, "/v1/books").await.expect(200);
    let eur = &books["ledger"][0];
    assert_eq!((&eur["asset"], &eur["sum"]), (&json!("EUR"), &json!(0)));
    let wallets = eur["accounts"].as_array().expect("a list").iter().find(|line| line["kind"] == "wallet");
    assert_eq!(wallets.map(|line| (&line["posted"], &line["held"])), Some((&json!(1_100), &json!(150))));
    let all = books["capacity"].as_array().and_then(|lines| lines.last()).expect("a line that sums all");
    assert_eq!((all.get("class"), &all["resources"], &all["committed"]), (None, &json!(2), &json!(15)));
    world.get(ALICE, "/v1/books").await.problem(403, "role-not-allowed");
}

#[tokio::test]
async fn a_repeated_top_up_adds_money_once() {
    let world = World::open().await;
    for _ in 0..2 {
        assert_eq!(world.top_up(2, 500, "again").await.expect(201)["balance"]["minor"], 1_500);
    }
    world.top_up(2, 501, "again").await.problem(409, "idempotency-key-reused");
    world.top_up(3, 500, "again").await.problem(409, "idempotency-key-reused");
    world.top_up(2, 0, "none").await.problem(422, "quantity-out-of-range");
}

#[tokio::test]
async fn a_person_is_forgotten_once_nothing_needs_its_data() {
    let world = World::open().await;
    let path = format!("/v1/parties/{}", party(2));
    assert_eq!(world.get(OPERATOR, &path).await.expect(200)["personal"]["name"], "P2");
    let token = world.buy_boost(ALICE, "one", None).await.expect(201);
    let call = json!({"token": token["id"], "device": "tel:+31612345678", "duration_s": 60});
    let session = world.post(ALICE, "/v1/sessions", call).await.expect(201);
    let erase = format!("{path}/personal-data");
    world.delete(OPERATOR, &erase).await.problem(409, "personal-data-in-use");
    world.network_confirms().await;
    let id = session["id"].as_str().and_then(|text| types::SessionId::parse(text).ok()).expect("an id");
    let device = world.app.vault(|vault| vault.find("tel:+31612345678")).await.expect("the vault works");
    assert!(device.is_some());
    world.delete(ALICE, &format!("/v1/sessions/{}", session["id"].as_str().unwrap_or_default())).await.expect(202);
    world.network_stops(id, None).await;
    world.delete(OPERATOR, &erase).await.expect(204);
    assert_eq!(world.get(OPERATOR, &path).await.expect(200).get("personal"), None);
    assert_eq!(world.app.vault(|vault| vault.find("tel:+31612345678")).await, Ok(None));
    world.delete(BOB, &erase).await.problem(403, "role-not-allowed");
}
