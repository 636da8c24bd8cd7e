//! Money that leaves a wallet by its owner's wish, and what became of payments.

use crate::app::App;
use crate::fault::Fault;
use crate::idempotency::key_of;
use crate::native::convert::any_party;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Customer, Id, Operator, Params, Segment};
use crate::native::parties;
use crate::native::parties::wire::Wallet;
use crate::native::wallets::convert;
use crate::native::wallets::rules::{named, shown};
use crate::native::wallets::wire::{Payout, Rules, Settlement, Transfer};
use crate::native::wire::Whose;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use engine::{Command, Rejection, WalletWish};
use types::PaymentId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(transfer)).routes(routes!(pay_out))
}

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(settle_payment))
}

/// Moves money to another party's wallet of the same currency: what the sender has and has not set aside.
#[utoipa::path(
    post, path = "/v1/wallets/{currency}/transfers", tag = "wallets", security(("bearer" = [])), request_body = Transfer,
    params(("currency" = String, Path), Whose, ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, pattern = "^[!-~]*$", description = "Makes repeating it safe, for 24 hours.")),
    responses((status = 201, description = "Moved: the sender's wallet.", body = Wallet), Problems),
)]
async fn transfer(
    State(app): State<App>,
    Customer(actor): Customer,
    Segment(code): Segment,
    Params(whose): Params<Whose>,
    headers: HeaderMap,
    Body(asked): Body<Transfer>,
) -> Result<(StatusCode, Json<Wallet>), Problem> {
    let key = key_of(&app.vault, &headers, "transfer", &(&code, &whose.party, &asked))?;
    let wallet = named(&app, actor, &code, &whose).await?;
    let to = app.read(|view| any_party(&view.state, "to", &asked.to)).await?;
    let wish = WalletWish::Transfer { to, amount_minor: asked.amount_minor };
    app.submit_keyed(actor, key, wallet.wants(wish)).await?;
    let left = app.read(|view| parties::convert::wallet_in(&view.state, wallet.party, wallet.currency)).await?;
    Ok((StatusCode::CREATED, Json(left)))
}

/// Pays money back to the payments that it came from, the latest first; promotional money is not paid out.
#[utoipa::path(
    post, path = "/v1/wallets/{currency}/payouts", tag = "wallets", security(("bearer" = [])), request_body = Payout,
    params(("currency" = String, Path), Whose, ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, pattern = "^[!-~]*$", description = "Makes repeating it safe, for 24 hours.")),
    responses((status = 202, description = "It has left the wallet; the payments are being asked for.", body = Rules), Problems),
)]
async fn pay_out(
    State(app): State<App>,
    Customer(actor): Customer,
    Segment(code): Segment,
    Params(whose): Params<Whose>,
    headers: HeaderMap,
    Body(asked): Body<Payout>,
) -> Result<(StatusCode, Json<Rules>), Problem> {
    let key = key_of(&app.vault, &headers, "payout", &(&code, &whose.party, &asked))?;
    let wallet = named(&app, actor, &code, &whose).await?;
    app.submit_keyed(actor, key, wallet.wants(WalletWish::PayOut(asked.amount_minor))).await?;
    Ok((StatusCode::ACCEPTED, shown(&app, wallet).await?))
}

/// Says what became of a payment, where the operator's payment service does not say it by itself.
#[utoipa::path(
    post, path = "/v1/payments/{id}/outcome", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)), request_body = Settlement,
    responses((status = 204, description = "It is known."), Problems),
)]
async fn settle_payment(
    State(app): State<App>,
    Operator(actor): Operator,
    Id(payment): Id<PaymentId>,
    Body(asked): Body<Settlement>,
) -> Result<StatusCode, Problem> {
    let known = app.read(|view| {
        let owner = view.state.payments.get(&payment).and_then(|row| view.state.party(row.owner));
        owner.is_some_and(|row| actor.tenant == types::TenantId(1) || row.tenant == actor.tenant)
    });
    if !known.await {
        return Err(Fault::from(Rejection::UnknownPayment).into());
    }
    app.submit(actor, Command::RecordPayment { payment, outcome: convert::outcome(asked.outcome) }).await?;
    Ok(StatusCode::NO_CONTENT)
}
