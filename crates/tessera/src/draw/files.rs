//! A drawn network in the forms of its files.

use crate::import::nodes::{KindRow, LinkRow, NodeRow};
use crate::import::others::{PoolRow, RelayRow};
use crate::import::radio_csv::COLUMNS;
use crate::import::sky::{PayloadRow, ShellRow};
use intelligence::network::{Network, Node, NodeKind, Technology};
use serde::Serialize;

/// The mobile country and network code of test networks (ITU-T E.212).
const TEST_NETWORK: [&str; 2] = ["001", "01"];
/// Radio cells of one tracking area.
const CELLS_PER_AREA: usize = 200;

/// A radio cell that reaches further than this, in m, stands in the country.
const COUNTRY_M: f64 = 5_000.0;
/// Of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// Radio cells in the columns of `OpenCelliD`, and ours behind them.
pub fn radio_cells(network: &Network) -> anyhow::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS.iter().chain(&["name", "band", "capacity_kbps", "node"]))?;
    let [mcc, net] = TEST_NETWORK;
    for (number, cell) in network.radio_cells.iter().enumerate() {
        let (radio, band) = radio_of(cell.technology);
        let (lon, lat, range) =
            (format!("{:.6}", cell.lon), format!("{:.6}", cell.lat), format!("{:.0}", cell.range_m));
        let (area, id) = ((number / CELLS_PER_AREA).to_string(), number.to_string());
        let (capacity, node) = (cell.capacity_kbps.to_string(), cell.node.clone().unwrap_or_default());
        table.write_record([
            radio, mcc, net, &area, &id, "0", &lon, &lat, &range, "1", "1", "0", "0", "0", &cell.name, band, &capacity,
            &node,
        ])?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// Transport, core and edge with their links: each to what lies behind it, and each of transport to the nearest edge site
/// beside.
pub fn nodes(network: &Network) -> anyhow::Result<String> {
    #[derive(Serialize)]
    struct Graph {
        nodes: Vec<NodeRow>,
        links: Vec<LinkRow>,
    }
    let row = |node: &Node| NodeRow {
        name: node.name.clone(),
        kind: kind_of(node.kind),
        lon: node.lon,
        lat: node.lat,
        capacity_kbps: node.capacity_kbps,
    };
    let mut links = Vec::new();
    for node in &network.nodes {
        let second = if node.kind == NodeKind::Transport { nearest_edge(network, node) } else { None };
        let ends = node.behind.iter().chain(second.filter(|second| Some(*second) != node.behind.as_ref()));
        links.extend(ends.map(|to| LinkRow {
            from: node.name.clone(),
            to: to.clone(),
            capacity_kbps: node.capacity_kbps,
        }));
    }
    json(&Graph { nodes: network.nodes.iter().map(row).collect(), links })
}

/// Relays.
pub fn relays(network: &Network) -> anyhow::Result<String> {
    let row = |relay: &intelligence::network::Relay| RelayRow {
        name: relay.name.clone(),
        lon: relay.lon,
        lat: relay.lat,
        altitude_m: relay.altitude_m,
        mask_deg: relay.mask_deg,
        capacity_kbps: relay.capacity_kbps,
        node: relay.node.clone(),
    };
    json(&network.relays.iter().map(row).collect::<Vec<_>>())
}

/// Pools.
pub fn pools(network: &Network) -> anyhow::Result<String> {
    let row = |pool: &intelligence::network::Pool| PoolRow {
        name: pool.name.clone(),
        units: pool.units,
        node: pool.node.clone(),
    };
    json(&network.pools.iter().map(row).collect::<Vec<_>>())
}

/// A low shell in S band, to hand-held devices: beams as in set 1 of TR 38.821 (table 6.1.1.1-1).
pub fn shells() -> anyhow::Result<String> {
    let payload = PayloadRow {
        beams: 48,
        eirp_dbw: 34.0 + 14.8,
        gain_to_noise_db: -33.6,
        frequency_ghz: 2.0,
        bandwidth_mhz: 30.0,
        losses_db: 5.3,
    };
    json(&[ShellRow {
        name: "leo-600".to_owned(),
        altitude_km: 600.0,
        inclination_deg: 53.0,
        planes: 36,
        satellites_per_plane: 22,
        phasing: Some(1),
        node_spread_deg: 360.0,
        epoch: "2026-01-01T00:00:00Z".to_owned(),
        mask_deg: 25.0,
        payload,
        node: Some("core-0".to_owned()),
    }])
}

/// A table of people: as many near each radio cell as live around one, some of them beyond its reach.
pub fn people(network: &Network) -> anyhow::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["lat", "lon", "people"])?;
    for (number, cell) in (0_u32..).zip(&network.radio_cells) {
        let people = if cell.range_m > COUNTRY_M { 400 } else { 700 };
        // By the golden angle, evenly over a disk that is wider than the reach.
        let (turn, out) = (f64::from(number) * 2.399_963, (f64::from(number) * 0.618_034).fract().sqrt());
        let off_deg = 1.5 * cell.range_m * out / METRES_PER_DEGREE;
        let (lat, east) = (cell.lat + off_deg * turn.cos(), cell.lat.to_radians().cos());
        let lon = cell.lon + off_deg * turn.sin() / east;
        table.write_record([format!("{lat:.6}"), format!("{lon:.6}"), people.to_string()])?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

fn json(rows: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(rows)? + "\n")
}

const fn radio_of(technology: Technology) -> (&'static str, &'static str) {
    match technology {
        Technology::Gsm => ("GSM", ""),
        Technology::Umts => ("UMTS", ""),
        Technology::Lte => ("LTE", ""),
        Technology::Nr => ("NR", "78"),
        Technology::NrUpper6 => ("NR", "104"),
    }
}

const fn kind_of(kind: NodeKind) -> KindRow {
    match kind {
        NodeKind::Transport => KindRow::Transport,
        NodeKind::Core => KindRow::Core,
        NodeKind::Edge => KindRow::Edge,
    }
}

fn nearest_edge<'a>(network: &'a Network, node: &Node) -> Option<&'a String> {
    let east = node.lat.to_radians().cos();
    let distance = |edge: &&Node| ((edge.lon - node.lon) * east).hypot(edge.lat - node.lat);
    let edges = network.nodes.iter().filter(|node| node.kind == NodeKind::Edge);
    edges.min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|edge| &edge.name)
}
