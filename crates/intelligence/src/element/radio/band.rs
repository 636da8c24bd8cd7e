//! Bands of NR and their channel numbers: TS 38.101-1 and -2 table 5.2-1, TS 38.104 clause 5.4.2.

/// How uplink and downlink are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplex {
    /// Two frequencies at once.
    Frequency,
    /// One frequency in turns.
    Time,
}

/// An operating band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Its number: 78 for n78.
    pub number: u16,
    /// Lowest and highest uplink frequency in kHz.
    pub uplink_khz: (u64, u64),
    /// Lowest and highest downlink frequency in kHz.
    pub downlink_khz: (u64, u64),
    /// FDD or TDD.
    pub duplex: Duplex,
}

/// Bands in use at operators, by number. n104 is the upper 6 GHz band.
pub const BANDS: &[Band] = &[
    paired(1, (1_920_000, 1_980_000), (2_110_000, 2_170_000)),
    paired(3, (1_710_000, 1_785_000), (1_805_000, 1_880_000)),
    paired(5, (824_000, 849_000), (869_000, 894_000)),
    paired(7, (2_500_000, 2_570_000), (2_620_000, 2_690_000)),
    paired(8, (880_000, 915_000), (925_000, 960_000)),
    paired(20, (832_000, 862_000), (791_000, 821_000)),
    paired(28, (703_000, 748_000), (758_000, 803_000)),
    unpaired(38, 2_570_000, 2_620_000),
    unpaired(40, 2_300_000, 2_400_000),
    unpaired(41, 2_496_000, 2_690_000),
    paired(66, (1_710_000, 1_780_000), (2_110_000, 2_200_000)),
    paired(71, (663_000, 698_000), (617_000, 652_000)),
    unpaired(77, 3_300_000, 4_200_000),
    unpaired(78, 3_300_000, 3_800_000),
    unpaired(79, 4_400_000, 5_000_000),
    unpaired(102, 5_925_000, 6_425_000),
    unpaired(104, 6_425_000, 7_125_000),
    unpaired(257, 26_500_000, 29_500_000),
    unpaired(258, 24_250_000, 27_500_000),
    unpaired(261, 27_500_000, 28_350_000),
];

/// The band of a number.
pub fn band(number: u16) -> Option<Band> {
    BANDS.iter().copied().find(|band| band.number == number)
}

impl Band {
    /// The middle of the downlink in GHz.
    pub fn downlink_ghz(self) -> f64 {
        crate::number::real(u64::midpoint(self.downlink_khz.0, self.downlink_khz.1)) / 1e6
    }

    /// The first and the last channel number inside of the downlink.
    pub fn downlink_arfcn(self) -> Option<(u32, u32)> {
        let (low, high) = self.downlink_khz;
        let (first, last) = (arfcn_at_or_below(low)?, arfcn_at_or_below(high)?);
        Some((if frequency_hz(first)? < low * 1_000 { first + 1 } else { first }, last))
    }
}

/// One row of the global raster: the numbers and frequencies of a range (TS 38.104 table 5.4.2.1-1).
struct Raster {
    first: u32,
    last: u32,
    step_hz: u64,
    offset_hz: u64,
}

const RASTERS: [Raster; 3] = [
    Raster { first: 0, last: 599_999, step_hz: 5_000, offset_hz: 0 },
    Raster { first: 600_000, last: 2_016_666, step_hz: 15_000, offset_hz: 3_000_000_000 },
    Raster { first: 2_016_667, last: 3_279_165, step_hz: 60_000, offset_hz: 24_250_080_000 },
];

/// `F = F_offs + ΔF (N - N_offs)` in Hz; `None` beyond the last number, 3,279,165.
pub fn frequency_hz(arfcn: u32) -> Option<u64> {
    let raster = RASTERS.iter().find(|raster| (raster.first..=raster.last).contains(&arfcn))?;
    Some(raster.offset_hz + raster.step_hz * u64::from(arfcn - raster.first))
}

/// The channel number at, or next below, a frequency in kHz; `None` beyond 100 GHz.
pub fn arfcn_at_or_below(khz: u64) -> Option<u32> {
    let hz = khz.checked_mul(1_000)?;
    let raster = RASTERS.iter().rev().find(|raster| raster.offset_hz <= hz)?;
    let steps = u32::try_from((hz - raster.offset_hz) / raster.step_hz).ok()?;
    let number = raster.first.checked_add(steps)?;
    // The gap between two rasters belongs to the last number below it; above the topmost there is none.
    if number <= raster.last {
        Some(number)
    } else {
        RASTERS.iter().any(|next| next.offset_hz > hz).then_some(raster.last)
    }
}

const fn paired(number: u16, uplink_khz: (u64, u64), downlink_khz: (u64, u64)) -> Band {
    Band { number, uplink_khz, downlink_khz, duplex: Duplex::Frequency }
}

const fn unpaired(number: u16, low_khz: u64, high_khz: u64) -> Band {
    let khz = (low_khz, high_khz);
    Band { number, uplink_khz: khz, downlink_khz: khz, duplex: Duplex::Time }
}
