//! The shortest way of every node to a core, by length along the links (Dijkstra).

use engine::limits::UPSTREAM_MAX;
use h3o::LatLng;
use intelligence::network::{Node, NodeKind};
use intelligence::number::floor;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A link between two nodes, by their places.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// Its ends.
    pub ends: (usize, usize),
    /// What it carries, in kbit/s.
    pub kbps: u64,
}

/// The first step of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The node that comes next.
    pub next: usize,
    /// What the link to it carries, in kbit/s.
    pub kbps: u64,
}

/// What is known of a node so far: its way, its length in m, and the nodes on it.
#[derive(Clone, Copy)]
struct Known {
    way: Option<Way>,
    length_m: u64,
    nodes: usize,
}

/// For every node its first step to the nearest core, or why it has none.
pub fn ways(nodes: &[Node], links: &[Link]) -> Vec<Result<Way, String>> {
    let mut at: Vec<Vec<(usize, u64)>> = vec![Vec::new(); nodes.len()];
    for Link { ends: (from, to), kbps } in links {
        at[*from].push((*to, *kbps));
        at[*to].push((*from, *kbps));
    }
    let mut known: Vec<Option<Known>> = vec![None; nodes.len()];
    let mut next = BinaryHeap::new();
    for (place, _) in nodes.iter().enumerate().filter(|(_, node)| node.kind == NodeKind::Core) {
        known[place] = Some(Known { way: None, length_m: 0, nodes: 0 });
        next.push(Reverse((0_u64, place)));
    }
    while let Some(Reverse((length_m, place))) = next.pop() {
        let Some(here) = known[place].filter(|known| known.length_m == length_m) else { continue };
        for (to, kbps) in &at[place] {
            let length_m = length_m + length_m_of(&nodes[place], &nodes[*to]);
            if known[*to].is_none_or(|known| length_m < known.length_m) {
                let way = Some(Way { next: place, kbps: *kbps });
                known[*to] = Some(Known { way, length_m, nodes: here.nodes + 1 });
                next.push(Reverse((length_m, *to)));
            }
        }
    }
    known.into_iter().map(step).collect()
}

fn step(known: Option<Known>) -> Result<Way, String> {
    match known {
        None => Err("has no way to a core: links to one, or to what has one, are expected".to_owned()),
        // A radio cell in front of it is one more.
        Some(known) if known.nodes >= UPSTREAM_MAX => Err(format!(
            "has {} nodes between it and the end of its way; {} are the most",
            known.nodes,
            UPSTREAM_MAX - 1
        )),
        Some(known) => known.way.ok_or_else(|| "is where ways end".to_owned()),
    }
}

/// At least a metre: of two ways of one length the one over fewer nodes is taken.
fn length_m_of(from: &Node, to: &Node) -> u64 {
    let place = |node: &Node| LatLng::new(node.lat, node.lon).ok();
    let between = place(from).zip(place(to)).map_or(0.0, |(from, to)| from.distance_m(to));
    floor(between).max(1)
}
