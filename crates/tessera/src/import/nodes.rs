//! The transport graph: nodes and links, from one JSON file or two tables.

use super::described::{Described, Origin};
use super::file::File;
use super::position::{capacity, position};
use super::problems::Problems;
use super::ways::{Link, ways};
use crate::limits::{LINKS_MAX, NODES_MAX};
use intelligence::network::{Node, NodeKind};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A node as it is written.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NodeRow {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: KindRow,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// What goes through it, in kbit/s.
    pub capacity_kbps: u64,
}

/// What a node is, as it is written.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KindRow {
    /// A switch or a router.
    Transport,
    /// A user plane function.
    Core,
    /// A site where computing is sold.
    Edge,
}

/// A link as it is written; traffic takes it both ways.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRow {
    /// One end, by its name.
    pub from: String,
    /// The other.
    pub to: String,
    /// What it carries, in kbit/s.
    pub capacity_kbps: u64,
}

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Graph<'a> {
    #[serde(borrow)]
    nodes: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    links: Vec<&'a RawValue>,
}

/// What a file of nodes has to look like.
const EXPECTED: &str =
    "JSON `{\"nodes\": […], \"links\": […]}`, or a table `name,kind,lon,lat,capacity_kbps` with one of links";
/// What a table of links has to look like.
const EXPECTED_LINKS: &str = "a table `from,to,capacity_kbps`";

/// Reads the graph, and gives every node its shortest way to a core.
pub fn read(nodes: &Path, links: Option<&Path>, described: &mut Described, problems: &mut Problems) {
    let Some(file) = File::read(nodes, EXPECTED, problems) else { return };
    let link_file = links.and_then(|links| File::read(links, EXPECTED_LINKS, problems));
    let (nodes, mut links) = if File::ends(nodes, "csv") {
        (file.table(problems), Vec::new())
    } else {
        let Some(Graph { nodes, links }) = file.json(problems) else { return };
        (file.records(&nodes, problems), file.records(&links, problems))
    };
    let links_in: Arc<str> = link_file.as_ref().map_or(file.name.as_str(), |file| file.name.as_str()).into();
    if let Some(link_file) = &link_file {
        links.extend(link_file.table(problems));
    }
    if nodes.len() > NODES_MAX || links.len() > LINKS_MAX {
        return problems.of(&file.name, format_args!("{NODES_MAX} nodes and {LINKS_MAX} links are the most"));
    }
    let nodes = take_nodes(&file.name, nodes, described, problems);
    let links = take_links(&links_in, links, described, problems);
    lead(&nodes, &links, described, problems);
}

/// The lines of the nodes that were taken, in the network's order.
fn take_nodes(
    file: &str,
    rows: Vec<(u64, NodeRow)>,
    described: &mut Described,
    problems: &mut Problems,
) -> Vec<Origin> {
    let file: Arc<str> = file.into();
    let mut taken = Vec::new();
    for (line, row) in rows {
        let origin = Origin { file: Arc::clone(&file), line };
        match node(row) {
            Ok(node) => {
                if described.claim(&node.name, &origin, problems) {
                    described.network.nodes.push(node);
                    taken.push(origin);
                }
            }
            Err(what) => problems.at(&file, line, what),
        }
    }
    taken
}

fn node(NodeRow { name, kind, lon, lat, capacity_kbps }: NodeRow) -> Result<Node, String> {
    position(lat, lon)?;
    capacity("capacity_kbps", capacity_kbps)?;
    let kind = match kind {
        KindRow::Transport => NodeKind::Transport,
        KindRow::Core => NodeKind::Core,
        KindRow::Edge => NodeKind::Edge,
    };
    Ok(Node { name, kind, lon, lat, capacity_kbps, behind: None })
}

fn take_links(file: &str, rows: Vec<(u64, LinkRow)>, described: &Described, problems: &mut Problems) -> Vec<Link> {
    let nodes = &described.network.nodes;
    let places: BTreeMap<&str, usize> = (0..).zip(nodes).map(|(at, node)| (node.name.as_str(), at)).collect();
    let mut links = Vec::new();
    for (line, LinkRow { from, to, capacity_kbps }) in rows {
        let end = |name: &str| {
            let unknown = || format!("a link ends at `{name}`, which is not among the nodes");
            places.get(name).copied().ok_or_else(unknown)
        };
        let link = end(&from).and_then(|from| {
            let (to, kbps) = (end(&to)?, capacity("capacity_kbps", capacity_kbps)?);
            if from == to {
                Err("a link between two nodes is expected".to_owned())
            } else {
                Ok(Link { ends: (from, to), kbps })
            }
        });
        match link {
            Ok(link) => links.push(link),
            Err(what) => problems.at(file, line, what),
        }
    }
    links
}

/// What of a node is used: no more than its link towards the core carries.
fn lead(origins: &[Origin], links: &[Link], described: &mut Described, problems: &mut Problems) {
    let ways = ways(&described.network.nodes, links);
    let names: Vec<String> = described.network.nodes.iter().map(|node| node.name.clone()).collect();
    for ((node, way), Origin { file, line }) in described.network.nodes.iter_mut().zip(ways).zip(origins) {
        if node.kind == NodeKind::Core {
            continue;
        }
        match way {
            Ok(way) => {
                node.capacity_kbps = node.capacity_kbps.min(way.kbps);
                node.behind = names.get(way.next).cloned();
            }
            Err(what) => problems.at(file, *line, format_args!("`{}` {what}", node.name)),
        }
    }
}
