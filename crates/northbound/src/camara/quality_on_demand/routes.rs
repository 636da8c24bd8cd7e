//! `/quality-on-demand/v1`.

use crate::app::App;
use crate::call::place_call;
use crate::camara::common::convert::subject;
use crate::camara::common::error::{ErrorInfo, Errors};
use crate::camara::common::extract::{Body, Client, Uuid};
use crate::camara::quality_on_demand::convert;
use crate::camara::quality_on_demand::error::{of_creation, of_deletion, of_extension};
use crate::camara::quality_on_demand::wire::{
    CreateSession, ExtendSessionDuration, RetrieveSessionsInput, SessionInfo,
};
use crate::camara::quality_on_demand::{check, find};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::Command;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_session))
        .routes(routes!(get_session, delete_session))
        .routes(routes!(extend_session))
        .routes(routes!(retrieve_sessions))
}

/// Creates a QoS session: calls a token of the client.
#[utoipa::path(
    post, path = "/quality-on-demand/v1/sessions", tag = "CAMARA quality-on-demand", security(("bearer" = [])), request_body = CreateSession,
    params(("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 201, description = "Session created.", body = SessionInfo), Errors),
)]
async fn create_session(
    State(app): State<App>,
    Client(principal): Client,
    Body(request): Body<CreateSession>,
) -> Result<(StatusCode, Json<SessionInfo>), ErrorInfo> {
    check::request(&request)?;
    let subject = subject(&app, &principal, request.device.as_ref())?;
    let wanted = convert::wanted(request, subject)?;
    let (identifier, actor) = (wanted.identifier(), principal.actor);
    let device = app.vault(move |vault| vault.find(&identifier)).await?;
    let now = app.gate.clock().now();
    let call = app.read(|view| wanted.of_token(&view.state, actor, device, now)).await?;
    let session = place_call(&app, actor, call).await.map_err(of_creation)?;
    let caller = find::caller(&app, &principal).await?;
    Ok((StatusCode::CREATED, Json(find::shown(&app, caller, session).await?)))
}

/// One of the client's sessions.
#[utoipa::path(
    get, path = "/quality-on-demand/v1/sessions/{sessionId}", tag = "CAMARA quality-on-demand", security(("bearer" = [])),
    params(("sessionId" = String, Path, description = "UUID."), ("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 200, description = "The session.", body = SessionInfo), Errors),
)]
async fn get_session(
    State(app): State<App>,
    Client(principal): Client,
    Uuid(id): Uuid,
) -> Result<Json<SessionInfo>, ErrorInfo> {
    let caller = find::caller(&app, &principal).await?;
    let session = app.read(|view| convert::own(&view.state, caller, id)).await?;
    Ok(Json(find::shown(&app, caller, session).await?))
}

/// Deletes a session: the network is asked to stop; one that is over is forgotten.
#[utoipa::path(
    delete, path = "/quality-on-demand/v1/sessions/{sessionId}", tag = "CAMARA quality-on-demand", security(("bearer" = [])),
    params(("sessionId" = String, Path, description = "UUID."), ("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 204, description = "Session deleted."), Errors),
)]
async fn delete_session(
    State(app): State<App>,
    Client(principal): Client,
    Uuid(id): Uuid,
) -> Result<StatusCode, ErrorInfo> {
    let caller = find::caller(&app, &principal).await?;
    let (session, live) = app
        .read(|view| {
            let session = convert::own(&view.state, caller, id)?;
            Ok::<_, ErrorInfo>((session, view.state.session(session).is_some_and(engine::state::Session::is_live)))
        })
        .await?;
    let command = if live { Command::RequestDeactivation { session } } else { Command::ForgetSession { session } };
    match app.submit(caller.actor, command).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(fault) => of_deletion(fault).map(|()| StatusCode::NO_CONTENT),
    }
}

/// Lets an available session run longer, up to the end of its token's window: what is asked beyond is cut off.
#[utoipa::path(
    post, path = "/quality-on-demand/v1/sessions/{sessionId}/extend", tag = "CAMARA quality-on-demand", security(("bearer" = [])),
    request_body = ExtendSessionDuration,
    params(("sessionId" = String, Path, description = "UUID."), ("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 200, description = "The session, with its new duration and end.", body = SessionInfo), Errors),
)]
async fn extend_session(
    State(app): State<App>,
    Client(principal): Client,
    Uuid(id): Uuid,
    Body(request): Body<ExtendSessionDuration>,
) -> Result<Json<SessionInfo>, ErrorInfo> {
    let more = check::additional_duration(request.requested_additional_duration)?;
    let caller = find::caller(&app, &principal).await?;
    let session = app.read(|view| convert::own(&view.state, caller, id)).await?;
    app.submit(caller.actor, Command::ExtendSession { session, more }).await.map_err(of_extension)?;
    Ok(Json(find::shown(&app, caller, session).await?))
}

/// The client's sessions of a device, newest first; an empty list when there are none.
#[utoipa::path(
    post, path = "/quality-on-demand/v1/retrieve-sessions", tag = "CAMARA quality-on-demand", security(("bearer" = [])),
    request_body = RetrieveSessionsInput,
    params(("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 200, description = "The sessions.", body = [SessionInfo]), Errors),
)]
async fn retrieve_sessions(
    State(app): State<App>,
    Client(principal): Client,
    Body(request): Body<RetrieveSessionsInput>,
) -> Result<Json<Vec<SessionInfo>>, ErrorInfo> {
    let subject = subject(&app, &principal, request.device.as_ref())?;
    Ok(Json(find::by_device(&app, &principal, subject.identifier).await?))
}
