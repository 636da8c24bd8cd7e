//! What the network really did, for an auditor who trusts no answer.

use types::{Instant, RadioCellId, SessionId};

/// Why a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was released.
    Released,
    /// The core restarted and forgot it.
    Forgotten,
}

/// One flow from activation to its end. A session that is activated again gets another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Whose.
    pub session: SessionId,
    /// The device, as it was given.
    pub device: [u8; 16],
    /// The radio cell that carried it, the last one when its device moved.
    pub radio_cell: RadioCellId,
    /// The protected rate in kbit/s; 0 for best effort.
    pub guaranteed_kbps: u64,
    /// When it took effect.
    pub activated_at: Instant,
    /// When and why it ended; `None` while it runs.
    pub ended: Option<(Instant, Ended)>,
    /// Bytes delivered over its whole life, reported or not.
    pub delivered_bytes: u64,
    /// Bytes delivered and reported.
    pub reported_bytes: u64,
}
