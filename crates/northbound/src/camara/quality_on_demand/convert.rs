//! Sessions of quality-on-demand: to calls of tokens, and back.

use crate::call::{Call, Record};
use crate::camara::common::convert::{Devices, Subject};
use crate::camara::common::error::ErrorInfo;
use crate::camara::common::extract::uuid_text;
use crate::camara::qos_profiles::convert::{Viewer, profile_named};
use crate::camara::qos_profiles::wire::QosProfileStatus;
use crate::camara::quality_on_demand::error::{duration_out_of_range, profile_not_applicable};
use crate::camara::quality_on_demand::wire::{CreateSession, Flow, QosStatus, Remembered, SessionInfo, StatusInfo};
use crate::fault::Fault;
use crate::limits::SESSIONS_SHOWN_MAX;
use crate::time;
use engine::Actor;
use engine::state::{Digest, EndReason, Session, SessionRef, SessionState, State, Token, TokenRef, TokenState};
use node::SessionRecord;
use types::{Duration, Instant, SessionId, SubjectId};

/// A request whose form is sound, without the token that it will call.
pub(crate) struct Wanted {
    /// The call, of a token that is still to be chosen.
    call: Call,
    /// The profile.
    qos_profile: String,
}

/// Whose sessions a caller may use: its party's; with a token of three legs, those of its device.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    /// The client.
    pub actor: Actor,
    /// The device of a token of three legs; else all.
    pub devices: Devices,
}

/// Reads a request whose form was checked.
pub(crate) fn wanted(request: CreateSession, subject: Subject) -> Result<Wanted, ErrorInfo> {
    let seconds = u64::try_from(request.duration).unwrap_or(0);
    let flow = Flow {
        application_server: request.application_server,
        device_ports: request.device_ports,
        application_server_ports: request.application_server_ports,
    };
    let Subject { identifier, shown } = subject;
    let remembered = Remembered { device: shown, sink: request.sink, sink_credential: request.sink_credential };
    let value = |value| serde_json::to_value(value).map_err(|error| Fault::internal("keep a request", &error));
    let call = Call {
        token: TokenRef::from_index(u32::MAX),
        device: identifier,
        flow: serde_json::to_value(&flow).map_err(|error| Fault::internal("keep a flow", &error))?,
        request: value(&remembered)?,
        duration: Duration::from_secs(seconds),
    };
    Ok(Wanted { call, qos_profile: request.qos_profile })
}

impl Wanted {
    /// The identifier of the device.
    pub(crate) fn identifier(&self) -> String {
        self.call.device.as_str().to_owned()
    }

    /// The call, of the token that serves it: live, its window now, its device this one or any. One that is not being
    /// called is preferred, then one that lasts long enough, then one bound to the device.
    pub(crate) fn of_token(
        self,
        state: &State,
        actor: Actor,
        device: Option<SubjectId>,
        now: Instant,
    ) -> Result<Call, ErrorInfo> {
        let profile =
            |token: &Token| state.offering(token.offering).is_some_and(|row| row.qos_profile == self.qos_profile);
        let serves = |token: &Token| {
            matches!(token.state, TokenState::Issued | TokenState::Active)
                && token.window.contains(now)
                && (token.device.is_none() || token.device == device)
                && profile(token)
        };
        let tokens = state.tokens_of(actor.party).filter(|(_, token)| serves(token));
        let lasts = |token: &Token| token.window.to().since(now) >= self.call.duration;
        let best = tokens.min_by_key(|(_, token)| (token.session.is_some(), !lasts(token), token.device.is_none()));
        match best {
            Some((token, _)) => Ok(Call { token, ..self.call }),
            None => Err(self.without_token(state, Viewer { actor, devices: Devices::Only(device) })),
        }
    }
    /// Why nothing serves a request: no such profile, one that never lasts so long, none that is sold any more, or
    /// nothing bought.
    fn without_token(&self, state: &State, viewer: Viewer) -> ErrorInfo {
        let Some(profile) = profile_named(state, viewer, &self.qos_profile) else {
            return ErrorInfo::invalid_argument("qosProfile: there is no such profile");
        };
        let longest = profile.duration_max();
        if self.call.duration > longest {
            return duration_out_of_range(format!(
                "The requested duration is out of the allowed range for the profile: at most {} seconds.",
                longest.as_secs()
            ));
        }
        if profile.status != QosProfileStatus::Active {
            return profile_not_applicable();
        }
        ErrorInfo::not_applicable(format!(
            "No token of yours covers profile {} for this device now: buy one first (POST /v1/orders).",
            self.qos_profile
        ))
    }
}

