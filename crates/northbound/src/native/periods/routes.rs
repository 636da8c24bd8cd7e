//! `/v1/finance/periods`.

use super::convert;
use super::wire::{ClosedPeriod, ClosedPeriods, VerifiedPeriod};
use crate::app::App;
use crate::fault::{Door, Fault};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Host, Segment};
use crate::native::finance::routes::report;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Actor, Command, check_closable, state};
use types::Month;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_closed_periods))
        .routes(routes!(verify_closed_period))
        .routes(routes!(close_period))
}

/// The months whose books are closed.
#[utoipa::path(
    get, path = "/v1/finance/periods", tag = "finance", security(("bearer" = [])),
    responses((status = 200, description = "The months.", body = ClosedPeriods), Problems),
)]
async fn list_closed_periods(State(app): State<App>, _host: Host) -> Result<Json<ClosedPeriods>, Problem> {
    Ok(Json(app.read(|view| ClosedPeriods { items: view.state.periods.iter().map(convert::shown).collect() }).await))
}

/// A closed month, and whether the books still say what was sealed.
#[utoipa::path(
    get, path = "/v1/finance/periods/{period}", tag = "finance", security(("bearer" = [])),
    params(("period" = String, Path, example = "2026-11")),
    responses((status = 200, description = "The month.", body = VerifiedPeriod), Problems),
)]
async fn verify_closed_period(
    State(app): State<App>,
    _host: Host,
    Segment(text): Segment,
) -> Result<Json<VerifiedPeriod>, Problem> {
    let closed = closed(&app, month_of(&text)?).await?;
    let gate = app.gate.clone();
    let (verified, _) = report(&app, move |postings| Ok(convert::verify(&gate, postings, &closed.sealed)?)).await?;
    Ok(Json(VerifiedPeriod { closed: convert::shown(&closed), verified }))
}

/// Closes the books of a month that is over: what its postings were is sealed. What is to be corrected afterwards goes into
/// a month that is open. It goes on when its caller does not wait for it.
#[utoipa::path(
    post, path = "/v1/finance/periods/{period}/close", tag = "finance", security(("bearer" = [])),
    params(("period" = String, Path, example = "2026-11")),
    responses((status = 201, description = "Closed.", body = ClosedPeriod), Problems),
)]
async fn close_period(
    State(app): State<App>,
    Host(actor): Host,
    Segment(text): Segment,
) -> Result<(StatusCode, Json<ClosedPeriod>), Problem> {
    let month = month_of(&text)?;
    let done = tokio::spawn(async move { close(&app, actor, month).await }).await;
    let closed = done.map_err(|error| Fault::internal("close a month", &error))??;
    Ok((StatusCode::CREATED, Json(convert::shown(&closed))))
}

async fn close(app: &App, actor: Actor, month: Month) -> Result<state::ClosedPeriod, Fault> {
    let now = app.gate.clock().now();
    app.read(|view| check_closable(&view.state, month, now)).await?;
    // The month is over: once this is answered, all that is dated into it is durable.
    app.submit(actor, Command::Pass).await?;
    let gate = app.gate.clone();
    let (sealed, _) = report(app, move |postings| Ok(convert::seal(&gate, postings, month)?)).await?;
    app.submit(actor, Command::ClosePeriod(Box::new(sealed))).await?;
    closed(app, month).await
}

async fn closed(app: &App, month: Month) -> Result<state::ClosedPeriod, Fault> {
    app.read(|view| view.state.period(month).copied().ok_or_else(|| Door::UnknownPeriod.into())).await
}

fn month_of(text: &str) -> Result<Month, Fault> {
    Month::parse(text).map_err(|error| Fault::invalid(format!("period: {error}")))
}
