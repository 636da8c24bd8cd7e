//! CAMARA device-data-volume 0.1.0: what is left of the data that a device has bought.
//!
//! It is the sum of what is left of the client's tokens that carry a volume of bytes and serve the device: those that are bound
//! to it, and those that are bound to none. A device that none serves is not one that this applies to.

mod convert;
mod routes;
mod wire;

pub(crate) use routes::routes;

#[cfg(test)]
mod tests;
