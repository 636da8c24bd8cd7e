//! Sending what is to be told. The loop looks at what is new and takes what is due; every request is a task of its own, so
//! that a receiver that is slow or gone holds up nobody but itself.

use super::feed::{Feed, FeedError};
use crate::limits::NOTIFY_TICK;
use crate::notify::{DeliveryKey, Happened, Mailroom, Notices, NotifyError, Outcome};
use crate::vault::{SessionRecord, Vault};
use crate::web::{Web, WebRequest};
use engine::Event;
use engine::state::{Digest, SessionRef, State};
use journal::JournalError;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration as Pause;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use types::Instant;

/// What a cell tells the outside; cheap to clone.
#[derive(Clone)]
pub struct Notifier(Arc<Inner>);

struct Inner {
    feed: Feed,
    vault: Vault,
    web: Arc<dyn Web>,
    notices: Arc<dyn Notices>,
    mailroom: Mutex<Mailroom>,
    /// Rung when there is something new to send.
    bell: Notify,
}

/// Why the mailroom could not go on.
#[derive(Debug, thiserror::Error)]
enum Stuck {
    #[error(transparent)]
    Mailroom(#[from] NotifyError),
    #[error(transparent)]
    Feed(#[from] FeedError),
}

impl Notifier {
    /// Tells what `feed` brings, in the words of `notices`, over `web`.
    pub fn new(feed: Feed, vault: Vault, mailroom: Mailroom, web: Arc<dyn Web>, notices: Arc<dyn Notices>) -> Self {
        Self(Arc::new(Inner { feed, vault, web, notices, mailroom: Mutex::new(mailroom), bell: Notify::new() }))
    }

    /// The port to the web.
    pub fn web(&self) -> &dyn Web {
        &*self.0.web
    }

    /// The events that it follows.
    pub fn feed(&self) -> &Feed {
        &self.0.feed
    }

    /// Uses the mailroom, whose storage blocks.
    pub async fn mailroom<T: Send + 'static>(&self, work: impl FnOnce(&mut Mailroom) -> T + Send + 'static) -> T {
        let inner = Arc::clone(&self.0);
        let done = blocking(move || work(&mut inner.mailroom())).await;
        self.0.bell.notify_one();
        done
    }

    /// Runs until `stop` is true. A request under way is then abandoned: it is made again after the next start.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut sending = JoinSet::new();
        let mut durable = self.0.feed.gate().replica().subscribe();
        while !*stop.borrow() {
            // Marked as seen before the events are looked at: what comes after that wakes the loop.
            durable.mark_unchanged();
            let (due, pause) = self.look().await;
            for (key, request) in due {
                sending.spawn(Arc::clone(&self.0).send(key, request));
            }
            tokio::select! {
                // What it waited for is a guard that must not be held across the other branches.
                () = async { drop(stop.wait_for(|stop| *stop).await) } => {}
                changed = durable.changed() => if changed.is_err() { break },
                Some(ended) = sending.join_next() => if let Err(error) = ended {
                    tracing::error!(%error, "sending a delivery ended in a panic");
                },
                () = self.0.bell.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        sending.shutdown().await;
        let saved = self.mailroom(Mailroom::save_cursor).await;
        if let Err(error) = saved {
            tracing::warn!(error = &error as &dyn std::error::Error, "the cursor of deliveries could not be kept");
        }
    }

    /// Takes in what is new; gives what is due, and how long there is nothing to do.
    async fn look(&self) -> (Vec<(DeliveryKey, WebRequest)>, Pause) {
        let inner = Arc::clone(&self.0);
        let (due, next) = blocking(move || inner.look()).await;
        let tick = NOTIFY_TICK.as_ms();
        let ms = next.map_or(tick, |at| at.since(self.0.now()).as_ms().clamp(1, tick));
        (due, Pause::from_millis(ms))
    }
}

impl Inner {
    fn mailroom(&self) -> std::sync::MutexGuard<'_, Mailroom> {
        self.mailroom.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Instant {
        self.feed.gate().clock().now()
    }

    fn look(&self) -> (Vec<(DeliveryKey, WebRequest)>, Option<Instant>) {
        if let Err(stuck) = self.follow() {
            tracing::error!(error = &stuck as &dyn std::error::Error, "events cannot be told");
        }
        let mut mailroom = self.mailroom();
        match mailroom.requests(&*self.notices, self.now()) {
            Ok(due) => {
                // With something under way the next look comes with its end.
                let next = mailroom.next_due().filter(|at| *at > self.now());
                (due, next)
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "deliveries cannot be read");
                (Vec::new(), None)
            }
        }
    }

    /// Looks at every event up to the replica's.
    fn follow(&self) -> Result<(), Stuck> {
        loop {
            let (from, webhooks) = {
                let mailroom = self.mailroom();
                (mailroom.cursor(), mailroom.webhooks())
            };
            let read = self.feed.read(from, |_, event| self.notices.concerns(event, &webhooks));
            let page = match read {
                Err(FeedError::Journal(JournalError::Archived { seq, kept_from })) => {
                    tracing::error!(seq, kept_from, "events went to the archive before they were told");
                    self.mailroom().follow(&[], kept_from, &BTreeMap::new(), &*self.notices)?;
                    continue;
                }
                read => read?,
            };
            if page.next <= from {
                return Ok(());
            }
            let flows = {
                let view = self.feed.gate().replica().view();
                page.events.iter().filter_map(|(seq, _, event)| Some((*seq, flow_of(&view.state, event)?))).collect()
            };
            // Held from the reading of private parts on: what is erased meanwhile is told of to nobody, or waits by then
            // where whoever erases finds it.
            let mut mailroom = self.mailroom();
            // Who began to listen meanwhile may have been passed over: the page is read once more, for those who listen now.
            if mailroom.webhooks() != webhooks {
                continue;
            }
            let kept = self.kept(flows);
            let view = self.feed.gate().replica().view();
            let happened: Vec<Happened<'_>> = page
                .events
                .iter()
                .map(|(seq, at, event)| Happened { seq: *seq, at: *at, event, view: &view })
                .collect();
            mailroom.follow(&happened, page.next, &kept, &*self.notices)?;
        }
    }

    /// The private parts of sessions. One that is erased is told of to nobody; one that cannot be read, neither.
    fn kept(&self, flows: Vec<(u64, Digest)>) -> BTreeMap<u64, SessionRecord> {
        let read = flows.into_iter().filter_map(|(seq, flow)| match self.vault.session(flow) {
            Ok(record) => Some((seq, record?)),
            Err(error) => {
                tracing::error!(seq, error = &error as &dyn std::error::Error, "a session's receiver cannot be read");
                None
            }
        });
        read.collect()
    }

    /// One attempt, to the end.
    async fn send(self: Arc<Self>, key: DeliveryKey, request: WebRequest) {
        let answered = self.web.send(request).await;
        let outcome = Outcome::of(&answered);
        if let Outcome::Failed { reason, .. } = &outcome {
            tracing::debug!(delivery = %key, reason, "a delivery failed");
        }
        let inner = Arc::clone(&self);
        let done = blocking(move || inner.mailroom().done(key, outcome, inner.now(), jitter_ppm())).await;
        if let Err(error) = done {
            tracing::error!(delivery = %key, error = &error as &dyn std::error::Error, "what became of a delivery is not kept");
        }
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").field("feed", &self.0.feed).finish_non_exhaustive()
    }
}

/// The flow of the session that an event is about: where its private part is found.
fn flow_of(state: &State, event: &Event) -> Option<Digest> {
    Some(state.session(session_of(event)?)?.flow)
}

fn session_of(event: &Event) -> Option<SessionRef> {
    match event {
        Event::ActivationRequested { session, .. }
        | Event::SessionActivated { session, .. }
        | Event::ActivationUncertain(session)
        | Event::DeactivationRequested { session, .. }
        | Event::SessionEnded { session, .. } => Some(*session),
        _ => None,
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn jitter_ppm() -> u32 {
    let mut bits = [0; 4];
    getrandom::fill(&mut bits).expect("the operating system gives random bits");
    u32::from_be_bytes(bits) % 1_000_001
}
