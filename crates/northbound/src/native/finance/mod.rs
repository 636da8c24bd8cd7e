//! What finance asks of the books: who paid, who is owed, what is earned, at any time.

pub(crate) mod convert;
pub(crate) mod period;
pub(crate) mod routes;
pub(crate) mod wire;

pub(crate) use routes::{operators, routes};
