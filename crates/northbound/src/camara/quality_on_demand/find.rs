//! Sessions as a caller finds them: rows of the cell beside what the vault remembers of their requests.

use crate::app::App;
use crate::auth::Principal;
use crate::camara::common::convert::Devices;
use crate::camara::common::error::ErrorInfo;
use crate::camara::quality_on_demand::convert::{Caller, session_info, sessions_of};
use crate::camara::quality_on_demand::wire::SessionInfo;
use crate::device::Identifier;
use crate::fault::Fault;
use engine::state::SessionRef;
use node::VaultError;

/// Whose sessions a principal may use.
pub(crate) async fn caller(app: &App, principal: &Principal) -> Result<Caller, Fault> {
    let devices = Devices::only(app, principal.device.clone()).await?;
    Ok(Caller { actor: principal.actor, devices })
}

/// One session, as it is shown.
pub(crate) async fn shown(app: &App, caller: Caller, session: SessionRef) -> Result<SessionInfo, ErrorInfo> {
    let flow = app.read(|view| view.state.session(session).map(|row| row.flow)).await;
    let flow = flow.ok_or_else(ErrorInfo::not_found)?;
    let record = app.vault(move |vault| vault.session(flow)).await?.ok_or_else(ErrorInfo::not_found)?;
    let now = app.gate.clock().now();
    let shown = app.read(|view| session_info(&view.state, caller, session, &record, now)).await;
    shown.ok_or_else(ErrorInfo::not_found)
}

/// The caller's sessions of a device.
pub(crate) async fn by_device(
    app: &App,
    principal: &Principal,
    device: Identifier,
) -> Result<Vec<SessionInfo>, ErrorInfo> {
    let caller = caller(app, principal).await?;
    let Some(device) = app.vault(move |vault| vault.find(device.as_str())).await? else { return Ok(Vec::new()) };
    let found = app.read(|view| sessions_of(&view.state, caller.actor, device)).await;
    let records = app.vault(move |vault| {
        let with_record = found.into_iter().map(|(session, flow)| Ok((session, vault.session(flow)?)));
        with_record.collect::<Result<Vec<_>, VaultError>>()
    });
    let (records, now) = (records.await?, app.gate.clock().now());
    let shown = app.read(|view| {
        let known = records.iter().filter_map(|(session, record)| Some((*session, record.as_ref()?)));
        known.filter_map(|(session, record)| session_info(&view.state, caller, session, record, now)).collect()
    });
    Ok(shown.await)
}
