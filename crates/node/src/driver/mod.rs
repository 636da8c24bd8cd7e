//! What awaits: the threads of a cell, its gate, its replica, its calls to the network.

mod clock;
mod forgetting;
mod gate;
mod intent;
mod network;
mod replica;
mod telemetry;
mod writer;

pub use clock::{Clock, wall_clock};
pub use gate::{Counts, Gate, GateError, Pending};
pub use network::Network;
pub use replica::Replica;
pub use writer::{Cell, StartError};

#[cfg(test)]
mod tests;
