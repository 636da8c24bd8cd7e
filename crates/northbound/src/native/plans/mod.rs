//! Price plans, from what product managers write.

mod convert;
mod draft;
mod lines;
mod text;
mod wire;

#[cfg(test)]
mod tests;

pub use convert::plan_of;
pub(crate) use convert::read;
pub(crate) use draft::draft_of;
pub(crate) use lines::{lines, terms_of};
pub use wire::PlanDraft;
pub(crate) use wire::PriceLine;
