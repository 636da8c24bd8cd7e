//! Price plans, from what product managers write.

mod convert;
mod text;
mod wire;

#[cfg(test)]
mod tests;

pub use convert::plan_of;
pub use wire::PlanDraft;
