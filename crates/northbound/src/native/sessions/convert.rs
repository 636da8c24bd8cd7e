//! Sessions: wire to calls, rows to wire, and whose they are.

use crate::call::Call;
use crate::device;
use crate::fault::Fault;
use crate::native::convert::id;
use crate::native::sessions::wire;
use crate::native::tokens;
use crate::place::h3_cell;
use crate::time;
use engine::state::{SessionRef, State, TokenRef};
use engine::{Actor, Rejection};
use serde_json::json;
use types::{Duration, H3Cell, SessionId, TokenId};

/// The token that a draft names.
pub(crate) fn token_named(draft: &wire::SessionDraft) -> Result<Option<TokenId>, Fault> {
    draft.token.as_deref().map(|text| id("token", TokenId::parse(text))).transpose()
}

/// The place that a draft names.
pub(crate) fn cell_named(draft: &wire::SessionDraft) -> Result<Option<H3Cell>, Fault> {
    draft.cell.as_deref().map(h3_cell).transpose()
}

/// A draft as a call of a token.
pub(crate) fn call(draft: wire::SessionDraft, token: TokenRef) -> Result<Call, Fault> {
    Ok(Call {
        token,
        device: device::parse_named(&draft.device)?,
        flow: draft.flow.into(),
        request: json!(null),
        duration: Duration::from_secs(draft.duration_s),
    })
}

/// The caller's session with this id; another party's is as if it did not exist.
pub(crate) fn own(state: &State, actor: Actor, id: SessionId) -> Result<SessionRef, Fault> {
    let session = state.session_by_id(id).ok_or(Rejection::UnknownSession)?;
    let row = state.session(session).ok_or(Rejection::UnknownSession)?;
    let token = state.token(row.token).ok_or(Rejection::UnknownSession)?;
    if tokens::convert::is_own(state, actor, token) { Ok(session) } else { Err(Rejection::UnknownSession.into()) }
}

/// A session for the wire.
pub(crate) fn session(state: &State, session: SessionRef) -> Option<wire::Session> {
    let row = state.session(session)?;
    Some(wire::Session {
        id: row.id.to_string(),
        token: state.token(row.token)?.id.to_string(),
        state: row.state.into(),
        duration_s: row.duration.as_secs(),
        requested_at: time::text(row.requested_at),
        started_at: row.started_at.map(time::text),
        ends_at: row.ends_at.map(time::text),
        reason: row.reason.map(Into::into),
        windows_broken: row.windows_broken,
        windows_unmeasured: row.windows_unmeasured,
    })
}
