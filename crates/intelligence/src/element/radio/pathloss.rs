//! Path loss of TR 38.901 v19.4, table 7.4.1-1: urban macro, urban micro street canyon, rural macro, indoor
//! office, indoor factory.
//!
//! Frequencies in GHz, distances and heights in m, losses in dB. Every function refuses what the table is not valid for.

use super::RadioError;
use super::error::within;
use std::f64::consts::PI;

/// Speed of light as the tables take it, in m/s.
const LIGHT_M_PER_S: f64 = 3e8;
/// Street width and building height where nothing else is known (table 7.4.1-1, rural macro), in m.
const STREET_M: f64 = 20.0;
const BUILDING_M: f64 = 5.0;

/// Where the cell is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scenario {
    /// Urban macro, `UMa`: base station over the roofs, at 25 m.
    UrbanMacro,
    /// Urban micro, street canyon, `UMi`: base station below the roofs, at 10 m.
    UrbanMicro,
    /// Rural macro, `RMa`: base station at 35 m, streets of 20 m, buildings of 5 m.
    RuralMacro,
    /// Indoor office, `InH`: base station under the ceiling, at 3 m.
    Office(Office),
    /// Indoor factory, `InF`.
    Factory(Clutter),
}

/// How an office is divided up: it decides where there is a line of sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office {
    /// Desks, rooms and corridors.
    Mixed,
    /// One large room.
    Open,
}

/// The four indoor factories: how much stands in the way, and whether the base station hangs over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clutter {
    /// `InF-SL`: sparse clutter, low base station.
    SparseLow,
    /// `InF-DL`: dense clutter, low base station.
    DenseLow,
    /// `InF-SH`: sparse clutter, high base station.
    SparseHigh,
    /// `InF-DH`: dense clutter, high base station.
    DenseHigh,
}

/// Is there a line of sight?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Line of sight.
    Line,
    /// None.
    None,
}

/// The two ends of a radio path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    /// Carrier frequency in GHz.
    pub ghz: f64,
    /// Distance on the ground in m.
    pub ground_m: f64,
    /// Height of the base station in m.
    pub base_m: f64,
    /// Height of the device in m.
    pub device_m: f64,
    /// Height of what surrounds it in m, for the urban breakpoints (note 1 of the table): 1 m for a device below 13 m.
    pub environment_m: f64,
}

/// Path loss in dB, and the standard deviation of its shadowing in dB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// Median loss in dB.
    pub median_db: f64,
    /// Standard deviation of the log-normal shadowing in dB.
    pub shadow_db: f64,
}

impl Scenario {
    /// The height in m that the table gives the base station; for a factory, what is usual.
    pub fn base_m(self) -> f64 {
        match self {
            Self::UrbanMacro => 25.0,
            Self::UrbanMicro => 10.0,
            Self::RuralMacro => 35.0,
            Self::Office(_) => 3.0,
            Self::Factory(Clutter::SparseLow | Clutter::DenseLow) => 1.5,
            Self::Factory(_) => 8.0,
        }
    }

    /// Is all of it in one building?
    pub fn is_indoors(self) -> bool {
        matches!(self, Self::Office(_) | Self::Factory(_))
    }

    /// The loss over a path. Refuses distances, heights and frequencies outside of the table's.
    pub fn loss(self, path: Path, sight: Sight) -> Result<Loss, RadioError> {
        match self {
            Self::UrbanMacro => urban_macro(path, sight),
            Self::UrbanMicro => urban_micro(path, sight),
            Self::RuralMacro => rural_macro(path, sight),
            Self::Office(_) => office(path, sight),
            Self::Factory(clutter) => factory(path, sight, clutter),
        }
    }
}

impl Path {
    /// Distance through the air in m.
    pub fn air_m(self) -> f64 {
        self.ground_m.hypot(self.base_m - self.device_m)
    }

    /// `d'BP = 4 h'BS h'UT f / c` in m, heights over the environment.
    pub fn urban_breakpoint_m(self) -> f64 {
        let heights = (self.base_m - self.environment_m) * (self.device_m - self.environment_m);
        4.0 * heights * self.ghz * 1e9 / LIGHT_M_PER_S
    }

    /// `dBP = 2π hBS hUT f / c` in m, for the rural table.
    pub fn rural_breakpoint_m(self) -> f64 {
        2.0 * PI * self.base_m * self.device_m * self.ghz * 1e9 / LIGHT_M_PER_S
    }
}

fn urban_macro(path: Path, sight: Sight) -> Result<Loss, RadioError> {
    check_urban(path)?;
    let (lg_d, f_db) = (path.air_m().log10(), 20.0 * path.ghz.log10());
    let breakpoint_m = path.urban_breakpoint_m();
    let line_db = if path.ground_m <= breakpoint_m {
        28.0 + 22.0 * lg_d + f_db
    } else {
        28.0 + 40.0 * lg_d + f_db - 9.0 * beyond(path, breakpoint_m)
    };
    let none_db = 13.54 + 39.08 * lg_d + f_db - 0.6 * (path.device_m - 1.5);
    Ok(either(sight, (line_db, 4.0), (none_db, 6.0)))
}

