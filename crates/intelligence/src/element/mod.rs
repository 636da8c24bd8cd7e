//! One network element: what a radio cell, a satellite or a queue can carry, and how surely.

pub mod orbit;
pub mod queueing;
pub mod radio;
