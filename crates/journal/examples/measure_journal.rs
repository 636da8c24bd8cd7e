//! Measures appends to a journal in a data folder: `cargo run --release -p journal --example measure_journal [BATCHES]`.
//!
//! Batches of 8,192 events of about 32 bytes, sealed before the clock starts, as another thread does in a cell.

#![expect(clippy::cast_precision_loss, reason = "figures are printed with three digits")]

use journal::{Batch, Encoded, Sealed, SqliteStore, Store, Tuning, seal};
use std::error::Error;
use std::io::Write;
use std::time::{Duration, Instant};
use types::{CellId, TenantId};

const CELL: CellId = CellId(1);
const EVENTS: u64 = 8_192;
const BATCHES: u64 = 400;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// As wide as a charge: a handful of numbers and a reference.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Event {
    #[n(0)]
    source: u64,
    #[n(1)]
    sequence: u64,
    #[n(2)]
    amount: u64,
    #[cbor(n(3), with = "minicbor::bytes")]
    token: [u8; 16],
}

fn main() -> Outcome<()> {
    let batches = std::env::args().nth(1).map_or(Ok(BATCHES), |text| text.parse())?;
    let mut out = std::io::stdout();
    let disk = fdatasync_each(batches, 256 << 10)?;
    writeln!(
        out,
        "fdatasync after 256 KiB (file of full length): p50 {:?} p99 {:?}",
        percentile(&disk, 50),
        percentile(&disk, 99)
    )?;
    let (encode, sealing) = codec(20)?;
    writeln!(out, "encoding {encode:.0} MB/s, sealing {sealing:.0} MB/s")?;
    writeln!(out, "page KiB  log MiB  events |   MB/s  batches/s  p50 ms  p99 ms  max ms")?;
    for page_kib in [4_u32, 16, 64] {
        for log_mib in [2_u32, 4, 16] {
            let tuning = Tuning { page_bytes: page_kib << 10, checkpoint_pages: (log_mib << 10) / page_kib };
            for events in [64, EVENTS] {
                let measured = appends(tuning, batches, events)?;
                writeln!(out, "{page_kib:8} {log_mib:8} {events:7} | {measured}")?;
            }
        }
    }
    writeln!(out, "with the default settings, by events a batch:")?;
    for events in [1, 64, 1_024, EVENTS, 4 * EVENTS] {
        let measured = appends(Tuning::default(), batches, events)?;
        writeln!(out, "{events:25} | {measured}")?;
    }
    writeln!(out, "{}", replay(batches)?)?;
    Ok(())
}

fn batch(first_seq: u64, events: u64) -> Outcome<Encoded> {
    let mut batch = Batch::new(CELL, first_seq, types::Instant::from_ms(1_800_000_000_000));
    for sequence in first_seq..first_seq + events {
        let token = u128::from(sequence).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834).to_be_bytes();
        batch.push(TenantId(1), Event { source: sequence % 100_000, sequence, amount: 125, token });
    }
    Ok(batch.encode()?)
}

fn appends(tuning: Tuning, batches: u64, events: u64) -> Outcome<String> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open_tuned(folder.path(), CELL, tuning)?;
    let mut journal = store.journal()?;
    let (mut took, mut bytes) = (Vec::new(), 0);
    for _ in 0..batches {
        let head = journal.head();
        let sealed = seal(head.hash, batch(head.next_seq, events)?);
        bytes += sealed.payload().len();
        let start = Instant::now();
        journal.append(&head, sealed)?;
        took.push(start.elapsed());
    }
    let total: Duration = took.iter().sum();
    let (rate, each) = (megabytes_a_second(bytes, total), batches as f64 / total.as_secs_f64());
    let max = took.iter().max().copied().unwrap_or_default();
    let [p50, p99, max] = [percentile(&took, 50), percentile(&took, 99), max].map(|time| time.as_secs_f64() * 1e3);
    Ok(format!("{rate:6.0} {each:10.0} {p50:7.2} {p99:7.2} {max:7.2}"))
}

/// Reads, checks and decodes a journal.
fn replay(batches: u64) -> Outcome<String> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(folder.path(), CELL)?;
    let mut journal = store.journal()?;
    for _ in 0..batches {
        let head = journal.head();
        journal.append(&head, seal(head.hash, batch(head.next_seq, EVENTS)?))?;
    }
    let start = Instant::now();
    let (mut reader, mut next_seq) = (store.reader()?, 1);
    while next_seq < journal.head().next_seq {
        for sealed in reader.read(next_seq, 4 << 20)? {
            let decoded: Batch<Event> = Batch::decode(sealed.payload())?;
            next_seq += decoded.into_recorded().map(|recorded| u64::from(recorded.event.amount > 0)).sum::<u64>();
        }
    }
    let replayed = (batches * EVENTS) as f64 / start.elapsed().as_secs_f64();
    let start = Instant::now();
    let events = store.verify()?.events as f64 / start.elapsed().as_secs_f64();
    Ok(format!("reading, checking and decoding {replayed:.0} events/s; verifying the chain {events:.0} events/s"))
}

/// What the disk alone takes: a file of full length is written over in pieces.
fn fdatasync_each(times: u64, bytes: usize) -> Outcome<Vec<Duration>> {
    use std::io::Seek;
    let mut file = tempfile::tempfile()?;
    let piece = vec![7_u8; bytes];
    let mut took = Vec::new();
    for round in 0..2 {
        file.rewind()?;
        for _ in 0..times {
            let start = Instant::now();
            file.write_all(&piece)?;
            file.sync_data()?;
            if round > 0 {
                took.push(start.elapsed());
            }
        }
    }
    Ok(took)
}

fn codec(times: u64) -> Outcome<(f64, f64)> {
    let start = Instant::now();
    let encoded: Vec<Encoded> = (0..times).map(|n| batch(1 + n * EVENTS, EVENTS)).collect::<Outcome<_>>()?;
    let (encoding, bytes) = (start.elapsed(), encoded.iter().map(|batch| batch.payload().len()).sum());
    let start = Instant::now();
    let genesis = journal::Hash::genesis(CELL);
    let sealed: Vec<Sealed> = encoded.into_iter().map(|batch| seal(genesis, batch)).collect();
    assert_eq!(sealed.len() as u64, times);
    Ok((megabytes_a_second(bytes, encoding), megabytes_a_second(bytes, start.elapsed())))
}

fn megabytes_a_second(bytes: usize, took: Duration) -> f64 {
    bytes as f64 / 1e6 / took.as_secs_f64()
}

fn percentile(took: &[Duration], percent: usize) -> Duration {
    let mut sorted = took.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}
