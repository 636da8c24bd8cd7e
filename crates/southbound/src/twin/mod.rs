//! The simulated network of `twin`, behind the same port as a real one.

mod convert;
mod error;
mod service;

pub use service::TwinDriver;

#[cfg(test)]
mod tests;
