//! Calling a token: its private side goes into the vault first, then the session is decided.

use crate::app::App;
use crate::auth::challenge::Why;
use crate::device::Identifier;
use crate::fault::{Door, Fault};
use crate::sandbox::check_promise;
use engine::state::{Capability, Digest, EndReason, Offering, SessionRef, State, TokenRef};
use engine::{Actor, Answer, Command, Rejection};
use node::{EntitlementRequest, Possession, RequestDigest, SessionRecord, capability_name, wall_clock};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{Duration, H3Cell, SubjectId, TokenId};

/// A call as it was asked for.
#[derive(Debug)]
pub(crate) struct Call {
    /// Which token.
    pub token: TokenRef,
    /// By which device.
    pub device: Identifier,
    /// The application's side of the flow.
    pub flow: Value,
    /// What else its API has to remember of the request.
    pub request: Value,
    /// For how long.
    pub duration: Duration,
}

/// What was asked for, as the vault keeps it beside the device.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Who asked: `pty_…`. Nobody else is shown any of it.
    pub party: String,
    /// What else its API has to remember.
    pub request: Value,
}

/// An entitlement as it came with a request.
#[derive(Clone)]
pub(crate) struct Shown {
    /// Its text.
    pub text: String,
    /// The proof that its holder presents it.
    pub proof: Option<String>,
    /// The method of the request.
    pub method: String,
    /// Its path, with the query.
    pub target: String,
}

/// An entitlement that was verified for a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Presented {
    /// As whom it lets its bearer act.
    pub actor: Actor,
    /// The token it is of.
    pub token: TokenId,
}

/// What the bearer of an entitlement wants to do with its token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    /// The operation.
    pub op: &'static str,
    /// The device, as the vault knows it.
    pub device: Option<SubjectId>,
    /// Where; the token's own place when it is not said.
    pub cell: Option<H3Cell>,
}

/// Verifies an entitlement for one use of its own token. What it claims to be a token of says only what to verify it for.
/// `body` is what a proof of its holder is about beside method and target.
pub(crate) async fn presented(app: &App, shown: &Shown, body: &[u8], wanted: Use) -> Result<Presented, Fault> {
    let verified = verified(app, shown, body, wanted).await;
    match &verified {
        Err(Fault::Door(Door::EntitlementInvalid, _)) => app.metrics.turned_away(Why::InvalidEntitlement),
        Err(Fault::Door(Door::ProofInvalid, _)) => app.metrics.turned_away(Why::InvalidEntitlementProof),
        _ => {}
    }
    verified
}

async fn verified(app: &App, shown: &Shown, body: &[u8], wanted: Use) -> Result<Presented, Fault> {
    let text = shown.text.as_str();
    let claims = tessera_token::inspect(text).ok().and_then(|claims| claims.grant).ok_or(Door::EntitlementInvalid)?;
    let claimed = TokenId::parse(&claims.ent).map_err(|_| Door::EntitlementInvalid)?;
    let request_digest = RequestDigest::of(&shown.method, &shown.target, body);
    let possession = shown.proof.as_deref().map(|proof| Possession { proof, request: request_digest });
    app.read(|view| {
        let request = request_of(&view.state, claimed, wanted).ok_or(Door::EntitlementInvalid)?;
        let token = app.entitlements.verify(&view.state, text, &request, possession, wall_clock())?;
        let row = view.state.token_by_id(token).and_then(|token| view.state.token(token));
        let party = row.filter(|_| token == claimed).map(|row| row.party).ok_or(Rejection::UnknownToken)?;
        let tenant = view.state.party(party).ok_or(Rejection::UnknownToken)?.tenant;
        Ok(Presented { actor: Actor { tenant, ..Actor::customer(party) }, token })
    })
    .await
}

fn request_of(state: &State, token: TokenId, wanted: Use) -> Option<EntitlementRequest> {
    let row = state.token(state.token_by_id(token)?)?;
    let offering = state.offering(row.offering)?;
    let cell = wanted.cell.or(row.place.cells().first().copied());
    Some(EntitlementRequest {
        op: wanted.op.to_owned(),
        capability: capability_name(called(offering)).to_owned(),
        cell: cell.map(H3Cell::index),
        device: wanted.device.map(|device| device.to_string()),
        qos: Some(offering.qos_profile.clone()),
        amount: None,
        units: None,
    })
}

/// What of an offering a session on the network calls: of a bundle that which the network does.
fn called(offering: &Offering) -> Capability {
    let of_network = [Capability::Slice, Capability::Experience, Capability::Satellite, Capability::Connectivity];
    let in_it = of_network.into_iter().find(|capability| offering.capabilities().contains(*capability));
    in_it.unwrap_or(offering.capability)
}

/// Calls a token. The work goes on when its caller goes away: what it wrote stays what was decided.
pub(crate) async fn place_call(app: &App, actor: Actor, call: Call) -> Result<SessionRef, Fault> {
    let app = app.clone();
    let placed = tokio::spawn(async move { place(&app, actor, call).await }).await;
    placed.map_err(|error| Fault::internal("call a token", &error))?
}

async fn place(app: &App, actor: Actor, call: Call) -> Result<SessionRef, Fault> {
    let Call { token, device, flow, request, duration } = call;
    check_promise(app, Some(device.as_str()))?;
    let flow_text = serde_json::to_vec(&flow).map_err(|error| Fault::internal("read a flow", &error))?;
    let digest = app.vault.digest("flow", &[device.as_str().as_bytes(), &flow_text]);
    let locked = app.lock_flow(digest).await;
    let identifier = device.as_str().to_owned();
    let subject = app.vault(move |vault| vault.subject_for(&identifier)).await?;
    let party = app.read(|view| unless_running(&view.state, actor, (subject, digest))).await?;
    let request = serde_json::to_string(&Record { party, request });
    let request = request.map_err(|error| Fault::internal("keep a flow", &error))?;
    let device = device.as_str().to_owned();
    let record = SessionRecord { device, flow: flow.to_string(), request, kept_at: app.gate.clock().now() };
    app.vault(move |vault| vault.put_session(digest, &record)).await?;
    let command = Command::RequestActivation { token, device: subject, flow: digest, duration };
    let answer = app.submit(actor, command).await;
    drop(locked);
    match answer? {
        Answer::Session(session) => Ok(session),
        _ => Err(Fault::unexpected_answer("call a token")),
    }
}

/// The caller's party id, unless the flow has a session whose record must not be overwritten.
fn unless_running(state: &State, actor: Actor, (device, flow): (SubjectId, Digest)) -> Result<String, Fault> {
    let mut same = state.sessions_of(device).filter(|(_, session)| session.flow == flow);
    if same.any(|(_, session)| session.is_live() || session.reason == Some(EndReason::NetworkTerminated)) {
        return Err(Rejection::SessionConflict.into());
    }
    let party = state.party(actor.party).ok_or(Rejection::UnknownParty)?;
    Ok(party.id.to_string())
}
