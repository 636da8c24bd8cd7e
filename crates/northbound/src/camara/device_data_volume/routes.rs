//! `/device-data-volume/v0.1`.

use super::convert::{bytes, category, left};
use super::wire::{
    CheckDataVolumeRequest, CheckDataVolumeResponse, RetrieveDataVolumeRequest, RetrieveDataVolumeResponse,
};
use crate::app::App;
use crate::auth::Principal;
use crate::camara::common::convert::{Devices, subject};
use crate::camara::common::error::{ErrorInfo, Errors};
use crate::camara::common::extract::{Body, Client};
use crate::camara::common::wire::Device;
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(retrieve_data_volume)).routes(routes!(check_data_volume))
}

/// What is left of a device's data, roughly.
#[utoipa::path(
    post, path = "/device-data-volume/v0.1/retrieve", tag = "CAMARA device-data-volume", security(("bearer" = [])),
    request_body = RetrieveDataVolumeRequest, params(("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 200, description = "What is left.", body = RetrieveDataVolumeResponse), Errors),
)]
async fn retrieve_data_volume(
    State(app): State<App>,
    Client(principal): Client,
    Body(request): Body<RetrieveDataVolumeRequest>,
) -> Result<Json<RetrieveDataVolumeResponse>, ErrorInfo> {
    let (device, left) = volume_of(&app, &principal, request.device.as_ref()).await?;
    Ok(Json(RetrieveDataVolumeResponse { device, data_volume_category: category(left) }))
}

/// Is more left of a device's data than this?
#[utoipa::path(
    post, path = "/device-data-volume/v0.1/check", tag = "CAMARA device-data-volume", security(("bearer" = [])),
    request_body = CheckDataVolumeRequest, params(("x-correlator" = Option<String>, Header, description = "Echoed.")),
    responses((status = 200, description = "Whether there is.", body = CheckDataVolumeResponse), Errors),
)]
async fn check_data_volume(
    State(app): State<App>,
    Client(principal): Client,
    Body(request): Body<CheckDataVolumeRequest>,
) -> Result<Json<CheckDataVolumeResponse>, ErrorInfo> {
    let threshold = bytes(request.volume_to_check)?;
    let (device, left) = volume_of(&app, &principal, request.device.as_ref()).await?;
    Ok(Json(CheckDataVolumeResponse { device, threshold_exceeded: left > threshold }))
}

/// The device as it is shown, and the bytes left to it.
async fn volume_of(
    app: &App,
    principal: &Principal,
    device: Option<&Device>,
) -> Result<(Option<Device>, u64), ErrorInfo> {
    let subject = subject(app, principal, device)?;
    let devices = Devices::only(app, Some(subject.identifier)).await?;
    let left = app.read(|view| left(&view.state, principal.actor, devices)).await;
    let left = left.ok_or_else(|| ErrorInfo::not_applicable("The device has no volume of data with this client."))?;
    Ok((subject.shown, left))
}
