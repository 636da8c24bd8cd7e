//! What is acknowledged survives power loss, on `SQLite` with the settings of a real cell.

use super::lying_disk::{Disk, VFS};
use super::{CELL, batch_after};
use crate::sqlite::{Place, SqliteJournal, SqliteReader};
use crate::{Head, Journal, JournalError, JournalReader, Sealed, Tuning};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const SEEDS: u64 = 150;
/// Power failures in a row under one seed: recovery itself is interrupted too.
const LIVES: u32 = 4;

/// What a seed met.
#[derive(Default)]
struct Met {
    crashes: u64,
    acknowledged: u64,
    in_flight_survived: u64,
}

#[test]
fn what_is_acknowledged_survives_power_loss() {
    let mut met = Met::default();
    for seed in 0..SEEDS {
        if let Err(loss) = live_and_die(seed, "FULL", &mut met) {
            panic!("seed {seed}: {loss}");
        }
    }
    // Else the crashes all came too early or too late to show anything.
    assert!(met.crashes > SEEDS * 2 && met.acknowledged > SEEDS * 4, "{} {}", met.crashes, met.acknowledged);
    assert!(met.in_flight_survived > 0, "some batch was stored although its append could not say so");
}

#[test]
fn with_less_than_full_syncing_acknowledged_batches_are_lost() {
    for synchronous in ["OFF", "NORMAL"] {
        let lost = (0..SEEDS).find_map(|seed| live_and_die(seed, synchronous, &mut Met::default()).err());
        assert!(lost.is_some(), "synchronous={synchronous} must lose something, or the test above shows nothing");
    }
}

#[test]
fn a_full_disk_is_named_and_loses_nothing() {
    let disk = Disk::new("full");
    let place = place(&disk, 4_096, "FULL");
    let mut journal = SqliteJournal::open(&place, CELL).expect("opens");
    disk.full_after(100_000);
    let mut acknowledged = 0;
    let error = loop {
        let head = journal.head();
        match journal.append(&head, batch_after(head, 100, "event")) {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, JournalError::DiskFull { attempted: "append", .. }), "{error}");
    let head = journal.head();
    let stopped = journal.append(&head, batch_after(head, 1, "event")).expect_err("is stopped");
    assert!(matches!(stopped, JournalError::Stopped), "{stopped}");
    drop(journal);
    assert!(acknowledged > 2);
    assert_eq!(read_all(&place).expect("reads").len(), acknowledged);
}

/// Appends until the power fails, starts again, checks, goes on: [`LIVES`] times. Says what was lost.
fn live_and_die(seed: u64, synchronous: &'static str, met: &mut Met) -> Result<(), String> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let disk = Disk::new(&format!("{synchronous}-{seed}"));
    let page_bytes = [512, 4_096, 16_384, 65_536][(random.next_u32() % 4) as usize];
    let place = place(&disk, page_bytes, synchronous);
    let mut kept: Vec<Sealed> = Vec::new();
    for _ in 0..LIVES {
        disk.fail_after(u64::from(random.next_u32() % 120));
        let in_flight = append_until_failure(&place, &mut kept, &mut random, met);
        met.crashes += u64::from(disk.has_failed());
        disk.restart(&mut random);
        let found = read_all(&place).map_err(|error| format!("the journal cannot be read: {error:?}"))?;
        match found.strip_prefix(kept.as_slice()) {
            Some([]) => {}
            Some([extra]) if Some(extra) == in_flight.as_ref() => met.in_flight_survived += 1,
            _ => return Err(format!("{} batches were acknowledged, {} are there", kept.len(), found.len())),
        }
        kept = found;
    }
    Ok(())
}

/// Adds what was acknowledged to `kept`; gives the batch back whose append failed.
fn append_until_failure(
    place: &Place,
    kept: &mut Vec<Sealed>,
    random: &mut impl RngCore,
    met: &mut Met,
) -> Option<Sealed> {
    let mut journal = SqliteJournal::open(place, CELL).ok()?;
    for _ in 0..40 {
        let head = journal.head();
        let batch = batch_after(head, 1 + u64::from(random.next_u32() % 200), "event");
        if journal.append(&head, batch.clone()).is_err() {
            return Some(batch);
        }
        kept.push(batch);
        met.acknowledged += 1;
    }
    None
}

fn read_all(place: &Place) -> Result<Vec<Sealed>, JournalError> {
    // As a cell starts: its writer first, which checks the last batch.
    let head = SqliteJournal::open(place, CELL)?.head();
    let batches = SqliteReader::open(place, CELL)?.read(1, usize::MAX)?;
    assert_eq!(batches.last().map_or(Head::genesis(CELL), Sealed::head), head);
    assert_eq!(batches.first().map_or(Head::genesis(CELL), Sealed::expects), Head::genesis(CELL));
    Ok(batches)
}

fn place(disk: &Disk, page_bytes: u32, synchronous: &'static str) -> Place {
    // The log is copied back every few batches, so that crashes hit that as well.
    let tuning = Tuning { page_bytes, checkpoint_pages: 40 };
    let mut place = Place::new(disk.path("journal.db").into(), tuning);
    place.vfs = Some(VFS);
    place.synchronous = synchronous;
    place
}
