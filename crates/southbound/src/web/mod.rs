//! Somebody else's web servers, called without letting them, or whoever named them, point us at our own network.
//!
//! An address is looked at twice: as it is written (`url.rs`), and again after its name was resolved (`connect.rs`), where
//! the connection goes to the very address that was checked. No redirect is followed.

mod address;
mod connect;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod limits;
mod service;
mod url;

pub use connect::{Resolve, Resolved};
pub use error::WebSetupError;
pub use service::{Config, WebClient};

#[cfg(test)]
mod tests;
