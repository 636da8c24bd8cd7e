//! What stands around a terminal: line of sight, shadow fading and clutter by elevation (3GPP TR 38.811 §6.6).

use crate::number::floor;

/// Surroundings with tables of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// High buildings close together.
    DenseUrban,
    /// A city.
    Urban,
    /// Suburbs and the country.
    Suburban,
}

/// Frequencies with tables of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Up to 6 GHz.
    S,
    /// Above.
    Ka,
}

/// One row: what a terminal meets at one elevation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fading {
    /// Probability of line of sight, 0 to 1 (§6.6.1).
    pub los_probability: f64,
    /// Deviation of the log-normal shadow fading in line of sight (§6.6.2).
    pub shadow_los_db: f64,
    /// The same without line of sight.
    pub shadow_nlos_db: f64,
    /// Median loss to clutter without line of sight; there is none with it (§6.6.2).
    pub clutter_nlos_db: f64,
}

/// The fading at an elevation: the row of the nearest reference angle, 10° to 90° in tens, as §6.6 prescribes.
pub fn fading(environment: Environment, band: Band, elevation_deg: f64) -> Fading {
    let table = match (environment, band) {
        (Environment::DenseUrban, Band::S) => &DENSE_URBAN_S,
        (Environment::DenseUrban, Band::Ka) => &DENSE_URBAN_KA,
        (Environment::Urban, Band::S) => &URBAN_S,
        (Environment::Urban, Band::Ka) => &URBAN_KA,
        (Environment::Suburban, Band::S) => &SUBURBAN_S,
        (Environment::Suburban, Band::Ka) => &SUBURBAN_KA,
    };
    let nearest = usize::try_from(floor((elevation_deg / 10.0).round())).unwrap_or(9).clamp(1, 9);
    table[nearest - 1]
}

const fn row(los_probability: f64, shadow_db: [f64; 2], clutter_nlos_db: f64) -> Fading {
    Fading { los_probability, shadow_los_db: shadow_db[0], shadow_nlos_db: shadow_db[1], clutter_nlos_db }
}

/// Tables 6.6.1-1 and 6.6.2-1.
const DENSE_URBAN_S: [Fading; 9] = [
    row(0.282, [3.5, 15.5], 34.3),
    row(0.331, [3.4, 13.9], 30.9),
    row(0.398, [2.9, 12.4], 29.0),
    row(0.468, [3.0, 11.7], 27.7),
    row(0.537, [3.1, 10.6], 26.8),
    row(0.612, [2.7, 10.5], 26.2),
    row(0.738, [2.5, 10.1], 25.8),
    row(0.82, [2.3, 9.2], 25.5),
    row(0.981, [1.2, 9.2], 25.5),
];

/// Tables 6.6.1-1 and 6.6.2-1.
const DENSE_URBAN_KA: [Fading; 9] = [
    row(0.282, [2.9, 17.1], 44.3),
    row(0.331, [2.4, 17.1], 39.9),
    row(0.398, [2.7, 15.6], 37.5),
    row(0.468, [2.4, 14.6], 35.8),
    row(0.537, [2.4, 14.2], 34.6),
    row(0.612, [2.7, 12.6], 33.8),
    row(0.738, [2.6, 12.1], 33.3),
    row(0.82, [2.8, 12.3], 33.0),
    row(0.981, [0.6, 12.3], 32.9),
];

/// Tables 6.6.1-1 and 6.6.2-2.
const URBAN_S: [Fading; 9] = [
    row(0.246, [4.0, 6.0], 34.3),
    row(0.386, [4.0, 6.0], 30.9),
    row(0.493, [4.0, 6.0], 29.0),
    row(0.613, [4.0, 6.0], 27.7),
    row(0.726, [4.0, 6.0], 26.8),
    row(0.805, [4.0, 6.0], 26.2),
    row(0.919, [4.0, 6.0], 25.8),
    row(0.968, [4.0, 6.0], 25.5),
    row(0.992, [4.0, 6.0], 25.5),
];

/// Tables 6.6.1-1 and 6.6.2-2.
const URBAN_KA: [Fading; 9] = [
    row(0.246, [4.0, 6.0], 44.3),
    row(0.386, [4.0, 6.0], 39.9),
    row(0.493, [4.0, 6.0], 37.5),
    row(0.613, [4.0, 6.0], 35.8),
    row(0.726, [4.0, 6.0], 34.6),
    row(0.805, [4.0, 6.0], 33.8),
    row(0.919, [4.0, 6.0], 33.3),
    row(0.968, [4.0, 6.0], 33.0),
    row(0.992, [4.0, 6.0], 32.9),
];

/// Tables 6.6.1-1 and 6.6.2-3.
const SUBURBAN_S: [Fading; 9] = [
    row(0.782, [1.79, 8.93], 19.52),
    row(0.869, [1.14, 9.08], 18.17),
    row(0.919, [1.14, 8.78], 18.42),
    row(0.929, [0.92, 10.25], 18.28),
    row(0.935, [1.42, 10.56], 18.63),
    row(0.94, [1.56, 10.74], 17.68),
    row(0.949, [0.85, 10.17], 16.5),
    row(0.952, [0.72, 11.52], 16.3),
    row(0.998, [0.72, 11.52], 16.3),
];

/// Tables 6.6.1-1 and 6.6.2-3.
const SUBURBAN_KA: [Fading; 9] = [
    row(0.782, [1.9, 10.7], 29.5),
    row(0.869, [1.6, 10.0], 24.6),
    row(0.919, [1.9, 11.2], 21.9),
    row(0.929, [2.3, 11.6], 20.0),
    row(0.935, [2.7, 11.8], 18.7),
    row(0.94, [3.1, 10.8], 17.8),
    row(0.949, [3.0, 10.8], 17.2),
    row(0.952, [3.6, 10.8], 16.9),
    row(0.998, [0.4, 10.8], 16.8),
];
