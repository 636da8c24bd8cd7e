//! The store that fails as it is told.

use super::{CELL, batch_after};
use crate::{Fault, FaultyMemory, Journal, JournalError, Store};
use types::Duration;

fn append(journal: &mut dyn Journal) -> Result<u64, JournalError> {
    let head = journal.head();
    journal.append(&head, batch_after(head, 1, "event")).map(|head| head.next_seq)
}

/// Three appends, of which the second meets `fault`; then a crash. What each answered, what is there afterwards.
fn play(fault: Fault) -> (Vec<bool>, FaultyMemory, u64) {
    let store = FaultyMemory::new(CELL);
    store.script(1, fault);
    let mut journal = store.journal().expect("opens");
    let answers = (0..3).map(|_| append(journal.as_mut()).is_ok()).collect();
    store.crash();
    let dead = append(journal.as_mut()).expect_err("is dead");
    assert!(matches!(dead, JournalError::Stopped), "{dead}");
    let next_seq = store.journal().expect("opens").head().next_seq;
    (answers, store, next_seq)
}

#[test]
fn a_failed_append_stops_the_writer_and_stores_nothing() {
    let (answers, store, next_seq) = play(Fault::Fails);
    assert_eq!((answers, next_seq, store.appends()), (vec![true, false, false], 2, 2));
}

#[test]
fn an_unknown_outcome_is_found_stored_at_the_next_start() {
    let (answers, store, next_seq) = play(Fault::FailsStored);
    assert_eq!((answers, next_seq), (vec![true, false, false], 3));
    store.verify().expect("is intact");
}

#[test]
fn a_torn_append_is_dropped_at_the_next_start() {
    let (answers, store, next_seq) = play(Fault::FailsTorn { payload_bytes: 3 });
    assert_eq!((answers, next_seq), (vec![true, false, false], 2));
    store.verify().expect("is intact");
}

#[test]
fn an_honest_sync_covers_what_was_held_back() {
    let (answers, _, next_seq) = play(Fault::Unsynced);
    assert_eq!((answers, next_seq), (vec![true, true, true], 4));
}

#[test]
fn a_lying_disk_loses_what_it_acknowledged() {
    let store = FaultyMemory::new(CELL);
    (1..4).for_each(|append| store.script(append, Fault::Unsynced));
    let mut journal = store.journal().expect("opens");
    (0..3).for_each(|_| assert!(append(journal.as_mut()).is_ok()));
    store.sync();
    assert!(append(journal.as_mut()).is_ok());
    assert_eq!(store.reader().expect("opens").head().expect("reads").next_seq, 5);
    store.crash();
    assert_eq!(store.journal().expect("opens").head().next_seq, 4);
}

#[test]
fn a_silently_torn_batch_is_named() {
    let (answers, store, _) = play(Fault::TornSilently { payload_bytes: 3 });
    assert_eq!(answers, [true, true, true]);
    let error = store.verify().expect_err("is damaged");
    assert!(matches!(error, JournalError::Corrupt { seq: 2, .. }), "{error}");
}

#[test]
fn a_slow_append_tells_how_long_it_took() {
    let (answers, store, next_seq) = play(Fault::Slow { for_: Duration::from_ms(40) });
    assert_eq!((answers, next_seq), (vec![true, true, true], 4));
    assert_eq!((store.delay(), store.delay()), (Duration::from_ms(40), Duration::ZERO));
}

#[test]
fn an_append_that_hangs_is_stored_once_it_is_let_go_and_not_before() {
    let store = FaultyMemory::new(CELL);
    store.hang();
    let mut journal = store.journal().expect("opens");
    let (says, hears) = std::sync::mpsc::channel();
    let appending = std::thread::spawn(move || {
        says.send(()).expect("somebody waits");
        append(journal.as_mut())
    });
    hears.recv().expect("it begins");
    let stored = || store.reader().and_then(|mut reader| reader.head()).expect("reads").next_seq;
    assert_eq!((stored(), store.appends()), (1, 0));
    store.let_go();
    let next_seq = appending.join().expect("no panic").expect("is stored");
    assert_eq!((stored(), store.appends()), (next_seq, 1));
}
