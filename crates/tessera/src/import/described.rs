//! Everything that was read, with where each name stands.

use super::problems::Problems;
use intelligence::network::Network;
use std::collections::BTreeMap;
use std::sync::Arc;
use types::H3Cell;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Which file.
    pub file: Arc<str>,
    /// Which line, from 1.
    pub line: u64,
}

/// A network as it was read.
#[derive(Debug, Default)]
pub struct Described {
    /// In the words of the network's layer.
    pub network: Network,
    /// Radio cells whose coverage was drawn, with what they cover.
    pub drawn: BTreeMap<String, Vec<H3Cell>>,
    origins: BTreeMap<String, Origin>,
    hanging: Vec<(String, String)>,
}

impl Described {
    /// Takes a name; `false`, with the problem noted, when something else has it.
    pub fn claim(&mut self, name: &str, origin: &Origin, problems: &mut Problems) -> bool {
        if let Some(there) = self.origins.get(name) {
            let what =
                format!("`{name}` is there already ({}:{}): every name may be used once", there.file, there.line);
            problems.at(&origin.file, origin.line, what);
            return false;
        }
        if name.is_empty() || name.len() > engine::limits::TEXT_BYTES_MAX as usize {
            let what = format!("a name of 1 to {} bytes is expected", engine::limits::TEXT_BYTES_MAX);
            problems.at(&origin.file, origin.line, what);
            return false;
        }
        self.origins.insert(name.to_owned(), origin.clone());
        true
    }

    /// Remembers that something that is no part of the network's layer hangs on a node.
    pub fn hangs(&mut self, name: &str, node: Option<&str>) {
        self.hanging.extend(node.map(|node| (name.to_owned(), node.to_owned())));
    }

    /// Names whatever hangs on a node that is not there.
    pub fn check_nodes(&self, problems: &mut Problems) {
        let nodes: std::collections::BTreeSet<&str> =
            self.network.nodes.iter().map(|node| node.name.as_str()).collect();
        let radio = self.network.radio_cells.iter().map(|row| (&row.name, row.node.as_ref()));
        let relays = self.network.relays.iter().map(|row| (&row.name, row.node.as_ref()));
        let pools = self.network.pools.iter().map(|row| (&row.name, row.node.as_ref()));
        let others = self.hanging.iter().map(|(name, node)| (name, Some(node)));
        for (name, node) in radio.chain(relays).chain(pools).chain(others) {
            let Some(node) = node.filter(|node| !nodes.contains(node.as_str())) else { continue };
            if let Some(Origin { file, line }) = self.origins.get(name) {
                problems.at(file, *line, format_args!("`{name}` hangs on `{node}`, which is not among the nodes"));
            }
        }
    }
}
