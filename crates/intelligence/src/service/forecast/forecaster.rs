//! One resource's forecaster: fed slot by slot, answers for the slots to come.

use super::conformal::{Level, Outcome, Scores};
use super::limits::{CALIBRATED_SLOTS, HORIZON_MAX_SLOTS, UNITS_MAX};
use super::profile::Profile;
use crate::number::{ceil, real};
use capacity::{SLOTS_PER_WEEK, Slot};
use std::collections::VecDeque;
use types::{PPM, ResourceId};

/// How a forecaster works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The share of slots whose load has to stay within the bound, in ppm.
    pub quantile_ppm: u64,
    /// How fast the level adapts, in ppm an observation; 0 is split conformal prediction.
    pub gamma_ppm: u64,
    /// What the resource was built of, in units: the bound where nothing better is known, so that nothing is sellable.
    pub nominal: u64,
}

impl Settings {
    /// The 99th percentile, adapting by 0.01 a slot.
    pub fn of(nominal: u64) -> Self {
        Self { quantile_ppm: 990_000, gamma_ppm: 10_000, nominal }
    }

    /// For promises of up to `slots_max` slots of which a share `promise_ppm` has to be kept: a promise is broken when one
    /// of its slots is, so each slot is planned for that part of what may be broken (union bound). One that nothing can
    /// keep, or that asks for more than 999,999 ppm of a slot, has no forecaster.
    pub fn of_promises(nominal: u64, promise_ppm: u64, slots_max: u64) -> Self {
        let broken_ppm = PPM.saturating_sub(promise_ppm) / slots_max.max(1);
        Self { quantile_ppm: PPM - broken_ppm, ..Self::of(nominal) }
    }
}

/// What a resource's background load will stay within: what the core loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The resource.
    pub resource: ResourceId,
    /// The share of slots in which it holds, in ppm.
    pub quantile_ppm: u64,
    /// The first slot.
    pub from: Slot,
    /// Units, slot by slot from there.
    pub units: Vec<u64>,
}

/// Why there is no forecaster, or why it does not take a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForecastError {
    /// A quantile that is none, or one that nothing can keep.
    #[error("a quantile is 500,000 to 999,999 ppm, and a level adapts by at most 1,000,000 ppm")]
    Settings,
    /// Time does not run backwards.
    #[error("slot {} is not after slot {}", .slot.index(), .last.index())]
    NotAfter {
        /// What was fed.
        slot: Slot,
        /// What was fed before.
        last: Slot,
    },
    /// More than is counted.
    #[error("a load is at most {UNITS_MAX} units")]
    TooMuch,
}

/// What was expected of a slot a day before it.
#[derive(Clone, Copy, Debug)]
struct Issued {
    slot: Slot,
    expected: f64,
    scale: f64,
    bound: u64,
}

/// Learns one resource's background load, and bounds it.
#[derive(Clone, Debug)]
pub struct Forecaster {
    resource: ResourceId,
    settings: Settings,
    profile: Profile,
    scores: Scores,
    level: Level,
    issued: VecDeque<Issued>,
    last: Option<Slot>,
}

impl Forecaster {
    /// A forecaster that has seen nothing.
    pub fn new(resource: ResourceId, settings: Settings) -> Result<Self, ForecastError> {
        if !(PPM / 2..PPM).contains(&settings.quantile_ppm) || settings.gamma_ppm > PPM {
            return Err(ForecastError::Settings);
        }
        let level = Level::new(settings.quantile_ppm, settings.gamma_ppm);
        let (profile, scores) = (Profile::new(), Scores::default());
        Ok(Self { resource, settings, profile, scores, level, issued: VecDeque::new(), last: None })
    }

    /// Takes in the mean background load of a slot, in units, rounded up. Slots may be missing; they come in order.
    pub fn observe(&mut self, slot: Slot, load: u64) -> Result<(), ForecastError> {
        if let Some(last) = self.last.filter(|last| *last >= slot) {
            return Err(ForecastError::NotAfter { slot, last });
        }
        if load > UNITS_MAX {
            return Err(ForecastError::TooMuch);
        }
        while let Some(issued) = self.issued.front().copied().filter(|issued| issued.slot <= slot) {
            self.issued.pop_front();
            if issued.slot == slot {
                self.level.learn(if load > issued.bound { Outcome::Exceeded } else { Outcome::Within });
                self.scores.push((real(load) - issued.expected) / issued.scale);
            }
        }
        self.profile.learn(slot, load);
        self.last = Some(slot);
        let ahead = slot.after(CALIBRATED_SLOTS);
        // Guesses are no measure of what the forecast is off by when it knows the week: they are off by more, and would
        // be remembered for weeks.
        if let Some(expected) = self.profile.expect(ahead).filter(|_| self.profile.knows(ahead)) {
            let issued = Issued { slot: ahead, expected, scale: scale(expected), bound: self.bound(ahead) };
            self.issued.push_back(issued);
        }
        Ok(())
    }

    /// The bound at one slot, in units rounded up: nominal, at which nothing is sellable, where too little was seen.
    pub fn bound(&self, slot: Slot) -> u64 {
        let Some(expected) = self.profile.expect(slot) else { return self.settings.nominal };
        let bound = expected + self.scores.quantile(self.level.alpha()) * scale(expected);
        ceil(bound).min(self.settings.nominal)
    }

    /// Can the bounds of so many slots from `from` on be relied on? Only when forecasts were tried over a whole day, as many
    /// as the quantile takes, and each of those slots of the week was seen.
    pub fn is_calibrated(&self, from: Slot, slots: u32) -> bool {
        let broken = real(PPM.saturating_sub(self.settings.quantile_ppm)) / real(PPM);
        let tried = self.scores.suffice(CALIBRATED_SLOTS as usize, broken);
        tried && (0..slots.min(SLOTS_PER_WEEK)).all(|ahead| self.profile.knows(from.after(ahead)))
    }

    /// The last slot observed.
    pub fn last(&self) -> Option<Slot> {
        self.last
    }

    /// The bounds of the `slots` after the last one observed, at most [`HORIZON_MAX_SLOTS`]; from the epoch's first slot
    /// when none was. They are calibrated a day ahead, and good for as long as errors do not grow with the horizon.
    pub fn forecast(&self, slots: u32) -> Forecast {
        let from = self.last.map_or(Slot::from_index(0), |last| last.after(1));
        let units = (0..slots.min(HORIZON_MAX_SLOTS)).map(|ahead| self.bound(from.after(ahead))).collect();
        Forecast { resource: self.resource, quantile_ppm: self.settings.quantile_ppm, from, units }
    }
}

/// Errors are counted in this: load varies about as the root of its mean in small resources, and as its mean in large
/// ones. In proportion to the mean is the safer of the two at the busy hour; never less than one unit.
fn scale(expected: f64) -> f64 {
    expected.max(1.0)
}
