//! Coverage on loads that drift and shift, and the edges of what is taken.

use super::conformal::{Level, Outcome, Scores, rank};
use super::limits::{HORIZON_MAX_SLOTS, SCORES_MAX, UNITS_MAX};
use super::{ForecastError, Forecaster, Settings};
use crate::number::{ceil, real};
use capacity::{SLOTS_PER_DAY, SLOTS_PER_WEEK, Slot};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use types::ResourceId;

const NOMINAL: u64 = 1_000_000;
const WEEKS: u32 = 20;
const LEARN_WEEKS: u32 = 6;

fn resource() -> ResourceId {
    ResourceId::from_u128(7)
}

/// Background with daily and weekly seasons, a drift, noise that lasts for about an hour, and from week 13 on
/// a fifth more of it, with noise as wide again by half.
fn load(slot: u32, noise: &mut f64, random: &mut ChaCha8Rng) -> u64 {
    let share = |slots: u32| f64::from(slot % slots) / f64::from(slots) * std::f64::consts::TAU;
    let season = 1.0 - 0.5 * share(SLOTS_PER_DAY).cos() + 0.2 * share(SLOTS_PER_WEEK).sin();
    let drift = 1.0 + 0.15 * f64::from(slot) / f64::from(WEEKS * SLOTS_PER_WEEK);
    let shift = if slot >= 13 * SLOTS_PER_WEEK { 1.2 } else { 1.0 };
    let uniform: f64 = (0..12).map(|_| f64::from(random.next_u32()) / f64::from(u32::MAX)).sum::<f64>() - 6.0;
    let wider = if slot >= 13 * SLOTS_PER_WEEK { 1.6 } else { 1.0 };
    *noise = 0.9 * *noise + 0.03 * wider * uniform;
    ceil((100_000.0 * season * drift * shift * (1.0 + *noise)).max(0.0))
}

/// The share of slots within the bound that was issued a day before, after the weeks of learning.
fn coverage(quantile_ppm: u64, gamma_ppm: u64, seed: u64) -> f64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let settings = Settings { quantile_ppm, gamma_ppm, nominal: NOMINAL };
    let mut forecaster = Forecaster::new(resource(), settings).expect("sound");
    let mut bounds = std::collections::VecDeque::new();
    let (mut within, mut all, mut noise) = (0_u64, 0_u64, 0.0);
    for slot in 0..WEEKS * SLOTS_PER_WEEK {
        let load = load(slot, &mut noise, &mut random);
        if bounds.len() == SLOTS_PER_DAY as usize {
            let bound: u64 = bounds.pop_front().expect("a day of them");
            if slot >= LEARN_WEEKS * SLOTS_PER_WEEK {
                all += 1;
                within += u64::from(load <= bound);
            }
        }
        forecaster.observe(Slot::from_index(slot), load).expect("in order");
        bounds.push_back(forecaster.bound(Slot::from_index(slot + SLOTS_PER_DAY)));
    }
    real(within) / real(all)
}

/// Is `covered` what a bound at `quantile_ppm` has to cover? Within a point, and exceeded at least half as often as it may be:
/// at 99 % a point alone would let a bound pass that is never exceeded, and sells nothing of what it holds back.
fn covers(quantile_ppm: u64, covered: f64) -> bool {
    let wanted = real(quantile_ppm) / 1e6;
    (covered - wanted).abs() <= 0.01 && 1.0 - covered >= (1.0 - wanted) / 2.0
}

#[test]
fn a_bound_fails_for_being_too_narrow_and_for_being_too_wide() {
    for (made_for_ppm, asked_ppm) in [(900_000, 950_000), (950_000, 990_000), (970_000, 990_000)] {
        assert!(!covers(asked_ppm, coverage(made_for_ppm, 10_000, 1)), "too narrow: {made_for_ppm} for {asked_ppm}");
    }
    for (made_for_ppm, asked_ppm) in [(950_000, 900_000), (990_000, 950_000), (999_900, 990_000)] {
        assert!(!covers(asked_ppm, coverage(made_for_ppm, 10_000, 1)), "too wide: {made_for_ppm} for {asked_ppm}");
    }
    assert!(!covers(990_000, 1.0), "never exceeded is none of 99 %");
}

#[test]
fn an_adaptive_bound_covers_what_it_says_where_a_plain_one_does_not() {
    let mut missed = 0;
    for quantile_ppm in [900_000, 950_000, 990_000] {
        let (adaptive, plain) = (coverage(quantile_ppm, 10_000, 1), coverage(quantile_ppm, 0, 1));
        assert!(covers(quantile_ppm, adaptive), "{quantile_ppm}: {adaptive}");
        missed += u32::from(!covers(quantile_ppm, plain));
    }
    assert!(missed > 0, "the load is too easy to tell the two apart");
}

#[test]
fn nothing_is_sellable_where_nothing_was_seen() {
    let mut forecaster = Forecaster::new(resource(), Settings::of(NOMINAL)).expect("sound");
    assert_eq!(forecaster.forecast(3).units, [NOMINAL; 3]);
    forecaster.observe(Slot::from_index(9), 5).expect("in order");
    let week = forecaster.forecast(u32::MAX);
    assert_eq!((week.from, week.units.len()), (Slot::from_index(10), HORIZON_MAX_SLOTS as usize));
    assert!(week.units.iter().all(|units| *units == NOMINAL), "one score bounds nothing at 99 %");
}

