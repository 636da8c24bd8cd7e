//! A writer, readers, followers and the archive at work at the same time on one folder.

use super::{CELL, batch_after, hash};
use crate::{JournalError, Snapshot, SqliteStore, Store, Tuning};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const BATCHES: u64 = 150;

#[test]
fn everybody_works_beside_the_writer() {
    let folder = tempfile::tempdir().expect("a folder");
    // A short log, so that copying it back meets readers and deletions.
    let tuning = Tuning { page_bytes: 4_096, checkpoint_pages: 16 };
    let store = SqliteStore::open_tuned(folder.path(), CELL, tuning).expect("opens");
    let done = AtomicBool::new(false);
    let (archived, read) = thread::scope(|scope| {
        let archive = scope.spawn(|| follow_and_archive(&store, &done));
        let reader = scope.spawn(|| read_to_the_end(&store, &done));
        let mut journal = store.journal().expect("opens");
        for _ in 0..BATCHES {
            let head = journal.head();
            journal.append(&head, batch_after(head, 20, "event")).expect("appends");
        }
        done.store(true, Ordering::Release);
        (archive.join().expect("archives"), reader.join().expect("reads"))
    });
    assert_eq!(read, BATCHES * 20 + 1);
    let report = store.verify().expect("is intact");
    assert_eq!((report.events, report.batches), (BATCHES * 20, BATCHES));
    assert_eq!(report.segments.len(), archived);
    assert!(archived > 0);
}

/// Keeps a snapshot and archives what lies before it, until the writer is done and everything is archived.
fn follow_and_archive(store: &SqliteStore, done: &AtomicBool) -> usize {
    let (mut reader, mut followers) = (store.reader().expect("opens"), store.followers().expect("opens"));
    let mut segments = 0;
    loop {
        let was_done = done.load(Ordering::Acquire);
        let seq = reader.head().expect("reads").next_seq;
        followers.put_snapshot(&Snapshot { seq, state_hash: hash(1), bytes: vec![3; 10_000] }).expect("keeps");
        segments += usize::from(store.archive_before(seq).expect("archives").is_some());
        if was_done {
            return segments;
        }
    }
}

/// Reads on from where it was; jumps over what was archived meanwhile, as a follower with a snapshot does.
fn read_to_the_end(store: &SqliteStore, done: &AtomicBool) -> u64 {
    let mut reader = store.reader().expect("opens");
    let mut next_seq = 1;
    loop {
        let was_done = done.load(Ordering::Acquire);
        match reader.read(next_seq, 2_000) {
            Ok(batches) if batches.is_empty() && was_done => return next_seq,
            Ok(batches) => next_seq = batches.last().map_or(next_seq, |batch| batch.head().next_seq),
            Err(JournalError::Archived { kept_from, .. }) => {
                let segments = store.segments().expect("reads");
                let archived_to = segments.last().map_or(1, |info| info.last.next_seq);
                assert!(next_seq < kept_from && kept_from <= archived_to, "{next_seq} {kept_from} {archived_to}");
                next_seq = kept_from;
            }
            Err(error) => panic!("{error}"),
        }
    }
}
