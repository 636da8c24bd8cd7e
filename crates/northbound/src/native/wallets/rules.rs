//! `/v1/wallets/{currency}/…`: who shares a wallet, how much may be spent, when its owner is told.

use crate::app::App;
use crate::fault::Fault;
use crate::native::convert::{currency, party_of};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Customer, Params, Segment, Segments};
use crate::native::wallets::convert::{self, Named};
use crate::native::wallets::wire::{AutoTopUp, BudgetDraft, LowBalance, Rules, Shared};
use crate::native::wire::{Listing, Whose};
use axum::Json;
use axum::extract::State;
use engine::{Actor, WalletWish};
use node::wall_clock;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_rules))
        .routes(routes!(list_shared))
        .routes(routes!(admit_member, dismiss_member))
        .routes(routes!(set_budget, remove_budget))
        .routes(routes!(set_low_balance))
        .routes(routes!(set_auto_top_up, remove_auto_top_up))
}

/// The rules of the caller's wallet: members, budgets with what they count now, notices, top-ups, payments under way.
#[utoipa::path(
    get, path = "/v1/wallets/{currency}/rules", tag = "wallets", security(("bearer" = [])), params(("currency" = String, Path), Whose),
    responses((status = 200, description = "The rules.", body = Rules), Problems),
)]
async fn get_rules(
    State(app): State<App>,
    Customer(actor): Customer,
    Segment(code): Segment,
    Params(whose): Params<Whose>,
) -> Result<Json<Rules>, Problem> {
    let wallet = named(&app, actor, &code, &whose).await?;
    shown(&app, wallet).await
}

/// The wallets of others that the caller may spend from: name their party as `payer` of an order.
#[utoipa::path(
    get, path = "/v1/shared-wallets", tag = "wallets", security(("bearer" = [])), params(Whose),
    responses((status = 200, description = "The wallets, all on one page.", body = Listing<Shared>), Problems),
)]
async fn list_shared(
    State(app): State<App>,
    Customer(actor): Customer,
    Params(whose): Params<Whose>,
) -> Result<Json<Listing<Shared>>, Problem> {
    app.read(|view| {
        let party = party_of(&view.state, actor, whose.party.as_deref())?;
        Ok(Json(Listing { items: convert::shared(&view.state, party, wall_clock()), next: None }))
    })
    .await
}

/// Lets a party spend from the wallet: a relative, a colleague, an agent. What it may spend is set by budgets.
#[utoipa::path(
    put, path = "/v1/wallets/{currency}/members/{party}", tag = "wallets", security(("bearer" = [])),
    params(("currency" = String, Path), ("party" = String, Path), Whose),
    responses((status = 200, description = "Admitted.", body = Rules), Problems),
)]
async fn admit_member(
    State(app): State<App>,
    Customer(actor): Customer,
    Segments(code, member): Segments,
    Params(whose): Params<Whose>,
) -> Result<Json<Rules>, Problem> {
    let wallet = named(&app, actor, &code, &whose).await?;
    let member = app.read(|view| convert::member(&view.state, &member)).await?;
    ordered(&app, wallet, WalletWish::Admit(member)).await
}

/// Lets it spend no more; its budgets go too. What it bought stays bought.
#[utoipa::path(
    delete, path = "/v1/wallets/{currency}/members/{party}", tag = "wallets", security(("bearer" = [])),
    params(("currency" = String, Path), ("party" = String, Path), Whose),
    responses((status = 200, description = "Dismissed.", body = Rules), Problems),
)]
async fn dismiss_member(
    State(app): State<App>,
    Customer(actor): Customer,
    Segments(code, member): Segments,
    Params(whose): Params<Whose>,
) -> Result<Json<Rules>, Problem> {
    let wallet = named(&app, actor, &code, &whose).await?;
    let member = app.read(|view| convert::member(&view.state, &member)).await?;
    ordered(&app, wallet, WalletWish::Dismiss(member)).await
}

