//! A loaded cell on `SQLite` is killed, again and again; what it acknowledged is there, once.
//!
//! The test runs itself as the child: with `KILL_FOLDER` set it is a cell that charges without end and prints each
//! acknowledged (source, sequence); without it, the parent that kills it.

#[expect(dead_code, reason = "the sample is shared with the unit tests, which use all of it")]
#[path = "../src/sample.rs"]
mod sample;

use engine::state::{SourceRef, TokenRef};
use engine::{Actor, Answer, Charge, Command};
use journal::{SqliteStore, Store};
use node::{Cell, Gate, wall_clock};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sample::{CALLS, CELL, balanced, founding, money, purchase};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::time::Duration;
use types::SourceId;

const FOLDER: &str = "KILL_FOLDER";
const BALANCE: i64 = 1_000_000_000;
const ROUNDS: u32 = 20;
const CALLERS: u32 = 8;
/// Charges of one submission.
const TOGETHER: u64 = 16;

fn main() {
    match std::env::var(FOLDER) {
        Ok(folder) => charge_without_end(Path::new(&folder)),
        Err(_) => kill_again_and_again(),
    }
}

fn open(folder: &Path) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(folder, CELL).expect("opens"))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime")
}

/// The child: every caller has a meter of its own and goes on where that is.
fn charge_without_end(folder: &Path) {
    let cell = Cell::start(&open(folder)).expect("starts");
    runtime().block_on(async {
        let callers: Vec<_> = (1..=CALLERS).map(|source| tokio::spawn(call(cell.gate().clone(), source))).collect();
        for caller in callers {
            caller.await.expect("it never ends");
        }
    });
}

async fn call(gate: Gate, source: u32) {
    let source = SourceRef::from_index(source);
    let mut sequence = gate.read(|view| view.state.source(source).map_or(0, |row| row.high)).await;
    loop {
        let charges = (1..=TOGETHER).map(|more| charge(source, sequence + more)).collect();
        let answers = gate.charge_all(Actor::OPERATOR, charges).await.expect("it runs until it is killed");
        assert!(answers.iter().all(|answer| matches!(answer, Ok(Answer::Charged { paid_minor: 1, .. }))));
        sequence += TOGETHER;
        let line = format!("{} {sequence}\n", source.number());
        // The parent may be gone; then there is nobody to charge for.
        if std::io::stdout().lock().write_all(line.as_bytes()).is_err() {
            std::process::exit(0);
        }
    }
}

fn charge(source: SourceRef, sequence: u64) -> Charge {
    Charge { token: TokenRef::from_index(0), source, sequence, quantity: 1, unit: None }
}

fn kill_again_and_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = runtime();
    runtime.block_on(found(folder.path()));
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let mut charged = 0;
    for round in 0..ROUNDS {
        let acknowledged = run_and_kill(folder.path(), Duration::from_millis(20 + u64::from(dice.next_u32() % 130)));
        charged = runtime.block_on(check(folder.path(), &acknowledged, charged));
        assert!(round > 0 || charged > 0, "the child charges");
    }
    println!("killed {ROUNDS} times, {charged} charges, each once: ok");
}

async fn found(folder: &Path) {
    let cell = Cell::start(&open(folder)).expect("starts");
    let sources =
        (0..CALLERS).map(|number| Command::RegisterSource { id: SourceId::from_u128(100 + u128::from(number)) });
    for command in founding(BALANCE).into_iter().chain(sources).chain([purchase(CALLS, wall_clock())]) {
        cell.gate().submit(Actor::OPERATOR, command).await.expect("accepted");
    }
    cell.stop();
}

/// Runs the child for about so long after its first acknowledgement; what it acknowledged.
fn run_and_kill(folder: &Path, life: Duration) -> BTreeSet<(u32, u64)> {
    let program = std::env::current_exe().expect("this program");
    let mut child = Process::new(program).env(FOLDER, folder).stdout(Stdio::piped()).spawn().expect("runs");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut acknowledged = BTreeSet::new();
    let mut killer: Option<std::thread::JoinHandle<()>> = None;
    let child = Arc::new(std::sync::Mutex::new(child));
    for read in lines {
        let read = read.expect("readable");
        // The last line may be cut off.
        let Some((source, sequence)) = read.split_once(' ') else { continue };
        if let (Ok(source), Ok(sequence)) = (source.parse(), sequence.parse()) {
            acknowledged.insert((source, sequence));
        }
        killer.get_or_insert_with(|| {
            let child = Arc::clone(&child);
            std::thread::spawn(move || {
                std::thread::sleep(life);
                kill(&child);
            })
        });
    }
    killer.expect("the child acknowledged something").join().expect("killed");
    let status = child.lock().expect("unpoisoned").wait().expect("it is gone");
    assert!(!status.success(), "it was killed, it did not end: {status}");
    acknowledged
}

fn kill(child: &std::sync::Mutex<Child>) {
    child.lock().expect("unpoisoned").kill().expect("kills");
}

/// Everything acknowledged is there once, and asking again for all of it changes nothing.
async fn check(folder: &Path, acknowledged: &BTreeSet<(u32, u64)>, charged_before: i64) -> i64 {
    let store = open(folder);
    store.verify().expect("the chain is whole");
    let cell = Cell::start(&store).expect("starts");
    let gate = cell.gate();
    let seen = |view: &node::View| {
        assert!(balanced(&view.state));
        let highs: Vec<u64> = (1..=CALLERS)
            .map(|source| view.state.source(SourceRef::from_index(source)).map_or(0, |row| row.high))
            .collect();
        (BALANCE - money(&view.state).0, highs, view.next_seq)
    };
    let (charged, highs, next_seq) = gate.read(seen).await;
    assert!(charged >= charged_before);
    assert_eq!(charged.unsigned_abs(), highs.iter().sum::<u64>(), "one minor unit for each number, none twice");
    for (source, high) in (1..).zip(&highs) {
        let last = acknowledged.range((source, 0)..=(source, u64::MAX)).last().map_or(0, |(_, sequence)| *sequence);
        assert!(last <= *high, "source {source}: {last} was acknowledged, {high} is there");
        let again =
            (high.saturating_sub(500).max(1)..=*high).map(|n| charge(SourceRef::from_index(source), n)).collect();
        let answers = gate.charge_all(Actor::OPERATOR, again).await;
        for answer in answers.unwrap_or_default() {
            assert_eq!(answer, Ok(Answer::Repeated));
        }
    }
    assert_eq!(gate.read(seen).await, (charged, highs, next_seq), "nothing is applied twice");
    // No graceful stop on the way to the next round either: leave no snapshot every other time.
    cell.stop();
    charged
}
