//! `/quality-on-demand/v1`.

use crate::app::App;
use crate::auth::Principal;
use crate::call::place_call;
use crate::camara::common::error::{ErrorInfo, Errors};
use crate::camara::common::extract::{Body, Client, Uuid};
use crate::camara::quality_on_demand::convert;
use crate::camara::quality_on_demand::error::{of_creation, of_deletion};
use crate::camara::quality_on_demand::wire::{CreateSession, SessionInfo};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::Command;
use engine::state::SessionRef;
use node::wall_clock;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create_session)).routes(routes!(get_session, delete_session))
}

/// Creates a QoS session: calls a token of the client.
#[utoipa::path(
    post, path = "/quality-on-demand/v1/sessions", tag = "CAMARA quality-on-demand", security(("bearer" = [])), request_body = CreateSession,
    params(("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 201, description = "Session created.", body = SessionInfo), Errors),
)]
async fn create_session(
    State(app): State<App>,
    Client(Principal { actor, .. }): Client,
    Body(request): Body<CreateSession>,
) -> Result<(StatusCode, Json<SessionInfo>), ErrorInfo> {
    let wanted = convert::wanted(request)?;
    let identifier = wanted.identifier();
    let device = app.vault(move |vault| vault.find(&identifier)).await?;
    let call = app.read(|view| wanted.of_token(&view.state, actor, device, wall_clock())).await?;
    let session = place_call(&app, actor, call).await.map_err(of_creation)?;
    Ok((StatusCode::CREATED, Json(shown(&app, session).await?)))
}

/// One of the client's sessions.
#[utoipa::path(
    get, path = "/quality-on-demand/v1/sessions/{sessionId}", tag = "CAMARA quality-on-demand", security(("bearer" = [])),
    params(("sessionId" = String, Path, description = "UUID."), ("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 200, description = "The session.", body = SessionInfo), Errors),
)]
async fn get_session(
    State(app): State<App>,
    Client(Principal { actor, .. }): Client,
    Uuid(id): Uuid,
) -> Result<Json<SessionInfo>, ErrorInfo> {
    let session = app.read(|view| convert::own(&view.state, actor, id)).await?;
    Ok(Json(shown(&app, session).await?))
}

/// Deletes a session: the network is asked to stop; one that is over is forgotten.
#[utoipa::path(
    delete, path = "/quality-on-demand/v1/sessions/{sessionId}", tag = "CAMARA quality-on-demand", security(("bearer" = [])),
    params(("sessionId" = String, Path, description = "UUID."), ("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 204, description = "Session deleted."), Errors),
)]
async fn delete_session(
    State(app): State<App>,
    Client(Principal { actor, .. }): Client,
    Uuid(id): Uuid,
) -> Result<StatusCode, ErrorInfo> {
    let (session, live) = app
        .read(|view| {
            let session = convert::own(&view.state, actor, id)?;
            Ok::<_, ErrorInfo>((session, view.state.session(session).is_some_and(engine::state::Session::is_live)))
        })
        .await?;
    let command = if live { Command::RequestDeactivation { session } } else { Command::ForgetSession { session } };
    match app.submit(actor, command).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(fault) => of_deletion(fault).map(|()| StatusCode::NO_CONTENT),
    }
}

async fn shown(app: &App, session: SessionRef) -> Result<SessionInfo, ErrorInfo> {
    let flow = app.read(|view| view.state.session(session).map(|row| row.flow)).await;
    let flow = flow.ok_or_else(ErrorInfo::not_found)?;
    let record = app.vault(move |vault| vault.session(flow)).await?.ok_or_else(ErrorInfo::not_found)?;
    app.read(|view| convert::session_info(&view.state, session, &record)).await.ok_or_else(ErrorInfo::not_found)
}
