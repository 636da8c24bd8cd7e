//! What all CAMARA APIs share (Commonalities 0.6).

pub(crate) mod check;
pub(crate) mod convert;
pub(crate) mod error;
pub(crate) mod extract;
pub(crate) mod wire;
