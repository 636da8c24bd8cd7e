//! Satellites and relays in the air: where they are, who sees them and when, over which path, at what rate.
//!
//! Elements come from an operator's shell ([`shell`]) or from published sets ([`tle`], [`omm`]); SGP4 moves them. All
//! angles are degrees and all lengths metres unless the name says otherwise; what leaves for the core is an integer.

pub mod beams;
pub mod budget;
pub mod environment;
pub mod frame;
pub mod index;
pub mod limits;
pub mod mesh;
pub mod omm;
pub mod passes;
pub mod place;
pub mod reach;
pub mod satellite;
pub mod serving;
pub mod shell;
pub mod tle;
pub mod vector;

pub use beams::{Payload, footprint_km2};
pub use budget::Budget;
pub use environment::{Band, Environment, Fading, fading};
pub use index::{Index, IndexError};
pub use mesh::{Mesh, Route, Snapshot};
pub use passes::{Pass, PassesError, passes};
pub use place::{Look, Place, PlaceError};
pub use reach::{Access, Reach};
pub use satellite::{ElementsError, Satellite};
pub use serving::{Choice, Serving, handovers, outages, serving};
pub use shell::{Height, Phasing, Shell, ShellError};
pub use tle::{BadRecord, ImportError};

#[cfg(test)]
mod tests;
