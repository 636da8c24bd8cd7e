//! Every call is refused, and nothing is enforced.

use node::{CallError, Calling, Fault, Intent, Report, Southbound};
use types::{Capabilities, H3Cell, SessionId};

/// The driver of a cell without a network.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unconnected;

impl Southbound for Unconnected {
    fn name(&self) -> &'static str {
        "none"
    }

    fn delivers(&self) -> Capabilities {
        Capabilities::NONE
    }

    fn activate<'a>(&'a self, intent: &'a Intent) -> Calling<'a, ()> {
        let reason = "no network is connected: set `network.driver`".to_owned();
        let session = intent.session;
        Box::pin(async move {
            Err(CallError { attempted: "activate", session, reason, fault: Fault::Ours, retryable: false })
        })
    }

    fn read_back(&self, _: SessionId) -> Calling<'_, bool> {
        Box::pin(async { Ok(false) })
    }

    fn release(&self, _: SessionId) -> Calling<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn reports(&self, _: SessionId, _: u64) -> Calling<'_, Vec<Report>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn attachment(&self, _: SessionId) -> Calling<'_, Vec<H3Cell>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}
