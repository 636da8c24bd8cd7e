//! Is it alive, and does it take work?

use crate::app::App;
use crate::fault::{Door, Fault};
use crate::native::error::{Problem, Problems};
use axum::Json;
use axum::extract::State;
use engine::{Actor, Command};
use serde::Serialize;
use utoipa::ToSchema;

/// How a cell is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
    /// The sequence number after the last durable event.
    durable_seq: u64,
}

/// Is the process alive?
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, description = "It is alive.", body = Health), Problems))]
pub(crate) async fn healthz(State(app): State<App>) -> Json<Health> {
    Json(health(&app))
}

/// Does the cell take work? It decides an empty command to find out.
#[utoipa::path(
    get, path = "/readyz", tag = "operation",
    responses(
        (status = 200, description = "It takes work.", body = Health),
        (status = 503, description = "It is full, or has stopped.", body = Problem, content_type = "application/problem+json"),
        Problems,
    )
)]
pub(crate) async fn readyz(State(app): State<App>) -> Result<Json<Health>, Problem> {
    match app.submit(Actor::OPERATOR, Command::Pass).await {
        // A cell that nobody founded yet answers, so it is ready.
        Ok(_) | Err(Fault::Rejected(_)) => Ok(Json(health(&app))),
        Err(fault @ Fault::Door(Door::Busy, _)) => Err(fault.into()),
        Err(_) => Err(Fault::from(Door::Stopped).into()),
    }
}

fn health(app: &App) -> Health {
    Health { status: "ok", durable_seq: app.gate.replica().view().next_seq }
}
