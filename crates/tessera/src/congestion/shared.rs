//! What making bid prices did, as the northbound sees it.

use northbound::{Congestion, CongestionCounts};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What was done since the start.
#[derive(Debug, Default)]
pub struct Shared {
    solved: AtomicU64,
    refreshed: AtomicU64,
    failures: AtomicU64,
    resources: AtomicU64,
    took_us: AtomicU64,
}

impl Shared {
    /// Everything was solved, for so many resources.
    pub fn count_solved(&self, resources: usize) {
        self.solved.fetch_add(1, Ordering::Relaxed);
        self.resources.store(u64::try_from(resources).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// A change was followed.
    pub fn count_refreshed(&self) {
        self.refreshed.fetch_add(1, Ordering::Relaxed);
    }

    /// Prices could not be made.
    pub fn count_failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// So long it took.
    pub fn count_time(&self, took: Duration) {
        self.took_us.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl Congestion for Shared {
    fn counts(&self) -> CongestionCounts {
        CongestionCounts {
            solved: self.solved.load(Ordering::Relaxed),
            refreshed: self.refreshed.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            resources: self.resources.load(Ordering::Relaxed),
            took_us: self.took_us.load(Ordering::Relaxed),
        }
    }
}
