//! The port through which a cell calls its network; `southbound` has the drivers behind it.
//!
//! Every call is idempotent by session id: the cell repeats calls after a crash or a lost answer.

use std::future::Future;
use std::pin::Pin;
use types::{Area, Capabilities, Duration, H3Cell, Instant, ResourceId, SessionId, TokenId, Window};

/// A call under way.
pub type Calling<'a, T> = Pin<Box<dyn Future<Output = Result<T, CallError>> + Send + 'a>>;

/// What the network is asked to enforce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Names the flow on the network.
    pub session: SessionId,
    /// The token that is called.
    pub token: TokenId,
    /// The device as the network knows it: out of the vault.
    pub device: String,
    /// The application's side of the flow, as the caller gave it: out of the vault.
    pub flow: String,
    /// The QoS profile.
    pub qos_profile: String,
    /// The resource that carries it, and what is held there.
    pub radio: Option<(ResourceId, u64)>,
    /// Where.
    pub place: Area,
    /// What is promised.
    pub downlink_kbps_min: u32,
    /// What is promised the other way.
    pub uplink_kbps_min: u32,
    /// What is promised, in ms.
    pub latency_ms_max: u32,
    /// For how long.
    pub duration: Duration,
}

/// Whose fault it is that a call did not come back with a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Ours: the call made no sense to the network.
    Ours,
    /// The network's: it refused, and enforces nothing.
    Network,
    /// Nobody knows: no answer came, it may have taken effect.
    Unknown,
}

/// A call that did not come back with a yes.
#[derive(Debug, thiserror::Error)]
#[error("could not {attempted} session {session}: {reason}")]
pub struct CallError {
    /// What was attempted.
    pub attempted: &'static str,
    /// With which session.
    pub session: SessionId,
    /// What the network said.
    pub reason: String,
    /// Whose fault it is.
    pub fault: Fault,
    /// May the same call succeed later?
    pub retryable: bool,
}

/// What was measured on one session in one interval: raw samples, never a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose.
    pub session: SessionId,
    /// 1, 2, 3, … of this session.
    pub sequence: u64,
    /// First instant measured.
    pub from: Instant,
    /// First instant after it.
    pub to: Instant,
    /// One-way delays, at even distances over the interval.
    pub latency_us: Vec<u32>,
    /// Bytes delivered.
    pub delivered_bytes: u64,
    /// Bytes the application offered; what was not delivered of them was starved.
    pub offered_bytes: u64,
}

/// What others used of a resource in one slot: the background of what is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Of which resource.
    pub resource: ResourceId,
    /// The first instant of the slot of five minutes.
    pub slot_at: Instant,
    /// Its mean, units a slot of the resource, rounded up.
    pub units: u64,
}

/// Why nothing is known of what was measured. The same question may be answered later.
#[derive(Debug, thiserror::Error)]
#[error("could not read what was measured: {reason}")]
pub struct LoadsError {
    /// What the network said.
    pub reason: String,
}

/// A question about loads under way.
pub type Measuring<'a> = Pin<Box<dyn Future<Output = Result<Vec<Load>, LoadsError>> + Send + 'a>>;

/// A network that measures what others use of it, and remembers it for some weeks.
pub trait Loads: Send + Sync {
    /// What was measured in the slots that begin in `window`, which is over; in any order, with whatever was not measured
    /// left out.
    fn loads(&self, window: Window) -> Measuring<'_>;
}

/// A network, as a cell sees it.
pub trait Southbound: Send + Sync {
    /// Its name, for people.
    fn name(&self) -> &'static str;

    /// Which capabilities it can deliver: an offering of any other is not sold.
    fn delivers(&self) -> Capabilities;

    /// Enforces an intent. A repeat with the same session is the same flow.
    fn activate<'a>(&'a self, intent: &'a Intent) -> Calling<'a, ()>;

    /// Does the network enforce this session now?
    fn read_back(&self, session: SessionId) -> Calling<'_, bool>;

    /// Stops enforcing a session. Not an error when it was not enforced.
    fn release(&self, session: SessionId) -> Calling<'_, ()>;

    /// Reports of a session with a number above `after`, oldest first; they may come again until they are acknowledged
    /// by a higher `after`.
    fn reports(&self, session: SessionId, after: u64) -> Calling<'_, Vec<Report>>;

    /// Where the device of a session is served from now, and after it where it will be next, the nearest first; nothing
    /// from a network that does not say. It changes only with what serves the device.
    fn attachment(&self, session: SessionId) -> Calling<'_, Vec<H3Cell>>;

    /// What it knows of the load of its resources; nothing where it measures none.
    fn measured(&self) -> Option<&dyn Loads> {
        None
    }
}
