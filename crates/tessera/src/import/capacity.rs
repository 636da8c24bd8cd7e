//! What a radio cell carries when its operator does not say: by technology and reach, from the radio model.
//!
//! Kinds, not cells: the carrier, the power and the distance between sites are those that 3GPP evaluates with
//! (TR 38.901 table 7.8-1, TR 38.913), half of the neighbours' time is taken. The figure is the rate-fair one, which is
//! what may be sold.

use intelligence::element::radio::Antenna;
use intelligence::element::radio::RadioError;
use intelligence::element::radio::band::band;
use intelligence::element::radio::carrier::Carrier;
use intelligence::element::radio::cell::RadioCell;
use intelligence::element::radio::link::LinkCurve;
use intelligence::element::radio::mcs::Table;
use intelligence::element::radio::pathloss::Scenario;
use intelligence::network::Technology;
use std::collections::BTreeMap;

/// A radio cell that reaches less than this, in m, is a street's.
const STREET_M: f64 = 500.0;
/// One that reaches this far, in m, stands in the country.
const COUNTRY_M: f64 = 2_000.0;
/// GSM: a carrier of eight slots at 22.4 kbit/s each (TS 43.064, MCS-5).
const GSM_KBPS: u64 = 179;

/// How far a kind of cell reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Street,
    Town,
    Country,
}

/// One carrier of one kind of cell.
struct Kind {
    band: u16,
    mhz: u32,
    scs_khz: u32,
    downlink_ppm: u32,
    layers: u32,
    table: Table,
}

/// Capacities that were worked out, each once.
#[derive(Debug, Default)]
pub struct Capacities(BTreeMap<(Technology, Reach), u64>);

impl Capacities {
    /// Of a cell of this technology that reaches so far, in kbit/s.
    pub fn of(&mut self, technology: Technology, range_m: f64) -> Result<u64, RadioError> {
        let reach = match range_m {
            near if near < STREET_M => Reach::Street,
            near if near < COUNTRY_M => Reach::Town,
            _ => Reach::Country,
        };
        if let Some(known) = self.0.get(&(technology, reach)) {
            return Ok(*known);
        }
        let kbps = capacity_kbps(technology, reach)?;
        self.0.insert((technology, reach), kbps);
        Ok(kbps)
    }
}

fn capacity_kbps(technology: Technology, reach: Reach) -> Result<u64, RadioError> {
    let Some(kind) = kind(technology, reach) else { return Ok(GSM_KBPS) };
    let (scenario, inter_site_m, power_dbm, rows, zenith_deg, indoor_ppm) = match reach {
        Reach::Street => (Scenario::UrbanMicro, 200.0, 44.0, 4, 102.0, 800_000),
        Reach::Town => (Scenario::UrbanMacro, 500.0, 49.0, 10, 102.0, 800_000),
        Reach::Country => (Scenario::RuralMacro, 1_732.0, 49.0, 8, 92.0, 500_000),
    };
    let ghz = band(kind.band).map_or(2.0, intelligence::element::radio::band::Band::downlink_ghz);
    let cell = RadioCell {
        scenario,
        ghz,
        carrier: Carrier::new(ghz, kind.mhz, kind.scs_khz)?,
        downlink_ppm: kind.downlink_ppm,
        overhead_ppm: 140_000,
        layers: kind.layers,
        inter_site_m,
        power_dbm,
        antenna: Antenna { element_dbi: 8.0, rows, zenith_deg },
        noise_figure_db: 9.0,
        indoor_ppm,
        high_loss_ppm: 0,
        neighbour_load_ppm: 500_000,
    };
    Ok(cell.coverage(&LinkCurve::fitted(kind.table))?.rate_fair_kbps())
}

/// The carrier of a kind; none for GSM, which the model is not made for.
fn kind(technology: Technology, reach: Reach) -> Option<Kind> {
    let paired = |band, mhz, layers, table| Kind { band, mhz, scs_khz: 15, downlink_ppm: 1_000_000, layers, table };
    let in_turns = |band| Kind { band, mhz: 100, scs_khz: 30, downlink_ppm: 750_000, layers: 4, table: Table::Qam256 };
    match (technology, reach) {
        (Technology::Gsm, _) => None,
        (Technology::Umts, _) => Some(paired(1, 5, 1, Table::Qam64)),
        (Technology::Lte, Reach::Country) => Some(paired(20, 10, 2, Table::Qam64)),
        (Technology::Lte, _) => Some(paired(3, 20, 2, Table::Qam64)),
        (Technology::Nr, Reach::Country) => Some(paired(28, 10, 2, Table::Qam256)),
        (Technology::Nr, _) => Some(in_turns(78)),
        (Technology::NrUpper6, _) => Some(in_turns(104)),
    }
}
