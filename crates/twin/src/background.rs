//! What a radio cell carries for everyone else over weeks, slot by slot: the background that a forecaster meets.
//!
//! The same seasons and the same noise of every minute as the running network's, and what weeks bring on top, all of it
//! drawn from the seed: a trend, days that are busier than others, loads that stay off for an hour or two, and crowds that
//! nobody expects.

use crate::city::City;
use crate::network::background_kbps;
use crate::number::{floor_u32, real};
use crate::random::{Purpose, between, stream, uniform};
use crate::traffic::{LOAD_MAX, MINUTE_MS, Traffic, background_ppm};
use rand_chacha::ChaCha8Rng;
use types::{Instant, PPM, RadioCellId};

/// Minutes in a slot.
const SLOT_MIN: u64 = 5;
/// Slots in a day, and in a week.
const DAY_SLOTS: u64 = 24 * 60 / SLOT_MIN;
const WEEK_SLOTS: f64 = 2_016.0;
/// Logarithmic growth a week lies between these.
const TREND: (f64, f64) = (-0.005, 0.01);
/// How much of a day's deviation the next keeps, and the scale of what is new.
const DAY: (f64, f64) = (0.8, 0.015);
/// The same from slot to slot: deviations last for about an hour and a half.
const SLOT: (f64, f64) = (0.95, 0.007);
/// A crowd comes about once in a fortnight.
const CROWDS_PER_SLOT: f64 = 1.0 / (14.0 * 288.0);
/// It adds a share of the load between these, for so many slots.
const CROWD_SHARE: (f64, f64) = (0.2, 0.8);
const CROWD_SLOTS: (f64, f64) = (6.0, 18.0);

/// One radio cell's background load, from some instant on: mean load of each slot of five minutes, in ppm of nominal.
#[derive(Clone, Debug)]
pub struct Background {
    seed: u64,
    radio_cell: usize,
    traffic: Traffic,
    random: ChaCha8Rng,
    first_minute: u64,
    slot: u64,
    trend: f64,
    of_day: f64,
    of_slot: f64,
    crowd_share: f64,
    crowd_slots: u64,
}

impl City {
    /// The background load of a radio cell from the slot that `from` lies in; `None` when there is no such radio cell.
    pub fn background(&self, radio_cell: RadioCellId, from: Instant) -> Option<Background> {
        let index = self.radio_index(radio_cell)?;
        let traffic = self.elements().get(index)?.traffic?;
        Some(Background::new(self.seed(), index, traffic, from))
    }

    /// What the background traffic of the running network asks of a radio cell in the slot that `at` lies in: its mean in
    /// kbit/s, rounded up. `None` when there is no such radio cell.
    pub fn measured_kbps(&self, radio_cell: RadioCellId, at: Instant) -> Option<u64> {
        let index = self.radio_index(radio_cell)?;
        let first = at.as_ms() / MINUTE_MS / SLOT_MIN * SLOT_MIN;
        let sum: u64 = (first..first + SLOT_MIN).map(|minute| background_kbps(self, index, minute)).sum();
        Some(sum.div_ceil(SLOT_MIN))
    }
}

impl Background {
    fn new(seed: u64, radio_cell: usize, traffic: Traffic, from: Instant) -> Self {
        let mut random = stream(seed, Purpose::Weeks, radio_cell as u128);
        let trend = between(&mut random, TREND.0, TREND.1);
        let first_minute = from.as_ms() / MINUTE_MS / SLOT_MIN * SLOT_MIN;
        let (of_day, of_slot, crowd_share, crowd_slots) = (0.0, 0.0, 0.0, 0);
        Self {
            seed,
            radio_cell,
            traffic,
            random,
            first_minute,
            slot: 0,
            trend,
            of_day,
            of_slot,
            crowd_share,
            crowd_slots,
        }
    }

    /// Moves what deviates on to the next slot, and gives its factor.
    fn deviate(&mut self) -> f64 {
        if self.slot.is_multiple_of(DAY_SLOTS) {
            self.of_day = DAY.0 * self.of_day + DAY.1 * logistic(&mut self.random);
        }
        self.of_slot = SLOT.0 * self.of_slot + SLOT.1 * logistic(&mut self.random);
        self.crowd_slots = self.crowd_slots.saturating_sub(1);
        if uniform(&mut self.random) < CROWDS_PER_SLOT {
            self.crowd_share = between(&mut self.random, CROWD_SHARE.0, CROWD_SHARE.1);
            self.crowd_slots = u64::from(floor_u32(between(&mut self.random, CROWD_SLOTS.0, CROWD_SLOTS.1)));
        }
        let crowd = if self.crowd_slots > 0 { 1.0 + self.crowd_share } else { 1.0 };
        let trend = self.trend * real(self.slot) / WEEK_SLOTS;
        (trend + self.of_day + self.of_slot).exp() * crowd
    }
}

impl Iterator for Background {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let factor = self.deviate();
        let first = self.first_minute + self.slot * SLOT_MIN;
        let minutes = (first..first + SLOT_MIN)
            .map(|minute| f64::from(background_ppm(self.seed, self.radio_cell, self.traffic, minute)));
        let mean = minutes.sum::<f64>() / real(SLOT_MIN);
        self.slot += 1;
        Some(floor_u32((mean * factor).min(LOAD_MAX * real(PPM))))
    }
}

/// Logistic noise of scale 1, as in the minutes: heavier tails than a normal's.
fn logistic(random: &mut ChaCha8Rng) -> f64 {
    let u = uniform(random);
    (u / (1.0 - u)).ln()
}
