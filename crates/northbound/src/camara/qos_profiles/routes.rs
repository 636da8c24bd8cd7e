//! `/qos-profiles/v1`.

use crate::app::App;
use crate::auth::Principal;
use crate::camara::common::check::profile_name;
use crate::camara::common::convert::{Devices, Subject, subject_if_any};
use crate::camara::common::error::{ErrorInfo, Errors};
use crate::camara::common::extract::{Body, Client, Segment};
use crate::camara::qos_profiles::convert::{Profile, Viewer, profile_named, profiles};
use crate::camara::qos_profiles::wire::{QosProfile, QosProfileDeviceRequest};
use crate::limits::PROFILES_SHOWN_MAX;
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(retrieve_qos_profiles)).routes(routes!(get_qos_profile))
}

/// The profiles that match, for any device or for one.
#[utoipa::path(
    post, path = "/qos-profiles/v1/retrieve-qos-profiles", tag = "CAMARA qos-profiles", security(("bearer" = [])), request_body = QosProfileDeviceRequest,
    params(("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 200, description = "The profiles, by name.", body = [QosProfile]), Errors),
)]
async fn retrieve_qos_profiles(
    State(app): State<App>,
    Client(principal): Client,
    Body(request): Body<QosProfileDeviceRequest>,
) -> Result<Json<Vec<QosProfile>>, ErrorInfo> {
    request.name.as_deref().map_or(Ok(()), |name| profile_name("name", name))?;
    let subject = subject_if_any(&app, &principal, request.device.as_ref())?;
    let viewer = viewer(&app, &principal, subject).await?;
    let shown = app.read(|view| {
        let all = profiles(&view.state, viewer).into_iter();
        let wanted = all.filter(|profile| profile.is(request.name.as_deref(), request.status));
        wanted.take(PROFILES_SHOWN_MAX).map(|profile| profile.shown()).collect()
    });
    Ok(Json(shown.await))
}

/// One profile.
#[utoipa::path(
    get, path = "/qos-profiles/v1/qos-profiles/{name}", tag = "CAMARA qos-profiles", security(("bearer" = [])),
    params(("name" = String, Path), ("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 200, description = "The profile.", body = QosProfile), Errors),
)]
async fn get_qos_profile(
    State(app): State<App>,
    Client(principal): Client,
    Segment(name): Segment,
) -> Result<Json<QosProfile>, ErrorInfo> {
    profile_name("name", &name)?;
    let subject = subject_if_any(&app, &principal, None)?;
    let viewer = viewer(&app, &principal, subject).await?;
    let found = app.read(|view| profile_named(&view.state, viewer, &name).as_ref().map(Profile::shown)).await;
    found.map(Json).ok_or_else(ErrorInfo::not_found)
}

async fn viewer(app: &App, principal: &Principal, subject: Option<Subject>) -> Result<Viewer, ErrorInfo> {
    let devices = Devices::only(app, subject.map(|subject| subject.identifier)).await?;
    Ok(Viewer { actor: principal.actor, devices })
}
