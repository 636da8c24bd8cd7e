//! Blobs that nothing names any more: neither a snapshot that is kept nor an event that is not archived.

use crate::limits::REPLAY_BYTES;
use crate::view::{RecoverError, events_of};
use engine::Event;
use journal::{Batch, Hash, Snapshot, Store};
use std::collections::BTreeSet;

/// What nothing named the last time. A blob is put before the event that names it, so it goes when it is still not named
/// the next time.
#[derive(Debug, Default)]
pub(super) struct Unnamed(BTreeSet<(Hash, u64)>);

impl Unnamed {
    /// Removes what nothing names for the second time; `oldest` is the older one of the snapshots that are kept. How many.
    pub fn prune(&mut self, store: &dyn Store, oldest: &Snapshot) -> Result<usize, RecoverError> {
        let mut blobs = store.blobs()?;
        let kept = blobs.list()?;
        let named = names(store, oldest)?;
        let unnamed: BTreeSet<_> = kept.into_iter().filter(|(name, _)| !named.contains(name)).collect();
        let (gone, waiting): (BTreeSet<_>, _) = unnamed.into_iter().partition(|blob| self.0.contains(blob));
        for (name, put) in &gone {
            blobs.remove(*name, *put)?;
        }
        self.0 = waiting;
        Ok(gone.len())
    }
}

/// Everything that replaying from this snapshot on needs; later snapshots name nothing that was not named since.
fn names(store: &dyn Store, oldest: &Snapshot) -> Result<BTreeSet<Hash>, RecoverError> {
    let mut names = BTreeSet::new();
    let mut take = |event: &Event| names.extend(event.blob().map(|name| Hash::from_bytes(name.0)));
    for event in events_of(oldest)? {
        take(&event?);
    }
    let mut reader = store.reader()?;
    let mut next_seq = oldest.seq;
    loop {
        let sealed = reader.read(next_seq, REPLAY_BYTES)?;
        if sealed.is_empty() {
            return Ok(names);
        }
        for batch in &sealed {
            let batch: Batch<Event> = Batch::decode(batch.payload())?;
            batch.events().iter().for_each(&mut take);
            next_seq = batch.first_seq() + batch.events().len() as u64;
        }
    }
}
