//! `/v1/qualifications`.

use crate::app::App;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Customer};
use crate::native::qualifications::convert;
use crate::native::qualifications::wire::{Outcome, Qualification};
use crate::native::satellites;
use axum::Json;
use axum::extract::State;
use node::wall_clock;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(qualify))
}

/// Can this outcome be promised here and then? Nothing is held by asking.
#[utoipa::path(
    post, path = "/v1/qualifications", tag = "purchase", security(("bearer" = [])), request_body = Outcome,
    responses((status = 200, description = "What can be promised, and what cannot and why.", body = Qualification), Problems),
)]
async fn qualify(
    State(app): State<App>,
    Customer(actor): Customer,
    Body(outcome): Body<Outcome>,
) -> Result<Json<Qualification>, Problem> {
    let mut answer = app.read(|view| convert::qualification(&view.state, actor, &outcome, wall_clock())).await?;
    for one in answer.answers.iter_mut().chain(&mut answer.alternatives) {
        satellites::name(&app, &mut one.path, &answer.window);
    }
    Ok(Json(answer))
}
