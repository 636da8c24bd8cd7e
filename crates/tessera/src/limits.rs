//! Every limit of what is imported, asked from a shell and planned beside a cell, by name.

use types::Duration;

/// Bytes of one file of an import.
pub const FILE_BYTES_MAX: u64 = 512 << 20;
/// Wrong places of an import that are shown; the rest are counted.
pub const PROBLEMS_SHOWN_MAX: usize = 20;
/// Radio cells of one import, or of a country that is drawn.
pub const RADIO_CELLS_MAX: usize = 500_000;
/// Nodes of one import.
pub const NODES_MAX: usize = 10_000;
/// Links of one import.
pub const LINKS_MAX: usize = 100_000;
/// Constellations, relays, or pools of one import.
pub const OTHERS_MAX: usize = 10_000;
/// How far a radio cell reaches at most, in m: GSM with an extended range.
pub const REACH_M_MAX: f64 = 120_000.0;
/// H3 cells that one polygon of coverage is laid out in, before they are compacted.
pub const POLYGON_CELLS_MAX: usize = 1_000;
/// H3 cells that a region may have.
pub const REGION_CELLS_MAX: usize = 2_000_000;
/// Parts of the earth that a constellation is worked out for in one import.
pub const BEAMS_MAX: usize = 2_000;
/// Resources on their way to the cell at one time.
pub const WAVE_RESOURCES_MAX: usize = 1_024;
/// Rows of one table of people.
pub const PEOPLE_ROWS_MAX: usize = 10_000_000;
/// Resources whose measured load the cell forecasts itself: some 280 KB of memory each once eight weeks are known.
pub const MEASURED_RESOURCES_MAX: usize = 20_000;
/// How far back the network is asked for what it measured, when a cell starts or learns of new resources.
pub const MEASURED_HISTORY: Duration = Duration::from_days(42);
/// A resource that was not measured for so long is not forecast: its profile holds once its last forecast is over.
pub const MEASURED_STALE: Duration = Duration::from_hours(24);
/// Slots of five minutes that a forecast of background load speaks of: two days.
pub const FORECAST_SLOTS: u32 = 576;
/// How far ahead satellites are looked for.
pub const SKY_AHEAD: Duration = Duration::from_hours(48);
/// When they are looked for again: as long before that ends.
pub const SKY_LEAD: Duration = Duration::from_hours(24);
/// Sales that are looked at for what is wanted, the latest first.
pub const PRICED_SALES_MAX: usize = 2_000_000;
/// Different purchases that are priced: an offering, what it takes, and when.
pub const PRICED_PRODUCTS_MAX: usize = 20_000;
/// How long planning waits after a failure, where it does not come round sooner.
pub const PLANNING_RETRY: Duration = Duration::from_mins(5);
