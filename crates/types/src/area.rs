//! Areas as sets of H3 cells of one resolution.

use minicbor::{Decode, Encode};
use std::fmt;
use std::ops::RangeInclusive;

/// An H3 cell index. Geometry is computed at the door; inside it is only compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct H3Cell(#[n(0)] u64);

/// A non-empty set of H3 cells, all of one resolution, sorted and without repeats.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Area(Vec<H3Cell>);

/// Why cells do not make an [`Area`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaError {
    /// No cell at all.
    Empty,
    /// Cells of different resolutions.
    MixedResolutions,
    /// More than [`Area::CELLS_MAX`] cells.
    TooLarge,
}

impl H3Cell {
    /// From an index that the caller has validated (`h3o::CellIndex`).
    pub const fn from_index(index: u64) -> Self {
        Self(index)
    }

    /// The H3 index.
    pub const fn index(self) -> u64 {
        self.0
    }

    /// H3 resolution 0..=15: bits 52 to 55 of the index.
    pub const fn resolution(self) -> u8 {
        ((self.0 >> 52) & 0xf) as u8
    }

    /// The cell of a coarser resolution that this one descends from; itself at its own, `None` at a finer one.
    pub const fn ancestor(self, resolution: u8) -> Option<Self> {
        if resolution > self.resolution() {
            return None;
        }
        if resolution == self.resolution() {
            return Some(self);
        }
        Some(Self(self.at(resolution) | Self::digits_below(resolution)))
    }

    /// The indexes that its descendants of a finer resolution lie between; between them is no other cell. `None` at a
    /// coarser resolution; only itself at its own.
    pub const fn descendants(self, resolution: u8) -> Option<RangeInclusive<Self>> {
        if resolution < self.resolution() || resolution > 15 {
            return None;
        }
        if resolution == self.resolution() {
            return Some(RangeInclusive::new(self, self));
        }
        let (mine, finer) = (Self::digits_below(self.resolution()), Self::digits_below(resolution));
        let first = self.at(resolution) & !mine | finer;
        // Of seven children the digits are 0 to 6; all ones is the digit of a level that is not used.
        Some(RangeInclusive::new(Self(first), Self(first | (mine & !finer))))
    }

    /// The descendant in the middle, at a finer resolution; `None` at a coarser one.
    pub const fn centre(self, resolution: u8) -> Option<Self> {
        match self.descendants(resolution) {
            Some(range) => Some(*range.start()),
            None => None,
        }
    }

    /// The index with another resolution written in it, its digits as they are.
    const fn at(self, resolution: u8) -> u64 {
        self.0 & !(0xf << 52) | ((resolution as u64) << 52)
    }

    /// Ones in the digits of all resolutions finer than this one: three bits each, resolution 15 last.
    const fn digits_below(resolution: u8) -> u64 {
        !(u64::MAX << 15_u32.saturating_sub(resolution as u32).saturating_mul(3))
    }
}

impl Area {
    /// The most cells one area may have.
    pub const CELLS_MAX: usize = 10_000;

    /// The set of `cells`.
    pub fn new(mut cells: Vec<H3Cell>) -> Result<Self, AreaError> {
        cells.sort_unstable();
        cells.dedup();
        let resolution = cells.first().ok_or(AreaError::Empty)?.resolution();
        if cells.len() > Self::CELLS_MAX {
            return Err(AreaError::TooLarge);
        }
        if cells.iter().any(|cell| cell.resolution() != resolution) {
            return Err(AreaError::MixedResolutions);
        }
        Ok(Self(cells))
    }

    /// The cells, ascending.
    pub fn cells(&self) -> &[H3Cell] {
        &self.0
    }

    /// The resolution of every cell.
    pub fn resolution(&self) -> u8 {
        self.0.first().map_or(0, |cell| cell.resolution())
    }

    /// Is `cell` one of them?
    pub fn contains(&self, cell: H3Cell) -> bool {
        self.0.binary_search(&cell).is_ok()
    }
}

impl fmt::Display for AreaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an area needs at least one H3 cell"),
            Self::MixedResolutions => f.write_str("all H3 cells of an area must have one resolution"),
            Self::TooLarge => write!(f, "an area has at most {} H3 cells", Area::CELLS_MAX),
        }
    }
}

impl std::error::Error for AreaError {}

impl<C> Encode<C> for Area {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        self.0.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Area {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::new(Vec::decode(d, ctx)?).map_err(|_| minicbor::decode::Error::message("not an area"))
    }
}
