//! The gate: how everything outside reaches a cell. Submit a command, or read what is durable.

use super::clock::Clock;
use super::forecast::Keeper;
use super::inbox::Inbox;
use super::postings::{Records, RecordsError};
use super::replica::Replica;
use crate::limits::{QUEUE_COMMANDS_MAX, SUBMISSION_COMMANDS_MAX};
use crate::step::{Outcome, Refused, Submission, Work};
use crate::view::View;
use engine::{Actor, Answer, Charge, Command, Key, Rejection, Request};
use journal::Postings;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tokio::sync::oneshot;
use types::Instant;

/// A handle to a running cell; cheap to clone.
#[derive(Clone, Debug)]
pub struct Gate {
    pub(crate) inbox: Inbox,
    pub(crate) shared: Arc<Shared>,
}

/// What all handles of a cell share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub replica: Arc<Replica>,
    /// What was posted, row by row.
    pub records: Records,
    pub clock: Clock,
    /// Keeps what commands name by its hash.
    pub keeper: Keeper,
    /// When the last batch was stamped before the cell was started.
    pub recovered_at: Instant,
    /// Commands on their way to the writer.
    pub queued: AtomicUsize,
    /// The highest sequence number that was acknowledged to anyone.
    pub acknowledged: AtomicU64,
    /// Commands accepted, rejected and refused since the start.
    pub counts: Counts,
}

/// What went through the gate since the start.
#[derive(Debug, Default)]
pub struct Counts {
    /// Commands that were decided with a yes.
    pub accepted: AtomicU64,
    /// Commands that were decided with a rejection.
    pub rejected: AtomicU64,
    /// Submissions that were not even queued.
    pub refused: AtomicU64,
    /// Batches made durable.
    pub batches: AtomicU64,
    /// Events made durable.
    pub events: AtomicU64,
    /// Time that the journal took for them, in microseconds.
    pub append_us: AtomicU64,
}

/// What the writer receives.
#[derive(Debug)]
pub(crate) enum Message {
    /// In this order: who hears that a submission was dropped finds it no longer counted.
    Submit(Waiting, Submission<Reply>),
    Appended(u64),
    AppendFailed,
    Stop,
}

/// Commands that count as queued; no longer when this is dropped on the way, wherever that is.
#[derive(Debug)]
pub(crate) struct Waiting {
    shared: Arc<Shared>,
    commands: usize,
}

impl Waiting {
    /// The writer has them in its queue now, and counts them itself.
    pub fn taken(mut self) {
        self.commands = 0;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.shared.queued.fetch_sub(self.commands, Ordering::Relaxed);
    }
}

/// Where an answer goes.
pub(crate) type Reply = oneshot::Sender<(Outcome, u64)>;

/// An answer on its way: the outcome, and the sequence number before which everything was durable.
pub type Pending = oneshot::Receiver<(Outcome, u64)>;

/// Why a command was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// It was decided, and rejected.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// It was not decided.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl Gate {
    /// Decides one command; returns when the answer is durable.
    pub async fn submit(&self, actor: Actor, command: Command) -> Result<Answer, GateError> {
        self.submit_keyed(actor, None, command).await
    }

    /// Decides one command under an idempotency key.
    pub async fn submit_keyed(&self, actor: Actor, key: Option<Key>, command: Command) -> Result<Answer, GateError> {
        let pending = self.send(Work::One(Request { actor, key, command }))?;
        match pending.await {
            Ok((Outcome::One(answer), _)) => Ok(answer?),
            Ok((Outcome::Charges(_), _)) | Err(_) => Err(Refused::Stopped.into()),
        }
    }

    /// Charges many at once; each has its own answer.
    pub async fn charge_all(
        &self,
        actor: Actor,
        charges: Vec<Charge>,
    ) -> Result<Vec<Result<Answer, Rejection>>, GateError> {
        let pending = self.send(Work::Charges(actor, charges))?;
        match pending.await {
            Ok((Outcome::Charges(answers), _)) => Ok(answers),
            Ok((Outcome::One(_), _)) | Err(_) => Err(Refused::Stopped.into()),
        }
    }

    /// Hands work to the writer without waiting; full queues refuse at once, and so does a submission that is empty or
    /// too large. A `Stopped` that comes later, in place of an answer, means that the outcome is unknown: ask again after
    /// the next start.
    pub fn send(&self, work: Work) -> Result<Pending, Refused> {
        let commands = work.commands();
        if !(1..=SUBMISSION_COMMANDS_MAX).contains(&commands) {
            self.shared.counts.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Refused::TooLarge);
        }
        let queued = self.shared.queued.fetch_add(commands, Ordering::Relaxed);
        let waiting = Waiting { shared: Arc::clone(&self.shared), commands };
        if queued + commands > QUEUE_COMMANDS_MAX {
            self.shared.counts.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Refused::Busy);
        }
        let (reply, pending) = oneshot::channel();
        let sent = self.inbox.send(Message::Submit(waiting, Submission { work, reply }));
        sent.map(|()| pending).map_err(|_| Refused::Stopped)
    }

    /// Reads what is durable, at least up to everything that was acknowledged before this call.
    pub async fn read<T>(&self, look: impl FnOnce(&View) -> T) -> T {
        let acknowledged = self.shared.acknowledged.load(Ordering::Acquire);
        self.shared.replica.reached(acknowledged).await;
        look(&self.shared.replica.view())
    }

    /// What was posted, row by row, at least up to everything that was acknowledged before this call. What is done with
    /// it blocks.
    pub async fn postings(&self) -> Result<Box<dyn Postings>, RecordsError> {
        self.postings_before(0).await
    }

    /// The same, and at least every event before `next_seq`, which somebody has seen already.
    pub async fn postings_before(&self, next_seq: u64) -> Result<Box<dyn Postings>, RecordsError> {
        let acknowledged = self.shared.acknowledged.load(Ordering::Acquire);
        self.shared.records.at(acknowledged.max(next_seq)).await
    }

    /// Finds what never changes once it is there, as the handle of an id: seen already, nothing is waited for.
    pub async fn find<T, E>(&self, look: impl Fn(&View) -> Result<T, E>) -> Result<T, E> {
        let seen = look(&self.shared.replica.view());
        match seen {
            Ok(found) => Ok(found),
            Err(_) => self.read(look).await,
        }
    }

    /// The durable state, for followers.
    pub fn replica(&self) -> &Arc<Replica> {
        &self.shared.replica
    }

    /// The wall clock of the cell.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// What went through since the start.
    pub fn counts(&self) -> &Counts {
        &self.shared.counts
    }

    /// Commands waiting to be decided.
    pub fn queued(&self) -> usize {
        self.shared.queued.load(Ordering::Relaxed)
    }
}
