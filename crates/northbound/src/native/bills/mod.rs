//! What a party is charged in a period, line by line: as JSON and as a page to print.

pub(crate) mod convert;
mod page;
pub(crate) mod period;
mod routes;
pub(crate) mod wire;

pub(crate) use routes::routes;
