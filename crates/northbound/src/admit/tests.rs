//! Rates by a clock that the test moves.

use crate::admit::config::Rate;
use crate::admit::load::{Load, Priority};
use crate::admit::rates::{Rates, Standing, Uptime};
use crate::fault::{Door, Fault};
use crate::limits::{RATE_KEYS_MAX, RATE_REQUESTS_MAX, RATE_SWEEP_EVERY, RATE_WINDOW_MAX};
use node::limits::QUEUE_COMMANDS_MAX;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A rate and its clock, in milliseconds.
fn rates(requests: u32, window_s: u64) -> (Rates, Arc<AtomicU64>) {
    let now_ms = Arc::new(AtomicU64::new(0));
    let read = Arc::clone(&now_ms);
    let uptime = Uptime::new(move || Duration::from_millis(read.load(Ordering::Relaxed)));
    (Rates::new(Rate::new(requests, window_s).expect("a rate"), uptime), now_ms)
}

fn verdict(standing: &Standing) -> Result<(), Fault> {
    standing.within(Door::RateLimited)
}

#[test]
fn what_was_used_comes_back_evenly() {
    let (rates, now_ms) = rates(3, 30);
    let left: Vec<_> = (0..3).map(|_| rates.check(&"a")).map(|s| (s.remaining, s.reset_s, verdict(&s))).collect();
    assert_eq!(left, [(2, 10, Ok(())), (1, 20, Ok(())), (0, 30, Ok(()))]);
    let refused = rates.check(&"a");
    assert_eq!((refused.remaining, verdict(&refused)), (0, Err(Fault::Later(Door::RateLimited, 10))));
    assert_eq!(verdict(&rates.check(&"b")), Ok(()), "another key has its own");
    now_ms.store(9_001, Ordering::Relaxed);
    assert_eq!(verdict(&rates.check(&"a")), Err(Fault::Later(Door::RateLimited, 1)), "nearly, in whole seconds");
    now_ms.store(10_000, Ordering::Relaxed);
    assert_eq!(verdict(&rates.check(&"a")), Ok(()), "asking too early cost nothing");
    now_ms.store(1_000_000, Ordering::Relaxed);
    assert_eq!(rates.check(&"a").remaining, 2, "never more than all of them");
    assert_eq!(rates.check(&"a").policy, "\"default\";q=3;w=30");
    assert_eq!(rates.check(&"a").header(), "\"default\";r=0;t=30");
}

#[test]
fn a_rate_keeps_no_more_keys_than_its_limit_and_forgets_the_idle() {
    let (rates, now_ms) = rates(1, 10);
    let many = RATE_KEYS_MAX + 2 * RATE_SWEEP_EVERY as usize;
    let mut refused = 0;
    for key in 0..many {
        refused += usize::from(verdict(&rates.check(&key)).is_err());
    }
    assert!(refused > 0, "those beyond the limit share one");
    assert!(rates.keys_kept() <= RATE_KEYS_MAX + RATE_SWEEP_EVERY as usize + 1, "{}", rates.keys_kept());
    now_ms.store(20_000, Ordering::Relaxed);
    for _ in 0..=RATE_SWEEP_EVERY {
        rates.check(&"again");
    }
    assert!(rates.keys_kept() <= 2, "{}", rates.keys_kept());
    assert_eq!(verdict(&rates.check(&"new")), Ok(()), "there is room again");
}

#[test]
fn a_rate_is_some_requests_in_some_time() {
    assert!(Rate::new(RATE_REQUESTS_MAX, RATE_WINDOW_MAX.as_secs()).is_ok());
    for (requests, window_s) in [(0, 1), (1, 0), (RATE_REQUESTS_MAX + 1, 1), (1, RATE_WINDOW_MAX.as_secs() + 1)] {
        assert!(Rate::new(requests, window_s).is_err(), "{requests} in {window_s} s");
    }
    let (fastest, _) = rates(RATE_REQUESTS_MAX, 1);
    assert_eq!(fastest.check(&"a").remaining, RATE_REQUESTS_MAX - 1);
}

#[test]
fn times_are_whole_seconds_and_none_of_them_is_too_early() {
    let (rates, _) = rates(4, 10);
    assert_eq!(rates.check(&"a").reset_s, 3, "two and a half");
    (0..3).for_each(|_| drop(rates.check(&"a")));
    assert_eq!(verdict(&rates.check(&"a")), Err(Fault::Later(Door::RateLimited, 3)));
}

#[test]
fn a_queue_that_fills_is_as_much_of_a_load_as_requests_under_way() {
    let load = Load::new(1_000);
    let shares = [50, 65, 80, 90, 100];
    for (priority, percent) in Priority::ALL.into_iter().zip(shares) {
        let most = QUEUE_COMMANDS_MAX * percent / 100;
        assert!(load.takes(priority, most) && !load.takes(priority, most + 1), "{priority:?}");
    }
}
