//! Buckets, what they add up to, and the history of what was done with them.

use crate::app::App;
use crate::limits::LISTED_PARTIES_MAX;
use crate::tmf::common::convert::{may_see, parties};
use crate::tmf::common::error::Error;
use crate::tmf::common::extract::{Caller, Id};
use crate::tmf::common::list::{one, page};
use crate::tmf::common::query::Query;
use crate::tmf::common::wire::{Fields, Listing, Many, One};
use crate::tmf::prepay_balance::actions::{Found, find, list};
use crate::tmf::prepay_balance::{BASE, convert};
use axum::extract::State;
use axum::response::Response;
use engine::Actor;
use engine::state::{PartyRef, State as Engine};
use serde_json::Value;
use types::TokenId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_buckets))
        .routes(routes!(get_bucket))
        .routes(routes!(list_accumulated))
        .routes(routes!(get_accumulated))
        .routes(routes!(list_history))
        .routes(routes!(get_history))
}

/// Wallets and volumes of tokens.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/bucket", tag = "TMF654", security(("bearer" = [])),
    params(Listing), responses(Many),
)]
async fn list_buckets(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    of_parties(&app, actor, (&query, "bucket"), convert::buckets).await
}

/// One wallet, or the volume of one token.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/bucket/{id}", tag = "TMF654", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_bucket(
    State(app): State<App>,
    Caller(actor): Caller,
    query: Query,
    Id(id): Id,
) -> Result<Response, Error> {
    let found = app.read(|view| {
        let state = &view.state;
        if let Some(of) = convert::wallet_named(state, &id) {
            return convert::wallet(state, of).filter(|_| may_see(state, actor, of.party));
        }
        let token = state.token(state.token_by_id(TokenId::parse(&id).ok()?)?)?;
        convert::volume(state, token).filter(|_| may_see(state, actor, token.party))
    });
    found.await.map(|bucket| one(&query, bucket)).ok_or_else(Error::not_found)
}

/// What each party has of each currency and unit.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/accumulatedBalance", tag = "TMF654", security(("bearer" = [])),
    params(Listing), responses(Many),
)]
async fn list_accumulated(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    of_parties(&app, actor, (&query, "accumulatedBalance"), convert::accumulated).await
}

/// What one party has of one currency or unit.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/accumulatedBalance/{id}", tag = "TMF654", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_accumulated(
    State(app): State<App>,
    Caller(actor): Caller,
    query: Query,
    Id(id): Id,
) -> Result<Response, Error> {
    let found = app.read(|view| {
        let (party, _) = id.rsplit_once('-')?;
        let party = crate::tmf::common::convert::party(&view.state, actor, party)?;
        convert::accumulated(&view.state, party).into_iter().find(|balance| balance["id"] == id.as_str())
    });
    found.await.map(|balance| one(&query, balance)).ok_or_else(Error::not_found)
}

/// What was done with wallets, as far as it is remembered: the latest 256 of each.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/balanceActionHistory", tag = "TMF654", security(("bearer" = [])),
    params(Listing), responses(Many),
)]
async fn list_history(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    list(&app, actor, Found::History, &query).await
}

/// One thing that was done with a wallet.
#[utoipa::path(
    get, path = "/tmf-api/prepayBalanceManagement/v4/balanceActionHistory/{id}", tag = "TMF654",
    security(("bearer" = [])), params(("id" = String, Path), Fields), responses(One),
)]
async fn get_history(
    State(app): State<App>,
    Caller(actor): Caller,
    query: Query,
    Id(id): Id,
) -> Result<Response, Error> {
    Ok(one(&query, find(&app, actor, Found::History, &id).await?))
}

async fn of_parties(
    app: &App,
    actor: Actor,
    (query, resource): (&Query, &str),
    of: impl Fn(&Engine, PartyRef) -> Vec<Value>,
) -> Result<Response, Error> {
    let all = app.read(|view| {
        let parties = parties(&view.state, actor, query, LISTED_PARTIES_MAX)?;
        Ok::<_, Error>(parties.into_iter().flat_map(|party| of(&view.state, party)).collect())
    });
    Ok(page(&format!("{BASE}/{resource}"), query, all.await?))
}
