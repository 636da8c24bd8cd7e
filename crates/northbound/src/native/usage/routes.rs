//! `/v1/usage`.

use crate::app::App;
use crate::door::{is_of, read_as, read_json};
use crate::fault::Fault;
use crate::limits::USAGE_BODY_BYTES_MAX;
use crate::native::error::{Problem, Problems};
use crate::native::extract::Meter;
use crate::native::usage::batch;
use crate::native::usage::convert::{self, Sent, Understood};
use crate::native::usage::wire::{ChargeResult, Reported, Results, Usage, UsageEvent};
use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::{IntoResponse, Response};
use engine::{Actor, Charge, Command};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(report_usage)).layer(DefaultBodyLimit::max(USAGE_BODY_BYTES_MAX))
}

/// Charges delivered quantities, each once per source and sequence. A list has a result for each; one alone is answered
/// with its result, or with the problem it met. A batch of `CloudEvents` has at most 8,192 records in 4 MiB; a record that
/// cannot be charged is answered in its place, and the others are.
#[utoipa::path(
    post, path = "/v1/usage", tag = "meters", security(("bearer" = [])),
    request_body(content((Usage = "application/json"), (Vec<UsageEvent> = "application/cloudevents-batch+json"))),
    responses((status = 200, description = "What became of it: a `ChargeResult` for one, `Results` for a list, `BatchResults` for a batch.", body = Reported), Problems),
)]
async fn report_usage(State(app): State<App>, Meter(actor): Meter, request: Request) -> Result<Response, Problem> {
    if is_of(request.headers(), &[batch::MEDIA]) {
        let bytes = read_as(request, &app, &[batch::MEDIA]).await?;
        return Ok(batch::charge(&app, actor, &bytes).await?);
    }
    let usage: Usage = read_json(request, &app).await?;
    match convert::sent(usage)? {
        Sent::One(one) => {
            let charge = app.find(|view| convert::charge(&view.state, &one)).await?;
            Ok(Json(charge_one(&app, actor, charge).await?).into_response())
        }
        Sent::Many(many) => {
            let charges: Vec<_> =
                app.read(|view| many.iter().map(|one| convert::charge(&view.state, one)).collect()).await;
            Ok(Json(charge_many(&app, actor, charges).await?).into_response())
        }
    }
}

async fn charge_one(app: &App, actor: Actor, understood: Understood) -> Result<ChargeResult, Fault> {
    let answer = app.submit(actor, Command::ChargeUsage(understood.charge)).await?;
    Ok(understood.result(&answer))
}

/// Charges what can be understood, in order; the rest is answered in its place.
async fn charge_many(app: &App, actor: Actor, charges: Vec<Result<Understood, Fault>>) -> Result<Results, Fault> {
    let known: Vec<Charge> = charges.iter().flatten().map(|understood| understood.charge).collect();
    let answers = if known.is_empty() { Vec::new() } else { app.gate.charge_all(actor, known).await? };
    let mut answers = answers.into_iter();
    let became = |understood: Result<Understood, Fault>| {
        let answer = |understood: Understood| {
            let answer = answers.next().ok_or_else(|| Fault::unexpected_answer("charge usage"))??;
            Ok(understood.result(&answer))
        };
        understood.and_then(answer).unwrap_or_else(convert::refused)
    };
    Ok(Results { results: charges.into_iter().map(became).collect() })
}
