//! What a radio cell carries in the downlink (the other way is [`uplink`](super::uplink)), and what one kbit/s promised there costs it.
//!
//! Rate is integrated over the area of a cell: places by equal area, and at each of them devices drawn from a fixed seed
//! (`device`). There is no clock in it and no chance: the same cell gives the same integers.
//!
//! Two averages come out. With **equal resources** for every device a cell carries the mean of the rates. With **equal
//! rates** it carries their harmonic mean, which is less: far devices take most of the resources. A promise is of a rate,
//! so the second is what is sellable. And since nobody says where in the cell a device will be, a promise is costed at the
//! rate of the place it has to hold at ([`Coverage::edge`]).
//!
//! On the safe side: neighbours point a fixed beam and never null towards a device. Not on the safe side: layers are taken
//! to be orthogonal, and a device is taken to be served by the sector it hears best.

use super::RadioError;
use super::carrier::Carrier;
use super::device::{Draws, Heard, Population, range_m};
use super::error::within;
use super::layout::{Antenna, linear, sectors, share};
use super::limits::{ANGLES, DRAWS, LAYERS_MAX, RADII};
use super::link::LinkCurve;
use super::pathloss::Scenario;
use super::penetration::Building;
use crate::element::queueing::grade::Tariff;
use crate::number::{floor, floor_u32, real};
use types::{PPB, PPM};

/// Thermal noise in dBm a Hz.
pub(super) const NOISE_DBM_PER_HZ: f64 = -174.0;

/// A radio cell among neighbours like itself: 19 sites of three sectors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RadioCell {
    /// Surroundings.
    pub scenario: Scenario,
    /// Carrier frequency in GHz.
    pub ghz: f64,
    /// Its resource blocks.
    pub carrier: Carrier,
    /// Share of symbols that are downlink in ppm: 1,000,000 for FDD.
    pub downlink_ppm: u32,
    /// Share of downlink resource elements that carry no data in ppm: 140,000 in TS 38.306 for range 1.
    pub overhead_ppm: u32,
    /// Layers that a device can be given, 1 to 8.
    pub layers: u32,
    /// Distance between sites in m.
    pub inter_site_m: f64,
    /// Transmit power in dBm, over the whole carrier.
    pub power_dbm: f64,
    /// Its antenna.
    pub antenna: Antenna,
    /// Noise figure of the device in dB.
    pub noise_figure_db: f64,
    /// Share of devices behind walls in ppm; 0 in an office or a factory, whose own are not in their way.
    pub indoor_ppm: u32,
    /// Share of these behind walls of high loss in ppm.
    pub high_loss_ppm: u32,
    /// How much of the time a neighbour sends in ppm: its load.
    pub neighbour_load_ppm: u32,
}

/// What the whole cell would carry at each place, and how many places are like it.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// Rates in bit/s, rising, with their share of all places.
    places: Vec<(f64, f64)>,
}

/// What can be promised at the edge of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// What the whole cell carries there, in kbit/s, rounded down.
    pub kbps: u64,
    /// Parts per million of the cell that a promised rate costs.
    pub tariff: Tariff,
    /// Share of places beyond the edge in ppb, which a promise cannot count on.
    pub outage_ppb: u64,
}

impl RadioCell {
    /// The rates over its area, by a receiver's curve.
    pub fn coverage(&self, curve: &LinkCurve) -> Result<Coverage, RadioError> {
        let heard = self.heard()?;
        let noise = linear(self.noise_dbm() - self.power_dbm);
        let load = share(self.neighbour_load_ppm);
        let snr_db = |device: &Heard| 10.0 * (device.serving / (noise + load * device.others)).log10();
        Ok(Coverage::new(heard.iter().map(|device| self.rate_bps(snr_db(device), curve)).collect()))
    }

    /// How devices all over its area hear it and its neighbours.
    pub(super) fn heard(&self) -> Result<Vec<Heard>, RadioError> {
        self.heard_behind(Building::HighLoss)
    }

    /// The same, with this building where walls are of high loss.
    pub(super) fn heard_behind(&self, modern: Building) -> Result<Vec<Heard>, RadioError> {
        self.check()?;
        let sectors = sectors(self.inter_site_m);
        let population = Population {
            scenario: self.scenario,
            ghz: self.ghz,
            antenna: self.antenna,
            indoors: share(self.indoor_ppm),
            high_loss: share(self.high_loss_ppm),
            modern,
        };
        // A third of a hexagon as a sector of a disc of the same area.
        let radius_m = self.inter_site_m * (3_f64.sqrt() / std::f64::consts::TAU).sqrt();
        let (nearest_m, _) = range_m(self.scenario);
        let mut draws = Draws::new();
        let mut heard = Vec::new();
        for ring in 0..RADII {
            let place_m = (radius_m * ((f64::from(ring) + 0.5) / f64::from(RADII)).sqrt()).max(nearest_m);
            for step in 0..ANGLES {
                let angle = (120.0 * (f64::from(step) + 0.5) / f64::from(ANGLES) - 60.0).to_radians();
                for _ in 0..DRAWS {
                    heard.push(draws.device(population, (place_m * angle.cos(), place_m * angle.sin()), &sectors)?);
                }
            }
        }
        Ok(heard)
    }

