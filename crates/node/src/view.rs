//! What a read sees: the state after every durable event, and how it is brought back.

use crate::blobs::resolve;
use crate::limits::{PAST_SESSIONS_MAX, REPLAY_BYTES, TIMELINE_EVENTS_MAX};
use crate::postings::Recorder;
use engine::state::{SessionRef, State, TokenRef};
use engine::{Event, apply};
use journal::{Batch, Blobs, CodecError, Hash, JournalError, JournalReader, Recorded, Snapshot, Store};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};
use types::{Instant, SessionId};

/// What a read sees.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The state after every event before `next_seq`.
    pub state: State,
    /// The sequence number after the last event applied.
    pub next_seq: u64,
    /// When the last batch was stamped.
    pub at: Instant,
    /// The last events, oldest first, without purchase keys and restored rows.
    pub timeline: VecDeque<(u64, Instant, Event)>,
    /// The timeline lacks nothing from this event on.
    pub timeline_from: u64,
    /// Forgotten sessions with their tokens, the latest ones.
    pub past_sessions: BTreeMap<SessionRef, (SessionId, TokenRef)>,
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
    /// What an event or a row names is not kept, or is not what was kept.
    #[error("the table {name} cannot be read: {reason}")]
    Blob {
        /// The SHA-256 it is named by, in hexadecimal.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
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
    /// The latest snapshot and every event after it; every event there is when the snapshot cannot be read.
    ///
    /// Fails with the snapshot's error when it cannot be read and the events it stands for are in the archive, or when
    /// the journal ends before it: then something that was durable is gone, which nobody should build upon.
    pub fn recover(store: &dyn Store) -> Result<Self, RecoverError> {
        let (mut reader, mut blobs) = (store.reader()?, store.blobs()?);
        let Some(snapshot) = store.followers()?.latest_snapshot()? else {
            return Self::replay(&mut *reader, &mut *blobs);
        };
        let ends_at = reader.head()?.next_seq;
        if ends_at < snapshot.seq {
            let reason = format!("the journal ends at event {ends_at}, before what the snapshot has seen");
            return Err(RecoverError::Snapshot { seq: snapshot.seq, reason });
        }
        match Self::from_snapshot(&snapshot, &mut *blobs) {
            Ok(mut view) => {
                view.follow(&mut *reader, &mut *blobs)?;
                Ok(view)
            }
            Err(unreadable) => {
                tracing::error!(error = &unreadable as &dyn std::error::Error, "replaying everything instead");
                Self::replay(&mut *reader, &mut *blobs).map_err(|error| match error {
                    RecoverError::Journal(JournalError::Archived { .. }) => unreadable,
                    other => other,
                })
            }
        }
    }

    /// Every event from the first.
    fn replay(reader: &mut dyn JournalReader, blobs: &mut dyn Blobs) -> Result<Self, RecoverError> {
        let mut view = Self { next_seq: 1, timeline_from: 1, ..Self::default() };
        view.follow(reader, blobs)?;
        Ok(view)
    }

    /// Applies every batch that the reader has beyond this view; what their events name is fetched from `blobs`.
    pub fn follow(&mut self, reader: &mut dyn JournalReader, blobs: &mut dyn Blobs) -> Result<(), RecoverError> {
        loop {
            let sealed = reader.read(self.next_seq, REPLAY_BYTES)?;
            if sealed.is_empty() {
                return Ok(());
            }
            for batch in &sealed {
                let mut batch = Batch::decode(batch.payload())?;
                batch.events_mut().iter_mut().try_for_each(|event| resolve(event, blobs))?;
                self.apply(&batch);
            }
        }
    }

    /// Applies a batch; events it already has are passed over.
    pub fn apply(&mut self, batch: &Batch<Event>) {
        self.apply_each(batch, |_, _| ());
    }

    /// The same; what it posts goes to `recorder`, as far as the ledger listens.
    pub fn apply_noting(&mut self, batch: &Batch<Event>, recorder: &mut Recorder) {
        self.apply_each(batch, |state, recorded| recorder.note(state, recorded));
    }

    fn apply_each(&mut self, batch: &Batch<Event>, mut applied: impl FnMut(&mut State, Recorded<&Event>)) {
        let known = self.next_seq;
        for recorded in batch.recorded().filter(|recorded| recorded.seq >= known) {
            self.remember(recorded.event);
            apply(&mut self.state, recorded.event, recorded.at);
            applied(&mut self.state, recorded);
            self.next_seq = recorded.seq + 1;
            if worth_showing(recorded.event) {
                self.timeline.push_back((recorded.seq, recorded.at, recorded.event.without_table()));
            }
        }
        let surplus = self.timeline.len().saturating_sub(TIMELINE_EVENTS_MAX);
        if let Some((last, ..)) = self.timeline.drain(..surplus).next_back() {
            self.timeline_from = last + 1;
        }
        self.at = self.at.max(batch.at());
    }

    /// A session's id and its token, also a while after it is forgotten.
    pub fn session_named(&self, session: SessionRef) -> Option<(SessionId, TokenRef)> {
        let live = self.state.session(session).map(|row| (row.id, row.token));
        live.or_else(|| self.past_sessions.get(&session).copied())
    }

    /// What is about to be forgotten and may still be asked for.
    fn remember(&mut self, event: &Event) {
        let Event::SessionForgotten(session) = event else { return };
        self.past_sessions.extend(self.state.session(*session).map(|row| (*session, (row.id, row.token))));
        if self.past_sessions.len() > PAST_SESSIONS_MAX {
            self.past_sessions.pop_first();
        }
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

    /// The state a snapshot holds; what its rows name is fetched from `blobs`.
    pub fn from_snapshot(snapshot: &Snapshot, blobs: &mut dyn Blobs) -> Result<Self, RecoverError> {
        let seq = snapshot.seq;
        let (at, _) = head_of(snapshot)?;
        let mut view = Self { next_seq: seq, at, timeline_from: seq, ..Self::default() };
        for event in events_of(snapshot)? {
            let mut event = event?;
            resolve(&mut event, blobs)?;
            apply(&mut view.state, &event, at);
        }
        if view.state_hash() != snapshot.state_hash {
            return Err(RecoverError::Snapshot { seq, reason: "it does not rebuild the state it names".to_owned() });
        }
        Ok(view)
    }
}

/// When a snapshot was made, and its rows.
fn head_of(snapshot: &Snapshot) -> Result<(Instant, minicbor::Decoder<'_>), RecoverError> {
    let mut decoder = minicbor::Decoder::new(&snapshot.bytes);
    let at = decoder.u64().map_err(|error| unreadable(snapshot, &error.to_string()))?;
    Ok((Instant::from_ms(at), decoder))
}

/// The rows of a snapshot, as events; what they name is not fetched.
pub(crate) fn events_of(
    snapshot: &Snapshot,
) -> Result<impl Iterator<Item = Result<Event, RecoverError>>, RecoverError> {
    let (_, mut decoder) = head_of(snapshot)?;
    let rows = snapshot.bytes.get(decoder.position()..).unwrap_or_default();
    // Before anything is applied: applying what is damaged could only panic.
    if Hash::from_bytes(Sha256::digest(rows).into()) != snapshot.state_hash {
        return Err(unreadable(snapshot, "its rows are not those it was made of"));
    }
    Ok(std::iter::from_fn(move || {
        (decoder.position() < snapshot.bytes.len()).then(|| match decoder.decode() {
            Ok(event @ Event::Restored(_)) => Ok(event),
            Ok(_) => Err(unreadable(snapshot, "it holds something other than rows")),
            Err(error) => Err(unreadable(snapshot, &error.to_string())),
        })
    }))
}

fn unreadable(snapshot: &Snapshot, reason: &str) -> RecoverError {
    RecoverError::Snapshot { seq: snapshot.seq, reason: reason.to_owned() }
}

/// Events that say nothing to anybody outside are not told.
pub(crate) fn worth_showing(event: &Event) -> bool {
    !matches!(event, Event::Restored(_) | Event::KeyBound(_) | Event::KeyForgotten(..))
}

#[cfg(test)]
mod tests;
