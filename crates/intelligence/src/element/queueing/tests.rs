//! Checks of the queueing laws, each against something that does not share its code.

mod expected;
mod grades;
mod laws;
