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

/// What is known of a node so far: its way, the nodes on it, and how good that is: the less the better.
#[derive(Clone, Copy)]
struct Known {
    way: Option<Way>,
    length_m: u64,
    nodes: usize,
}

/// Which of two ways is better.
#[derive(Clone, Copy)]
enum Better {
    /// The shorter one; of two as short, the one over fewer nodes.
    Shorter,
    /// The one over fewer nodes; of two over as many, the shorter one.
    Fewer,
}

/// For every node its first step to the nearest core, or why it has none. Where the shortest ways are over more nodes than
/// the books take, all ways are those over the fewest, and of these the shortest.
pub fn ways(nodes: &[Node], links: &[Link]) -> Vec<Result<Way, String>> {
    let mut known = spread(nodes, links, Better::Shorter);
    if known.iter().flatten().any(Known::is_too_long) {
        known = spread(nodes, links, Better::Fewer);
    }
    known.into_iter().map(step).collect()
}

fn spread(nodes: &[Node], links: &[Link], better: Better) -> Vec<Option<Known>> {
    let mut at: Vec<Vec<(usize, u64)>> = vec![Vec::new(); nodes.len()];
    for Link { ends: (from, to), kbps } in links {
        at[*from].push((*to, *kbps));
        at[*to].push((*from, *kbps));
    }
    let mut known: Vec<Option<Known>> = vec![None; nodes.len()];
    let mut next = BinaryHeap::new();
    for (place, _) in nodes.iter().enumerate().filter(|(_, node)| node.kind == NodeKind::Core) {
        let core = Known { way: None, length_m: 0, nodes: 0 };
        known[place] = Some(core);
        next.push(Reverse((core.cost(better), place)));
    }
    while let Some(Reverse((cost, place))) = next.pop() {
        let Some(here) = known[place].filter(|known| known.cost(better) == cost) else { continue };
        for (to, kbps) in &at[place] {
            let way = Some(Way { next: place, kbps: *kbps });
            let length_m = here.length_m + length_m_of(&nodes[place], &nodes[*to]);
            let there = Known { way, length_m, nodes: here.nodes + 1 };
            if known[*to].is_none_or(|known| there.cost(better) < known.cost(better)) {
                known[*to] = Some(there);
                next.push(Reverse((there.cost(better), *to)));
            }
        }
    }
    known
}

impl Known {
    fn cost(&self, better: Better) -> (u64, u64) {
        let nodes = self.nodes as u64;
        match better {
            Better::Shorter => (self.length_m, nodes),
            Better::Fewer => (nodes, self.length_m),
        }
    }

    /// A radio cell in front of it is one more.
    fn is_too_long(&self) -> bool {
        self.nodes >= UPSTREAM_MAX
    }
}

fn step(known: Option<Known>) -> Result<Way, String> {
    let known = known.ok_or("has no way to a core: links to one, or to what has one, are expected")?;
    if known.is_too_long() {
        let most = UPSTREAM_MAX - 1;
        return Err(format!("has {} nodes between it and the end of its way; {most} are the most", known.nodes));
    }
    known.way.ok_or_else(|| "is where ways end".to_owned())
}

/// At least a metre, so that no way goes round.
fn length_m_of(from: &Node, to: &Node) -> u64 {
    let place = |node: &Node| LatLng::new(node.lat, node.lon).ok();
    let between = place(from).zip(place(to)).map_or(0.0, |(from, to)| from.distance_m(to));
    floor(between).max(1)
}
