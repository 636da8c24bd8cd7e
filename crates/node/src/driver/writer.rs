//! The threads of a cell: the writer decides, the journal makes durable, the replica follows.

use super::clock::Clock;
use super::forecast::Keeper;
use super::gate::{Counts, Gate, Message, Reply, Shared};
use super::inbox::{Awaiting, Inbox, Letters};
use super::postings::{Closing, Records, Tap, keep_postings};
use super::pruning::Unnamed;
use super::replica::Replica;
use crate::limits::{REPLICA_LAG_MAX, SNAPSHOT_EVERY_BLOBS, SNAPSHOT_EVERY_EVENTS};
use crate::step::{Answered, Node, Outcome, Reading, StopReason};
use crate::view::{RecoverError, View};
use engine::Event;
use journal::{Batch, Blobs, Hash, Journal, JournalError, Store, seal};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, ScopedJoinHandle};
use std::time::Instant as Uptime;
use tokio::sync::watch;
use types::Duration;

/// A running cell. Dropping it stops it.
#[derive(Debug)]
pub struct Cell {
    gate: Gate,
    threads: Vec<JoinHandle<()>>,
    stopped: Arc<Mutex<Option<StopReason>>>,
}

/// Why a cell does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its state cannot be brought back.
    #[error("the cell cannot be brought back from its journal")]
    Recover(#[from] RecoverError),
    /// Its journal cannot be opened for writing.
    #[error("the journal cannot be opened for writing")]
    Journal(#[from] JournalError),
    /// The operating system gives no thread.
    #[error("could not start the {name} thread")]
    Thread {
        /// Which.
        name: &'static str,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

impl Cell {
    /// Recovers the state of `store` and goes on from it.
    pub fn start(store: &Arc<dyn Store>) -> Result<Self, StartError> {
        Self::start_with(store, Clock::default())
    }

    /// The same, by this clock.
    pub fn start_with(store: &Arc<dyn Store>, clock: Clock) -> Result<Self, StartError> {
        let view = View::recover(&**store)?;
        let view_at = view.at;
        let node = Node::new(store.cell(), view.state.clone(), view.next_seq, view.at);
        let replica = Arc::new(Replica::new(view));
        let tap = Arc::new(Tap::default());
        let (reached, reaching) = watch::channel(0);
        let records = Records::new(Arc::clone(store), Arc::clone(&tap), reaching);
        let shared = Arc::new(Shared {
            acknowledged: AtomicU64::new(node.next_seq()),
            clock,
            keeper: Keeper::new(store.blobs()?),
            recovered_at: view_at,
            replica: Arc::clone(&replica),
            records,
            queued: AtomicUsize::new(0),
            counts: Counts::default(),
        });
        let (inbox, messages) = Inbox::new();
        let (to_journal, batches) = sync_channel(crate::limits::BATCHES_IN_FLIGHT_MAX);
        let (to_replica, durable) = sync_channel(REPLICA_LAG_MAX);
        let stopped = Arc::new(Mutex::new(None));
        let storage = Storage { journal: store.journal()?, blobs: store.blobs()? };
        let shared_too = Arc::clone(&shared);
        let writer =
            Writer { node, messages, to_journal, shared: shared_too, stopping: false, stopped: Arc::clone(&stopped) };
        let back = inbox.clone();
        let counted = Arc::clone(&shared);
        let (followed, snapshots) = (Arc::clone(&replica), Arc::clone(store));
        let (recorded, fed) = ((Arc::clone(&replica), Arc::clone(store)), Arc::clone(&tap));
        let threads = vec![
            spawn("writer", move || writer.run())?,
            spawn("journal", move || keep(storage, &batches, &Back(back), &to_replica, &counted))?,
            spawn("replica", move || follow(&followed, &durable, &*snapshots, &tap))?,
            spawn("postings", move || keep_postings(&*recorded.1, &recorded.0, &fed, &reached))?,
        ];
        Ok(Self { gate: Gate { inbox, shared }, threads, stopped })
    }

    /// How everything reaches it.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Why it stopped by itself, if it did.
    pub fn stop_reason(&self) -> Option<StopReason> {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides what is queued, makes it durable, answers it, and ends.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // A writer that is gone already needs no telling.
        let _ = self.gate.inbox.send(Message::Stop);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the cell ended in a panic");
            }
        }
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        self.end();
    }
}

/// The writer's loop around [`Node`].
struct Writer {
    node: Node<Reply>,
    messages: Letters,
    to_journal: SyncSender<Batch<Event>>,
    shared: Arc<Shared>,
    /// Nothing more is taken; what was is still done.
    stopping: bool,
    stopped: Arc<Mutex<Option<StopReason>>>,
}

impl Writer {
    fn run(mut self) {
        let started = Uptime::now();
        while !self.is_over() {
            self.receive();
            if self.may_work() {
                self.commit(started);
            }
            self.answer();
        }
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = self.node.stopped();
        if let Some(reason) = self.node.stopped() {
            tracing::error!(%reason, "the cell stopped");
        }
        // Dropping a reply tells its caller that the cell has stopped.
        self.shared.queued.fetch_sub(self.node.queued_commands(), Ordering::Relaxed);
        drop(self.node.abandon());
    }

    /// Asked to stop and idle, or stopped by itself; then, what is still on its way to storage may yet be answered.
    fn is_over(&self) -> bool {
        match self.node.stopped() {
            Some(StopReason::AppendFailed) => true,
            Some(StopReason::ClockJumped { .. }) => !self.node.is_waiting(),
            None => self.stopping && self.node.is_idle(),
        }
    }

    fn may_work(&self) -> bool {
        self.node.may_commit() && self.node.has_work(self.shared.clock.now())
    }

    /// Takes every message there is; waits for one when there is nothing else to do.
    fn receive(&mut self) {
        let messages = if self.may_work() {
            self.messages.take()
        } else {
            let awaiting = if self.node.may_commit() { Awaiting::Anything } else { Awaiting::Results };
            self.messages.wait(awaiting, self.patience())
        };
        for message in messages {
            self.take(message);
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            // A submission that is dropped drops its reply, which tells the caller that the cell has stopped.
            Message::Submit(..) if self.stopping => drop(message),
            Message::Submit(waiting, submission) => match self.node.submit(submission) {
                Ok(()) => waiting.taken(),
                Err(refused) => {
                    drop(waiting);
                    drop(refused);
                }
            },
            Message::Appended(seq) => self.node.appended(seq),
            Message::AppendFailed => self.node.append_failed(),
            Message::Stop => self.stopping = true,
        }
    }

    /// How long there is nothing to do but wait for a message.
    fn patience(&self) -> std::time::Duration {
        const LONGEST: Duration = Duration::from_secs(1);
        let due = self.node.state().next_deadline().map_or(LONGEST, |at| at.since(self.shared.clock.now()));
        std::time::Duration::from_millis(due.min(LONGEST).as_ms().max(1))
    }

    fn commit(&mut self, started: Uptime) {
        let uptime = Duration::from_ms(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
        let before = self.node.queued_commands();
        let reading = Reading { wall: self.shared.clock.now(), uptime, entropy: entropy() };
        let batch = self.node.commit(reading);
        self.shared.queued.fetch_sub(before - self.node.queued_commands(), Ordering::Relaxed);
        if let Some(batch) = batch
            && self.to_journal.send(batch).is_err()
        {
            self.node.append_failed();
        }
    }

    fn answer(&mut self) {
        for Answered { reply, outcome, seq } in self.node.answers() {
            let (accepted, rejected) = tally(&outcome);
            self.shared.counts.accepted.fetch_add(accepted, Ordering::Relaxed);
            self.shared.counts.rejected.fetch_add(rejected, Ordering::Relaxed);
            self.shared.acknowledged.fetch_max(seq, Ordering::Release);
            // A caller that went away does not want its answer.
            let _ = reply.send((outcome, seq));
        }
    }
}

fn tally(outcome: &Outcome) -> (u64, u64) {
    match outcome {
        Outcome::One(Ok(_)) => (1, 0),
        Outcome::One(Err(_)) => (0, 1),
        Outcome::Charges(answers) => {
            let accepted = answers.iter().filter(|answer| answer.is_ok()).count() as u64;
            (accepted, answers.len() as u64 - accepted)
        }
    }
}

/// The way back to the writer. However the journal's thread ends, a writer that is still there hears of it.
struct Back(Inbox);

impl Drop for Back {
    fn drop(&mut self) {
        // When the writer is gone too there is nobody left to tell.
        let _ = self.0.send(Message::AppendFailed);
    }
}

/// What a batch is made durable with.
struct Storage {
    journal: Box<dyn Journal>,
    blobs: Box<dyn Blobs>,
}

/// Makes batches durable, one after another.
fn keep(
    mut storage: Storage,
    batches: &Receiver<Batch<Event>>,
    back: &Back,
    to_replica: &SyncSender<Batch<Event>>,
    shared: &Shared,
) {
    while let Ok(batch) = batches.recv() {
        let began = Uptime::now();
        let appended = append(&mut storage, &batch);
        let took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        shared.counts.append_us.fetch_add(took_us, Ordering::Relaxed);
        match appended {
            Ok(seq) => {
                shared.counts.batches.fetch_add(1, Ordering::Relaxed);
                shared.counts.events.fetch_add(batch.events().len() as u64, Ordering::Relaxed);
                if back.0.send(Message::Appended(seq)).is_err() || to_replica.send(batch).is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::error!(error = &*error, "a batch could not be made durable");
                return;
            }
        }
    }
}

/// Never a batch that names a blob which is not kept: it could not be replayed.
fn append(
    Storage { journal, blobs }: &mut Storage,
    batch: &Batch<Event>,
) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    for name in batch.events().iter().filter_map(Event::blob) {
        if !blobs.has(Hash::from_bytes(name.0))? {
            return Err(format!("the forecast {name} was named before it was kept").into());
        }
    }
    let head = journal.head();
    let sealed = seal(head.hash, batch.encode()?);
    Ok(journal.append(&head, sealed)?.next_seq)
}

/// Follows the journal, and snapshots now and then.
fn follow(replica: &Replica, durable: &Receiver<Batch<Event>>, store: &dyn Store, tap: &Tap) {
    let closing = Closing(tap);
    let mut snapshot_at = replica.view().next_seq + SNAPSHOT_EVERY_EVENTS;
    let (mut blobs, unnamed) = (0, Mutex::new(Unnamed::default()));
    std::thread::scope(|threads| {
        let mut behind: Option<ScopedJoinHandle<'_, ()>> = None;
        while let Ok(batch) = durable.recv() {
            replica.follow(&batch, tap);
            blobs += batch.events().iter().filter(|event| event.blob().is_some()).count();
            let due = batch.first_seq() >= snapshot_at || blobs >= SNAPSHOT_EVERY_BLOBS;
            if due && behind.as_ref().is_none_or(ScopedJoinHandle::is_finished) {
                (snapshot_at, blobs) = (batch.first_seq() + SNAPSHOT_EVERY_EVENTS, 0);
                behind = Some(threads.spawn(|| snapshot_behind(store, &unnamed)));
            }
        }
    });
    drop(closing);
    snapshot(replica, store);
}

/// Makes a snapshot of the one before and what the journal has since, so that neither reads nor the writer wait for it.
/// Then what lies before the one before goes to the archive: the two that are kept can both still be replayed from; and
/// blobs that neither they nor the journal name go.
fn snapshot_behind(store: &dyn Store, unnamed: &Mutex<Unnamed>) {
    let before = store.followers().and_then(|mut followers| followers.latest_snapshot());
    match View::recover(store) {
        Ok(view) => snapshot(&Replica::new(view), store),
        Err(error) => return tracing::warn!(error = &error as &dyn std::error::Error, "a snapshot could not be made"),
    }
    if let Ok(Some(before)) = before {
        match store.archive_before(before.seq) {
            Ok(segment) => tracing::debug!(?segment, "archived"),
            Err(error) => {
                return tracing::warn!(error = &error as &dyn std::error::Error, "nothing could be archived");
            }
        }
        // One at a time, and a set half made is only a set.
        match unnamed.lock().unwrap_or_else(PoisonError::into_inner).prune(store, &before) {
            Ok(removed) => tracing::debug!(removed, "blobs that nothing names are gone"),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "blobs could not be cleared"),
        }
    }
}

fn snapshot(replica: &Replica, store: &dyn Store) {
    let written = store.followers().and_then(|mut followers| replica.snapshot(&mut *followers));
    match written {
        Ok(seq) => tracing::debug!(seq, "snapshot written"),
        Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a snapshot could not be written"),
    }
}

fn entropy() -> u128 {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("the operating system gives random bits");
    u128::from_be_bytes(bits)
}

fn spawn(name: &'static str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StartError> {
    std::thread::Builder::new()
        .name(format!("cell-{name}"))
        .spawn(run)
        .map_err(|source| StartError::Thread { name, source })
}
