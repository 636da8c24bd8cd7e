//! Walking a chain: every batch follows the one before it, and its hash matches its content.

use crate::error::JournalError;
use crate::seal::{Head, Sealed};
use crate::segment::{SegmentInfo, SegmentReader};
use std::io::Read;

/// What an intact chain holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Events, over archive and journal.
    pub events: u64,
    /// Batches, over archive and journal.
    pub batches: u64,
    /// Where the chain ends. Compare it with a copy kept elsewhere: a chain that was cut off at its end, everywhere
    /// and with its snapshots and cursors, is intact by itself.
    pub head: Head,
    /// Archived segments, oldest first.
    pub segments: Vec<SegmentInfo>,
}

/// A walk along a chain.
pub(crate) struct Walk {
    head: Head,
    batches: u64,
}

impl Walk {
    /// A walk that stands at `head`.
    pub fn from(head: Head) -> Self {
        Self { head, batches: 0 }
    }

    /// Where it stands.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Steps over `batch`, which was read at `place`.
    pub fn step(&mut self, batch: &Sealed, place: &str) -> Result<(), JournalError> {
        let corrupt = |what: String| JournalError::Corrupt { seq: self.head.next_seq, place: place.to_owned(), what };
        if batch.first_seq() != self.head.next_seq {
            let (wanted, found) = (self.head.next_seq, batch.first_seq());
            return Err(corrupt(format!("a batch that starts at event {wanted} is expected, {found} is found")));
        }
        if batch.prev() != self.head.hash {
            return Err(corrupt("the hash of the batch before it does not match".to_owned()));
        }
        if !batch.is_intact() {
            return Err(corrupt("its content does not match its hash".to_owned()));
        }
        self.head = batch.head();
        self.batches = self.batches.saturating_add(1);
        Ok(())
    }

    /// Steps over a whole archived segment, which its listing describes as `info`.
    pub fn step_segment<R: Read>(
        &mut self,
        mut segment: SegmentReader<R>,
        info: &SegmentInfo,
    ) -> Result<(), JournalError> {
        let place = segment.place().to_owned();
        while let Some(batch) = segment.next_batch()? {
            self.step(&batch, &place)?;
        }
        if segment.info() != info {
            let what = "its header does not match the list of segments".to_owned();
            return Err(JournalError::Corrupt { seq: info.first.next_seq, place, what });
        }
        Ok(())
    }

    /// The report of a walk from the genesis.
    pub fn report(self, segments: Vec<SegmentInfo>) -> Report {
        Report { events: self.head.next_seq.saturating_sub(1), batches: self.batches, head: self.head, segments }
    }
}

/// Refuses a chain that ends before something that was made from it: followers see only what is durable.
pub(crate) fn check_seen(head: Head, seen: u64, by: &str, place: &str) -> Result<(), JournalError> {
    if seen <= head.next_seq {
        return Ok(());
    }
    let what = format!("the journal ends here, yet the {by} has come to event {seen}");
    Err(JournalError::Corrupt { seq: head.next_seq, place: place.to_owned(), what })
}
