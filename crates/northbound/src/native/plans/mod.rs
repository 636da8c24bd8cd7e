//! Price plans, from what product managers write.

mod convert;
mod draft;
mod lines;
mod text;
mod wire;
mod words;

#[cfg(test)]
mod tests;

pub use convert::plan_of;
pub(crate) use convert::read;
pub(crate) use draft::draft_of;
pub(crate) use lines::lines;
pub use wire::PlanDraft;
pub(crate) use wire::PriceLine;
pub(crate) use words::terms_of;
