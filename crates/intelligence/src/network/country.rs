//! A plausible country, drawn from a seed: towns of Zipf's sizes with radio cells around their middles, roads' worth of
//! cells between them, transport, edge sites and cores behind them.

use super::description::{Network, Node, NodeKind, Pool, RadioCell, Relay, Technology};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Half of the country's width and height, in degrees of latitude.
const HALF_DEG: f64 = 3.0;
/// Radio cells behind one node of transport.
const CELLS_PER_NODE: u32 = 200;
/// Cores.
const CORES: u32 = 3;

/// How large a country to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Radio cells.
    pub radio_cells: u32,
    /// Edge sites.
    pub edge_sites: u32,
    /// Relays in the stratosphere.
    pub relays: u32,
    /// Degrees north of its middle.
    pub lat: f64,
    /// Degrees east of its middle.
    pub lon: f64,
}

impl Default for Size {
    fn default() -> Self {
        Self { radio_cells: 100_000, edge_sites: 500, relays: 8, lat: 47.0, lon: 9.0 }
    }
}

/// A town: where it is, how far it spreads in degrees, and its share of all people, summed up to it.
struct Town {
    lon: f64,
    lat: f64,
    spread_deg: f64,
    up_to: f64,
}

/// Draws a country. The same seed and size give the same country.
pub fn country(seed: u64, size: Size) -> Network {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(seed));
    let towns = towns(&mut draw, size);
    let mut network = Network::default();
    for number in 0..CORES {
        let (lon, lat) = town_place(&mut draw, &towns);
        network.nodes.push(node(format!("core-{number}"), NodeKind::Core, (lon, lat), 40_000_000_000, None));
    }
    for number in 0..size.edge_sites {
        let (lon, lat) = town_place(&mut draw, &towns);
        let behind = Some(format!("core-{}", number % CORES));
        network.nodes.push(node(format!("edge-{number}"), NodeKind::Edge, (lon, lat), 400_000_000, behind));
        let node = Some(format!("edge-{number}"));
        network.pools.push(Pool { name: format!("pool-{number}"), units: 20_000, node });
    }
    for number in 0..size.radio_cells.div_ceil(CELLS_PER_NODE) {
        let (lon, lat) = town_place(&mut draw, &towns);
        let behind = match size.edge_sites {
            0 => format!("core-{}", number % CORES),
            sites => format!("edge-{}", number % sites),
        };
        let name = format!("transport-{number}");
        network.nodes.push(node(name, NodeKind::Transport, (lon, lat), 100_000_000, Some(behind)));
    }
    for number in 0..size.radio_cells {
        network.radio_cells.push(radio_cell(&mut draw, &towns, size, number));
    }
    for number in 0..size.relays {
        let (lon, lat) = anywhere(&mut draw, size);
        let name = format!("haps-{number}");
        let node = (size.radio_cells > 0).then(|| "transport-0".to_owned());
        network.relays.push(Relay {
            name,
            lon,
            lat,
            altitude_m: 20_000.0,
            mask_deg: 10.0,
            capacity_kbps: 2_000_000,
            node,
        });
    }
    network
}

/// Kinds of radio cells: technology, reach in m, capacity in kbit/s, share of town cells that are one.
const KINDS: [(Technology, f64, u64, f64); 5] = [
    (Technology::NrUpper6, 300.0, 2_400_000, 0.10),
    (Technology::Nr, 350.0, 1_200_000, 0.25),
    (Technology::Nr, 1_200.0, 900_000, 0.35),
    (Technology::Lte, 2_000.0, 250_000, 0.25),
    (Technology::Gsm, 4_000.0, 2_000, 0.05),
];

fn radio_cell(draw: &mut Draw, towns: &[Town], size: Size, number: u32) -> RadioCell {
    let name = format!("cell-{number}");
    if draw.share() < 0.15 {
        let (lon, lat) = anywhere(draw, size);
        let (technology, range_m, capacity_kbps) = (Technology::Lte, 6_000.0 + 6_000.0 * draw.share(), 150_000);
        return RadioCell { name, technology, lon, lat, range_m, capacity_kbps, node: None };
    }
    let (lon, lat) = town_place(draw, towns);
    let mut left = draw.share();
    let kind = KINDS.iter().find(|(.., share)| {
        left -= share;
        left < 0.0
    });
    let (technology, range_m, capacity_kbps, _) = *kind.unwrap_or(&KINDS[2]);
    RadioCell { name, technology, lon, lat, range_m: range_m * (0.8 + 0.4 * draw.share()), capacity_kbps, node: None }
}

fn node(name: String, kind: NodeKind, (lon, lat): (f64, f64), capacity_kbps: u64, behind: Option<String>) -> Node {
    Node { name, kind, lon, lat, capacity_kbps, behind }
}

/// As many towns as fit the number of radio cells, the largest first.
fn towns(draw: &mut Draw, size: Size) -> Vec<Town> {
    let count = (size.radio_cells / 250).clamp(3, 400);
    let whole: f64 = (1..=count).map(|rank| 1.0 / f64::from(rank)).sum();
    let mut up_to = 0.0;
    let town = |rank: u32| {
        let (lon, lat) = anywhere(draw, size);
        up_to += 1.0 / f64::from(rank) / whole;
        Town { lon, lat, spread_deg: 0.25 / f64::from(rank).sqrt() + 0.01, up_to }
    };
    (1..=count).map(town).collect()
}

/// Somewhere in a town, the more likely the larger it is, the denser the nearer to its middle.
fn town_place(draw: &mut Draw, towns: &[Town]) -> (f64, f64) {
    let share = draw.share();
    let town = towns.iter().find(|town| share < town.up_to).unwrap_or(&towns[0]);
    let (radius, bearing) = (town.spread_deg * draw.share().powi(2), std::f64::consts::TAU * draw.share());
    let east = town.lat.to_radians().cos();
    (town.lon + radius * bearing.sin() / east, town.lat + radius * bearing.cos())
}

fn anywhere(draw: &mut Draw, size: Size) -> (f64, f64) {
    let east = size.lat.to_radians().cos();
    let mut off = || (2.0 * draw.share() - 1.0) * HALF_DEG;
    (size.lon + off() / east, size.lat + off())
}

struct Draw(ChaCha8Rng);

impl Draw {
    /// From 0 to less than 1.
    fn share(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }
}
