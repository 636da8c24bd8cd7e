//! No network at all: a cell that is not connected yet sells, and says so when a token is called.

mod service;

pub use service::Unconnected;
