//! How many streams are open, and for whom.

use crate::fault::Door;
use crate::limits::{EVENT_STREAMS_MAX, EVENT_STREAMS_PER_CLIENT_MAX};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The open streams of a cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams(Arc<Mutex<BTreeMap<Arc<str>, usize>>>);

/// A stream's place; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    streams: Streams,
    client: Arc<str>,
}

impl Streams {
    /// A place for one more stream of this client.
    pub(crate) fn take(&self, client: &Arc<str>) -> Result<Place, Door> {
        let mut open = self.lock();
        let own = open.get(client).copied().unwrap_or(0);
        if own >= EVENT_STREAMS_PER_CLIENT_MAX || open.values().sum::<usize>() >= EVENT_STREAMS_MAX {
            return Err(Door::TooManyStreams);
        }
        open.insert(Arc::clone(client), own + 1);
        Ok(Place { streams: self.clone(), client: Arc::clone(client) })
    }

    /// How many there are.
    #[cfg(test)]
    pub(crate) fn open(&self) -> usize {
        self.lock().values().sum()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        match open.get_mut(&self.client) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(open.remove(&self.client)),
        }
    }
}
