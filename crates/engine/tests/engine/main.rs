//! The engine as its callers see it: scripts, precedence, invariants, frozen bytes.
//!
//! One binary, so that it links once.

mod audit;
mod capabilities;
mod dice;
mod golden;
mod invariants;
mod parse;
mod render;
mod script;
mod world;
