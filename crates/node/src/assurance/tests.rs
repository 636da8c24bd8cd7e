use super::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use types::SessionId;

const WINDOW_MS: u64 = 1_000;
const SESSION: SessionRef = SessionRef::from_index(3);

fn promise() -> Promise {
    Promise {
        started_at: Instant::from_ms(10_000),
        window: Duration::from_ms(WINDOW_MS),
        latency_us_max: 20_000,
        downlink_kbps_min: 8_000,
    }
}

/// A report of `[from, to)` in ms since the session began, all delivered.
fn report(sequence: u64, from: u64, to: u64, latency_us: &[u32]) -> Report {
    let since = |ms| promise().started_at.after(Duration::from_ms(ms));
    Report {
        session: SessionId::from_u128(1),
        sequence,
        from: since(from),
        to: since(to),
        latency_us: latency_us.to_vec(),
        delivered_bytes: (to - from) * 1_000,
        offered_bytes: (to - from) * 1_000,
    }
}

fn begun() -> Assurance {
    let mut assurance = Assurance::default();
    assurance.begin(SESSION, promise(), None, 0);
    assurance
}

/// (window, windows, samples, late, starved)
fn short(over: &[Measurement]) -> Vec<(u64, u64, u32, u32, u32)> {
    over.iter().map(|m| (m.window, m.windows, m.samples, m.samples_late, m.samples_starved)).collect()
}

fn end(assurance: &mut Assurance, ms: u64) -> Vec<(u64, u64, u32, u32, u32)> {
    short(&assurance.end(SESSION, promise().started_at.after(Duration::from_ms(ms))))
}

#[test]
fn a_sample_belongs_to_the_window_it_was_taken_in() {
    let mut assurance = begun();
    // At 500, 750, 1000, 1250: two in each window.
    let over = assurance.count(SESSION, &report(1, 500, 1_500, &[20_000, 20_001, 1, 99_999]));
    assert_eq!(short(&over), [(0, 1, 2, 1, 0)]);
    assert_eq!(end(&mut assurance, 2_000), [(1, 1, 2, 1, 0)]);
}

#[test]
fn only_whole_windows_are_judged_at_the_end_and_it_is_no_longer_counted() {
    for (ended, judged) in
        [(999, vec![]), (1_000, vec![(0, 1, 1, 0, 0)]), (3_999, vec![(0, 1, 1, 0, 0), (1, 2, 0, 0, 0)])]
    {
        let mut assurance = begun();
        assert_eq!(assurance.count(SESSION, &report(1, 0, 500, &[1])), []);
        assert_eq!(end(&mut assurance, ended), judged);
        assert!(!assurance.counts(SESSION));
        assert_eq!(end(&mut assurance, 9_000), []);
    }
}

#[test]
fn a_gap_is_unmeasured_window_by_window() {
    let mut assurance = begun();
    assurance.count(SESSION, &report(1, 0, 1_000, &[1, 1]));
    let over = assurance.count(SESSION, &report(2, 5_000, 6_000, &[1, 1]));
    assert_eq!(short(&over), [(0, 1, 2, 0, 0), (1, 4, 0, 0, 0)]);
}

#[test]
fn a_report_counts_once_and_a_late_one_for_no_other_window() {
    let mut assurance = begun();
    assurance.count(SESSION, &report(1, 0, 1_000, &[1]));
    assert_eq!(assurance.count(SESSION, &report(1, 0, 1_000, &[1])), []);
    let over = assurance.count(SESSION, &report(2, 2_000, 3_000, &[1]));
    assert_eq!(short(&over), [(0, 1, 1, 0, 0), (1, 1, 0, 0, 0)]);
    // Numbered later, measured earlier: window 1 is judged already.
    assert_eq!(assurance.count(SESSION, &report(3, 1_000, 2_000, &[99_999, 99_999])), []);
    assert_eq!(end(&mut assurance, 3_000), [(2, 1, 1, 0, 0)]);
}

