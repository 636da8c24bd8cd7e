//! What is sent next, without any I/O: one delivery at a time in each lane, so that a receiver hears things in order;
//! lanes do not wait for each other, and no host keeps more than its share of what is under way.

use super::DeliveryKey;
use crate::limits::{
    DELIVERIES_MAX, DELIVERIES_PER_HOST_MAX, DELIVERY_AGE_MAX, DELIVERY_ATTEMPTS_MAX, DELIVERY_BACKOFF,
    DELIVERY_BACKOFF_MAX, LANE_DELIVERIES_MAX, PENDING_DELIVERIES_MAX,
};
use crate::web::{WebAnswer, WebError};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use types::{Duration, Instant};

/// How patient the queue is.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// First pause before a delivery is repeated; it doubles.
    pub backoff: Duration,
    /// Longest pause before a delivery is repeated, whatever its receiver asks for.
    pub backoff_max: Duration,
    /// Attempts before a delivery is given up.
    pub attempts_max: u32,
    /// How long a delivery may wait before it is given up.
    pub age_max: Duration,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Delivered,
    /// It was not, and may be next time.
    Failed {
        /// In which way.
        reason: String,
        /// When the receiver wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// Trying again cannot help.
    Hopeless(String),
    /// The receiver wants nothing more, ever.
    Gone,
}

/// What becomes of a lane's first delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is done.
    Delivered,
    /// It is tried again later.
    Later,
    /// It is given up, after so many attempts.
    Dead(String, u32),
    /// With all that waited behind it.
    Gone(Vec<DeliveryKey>),
}

/// Deliveries that wait, and those under way.
#[derive(Debug)]
pub(crate) struct Queue {
    pace: Pace,
    lanes: BTreeMap<u128, Lane>,
    /// Lanes with something to send and nothing under way, by when they may.
    due: BTreeSet<(Instant, u128)>,
    /// Deliveries under way, by host.
    running: BTreeMap<String, usize>,
    waiting: usize,
}

#[derive(Debug)]
struct Lane {
    host: String,
    waiting: VecDeque<(DeliveryKey, Instant)>,
    tried: u32,
    not_before: Instant,
    running: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            backoff: DELIVERY_BACKOFF,
            backoff_max: DELIVERY_BACKOFF_MAX,
            attempts_max: DELIVERY_ATTEMPTS_MAX,
            age_max: DELIVERY_AGE_MAX,
        }
    }
}

impl Outcome {
    /// What a receiver's answer means: any 2xx is a yes, 410 is for ever, and everything else may pass.
    pub fn of(answered: &Result<WebAnswer, WebError>) -> Self {
        match answered {
            Ok(answer) => match answer.status {
                200..=299 => Self::Delivered,
                410 => Self::Gone,
                status => Self::Failed {
                    reason: format!("answered {status}"),
                    retry_after: answer.retry_after_s.map(Duration::from_secs),
                },
            },
            Err(error @ WebError::Forbidden(_)) => Self::Hopeless(error.to_string()),
            Err(error @ WebError::NoAnswer(_)) => Self::Failed { reason: error.to_string(), retry_after: None },
        }
    }
}

impl Queue {
    /// An empty queue.
    pub fn new(pace: Pace) -> Self {
        Self { pace, lanes: BTreeMap::new(), due: BTreeSet::new(), running: BTreeMap::new(), waiting: 0 }
    }

    /// Is there room in this lane for one more than `besides`?
    pub fn has_room(&self, lane: u128, besides: usize) -> bool {
        let in_lane = self.lanes.get(&lane).map_or(0, |lane| lane.waiting.len());
        self.waiting + besides < PENDING_DELIVERIES_MAX && in_lane + besides < LANE_DELIVERIES_MAX
    }

    /// Adds a delivery to the end of its lane. `host` is who answers for it.
    pub fn add(&mut self, key: DeliveryKey, host: &str, queued_at: Instant) {
        let fresh = || Lane {
            host: host.to_owned(),
            waiting: VecDeque::new(),
            tried: 0,
            not_before: Instant::EPOCH,
            running: false,
        };
        let lane = self.lanes.entry(key.lane).or_insert_with(fresh);
        lane.waiting.push_back((key, queued_at));
        self.waiting += 1;
        if !lane.running {
            self.due.insert((lane.not_before, key.lane));
        }
    }

