//! The service: what will be wanted, and how sure that is.

pub mod forecast;
