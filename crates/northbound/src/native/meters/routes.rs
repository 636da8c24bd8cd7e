//! `/v1/meters`.

use crate::app::App;
use crate::entropy::fresh_id;
use crate::fault::Fault;
use crate::native::convert::id;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Meter as Metering};
use crate::native::meters::wire::{Meter, MeterDraft};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Answer, Command};
use types::SourceId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(register_meter))
}

/// Registers a meter of the caller; answers with the one there is.
#[utoipa::path(
    post, path = "/v1/meters", tag = "meters", security(("bearer" = [])), request_body = MeterDraft,
    responses((status = 201, description = "It may report.", body = Meter), Problems),
)]
async fn register_meter(
    State(app): State<App>,
    Metering(actor): Metering,
    Body(draft): Body<MeterDraft>,
) -> Result<(StatusCode, Json<Meter>), Problem> {
    let named = draft.id.as_deref().map(|text| id("id", SourceId::parse(text))).transpose()?;
    let id = named.unwrap_or_else(|| SourceId::from_u128(fresh_id()));
    let Answer::Source(source) = app.submit(actor, Command::RegisterSource { id }).await? else {
        return Err(Fault::unexpected_answer("register a meter").into());
    };
    let high = app.read(|view| view.state.source(source).map_or(0, |row| row.high)).await;
    Ok((StatusCode::CREATED, Json(Meter { id: id.to_string(), high })))
}
