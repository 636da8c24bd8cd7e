//! The state as far as it is durable: what reads see, what snapshots are made of.

use super::postings::Tap;
use crate::view::View;
use engine::Event;
use journal::{Batch, Followers, JournalError};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::watch;

/// The durable state, followed batch by batch.
#[derive(Debug)]
pub struct Replica {
    view: RwLock<View>,
    applied: watch::Sender<u64>,
}

impl Replica {
    /// Starts from what was recovered.
    pub fn new(view: View) -> Self {
        let applied = watch::Sender::new(view.next_seq);
        Self { view: RwLock::new(view), applied }
    }

    /// What is durable and applied now. Hold it briefly: the follower waits.
    pub fn view(&self) -> RwLockReadGuard<'_, View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies a durable batch; what it posts is left in `tap`.
    pub(super) fn follow(&self, batch: &Batch<Event>, tap: &Tap) {
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        tap.follow(&mut view, batch);
        let next_seq = view.next_seq;
        drop(view);
        self.applied.send_replace(next_seq);
    }

    /// Waits until everything before `seq` is applied.
    pub async fn reached(&self, seq: u64) {
        // Mostly it is: then nothing is subscribed to, and nobody is woken for nothing.
        if *self.applied.borrow() >= seq {
            return;
        }
        let mut applied = self.applied.subscribe();
        // The sender lives in this replica, so waiting ends with the value, never with its loss.
        let _ = applied.wait_for(|applied| *applied >= seq).await;
    }

    /// Is told whenever more is applied.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.applied.subscribe()
    }

    /// Writes a snapshot of what is durable. The writer goes on meanwhile.
    pub fn snapshot(&self, followers: &mut dyn Followers) -> Result<u64, JournalError> {
        let snapshot = self.view().to_snapshot();
        followers.put_snapshot(&snapshot)?;
        Ok(snapshot.seq)
    }
}
