//! The point forecast: a weekly profile of slot means, and how the present compares with it.

use crate::number::real;
use capacity::{SLOTS_PER_DAY, SLOTS_PER_WEEK, Slot};

/// How much of a slot's mean its latest week is.
const WEEK_WEIGHT: f64 = 0.25;
/// How much of the ratio of present to profile the latest slot is: it looks back over about a day.
const PRESENT_WEIGHT: f64 = 1.0 / SLOTS_PER_DAY as f64;
/// The present never counts as more than this many times the profile, or as less than one part in as many: a restart of
/// a resource is no season.
const RATIO_MAX: f64 = 10.0;

/// What is usual at each slot of the week.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    /// Smoothed load by slot of the week; negative where none was seen yet.
    means: Vec<f64>,
    /// Smoothed load, and smoothed profile, of the last day: their ratio is the correction.
    present: f64,
    usual: f64,
}

impl Profile {
    pub(super) fn new() -> Self {
        Self { means: vec![-1.0; SLOTS_PER_WEEK as usize], present: 0.0, usual: 0.0 }
    }

    /// What is expected at a slot; `None` where neither that slot of the week nor that time of another day was seen.
    pub(super) fn expect(&self, slot: Slot) -> Option<f64> {
        let ratio = if self.usual > 0.0 { (self.present / self.usual).clamp(1.0 / RATIO_MAX, RATIO_MAX) } else { 1.0 };
        self.usual_at(slot).map(|usual| usual * ratio)
    }

    /// Was this slot of the week seen before? Where it was not, what is expected is a guess from other days.
    pub(super) fn knows(&self, slot: Slot) -> bool {
        self.means.get(slot_of_week(slot)).is_some_and(|mean| *mean >= 0.0)
    }

    /// Takes in what was measured.
    pub(super) fn learn(&mut self, slot: Slot, load: u64) {
        let load = real(load);
        if let Some(usual) = self.usual_at(slot).filter(|_| self.knows(slot)) {
            self.present += PRESENT_WEIGHT * (load - self.present);
            self.usual += PRESENT_WEIGHT * (usual - self.usual);
        }
        if let Some(mean) = self.means.get_mut(slot_of_week(slot)) {
            *mean = if *mean < 0.0 { load } else { *mean + WEEK_WEIGHT * (load - *mean) };
        }
    }

    /// The same slot of other weeks, else the mean of that time on the days that were seen.
    fn usual_at(&self, slot: Slot) -> Option<f64> {
        let of_week = slot_of_week(slot);
        if let Some(mean) = self.means.get(of_week).filter(|mean| **mean >= 0.0) {
            return Some(*mean);
        }
        let day = SLOTS_PER_DAY as usize;
        let seen = self.means.iter().skip(of_week % day).step_by(day).filter(|mean| **mean >= 0.0);
        let (sum, days) = seen.fold((0.0, 0.0), |(sum, days), mean| (sum + mean, days + 1.0));
        (days > 0.0).then(|| sum / days)
    }
}

fn slot_of_week(slot: Slot) -> usize {
    (slot.index() % SLOTS_PER_WEEK) as usize
}
