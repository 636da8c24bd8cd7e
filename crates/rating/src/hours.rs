//! Hours of the week, in a zone.

use crate::zone::Zone;
use minicbor::{Decode, Encode};
use types::Instant;

/// Minutes in a day.
pub(crate) const DAY_MINUTES: u16 = 24 * 60;

/// A span of the day on some days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Hours {
    /// On these: bit 0 is Monday, bit 6 is Sunday. At least one.
    #[n(0)]
    pub days: u8,
    /// From this minute of the day on.
    #[n(1)]
    pub from_minute: u16,
    /// Until before this one, which is later; 1,440 is midnight.
    #[n(2)]
    pub to_minute: u16,
}

/// A minute of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Minute {
    /// Bit of the day.
    pub day: u8,
    /// Minute of the day.
    pub minute: u16,
}

impl Hours {
    /// The minutes of the day at which they begin and end.
    pub(crate) fn bounds(self) -> [u16; 2] {
        [self.from_minute, self.to_minute]
    }

    pub(crate) const fn is_sound(self) -> bool {
        self.days != 0 && self.days < 1 << 7 && self.from_minute < self.to_minute && self.to_minute <= DAY_MINUTES
    }

    pub(crate) const fn contain(self, at: Minute) -> bool {
        self.days & at.day != 0 && self.from_minute <= at.minute && at.minute < self.to_minute
    }

    pub(crate) const fn overlap(self, other: Self) -> bool {
        self.days & other.days != 0 && self.from_minute < other.to_minute && other.from_minute < self.to_minute
    }
}

/// The minute of the week that this instant is in.
pub(crate) fn of_week(zone: &Zone, at: Instant) -> Minute {
    let local = zone.local(at);
    let minute = i16::from(local.hour()).saturating_mul(60).saturating_add(i16::from(local.minute()));
    let day = 1_u8.checked_shl(u32::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0)).unwrap_or(1);
    Minute { day, minute: u16::try_from(minute).unwrap_or(0) }
}

impl std::fmt::Display for Hours {
    /// `Mon-Fri 08:00-18:00`, or day by day.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let named = NAMES.iter().zip(0_u32..).filter(|(_, bit)| self.days & 1_u8.checked_shl(*bit).unwrap_or(0) != 0);
        let days: Vec<&str> = named.map(|(name, _)| *name).collect();
        match self.days {
            0b111_1111 => f.write_str("every day")?,
            0b001_1111 => f.write_str("Mon-Fri")?,
            0b110_0000 => f.write_str("Sat-Sun")?,
            _ => f.write_str(&days.join(", "))?,
        }
        let clock = |minute: u16| (minute.checked_div(60).unwrap_or(0), minute.checked_rem(60).unwrap_or(0));
        let ((from, past), (to, over)) = (clock(self.from_minute), clock(self.to_minute));
        write!(f, " {from:02}:{past:02}-{to:02}:{over:02}")
    }
}
