use super::*;

const NOW: Instant = Instant::from_ms(1_000_000);

fn key(lane: u128, seq: u64) -> DeliveryKey {
    DeliveryKey { lane, seq, part: 0 }
}

/// A queue with these lanes of three deliveries each, all of one host unless they say otherwise.
fn queue(lanes: &[(u128, &str)]) -> Queue {
    let pace = Pace { attempts_max: 3, ..Pace::default() };
    let mut queue = Queue::new(pace);
    for seq in 1..=3 {
        for (lane, host) in lanes {
            queue.add(key(*lane, seq), host, NOW);
        }
    }
    queue
}

fn failed(retry_after: Option<Duration>) -> Outcome {
    Outcome::Failed { reason: "answered 500".into(), retry_after }
}

fn later(ms: u64) -> Instant {
    NOW.after(Duration::from_ms(ms))
}

#[test]
fn a_lane_sends_one_after_another_and_in_order() {
    let mut queue = queue(&[(1, "a")]);
    for seq in 1..=3 {
        assert_eq!(queue.next(NOW), Some(key(1, seq)));
        assert_eq!(queue.next(NOW), None, "the one before is under way");
        assert_eq!(queue.done(key(1, seq), Outcome::Delivered, NOW, 0), Verdict::Delivered);
    }
    assert_eq!((queue.next(NOW), queue.len(), queue.next_due()), (None, 0, None));
}

#[test]
fn a_failure_waits_twice_as_long_each_time_and_holds_up_its_own_lane_only() {
    let mut queue = queue(&[(1, "a"), (2, "b")]);
    assert_eq!(queue.next(NOW), Some(key(1, 1)));
    assert_eq!(queue.done(key(1, 1), failed(None), NOW, 0), Verdict::Later);
    assert_eq!(queue.next(NOW), Some(key(2, 1)));
    assert_eq!(queue.done(key(2, 1), Outcome::Delivered, NOW, 0), Verdict::Delivered);
    assert_eq!(queue.next(NOW), Some(key(2, 2)));
    assert_eq!((queue.next(later(999)), queue.next_due()), (None, Some(later(1_000))));
    assert_eq!(queue.next(later(1_000)), Some(key(1, 1)), "the same again, not the one behind it");
    assert_eq!(queue.done(key(1, 1), failed(None), later(1_000), 1_000_000), Verdict::Later);
    // Two seconds, and a quarter more by chance.
    assert_eq!(queue.next_due(), Some(later(3_500)));
    assert_eq!(queue.next(later(3_500)), Some(key(1, 1)));
    assert_eq!(queue.done(key(1, 1), failed(None), later(3_500), 0), Verdict::Dead("answered 500".into(), 3));
    assert_eq!(queue.next(later(3_500)), Some(key(1, 2)), "the next one starts afresh");
}

#[test]
fn a_receiver_says_when_it_wants_to_be_asked_again_within_the_limit() {
    for (asked_s, waits_ms) in [(7, 7_000), (0, 1_000), (1_000_000, 600_000)] {
        let mut queue = queue(&[(1, "a")]);
        queue.next(NOW);
        queue.done(key(1, 1), failed(Some(Duration::from_secs(asked_s))), NOW, 0);
        assert_eq!(queue.next_due(), Some(later(waits_ms)), "{asked_s}");
    }
}

#[test]
fn no_pause_is_longer_than_the_longest() {
    let pace = Pace::default();
    let pauses: Vec<Duration> = (1..=DELIVERY_ATTEMPTS_MAX).map(|tried| pace.pause(tried, None, 0)).collect();
    assert_eq!(pauses[9], Duration::from_secs(512));
    assert!(pauses[10..].iter().all(|pause| *pause == pace.backoff_max), "{pauses:?}");
    assert_eq!(pace.pause(32, None, 1_000_000), Duration::from_ms(pace.backoff_max.as_ms() / 4 * 5));
}

