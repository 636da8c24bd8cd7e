//! Sessions of quality-on-demand: to calls of tokens, and back.

use crate::call::{Call, Record};
use crate::camara::common::convert::chosen;
use crate::camara::common::error::ErrorInfo;
use crate::camara::common::extract::uuid_text;
use crate::camara::quality_on_demand::check;
use crate::camara::quality_on_demand::error::profile_not_applicable;
use crate::camara::quality_on_demand::wire::{CreateSession, Flow, QosStatus, Remembered, SessionInfo, StatusInfo};
use crate::fault::Fault;
use crate::time;
use engine::Actor;
use engine::state::{EndReason, OfferingStatus, Session, SessionRef, SessionState, State, Token, TokenRef, TokenState};
use node::SessionRecord;
use types::{Duration, Instant, SessionId, SubjectId};

/// A request whose form is sound, without the token that it will call.
pub(crate) struct Wanted {
    /// The call, of a token that is still to be chosen.
    call: Call,
    /// The profile.
    qos_profile: String,
}

/// Reads a request. Everything that is wrong with its form is found here, before anything is looked up.
pub(crate) fn wanted(request: CreateSession) -> Result<Wanted, ErrorInfo> {
    check::request(&request)?;
    let (identifier, shown) = chosen(request.device.as_ref())?;
    let seconds = u64::try_from(request.duration).unwrap_or(0);
    let flow = Flow {
        application_server: request.application_server,
        device_ports: request.device_ports,
        application_server_ports: request.application_server_ports,
    };
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

    /// The call, of the token that serves it: live, its window now, its device this one or any. One bound to the device
    /// is preferred, then one that is not being called.
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
        let best = tokens.min_by_key(|(_, token)| (token.session.is_some(), token.device.is_none()));
        match best {
            Some((token, _)) => Ok(Call { token, ..self.call }),
            None => Err(without_token(state, &self.qos_profile)),
        }
    }
}

/// Why nothing serves a request: no such profile, none that is sold any more, or nothing bought.
fn without_token(state: &State, qos_profile: &str) -> ErrorInfo {
    let mut named = state.offerings.iter().filter(|row| row.qos_profile == qos_profile).peekable();
    if named.peek().is_none() {
        return ErrorInfo::invalid_argument("qosProfile: there is no such profile");
    }
    if named.all(|row| row.status == OfferingStatus::Retired) {
        return profile_not_applicable();
    }
    ErrorInfo::not_applicable(format!(
        "No token of yours covers profile {qos_profile} for this device now: buy one first (POST /v1/orders)."
    ))
}

/// The client's session with this id: unknown is 404, another client's 403.
pub(crate) fn own(state: &State, actor: Actor, bits: u128) -> Result<SessionRef, ErrorInfo> {
    let session = state.session_by_id(SessionId::from_u128(bits)).ok_or_else(ErrorInfo::not_found)?;
    let row = state.session(session).ok_or_else(ErrorInfo::not_found)?;
    match state.token(row.token) {
        Some(token) if token.party == actor.party => Ok(session),
        _ => Err(ErrorInfo::permission_denied()),
    }
}

/// A session with what the vault remembers of its request. `None` when that is another request's by now.
pub(crate) fn session_info(state: &State, session: SessionRef, kept: &SessionRecord) -> Option<SessionInfo> {
    let row = state.session(session)?;
    let token = state.token(row.token)?;
    let record: Record = serde_json::from_str(&kept.request).ok()?;
    belongs_to(state, row, &record).then_some(())?;
    let flow: Flow = serde_json::from_str(&kept.flow).ok()?;
    let remembered: Remembered = serde_json::from_value(record.request).ok()?;
    let (qos_status, status_info) = status(row);
    let known = qos_status != QosStatus::Requested;
    Some(SessionInfo {
        session_id: uuid_text(row.id.as_u128()),
        device: remembered.device,
        application_server: flow.application_server,
        device_ports: flow.device_ports,
        application_server_ports: flow.application_server_ports,
        qos_profile: state.offering(token.offering)?.qos_profile.clone(),
        sink: remembered.sink,
        duration: duration_s(row, qos_status),
        started_at: row.started_at.filter(|_| known).map(time::text),
        expires_at: row.ends_at.filter(|_| known).map(time::text),
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

/// Granted at first; once it is over, what it really was. A second that began counts.
fn duration_s(row: &Session, status: QosStatus) -> u64 {
    match (status, row.started_at, row.ends_at) {
        (QosStatus::Available | QosStatus::Unavailable, Some(from), Some(to)) => {
            to.since(from).as_ms().div_ceil(1_000).max(1)
        }
        _ => row.duration.as_secs(),
    }
}
