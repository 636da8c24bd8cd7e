//! The rows of postings follow the journal: fed by the replica while they keep up, by the journal when they do not.

use super::replica::Replica;
use crate::blobs::resolve;
use crate::limits::{POSTINGS_EVERY, POSTINGS_PENDING_MAX, POSTINGS_RETRY, POSTINGS_WAIT, REPLAY_BYTES};
use crate::postings::Recorder;
use crate::view::{RecoverError, View};
use engine::Event;
use journal::{Batch, JournalError, Postings, Sealed, Store};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration as Pause;
use tokio::sync::watch;

/// Where the replica leaves what it posted, for the thread that keeps the rows.
#[derive(Debug, Default)]
pub(super) struct Tap {
    state: Mutex<Tapped>,
    bell: Condvar,
}

/// What was left.
#[derive(Debug, Default)]
struct Tapped {
    /// `None`: nothing is left, the rows are made from the journal meanwhile.
    fed: Option<Fed>,
    /// Somebody waits for the rows.
    urgent: bool,
    closed: bool,
}

/// Closes the tap when the replica's thread ends, however it does.
pub(super) struct Closing<'a>(pub &'a Tap);

/// Everything before `next_seq` that was not taken yet.
#[derive(Debug)]
struct Fed {
    recorder: Recorder,
    next_seq: u64,
    /// What of it was taken.
    taken_seq: u64,
}

/// The rows of postings, and how far they have come.
pub(crate) struct Records {
    store: Arc<dyn Store>,
    tap: Arc<Tap>,
    reached: watch::Receiver<u64>,
}

/// Why the rows of postings cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// They have not come as far as what was answered, and do not within the time one waits.
    #[error("the postings have come to event {reached}, not to event {wanted} yet")]
    Behind {
        /// How far they are.
        reached: u64,
        /// How far they should be.
        wanted: u64,
    },
    /// Their storage failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Tap {
    /// Applies a durable batch to the replica's view, and leaves what it posts.
    pub fn follow(&self, view: &mut View, batch: &Batch<Event>) {
        let mut tapped = self.lock();
        let Some(fed) = &mut tapped.fed else {
            view.state.ledger.stop_listening();
            return view.apply(batch);
        };
        view.state.ledger.listen();
        view.apply_noting(batch, &mut fed.recorder);
        fed.next_seq = view.next_seq;
        if fed.recorder.len() > POSTINGS_PENDING_MAX {
            tracing::warn!("postings are kept too slowly: they go on from the journal");
            tapped.fed = None;
        }
        drop(tapped);
        self.bell.notify_all();
    }

    /// Nothing more will come.
    fn close(&self) {
        self.lock().closed = true;
        self.bell.notify_all();
    }

    fn hurry(&self) {
        self.lock().urgent = true;
        self.bell.notify_all();
    }

    /// From now on what is posted is left here: from the event that the replica is at.
    fn begin(&self, replica: &Replica) -> u64 {
        // No batch is applied while the view is read.
        let view = replica.view();
        let recorder = Recorder::new(&view.state);
        self.lock().fed = Some(Fed { recorder, next_seq: view.next_seq, taken_seq: view.next_seq });
        view.next_seq
    }

    /// Waits for something to keep, but for no longer than until it is closed; gathers a while when nobody is in a hurry.
    fn wait(&self) {
        let idle = |tapped: &mut Tapped| {
            !tapped.closed && tapped.fed.as_ref().is_some_and(|fed| fed.next_seq == fed.taken_seq)
        };
        let tapped = self.bell.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        let calm = |tapped: &mut Tapped| !tapped.closed && !tapped.urgent;
        let every = Pause::from_millis(POSTINGS_EVERY.as_ms());
        let mut tapped = self.bell.wait_timeout_while(tapped, every, calm).unwrap_or_else(PoisonError::into_inner).0;
        tapped.urgent = false;
    }

    /// Takes what is left: rows and the event they go up to. `None` when the replica leaves nothing any more.
    fn take(&self) -> Option<(Vec<journal::Posting>, u64)> {
        let mut tapped = self.lock();
        let fed = tapped.fed.as_mut()?;
        fed.taken_seq = fed.next_seq;
        Some((fed.recorder.take(), fed.next_seq))
    }

    fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, Tapped> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Records {
    /// The rows of `store`, fed through `tap`; `reached` says how far they have come.
    pub(super) fn new(store: Arc<dyn Store>, tap: Arc<Tap>, reached: watch::Receiver<u64>) -> Self {
        Self { store, tap, reached }
    }

    /// A handle of the rows, once everything before `seq` is in them. What is done with it blocks.
    pub async fn at(&self, seq: u64) -> Result<Box<dyn Postings>, RecordsError> {
        let mut reached = self.reached.clone();
        if *reached.borrow_and_update() < seq {
            self.tap.hurry();
            let waited = reached.wait_for(|reached| *reached >= seq);
            let waited = tokio::time::timeout(Pause::from_millis(POSTINGS_WAIT.as_ms()), waited).await;
            if !matches!(waited, Ok(Ok(_))) {
                return Err(RecordsError::Behind { reached: *self.reached.borrow(), wanted: seq });
            }
        }
        Ok(self.store.postings()?)
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("reached", &*self.reached.borrow()).finish_non_exhaustive()
    }
}

/// Keeps the rows until the tap is closed and everything in it is kept.
pub(super) fn keep_postings(store: &dyn Store, replica: &Replica, tap: &Tap, reached: &watch::Sender<u64>) {
    loop {
        match keep(store, replica, tap, reached) {
            Ok(()) => return,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "postings could not be kept");
            }
        }
        tap.lock().fed = None;
        if tap.is_closed() {
            return;
        }
        std::thread::sleep(Pause::from_millis(POSTINGS_RETRY.as_ms()));
    }
}

