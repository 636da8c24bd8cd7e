//! Devices that move: a walk from place to place, drawn by the city's seed and the device.
//!
//! A device whose name ends in `9901` to `9909` moves on every so many seconds as its last digit says, each time to a
//! neighbouring place where another radio cell comes first; all others stay where they are called.

use rand_chacha::ChaCha8Rng;
use types::{Duration, H3Cell, Instant, RadioCellId};

use crate::city::City;
use crate::layout::neighbours;
use crate::number::{floor, real};
use crate::random::{Purpose, stream, uniform};

/// How the names of devices that move end, before the seconds between two moves.
const MOVING: &[u8] = b"990";

/// Where a device that moves is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The radio cell that carries it.
    pub radio_cell: RadioCellId,
    /// Where it is: an H3 cell of resolution 8 that this radio cell serves.
    pub place: H3Cell,
    /// Where it will be next.
    pub ahead: H3Cell,
}

/// A device on its way.
#[derive(Debug)]
pub struct Walk {
    every: Duration,
    /// When it moves on.
    pub next_at: Instant,
    pub place: H3Cell,
    pub ahead: H3Cell,
    rng: ChaCha8Rng,
}

impl Walk {
    /// The walk of a device that is called where this radio cell serves; `None` when it stays there.
    pub fn of(device: [u8; 16], radio: usize, from: Instant, city: &City) -> Option<Self> {
        let every = pace(device)?;
        let serves = &city.elements()[radio].serves;
        let is_first = |place: &&H3Cell| city.serving_indices(**place).first() == Some(&radio);
        let place = *serves.iter().find(is_first).or(serves.first())?;
        let mut rng = stream(city.seed(), Purpose::Walks, u128::from_be_bytes(device));
        let ahead = next(city, place, &mut rng);
        Some(Self { every, next_at: from.after(every), place, ahead, rng })
    }

    /// Moves on.
    pub fn step(&mut self, city: &City) {
        self.place = self.ahead;
        self.ahead = next(city, self.place, &mut self.rng);
        self.next_at = self.next_at.after(self.every);
    }
}

/// How long a device stays in one place; `None` when it does not move.
fn pace(device: [u8; 16]) -> Option<Duration> {
    let end = device.iter().position(|byte| *byte == 0).unwrap_or(device.len());
    let (last, before) = device[..end].split_last()?;
    let moves = before.ends_with(MOVING) && matches!(last, b'1'..=b'9');
    moves.then(|| Duration::from_secs(u64::from(*last - b'0')))
}

/// A neighbouring place where another radio cell comes first; the same place where there is none.
fn next(city: &City, place: H3Cell, rng: &mut ChaCha8Rng) -> H3Cell {
    let first = |place: H3Cell| city.serving_indices(place).first();
    let mut others = neighbours(place);
    others.retain(|other| first(*other).is_some_and(|radio| Some(radio) != first(place)));
    let drawn = floor(uniform(rng) * real(others.len() as u64));
    usize::try_from(drawn).ok().and_then(|drawn| others.get(drawn).copied()).unwrap_or(place)
}
