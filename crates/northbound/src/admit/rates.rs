//! A rate for each of many: GCRA, one instant of state for each.

use crate::admit::Rate;
use crate::fault::{Door, Fault};
use crate::limits::{RATE_KEYS_MAX, RATE_SWEEP_EVERY};
use axum::http::HeaderValue;
use governor::clock::{Clock, Reference};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The key that all share while there are too many.
const EVERYONE: u64 = 0;

/// Time since some beginning, from a clock that never jumps, or from one that a test moves.
#[derive(Clone)]
pub struct Uptime(Arc<dyn Fn() -> Duration + Send + Sync>);

/// How a caller stands with its rate after this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// `"default";q=…;w=…`
    pub policy: HeaderValue,
    /// How many more at once.
    pub remaining: u32,
    /// Seconds until none of it is used.
    pub reset_s: u64,
    /// This one was too much; one may come after so many seconds.
    retry_after_s: Option<u64>,
}

/// One rate, for each of many keys.
pub(super) struct Rates {
    rate: Rate,
    policy: HeaderValue,
    uptime: Uptime,
    keys: RandomState,
    checks: AtomicU32,
    crowded: AtomicBool,
    limiter: RateLimiter<u64, HashMapStateStore<u64>, Uptime, StateInformationMiddleware>,
}

impl Uptime {
    /// A clock that says what `read` says.
    pub fn new(read: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }
}

impl Default for Uptime {
    fn default() -> Self {
        let started = Instant::now();
        Self::new(move || started.elapsed())
    }
}

impl Clock for Uptime {
    type Instant = Duration;

    fn now(&self) -> Duration {
        (self.0)()
    }
}

impl fmt::Debug for Uptime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Uptime").field(&self.now()).finish()
    }
}

impl Standing {
    /// `"default";r=…;t=…`
    pub(crate) fn header(&self) -> HeaderValue {
        let text = format!("\"default\";r={};t={}", self.remaining, self.reset_s);
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
    }

    /// Fails when it was too much.
    pub(crate) fn within(&self, door: Door) -> Result<(), Fault> {
        self.retry_after_s.map_or(Ok(()), |seconds| Err(Fault::Later(door, seconds)))
    }
}

impl Rates {
    /// A rate, by a clock.
    pub(super) fn new(rate: Rate, uptime: Uptime) -> Self {
        let policy = format!("\"default\";q={};w={}", rate.requests(), rate.window().as_secs());
        let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(""));
        let each = rate.window() / rate.requests().get();
        let quota = Quota::with_period(each).map(|quota| quota.allow_burst(rate.requests()));
        let quota = quota.unwrap_or(Quota::per_second(rate.requests()));
        let limiter = RateLimiter::hashmap_with_clock(quota, uptime.clone()).with_middleware();
        Self {
            rate,
            policy,
            uptime,
            keys: RandomState::new(),
            checks: AtomicU32::new(0),
            crowded: AtomicBool::new(false),
            limiter,
        }
    }

    /// Counts one of a key.
    pub(super) fn check(&self, key: &impl Hash) -> Standing {
        let key = if self.is_crowded() { EVERYONE } else { self.keys.hash_one(key) };
        match self.limiter.check_key(&key) {
            Ok(state) => self.standing(state.remaining_burst_capacity(), None),
            Err(until) => {
                let wait = until.earliest_possible().duration_since(self.uptime.now());
                self.standing(0, Some(in_seconds(wait.into()).max(1)))
            }
        }
    }

    /// How many keys there are.
    #[cfg(test)]
    pub(super) fn keys_kept(&self) -> usize {
        self.limiter.len()
    }

    fn standing(&self, remaining: u32, retry_after_s: Option<u64>) -> Standing {
        let used = self.rate.requests().get().saturating_sub(remaining);
        let reset_s = in_seconds(self.rate.window() / self.rate.requests().get() * used);
        Standing { policy: self.policy.clone(), remaining, reset_s, retry_after_s }
    }

    /// Now and then, forgets who has used none of its rate. Still too many: until the next time all share one key.
    fn is_crowded(&self) -> bool {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(RATE_SWEEP_EVERY) {
            self.limiter.retain_recent();
            self.crowded.store(self.limiter.len() > RATE_KEYS_MAX, Ordering::Relaxed);
        }
        self.crowded.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rates").field("rate", &self.rate).finish_non_exhaustive()
    }
}

/// Whole seconds, none of them too early.
fn in_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
