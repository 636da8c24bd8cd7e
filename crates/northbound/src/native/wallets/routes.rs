//! `/v1/wallets`.

use crate::app::App;
use crate::native::convert::{currency, party_of};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Customer, Params, Segment};
use crate::native::parties::convert;
use crate::native::parties::wire::Wallet;
use crate::native::wire::{Listing, Whose};
use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_wallets)).routes(routes!(get_wallet))
}

/// The caller's wallets: one for each currency, so all are on one page.
#[utoipa::path(
    get, path = "/v1/wallets", tag = "wallets", security(("bearer" = [])), params(Whose),
    responses((status = 200, description = "The wallets.", body = Listing<Wallet>), Problems),
)]
async fn list_wallets(
    State(app): State<App>,
    Customer(actor): Customer,
    Params(whose): Params<Whose>,
) -> Result<Json<Listing<Wallet>>, Problem> {
    app.read(|view| {
        let party = party_of(&view.state, actor, whose.party.as_deref())?;
        Ok(Json(Listing { items: convert::wallets(&view.state, party), next: None }))
    })
    .await
}

/// The caller's wallet in one currency.
#[utoipa::path(
    get, path = "/v1/wallets/{currency}", tag = "wallets", security(("bearer" = [])), params(("currency" = String, Path), Whose),
    responses((status = 200, description = "The wallet.", body = Wallet), Problems),
)]
async fn get_wallet(
    State(app): State<App>,
    Customer(actor): Customer,
    Segment(code): Segment,
    Params(whose): Params<Whose>,
) -> Result<Json<Wallet>, Problem> {
    let currency = currency(&code)?;
    app.read(|view| {
        let party = party_of(&view.state, actor, whose.party.as_deref())?;
        Ok(Json(convert::wallet_in(&view.state, party, currency)?))
    })
    .await
}
