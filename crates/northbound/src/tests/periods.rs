//! Closing months: sealed once, in order, when they are over; verified ever after.

use super::finance::sold_on;
use super::world::{ALICE, OPERATOR, World};
use crate::time;
use node::journal::{Memory, Store};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use types::{CellId, Duration, Instant, Month};

/// The month that an instant is in.
fn month_at(at: Instant) -> Month {
    Month::parse(&time::text(at)[..7]).expect("a month")
}

/// A cell with sales in a month, in the next; with the first of them.
async fn over() -> (World, Month, Arc<dyn Store>) {
    let store: Arc<dyn Store> = Arc::new(Memory::new(CellId(1)));
    let month = month_at(node::wall_clock());
    let world = sold_on(Arc::clone(&store)).await;
    while world.app.gate.clock().now() < month.end() {
        // No further at once than a clock may jump.
        world.skip(Duration::from_mins(55));
        world.top_up(2, 1, &world.app.gate.clock().now().as_ms().to_string()).await.expect(201);
    }
    (world, month, store)
}

fn sha256_of(table: &Value) -> String {
    let text = table.as_str().expect("a table");
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[tokio::test]
async fn a_month_is_closed_once_when_it_is_over_and_verified_ever_after() {
    let (world, month, store) = over().await;
    let path = |month: Month, verb: &str| format!("/v1/finance/periods/{month}{verb}");
    let close = async |month: Month| world.post(OPERATOR, &path(month, "/close"), Value::Null).await;
    let (from, to) = (time::text(month.start()), time::text(month.end()));
    let balance = world.get(OPERATOR, &format!("/v1/trial-balance?at={to}")).await.expect(200);
    assert_eq!(balance["closed"], Value::Null);
    world.get(OPERATOR, &path(month, "")).await.problem(404, "unknown-period");
    let refused = close(month.next()).await.problem(409, "period-not-over");
    assert_eq!(refused["ends_at"], time::text(month.next().end()));
    world.post(OPERATOR, "/v1/finance/periods/2026-13/close", Value::Null).await.problem(422, "invalid-value");
    world.post(ALICE, &path(month, "/close"), Value::Null).await.problem(403, "role-not-allowed");

    let closed = close(month).await.expect(201);
    close(month).await.problem(409, "period-closed");
    let refused = close(month.next().next()).await.problem(409, "period-out-of-order");
    assert_eq!(refused["next"], month.next().to_string());
    assert_eq!((&closed["from"], &closed["to"]), (&json!(from), &json!(to)));
    // Whoever has the exports can check the seal without us.
    let postings = world.get(OPERATOR, &format!("/v1/exports/postings?from={from}&to={to}")).await.expect(200);
    assert_eq!(closed["postings_sha256"], sha256_of(&postings));
    assert_eq!(closed["rows"], postings.as_str().expect("a table").lines().count() - 1);
    let table = world.get(OPERATOR, &format!("/v1/exports/trial-balance?to={to}")).await.expect(200);
    assert_eq!(closed["balance_sha256"], sha256_of(&table));

    let exact = json!({"period": month.to_string(), "verified": true});
    let inside = json!({"period": month.to_string()});
    let balance = world.get(OPERATOR, &format!("/v1/trial-balance?at={to}")).await.expect(200);
    assert_eq!(balance["closed"], exact);
    for report in ["revenue", "deferred-revenue"] {
        let of_month = world.get(OPERATOR, &format!("/v1/{report}?from={from}&to={to}")).await.expect(200);
        assert_eq!(of_month["closed"], exact, "{report}");
        let longer = world.get(OPERATOR, &format!("/v1/{report}?to={to}")).await.expect(200);
        assert_eq!(longer["closed"], inside, "{report}");
        let open = world.get(OPERATOR, &format!("/v1/{report}")).await.expect(200);
        assert_eq!(open["closed"], Value::Null, "{report}");
    }
    assert_eq!(world.get(OPERATOR, "/v1/finance/periods").await.expect(200)["items"], json!([closed]));

    // What comes late is dated into the open month: the seal still holds, also when the rows are made again.
    world.top_up(2, 70, "late").await.expect(201);
    let again = |store: &dyn Store| store.postings().expect("opens").clear().expect("clears");
    let world = world.restarted(Arc::clone(&store), again);
    assert_eq!(world.get(OPERATOR, &path(month, "")).await.expect(200)["verified"], true);
    // A row that is not of the journal is noticed.
    let mut postings = store.postings().expect("opens");
    let mut row = postings.rows(&node::journal::PostingFilter::default(), None, 1).expect("reads").remove(0);
    row.amount = 1;
    let next_seq = postings.next_seq().expect("reads");
    postings.add(&[row], next_seq).expect("adds");
    assert_eq!(world.get(OPERATOR, &path(month, "")).await.expect(200)["verified"], false);
    let balance = world.get(OPERATOR, &format!("/v1/trial-balance?at={to}")).await.expect(200);
    assert_eq!(balance["closed"]["verified"], false);
    let revenue = world.get(OPERATOR, &format!("/v1/revenue?from={from}&to={to}")).await.expect(200);
    assert_eq!(revenue["closed"]["verified"], false);
}