#[test]
fn after_a_restart_what_lies_between_was_not_measured() {
    let restarted = |seen_ms| {
        let mut assurance = Assurance::default();
        let seen = promise().started_at.after(Duration::from_ms(seen_ms));
        assurance.begin(SESSION, promise(), Some(seen), 7);
        assurance
    };
    let mut assurance = restarted(2_500);
    assert_eq!(assurance.count(SESSION, &report(7, 0, 1_000, &[1])), [], "known from before");
    let over = assurance.count(SESSION, &report(8, 4_000, 5_000, &[1]));
    assert_eq!(short(&over), [(2, 1, 0, 0, 0), (3, 1, 0, 0, 0)]);
    // Reports that were measured and not taken before the restart come again, and none is lost.
    let mut assurance = restarted(2_500);
    let over = assurance.count(SESSION, &report(8, 1_000, 3_000, &[1, 99_999]));
    assert_eq!(short(&over), [(1, 1, 1, 0, 0)]);
    assert_eq!(end(&mut assurance, 3_000), [(2, 1, 1, 1, 0)]);
}

#[test]
fn starved_is_less_than_promised_and_than_offered() {
    let starved = |delivered: u64, offered: u64| {
        let report = Report { delivered_bytes: delivered, offered_bytes: offered, ..report(1, 0, 1_000, &[1, 1]) };
        let mut assurance = begun();
        assurance.count(SESSION, &report);
        end(&mut assurance, 1_000)[0].4 == 2
    };
    // Promised: 8,000 kbit/s for a second, 1,000,000 bytes.
    assert!(starved(989_999, 2_000_000));
    assert!(!starved(990_000, 2_000_000), "a hundredth of slack");
    assert!(!starved(500_000, 500_000), "the application sent no more");
    assert!(starved(100_000, 500_000));
    assert!(!starved(0, 0));
}

#[test]
fn agrees_with_a_recount_of_all_samples() {
    for seed in 0..200 {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut assurance = begun();
        let mut samples: BTreeMap<u64, (u32, u32, u32)> = BTreeMap::new();
        let mut judged: BTreeMap<u64, (u32, u32, u32)> = BTreeMap::new();
        let mut take = |over: Vec<Measurement>| {
            for m in over {
                for window in m.window..m.window + m.windows {
                    let first = judged.insert(window, (m.samples, m.samples_late, m.samples_starved));
                    assert_eq!(first, None, "seed {seed}: window {window} is judged once");
                }
            }
        };
        let mut from = 0;
        for sequence in 1..40 {
            from += if dice.next_u32().is_multiple_of(5) { u64::from(dice.next_u32() % 4_000) } else { 0 };
            let length = u64::from(dice.next_u32() % 1_500) + 1;
            let latency: Vec<u32> = (0..dice.next_u32() % 8).map(|_| 15_000 + dice.next_u32() % 10_000).collect();
            let hungry = dice.next_u32().is_multiple_of(3);
            let delivered_bytes = if hungry { length * 500 } else { length * 1_000 };
            let report = Report { delivered_bytes, ..report(sequence, from, from + length, &latency) };
            for (place, sample) in (0_u64..).zip(&latency) {
                let window = (from + length * place / latency.len() as u64) / WINDOW_MS;
                let counts = samples.entry(window).or_default();
                *counts = (counts.0 + 1, counts.1 + u32::from(*sample > 20_000), counts.2 + u32::from(hungry));
            }
            take(assurance.count(SESSION, &report));
            if dice.next_u32().is_multiple_of(4) {
                take(assurance.count(SESSION, &report));
            }
            from += length;
        }
        let ended = from + u64::from(dice.next_u32() % 3_000);
        take(assurance.end(SESSION, promise().started_at.after(Duration::from_ms(ended))));
        let expected: BTreeMap<u64, _> =
            (0..ended / WINDOW_MS).map(|window| (window, samples.get(&window).copied().unwrap_or_default())).collect();
        assert_eq!(judged, expected, "seed {seed}");
    }
}
