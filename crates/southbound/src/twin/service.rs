//! The calls. The twin has no clock of its own: each call first tells it the time.

use super::convert::{flow_of, loads_of, report_of};
use super::error::{call_error, incomplete};
use node::{Calling, Clock, Intent, Loads, LoadsError, Measuring, Report, Southbound};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use twin::{City, FlowAccepted, Released, Twin};
use types::{Capabilities, Capability, H3Cell, SessionId, Window};

/// A driver of a twin that others may look at and disturb through [`TwinDriver::twin`].
#[derive(Clone, Debug)]
pub struct TwinDriver {
    twin: Arc<Mutex<Twin>>,
    /// What there is, to be measured without holding up the calls.
    city: Arc<City>,
    clock: Clock,
    /// What the application of each session sends: asked for again by reports that come after its flow is gone.
    offered_kbps: Arc<Mutex<BTreeMap<SessionId, u64>>>,
}

/// Sessions whose offered rate is remembered; the oldest is forgotten first, as ids begin with their time.
const SESSIONS_KEPT_MAX: usize = 65_536;

impl TwinDriver {
    /// Drives this twin in real time.
    pub fn new(twin: Twin) -> Self {
        Self::by_clock(twin, Clock::default())
    }

    /// Drives it in the time of this clock.
    pub fn by_clock(twin: Twin, clock: Clock) -> Self {
        let city = Arc::new(twin.city().clone());
        Self { twin: Arc::new(Mutex::new(twin)), city, clock, offered_kbps: Arc::default() }
    }

    /// The twin, told the time.
    pub fn twin(&self) -> MutexGuard<'_, Twin> {
        let mut twin = self.twin.lock().unwrap_or_else(PoisonError::into_inner);
        twin.advance_to(self.clock.now());
        twin
    }

    fn offered_kbps(&self) -> MutexGuard<'_, BTreeMap<SessionId, u64>> {
        self.offered_kbps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, session: SessionId, offered_kbps: u64) {
        let mut offered = self.offered_kbps();
        offered.insert(session, offered_kbps);
        if offered.len() > SESSIONS_KEPT_MAX {
            offered.pop_first();
        }
    }

    fn reports_after(&self, session: SessionId, after: u64) -> Vec<Report> {
        let offered_kbps = self.offered_kbps().get(&session).copied().unwrap_or(0);
        let mut twin = self.twin();
        twin.rewind(session, after);
        let reports = twin.poll(session);
        reports.into_iter().map(|report| report_of(report, offered_kbps)).collect()
    }
}

impl Southbound for TwinDriver {
    fn name(&self) -> &'static str {
        "twin"
    }

    fn delivers(&self) -> Capabilities {
        [Capability::Connectivity, Capability::Experience, Capability::Slice].into_iter().collect()
    }

    fn activate<'a>(&'a self, intent: &'a Intent) -> Calling<'a, ()> {
        Box::pin(async move {
            let flow = flow_of(intent).ok_or_else(|| incomplete(intent.session))?;
            self.remember(intent.session, flow.offered_kbps);
            let answered = self.twin().activate(&flow);
            let FlowAccepted { answered_after, .. } =
                answered.map_err(|error| call_error("activate", intent.session, error))?;
            wait(answered_after).await;
            Ok(())
        })
    }

    fn read_back(&self, session: SessionId) -> Calling<'_, bool> {
        Box::pin(async move { Ok(self.twin().read_back(session).is_some()) })
    }

    fn release(&self, session: SessionId) -> Calling<'_, ()> {
        Box::pin(async move {
            let answered = self.twin().release(session);
            let Released { answered_after, .. } = answered.map_err(|error| call_error("release", session, error))?;
            wait(answered_after).await;
            Ok(())
        })
    }

    fn reports(&self, session: SessionId, after: u64) -> Calling<'_, Vec<Report>> {
        Box::pin(async move { Ok(self.reports_after(session, after)) })
    }

    fn attachment(&self, session: SessionId) -> Calling<'_, Vec<H3Cell>> {
        Box::pin(async move {
            let attachment = self.twin().attachment(session);
            Ok(attachment.map(|at| vec![at.place, at.ahead]).unwrap_or_default())
        })
    }

    fn measured(&self) -> Option<&dyn Loads> {
        Some(self)
    }
}

impl Loads for TwinDriver {
    /// The city was there before it was run: it remembers every slot that is over.
    fn loads(&self, window: Window) -> Measuring<'_> {
        let (city, now) = (Arc::clone(&self.city), self.clock.now());
        Box::pin(async move {
            let measured = tokio::task::spawn_blocking(move || loads_of(&city, window, now)).await;
            measured.map_err(|error| LoadsError { reason: error.to_string() })
        })
    }
}

async fn wait(for_how_long: types::Duration) {
    if for_how_long.as_ms() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(for_how_long.as_ms())).await;
    }
}