    /// The next delivery to send; `None` when there is nothing to do now or enough is under way.
    pub fn next(&mut self, now: Instant) -> Option<DeliveryKey> {
        if self.running.values().sum::<usize>() >= DELIVERIES_MAX {
            return None;
        }
        let free = |lane: &Lane| self.running.get(&lane.host).is_none_or(|busy| *busy < DELIVERIES_PER_HOST_MAX);
        let mut ready = self.due.iter().take_while(|(at, _)| *at <= now);
        let found = *ready.find(|(_, lane)| self.lanes.get(lane).is_some_and(free))?;
        self.due.remove(&found);
        let lane = self.lanes.get_mut(&found.1)?;
        lane.running = true;
        *self.running.entry(lane.host.clone()).or_default() += 1;
        lane.waiting.front().map(|(key, _)| *key)
    }

    /// The attempt of a lane's first delivery ended. `jitter_ppm` spreads what would come back together.
    pub fn done(&mut self, key: DeliveryKey, outcome: Outcome, now: Instant, jitter_ppm: u32) -> Verdict {
        let Some(lane) = self.lanes.get_mut(&key.lane) else { return Verdict::Gone(Vec::new()) };
        if !std::mem::take(&mut lane.running) {
            return Verdict::Gone(Vec::new());
        }
        release(&mut self.running, &lane.host);
        let verdict = match outcome {
            Outcome::Delivered => Verdict::Delivered,
            Outcome::Gone => return Verdict::Gone(self.forget(key.lane)),
            Outcome::Hopeless(reason) => Verdict::Dead(reason, lane.tried + 1),
            Outcome::Failed { reason, retry_after } => {
                lane.tried += 1;
                let waits_since = lane.waiting.front().map_or(now, |(_, at)| *at);
                if lane.tried >= self.pace.attempts_max || now.since(waits_since) >= self.pace.age_max {
                    Verdict::Dead(reason, lane.tried)
                } else {
                    lane.not_before = now.after(self.pace.pause(lane.tried, retry_after, jitter_ppm));
                    Verdict::Later
                }
            }
        };
        if verdict != Verdict::Later {
            lane.waiting.pop_front();
            self.waiting -= 1;
            (lane.tried, lane.not_before) = (0, now);
        }
        if lane.waiting.is_empty() {
            self.lanes.remove(&key.lane);
        } else {
            self.due.insert((lane.not_before, key.lane));
        }
        verdict
    }

    /// Drops a lane with all that waits in it.
    pub fn forget(&mut self, lane: u128) -> Vec<DeliveryKey> {
        let Some(gone) = self.lanes.remove(&lane) else { return Vec::new() };
        self.due.remove(&(gone.not_before, lane));
        if gone.running {
            release(&mut self.running, &gone.host);
        }
        self.waiting -= gone.waiting.len();
        gone.waiting.into_iter().map(|(key, _)| key).collect()
    }

    /// When the next delivery may be sent.
    pub fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Deliveries that wait, those under way included.
    pub fn len(&self) -> usize {
        self.waiting
    }
}

impl Pace {
    /// Twice as long each time, up to a quarter more by chance; not before the receiver asks for it, within the limit.
    fn pause(self, tried: u32, retry_after: Option<Duration>, jitter_ppm: u32) -> Duration {
        let doubled = self.backoff.as_ms().saturating_mul(1 << tried.saturating_sub(1).min(20));
        let pause = doubled.min(self.backoff_max.as_ms());
        let jitter = pause / 4 * u64::from(jitter_ppm.min(1_000_000)) / 1_000_000;
        let asked = retry_after.map_or(0, |asked| asked.as_ms().min(self.backoff_max.as_ms()));
        Duration::from_ms((pause + jitter).max(asked))
    }
}

fn release(running: &mut BTreeMap<String, usize>, host: &str) {
    if let Some(busy) = running.get_mut(host) {
        *busy -= 1;
        if *busy == 0 {
            running.remove(host);
        }
    }
}

#[cfg(test)]
mod tests;
