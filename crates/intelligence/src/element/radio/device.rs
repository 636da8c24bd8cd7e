//! Devices drawn at a place: indoors or out, on which floor, behind which wall, seen by which site.
//!
//! Draws come from a fixed seed, so that the same cell gives the same answer: TR 38.901 tables 7.2-1, 7.4.3-2 and 7.5-6.
//! A device is served by the sector it hears best, as a network would have it, and every other one interferes.

use super::RadioError;
use super::layout::{Antenna, Sector, linear};
use super::los::line_of_sight;
use super::pathloss::{Path, Scenario, Sight};
use super::penetration::Building;
use crate::number::{floor, real};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Shadowing of an indoor device (table 7.5-6, O2I), in dB.
const INDOOR_SHADOW_DB: f64 = 7.0;
/// Height of a device on the ground, of one in an office (table 7.2-2), and of a floor, in m.
const DEVICE_M: f64 = 1.5;
const DESK_M: f64 = 1.0;
const FLOOR_M: f64 = 3.0;
/// How deep a building is at most, in m.
const DEPTH_M: f64 = 25.0;
/// Any fixed number would do.
const SEED: u64 = 38_901;

/// Where devices are, as shares.
#[derive(Clone, Copy)]
pub(super) struct Population {
    pub scenario: Scenario,
    pub ghz: f64,
    pub antenna: Antenna,
    pub indoors: f64,
    pub high_loss: f64,
    pub modern: Building,
}

/// How a device hears the network: gains as factors, antennas included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    /// Of the sector that serves it.
    pub serving: f64,
    /// Of all others together.
    pub others: f64,
}

/// Draws devices, one after the other.
pub(super) struct Draws(ChaCha8Rng);

struct Device {
    height_m: f64,
    /// What its wall takes in dB; `None` outdoors.
    wall_db: Option<f64>,
    depth_m: f64,
}

impl Draws {
    pub(super) fn new() -> Self {
        Self(ChaCha8Rng::seed_from_u64(SEED))
    }

    /// A device at a place, and how it hears `sectors`, which come in threes that stand on one site.
    pub(super) fn device(
        &mut self,
        population: Population,
        place: (f64, f64),
        sectors: &[Sector],
    ) -> Result<Heard, RadioError> {
        let device = self.draw(population);
        let base_m = population.scenario.base_m();
        let mut heard = Heard { serving: 0.0, others: 0.0 };
        for site in sectors.chunks(3) {
            let ground_m = site.first().map_or(0.0, |sector| sector.distance_m(place.0, place.1));
            let loss_db = self.loss_db(population, &device, ground_m)?;
            for sector in site {
                let gain = linear(sector.gain_dbi(population.antenna, place, base_m - device.height_m) - loss_db);
                heard.others += gain;
                heard.serving = heard.serving.max(gain);
            }
        }
        heard.others -= heard.serving;
        Ok(heard)
    }

    fn draw(&mut self, population: Population) -> Device {
        if self.uniform() >= population.indoors {
            let height_m = if matches!(population.scenario, Scenario::Office(_)) { DESK_M } else { DEVICE_M };
            return Device { height_m, wall_db: None, depth_m: 0.0 };
        }
        let floors = if population.scenario == Scenario::RuralMacro { 1.0 } else { 4.0 + self.below(5) };
        let floor = if floors > 1.0 { self.below(floor(floors)) } else { 0.0 };
        let depth_m = DEPTH_M * self.uniform().min(self.uniform());
        let building = if self.uniform() < population.high_loss { population.modern } else { Building::LowLoss };
        let wall_db = building.loss_db(population.ghz, depth_m) + building.deviation_db() * self.normal();
        Device { height_m: DEVICE_M + FLOOR_M * floor, wall_db: Some(wall_db), depth_m }
    }

    /// What is lost to one site, shadowing included. Beyond the tables' range it is heard as at their end.
    fn loss_db(&mut self, population: Population, device: &Device, ground_m: f64) -> Result<f64, RadioError> {
        let (nearest_m, farthest_m) = range_m(population.scenario);
        let ground_m = ground_m.clamp(nearest_m, farthest_m);
        let outdoors_m = (ground_m - device.depth_m).max(nearest_m);
        let seen = line_of_sight(population.scenario, outdoors_m, device.height_m)?;
        let sight = if self.uniform() < seen { Sight::Line } else { Sight::None };
        let environment_m = self.environment_m(population.scenario, ground_m, device.height_m);
        let (ghz, base_m) = (population.ghz, population.scenario.base_m());
        let path = Path { ghz, ground_m, base_m, device_m: device.height_m, environment_m };
        let loss = population.scenario.loss(path, sight)?;
        let (wall_db, shadow_db) = device.wall_db.map_or((0.0, loss.shadow_db), |wall_db| (wall_db, INDOOR_SHADOW_DB));
        Ok(loss.median_db + wall_db + shadow_db * self.normal())
    }

    /// Note 1 of table 7.4.1-1: 1 m, but around tall devices in an urban macro cell sometimes roofs.
    fn environment_m(&mut self, scenario: Scenario, ground_m: f64, device_m: f64) -> f64 {
        let tall = (device_m - 13.0).max(0.0) / 10.0;
        let far = if ground_m > 18.0 { 1.25 * (ground_m / 100.0).powi(3) * (-ground_m / 150.0).exp() } else { 0.0 };
        let street = 1.0 / (1.0 + far * tall.powf(1.5));
        if scenario != Scenario::UrbanMacro || self.uniform() < street {
            return 1.0;
        }
        // 12, 15, … up to 1.5 m below the device.
        12.0 + 3.0 * self.below(floor((device_m - 13.5) / 3.0) + 1)
    }

    /// A whole number of `0..n`.
    fn below(&mut self, n: u64) -> f64 {
        (self.uniform() * real(n)).floor()
    }

    /// Uniform over 0..1, never 0 or 1.
    fn uniform(&mut self) -> f64 {
        (real(self.0.next_u64() >> 11) + 0.5) / real(1 << 53)
    }

    /// A standard normal, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// From where to where on the ground a device is in m: TR 38.901 table 7.2-1, and the range of table 7.4.1-1.
pub(super) fn range_m(scenario: Scenario) -> (f64, f64) {
    match scenario {
        Scenario::UrbanMacro | Scenario::RuralMacro => (35.0, 5_000.0),
        Scenario::UrbanMicro => (10.0, 5_000.0),
        Scenario::Office(_) => (1.0, 149.0),
        Scenario::Factory(_) => (1.0, 590.0),
    }
}
