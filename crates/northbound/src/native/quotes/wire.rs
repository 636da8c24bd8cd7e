//! Quotes as JSON.

use crate::native::plans::PriceLine;
use crate::native::wire::{Grade, Leg, Money, PlaceAsked, QuoteState, Window, WindowAsked};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a firm offer is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// `pty_…` of whoever buys; the caller when it is absent.
    pub party: Option<String>,
    /// `off_…`
    pub offering: String,
    /// When.
    pub window: WindowAsked,
    /// Where.
    pub place: PlaceAsked,
    /// The weakest grade that will do; any when it is absent.
    pub grade_min: Option<Grade>,
    /// A promotion code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion: Option<String>,
}

/// A firm, expiring offer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Quote {
    /// `quo_…`
    pub id: String,
    /// Who asked: `pty_…`
    pub party: String,
    /// `off_…`
    pub offering: String,
    /// Where it stands.
    pub state: QuoteState,
    /// When.
    pub window: Window,
    /// Where: H3 indexes.
    pub place: Vec<String>,
    /// The price that will be honoured, gross.
    pub price: Money,
    /// Why it is what it is: the lines add up to it.
    pub lines: Vec<PriceLine>,
    /// What will be held on top for usage.
    pub usage_held: Money,
    /// Probability that the promise is kept.
    pub confidence: f64,
    /// What it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// What is held for it.
    pub path: Vec<Leg>,
    /// It can be accepted before then.
    pub expires_at: String,
}
