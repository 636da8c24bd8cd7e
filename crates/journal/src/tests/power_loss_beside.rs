//! The vault, the blobs and the followers' data survive power loss like the journal: what was acknowledged is there, what
//! was erased stays away.

use super::lying_disk::{Disk, VFS};
use super::{CELL, batch_after, hash};
use crate::sqlite::{Place, SqliteBlobs, SqliteFollowers, SqliteJournal, SqliteReader, SqliteVault};
use crate::{
    Batch, Blobs, Followers, Hash, Journal, JournalError, JournalReader, Snapshot, Tuning, VaultEntry, VaultStore,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::BTreeMap;

const SEEDS: u64 = 60;
const LIVES: u32 = 3;

/// What each subject's data may be: one value when the last call was acknowledged, two when its outcome is unknown.
type Expected = BTreeMap<u128, Vec<Option<Vec<u8>>>>;

#[test]
fn the_vault_keeps_and_forgets_through_power_loss() {
    for seed in 0..SEEDS {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let disk = Disk::new(&format!("vault-{seed}"));
        let place = place(&disk, "vault.db");
        let mut expected = Expected::new();
        for _ in 0..LIVES {
            disk.fail_after(u64::from(random.next_u32() % 150));
            use_until_failure(&place, &mut expected, &mut random);
            disk.restart(&mut random);
            let mut vault = SqliteVault::open(&place).expect("opens");
            for (subject, values) in &mut expected {
                let found = vault.get(*subject).expect("reads").map(|entry| entry.sealed);
                assert!(values.contains(&found), "seed {seed}: subject {subject} is not as acknowledged");
                *values = vec![found];
            }
        }
    }
}

/// Puts, changes and erases subjects until a call fails.
fn use_until_failure(place: &Place, expected: &mut Expected, random: &mut impl RngCore) {
    let Ok(mut vault) = SqliteVault::open(place) else { return };
    for _ in 0..30 {
        let subject = u128::from(random.next_u32() % 8);
        let known = expected.entry(subject).or_insert_with(|| vec![None]);
        let sealed = vec![random.next_u32().to_be_bytes()[3]; 3_000];
        let tag = [u8::try_from(subject).expect("is below 8"); 32];
        let (outcome, after) = match (known.as_slice(), random.next_u32() % 3) {
            ([None], _) => {
                let entry = VaultEntry { subject, index_tag: tag, wrapped_key: vec![1], sealed: sealed.clone() };
                (vault.put_subject(&entry), Some(sealed))
            }
            (_, 0) => (vault.erase(subject), None),
            _ => (vault.update_sealed(subject, &sealed), Some(sealed)),
        };
        match outcome {
            Ok(()) => *known = vec![after],
            Err(_) => return known.push(after),
        }
    }
}

#[test]
fn snapshots_and_cursors_survive_power_loss() {
    for seed in 0..SEEDS {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let disk = Disk::new(&format!("followers-{seed}"));
        let place = place(&disk, "followers.db");
        let (mut snapshot, mut cursor) = (0, 0);
        for _ in 0..LIVES {
            disk.fail_after(u64::from(random.next_u32() % 150));
            let tried = follow_until_failure(&place, &mut snapshot, &mut cursor);
            disk.restart(&mut random);
            let mut followers = SqliteFollowers::open(&place).expect("opens");
            let latest = followers.latest_snapshot().expect("reads").map_or(0, |snapshot| snapshot.seq);
            let saved = followers.cursor("views").expect("reads").unwrap_or(0);
            assert!((snapshot..=tried).contains(&latest), "seed {seed}: {snapshot} {latest} {tried}");
            assert!((cursor..=tried).contains(&saved), "seed {seed}: {cursor} {saved} {tried}");
            (snapshot, cursor) = (latest, saved);
        }
    }
}

/// Keeps a snapshot and a cursor in turn until a call fails; the number tried last.
fn follow_until_failure(place: &Place, snapshot: &mut u64, cursor: &mut u64) -> u64 {
    let mut tried = *snapshot.max(cursor);
    let Ok(mut followers) = SqliteFollowers::open(place) else { return tried };
    for _ in 0..20 {
        tried += 1;
        let kept = Snapshot { seq: tried, state_hash: hash(1), bytes: vec![9; 20_000] };
        if followers.put_snapshot(&kept).is_err() {
            break;
        }
        *snapshot = tried;
        if followers.save_cursor("views", tried).is_err() {
            break;
        }
        *cursor = tried;
    }
    tried
}

#[test]
fn a_blob_is_there_once_a_batch_names_it() {
    let named = (0..SEEDS).map(|seed| name_and_die(seed, "FULL").expect("every blob is there")).sum::<u32>();
    assert!(named > 200, "{named}");
    let lost = (0..SEEDS).any(|seed| name_and_die(seed, "OFF").is_err());
    assert!(lost, "blobs that are not synced must be lost, or the line above shows nothing");
}

/// Puts blobs and appends batches that name them through power failures: how many batches had theirs, or the name that
/// none had.
fn name_and_die(seed: u64, synchronous: &'static str) -> Result<u32, String> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let disk = Disk::new(&format!("blobs-{synchronous}-{seed}"));
    let journal = place(&disk, "journal.db");
    let mut blobs = place(&disk, "blobs.db");
    blobs.synchronous = synchronous;
    let mut named = 0;
    for _ in 0..LIVES {
        disk.fail_after(u64::from(random.next_u32() % 400));
        // The failure is what the life is for.
        let _ = name_until_failure(&journal, &blobs, &mut random);
        disk.restart(&mut random);
        let mut kept = SqliteBlobs::open(&blobs).map_err(|error| error.to_string())?;
        drop(SqliteJournal::open(&journal, CELL).expect("opens"));
        let mut reader = SqliteReader::open(&journal, CELL).expect("opens");
        for sealed in reader.read(1, usize::MAX).expect("reads") {
            let batch: Batch<String> = Batch::decode(sealed.payload()).expect("decodes");
            let (name, _) = batch.events()[0].split_once(' ').expect("a name");
            let bytes = (0..64).step_by(2).map(|at| u8::from_str_radix(&name[at..at + 2], 16).expect("hexadecimal"));
            let hash = Hash::from_slice(&bytes.collect::<Vec<_>>()).expect("a hash");
            kept.get(hash).ok().flatten().ok_or(name)?;
            named += 1;
        }
    }
    Ok(named)
}

fn name_until_failure(journal: &Place, blobs: &Place, random: &mut impl RngCore) -> Result<(), JournalError> {
    let (mut journal, mut blobs) = (SqliteJournal::open(journal, CELL)?, SqliteBlobs::open(blobs)?);
    for _ in 0..20 {
        let bytes = vec![random.next_u32().to_be_bytes()[3]; 9_000 + random.next_u32() as usize % 9_000];
        let name = blobs.put(&bytes)?;
        let head = journal.head();
        journal.append(&head, batch_after(head, 1, &name.to_string()))?;
    }
    Ok(())
}

fn place(disk: &Disk, file: &str) -> Place {
    let mut place = Place::new(disk.path(file).into(), Tuning { page_bytes: 4_096, checkpoint_pages: 20 });
    place.vfs = Some(VFS);
    place
}
