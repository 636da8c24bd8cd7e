use super::*;
use crate::sample::{BOOST, CALLS, CELL, founding, purchase, wish};
use crate::step::{Node, Reading, Submission, Work};
use engine::{Actor, Command, Request};
use journal::{Memory, SqliteStore, seal};
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
    let view = history(&Memory::new(CELL));
    assert!(view.next_seq > 10);
    same(&View::from_snapshot(&view.to_snapshot()).expect("readable"), &view);
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
        let outcome = std::panic::catch_unwind(|| View::from_snapshot(&damaged));
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