#[test]
fn what_waited_too_long_is_dead_at_its_next_failure() {
    let mut queue = queue(&[(1, "a")]);
    let late = NOW.after(Duration::from_hours(24));
    assert_eq!(queue.next(late), Some(key(1, 1)));
    assert!(matches!(queue.done(key(1, 1), failed(None), late, 0), Verdict::Dead(_, 1)));
    assert_eq!(queue.next(late), Some(key(1, 2)));
    let hopeless = Outcome::Hopeless("the token ended".into());
    assert_eq!(queue.done(key(1, 2), hopeless, late, 0), Verdict::Dead("the token ended".into(), 1));
}

#[test]
fn a_receiver_that_is_gone_gets_nothing_more() {
    let mut queue = queue(&[(1, "a"), (2, "a")]);
    assert_eq!(queue.next(NOW), Some(key(1, 1)));
    let all = vec![key(1, 1), key(1, 2), key(1, 3)];
    assert_eq!(queue.done(key(1, 1), Outcome::Gone, NOW, 0), Verdict::Gone(all));
    assert_eq!((queue.len(), queue.next(NOW)), (3, Some(key(2, 1))));
    assert_eq!(queue.forget(2).len(), 3);
    // Its request comes back when nobody waits for it any more.
    assert_eq!(queue.done(key(2, 1), failed(None), NOW, 0), Verdict::Gone(Vec::new()));
    assert_eq!((queue.len(), queue.next(later(999_999_999)), queue.next_due()), (0, None, None));
}

#[test]
fn one_host_keeps_no_more_than_its_share() {
    let slow: Vec<(u128, &str)> = (1..=100).map(|lane| (lane, "slow")).collect();
    let mut queue = queue(&slow);
    queue.add(key(200, 9), "other", NOW);
    let taken: Vec<DeliveryKey> = std::iter::from_fn(|| queue.next(NOW)).collect();
    assert_eq!(taken.iter().filter(|key| key.lane <= 100).count(), DELIVERIES_PER_HOST_MAX);
    assert!(taken.contains(&key(200, 9)));
    assert_eq!(queue.done(taken[0], Outcome::Delivered, NOW, 0), Verdict::Delivered);
    assert!(queue.next(NOW).is_some(), "its share is free again");
    let many: Vec<String> = (0..100).map(|host| format!("h{host}")).collect();
    for (lane, host) in (1_000..).zip(many.iter().cycle().take(1_000)) {
        queue.add(key(lane, 1), host, NOW);
    }
    assert_eq!(std::iter::from_fn(|| queue.next(NOW)).count(), DELIVERIES_MAX - taken.len());
}

#[test]
fn a_lane_and_the_whole_are_bounded() {
    let mut queue = Queue::new(Pace::default());
    for seq in 0..LANE_DELIVERIES_MAX as u64 {
        assert!(queue.has_room(1, 0));
        queue.add(key(1, seq), "a", NOW);
    }
    assert!(!queue.has_room(1, 0) && queue.has_room(2, 0) && !queue.has_room(2, LANE_DELIVERIES_MAX));
    assert!(queue.has_room(2, LANE_DELIVERIES_MAX - 1));
    for lane in 2..=10 {
        (0..LANE_DELIVERIES_MAX as u64).for_each(|seq| queue.add(key(lane, seq), "a", NOW));
    }
    assert!(!queue.has_room(11, 0), "{}", queue.len());
}

#[test]
fn an_answer_means_what_it_says() {
    let answer = |status, retry_after_s| Ok(WebAnswer { status, retry_after_s, body: Vec::new() });
    for status in [200, 202, 204, 299] {
        assert_eq!(Outcome::of(&answer(status, None)), Outcome::Delivered);
    }
    assert_eq!(Outcome::of(&answer(410, None)), Outcome::Gone);
    for status in [301, 302, 307, 308, 400, 401, 404, 429, 500, 503] {
        let reason = format!("answered {status}");
        let retry_after = Some(Duration::from_secs(3));
        assert_eq!(Outcome::of(&answer(status, Some(3))), Outcome::Failed { reason, retry_after });
    }
    let forbidden = Outcome::of(&Err(WebError::Forbidden("a private address".into())));
    assert_eq!(forbidden, Outcome::Hopeless("a private address must not be called".into()));
    assert!(matches!(Outcome::of(&Err(WebError::NoAnswer("reset".into()))), Outcome::Failed { retry_after: None, .. }));
}
