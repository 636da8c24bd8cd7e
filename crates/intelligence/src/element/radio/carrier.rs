//! Resource blocks of a carrier: TS 38.101-1 and -2, table 5.3.2-1.

use super::RadioError;

/// Subcarriers of a resource block.
pub const SUBCARRIERS_PER_PRB: u32 = 12;

/// A carrier's bandwidth in MHz and its resource blocks, by subcarrier spacing in kHz and by frequency range.
type Row = (u32, u32);
const FR1_15: &[Row] =
    &[(5, 25), (10, 52), (15, 79), (20, 106), (25, 133), (30, 160), (35, 188), (40, 216), (45, 242), (50, 270)];
const FR1_30: &[Row] = &[
    (5, 11),
    (10, 24),
    (15, 38),
    (20, 51),
    (25, 65),
    (30, 78),
    (35, 92),
    (40, 106),
    (45, 119),
    (50, 133),
    (60, 162),
    (70, 189),
    (80, 217),
    (90, 245),
    (100, 273),
];
const FR1_60: &[Row] = &[
    (10, 11),
    (15, 18),
    (20, 24),
    (25, 31),
    (30, 38),
    (35, 44),
    (40, 51),
    (45, 58),
    (50, 65),
    (60, 79),
    (70, 93),
    (80, 107),
    (90, 121),
    (100, 135),
];
const FR2_60: &[Row] = &[(50, 66), (100, 132), (200, 264)];
const FR2_120: &[Row] = &[(50, 32), (100, 66), (200, 132), (400, 264)];

/// A carrier of one bandwidth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// Subcarrier spacing in kHz.
    pub scs_khz: u32,
    /// Resource blocks.
    pub prb: u32,
}

impl Carrier {
    /// The carrier of `mhz` at `scs_khz` in a band whose downlink is around `ghz`: up to 7.125 GHz is range 1.
    pub fn new(ghz: f64, mhz: u32, scs_khz: u32) -> Result<Self, RadioError> {
        let rows = match (scs_khz, ghz <= 7.125) {
            (15, true) => FR1_15,
            (30, true) => FR1_30,
            (60, true) => FR1_60,
            (60, false) => FR2_60,
            (120, false) => FR2_120,
            _ => &[],
        };
        let row = rows.iter().find(|(bandwidth, _)| *bandwidth == mhz);
        row.map(|(_, prb)| Self { scs_khz, prb: *prb }).ok_or(RadioError::Carrier { mhz, scs_khz })
    }

    /// Symbols a second: 14 a slot of a millisecond over the spacing's multiple of 15 kHz.
    pub fn symbols_per_s(self) -> f64 {
        14_000.0 * f64::from(self.scs_khz) / 15.0
    }

    /// Occupied bandwidth in Hz.
    pub fn occupied_hz(self) -> f64 {
        f64::from(self.prb * SUBCARRIERS_PER_PRB) * f64::from(self.scs_khz) * 1e3
    }

    /// Resource elements a second on one layer.
    pub fn elements_per_s(self) -> f64 {
        f64::from(self.prb * SUBCARRIERS_PER_PRB) * self.symbols_per_s()
    }
}
