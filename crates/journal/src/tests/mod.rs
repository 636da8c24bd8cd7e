mod damage;
mod faults;
mod folder;
mod golden;
mod lying_disk;
mod postings;
mod power_loss;
mod power_loss_beside;
mod records;
mod suite;
mod together;
mod vault;

use crate::{Batch, Hash, Head, Sealed, seal};
use types::{CellId, Instant, TenantId};

/// The cell of all tests here.
pub(crate) const CELL: CellId = CellId(7);

/// A batch of `count` events after `head`; every event is the text `word` and its sequence number.
pub(crate) fn batch_after(head: Head, count: u64, word: &str) -> Sealed {
    let mut batch = Batch::new(CELL, head.next_seq, Instant::from_ms(1_700_000_000_000 + head.next_seq));
    for seq in head.next_seq..head.next_seq + count {
        batch.push(TenantId(1 + u16::from(seq % 3 == 0)), format!("{word} {seq}"));
    }
    seal(head.hash, batch.encode().expect("encodes"))
}

/// A hash that differs for every `n`.
pub(crate) fn hash(n: u8) -> Hash {
    Hash::from_bytes([n; 32])
}
