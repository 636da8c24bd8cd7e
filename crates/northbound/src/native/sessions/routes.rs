//! `/v1/sessions`.

use crate::app::App;
use crate::call::{Use, place_call, presented};
use crate::device;
use crate::fault::Fault;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{ExactBody, Holder, Id};
use crate::native::sessions::convert;
use crate::native::sessions::wire::{Session, SessionDraft};
use crate::native::tokens;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::state::SessionRef;
use engine::{Actor, Command, Rejection};
use types::{SessionId, TokenId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create_session)).routes(routes!(get_session, end_session))
}

/// Calls a token: as its holder, or by presenting an entitlement in `Tessera-Entitlement`, with its holder's proof where it
/// names a holder.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", security(("bearer" = []), ("entitlement" = [])), request_body = SessionDraft,
    params(
        ("Tessera-Entitlement" = Option<String>, Header, description = "A signed entitlement, as issued or narrowed."),
        ("Tessera-Entitlement-Proof" = Option<String>, Header, description = "The holder's proof for this one request."),
    ),
    responses((status = 201, description = "The network is being asked.", body = Session), Problems),
)]
async fn create_session(
    State(app): State<App>,
    holder: Holder,
    ExactBody(draft, body): ExactBody<SessionDraft>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    let named = convert::token_named(&draft)?;
    let (actor, id) = match &holder {
        Holder::Bearer(actor) => (*actor, named.ok_or_else(|| Fault::malformed("`token` is expected"))?),
        Holder::Entitlement(text) => {
            let device = device::known(&app, &draft.device).await?;
            let wanted = Use { op: "activate", device, cell: convert::cell_named(&draft)? };
            let shown = presented(&app, text, &body, wanted).await?;
            (shown.actor, same_token(shown.token, named)?)
        }
    };
    let token = app.read(|view| tokens::convert::own(&view.state, actor, id)).await?;
    let session = place_call(&app, actor, convert::call(draft, token)?).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, session).await?)))
}

/// One session.
#[utoipa::path(
    get, path = "/v1/sessions/{id}", tag = "sessions", security(("bearer" = []), ("entitlement" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "The session.", body = Session), Problems),
)]
async fn get_session(State(app): State<App>, holder: Holder, Id(id): Id<SessionId>) -> Result<Json<Session>, Problem> {
    let (_, session) = own(&app, &holder, id).await?;
    Ok(Json(shown(&app, session).await?))
}

/// Ends a session.
#[utoipa::path(
    delete, path = "/v1/sessions/{id}", tag = "sessions", security(("bearer" = []), ("entitlement" = [])), params(("id" = String, Path)),
    responses((status = 202, description = "The network is being asked to stop.", body = Session), Problems),
)]
async fn end_session(
    State(app): State<App>,
    holder: Holder,
    Id(id): Id<SessionId>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    let (actor, session) = own(&app, &holder, id).await?;
    app.submit(actor, Command::RequestDeactivation { session }).await?;
    Ok((StatusCode::ACCEPTED, Json(shown(&app, session).await?)))
}

/// The session, and as whom the caller may act on it. An entitlement sees the sessions of its own token only.
async fn own(app: &App, holder: &Holder, id: SessionId) -> Result<(Actor, SessionRef), Fault> {
    let text = match holder {
        Holder::Entitlement(text) => text,
        Holder::Bearer(actor) => return app.read(|view| Ok((*actor, convert::own(&view.state, *actor, id)?))).await,
    };
    let device = app.read(|view| {
        let session = view.state.session_by_id(id).and_then(|session| view.state.session(session));
        session.map(|session| session.device)
    });
    let wanted = Use { op: "activate", device: device.await, cell: None };
    let shown = presented(app, text, &[], wanted).await?;
    app.read(|view| {
        let session = convert::own(&view.state, shown.actor, id)?;
        let token = view.state.session(session).and_then(|row| view.state.token(row.token));
        if token.is_some_and(|row| row.id == shown.token) {
            Ok((shown.actor, session))
        } else {
            Err(Rejection::UnknownSession.into())
        }
    })
    .await
}

fn same_token(presented: TokenId, named: Option<TokenId>) -> Result<TokenId, Fault> {
    match named {
        Some(named) if named != presented => Err(Rejection::TokenNarrower.into()),
        _ => Ok(presented),
    }
}

async fn shown(app: &App, session: SessionRef) -> Result<Session, Fault> {
    app.read(|view| convert::session(&view.state, session)).await.ok_or_else(|| Rejection::UnknownSession.into())
}
