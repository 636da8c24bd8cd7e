//! Tokens that are given away, whole or in part.

use crate::app::App;
use crate::fault::Fault;
use crate::idempotency::key_of;
use crate::native::convert::any_party;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Customer, Id};
use crate::native::tokens::routes::own;
use crate::native::tokens::wire::{Given, TokenTransfer, VolumeGift};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use engine::{Actor, Answer, Command, Key};
use types::TokenId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(transfer_token)).routes(routes!(gift_volume))
}

/// Gives a whole token that is not used to another party. It goes on as a token of the receiver under another id: no text
/// or device of the giver's opens it, and what is paid back later goes to the wallet that paid.
#[utoipa::path(
    post, path = "/v1/tokens/{id}/transfer", tag = "tokens", security(("bearer" = [])), request_body = TokenTransfer,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, pattern = "^[!-~]*$", description = "Makes repeating it safe, for 24 hours.")),
    responses((status = 201, description = "Given.", body = Given), Problems),
)]
async fn transfer_token(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<TokenId>,
    headers: HeaderMap,
    Body(asked): Body<TokenTransfer>,
) -> Result<(StatusCode, Json<Given>), Problem> {
    let key = key_of(&app.vault, &headers, "transfer a token", &(id.to_string(), &asked))?;
    let token = own(&app, actor, id).await?;
    let to = app.read(|view| any_party(&view.state, "to", &asked.to)).await?;
    give(&app, (actor, key), Command::TransferToken { token, to }, asked.to).await
}

/// Gives a part of a token's volume to another party, as a token of its own for the same window.
#[utoipa::path(
    post, path = "/v1/tokens/{id}/gift", tag = "tokens", security(("bearer" = [])), request_body = VolumeGift,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, pattern = "^[!-~]*$", description = "Makes repeating it safe, for 24 hours.")),
    responses((status = 201, description = "Given.", body = Given), Problems),
)]
async fn gift_volume(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<TokenId>,
    headers: HeaderMap,
    Body(asked): Body<VolumeGift>,
) -> Result<(StatusCode, Json<Given>), Problem> {
    let key = key_of(&app.vault, &headers, "gift", &(id.to_string(), &asked))?;
    let token = own(&app, actor, id).await?;
    let to = app.read(|view| any_party(&view.state, "to", &asked.to)).await?;
    give(&app, (actor, key), Command::GiftVolume { token, quantity: asked.quantity, to }, asked.to).await
}

/// The receiver's token is the receiver's to see: the giver gets its id.
async fn give(
    app: &App,
    (actor, key): (Actor, Key),
    command: Command,
    to: String,
) -> Result<(StatusCode, Json<Given>), Problem> {
    let Answer::Token(given) = app.submit_keyed(actor, key, command).await? else {
        return Err(Fault::unexpected_answer("give a token away").into());
    };
    let token = app.read(|view| view.state.token(given).map(|row| row.id.to_string())).await;
    let token = token.ok_or_else(|| Fault::unexpected_answer("find a token that was given"))?;
    Ok((StatusCode::CREATED, Json(Given { token, to })))
}
