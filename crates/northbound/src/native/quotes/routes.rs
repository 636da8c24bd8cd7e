//! `/v1/quotes`.

use crate::app::App;
use crate::fault::Fault;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Customer, Id};
use crate::native::quotes::convert;
use crate::native::quotes::wire::{Quote, Wish};
use crate::native::satellites;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Actor, Answer, Command};
use node::wall_clock;
use types::QuoteId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(issue_quote)).routes(routes!(get_quote))
}

/// Asks for a firm offer: its price is honoured and its capacity held until it expires.
#[utoipa::path(
    post, path = "/v1/quotes", tag = "purchase", security(("bearer" = [])), request_body = Wish,
    responses((status = 201, description = "A firm offer.", body = Quote), Problems),
)]
async fn issue_quote(
    State(app): State<App>,
    Customer(actor): Customer,
    Body(asked): Body<Wish>,
) -> Result<(StatusCode, Json<Quote>), Problem> {
    let wish = app.read(|view| convert::wish(&asked, &view.state, actor, wall_clock())).await?;
    app.admission.quote(wish.party)?;
    let Answer::Quote(id) = app.submit(actor, Command::IssueQuote(Box::new(wish))).await? else {
        return Err(Fault::unexpected_answer("issue a quote").into());
    };
    Ok((StatusCode::CREATED, Json(shown(&app, actor, id).await?)))
}

/// One of the caller's quotes.
#[utoipa::path(
    get, path = "/v1/quotes/{id}", tag = "purchase", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "The quote.", body = Quote), Problems),
)]
async fn get_quote(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<QuoteId>,
) -> Result<Json<Quote>, Problem> {
    Ok(Json(shown(&app, actor, id).await?))
}

async fn shown(app: &App, actor: Actor, id: QuoteId) -> Result<Quote, Fault> {
    let mut quote = app.read(|view| convert::own_quote(&view.state, actor, id)).await?;
    satellites::name(app, &mut quote.path, &quote.window);
    Ok(quote)
}
