//! Rows of postings, in memory and in a folder.

use super::*;
use crate::{Memory, Posting, PostingColumn as By, PostingFilter, PostingValue as Value, SqliteStore, Store};
use std::borrow::Cow;
use types::{Duration, Instant};

fn row(seq: u64, slot: i64, account: u32, amount: i64) -> Posting {
    let at = Instant::from_ms(seq * Duration::from_mins(20).as_ms());
    Posting {
        hour: Posting::hour_of(at),
        slot,
        account,
        seq,
        seq_last: seq,
        events: 1,
        at,
        event: Cow::Borrowed("UsageCharged"),
        kind: Cow::Borrowed(if account == 0 { "wallet" } else { "revenue" }),
        asset: 0,
        party: (account == 0).then_some(1),
        customer: Some(1),
        offering: Some(0),
        capability: Some(Cow::Borrowed("security")),
        token: Some(0),
        price: (slot == -1).then_some((1, 2)),
        amount,
        quantity: 2,
    }
}

fn adds_up(store: &dyn Store) {
    let mut postings = store.postings().expect("opens");
    assert_eq!(postings.next_seq().expect("reads"), 1);
    // Two charges of the first hour in one row, one of the second, one event by itself.
    for (rows, next) in [
        (vec![row(1, -1, 0, -5), row(1, -1, 1, 5)], 2),
        (vec![row(2, -1, 0, -7), row(2, -1, 1, 7), row(4, -1, 0, -1), row(4, -1, 1, 1)], 5),
        (vec![row(5, 5, 0, 100)], 9),
    ] {
        postings.add(&rows, next).expect("adds");
    }
    let mut other = store.postings().expect("opens a second handle");
    assert_eq!(other.next_seq().expect("reads"), 9);
    let all = other.rows(&PostingFilter::default(), None, 10).expect("reads");
    let seen: Vec<_> = all.iter().map(|row| (row.key(), row.seq, row.seq_last, row.events, row.amount)).collect();
    assert_eq!(
        seen,
        [
            ((0, -1, 0), 1, 2, 2, -12),
            ((0, -1, 1), 1, 2, 2, 12),
            ((1, -1, 0), 4, 4, 1, -1),
            ((1, -1, 1), 4, 4, 1, 1),
            ((1, 5, 0), 5, 5, 1, 100),
        ]
    );
    let page = other.rows(&PostingFilter::default(), Some(all[1].key()), 2).expect("reads");
    assert_eq!(page, all[2..4]);
    let first_hour = PostingFilter { to_hour: Some(1), ..PostingFilter::default() };
    let sums = other.sums(&first_hour, &[By::Kind]).expect("sums");
    let sums: Vec<_> = sums.into_iter().map(|sum| (sum.by, sum.amount, sum.quantity, sum.events)).collect();
    let text = |text: &str| vec![Value::Text(text.to_owned())];
    assert_eq!(sums, [(text("revenue"), 12, 4, 2), (text("wallet"), -12, 4, 2)]);
    let nobody = PostingFilter { party: Some(9), ..PostingFilter::default() };
    assert_eq!(other.sums(&nobody, &[]).expect("sums")[0].amount, 0);
    let months = other.sums(&PostingFilter::default(), &[By::Month]).expect("sums");
    assert_eq!((&months[0].by, months.len()), (&text("1970-01"), 1));
    postings.clear().expect("clears");
    assert_eq!((postings.next_seq().expect("reads"), other.rows(&nobody, None, 9).expect("reads")), (1, Vec::new()));
}

#[test]
fn postings_add_up_in_memory() {
    adds_up(&Memory::new(CELL));
}

#[test]
fn postings_add_up_in_a_folder_and_may_be_deleted() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path(), CELL).expect("opens");
    adds_up(&store);
    store.postings().expect("opens").add(&[row(1, -1, 0, 1)], 2).expect("adds");
    drop(store);
    let open = || SqliteStore::open(folder.path(), CELL).expect("opens");
    assert_eq!(open().postings().expect("opens").next_seq().expect("reads"), 2);
    std::fs::remove_file(folder.path().join("postings.db")).expect("is there");
    assert_eq!(open().postings().expect("opens").next_seq().expect("reads"), 1);
}
