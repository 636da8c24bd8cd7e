//! What awaits: the threads of a cell, its gate, its replica, its calls to the network.

mod gate;
mod network;
mod replica;
mod writer;

pub use gate::{Counts, Gate, GateError, Pending};
pub use network::Network;
pub use replica::Replica;
pub use writer::{Cell, StartError, wall_clock};
