//! Bid prices: what a unit of a resource is worth unsold, on many resources from a slot on, in one table that they share.

use crate::forecast::{ForecastStep, packed, unpacked};
use crate::refs::ResourceRef;
use crate::slot::{Slot, SlotRange};
use minicbor::decode::{Decoder, Error};
use minicbor::encode::Encoder;
use std::fmt;
use types::{Currency, Instant, PPM};

/// The version of the bytes of a table.
const FORMAT: u32 = 1;
/// Items of the array that the bytes of a table are.
const ITEMS: u64 = 9;
/// Bytes of one value, and of one handle.
const WORD: usize = size_of::<u32>();

/// What all values of a table have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BidHead {
    /// The first slot it speaks of.
    pub from: Slot,
    /// How long one value holds.
    pub step: ForecastStep,
    /// Which money.
    pub currency: Currency,
    /// So many of its values are one minor unit: a divisor of a million.
    pub scale: u32,
    /// From then on its prices count as nothing.
    pub expires_at: Instant,
}

/// Bid prices of many resources, for one unit in one slot, one value for each step: four bytes a value, one row a resource.
///
/// What they are worth is exact, in ppm of a minor unit: it is the caller's to round a sum once.
#[derive(Clone, PartialEq, Eq)]
pub struct BidTable {
    head: BidHead,
    steps: u32,
    resources: Vec<ResourceRef>,
    values: Vec<u32>,
}

impl BidTable {
    /// A table of `rows` in ascending order of their resources, each with one value a step. `None` when there is no row, no
    /// step, rows are not in order or not of one length, the scale does not divide a million, or it ends behind the last
    /// slot.
    pub fn new(head: BidHead, rows: Vec<(ResourceRef, Vec<u32>)>) -> Option<Self> {
        let steps = rows.first()?.1.len();
        if rows.iter().any(|(_, values)| values.len() != steps) {
            return None;
        }
        let steps = u32::try_from(steps).ok()?;
        let resources = rows.iter().map(|(resource, _)| *resource).collect();
        let values = rows.into_iter().flat_map(|(_, values)| values).collect();
        Self { head, steps, resources, values }.sound()
    }

    fn sound(self) -> Option<Self> {
        let wanted = self.resources.len().checked_mul(usize::try_from(self.steps).ok()?)?;
        let ends = self.steps.checked_mul(self.head.step.slots())?.checked_add(self.head.from.index())?;
        let ordered = self.resources.is_sorted_by(|before, after| before < after);
        let full = !self.resources.is_empty() && self.values.len() == wanted && ends > self.head.from.index();
        let scaled = PPM.checked_rem(u64::from(self.head.scale)) == Some(0);
        (full && ordered && scaled).then_some(self)
    }

    /// What all its values have in common.
    pub const fn head(&self) -> &BidHead {
        &self.head
    }

    /// The slots it speaks of.
    pub fn range(&self) -> SlotRange {
        let to = self.head.from.after(self.steps.saturating_mul(self.head.step.slots()));
        SlotRange::new(self.head.from, to).expect("checked: a table has a step")
    }

    /// Values of one resource.
    pub const fn steps(&self) -> u32 {
        self.steps
    }

    /// All its values together.
    pub const fn values(&self) -> usize {
        self.values.len()
    }

    /// Its resources, in ascending order.
    pub fn resources(&self) -> &[ResourceRef] {
        &self.resources
    }

    /// The values of the resource in this row; nothing behind the last row.
    pub fn row(&self, row: usize) -> &[u32] {
        let steps = usize::try_from(self.steps).unwrap_or(usize::MAX);
        let first = row.saturating_mul(steps);
        self.values.get(first..first.saturating_add(steps)).unwrap_or(&[])
    }

    /// What one unit of the resource in this row is worth in all of `slots` together, in ppm of a minor unit, saturating.
    /// Slots it does not speak of add nothing.
    pub fn worth_ppm(&self, row: usize, slots: SlotRange) -> u128 {
        let each = PPM.checked_div(u64::from(self.head.scale)).expect("checked: a scale divides a million");
        self.sum(row, slots).saturating_mul(u128::from(each))
    }

    fn sum(&self, row: usize, slots: SlotRange) -> u128 {
        let Some(known) = self.range().overlap(slots) else { return 0 };
        let length = self.head.step.slots();
        let ahead = known.from().index().saturating_sub(self.head.from.index());
        let first = ahead.checked_div(length).unwrap_or(0);
        let steps = self.row(row).iter().zip(0_u32..).skip(usize::try_from(first).unwrap_or(usize::MAX));
        let starts = |step: u32| self.head.from.after(step.saturating_mul(length));
        let inside = steps.take_while(|(_, step)| starts(*step) < known.to());
        let worth = inside.filter_map(|(value, step)| {
            let own = SlotRange::new(starts(step), starts(step.saturating_add(1)))?.overlap(known)?;
            Some(u128::from(*value).saturating_mul(u128::from(own.slots())))
        });
        worth.fold(0, u128::saturating_add)
    }

    /// Its bytes, the same for equal tables: a CBOR array of version, first slot, slots a step, steps, currency, scale,
    /// expiry in milliseconds, and then the handles and the values row by row, each as a byte string of little-endian words
    /// of four bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let capacity = self.values.len().saturating_add(self.resources.len()).saturating_mul(WORD).saturating_add(64);
        let mut encoder = Encoder::new(Vec::with_capacity(capacity));
        let handles = packed(self.resources.iter().map(|resource| resource.index()));
        let BidHead { from, step, currency, scale, expires_at } = self.head;
        let written = encoder
            .array(ITEMS)
            .and_then(|e| e.u32(FORMAT)?.u32(from.index())?.u32(step.slots())?.u32(self.steps))
            .and_then(|e| e.str(currency.as_str())?.u32(scale)?.u64(expires_at.as_ms()))
            .and_then(|e| e.bytes(&handles)?.bytes(&packed(self.values.iter().copied())));
        written.expect("writing to memory cannot fail");
        encoder.into_writer()
    }

    /// The table that `bytes` hold; an error says what is wrong with them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut decoder = Decoder::new(bytes);
        if decoder.array()? != Some(ITEMS) || decoder.u32()? != FORMAT {
            return Err(Error::message("bid prices of version 1 are an array of nine"));
        }
        let from = Slot::from_index(decoder.u32()?);
        let step =
            ForecastStep::of_slots(decoder.u32()?).ok_or_else(|| Error::message("a step is a slot or an hour"))?;
        let steps = decoder.u32()?;
        let currency = Currency::parse(decoder.str()?).map_err(|_| Error::message("a currency is three capitals"))?;
        let (scale, expires_at) = (decoder.u32()?, Instant::from_ms(decoder.u64()?));
        let resources = unpacked(decoder.bytes()?)?.map(ResourceRef::from_index).collect();
        let values = unpacked(decoder.bytes()?)?.collect();
        if decoder.position() != bytes.len() {
            return Err(Error::message("bytes follow the bid prices"));
        }
        let head = BidHead { from, step, currency, scale, expires_at };
        let table = Self { head, steps, resources, values }.sound();
        table.ok_or_else(|| Error::message("the values of bid prices do not fit their rows"))
    }
}

impl fmt::Debug for BidTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BidTable({:?}, {} steps, {} resources)", self.head, self.steps, self.resources.len())
    }
}
