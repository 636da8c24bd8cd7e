//! Pre-emptions as JSON.

use crate::native::wire::Money;
use serde::Serialize;
use utoipa::ToSchema;

/// A token that had to make room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Preempted {
    /// Its place in the journal.
    pub seq: u64,
    /// RFC 3339.
    pub at: String,
    /// `tok_…`
    pub token: String,
    /// Whose it was: `pty_…`
    pub party: String,
    /// The token that took its place: `tok_…`
    pub by: String,
    /// The party on whose authority: `pty_…`
    pub authority: String,
    /// The priority that it has.
    pub level: u8,
    /// Paid as compensation, gross; what was not delivered is paid back beside it.
    pub refund: Money,
}
