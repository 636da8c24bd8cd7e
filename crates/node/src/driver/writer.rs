//! The threads of a cell: the writer decides, the journal makes durable, the replica follows.

use super::gate::{Counts, Gate, Message, Reply, Shared};
use super::replica::Replica;
use crate::limits::{REPLICA_LAG_MAX, SNAPSHOT_EVERY_EVENTS};
use crate::step::{Answered, Node, Outcome, Reading, StopReason};
use crate::view::{RecoverError, View};
use engine::Event;
use journal::{Batch, Journal, JournalError, Store, seal};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Instant as Uptime, SystemTime, UNIX_EPOCH};
use types::{Duration, Instant};

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

/// The wall clock now.
pub fn wall_clock() -> Instant {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_ms(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX))
}

impl Cell {
    /// Recovers the state of `store` and goes on from it.
    pub fn start(store: &Arc<dyn Store>) -> Result<Self, StartError> {
        let view = View::recover(&**store)?;
        let node = Node::new(store.cell(), view.state.clone(), view.next_seq, view.at);
        let replica = Arc::new(Replica::new(view));
        let shared = Arc::new(Shared {
            acknowledged: AtomicU64::new(node.next_seq()),
            replica: Arc::clone(&replica),
            queued: AtomicUsize::new(0),
            counts: Counts::default(),
        });
        let (inbox, messages) = channel();
        let (to_journal, batches) = sync_channel(crate::limits::BATCHES_IN_FLIGHT_MAX);
        let (to_replica, durable) = sync_channel(REPLICA_LAG_MAX);
        let stopped = Arc::new(Mutex::new(None));
        let journal = store.journal()?;
        let writer = Writer { node, messages, to_journal, shared: Arc::clone(&shared), stopped: Arc::clone(&stopped) };
        let back = inbox.clone();
        let counted = Arc::clone(&shared);
        let (followed, snapshots) = (Arc::clone(&replica), Arc::clone(store));
        let threads = vec![
            spawn("writer", move || writer.run())?,
            spawn("journal", move || keep(journal, &batches, &back, &to_replica, &counted))?,
            spawn("replica", move || follow(&followed, &durable, &*snapshots))?,
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
    messages: Receiver<Message>,
    to_journal: SyncSender<Batch<Event>>,
    shared: Arc<Shared>,
    stopped: Arc<Mutex<Option<StopReason>>>,
}

impl Writer {
    fn run(mut self) {
        let started = Uptime::now();
        let mut stopping = false;
        loop {
            stopping |= self.receive();
            if self.node.may_commit() && self.node.has_work(wall_clock()) {
                self.commit(started);
            }
            self.answer();
            if self.node.stopped().is_some() || (stopping && self.node.is_idle()) {
                break;
            }
        }
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = self.node.stopped();
        if let Some(reason) = self.node.stopped() {
            tracing::error!(%reason, "the cell stopped");
        }
        // Dropping a reply tells its caller that the cell has stopped.
        drop(self.node.abandon());
    }

    /// Takes every message there is; waits for the first when there is nothing else to do.
    fn receive(&mut self) -> bool {
        let mut stopping = false;
        if !(self.node.may_commit() && self.node.has_work(wall_clock())) {
            match self.messages.recv_timeout(self.patience()) {
                Ok(message) => stopping |= self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return true,
            }
        }
        while let Ok(message) = self.messages.try_recv() {
            stopping |= self.take(message);
        }
        stopping
    }

    fn take(&mut self, message: Message) -> bool {
        match message {
            Message::Submit(submission) => {
                let commands = submission.work.commands();
                if let Err((refused, _)) = self.node.submit(submission) {
                    // Its reply is dropped, which tells the caller that it was not decided.
                    tracing::warn!(%refused, commands, "a submission was not queued");
                    self.shared.queued.fetch_sub(commands, Ordering::Relaxed);
                }
            }
            Message::Appended(seq) => self.node.appended(seq),
            Message::AppendFailed => self.node.append_failed(),
            Message::Stop => return true,
        }
        false
    }

    /// How long there is nothing to do but wait for a message.
    fn patience(&self) -> std::time::Duration {
        const LONGEST: Duration = Duration::from_secs(1);
        let due = self.node.state().next_deadline().map_or(LONGEST, |at| at.since(wall_clock()));
        std::time::Duration::from_millis(due.min(LONGEST).as_ms().max(1))
    }

    fn commit(&mut self, started: Uptime) {
        let uptime = Duration::from_ms(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
        let before = self.node.queued_commands();
        let reading = Reading { wall: wall_clock(), uptime, entropy: entropy() };
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

/// Makes batches durable, one after another.
fn keep(
    mut journal: Box<dyn Journal>,
    batches: &Receiver<Batch<Event>>,
    back: &Sender<Message>,
    to_replica: &SyncSender<Batch<Event>>,
    shared: &Shared,
) {
    while let Ok(batch) = batches.recv() {
        let appended = append(&mut *journal, &batch);
        match appended {
            Ok(seq) => {
                shared.counts.batches.fetch_add(1, Ordering::Relaxed);
                shared.counts.events.fetch_add(batch.events().len() as u64, Ordering::Relaxed);
                if back.send(Message::Appended(seq)).is_err() || to_replica.send(batch).is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::error!(error = &*error, "a batch could not be made durable");
                // When the writer is gone too there is nobody left to tell.
                let _ = back.send(Message::AppendFailed);
                return;
            }
        }
    }
}

fn append(journal: &mut dyn Journal, batch: &Batch<Event>) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    let head = journal.head();
    let sealed = seal(head.hash, batch.encode()?);
    Ok(journal.append(&head, sealed)?.next_seq)
}

/// Follows the journal, and snapshots now and then.
fn follow(replica: &Replica, durable: &Receiver<Batch<Event>>, store: &dyn Store) {
    let mut snapshot_at = replica.view().next_seq + SNAPSHOT_EVERY_EVENTS;
    while let Ok(batch) = durable.recv() {
        replica.follow(&batch);
        if batch.first_seq() >= snapshot_at {
            snapshot_at = batch.first_seq() + SNAPSHOT_EVERY_EVENTS;
            snapshot(replica, store);
        }
    }
    snapshot(replica, store);
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
