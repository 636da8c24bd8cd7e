//! What planning worked out, as the northbound sees it.

use super::background::Background;
use super::sky::Sky;
use northbound::{Measured, Planning, PlanningCounts, Served, Taken};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use types::{ResourceId, Window};

/// What is ahead, and what was done to know it.
#[derive(Debug)]
pub struct Ahead {
    background: Mutex<Background>,
    sky: RwLock<Option<Arc<Sky>>>,
    forecasts: AtomicU64,
    failures: AtomicU64,
    measured: AtomicUsize,
    took_us: AtomicU64,
}

impl Ahead {
    /// Nothing yet; `quantile_ppm` of the slots are to stay within what is forecast of background load.
    pub fn new(quantile_ppm: u64) -> Self {
        Self {
            background: Mutex::new(Background::new(quantile_ppm)),
            sky: RwLock::default(),
            forecasts: AtomicU64::default(),
            failures: AtomicU64::default(),
            measured: AtomicUsize::default(),
            took_us: AtomicU64::default(),
        }
    }

    /// What is known of background load; whoever else wants it waits.
    pub fn background(&self) -> MutexGuard<'_, Background> {
        self.background.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sky as it was worked out last.
    pub fn sky(&self) -> Option<Arc<Sky>> {
        self.sky.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes this sky in place of the one before.
    pub fn show(&self, sky: Sky) {
        *self.sky.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(sky));
    }

    /// One more forecast is loaded.
    pub fn count_forecast(&self) {
        self.forecasts.fetch_add(1, Ordering::Relaxed);
    }

    /// So many resources are in the forecast of what was measured.
    pub fn count_measured(&self, resources: usize) {
        self.measured.store(resources, Ordering::Relaxed);
    }

    /// A round is over.
    pub fn count_round(&self, failures: u64, took: Duration) {
        self.failures.fetch_add(failures, Ordering::Relaxed);
        self.took_us.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl Planning for Ahead {
    fn served(&self, resource: ResourceId, window: Window, most: usize) -> Option<Served> {
        self.sky()?.served(resource, window, most)
    }

    fn observe(&self, measured: Vec<Measured>) -> Taken {
        self.background().observe(measured)
    }

    fn counts(&self) -> PlanningCounts {
        let resources = self.measured.load(Ordering::Relaxed) + self.sky().map_or(0, |sky| sky.parts());
        PlanningCounts {
            forecasts: self.forecasts.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            resources: u64::try_from(resources).unwrap_or(u64::MAX),
            took_us: self.took_us.load(Ordering::Relaxed),
        }
    }
}
