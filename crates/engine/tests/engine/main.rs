//! The engine as its callers see it: scripts, precedence, invariants, frozen bytes.
//!
//! One binary, so that it links once.

mod audit;
mod budgets;
mod capabilities;
mod dice;
mod frozen;
mod golden;
mod invariants;
mod later;
mod market;
mod pages;
mod parse;
mod payouts;
mod plans;
mod precedence;
mod preemption;
mod render;
mod rows;
mod samples;
mod script;
mod sizes;
mod world;