    fn check(&self) -> Result<(), RadioError> {
        within("distance between sites in m", self.inter_site_m, 10.0, 5_000.0)?;
        within("downlink share in ppm", f64::from(self.downlink_ppm), 1.0, 1e6)?;
        within("overhead in ppm", f64::from(self.overhead_ppm), 0.0, 999_999.0)?;
        within("layers", f64::from(self.layers), 1.0, f64::from(LAYERS_MAX))?;
        within("power in dBm", self.power_dbm, -30.0, 80.0)?;
        within("gain of an element in dBi", self.antenna.element_dbi, -20.0, 40.0)?;
        within("rows of the antenna", f64::from(self.antenna.rows), 1.0, 64.0)?;
        within("zenith angle of the antenna in degrees", self.antenna.zenith_deg, 0.0, 180.0)?;
        within("noise figure in dB", self.noise_figure_db, 0.0, 30.0)?;
        let indoor_max = if self.scenario.is_indoors() { 0.0 } else { 1e6 };
        within("indoor share in ppm", f64::from(self.indoor_ppm), 0.0, indoor_max)?;
        within("share of high-loss walls in ppm", f64::from(self.high_loss_ppm), 0.0, 1e6)?;
        within("neighbours' load in ppm", f64::from(self.neighbour_load_ppm), 0.0, 1e6)?;
        Ok(())
    }

    /// The rate of the whole cell at a ratio, in bit/s: over as many layers as give the most, power split among them.
    fn rate_bps(&self, snr_db: f64, curve: &LinkCurve) -> f64 {
        let efficiency = curve.best_efficiency(snr_db, self.layers);
        efficiency * self.carrier.elements_per_s() * share(self.downlink_ppm) * (1.0 - share(self.overhead_ppm))
    }

    fn noise_dbm(&self) -> f64 {
        NOISE_DBM_PER_HZ + 10.0 * self.carrier.occupied_hz().log10() + self.noise_figure_db
    }
}

impl Coverage {
    /// Of rates in bit/s at places that are equally many.
    pub(super) fn new(mut rates_bps: Vec<f64>) -> Self {
        let weight = 1.0 / real(rates_bps.len() as u64);
        rates_bps.sort_by(f64::total_cmp);
        Self { places: rates_bps.into_iter().map(|rate| (rate, weight)).collect() }
    }

    /// Share of places with any rate at all in ppm, rounded down.
    pub fn covered_ppm(&self) -> u32 {
        floor_u32(self.covered().map(|(_, weight)| weight).sum::<f64>() * real(PPM))
    }

    /// What the cell carries in kbit/s when its covered devices have equal resources: the mean rate, rounded down.
    pub fn resource_fair_kbps(&self) -> u64 {
        let weight: f64 = self.covered().map(|(_, weight)| weight).sum();
        let sum: f64 = self.covered().map(|(rate, weight)| rate * weight).sum();
        if weight > 0.0 { floor(sum / weight / 1e3) } else { 0 }
    }

    /// What the cell carries in kbit/s when its covered devices have equal rates: the harmonic mean, rounded down. This
    /// is what may be sold as capacity in kbit/s.
    pub fn rate_fair_kbps(&self) -> u64 {
        let weight: f64 = self.covered().map(|(_, weight)| weight).sum();
        let time: f64 = self.covered().map(|(rate, weight)| weight / rate).sum();
        if time > 0.0 { floor(weight / time / 1e3) } else { 0 }
    }

    /// The edge within which a share `places_ppm` of all places has at least its rate. `None` where that many are not
    /// covered, or for a share over 1,000,000 ppm.
    pub fn edge(&self, places_ppm: u32) -> Option<Edge> {
        let beyond = 1.0 - share(places_ppm);
        let mut below = 0.0;
        let worst = self.places.iter().find(|(_, weight)| {
            below += weight;
            // Roundoff in the sum of weights must not move the edge outwards.
            below > beyond + 1e-12
        })?;
        let kbps = floor(worst.0 / 1e3);
        let outage_ppb = PPB.checked_sub(u64::from(places_ppm) * (PPB / PPM))?;
        (kbps > 0).then_some(Edge { kbps, tariff: Tariff { units: PPM, per_kbps: kbps }, outage_ppb })
    }

    fn covered(&self) -> impl Iterator<Item = (f64, f64)> {
        self.places.iter().copied().filter(|(rate, _)| *rate > 0.0)
    }
}
