//! The durable events one after another, for whoever follows them: out of memory while they are young, else out of the
//! journal.

use super::gate::Gate;
use crate::limits::{FEED_BYTES, FEED_EVENTS_MAX};
use crate::view::{View, worth_showing};
use engine::Event;
use journal::{Batch, CodecError, JournalError, Store};
use std::fmt;
use std::sync::Arc;
use types::Instant;

/// A handle to the events of a cell; cheap to clone. Its reads block on storage when what they want is old.
#[derive(Clone)]
pub struct Feed {
    gate: Gate,
    store: Arc<dyn Store>,
}

/// Some events, in order.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Their numbers, when they were decided, and what they are.
    pub events: Vec<(u64, Instant, Event)>,
    /// Where to go on: there is nothing wanted before it that is not in the page.
    pub next: u64,
}

/// Why events cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The journal failed, or holds them no more.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What the journal holds cannot be read.
    #[error("what the journal holds cannot be read")]
    Codec(#[from] CodecError),
}

impl Feed {
    /// The events of the cell behind `gate`, which runs over `store`.
    pub fn new(gate: Gate, store: Arc<dyn Store>) -> Self {
        Self { gate, store }
    }

    /// The cell.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The durable events from `from` on that are wanted: a page of them, and where to go on. Never beyond what the
    /// replica shows, so that what they are about can be looked up.
    pub fn read(&self, from: u64, wanted: impl Fn(&View, &Event) -> bool) -> Result<Page, FeedError> {
        let view = self.gate.replica().view();
        if from >= view.timeline_from {
            return Ok(young(&view, from, wanted));
        }
        let ends_at = view.next_seq;
        drop(view);
        let old = self.old(from, ends_at)?;
        let view = self.gate.replica().view();
        let events = old.events.into_iter().filter(|(.., event)| wanted(&view, event)).collect();
        Ok(Page { events, next: old.next })
    }

    fn old(&self, from: u64, ends_at: u64) -> Result<Page, FeedError> {
        let mut page = Page { events: Vec::new(), next: from };
        for sealed in self.store.reader()?.read(from, FEED_BYTES)? {
            let batch: Batch<Event> = Batch::decode(sealed.payload())?;
            for recorded in batch.recorded().filter(|recorded| (from..ends_at).contains(&recorded.seq)) {
                page.next = recorded.seq + 1;
                if worth_showing(recorded.event) {
                    page.events.push((recorded.seq, recorded.at, recorded.event.clone()));
                }
            }
        }
        Ok(page)
    }
}

fn young(view: &View, from: u64, wanted: impl Fn(&View, &Event) -> bool) -> Page {
    let start = view.timeline.partition_point(|(seq, ..)| *seq < from);
    let mut page = Page { events: Vec::new(), next: view.next_seq.max(from) };
    for (seq, at, event) in view.timeline.range(start..) {
        if wanted(view, event) {
            if page.events.len() == FEED_EVENTS_MAX {
                page.next = *seq;
                break;
            }
            page.events.push((*seq, *at, event.clone()));
        }
    }
    page
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("gate", &self.gate).finish_non_exhaustive()
    }
}
