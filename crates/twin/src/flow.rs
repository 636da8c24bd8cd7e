//! What is asked of the network for one session, and what it answers.

use thiserror::Error;
use types::{Duration, H3Cell, Instant, RadioCellId, ResourceId, SessionId};

/// The mean packet size in bytes that plans and flows use unless they know better.
pub const PACKET_BYTES: u32 = 1_200;

/// Where a flow is to be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// By whichever radio cell serving this H3 cell has most left. Resolution 8 or finer.
    H3(H3Cell),
    /// By this radio cell.
    RadioCell(RadioCellId),
}

/// One flow to be enforced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowRequest {
    /// Names the flow; a repeat with the same content is the same flow.
    pub session: SessionId,
    /// The device, opaque to the network.
    pub device: [u8; 16],
    /// Where.
    pub place: Place,
    /// Protected rate in kbit/s, which is also the most it may use; 0 for best effort.
    pub guaranteed_kbps: u64,
    /// What the application sends, in kbit/s.
    pub offered_kbps: u64,
    /// Mean packet size, at least 1 byte.
    pub packet_bytes: u32,
    /// Break out at this edge site rather than at the core.
    pub edge: Option<ResourceId>,
}

/// The flow is enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowAccepted {
    /// The radio cell that carries it.
    pub radio_cell: RadioCellId,
    /// Since when it is enforced; a repeat answers the first instant.
    pub activated_at: Instant,
    /// How long the network took to answer (a fault makes it slow); the driver waits that long.
    pub answered_after: Duration,
}

/// The flow is not enforced any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// Was it enforced until this call?
    pub was_active: bool,
    /// How long the network took to answer.
    pub answered_after: Duration,
}

/// Why the network will not enforce a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FlowRefused {
    /// No such radio cell or edge site, or no radio cell serves the H3 cell.
    #[error("no radio cell or edge site of this network serves that place")]
    UnknownPlace,
    /// Guarantees would pass the working capacity of the radio cell or of an element behind it.
    #[error("guarantees would pass the working capacity on the path")]
    NoCapacity,
    /// The session is active with other terms.
    #[error("the session is already active with other terms")]
    SessionDiffers,
}

/// A call that did not come back with a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FlowError {
    /// Refused: nothing changed, and a repeat will not help.
    #[error(transparent)]
    Refused(#[from] FlowRefused),
    /// Failed before it took effect: nothing changed, a repeat may succeed.
    #[error("the network is unavailable; nothing was changed")]
    Unavailable,
    /// No answer: it may have taken effect. Read back before deciding.
    #[error("the network did not answer; the outcome is unknown")]
    TimedOut,
}

/// A flow as the network enforces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowState {
    /// What was asked.
    pub request: FlowRequest,
    /// The radio cell that carries it.
    pub radio_cell: RadioCellId,
    /// Since when.
    pub activated_at: Instant,
    /// Delivered so far, including what is not reported yet.
    pub delivered_bytes: u64,
}