fn urban_micro(path: Path, sight: Sight) -> Result<Loss, RadioError> {
    check_urban(path)?;
    let (lg_d, lg_f) = (path.air_m().log10(), path.ghz.log10());
    let breakpoint_m = path.urban_breakpoint_m();
    let line_db = if path.ground_m <= breakpoint_m {
        32.4 + 21.0 * lg_d + 20.0 * lg_f
    } else {
        32.4 + 40.0 * lg_d + 20.0 * lg_f - 9.5 * beyond(path, breakpoint_m)
    };
    let none_db = 35.3 * lg_d + 22.4 + 21.3 * lg_f - 0.3 * (path.device_m - 1.5);
    Ok(either(sight, (line_db, 4.0), (none_db, 7.82)))
}

fn rural_macro(path: Path, sight: Sight) -> Result<Loss, RadioError> {
    within("carrier frequency in GHz", path.ghz, 0.5, 30.0)?;
    let farthest_m = if sight == Sight::Line { 10_000.0 } else { 5_000.0 };
    within("distance in m", path.ground_m, 10.0, farthest_m)?;
    within("height of the base station in m", path.base_m, 10.0, 150.0)?;
    within("height of the device in m", path.device_m, 1.0, 10.0)?;
    let breakpoint_m = path.rural_breakpoint_m();
    let near_db = |air_m: f64| {
        let h = BUILDING_M.powf(1.72);
        20.0 * (40.0 * PI * air_m * path.ghz / 3.0).log10() + (0.03 * h).min(10.0) * air_m.log10()
            - (0.044 * h).min(14.77)
            + 0.002 * BUILDING_M.log10() * air_m
    };
    let (line_db, line_shadow_db) = if path.ground_m <= breakpoint_m {
        (near_db(path.air_m()), 4.0)
    } else {
        (near_db(breakpoint_m) + 40.0 * (path.air_m() / breakpoint_m).log10(), 6.0)
    };
    let none_db = 161.04 - 7.1 * STREET_M.log10() + 7.5 * BUILDING_M.log10()
        - (24.37 - 3.7 * (BUILDING_M / path.base_m).powi(2)) * path.base_m.log10()
        + (43.42 - 3.1 * path.base_m.log10()) * (path.air_m().log10() - 3.0)
        + 20.0 * path.ghz.log10()
        - (3.2 * (11.75 * path.device_m).log10().powi(2) - 4.97);
    Ok(either(sight, (line_db, line_shadow_db), (none_db, 8.0)))
}

fn office(path: Path, sight: Sight) -> Result<Loss, RadioError> {
    within("carrier frequency in GHz", path.ghz, 0.5, 100.0)?;
    within("distance in m", path.air_m(), 1.0, 150.0)?;
    let (lg_d, lg_f) = (path.air_m().log10(), path.ghz.log10());
    let line_db = 32.4 + 17.3 * lg_d + 20.0 * lg_f;
    let none_db = 38.3 * lg_d + 17.3 + 24.9 * lg_f;
    Ok(either(sight, (line_db, 3.0), (none_db, 8.03)))
}

fn factory(path: Path, sight: Sight, clutter: Clutter) -> Result<Loss, RadioError> {
    within("carrier frequency in GHz", path.ghz, 0.5, 100.0)?;
    within("distance in m", path.air_m(), 1.0, 600.0)?;
    let (lg_d, lg_f) = (path.air_m().log10(), path.ghz.log10());
    let line_db = 31.84 + 21.5 * lg_d + 19.0 * lg_f;
    let sparse_low_db = 33.0 + 25.5 * lg_d + 20.0 * lg_f;
    let (none_db, shadow_db) = match clutter {
        Clutter::SparseLow => (sparse_low_db, 5.7),
        Clutter::DenseLow => ((18.6 + 35.7 * lg_d + 20.0 * lg_f).max(sparse_low_db), 7.2),
        Clutter::SparseHigh => (32.4 + 23.0 * lg_d + 20.0 * lg_f, 5.9),
        Clutter::DenseHigh => (33.63 + 21.9 * lg_d + 20.0 * lg_f, 4.0),
    };
    Ok(either(sight, (line_db, 4.3), (none_db, shadow_db)))
}

fn check_urban(path: Path) -> Result<(), RadioError> {
    within("carrier frequency in GHz", path.ghz, 0.5, 100.0)?;
    within("distance in m", path.ground_m, 10.0, 5_000.0)?;
    within("height of the device in m", path.device_m, 1.5, 22.5)?;
    within("height of the environment in m", path.environment_m, 0.0, path.device_m - 0.5)?;
    // The table itself gives one height only; its formulas need it above the environment.
    within("height of the base station in m", path.base_m, path.environment_m + 0.5, 150.0)?;
    Ok(())
}

/// `lg(d'BP² + (hBS - hUT)²)` of the laws beyond the breakpoint.
fn beyond(path: Path, breakpoint_m: f64) -> f64 {
    (breakpoint_m.powi(2) + (path.base_m - path.device_m).powi(2)).log10()
}

/// Without sight, no less is lost than with it.
fn either(sight: Sight, line: (f64, f64), none: (f64, f64)) -> Loss {
    match sight {
        Sight::Line => Loss { median_db: line.0, shadow_db: line.1 },
        Sight::None => Loss { median_db: none.0.max(line.0), shadow_db: none.1 },
    }
}