fn keep(store: &dyn Store, replica: &Replica, tap: &Tap, reached: &watch::Sender<u64>) -> Result<(), RecoverError> {
    let mut postings = store.postings()?;
    loop {
        // Far behind first, so that little has to be left by the replica while the rest is caught up with.
        let caught_up = postings.next_seq()? == replica.view().next_seq;
        let mut behind = if caught_up { None } else { Some(Behind::open(store, &mut *postings)?) };
        let from = match &mut behind {
            Some(behind) => {
                behind.follow(store, &mut *postings, u64::MAX, tap)?;
                tap.begin(replica)
            }
            None => tap.begin(replica),
        };
        if postings.next_seq()? < from {
            let behind = match &mut behind {
                Some(behind) => behind,
                None => behind.insert(Behind::open(store, &mut *postings)?),
            };
            behind.follow(store, &mut *postings, from, tap)?;
        }
        drop(behind);
        reached.send_replace(postings.next_seq()?);
        while let Some((rows, next_seq)) = tap.take() {
            if next_seq > *reached.borrow() {
                postings.add(&rows, next_seq)?;
                reached.send_replace(next_seq);
            }
            if tap.is_closed() && tap.take().is_none_or(|(_, next)| next == next_seq) {
                return Ok(());
            }
            tap.wait();
        }
        if tap.is_closed() {
            return Ok(());
        }
    }
}

/// A state of its own that the rows are made from, from where they end to where the journal does.
struct Behind {
    view: View,
    recorder: Recorder,
}

impl Behind {
    /// The state that the rows go on from: the latest snapshot that is not beyond them, else nothing at all.
    fn open(store: &dyn Store, postings: &mut dyn Postings) -> Result<Self, RecoverError> {
        let mut next_seq = postings.next_seq()?;
        if next_seq > store.reader()?.head()?.next_seq {
            tracing::warn!(next_seq, "postings are ahead of the journal: they are made again");
            postings.clear()?;
            next_seq = 1;
        }
        let snapshot = store.followers()?.snapshot_before(next_seq)?;
        let view = snapshot.map(|snapshot| View::from_snapshot(&snapshot, &mut *store.blobs()?)).transpose();
        let view = view.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "postings are followed from the first event");
            None
        });
        let mut view = view.unwrap_or_else(|| View { next_seq: 1, timeline_from: 1, ..View::default() });
        view.state.ledger.listen();
        Ok(Self { recorder: Recorder::new(&view.state), view })
    }

    /// Makes rows of every event before `until` that the journal or its archive holds.
    fn follow(
        &mut self,
        store: &dyn Store,
        postings: &mut dyn Postings,
        until: u64,
        tap: &Tap,
    ) -> Result<(), RecoverError> {
        let kept_to = postings.next_seq()?;
        let mut reader = store.reader()?;
        while self.view.next_seq < until && !tap.is_closed() {
            match reader.read(self.view.next_seq, REPLAY_BYTES) {
                Ok(sealed) if sealed.is_empty() => break,
                // What comes after is left by the replica.
                Ok(sealed) => {
                    let before = sealed.iter().filter(|batch| batch.first_seq() < until);
                    before.into_iter().try_for_each(|batch| self.apply(batch, store, kept_to))?;
                }
                Err(JournalError::Archived { seq, .. }) => self.follow_segment(store, postings, seq)?,
                Err(error) => return Err(error.into()),
            }
            self.write(postings)?;
        }
        self.write(postings)
    }

    fn follow_segment(&mut self, store: &dyn Store, postings: &mut dyn Postings, seq: u64) -> Result<(), RecoverError> {
        let holds = |info: &journal::SegmentInfo| info.first.next_seq <= seq && seq < info.last.next_seq;
        let kept_to = postings.next_seq()?;
        let info = store.segments()?.into_iter().find(holds);
        let info = info.ok_or(JournalError::Archived { seq, kept_from: seq.saturating_add(1) })?;
        let mut failed = None;
        store.visit_segment(&info, &mut |batch| {
            let applied = failed.is_none().then(|| {
                self.apply(&batch, store, kept_to)?;
                if self.recorder.len() > POSTINGS_PENDING_MAX { self.write(postings) } else { Ok(()) }
            });
            failed = applied.and_then(Result::err).or(failed.take());
            Ok(())
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// Applies a batch; what of it is in the rows already is not noted again.
    fn apply(&mut self, sealed: &Sealed, store: &dyn Store, kept_to: u64) -> Result<(), RecoverError> {
        let mut batch: Batch<Event> = Batch::decode(sealed.payload())?;
        for event in batch.events_mut() {
            match resolve(event, &mut *store.blobs()?) {
                // A forecast that nothing follows any more is let go; it never was about money.
                Err(RecoverError::Blob { .. }) => {
                    *event = Event::ResourceOvercommitted {
                        resource: engine::capacity::ResourceRef::from_index(0),
                        slot: engine::capacity::Slot::from_index(0),
                    }
                }
                resolved => resolved?,
            }
        }
        self.view.apply_noting(&batch, &mut self.recorder);
        if self.view.next_seq <= kept_to {
            self.recorder.take();
        }
        Ok(())
    }

    fn write(&mut self, postings: &mut dyn Postings) -> Result<(), RecoverError> {
        if self.view.next_seq > postings.next_seq()? {
            postings.add(&self.recorder.take(), self.view.next_seq)?;
        }
        Ok(())
    }
}
