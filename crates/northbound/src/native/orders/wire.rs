//! Orders as JSON.

use crate::native::wire::{Grade, PlaceAsked, WindowAsked};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A purchase: by accepting a `quote`, or at once with `offering`, `window` and `place`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    /// `pty_…` of whoever buys; the caller when it is absent.
    pub party: Option<String>,
    /// `quo_…`
    pub quote: Option<String>,
    /// `off_…`
    pub offering: Option<String>,
    /// When.
    pub window: Option<WindowAsked>,
    /// Where.
    pub place: Option<PlaceAsked>,
    /// The weakest grade that will do; any when it is absent.
    pub grade_min: Option<Grade>,
    /// A promotion code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion: Option<String>,
    /// The device it is bound to, for example `tel:+31612345678`; any device of the holder when it is absent.
    pub device: Option<String>,
    /// Ed25519 public key, 64 hexadecimal digits: only who proves to have it can use the signed entitlement. Whoever has
    /// the text when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// `pty_…` of whoever's wallet pays, where it admitted the buyer; the buyer's own when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
}
