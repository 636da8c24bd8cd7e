//! What walls take: TR 38.901 v19.4, clause 7.4.3.1, in dB by frequency in GHz.

/// What a wall is made of (table 7.4.3-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Material {
    /// Standard multi-pane glass.
    Glass,
    /// Infrared-reflecting glass, as v19.4 has it: 25.4 + 0.11 f.
    CoatedGlass,
    /// Infrared-reflecting glass as versions before had it, 23 + 0.3 f: what the calibrations of R1-165974 were run with.
    CoatedGlassBefore,
    /// Concrete.
    Concrete,
    /// Wood.
    Wood,
}

/// A building's outer wall (table 7.4.3-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Building {
    /// An older one: 30 % standard glass, 70 % concrete; deviation 4.4 dB.
    LowLoss,
    /// A modern one: 70 % coated glass, 30 % concrete; deviation 6.5 dB.
    HighLoss,
    /// The same with coated glass as it was before v19.4, which the calibrations of R1-165974 were run with.
    HighLossBefore,
}

impl Material {
    /// Loss through it in dB.
    pub fn loss_db(self, ghz: f64) -> f64 {
        match self {
            Self::Glass => 2.0 + 0.2 * ghz,
            Self::CoatedGlass => 25.4 + 0.11 * ghz,
            Self::CoatedGlassBefore => 23.0 + 0.3 * ghz,
            Self::Concrete => 5.0 + 4.0 * ghz,
            Self::Wood => 4.85 + 0.12 * ghz,
        }
    }
}

impl Building {
    /// Loss from outdoors to `depth_m` behind the wall in dB: the wall, and 0.5 dB a metre.
    pub fn loss_db(self, ghz: f64, depth_m: f64) -> f64 {
        let (glass, share) = match self {
            Self::LowLoss => (Material::Glass, 0.3),
            Self::HighLoss => (Material::CoatedGlass, 0.7),
            Self::HighLossBefore => (Material::CoatedGlassBefore, 0.7),
        };
        let through = |material: Material| 10_f64.powf(-material.loss_db(ghz) / 10.0);
        let passed = share * through(glass) + (1.0 - share) * through(Material::Concrete);
        5.0 - 10.0 * passed.log10() + 0.5 * depth_m
    }

    /// Standard deviation of it in dB.
    pub fn deviation_db(self) -> f64 {
        match self {
            Self::LowLoss => 4.4,
            Self::HighLoss | Self::HighLossBefore => 6.5,
        }
    }
}
