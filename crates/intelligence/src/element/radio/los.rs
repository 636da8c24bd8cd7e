//! The probability of a line of sight: TR 38.901 v19.4, table 7.4.2-1.

use super::RadioError;
use super::error::within;
use super::pathloss::{Clutter, Office, Scenario};

/// What stands in a factory hall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hall {
    /// Share of the floor that is covered by clutter, over 0 and under 1; table 7.2-4 takes under 0.4 for sparse.
    pub density: f64,
    /// Typical size of clutter in m: 10 for sparse, 2 for dense.
    pub size_m: f64,
    /// Height of clutter in m, below the base station for a high one.
    pub height_m: f64,
}

impl Hall {
    /// The hall that table 7.2-4 describes.
    pub fn typical(clutter: Clutter) -> Self {
        match clutter {
            Clutter::SparseLow | Clutter::SparseHigh => Self { density: 0.2, size_m: 10.0, height_m: 2.0 },
            Clutter::DenseLow | Clutter::DenseHigh => Self { density: 0.6, size_m: 2.0, height_m: 6.0 },
        }
    }

    /// The probability at `ground_m` between a base station and a device of these heights.
    pub fn line_of_sight(self, clutter: Clutter, ground_m: f64, base_m: f64, device_m: f64) -> Result<f64, RadioError> {
        within("clutter density", self.density, 0.01, 0.99)?;
        within("clutter size in m", self.size_m, 0.1, 100.0)?;
        within("distance in m", ground_m, 0.0, 600.0)?;
        let flat_m = -self.size_m / (1.0 - self.density).ln();
        let decay_m = match clutter {
            Clutter::SparseLow | Clutter::DenseLow => flat_m,
            // Only that part of the path counts that runs below the clutter's tops.
            Clutter::SparseHigh | Clutter::DenseHigh => {
                within("clutter height over the device in m", self.height_m - device_m, 0.1, 50.0)?;
                within("base station over the clutter in m", base_m - self.height_m, 0.0, 50.0)?;
                flat_m * (base_m - device_m) / (self.height_m - device_m)
            }
        };
        Ok((-ground_m / decay_m).exp())
    }
}

/// The probability of a line of sight at `ground_m` to a device at `device_m`; in a factory, for the typical hall and the
/// scenario's own base station.
pub fn line_of_sight(scenario: Scenario, ground_m: f64, device_m: f64) -> Result<f64, RadioError> {
    match scenario {
        Scenario::UrbanMacro => {
            within("height of the device in m", device_m, 0.0, 23.0)?;
            let tall = if device_m <= 13.0 { 0.0 } else { ((device_m - 13.0) / 10.0).powf(1.5) };
            let raised = 1.0 + tall * 1.25 * (ground_m / 100.0).powi(3) * (-ground_m / 150.0).exp();
            Ok((street(ground_m, 63.0)? * raised).min(1.0))
        }
        Scenario::UrbanMicro => street(ground_m, 36.0),
        Scenario::RuralMacro => {
            within("distance in m", ground_m, 0.0, 10_000.0)?;
            Ok((-(ground_m - 10.0).max(0.0) / 1_000.0).exp())
        }
        Scenario::Office(office) => {
            within("distance in m", ground_m, 0.0, 150.0)?;
            Ok(indoors(office, ground_m))
        }
        Scenario::Factory(clutter) => {
            Hall::typical(clutter).line_of_sight(clutter, ground_m, scenario.base_m(), device_m)
        }
    }
}

/// In three pieces: around the base station, across the room or the corridor, behind more than one wall.
fn indoors(office: Office, ground_m: f64) -> f64 {
    let (clear_m, room_m, decays_m, beyond) = match office {
        Office::Mixed => (1.2, 6.5, (4.7, 32.6), 0.32),
        Office::Open => (5.0, 49.0, (70.8, 211.7), 0.54),
    };
    if ground_m <= clear_m {
        1.0
    } else if ground_m < room_m {
        (-(ground_m - clear_m) / decays_m.0).exp()
    } else {
        beyond * (-(ground_m - room_m) / decays_m.1).exp()
    }
}

fn street(ground_m: f64, decay_m: f64) -> Result<f64, RadioError> {
    within("distance in m", ground_m, 0.0, 5_000.0)?;
    if ground_m <= 18.0 {
        return Ok(1.0);
    }
    let near = 18.0 / ground_m;
    Ok(near + (-ground_m / decay_m).exp() * (1.0 - near))
}
