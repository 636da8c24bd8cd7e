//! Slots of five minutes, and ranges of them.

use minicbor::{Decode, Encode};
use types::{Duration, Instant, Window};

/// How long one slot lasts.
pub const SLOT_LENGTH: Duration = Duration::from_mins(5);
/// Slots in an hour.
pub const SLOTS_PER_HOUR: u32 = 12;
/// Slots in a day of 24 hours.
pub const SLOTS_PER_DAY: u32 = 24 * SLOTS_PER_HOUR;
/// Slots in a week, after which a profile repeats.
pub const SLOTS_PER_WEEK: u32 = 7 * SLOTS_PER_DAY;

const SLOT_MS: u64 = SLOT_LENGTH.as_ms();
const HOURS_PER_WEEK: u32 = SLOTS_PER_WEEK / SLOTS_PER_HOUR;
/// The epoch was a Thursday; a profile starts on Monday.
const EPOCH_HOUR_OF_WEEK: u32 = 3 * 24;

/// A slot: five-minute spans counted from the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Slot(#[n(0)] u32);

/// A half-open range of slots `[from, to)` that is never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode)]
pub struct SlotRange {
    #[n(0)]
    from: Slot,
    #[n(1)]
    to: Slot,
}

impl Slot {
    /// The slot of this index.
    pub const fn from_index(index: u32) -> Self {
        Self(index)
    }

    /// How many slots began before it since the epoch.
    pub const fn index(self) -> u32 {
        self.0
    }

    /// The slot that `at` lies in; `None` after the last slot (some 40,000 years from the epoch).
    pub fn containing(at: Instant) -> Option<Self> {
        u32::try_from(at.as_ms() / SLOT_MS).ok().map(Self)
    }

    /// The first instant of the slot.
    pub fn start(self) -> Instant {
        Instant::from_ms(u64::from(self.0).saturating_mul(SLOT_MS))
    }

    /// This slot moved later by `slots`; stays at the last slot rather than wrap.
    #[must_use]
    pub const fn after(self, slots: u32) -> Self {
        Self(self.0.saturating_add(slots))
    }

    /// Hour of the week, 0..168, where 0 is Monday 00:00 to 01:00 UTC.
    pub const fn hour_of_week(self) -> u32 {
        (self.0 / SLOTS_PER_HOUR).saturating_add(EPOCH_HOUR_OF_WEEK) % HOURS_PER_WEEK
    }

    /// The first slot of the next hour; stays at the last slot rather than wrap.
    pub(crate) const fn next_hour(self) -> Self {
        Self((self.0 / SLOTS_PER_HOUR).saturating_add(1).saturating_mul(SLOTS_PER_HOUR))
    }
}

impl SlotRange {
    /// The range `[from, to)`; `None` when it would be empty.
    pub fn new(from: Slot, to: Slot) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// The first slot inside.
    pub const fn from(self) -> Slot {
        self.from
    }

    /// The first slot after the range.
    pub const fn to(self) -> Slot {
        self.to
    }

    /// How many slots it has; at least one.
    pub const fn slots(self) -> u32 {
        self.to.0.saturating_sub(self.from.0)
    }

    /// Is `slot` inside?
    pub fn contains(self, slot: Slot) -> bool {
        self.from <= slot && slot < self.to
    }

    /// The instants it covers.
    pub fn window(self) -> Window {
        Window::new(self.from.start(), self.to.start()).expect("a range is not empty, and slots start in order")
    }

    /// Are all slots of `part` among these?
    pub(crate) fn covers(self, part: Self) -> bool {
        self.from <= part.from && part.to <= self.to
    }

    /// What is left of these slots without those: nothing, one part or two.
    pub fn without(self, those: Self) -> impl Iterator<Item = Self> {
        let before = self.before(those.from);
        before.into_iter().chain(self.starting_at(those.to))
    }

    /// The part before `slot`, if any.
    pub(crate) fn before(self, slot: Slot) -> Option<Self> {
        Self::new(self.from, self.to.min(slot))
    }

    /// The part at and after `slot`, if any.
    pub fn starting_at(self, slot: Slot) -> Option<Self> {
        Self::new(self.from.max(slot), self.to)
    }
}

impl<'b, C> Decode<'b, C> for SlotRange {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let len = d.array()?;
        let range = Self::new(Slot::decode(d, ctx)?, Slot::decode(d, ctx)?);
        match (len, range) {
            (Some(2), Some(range)) => Ok(range),
            _ => Err(minicbor::decode::Error::message("a slot range is two slots, the second later")),
        }
    }
}
