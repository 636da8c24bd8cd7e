//! A network as its operator describes it. Positions are degrees, capacity is kbit/s.

/// What a radio cell speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Technology {
    /// 2G.
    Gsm,
    /// 3G.
    Umts,
    /// 4G.
    Lte,
    /// 5G.
    Nr,
    /// 5G in the upper 6 GHz band (n104).
    NrUpper6,
}

impl Technology {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gsm => "GSM",
            Self::Umts => "UMTS",
            Self::Lte => "LTE",
            Self::Nr => "NR",
            Self::NrUpper6 => "NR of band 104",
        }
    }
}

/// A radio cell.
#[derive(Clone, Debug, PartialEq)]
pub struct RadioCell {
    /// What it is called; no other has the name.
    pub name: String,
    /// What it speaks.
    pub technology: Technology,
    /// Where it is: degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// How far it reaches, in m.
    pub range_m: f64,
    /// What it carries, in kbit/s.
    pub capacity_kbps: u64,
    /// The node that it hangs on; the nearest one of transport when nothing is said.
    pub node: Option<String>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// A switch or a router.
    Transport,
    /// A user plane function.
    Core,
    /// A site where computing is sold.
    Edge,
}

/// A node of the transport network, the core or the edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is called; no other has the name.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// Where it is: degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// What goes through it, in kbit/s.
    pub capacity_kbps: u64,
    /// The node that its traffic goes through next; `None`: it leaves the network here.
    pub behind: Option<String>,
}

/// A relay in the stratosphere, or an unmanned aircraft that carries one.
#[derive(Clone, Debug, PartialEq)]
pub struct Relay {
    /// What it is called; no other has the name.
    pub name: String,
    /// Where it stands: degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// How high, in m.
    pub altitude_m: f64,
    /// How low over the horizon a device may see it, in degrees.
    pub mask_deg: f64,
    /// What it carries, in kbit/s.
    pub capacity_kbps: u64,
    /// The node that it hangs on.
    pub node: Option<String>,
}

/// A pool of accelerators, or of computing at an edge site.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// What it is called; no other has the name.
    pub name: String,
    /// What it has, in units of its own: tokens a second, cores.
    pub units: u64,
    /// The node that it hangs on.
    pub node: Option<String>,
}

/// Everything that is described.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Transport, core and edge.
    pub nodes: Vec<Node>,
    /// Radio cells.
    pub radio_cells: Vec<RadioCell>,
    /// Relays.
    pub relays: Vec<Relay>,
    /// Pools of inference.
    pub pools: Vec<Pool>,
}
