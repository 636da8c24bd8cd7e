//! Money of the caller.

mod routes;

pub(crate) use routes::routes;
