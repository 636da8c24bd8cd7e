//! `/nchf-convergedcharging/v3/chargingdata`: create, update, release.

use crate::app::App;
use crate::auth::{Principal, authenticate};
use crate::door::read_bytes;
use crate::fault::{Door, Fault};
use crate::nchf::config::Nchf;
use crate::nchf::error::ProblemDetails;
use crate::nchf::wire::{ChargingDataRequest, ChargingDataResponse};
use crate::nchf::{ROOT, charge, convert};
use axum::extract::{FromRequest, FromRequestParts, Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderName, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use engine::{Rejection, Role};
use std::sync::Arc;
use types::ChargingId;

const CREATE: &str = "/nchf-convergedcharging/v3/chargingdata";
const UPDATE: &str = "/nchf-convergedcharging/v3/chargingdata/{ChargingDataRef}/update";
const RELEASE: &str = "/nchf-convergedcharging/v3/chargingdata/{ChargingDataRef}/release";

/// The pattern of every route.
pub(crate) const PATTERNS: [&str; 3] = [CREATE, UPDATE, RELEASE];

/// The routes.
pub(crate) fn routes() -> Router<App> {
    Router::new().route(CREATE, post(create)).route(UPDATE, post(update)).route(RELEASE, post(release))
}

/// A function of the network that may charge, and how it is answered.
struct Consumer {
    principal: Principal,
    config: Arc<Nchf>,
}

/// A charging data request.
struct Charged(ChargingDataRequest);

/// The charging session that a path names.
struct Named(ChargingId);

/// Opens a charging session, or charges one event.
async fn create(
    State(app): State<App>,
    Consumer { principal, config }: Consumer,
    Charged(request): Charged,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<ChargingDataResponse>), ProblemDetails> {
    let (charging, response) = charge::create(&app, &config, &principal, &request).await?;
    let root = config.api_root.as_deref().unwrap_or_default().trim_end_matches('/');
    Ok((StatusCode::CREATED, [(LOCATION, format!("{root}{ROOT}/{charging}"))], Json(response)))
}

/// Reports usage, asks for more.
async fn update(
    State(app): State<App>,
    Consumer { principal, config }: Consumer,
    Named(charging): Named,
    Charged(request): Charged,
) -> Result<Json<ChargingDataResponse>, ProblemDetails> {
    Ok(Json(charge::update(&app, &config, (&principal, charging), &request).await?))
}

/// Reports the last usage, ends.
async fn release(
    State(app): State<App>,
    Consumer { principal, config }: Consumer,
    Named(charging): Named,
    Charged(request): Charged,
) -> Result<StatusCode, ProblemDetails> {
    charge::release(&app, &config, (&principal, charging), &request).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl FromRequestParts<App> for Consumer {
    type Rejection = ProblemDetails;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, app: &App) -> Result<Self, ProblemDetails> {
        let principal = authenticate(app, parts).await?;
        let config = app.nchf.clone().ok_or(Fault::from(Door::NoSuchRoute))?;
        match principal.actor.role {
            Role::Meter | Role::Operator => Ok(Self { principal, config }),
            Role::Customer | Role::Network => Err(Fault::from(Rejection::RoleNotAllowed).into()),
        }
    }
}

impl FromRequest<App> for Charged {
    type Rejection = ProblemDetails;

    async fn from_request(request: Request, app: &App) -> Result<Self, ProblemDetails> {
        Ok(Self(convert::request(&read_bytes(request, app).await?)?))
    }
}

impl FromRequestParts<App> for Named {
    type Rejection = ProblemDetails;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, app: &App) -> Result<Self, ProblemDetails> {
        let Path(text) = Path::<String>::from_request_parts(parts, app)
            .await
            .map_err(|_| ProblemDetails::from(Rejection::UnknownCharging))?;
        let id = ChargingId::parse(&text);
        Ok(Self(id.map_err(|_| ProblemDetails::from(Rejection::UnknownCharging))?))
    }
}