/// Sets how much may be spent, under a number from 1 to 64. What is held for a purchase counts at once.
#[utoipa::path(
    put, path = "/v1/wallets/{currency}/budgets/{number}", tag = "wallets", security(("bearer" = [])),
    params(("currency" = String, Path), ("number" = u16, Path), Whose), request_body = BudgetDraft,
    responses((status = 200, description = "Set.", body = Rules), Problems),
)]
async fn set_budget(
    State(app): State<App>,
    Customer(actor): Customer,
    Segments(code, number): Segments,
    Params(whose): Params<Whose>,
    Body(draft): Body<BudgetDraft>,
) -> Result<Json<Rules>, Problem> {
    let (number, wallet) = (convert::number(&number)?, named(&app, actor, &code, &whose).await?);
    let draft = app.read(|view| convert::budget_asked(&view.state, &draft)).await?;
    ordered(&app, wallet, WalletWish::Budget(number, Some(draft))).await
}

/// Takes a budget away.
#[utoipa::path(
    delete, path = "/v1/wallets/{currency}/budgets/{number}", tag = "wallets", security(("bearer" = [])),
    params(("currency" = String, Path), ("number" = u16, Path), Whose),
    responses((status = 200, description = "It is gone.", body = Rules), Problems),
)]
async fn remove_budget(
    State(app): State<App>,
    Customer(actor): Customer,
    Segments(code, number): Segments,
    Params(whose): Params<Whose>,
) -> Result<Json<Rules>, Problem> {
    let (number, wallet) = (convert::number(&number)?, named(&app, actor, &code, &whose).await?);
    ordered(&app, wallet, WalletWish::Budget(number, None)).await
}

/// Says when the owner is told that little is left: `wallet.balance_low`, in the decision that takes it, once until there
/// is enough again.
#[utoipa::path(
    put, path = "/v1/wallets/{currency}/low-balance", tag = "wallets", security(("bearer" = [])),
    params(("currency" = String, Path), Whose), request_body = LowBalance,
    responses((status = 200, description = "Set.", body = Rules), Problems),
)]
async fn set_low_balance(
    State(app): State<App>,
    Customer(actor): Customer,
    Segment(code): Segment,
    Params(whose): Params<Whose>,
    Body(asked): Body<LowBalance>,
) -> Result<Json<Rules>, Problem> {
    let wallet = named(&app, actor, &code, &whose).await?;
    ordered(&app, wallet, WalletWish::LowBalance(asked.below_minor)).await
}

/// Says when the wallet is topped up by itself. Setting it again ends a pause.
#[utoipa::path(
    put, path = "/v1/wallets/{currency}/auto-top-up", tag = "wallets", security(("bearer" = [])),
    params(("currency" = String, Path), Whose), request_body = AutoTopUp,
    responses((status = 200, description = "Set.", body = Rules), Problems),
)]
async fn set_auto_top_up(
    State(app): State<App>,
    Customer(actor): Customer,
    Segment(code): Segment,
    Params(whose): Params<Whose>,
    Body(asked): Body<AutoTopUp>,
) -> Result<Json<Rules>, Problem> {
    let wallet = named(&app, actor, &code, &whose).await?;
    ordered(&app, wallet, WalletWish::AutoTopUp(Some(convert::auto_top_up_asked(asked)?))).await
}

/// Tops it up no longer. A payment that is being asked for already is still added when it is approved.
#[utoipa::path(
    delete, path = "/v1/wallets/{currency}/auto-top-up", tag = "wallets", security(("bearer" = [])),
    params(("currency" = String, Path), Whose),
    responses((status = 200, description = "It is gone.", body = Rules), Problems),
)]
async fn remove_auto_top_up(
    State(app): State<App>,
    Customer(actor): Customer,
    Segment(code): Segment,
    Params(whose): Params<Whose>,
) -> Result<Json<Rules>, Problem> {
    let wallet = named(&app, actor, &code, &whose).await?;
    ordered(&app, wallet, WalletWish::AutoTopUp(None)).await
}

/// The caller's wallet in a currency, or that of a party the operator names.
pub(super) async fn named(app: &App, actor: Actor, code: &str, whose: &Whose) -> Result<Named, Fault> {
    let currency = currency(code)?;
    let party = app.read(|view| party_of(&view.state, actor, whose.party.as_deref())).await?;
    Ok(Named { actor, party, currency })
}

async fn ordered(app: &App, wallet: Named, wish: WalletWish) -> Result<Json<Rules>, Problem> {
    app.submit(wallet.actor, wallet.wants(wish)).await?;
    shown(app, wallet).await
}

pub(super) async fn shown(app: &App, wallet: Named) -> Result<Json<Rules>, Problem> {
    Ok(Json(app.read(|view| convert::rules(&view.state, wallet, wall_clock())).await?))
}
