//! A forecast of background load: what is expected on many resources from a slot on, in one table that they share.

use crate::refs::ResourceRef;
use crate::slot::{SLOTS_PER_HOUR, Slot, SlotRange};
use minicbor::decode::{Decoder, Error};
use minicbor::encode::Encoder;
use std::fmt;
use std::sync::Arc;

/// The version of the bytes of a table.
const FORMAT: u32 = 1;
/// Items of the array that the bytes of a table are.
const ITEMS: u64 = 7;
/// Bytes of one value, and of one handle.
const WORD: usize = size_of::<u32>();

/// How long one value of a forecast holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForecastStep {
    /// One slot of five minutes.
    Slot,
    /// Twelve slots, an hour.
    Hour,
}

/// Background load of many resources, units a slot, one value for each step: four bytes a value, one row a resource.
///
/// It is built once and shared: a calendar names its table and its row in it.
#[derive(Clone, PartialEq, Eq)]
pub struct ForecastTable {
    from: Slot,
    step: ForecastStep,
    steps: u32,
    quantile_ppm: u32,
    resources: Vec<ResourceRef>,
    values: Vec<u32>,
}

/// What a calendar knows of its forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Forecast {
    pub(crate) table: Arc<ForecastTable>,
    row: usize,
}

/// One row of a table, while a calendar is read.
#[derive(Clone, Copy)]
pub(crate) struct ForecastRow<'a> {
    table: &'a ForecastTable,
    values: &'a [u32],
}

impl ForecastStep {
    /// How many slots.
    pub const fn slots(self) -> u32 {
        match self {
            Self::Slot => 1,
            Self::Hour => SLOTS_PER_HOUR,
        }
    }

    /// The step of so many slots, if there is one.
    pub const fn of_slots(slots: u32) -> Option<Self> {
        match slots {
            1 => Some(Self::Slot),
            SLOTS_PER_HOUR => Some(Self::Hour),
            _ => None,
        }
    }
}

impl ForecastTable {
    /// A table that begins with `from`: `rows` in ascending order of their resources, each with the load it has at the
    /// promised quantile (`quantile_ppm`, in ppm) in each step. `None` when there is no row, no step, rows are not in
    /// order or not of one length, or it ends behind the last slot.
    pub fn new(from: Slot, step: ForecastStep, quantile_ppm: u32, rows: Vec<(ResourceRef, Vec<u32>)>) -> Option<Self> {
        let steps = rows.first()?.1.len();
        if rows.iter().any(|(_, values)| values.len() != steps) {
            return None;
        }
        let steps = u32::try_from(steps).ok()?;
        let resources = rows.iter().map(|(resource, _)| *resource).collect();
        let values = rows.into_iter().flat_map(|(_, values)| values).collect();
        Self { from, step, steps, quantile_ppm, resources, values }.sound()
    }

    fn sound(self) -> Option<Self> {
        let wanted = self.resources.len().checked_mul(usize::try_from(self.steps).ok()?)?;
        let ends = self.steps.checked_mul(self.step.slots())?.checked_add(self.from.index())?;
        let ordered = self.resources.is_sorted_by(|before, after| before < after);
        let sound = !self.resources.is_empty() && self.values.len() == wanted && ends > self.from.index() && ordered;
        sound.then_some(self)
    }

    /// The slots it speaks of.
    pub fn range(&self) -> SlotRange {
        let to = self.from.after(self.steps.saturating_mul(self.step.slots()));
        SlotRange::new(self.from, to).expect("checked: a table has a step")
    }

    /// How long one value holds.
    pub const fn step(&self) -> ForecastStep {
        self.step
    }

    /// Values of one resource.
    pub const fn steps(&self) -> u32 {
        self.steps
    }

    /// All its values together.
    pub const fn values(&self) -> usize {
        self.values.len()
    }

    /// At which quantile of the load it was made, in ppm.
    pub const fn quantile_ppm(&self) -> u32 {
        self.quantile_ppm
    }

    /// Its resources, in ascending order.
    pub fn resources(&self) -> &[ResourceRef] {
        &self.resources
    }

