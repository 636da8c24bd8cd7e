//! What a read sees: the state after every durable event, and how it is brought back.

use crate::limits::{REPLAY_BYTES, TIMELINE_EVENTS_MAX};
use engine::state::State;
use engine::{Event, apply};
use journal::{Batch, CodecError, Hash, JournalError, JournalReader, Snapshot, Store};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use types::Instant;

/// What a read sees.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The state after every event before `next_seq`.
    pub state: State,
    /// The sequence number after the last event applied.
    pub next_seq: u64,
    /// When the last batch was stamped.
    pub at: Instant,
    /// The last events, oldest first, without the usage charges and restored rows of bulk work.
    pub timeline: VecDeque<(u64, Instant, Event)>,
}

/// Why a cell cannot be brought back from its store.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The store failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A batch or snapshot cannot be read.
    #[error("what the journal holds cannot be read")]
    Codec(#[from] CodecError),
    /// A snapshot cannot be read.
    #[error("the snapshot before event {seq} cannot be read: {reason}")]
    Snapshot {
        /// Its place.
        seq: u64,
        /// What is wrong with it.
        reason: String,
    },
}

impl View {
    /// The latest snapshot and every event after it.
    pub fn recover(store: &dyn Store) -> Result<Self, RecoverError> {
        let mut view = match store.followers()?.latest_snapshot()? {
            Some(snapshot) => Self::from_snapshot(&snapshot)?,
            None => Self { next_seq: 1, ..Self::default() },
        };
        view.follow(&mut *store.reader()?)?;
        Ok(view)
    }

    /// Applies every batch that the reader has beyond this view.
    pub fn follow(&mut self, reader: &mut dyn JournalReader) -> Result<(), RecoverError> {
        loop {
            let sealed = reader.read(self.next_seq, REPLAY_BYTES)?;
            if sealed.is_empty() {
                return Ok(());
            }
            for batch in &sealed {
                self.apply(&Batch::decode(batch.payload())?);
            }
        }
    }

    /// Applies a batch; events it already has are passed over.
    pub fn apply(&mut self, batch: &Batch<Event>) {
        let known = self.next_seq;
        for recorded in batch.recorded().filter(|recorded| recorded.seq >= known) {
            apply(&mut self.state, recorded.event, recorded.at);
            self.next_seq = recorded.seq + 1;
            if worth_showing(recorded.event) {
                self.timeline.push_back((recorded.seq, recorded.at, recorded.event.clone()));
            }
        }
        let surplus = self.timeline.len().saturating_sub(TIMELINE_EVENTS_MAX);
        self.timeline.drain(..surplus);
        self.at = batch.at();
    }

    /// This state as a canonical stream of rows.
    ///
    /// # Panics
    /// Never: writing to memory cannot fail.
    pub fn to_snapshot(&self) -> Snapshot {
        let mut bytes = Vec::new();
        let mut encoder = minicbor::Encoder::new(&mut bytes);
        encoder.u64(self.at.as_ms()).expect("writing to memory cannot fail");
        for row in self.state.rows() {
            encoder.encode(Event::Restored(Box::new(row))).expect("writing to memory cannot fail");
        }
        Snapshot { seq: self.next_seq, state_hash: self.state_hash(), bytes }
    }

    /// A hash of the state that is equal for equal states.
    ///
    /// # Panics
    /// Never: writing to memory cannot fail.
    pub fn state_hash(&self) -> Hash {
        let mut digest = Sha256::new();
        let mut bytes = Vec::new();
        for row in self.state.rows() {
            bytes.clear();
            minicbor::encode(Event::Restored(Box::new(row)), &mut bytes).expect("writing to memory cannot fail");
            digest.update(&bytes);
        }
        Hash::from_bytes(digest.finalize().into())
    }

    /// The state a snapshot holds.
    pub fn from_snapshot(snapshot: &Snapshot) -> Result<Self, RecoverError> {
        let seq = snapshot.seq;
        let unreadable = |error: minicbor::decode::Error| RecoverError::Snapshot { seq, reason: error.to_string() };
        let mut decoder = minicbor::Decoder::new(&snapshot.bytes);
        let at = Instant::from_ms(decoder.u64().map_err(unreadable)?);
        let mut view = Self { next_seq: seq, at, ..Self::default() };
        while decoder.position() < snapshot.bytes.len() {
            let event: Event = decoder.decode().map_err(unreadable)?;
            apply(&mut view.state, &event, at);
        }
        if view.state_hash() != snapshot.state_hash {
            return Err(RecoverError::Snapshot { seq, reason: "it does not rebuild the state it names".to_owned() });
        }
        Ok(view)
    }
}

fn worth_showing(event: &Event) -> bool {
    !matches!(event, Event::Restored(_) | Event::KeyBound(_) | Event::KeyForgotten { .. })
}
