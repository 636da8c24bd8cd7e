//! `tessera bench charge`: one charge holds and captures in one decision, and is answered when it is durable.

use super::Options;
use super::audit::{self, quantity};
use super::world::{World, build};
use anyhow::{Context, bail};
use engine::{Actor, Answer, Charge};
use journal::{SqliteStore, Store};
use node::{Cell, Outcome, Pending, Work};
use serde::Serialize;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use types::CellId;

/// Charges of one run when no number is named.
const COUNT: u64 = 4_000_000;

/// All runs; the figures in front are the worst of them.
#[derive(Debug, Serialize)]
struct Report {
    bench: &'static str,
    ops_per_s: u64,
    p50_us: u64,
    p99_us: u64,
    bytes_per_op: f64,
    runs: Vec<Figures>,
}

/// The figures of one run.
#[derive(Debug, Serialize)]
pub struct Figures {
    accounts: u32,
    charges: u64,
    ops_per_s: u64,
    p50_us: u64,
    p99_us: u64,
    max_us: u64,
    bytes_per_op: f64,
    events_per_batch: f64,
    batches: u64,
    pub replay_events_per_s: u64,
    chain_verified: bool,
}

/// Measures with one hot account and with 100,000, or with the number that is named.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let both: Vec<u32> = options.accounts.map_or_else(|| vec![1, 100_000], |accounts| vec![accounts]);
    let mut runs = Vec::new();
    for accounts in both {
        let folder = tempfile::tempdir().context("could not make a temporary folder")?;
        let data = options.data.clone().unwrap_or_else(|| folder.path().to_owned()).join(format!("{accounts}"));
        let figures = measure(options, accounts, &data)?;
        if !options.json {
            print_text(&figures);
        }
        runs.push(figures);
    }
    if options.json {
        println!("{}", serde_json::to_string(&report(runs))?);
    }
    Ok(())
}

fn report(runs: Vec<Figures>) -> Report {
    Report {
        bench: "charge",
        ops_per_s: runs.iter().map(|run| run.ops_per_s).min().unwrap_or(0),
        p50_us: runs.iter().map(|run| run.p50_us).max().unwrap_or(0),
        p99_us: runs.iter().map(|run| run.p99_us).max().unwrap_or(0),
        bytes_per_op: runs.iter().map(|run| run.bytes_per_op).fold(0.0, f64::max),
        runs,
    }
}

pub fn measure(options: &Options, accounts: u32, data: &Path) -> anyhow::Result<Figures> {
    let count = options.count.unwrap_or(COUNT);
    std::fs::create_dir_all(data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(data, CellId(1))?);
    let cell = Cell::start(&store)?;
    let world = runtime.block_on(build(cell.gate(), accounts))?;
    let before = bytes_stored(&*store)?;
    let batches_before = cell.gate().counts().batches.load(Ordering::Relaxed);
    let (took, mut latencies) = charge_all(options, count, &cell, &world)?;
    let batches = cell.gate().counts().batches.load(Ordering::Relaxed) - batches_before;
    let bytes = bytes_stored(&*store)? - before;
    cell.stop();
    // Opened again, as after a restart: what is audited is what is on disk.
    drop(store);
    let store = SqliteStore::open(data, CellId(1))?;
    let (replay_events_per_s, view) = audit::replay(&store)?;
    audit::balanced(&view)?;
    audit::charged(&view, count)?;
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_micros() as u64;
    Ok(Figures {
        accounts,
        charges: count,
        ops_per_s: (count as f64 / took.as_secs_f64()) as u64,
        p50_us: at(0.5),
        p99_us: at(0.99),
        max_us: at(1.0),
        bytes_per_op: bytes as f64 / count as f64,
        events_per_batch: count as f64 / batches as f64,
        batches,
        replay_events_per_s,
        chain_verified: store.verify().is_ok(),
    })
}

/// Keeps `outstanding` batches under way until all charges are answered; every charge of a batch waited as long as it.
fn charge_all(options: &Options, count: u64, cell: &Cell, world: &World) -> anyhow::Result<(Duration, Vec<Duration>)> {
    let mut under_way: VecDeque<(Instant, Pending)> = VecDeque::new();
    let mut latencies = Vec::new();
    let (mut sent, mut accepted) = (0_u64, 0_u64);
    let started = Instant::now();
    while sent < count || !under_way.is_empty() {
        if sent < count && under_way.len() < options.outstanding {
            let size = options.batch.min(usize::try_from(count - sent)?);
            let charges = charges(world, sent, size);
            sent += size as u64;
            let pending = cell.gate().send(Work::Charges(Actor::OPERATOR, charges))?;
            under_way.push_back((Instant::now(), pending));
        } else if let Some((at, pending)) = under_way.pop_front() {
            let (outcome, _) = pending.blocking_recv().context("the cell stopped")?;
            latencies.push(at.elapsed());
            let Outcome::Charges(answers) = outcome else { bail!("another outcome was expected") };
            accepted += answers.iter().filter(|answer| matches!(answer, Ok(Answer::Charged { .. }))).count() as u64;
        }
    }
    if accepted != count {
        bail!("{accepted} of {count} charges were accepted");
    }
    Ok((started.elapsed(), latencies))
}

fn charges(world: &World, first: u64, size: usize) -> Vec<Charge> {
    let spread = world.tokens.len() as u64;
    (first..first + size as u64)
        .map(|number| Charge {
            // A step that is coprime to the count visits every account, in an order that no cache likes.
            token: world.tokens[(number.wrapping_mul(7_919) % spread) as usize],
            source: world.source,
            sequence: number + 1,
            quantity: quantity(number),
            unit: None,
        })
        .collect()
}

fn bytes_stored(store: &dyn Store) -> anyhow::Result<u64> {
    let mut reader = store.reader()?;
    let (mut seq, mut bytes) = (1, 0);
    loop {
        let batches = reader.read(seq, 8 << 20)?;
        let Some(last) = batches.last() else { return Ok(bytes) };
        seq = last.head().next_seq;
        bytes += batches.iter().map(|batch| batch.payload().len() as u64).sum::<u64>();
    }
}

fn print_text(figures: &Figures) {
    println!(
        "{:>9} accounts  {:>9} charges/s  p50 {:>6} µs  p99 {:>6} µs  max {:>6} µs  {:.1} bytes/charge  {:.0} events/batch  replay {} events/s  chain {}",
        figures.accounts,
        figures.ops_per_s,
        figures.p50_us,
        figures.p99_us,
        figures.max_us,
        figures.bytes_per_op,
        figures.events_per_batch,
        figures.replay_events_per_s,
        if figures.chain_verified { "verified" } else { "BROKEN" },
    );
}