    /// Its bytes, the same for equal tables: a CBOR array of version, first slot, slots a step, steps, quantile, and then
    /// the handles and the values row by row, each as a byte string of little-endian words of four bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let capacity = self.values.len().saturating_add(self.resources.len()).saturating_mul(WORD).saturating_add(64);
        let mut encoder = Encoder::new(Vec::with_capacity(capacity));
        let handles = packed(self.resources.iter().map(|resource| resource.index()));
        let written = encoder
            .array(ITEMS)
            .and_then(|e| e.u32(FORMAT)?.u32(self.from.index())?.u32(self.step.slots())?.u32(self.steps))
            .and_then(|e| e.u32(self.quantile_ppm)?.bytes(&handles)?.bytes(&packed(self.values.iter().copied())));
        written.expect("writing to memory cannot fail");
        encoder.into_writer()
    }

    /// The table that `bytes` hold; an error says what is wrong with them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut decoder = Decoder::new(bytes);
        if decoder.array()? != Some(ITEMS) || decoder.u32()? != FORMAT {
            return Err(Error::message("a forecast of version 1 is an array of seven"));
        }
        let from = Slot::from_index(decoder.u32()?);
        let step =
            ForecastStep::of_slots(decoder.u32()?).ok_or_else(|| Error::message("a step is a slot or an hour"))?;
        let (steps, quantile_ppm) = (decoder.u32()?, decoder.u32()?);
        let resources = unpacked(decoder.bytes()?)?.map(ResourceRef::from_index).collect();
        let values = unpacked(decoder.bytes()?)?.collect();
        if decoder.position() != bytes.len() {
            return Err(Error::message("bytes follow the forecast"));
        }
        let table = Self { from, step, steps, quantile_ppm, resources, values }.sound();
        table.ok_or_else(|| Error::message("the values of a forecast do not fit its rows"))
    }

    /// The values of the resource in this row.
    pub(crate) fn row(&self, row: usize) -> ForecastRow<'_> {
        let steps = usize::try_from(self.steps).unwrap_or(usize::MAX);
        let first = row.saturating_mul(steps);
        let values = self.values.get(first..first.saturating_add(steps)).expect("a row of the table");
        ForecastRow { table: self, values }
    }
}

impl Forecast {
    pub(crate) fn new(table: &Arc<ForecastTable>, row: usize) -> Self {
        Self { table: Arc::clone(table), row }
    }

    pub(crate) fn row(&self) -> ForecastRow<'_> {
        self.table.row(self.row)
    }
}

impl ForecastRow<'_> {
    /// The load in `slot`, and at which quantile; `None` where the forecast does not reach.
    pub(crate) fn load_in(&self, slot: Slot) -> Option<(u64, u32)> {
        let ahead = slot.index().checked_sub(self.table.from.index())?;
        let step = ahead.checked_div(self.table.step.slots())?;
        let value = self.values.get(usize::try_from(step).ok()?)?;
        Some((u64::from(*value), self.table.quantile_ppm))
    }

    /// The first slot after `slot` in which it says something else, begins or ends; `None` once it is over.
    pub(crate) fn changes_after(&self, slot: Slot) -> Option<Slot> {
        let range = self.table.range();
        if slot < range.from() {
            return Some(range.from());
        }
        let ahead = slot.index().checked_sub(range.from().index())?;
        let step = self.table.step.slots();
        let next = range.from().after(ahead.checked_div(step)?.saturating_add(1).saturating_mul(step));
        range.contains(slot).then_some(next)
    }
}

impl fmt::Debug for ForecastTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, step, steps, quantile_ppm, resources, .. } = self;
        write!(
            f,
            "ForecastTable({from:?}, {steps} steps of {step:?} at {quantile_ppm} ppm, {} resources)",
            resources.len()
        )
    }
}

pub(crate) fn packed(words: impl Iterator<Item = u32>) -> Vec<u8> {
    words.flat_map(u32::to_le_bytes).collect()
}

pub(crate) fn unpacked(bytes: &[u8]) -> Result<impl Iterator<Item = u32>, Error> {
    let (words, rest) = bytes.as_chunks::<WORD>();
    let whole = rest.is_empty().then(|| words.iter().copied().map(u32::from_le_bytes));
    whole.ok_or_else(|| Error::message("words of four bytes are expected"))
}
