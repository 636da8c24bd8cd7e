//! The nouns of Tessera, with their units.
//!
//! Everything here is a plain value: no clock, no I/O, no floats. A value is parsed once, at the door;
//! inside, a wrong state cannot be written. Wire forms (JSON, CAMARA, TM Forum) live in `northbound` and
//! `southbound`; the only encoding here is the numbered one that the journal stores.
//!
//! Units: money in minor units of its currency, time in milliseconds since the Unix epoch, rates in kbit/s,
//! shares in parts per million (`ppm`), probabilities in parts per billion (`ppb`).
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::float_arithmetic)]

mod area;
mod id;
mod market;
mod money;
mod month;
mod ratio;
mod time;

pub use area::{Area, AreaError, H3Cell};
pub use id::{
    BalanceActionId, CellId, ChargingId, IdError, OfferingId, OrderId, PartyId, PaymentId, QuoteId, RadioCellId,
    ResourceId, SessionId, SourceId, SubjectId, TenantId, TokenId, WebhookId,
};
pub use market::{Capabilities, Capability, Grade, PartyKind};
pub use money::{Currency, CurrencyError, Money, Unit};
pub use month::{Month, MonthError};
pub use ratio::{PPB, PPM, Ratio};
pub use time::{Duration, Instant, Window, WindowError};

#[cfg(test)]
mod tests;
