//! The northbound as its users see it: real routes over a real cell on the memory store.

mod authorisation;
mod books;
mod camara;
mod conformance;
mod docs;
mod emergency;
mod entitlements;
mod events;
mod hostile;
mod keys;
mod limits;
mod oauth;
mod openapi;
mod places;
mod postbox;
mod purchase;
mod refusals;
mod security;
mod shedding;
mod sides;
mod socket;
pub(crate) mod spec;
mod stuck;
mod tls;
mod usage;
mod webhooks;
pub(crate) mod world;