/// The client's session with this id: unknown is 404, another client's or, with a token of three legs, another device's
/// is 403.
pub(crate) fn own(state: &State, caller: Caller, bits: u128) -> Result<SessionRef, ErrorInfo> {
    let session = state.session_by_id(SessionId::from_u128(bits)).ok_or_else(ErrorInfo::not_found)?;
    let row = state.session(session).ok_or_else(ErrorInfo::not_found)?;
    if is_own(state, caller, row) { Ok(session) } else { Err(ErrorInfo::permission_denied()) }
}

/// The client's sessions of a device with the digests of their flows, newest first.
pub(crate) fn sessions_of(state: &State, actor: Actor, device: SubjectId) -> Vec<(SessionRef, Digest)> {
    let own = state.sessions_of(device).filter(|(_, row)| is_own(state, Caller { actor, devices: Devices::All }, row));
    let mut newest: Vec<_> = own.map(|(session, row)| (session, row.flow)).collect();
    newest.reverse();
    newest.truncate(SESSIONS_SHOWN_MAX);
    newest
}

fn is_own(state: &State, caller: Caller, row: &Session) -> bool {
    let of_client = state.token(row.token).is_some_and(|token| token.party == caller.actor.party);
    of_client && caller.devices.have(row.device)
}

/// A session with what the vault remembers of its request. `None` when that is another request's by now. A caller whose
/// token names the device is not told it.
pub(crate) fn session_info(
    state: &State,
    caller: Caller,
    session: SessionRef,
    kept: &SessionRecord,
    now: Instant,
) -> Option<SessionInfo> {
    let row = state.session(session)?;
    let token = state.token(row.token)?;
    let record: Record = serde_json::from_str(&kept.request).ok()?;
    belongs_to(state, row, &record).then_some(())?;
    let flow: Flow = serde_json::from_str(&kept.flow).ok()?;
    let remembered: Remembered = serde_json::from_value(record.request).ok()?;
    let (qos_status, status_info) = status(row);
    let known = qos_status != QosStatus::Requested;
    let ends_at =
        row.ends_at.filter(|_| known).map(|at| if row.state == SessionState::Ending { at.min(now) } else { at });
    Some(SessionInfo {
        session_id: uuid_text(row.id.as_u128()),
        device: remembered.device.filter(|_| caller.devices == Devices::All),
        application_server: flow.application_server,
        device_ports: flow.device_ports,
        application_server_ports: flow.application_server_ports,
        qos_profile: state.offering(token.offering)?.qos_profile.clone(),
        sink: remembered.sink,
        duration: duration_s(row, ends_at),
        started_at: row.started_at.filter(|_| known).map(time::text),
        expires_at: ends_at.map(time::text),
        qos_status,
        status_info,
    })
}

/// Is this the record of a request for this session, or of another party's for the same flow by now?
pub(crate) fn belongs_to(state: &State, row: &Session, record: &Record) -> bool {
    let holder = state.token(row.token).and_then(|token| state.party(token.party));
    holder.is_some_and(|party| party.id.to_string() == record.party)
}

/// Why a session is unavailable. One that never began did not end for its duration: the network did not provide it.
pub(crate) fn status_info(row: &Session, reason: EndReason) -> StatusInfo {
    match reason {
        EndReason::DurationExpired if row.started_at.is_some() => StatusInfo::DurationExpired,
        EndReason::DurationExpired | EndReason::NetworkTerminated => StatusInfo::NetworkTerminated,
        EndReason::DeleteRequested => StatusInfo::DeleteRequested,
    }
}

/// Until the network confirmed, a session is REQUESTED; from the moment it is to be stopped, UNAVAILABLE.
fn status(row: &Session) -> (QosStatus, Option<StatusInfo>) {
    match row.state {
        SessionState::Requested | SessionState::Uncertain => (QosStatus::Requested, None),
        SessionState::Active => (QosStatus::Available, None),
        SessionState::Ending | SessionState::Ended => {
            (QosStatus::Unavailable, row.reason.map(|reason| status_info(row, reason)))
        }
    }
}

/// What was granted at first; then the whole of it from the start to the end that is known. A second that began counts.
fn duration_s(row: &Session, ends_at: Option<Instant>) -> u64 {
    match (row.started_at, ends_at) {
        (Some(from), Some(to)) => to.since(from).as_ms().div_ceil(1_000).max(1),
        _ => row.duration.as_secs(),
    }
}
