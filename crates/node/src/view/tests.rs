use super::*;
use crate::sample::{BOOST, CALLS, CELL, founding, purchase, wish};
use crate::step::{Node, Reading, Submission, Work};
use engine::capacity::{ForecastStep, ForecastTable, ResourceRef, Slot};
use engine::state::{Blob, BlobHash};
use engine::{Actor, Command, Request};
use journal::{Memory, SqliteStore, seal};
use std::sync::Arc;
use types::Duration;

const START: u64 = 1_767_571_200_000;

/// Writes some history, one batch a command, into a store.
fn history(store: &dyn Store) -> View {
    let start = Instant::from_ms(START);
    let mut commands = founding(1_000);
    commands.extend([
        purchase(CALLS, start),
        Command::IssueQuote(Box::new(wish(BOOST, start))),
        purchase(BOOST, start),
    ]);
    more(store, &View { next_seq: 1, ..View::default() }, commands)
}

/// Goes on from a view.
fn more(store: &dyn Store, from: &View, commands: Vec<Command>) -> View {
    let mut view = from.clone();
    let mut node: Node<()> = Node::new(store.cell(), view.state.clone(), view.next_seq, view.at);
    let mut journal = store.journal().expect("opens");
    for (command, ms) in commands.into_iter().zip(1..) {
        let work = Work::One(Request { actor: Actor::OPERATOR, key: None, command });
        node.submit(Submission { work, reply: () }).expect("there is room");
        let reading = Reading {
            wall: Instant::from_ms(START + ms),
            uptime: Duration::from_ms(ms),
            entropy: u128::from(ms) << 64,
        };
        let Some(batch) = node.commit(reading) else { continue };
        let head = journal.head();
        let sealed = seal(head.hash, batch.encode().expect("encodes"));
        let head = journal.append(&head, sealed).expect("appends");
        node.appended(head.next_seq);
        view.apply(&batch);
    }
    view
}

fn top_up() -> Command {
    Command::TopUp { party: crate::sample::ALICE, currency: crate::sample::eur(), amount_minor: 5 }
}

fn same(left: &View, right: &View) {
    assert_eq!((left.next_seq, left.at), (right.next_seq, right.at));
    assert!(left.state == right.state);
    assert_eq!(left.state_hash(), right.state_hash());
}

#[test]
fn a_snapshot_rebuilds_the_state_its_place_and_its_time() {
    let mut store = Memory::new(CELL);
    let view = history(&store);
    assert!(view.next_seq > 10);
    same(&View::from_snapshot(&view.to_snapshot(), &mut store).expect("readable"), &view);
}

#[test]
fn recovery_is_replay_with_and_without_a_snapshot_and_after_archiving() {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = SqliteStore::open(folder.path(), CELL).expect("opens");
    let memory = Memory::new(CELL);
    for store in [&memory as &dyn Store, &sqlite] {
        let view = history(store);
        same(&View::recover(store).expect("replayed"), &view);
        store.followers().expect("opens").put_snapshot(&view.to_snapshot()).expect("kept");
        let kept = view.next_seq;
        let view = more(store, &view, vec![top_up(), top_up()]);
        same(&View::recover(store).expect("snapshot and tail"), &view);
        store.archive_before(kept).expect("archived").expect("something");
        let view = more(store, &view, vec![top_up()]);
        same(&View::recover(store).expect("snapshot and what is left"), &view);
    }
}

#[test]
fn damage_anywhere_in_a_snapshot_is_refused_and_never_panics() {
    let view = history(&Memory::new(CELL));
    let snapshot = view.to_snapshot();
    let mut unnoticed = 0;
    for place in 0..snapshot.bytes.len() {
        let mut damaged = snapshot.clone();
        damaged.bytes[place] ^= 0x01;
        let outcome = std::panic::catch_unwind(|| View::from_snapshot(&damaged, &mut Memory::new(CELL)));
        match outcome.expect("no panic") {
            Err(RecoverError::Snapshot { seq, .. }) => assert_eq!(seq, snapshot.seq),
            Err(other) => panic!("{other}"),
            // The time is before the rows: the store's own hash covers it, the state's cannot.
            Ok(_) => unnoticed += 1,
        }
    }
    assert!(unnoticed <= 9, "{unnoticed}");
}

#[test]
fn a_snapshot_that_cannot_be_read_is_passed_over_while_the_journal_has_everything() {
    let store = Memory::new(CELL);
    let view = history(&store);
    let mut snapshot = view.to_snapshot();
    snapshot.bytes.truncate(snapshot.bytes.len() / 2);
    store.followers().expect("opens").put_snapshot(&snapshot).expect("kept");
    same(&View::recover(&store).expect("replayed from the start"), &view);

    store.archive_before(view.next_seq - 1).expect("archived").expect("something");
    let error = View::recover(&store).expect_err("the events are in the archive");
    assert!(matches!(error, RecoverError::Snapshot { seq, .. } if seq == snapshot.seq), "{error}");
}

