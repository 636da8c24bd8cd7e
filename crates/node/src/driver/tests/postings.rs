//! Rows of postings: they tie to the ledger, and come back the same when they are lost.

use super::*;
use crate::sample::{BOOST, CALLS, alice, charge, purchase};
use engine::state::TokenRef;
use journal::{Memory, Posting, PostingColumn, PostingFilter, PostingValue};
use std::collections::BTreeMap;

/// Some purchases, calls on two tokens over three hours, and what ends by itself.
async fn busy(cell: &Cell, ahead: &Ahead) {
    let gate = cell.gate();
    for offering in [BOOST, CALLS, CALLS] {
        gate.submit(alice(), purchase(offering, gate.clock().now())).await.expect("bought");
    }
    for sequence in 1..=30 {
        let calls = [1, 2].map(|token| charge(TokenRef::from_index(token), sequence * 2 + u64::from(token), 1));
        gate.charge_all(Actor::OPERATOR, calls.to_vec()).await.expect("charged");
        if sequence % 10 == 0 {
            // Within what a clock may jump; what is bought again is charged in an hour of its own.
            ahead.skip(Duration::from_mins(25));
            let currency = crate::sample::eur();
            let top_up = Command::TopUp { party: crate::sample::ALICE, currency, amount_minor: 7 };
            gate.submit(Actor::OPERATOR, top_up).await.expect("added");
        }
    }
    gate.submit(Actor::OPERATOR, Command::Pass).await.expect("ticks");
}

async fn rows(cell: &Cell) -> Vec<Posting> {
    let mut postings = cell.gate().postings().await.expect("is followed");
    postings.rows(&PostingFilter::default(), None, 100_000).expect("reads")
}

/// Balances by account, as the rows add up and as the ledger has them.
async fn both(cell: &Cell) -> (BTreeMap<u32, i64>, BTreeMap<u32, i64>) {
    let mut postings = cell.gate().postings().await.expect("is followed");
    let sums = postings.sums(&PostingFilter::default(), &[PostingColumn::Account]).expect("sums");
    let of_rows = sums.iter().filter_map(|sum| Some((sum.by.first().and_then(PostingValue::handle)?, sum.amount)));
    let of_rows = of_rows.filter(|(_, amount)| *amount != 0).collect();
    let of_ledger = cell.gate().read(|view| {
        let accounts = view.state.ledger.accounts().filter(|(_, row)| row.posted != 0);
        accounts.map(|(account, row)| (account.index(), row.posted)).collect()
    });
    (of_rows, of_ledger.await)
}

#[tokio::test]
async fn rows_tie_to_the_ledger_and_usage_is_one_row_an_hour() {
    let store: Arc<dyn Store> = Arc::new(Memory::new(crate::sample::CELL));
    let ahead = Ahead::default();
    let cell = founded(&store, &ahead, 10_000).await;
    busy(&cell, &ahead).await;
    let (of_rows, of_ledger) = both(&cell).await;
    assert_eq!(of_rows, of_ledger);
    let rows = rows(&cell).await;
    let usage: Vec<&Posting> = rows.iter().filter(|row| row.event == "UsageCharged" && row.kind == "wallet").collect();
    assert!(usage.len() <= 2 * 3, "a row for each token and hour: {}", usage.len());
    assert_eq!(
        usage.iter().map(|row| (row.events, row.quantity)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)),
        (60, 60)
    );
    assert!(usage.iter().all(|row| row.capability.as_deref() == Some("experience") && row.customer == Some(1)));
    let mut by_asset: BTreeMap<(u64, u16), i64> = BTreeMap::new();
    for row in &rows {
        *by_asset.entry((row.hour, row.asset)).or_default() += row.amount;
    }
    assert!(by_asset.values().all(|sum| *sum == 0), "every hour sums to zero: {by_asset:?}");
}

#[tokio::test]
async fn lost_rows_come_back_the_same() {
    let store: Arc<dyn Store> = Arc::new(Memory::new(crate::sample::CELL));
    let ahead = Ahead::default();
    let cell = founded(&store, &ahead, 10_000).await;
    busy(&cell, &ahead).await;
    let before = rows(&cell).await;
    assert!(before.len() > 8, "{}", before.len());
    cell.stop();
    let at = store.postings().expect("opens").next_seq().expect("reads");
    assert_eq!(at, store.reader().expect("opens").head().expect("reads").next_seq, "stopping leaves nothing behind");
    store.postings().expect("opens").clear().expect("clears");
    let cell = Cell::start_with(&store, ahead.clock()).expect("starts");
    assert_eq!(rows(&cell).await, before, "out of the journal");
    cell.stop();
    store.archive_before(at).expect("archives").expect("there is something");
    store.postings().expect("opens").clear().expect("clears");
    let cell = Cell::start_with(&store, ahead.clock()).expect("starts");
    assert_eq!(rows(&cell).await, before, "out of the archive");
    busy(&cell, &ahead).await;
    let (of_rows, of_ledger) = both(&cell).await;
    assert_eq!(of_rows, of_ledger);
}

#[tokio::test]
async fn rows_that_stopped_in_the_middle_go_on_there() {
    let store: Arc<dyn Store> = Arc::new(Memory::new(crate::sample::CELL));
    let ahead = Ahead::default();
    let cell = founded(&store, &ahead, 10_000).await;
    busy(&cell, &ahead).await;
    let all = rows(&cell).await;
    cell.stop();
    // As far as one event in the middle, as if the process had ended then.
    let mut postings = store.postings().expect("opens");
    let splits = |seq: u64| all.iter().any(|row| row.seq < seq && seq <= row.seq_last);
    let singles = all.iter().filter(|row| row.slot > 0 && !splits(row.seq)).map(|row| row.seq);
    let middle = singles.max().expect("some event is between two hours");
    postings.clear().expect("clears");
    let early: Vec<Posting> = all.iter().filter(|row| row.seq_last < middle).cloned().collect();
    assert!(!early.is_empty() && early.len() < all.len());
    postings.add(&early, middle).expect("adds");
    let cell = Cell::start_with(&store, ahead.clock()).expect("starts");
    assert_eq!(rows(&cell).await, all);
}
