//! What awaits: the threads of a cell, its gate, its replica, its calls to the network and to whoever wants to be told.

mod attachments;
mod clock;
mod feed;
mod forecast;
mod forgetting;
mod gate;
mod inbox;
mod intent;
mod network;
mod notify;
mod payments;
mod postings;
mod pruning;
mod replica;
mod telemetry;
mod writer;

pub use clock::{Clock, wall_clock};
pub use feed::{Feed, FeedError, Page};
pub use forecast::LoadError;
pub use gate::{Counts, Gate, GateError, Pending};
pub use network::Network;
pub use notify::Notifier;
pub use payments::Cashier;
pub use postings::RecordsError;
pub use replica::Replica;
pub use writer::{Cell, StartError};

#[cfg(test)]
mod tests;
