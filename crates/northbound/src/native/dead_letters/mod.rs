//! Dead letters: what could not be delivered, for the operator to look at and send again.

pub(crate) mod routes;
mod wire;

pub(crate) use routes::operators;
