//! What applications sent and were answered, as long as there is room: in memory alone, and seen by its application alone.

use crate::limits::{APPLICATIONS_LOGGED_MAX, REQUESTS_LOGGED_MAX};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use types::{Instant, PartyId};

/// A request with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// When it was answered.
    pub at: Instant,
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// Headers of the request, without those that carry secrets.
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub status: u16,
    pub answer_headers: Vec<(String, String)>,
    /// The body of the answer, or why it was not kept.
    pub answer: String,
    pub took: Duration,
}

/// The last requests of every application.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    of: BTreeMap<PartyId, VecDeque<Entry>>,
    /// Who was heard of, the longest ago first.
    heard: VecDeque<PartyId>,
}

impl Log {
    /// Keeps one; what is oldest goes when there are too many.
    pub(crate) fn keep(&self, party: PartyId, entry: Entry) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.heard.retain(|other| *other != party);
        kept.heard.push_back(party);
        if kept.heard.len() > APPLICATIONS_LOGGED_MAX
            && let Some(silent) = kept.heard.pop_front()
        {
            kept.of.remove(&silent);
        }
        let own = kept.of.entry(party).or_default();
        own.push_front(entry);
        own.truncate(REQUESTS_LOGGED_MAX);
    }

    /// Those of one application, the newest first.
    pub(crate) fn of(&self, party: PartyId) -> Vec<Entry> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.of.get(&party).into_iter().flatten().cloned().collect()
    }
}