#[test]
fn a_week_is_seen_before_anything_is_bounded_and_its_guesses_are_forgotten() {
    let mut forecaster = Forecaster::new(resource(), Settings::of(NOMINAL)).expect("sound");
    // Two quiet days, five busy ones: from the first two, the third is guessed ten times too low.
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut load = |slot: u32| {
        let usual = if slot % SLOTS_PER_WEEK < 2 * SLOTS_PER_DAY { 10_000 } else { 100_000 };
        usual + usual / 100 * u64::from(random.next_u32() % 10)
    };
    let mut observe = |forecaster: &mut Forecaster, slots: std::ops::Range<u32>| {
        slots.for_each(|slot| forecaster.observe(Slot::from_index(slot), load(slot)).expect("in order"));
    };
    observe(&mut forecaster, 0..SLOTS_PER_WEEK);
    assert!(
        forecaster.forecast(SLOTS_PER_WEEK).units.iter().all(|units| *units == NOMINAL),
        "no forecast was tried yet"
    );
    observe(&mut forecaster, SLOTS_PER_WEEK..2 * SLOTS_PER_WEEK + SLOTS_PER_DAY);
    let (quiet, busy) = (
        forecaster.bound(Slot::from_index(15 * SLOTS_PER_DAY)),
        forecaster.bound(Slot::from_index(16 * SLOTS_PER_DAY)),
    );
    assert!((10_000..12_000).contains(&quiet) && (100_000..120_000).contains(&busy), "{quiet} {busy}");
}

#[test]
fn a_bound_is_relied_on_after_a_week_and_a_day_without_a_gap() {
    let until = |slots: u32, missing: Option<u32>| {
        let mut forecaster = Forecaster::new(resource(), Settings::of(NOMINAL)).expect("sound");
        for slot in (0..slots).filter(|slot| missing.is_none_or(|missing| *slot % SLOTS_PER_WEEK != missing)) {
            forecaster.observe(Slot::from_index(slot), 100_000).expect("in order");
        }
        forecaster
    };
    let week = SLOTS_PER_WEEK;
    let relied_on =
        |forecaster: &Forecaster, from: u32, slots: u32| forecaster.is_calibrated(Slot::from_index(from), slots);
    assert!(!relied_on(&until(week + SLOTS_PER_DAY - 1, None), week + SLOTS_PER_DAY, 1));
    assert!(relied_on(&until(week + SLOTS_PER_DAY, None), week + SLOTS_PER_DAY, u32::MAX));
    let gap = until(2 * week, Some(500));
    assert!(!relied_on(&gap, 2 * week, week) && relied_on(&gap, 2 * week, 500) && !relied_on(&gap, 2 * week, 501));
}

#[test]
fn what_is_no_measurement_is_refused_and_changes_nothing() {
    let mut forecaster = Forecaster::new(resource(), Settings::of(NOMINAL)).expect("sound");
    let (slot, last) = (Slot::from_index(4), Slot::from_index(5));
    forecaster.observe(last, 5).expect("in order");
    assert_eq!(forecaster.observe(slot, 5), Err(ForecastError::NotAfter { slot, last }));
    assert_eq!(forecaster.observe(Slot::from_index(6), UNITS_MAX + 1), Err(ForecastError::TooMuch));
    forecaster.observe(Slot::from_index(6), 5).expect("it was refused, so the slot is free");
    let all = Settings { quantile_ppm: 1_000_000, ..Settings::of(NOMINAL) };
    assert_eq!(Forecaster::new(resource(), all).err(), Some(ForecastError::Settings));
}

#[test]
fn ranks_and_scores() {
    assert_eq!((rank(999, 0.001), rank(998, 0.001), rank(9, 0.1)), (999, 999, 9));
    let mut scores = Scores::default();
    for score in (0..=SCORES_MAX).rev() {
        scores.push(real(score as u64));
    }
    // The oldest, which was the largest, has left.
    assert!((scores.quantile(1e-4) - real(SCORES_MAX as u64 - 1)).abs() < 1.5);
    assert!(scores.quantile(1e-9).is_infinite());
}

#[test]
fn a_level_falls_when_exceeded_and_recovers() {
    let mut level = Level::new(900_000, 10_000);
    level.learn(Outcome::Exceeded);
    assert!(level.alpha() < 0.1 && level.alpha() > 0.0);
    (0..9).for_each(|_| level.learn(Outcome::Within));
    assert!((level.alpha() - 0.1).abs() < 1e-9, "one in ten is what was asked for");
}

#[test]
fn a_slot_is_planned_for_its_part_of_what_a_promise_may_break() {
    let quantile_ppm = |promise_ppm, slots_max| Settings::of_promises(NOMINAL, promise_ppm, slots_max).quantile_ppm;
    assert_eq!((quantile_ppm(990_000, 1), quantile_ppm(990_000, 12)), (990_000, 999_167));
    // No slot is planned for less than its part, and what cannot be planned for is refused rather than rounded.
    assert_eq!((quantile_ppm(990_000, 0), quantile_ppm(990_000, 10_001)), (990_000, 1_000_000));
    let refused = Forecaster::new(resource(), Settings::of_promises(NOMINAL, 990_000, 10_001)).err();
    assert_eq!(refused, Some(ForecastError::Settings));
}
