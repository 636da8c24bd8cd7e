//! What the network can do, worked out in floating point and handed to the core as integers.
//!
//! Three layers, each a folder: [`element`] (one radio cell, one satellite, one queue), [`network`] (where, over which
//! path), [`service`] (how much will be wanted). Nothing here decides: a wrong model can cost revenue or a promise, it
//! cannot admit beyond what the core's books allow.

pub mod element;
pub mod network;
pub mod number;
pub mod service;

#[cfg(test)]
mod tests;
