//! `/tmf-api/customerBillManagement/v5`.

use crate::app::App;
use crate::limits::BILLED_PARTIES_MAX;
use crate::tmf::common::convert::{may_see, parties};
use crate::tmf::common::error::Error;
use crate::tmf::common::extract::{Body, Caller, Id};
use crate::tmf::common::list::{created, one, page};
use crate::tmf::common::query::Query;
use crate::tmf::common::wire::{Fields, Listing, Made, Many, One};
use crate::tmf::customer_bill::bill::{Bill, bill_of, bills_of};
use crate::tmf::customer_bill::wire::BillWish;
use crate::tmf::customer_bill::{BASE, convert};
use crate::tmf::prepay_balance::convert::{Wallet, wallet_named};
use axum::extract::State;
use axum::response::Response;
use engine::Actor;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_bills))
        .routes(routes!(get_bill))
        .routes(routes!(list_rates))
        .routes(routes!(get_rate))
        .routes(routes!(bill_now))
        .routes(routes!(get_wish))
        .routes(routes!(list_cycles))
        .routes(routes!(get_cycle))
}

/// Bills, the latest first; that of the month that runs is `new`.
#[utoipa::path(
    get, path = "/tmf-api/customerBillManagement/v5/customerBill", tag = "TMF678", security(("bearer" = [])), params(Listing), responses(Many),
)]
async fn list_bills(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    let (all, now) = (all(&app, actor, &query).await?, app.gate.clock().now());
    let shown = app
        .read(|view| all.iter().filter_map(|(wallet, bill)| convert::bill(&view.state, *wallet, bill, now)).collect());
    Ok(page(&format!("{BASE}/customerBill"), &query, shown.await))
}

/// One bill: of one wallet, for one month.
#[utoipa::path(
    get, path = "/tmf-api/customerBillManagement/v5/customerBill/{id}", tag = "TMF678", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_bill(State(app): State<App>, Caller(actor): Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    let ((wallet, bill), now) = (own(&app, actor, &id).await?, app.gate.clock().now());
    let shown = app.read(|view| convert::bill(&view.state, wallet, &bill, now)).await;
    shown.map(|bill| one(&query, bill)).ok_or_else(Error::not_found)
}

/// What bills are made of: what each offering cost, for what.
#[utoipa::path(
    get, path = "/tmf-api/customerBillManagement/v5/appliedCustomerBillingRate", tag = "TMF678", security(("bearer" = [])), params(Listing), responses(Many),
)]
async fn list_rates(State(app): State<App>, Caller(actor): Caller, query: Query) -> Result<Response, Error> {
    let now = app.gate.clock().now();
    let all = match query.only("bill.id") {
        Some(id) => vec![own(&app, actor, id).await?],
        None => all(&app, actor, &query).await?,
    };
    let shown = app.read(|view| {
        let rates = all.iter().filter_map(|(wallet, bill)| convert::rates(&view.state, *wallet, bill, now));
        rates.flatten().collect()
    });
    Ok(page(&format!("{BASE}/appliedCustomerBillingRate"), &query, shown.await))
}

/// One line of a bill.
#[utoipa::path(
    get, path = "/tmf-api/customerBillManagement/v5/appliedCustomerBillingRate/{id}", tag = "TMF678", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_rate(State(app): State<App>, Caller(actor): Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    let (bill, _) = id.rsplit_once('-').ok_or_else(Error::not_found)?;
    let ((wallet, bill), now) = (own(&app, actor, bill).await?, app.gate.clock().now());
    let rates = app.read(|view| convert::rates(&view.state, wallet, &bill, now)).await.unwrap_or_default();
    let found = rates.into_iter().find(|rate| rate["id"] == id.as_str());
    found.map(|rate| one(&query, rate)).ok_or_else(Error::not_found)
}

/// Makes the bill of the month that runs, as far as it has come.
#[utoipa::path(
    post, path = "/tmf-api/customerBillManagement/v5/customerBillOnDemand", tag = "TMF678", security(("bearer" = [])),
    request_body = BillWish, responses(Made),
)]
async fn bill_now(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(wish): Body<BillWish>,
) -> Result<Response, Error> {
    let now = app.gate.clock().now();
    let month = convert::month_of(now).ok_or_else(Error::not_found)?;
    let id = format!("{}-{month}", wish.billing_account.id);
    let found = own(&app, actor, &id).await;
    found.map_err(|_| {
        Error::invalid("billingAccount.id: a wallet of the caller's that paid for something this month is expected")
    })?;
    Ok(created(convert::on_demand(&wish.billing_account.id, month, now)))
}

/// What became of a wish for a bill.
#[utoipa::path(
    get, path = "/tmf-api/customerBillManagement/v5/customerBillOnDemand/{id}", tag = "TMF678", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_wish(State(app): State<App>, Caller(actor): Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    own(&app, actor, &id).await?;
    let (account, month) = convert::parts_of(&id).ok_or_else(Error::not_found)?;
    Ok(one(&query, convert::on_demand(account, month, app.gate.clock().now())))
}

/// The one cycle that bills are made in.
#[utoipa::path(
    get, path = "/tmf-api/customerBillManagement/v5/billCycle", tag = "TMF678", security(("bearer" = [])), params(Listing), responses(Many),
)]
async fn list_cycles(_caller: Caller, query: Query) -> Result<Response, Error> {
    Ok(page(&format!("{BASE}/billCycle"), &query, vec![convert::cycle()]))
}

/// The one cycle that bills are made in.
#[utoipa::path(
    get, path = "/tmf-api/customerBillManagement/v5/billCycle/{id}", tag = "TMF678", security(("bearer" = [])),
    params(("id" = String, Path), Fields), responses(One),
)]
async fn get_cycle(_caller: Caller, query: Query, Id(id): Id) -> Result<Response, Error> {
    if id == "monthly" { Ok(one(&query, convert::cycle())) } else { Err(Error::not_found()) }
}

/// The bill with this id, of a wallet of the caller's; another's is as if it did not exist.
async fn own(app: &App, actor: Actor, id: &str) -> Result<(Wallet, Bill), Error> {
    let (account, month) = convert::parts_of(id).ok_or_else(Error::not_found)?;
    let wallet =
        app.read(|view| wallet_named(&view.state, account).filter(|wallet| may_see(&view.state, actor, wallet.party)));
    let wallet = wallet.await.ok_or_else(Error::not_found)?;
    let bill = bill_of(app, wallet, month).await?.ok_or_else(Error::not_found)?;
    Ok((wallet, bill))
}

/// The bills of the wallets of the caller's, the latest first.
async fn all(app: &App, actor: Actor, query: &Query) -> Result<Vec<(Wallet, Bill)>, Error> {
    let wallets = app.read(|view| {
        let parties = parties(&view.state, actor, query, BILLED_PARTIES_MAX)?;
        let of_party = |party| {
            let row = view.state.party(party);
            let assets = row.into_iter().flat_map(|row| row.wallets.keys());
            let currencies = assets.filter_map(|asset| crate::native::convert::currency_of(&view.state, *asset));
            currencies.map(move |currency| Wallet { party, currency }).collect::<Vec<_>>()
        };
        Ok::<_, Error>(parties.into_iter().flat_map(of_party).collect::<Vec<Wallet>>())
    });
    let mut all = Vec::new();
    for wallet in wallets.await? {
        all.extend(bills_of(app, wallet).await?.into_iter().map(|bill| (wallet, bill)));
    }
    all.sort_by_key(|(_, bill)| std::cmp::Reverse(bill.month));
    Ok(all)
}