/// Two forecasts of the radio cell, kept and loaded: the second takes the place of the first.
fn forecasts(store: &dyn Store) -> (Vec<Hash>, Vec<Command>) {
    let mut blobs = store.blobs().expect("opens");
    let forecasts = [3, 5].map(|load| {
        let from = Slot::containing(Instant::from_ms(START)).expect("a slot");
        let rows = vec![(ResourceRef::from_index(0), vec![load; 24])];
        let table = ForecastTable::new(from, ForecastStep::Hour, 950_000, rows).expect("is sound");
        let hash = blobs.put(&table.to_bytes()).expect("keeps");
        (hash, Command::LoadForecast { hash: BlobHash(*hash.as_bytes()), table: Arc::new(table) })
    });
    forecasts.into_iter().unzip()
}

#[test]
fn forecasts_come_back_from_beside_the_journal_with_and_without_a_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = SqliteStore::open(folder.path(), CELL).expect("opens");
    for store in [&Memory::new(CELL) as &dyn Store, &sqlite] {
        let (_, commands) = forecasts(store);
        let view = more(store, &history(store), commands);
        let load = |view: &View| {
            let slot = Slot::containing(Instant::from_ms(START)).expect("a slot");
            view.state.capacity.free(ResourceRef::from_index(0), slot).expect("is there").background
        };
        assert_eq!((load(&view), view.state.forecasts.len()), (5, 1));
        let bytes =
            view.to_snapshot().bytes.len() + store.reader().expect("opens").read(1, 1 << 20).expect("reads").len();
        assert!(bytes < 4_000, "neither holds the table: {bytes}");
        assert!(
            view.timeline
                .iter()
                .all(|(.., event)| !matches!(event, Event::ForecastLoaded(blob) if blob.table().is_some()))
        );
        same(&View::recover(store).expect("replayed"), &view);
        store.followers().expect("opens").put_snapshot(&view.to_snapshot()).expect("kept");
        store.archive_before(view.next_seq).expect("archived").expect("something");
        let recovered = View::recover(store).expect("from the snapshot");
        same(&recovered, &view);
        assert_eq!(load(&recovered), 5);
    }
}

#[test]
fn a_forecast_that_is_not_there_or_is_damaged_is_named() {
    let store = Memory::new(CELL);
    let other = Memory::new(CELL);
    let (hashes, commands) = forecasts(&other);
    let view = more(&store, &history(&store), commands);
    let named = |name: Hash| match View::recover(&store).expect_err("is missing") {
        RecoverError::Blob { name: found, reason } => {
            assert_eq!((found, reason.as_str()), (name.to_string(), "it is not there"));
        }
        other => panic!("{other}"),
    };
    named(hashes[0]);
    let mut blobs = store.blobs().expect("opens");
    let kept = other.blobs().expect("opens").get(hashes[0]).expect("reads").expect("is there");
    blobs.put(&kept).expect("keeps");
    named(hashes[1]);
    // With a snapshot after both, only the second is needed.
    store.followers().expect("opens").put_snapshot(&view.to_snapshot()).expect("kept");
    store.archive_before(view.next_seq).expect("archived").expect("something");
    named(hashes[1]);
    // What does not decode is no forecast, whatever its hash.
    let hash = blobs.put(b"no table").expect("keeps");
    let mut event = Event::ForecastLoaded(Blob::unresolved(BlobHash(*hash.as_bytes())));
    assert!(matches!(resolve(&mut event, &mut *blobs), Err(RecoverError::Blob { .. })));
}

#[test]
fn a_journal_that_ends_before_its_snapshot_is_not_built_upon() {
    let store = Memory::new(CELL);
    let mut snapshot = history(&store).to_snapshot();
    snapshot.seq += 3;
    store.followers().expect("opens").put_snapshot(&snapshot).expect("kept");
    assert!(matches!(View::recover(&store), Err(RecoverError::Snapshot { .. })));
}

#[test]
fn what_is_known_is_passed_over_and_time_does_not_go_back() {
    let store = Memory::new(CELL);
    let view = history(&store);
    let mut again = view.clone();
    for sealed in store.reader().expect("opens").read(1, usize::MAX).expect("reads") {
        again.apply(&Batch::decode(sealed.payload()).expect("decodes"));
    }
    same(&again, &view);
    assert_eq!(again.timeline.len(), view.timeline.len());
}
