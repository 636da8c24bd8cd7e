//! Modulation and coding schemes of the physical downlink shared channel: TS 38.214, tables 5.1.3.1-1 and -2.

/// Which table a device is configured with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Table 1, up to 64QAM.
    Qam64,
    /// Table 2, up to 256QAM.
    Qam256,
}

/// One scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mcs {
    /// Bits a symbol: 2, 4, 6 or 8.
    pub qm: u32,
    /// Code rate × 2048: table 2 has halves of 1/1024.
    pub rate_x2048: u32,
}

/// Modulation and code rate × 1024, in tenths.
const QAM64: &[(u32, u32)] = &[
    (2, 1200),
    (2, 1570),
    (2, 1930),
    (2, 2510),
    (2, 3080),
    (2, 3790),
    (2, 4490),
    (2, 5260),
    (2, 6020),
    (2, 6790),
    (4, 3400),
    (4, 3780),
    (4, 4340),
    (4, 4900),
    (4, 5530),
    (4, 6160),
    (4, 6580),
    (6, 4380),
    (6, 4660),
    (6, 5170),
    (6, 5670),
    (6, 6160),
    (6, 6660),
    (6, 7190),
    (6, 7720),
    (6, 8220),
    (6, 8730),
    (6, 9100),
    (6, 9480),
];
const QAM256: &[(u32, u32)] = &[
    (2, 1200),
    (2, 1930),
    (2, 3080),
    (2, 4490),
    (2, 6020),
    (4, 3780),
    (4, 4340),
    (4, 4900),
    (4, 5530),
    (4, 6160),
    (4, 6580),
    (6, 4660),
    (6, 5170),
    (6, 5670),
    (6, 6160),
    (6, 6660),
    (6, 7190),
    (6, 7720),
    (6, 8220),
    (6, 8730),
    (8, 6825),
    (8, 7110),
    (8, 7540),
    (8, 7970),
    (8, 8410),
    (8, 8850),
    (8, 9165),
    (8, 9480),
];

impl Table {
    /// The scheme of an index, 0 to 28 or 0 to 27; what comes after is reserved.
    pub fn mcs(self, index: usize) -> Option<Mcs> {
        let rows = match self {
            Self::Qam64 => QAM64,
            Self::Qam256 => QAM256,
        };
        rows.get(index).map(|(qm, tenths)| Mcs { qm: *qm, rate_x2048: tenths / 5 })
    }

    /// All of them, by index.
    pub fn all(self) -> impl Iterator<Item = Mcs> {
        (0..).map_while(move |index| self.mcs(index))
    }
}

impl Mcs {
    /// Bits a resource element on one layer: modulation × code rate.
    pub fn efficiency(self) -> f64 {
        f64::from(self.qm * self.rate_x2048) / 2048.0
    }
}
