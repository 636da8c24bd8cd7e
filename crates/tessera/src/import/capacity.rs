//! What a radio cell carries when its operator does not say: by technology and reach, from the radio model.
//!
//! Kinds, not cells: the carrier, the power and the distance between sites are those that 3GPP evaluates with
//! (TR 38.901 table 7.8-1, TR 38.913), half of the neighbours' time is taken. Figures are rate-fair ones, which are what may
//! be sold. The downlink's is the capacity in the book; the uplink's is told, for `tessera demand` to weigh uplink by.

use intelligence::element::radio::Antenna;
use intelligence::element::radio::RadioError;
use intelligence::element::radio::band::band;
use intelligence::element::radio::carrier::Carrier;
use intelligence::element::radio::cell::RadioCell;
use intelligence::element::radio::link::LinkCurve;
use intelligence::element::radio::mcs::Table;
use intelligence::element::radio::pathloss::Scenario;
use intelligence::element::radio::uplink::Uplink;
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
    uplink_ppm: u32,
    layers: u32,
    table: Table,
}

/// What a kind of cell carries each way, in kbit/s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Carried {
    downlink_kbps: u64,
    uplink_kbps: u64,
}

/// Capacities that were worked out, each once.
#[derive(Debug, Default)]
pub struct Capacities(BTreeMap<(Technology, Reach), Carried>);

impl Capacities {
    /// Downlink of a cell of this technology that reaches so far, in kbit/s.
    pub fn of(&mut self, technology: Technology, range_m: f64) -> Result<u64, RadioError> {
        Ok(self.both(technology, range_m)?.downlink_kbps)
    }

    /// Its uplink.
    #[cfg(test)]
    pub fn uplink_kbps(&mut self, technology: Technology, range_m: f64) -> Result<u64, RadioError> {
        Ok(self.both(technology, range_m)?.uplink_kbps)
    }

    fn both(&mut self, technology: Technology, range_m: f64) -> Result<Carried, RadioError> {
        let reach = match range_m {
            near if near < STREET_M => Reach::Street,
            near if near < COUNTRY_M => Reach::Town,
            _ => Reach::Country,
        };
        if let Some(known) = self.0.get(&(technology, reach)) {
            return Ok(*known);
        }
        let carried = carried(technology, reach)?;
        self.0.insert((technology, reach), carried);
        Ok(carried)
    }

    /// Says what was worked out, a line each.
    pub fn tell(&self) {
        for ((technology, reach), Carried { downlink_kbps, uplink_kbps }) in &self.0 {
            println!(
                "by the radio model, {} {}: {downlink_kbps} kbit/s down, {uplink_kbps} up",
                technology.name(),
                reach.name()
            );
        }
    }
}

impl Reach {
    const fn name(self) -> &'static str {
        match self {
            Self::Street => "in a street",
            Self::Town => "in a town",
            Self::Country => "in the country",
        }
    }
}

fn carried(technology: Technology, reach: Reach) -> Result<Carried, RadioError> {
    let Some(kind) = kind(technology, reach) else {
        return Ok(Carried { downlink_kbps: GSM_KBPS, uplink_kbps: GSM_KBPS });
    };
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
    let curve = LinkCurve::fitted(kind.table);
    let uplink = uplink(&kind, cell.carrier);
    Ok(Carried {
        downlink_kbps: cell.coverage(&curve)?.rate_fair_kbps(),
        uplink_kbps: cell.uplink_coverage(&uplink, &curve)?.rate_fair_kbps(),
    })
}

/// Devices of power class 3 on one layer with an eighth of the carrier each.
fn uplink(kind: &Kind, carrier: Carrier) -> Uplink {
    Uplink {
        uplink_ppm: kind.uplink_ppm,
        overhead_ppm: 80_000,
        layers: 1,
        power_dbm: 23.0,
        target_dbm: -80.0,
        compensated_ppm: 800_000,
        grant_prb: (carrier.prb / 8).max(1),
        noise_figure_db: 5.0,
    }
}

/// The carrier of a kind; none for GSM, which the model is not made for.
fn kind(technology: Technology, reach: Reach) -> Option<Kind> {
    let paired = |band, mhz, layers, table| Kind {
        band,
        mhz,
        scs_khz: 15,
        downlink_ppm: 1_000_000,
        uplink_ppm: 1_000_000,
        layers,
        table,
    };
    // Of ten symbols about two are sent up; what is left guards the turn.
    let in_turns = |band| Kind {
        band,
        mhz: 100,
        scs_khz: 30,
        downlink_ppm: 750_000,
        uplink_ppm: 225_000,
        layers: 4,
        table: Table::Qam256,
    };
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
