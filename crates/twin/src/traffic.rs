//! Background traffic: what a radio cell carries for everyone else, by hour of the week.

use crate::number::{floor_u32, real};
use crate::random::{Purpose, stream, uniform};
use types::{Instant, PPM};

/// Hours in a week; hour 0 is Monday 00:00 UTC.
pub const HOURS_PER_WEEK: usize = 168;

/// Background load is drawn anew every minute.
pub(crate) const MINUTE_MS: u64 = 60_000;

/// The scale of the logistic noise around the hour's mean, as a share of that mean.
const NOISE_SCALE: f64 = 0.06;
/// Background never asks for more than this share of the nominal capacity.
pub(crate) const LOAD_MAX: f64 = 0.99;

/// Whose traffic a radio cell carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Traffic {
    /// Homes: busiest in the evening, later to rise at weekends.
    Residential,
    /// Offices: busy in working hours, quiet at weekends.
    Business,
    /// Both.
    Mixed,
}

impl Traffic {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Residential, Self::Business, Self::Mixed];

    /// Mean load in this hour of the week as a share of nominal capacity.
    fn mean(self, hour_of_week: usize) -> f64 {
        let (day, hour) = (hour_of_week / 24, hour_of_week % 24);
        match self {
            Self::Residential => residential(hour, day >= 5),
            Self::Business => business(hour, day >= 5),
            Self::Mixed => f64::midpoint(residential(hour, day >= 5), business(hour, day >= 5)),
        }
    }
}

/// The load in ppm of nominal capacity that background traffic stays within for a share `quantile_ppm` of the minutes
/// of each hour of the week: a forecast that fits the twin. `quantile_ppm` is kept between 1 ppm and 999,999 ppm.
pub fn background_profile(traffic: Traffic, quantile_ppm: u64) -> [u32; HOURS_PER_WEEK] {
    let u = real(quantile_ppm.clamp(1, PPM - 1)) / real(PPM);
    std::array::from_fn(|hour| load_ppm(traffic.mean(hour), u))
}

/// The load in ppm of nominal capacity during the minute that starts `minute` minutes after the epoch, on the radio
/// cell whose number is `radio_cell`.
pub(crate) fn background_ppm(seed: u64, radio_cell: usize, traffic: Traffic, minute: u64) -> u32 {
    let key = (u128::try_from(radio_cell).unwrap_or(0) << 64) | u128::from(minute);
    let u = uniform(&mut stream(seed, Purpose::Background, key));
    load_ppm(traffic.mean(hour_of_week(Instant::from_ms(minute.saturating_mul(MINUTE_MS)))), u)
}

/// The hour of the week of `at`; the epoch was a Thursday.
fn hour_of_week(at: Instant) -> usize {
    let hours = at.as_ms() / 3_600_000 + 72;
    usize::try_from(hours % 168).unwrap_or(0)
}

/// The mean moved by logistic noise, whose quantile is `ln(u / (1 - u))` and whose tails are heavier than a normal's.
fn load_ppm(mean: f64, u: f64) -> u32 {
    let load = mean * (1.0 + NOISE_SCALE * (u / (1.0 - u)).ln());
    floor_u32(load.clamp(0.0, LOAD_MAX) * real(PPM))
}

fn residential(hour: usize, weekend: bool) -> f64 {
    match (hour, weekend) {
        (0..=1, _) => 0.22,
        (2..=5, _) => 0.10,
        (6..=8, false) => 0.25,
        (6..=8, true) => 0.15,
        (9..=16, false) => 0.28,
        (9..=16, true) => 0.38,
        (17..=18, _) => 0.45,
        (19..=22, _) => 0.60,
        _ => 0.40,
    }
}

fn business(hour: usize, weekend: bool) -> f64 {
    match (hour, weekend) {
        (_, true) => 0.12,
        (0..=5, _) => 0.06,
        (6..=7, _) => 0.22,
        (12..=13, _) => 0.62,
        (8..=17, _) => 0.55,
        (18..=19, _) => 0.30,
        _ => 0.14,
    }
}
