//! Bid prices as integers: what a command can publish and the core can add up.

use super::limits::HOUR_MOMENTS_MAX;
use types::PPM;

/// Version of the table's form and meaning; a reader refuses one that it does not know.
pub const TABLE_VERSION: u16 = 1;

/// Prices of one resource by step and units left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// [`TABLE_VERSION`] of whoever made it.
    pub version: u16,
    /// Steps it holds for, from 0.
    pub steps: usize,
    /// The first from step 0, each until the next one's.
    pub rows: Vec<Row>,
}

/// Prices from one step on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The first step it holds for.
    pub from_step: usize,
    /// By units left, ascending; the first from 1 left (none when nothing was left to price), the last for whatever is more.
    pub runs: Vec<Run>,
}

/// One price for a run of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The fewest units left at which it holds.
    pub from_left: u64,
    /// What the last of so many units is worth unsold, in ppm of a minor unit.
    pub unit_ppm: u64,
}

/// How finely a table is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grain {
    /// Steps that one row holds for, at least 1. Its prices are those of its first step, from which they fall.
    pub steps_per_row: usize,
    /// How far a unit's price may be from its run's, in ppm of that; 0 keeps every price.
    pub tolerance_ppm: u64,
    /// A resource of more units times moments is not walked: where so many small purchases come, the linear program's price
    /// is as good.
    pub moments_max: u64,
}

impl Grain {
    /// Keeps everything.
    pub const EXACT: Self = Self { steps_per_row: 1, tolerance_ppm: 0, moments_max: u64::MAX };
    /// What a market of hours is kept at: prices within one in a hundred, and crowds left to the linear program.
    pub const HOURLY: Self = Self { steps_per_row: 1, tolerance_ppm: 10_000, moments_max: HOUR_MOMENTS_MAX };
}

impl Table {
    /// What `units` are worth unsold when so many are left at a step, in ppm of a minor unit, saturating. `None` when so
    /// many are not left, or the table says nothing about the step.
    pub fn price_ppm(&self, step: usize, left: u64, units: u64) -> Option<u64> {
        let after = left.checked_sub(units)?;
        if step >= self.steps {
            return None;
        }
        let row = self.rows.partition_point(|row| row.from_step <= step).checked_sub(1)?;
        self.rows.get(row).map(|row| row.price_ppm(after, left))
    }

    /// Prices in all rows.
    pub fn len(&self) -> usize {
        self.rows.iter().map(|row| row.runs.len()).sum()
    }

    /// Is everything free?
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(|row| row.runs.is_empty())
    }
}

impl Row {
    /// From `values`, what 0, 1, 2… units are worth, in ppm of a minor unit.
    pub(super) fn of(from_step: usize, values: &[f64], tolerance_ppm: u64) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (from_left, pair) in (1..).zip(values.windows(2)) {
            let unit_ppm = crate::number::floor(pair[1] - pair[0]);
            let near = |run: &Run| {
                u128::from(run.unit_ppm.abs_diff(unit_ppm)) * u128::from(PPM)
                    <= u128::from(run.unit_ppm) * u128::from(tolerance_ppm)
            };
            if !runs.last().is_some_and(near) {
                runs.push(Run { from_left, unit_ppm });
            }
        }
        Self { from_step, runs }
    }

    /// The units after the first `after` up to `left`, each at its run's price.
    fn price_ppm(&self, after: u64, left: u64) -> u64 {
        let first = self.runs.partition_point(|run| run.from_left <= after + 1).saturating_sub(1);
        let ends = self.runs.iter().skip(first + 1).map(|run| run.from_left - 1).chain([u64::MAX]);
        let mut price = 0_u64;
        for (run, end) in self.runs.iter().skip(first).zip(ends) {
            let units = end.min(left).saturating_sub(after.max(run.from_left - 1));
            price = price.saturating_add(run.unit_ppm.saturating_mul(units));
            if end >= left {
                break;
            }
        }
        price
    }
}
