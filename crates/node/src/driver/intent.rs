//! What the network is asked to enforce: the session's row, its token, its offering, and its private part.

use crate::port::{CallError, Fault, Intent};
use crate::vault::{SessionRecord, Vault};
use engine::capacity::{Leg, Slot};
use engine::state::{Digest, SessionRef, State};
use types::{Instant, SessionId};

/// The intent of a session without its private part, and where that is; `None` once the session is forgotten.
pub(super) fn intent_of(state: &State, session: SessionRef, now: Instant) -> Option<(Intent, Digest)> {
    let row = state.session(session)?;
    let token = state.token(row.token)?;
    let offering = state.offering(token.offering)?;
    let slot = Slot::containing(now)?;
    let held_now = |leg: &&Leg| leg.slots.is_none_or(|own| own.contains(slot));
    let radio = token.legs.iter().filter(held_now).find_map(|leg| {
        let info = state.resource(leg.resource).filter(|info| !info.covers.is_empty())?;
        Some((info.id, leg.units))
    });
    let intent = Intent {
        session: row.id,
        token: token.id,
        device: String::new(),
        flow: String::new(),
        qos_profile: offering.qos_profile.clone(),
        radio,
        place: token.place.clone(),
        downlink_kbps_min: offering.terms.downlink_kbps_min,
        uplink_kbps_min: offering.terms.uplink_kbps_min,
        latency_ms_max: offering.terms.latency_ms_max,
        duration: row.duration,
    };
    Some((intent, row.flow))
}

/// Adds the private part out of the vault. Nothing is enforced for a device that is not known: a vault that cannot be read
/// may be readable later, a person who was erased stays so.
pub(super) fn with_private_part(intent: Intent, flow: Digest, vault: &Vault) -> Result<Intent, CallError> {
    let session = intent.session;
    let record = vault.session(flow).map_err(|error| unreadable(session, &error))?;
    let SessionRecord { device, flow, .. } = record.ok_or_else(|| erased(session))?;
    Ok(Intent { device, flow, ..intent })
}

fn erased(session: SessionId) -> CallError {
    let reason = "its private part was erased".to_owned();
    CallError { attempted: "read what to enforce for", session, reason, fault: Fault::Ours, retryable: false }
}

fn unreadable(session: SessionId, error: &dyn std::error::Error) -> CallError {
    let reason = format!("its private part cannot be read: {error}");
    CallError { attempted: "read what to enforce for", session, reason, fault: Fault::Ours, retryable: true }
}
