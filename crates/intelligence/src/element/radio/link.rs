//! From signal-to-noise ratio to rate: thresholds of the schemes, curves as measured, and Shannon's bound.
//!
//! A scheme is taken to work at 10 % block errors, the target of link adaptation (TS 38.214 clause 5.2.2.1). Where no
//! measured curve is at hand its threshold is Shannon's, plus a gap that grows with the modulation:
//! `10 lg(2^efficiency - 1) + 0.18 + 0.275 Qm` dB. That is a least-squares fit to published block error curves of an LDPC
//! receiver at 2,000-bit code blocks; it is off by at most 0.54 dB for any scheme, which a test holds.

use super::RadioError;
use super::limits::LINK_ROWS_MAX;
use super::mcs::{Mcs, Table};

/// The implementation gap in dB: a constant, and so much a bit of modulation.
const GAP_DB: f64 = 0.18;
const GAP_PER_QM_DB: f64 = 0.275;

/// The columns that a link curve is read from; others are passed over.
const TABLE: &str = "table";
const EFFICIENCY: &str = "se_bps_hz";
const THRESHOLD: &str = "snr_db_at_bler_0.1";

/// What a receiver decodes at which ratio.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkCurve {
    /// Thresholds in dB with what they reach in bits a resource element: both rise.
    steps: Vec<(f64, f64)>,
}

impl Mcs {
    /// The ratio in dB over which it works, by Shannon's inverse and the fitted gap.
    pub fn threshold_db(self) -> f64 {
        10.0 * (self.efficiency().exp2() - 1.0).log10() + GAP_DB + GAP_PER_QM_DB * f64::from(self.qm)
    }
}

impl LinkCurve {
    /// The product's own: every scheme of a table at its fitted threshold.
    pub fn fitted(table: Table) -> Self {
        Self::rising(table.all().map(|mcs| (mcs.threshold_db(), mcs.efficiency())).collect())
    }

    /// A receiver's own, from comma-separated text with a header: the rows whose `table` is `table`, each with
    /// `se_bps_hz` and `snr_db_at_bler_0.1`; a row without a threshold was not reached and is passed over.
    pub fn parse(text: &str, table: u32) -> Result<Self, RadioError> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|_| refuse(1, "a header of column names"))?;
        let column = |name| header.iter().position(|column| column.trim() == name);
        let (Some(tables), Some(efficiencies), Some(thresholds)) =
            (column(TABLE), column(EFFICIENCY), column(THRESHOLD))
        else {
            return Err(refuse(1, "columns `table`, `se_bps_hz` and `snr_db_at_bler_0.1`"));
        };
        let mut steps = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|error| {
                refuse(error.position().map_or(0, csv::Position::line), "as many fields as the header has")
            })?;
            let line = row.position().map_or(0, csv::Position::line);
            let field = |at: usize| row.get(at).unwrap_or_default().trim();
            let named: u32 = field(tables).parse().map_err(|_| refuse(line, "a table by its number"))?;
            if named != table || field(thresholds).is_empty() {
                continue;
            }
            let number = |at, min, max| field(at).parse().ok().filter(|value: &f64| (min..=max).contains(value));
            let efficiency = number(efficiencies, 0.01, 12.0).ok_or_else(|| refuse(line, "0.01 to 12 bit/s/Hz"))?;
            let threshold =
                number(thresholds, -30.0, 60.0).ok_or_else(|| refuse(line, "a threshold of -30 to 60 dB"))?;
            steps.push((threshold, efficiency));
            if steps.len() > LINK_ROWS_MAX {
                return Err(refuse(line, "at most 1,024 rows"));
            }
        }
        if steps.is_empty() {
            Err(refuse(1, "at least one row of the table asked for"))
        } else {
            Ok(Self::rising(steps))
        }
    }

    /// Bits a resource element on one layer at `snr_db`: of the best scheme that works there; 0 where none does.
    pub fn efficiency(&self, snr_db: f64) -> f64 {
        let works = self.steps.partition_point(|(threshold_db, _)| *threshold_db <= snr_db);
        works.checked_sub(1).and_then(|best| self.steps.get(best)).map_or(0.0, |(_, efficiency)| *efficiency)
    }

    /// Bits a resource element at `snr_db` over as many layers, of at most `layers_max`, as give the most: power is split
    /// among them.
    pub fn best_efficiency(&self, snr_db: f64, layers_max: u32) -> f64 {
        let over = |layers: u32| f64::from(layers) * self.efficiency(snr_db - 10.0 * f64::from(layers).log10());
        (1..=layers_max).map(over).fold(0.0, f64::max)
    }

    /// Drops every scheme that another beats at its own threshold.
    fn rising(mut steps: Vec<(f64, f64)>) -> Self {
        steps.sort_by(|left, right| left.0.total_cmp(&right.0).then(right.1.total_cmp(&left.1)));
        let mut best = 0.0;
        steps.retain(|(_, efficiency)| {
            let better = *efficiency > best;
            best = f64::max(best, *efficiency);
            better
        });
        Self { steps }
    }
}

/// Shannon's bound as TR 36.942 annex A.1 attenuates it for link adaptation in a downlink: 0.6 of it, nothing under
/// -10 dB, 4.4 bit/s/Hz at most.
pub fn attenuated_shannon(snr_db: f64) -> f64 {
    if snr_db < -10.0 { 0.0 } else { (0.6 * shannon(snr_db)).min(4.4) }
}

/// Shannon's bound in bit/s/Hz.
pub fn shannon(snr_db: f64) -> f64 {
    10_f64.powf(snr_db / 10.0).ln_1p() / std::f64::consts::LN_2
}

fn refuse(line: u64, expected: &'static str) -> RadioError {
    RadioError::LinkCurve { line, expected }
}
