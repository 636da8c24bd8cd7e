//! Where devices are, as the network says: told to the cell for those that hold a promise, so that it follows them.
//!
//! What is told is where a device is, not that it moved: it is told again after a start, and for as long as what is held does
//! not serve it there, so that a promise that is broken is kept again once there is room.

use super::gate::Gate;
use super::network::{Pace, Stopped, patiently, tell};
use crate::port::Southbound;
use engine::Command;
use engine::state::{SessionRef, SessionState, State};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use types::{H3Cell, SessionId};

/// The places of devices as they were told last.
pub(super) struct Attachments {
    gate: Gate,
    port: Arc<dyn Southbound>,
    pace: Pace,
    told: Mutex<BTreeMap<SessionRef, Vec<H3Cell>>>,
}

impl Attachments {
    pub fn new(gate: Gate, port: Arc<dyn Southbound>, pace: Pace) -> Self {
        Self { gate, port, pace, told: Mutex::default() }
    }

    /// Asks where the device of an active session is, and tells the cell unless it knows. What cannot be had now is asked
    /// for again.
    pub async fn follow(&self, session: SessionRef, id: SessionId) -> Result<(), Stopped> {
        let places = match patiently(id, self.pace.call_timeout, self.port.attachment(id)).await {
            Ok(places) => places,
            Err(error) => {
                tracing::warn!(%error, fault = ?error.fault, network = self.port.name(), "no attachment could be had");
                return Ok(());
            }
        };
        let Some(here) = places.first() else { return Ok(()) };
        let known = self.told().get(&session) == Some(&places);
        let Some(standing) = standing(&self.gate.replica().view().state, session, *here) else { return Ok(()) };
        if known && standing == Standing::Served {
            return Ok(());
        }
        tell(&self.gate, Command::MoveSession { session, places: places.clone() }).await?;
        self.told().insert(session, places);
        Ok(())
    }

    /// A session is over.
    pub fn forget(&self, session: SessionRef) {
        self.told().remove(&session);
    }

    fn told(&self) -> MutexGuard<'_, BTreeMap<SessionRef, Vec<H3Cell>>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what a promise holds serve its device?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Served,
    Stranded,
}

/// `None` for a session that is not active, or whose promise takes nothing of the network or is for an area.
fn standing(state: &State, session: SessionRef, here: H3Cell) -> Option<Standing> {
    let row = state.session(session).filter(|row| row.state == SessionState::Active)?;
    let token = state.token(row.token).filter(|token| token.booking.is_some() && token.place.cells().len() == 1)?;
    let serving = state.covering(here);
    let is_served = token.legs.iter().any(|leg| serving.contains(&leg.resource));
    Some(if is_served { Standing::Served } else { Standing::Stranded })
}
