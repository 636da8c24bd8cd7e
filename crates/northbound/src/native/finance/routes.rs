//! `/v1/trial-balance`, `/v1/revenue`, `/v1/deferred-revenue`, statements of wallets and of partners.

use super::convert::{self, ReportError};
use super::period::{Period, whole_hour};
use super::wire::{
    At, BalanceAt, By, Owed, PartnerSpan, PartnerStatement, Payout, Revenue, RollForward, Span, SpanBy, Statement,
};
use crate::app::App;
use crate::fault::{Door, Fault};
use crate::idempotency::key_of;
use crate::native::convert::{currency, currency_of, money, party_of};
use crate::native::error::{Problem, Problems};
use crate::native::exports::tables::FORM;
use crate::native::extract::{Body, Customer, Host, Id, Params, Segment};
use crate::native::periods::convert::{self as periods, balance_hash, hours, mark, postings_hash};
use crate::native::periods::wire::ClosedMark;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use engine::ledger::Asset;
use engine::state::PartyRef;
use engine::{Command, Rejection};
use node::journal::Postings;
use node::{Gate, RecordsError};
use types::{Currency, PartyId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_wallet_statement)).routes(routes!(get_partner_statement))
}

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_trial_balance))
        .routes(routes!(get_revenue))
        .routes(routes!(get_deferred_revenue))
        .routes(routes!(pay_partner))
}

/// The trial balance at any time: what every kind of account held, asset by asset.
#[utoipa::path(
    get, path = "/v1/trial-balance", tag = "finance", security(("bearer" = [])), params(At),
    responses((status = 200, description = "The balance.", body = BalanceAt), Problems),
)]
async fn get_trial_balance(
    State(app): State<App>,
    _host: Host,
    Params(asked): Params<At>,
) -> Result<Json<BalanceAt>, Problem> {
    let to = asked.at.as_deref().map(|text| whole_hour("at", text)).transpose()?;
    let closed = closed_until(&app, to).await;
    let gate = app.gate.clone();
    let made = report(&app, move |postings| {
        // At the end of a month its seal is of just this.
        let exact = closed.filter(|closed| to == hours(closed.sealed.month).to);
        let hash = exact.map(|closed| balance_hash(&gate, postings, closed.sealed.month)).transpose()?;
        let verified =
            exact.zip(hash).map(|(closed, hash)| (closed.sealed.form, closed.sealed.balance) == (FORM, hash));
        Ok((convert::balance(postings, to)?, closed.map(|closed| mark(&closed, verified))))
    });
    let ((sums, closed), next_seq) = made.await?;
    let shown = app.read(|view| convert::balance_shown(&view.state, &sums, (to, next_seq))).await;
    Ok(Json(BalanceAt { closed, ..shown }))
}

/// Revenue of a period, by capability or otherwise, with what partners are owed and what broken promises cost.
#[utoipa::path(
    get, path = "/v1/revenue", tag = "finance", security(("bearer" = [])), params(SpanBy),
    responses((status = 200, description = "The revenue.", body = Revenue), Problems),
)]
async fn get_revenue(
    State(app): State<App>,
    _host: Host,
    Params(asked): Params<SpanBy>,
) -> Result<Json<Revenue>, Problem> {
    let period = Period::asked(asked.from.as_deref(), asked.to.as_deref())?;
    let by = asked.by.unwrap_or(By::Capability);
    let closed = closed_until(&app, period.to).await;
    let gate = app.gate.clone();
    let made = report(&app, move |postings| {
        let sums = convert::earned(postings, period, convert::column(by))?;
        Ok((sums, marked(&gate, postings, period, closed)?))
    });
    let ((sums, closed), next_seq) = made.await?;
    let shown = app.read(|view| convert::revenue_shown(&view.state, &sums, by, next_seq)).await;
    Ok(Json(Revenue { closed, ..shown }))
}

/// How deferred revenue came and went in a period: sold, earned, refunded.
#[utoipa::path(
    get, path = "/v1/deferred-revenue", tag = "finance", security(("bearer" = [])), params(Span),
    responses((status = 200, description = "The roll-forward.", body = RollForward), Problems),
)]
async fn get_deferred_revenue(
    State(app): State<App>,
    _host: Host,
    Params(asked): Params<Span>,
) -> Result<Json<RollForward>, Problem> {
    if asked.party.is_some() {
        return Err(Fault::malformed("party: deferred revenue is the operator's; leave it out").into());
    }
    let period = Period::asked(asked.from.as_deref(), asked.to.as_deref())?;
    let closed = closed_until(&app, period.to).await;
    let gate = app.gate.clone();
    let made = report(&app, move |postings| {
        let sums = convert::deferred(postings, period)?;
        Ok((sums, marked(&gate, postings, period, closed)?))
    });
    let ((sums, closed), next_seq) = made.await?;
    let shown = app.read(|view| convert::rolled(&view.state, &sums, next_seq)).await;
    Ok(Json(RollForward { closed, ..shown }))
}

/// What moved the caller's wallet in a period: the opening balance, each movement and what it was for, the closing balance.
#[utoipa::path(
    get, path = "/v1/wallets/{currency}/statement", tag = "finance", security(("bearer" = [])),
    params(("currency" = String, Path), Span),
    responses((status = 200, description = "The statement.", body = Statement), Problems),
)]
async fn get_wallet_statement(
    State(app): State<App>,
    Customer(actor): Customer,
    Segment(code): Segment,
    Params(asked): Params<Span>,
) -> Result<Json<Statement>, Problem> {
    let currency = currency(&code)?;
    let period = Period::asked(asked.from.as_deref(), asked.to.as_deref())?;
    let whose = app
        .read(|view| {
            let party = party_of(&view.state, actor, asked.party.as_deref())?;
            Ok::<_, Fault>((party, account_of(&view.state, (party, currency), Held::Wallet)?))
        })
        .await;
    let (party, account) = whose?;
    let (rows, next_seq) = report(&app, move |postings| convert::moved(postings, account, period)).await?;
    Ok(Json(app.read(|view| convert::statement_shown(&view.state, (party, currency), &rows, next_seq)).await))
}

/// What a partner was owed for deliveries in a period, by day and offering; it ends in what it is owed.
#[utoipa::path(
    get, path = "/v1/partners/{id}/statement", tag = "finance", security(("bearer" = [])),
    params(("id" = String, Path), PartnerSpan),
    responses((status = 200, description = "The statement.", body = PartnerStatement), Problems),
)]
async fn get_partner_statement(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<PartyId>,
    Params(asked): Params<PartnerSpan>,
) -> Result<Json<PartnerStatement>, Problem> {
    let period = Period::asked(asked.from.as_deref(), asked.to.as_deref())?;
    let whose = app
        .read(|view| {
            let party = party_of(&view.state, actor, Some(&id.to_string()))?;
            let currency = paid_in(&view.state, party, asked.currency.as_deref())?;
            Ok::<_, Fault>((party, currency, account_of(&view.state, (party, currency), Held::Payable)?))
        })
        .await;
    let (party, currency, account) = whose?;
    let (sums, next_seq) = report(&app, move |postings| convert::owed(postings, account, period)).await?;
    Ok(Json(app.read(|view| convert::owed_shown(&view.state, (party, currency), &sums, next_seq)).await))
}

/// Says that a partner was paid outside, of what it is owed.
#[utoipa::path(
    post, path = "/v1/partners/{id}/payouts", tag = "finance", security(("bearer" = [])), request_body = Payout,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, pattern = "^[!-~]*$", description = "Makes repeating it safe.")),
    responses((status = 201, description = "Booked.", body = Owed), Problems),
)]
async fn pay_partner(
    State(app): State<App>,
    Host(actor): Host,
    Id(id): Id<PartyId>,
    headers: HeaderMap,
    Body(asked): Body<Payout>,
) -> Result<(StatusCode, Json<Owed>), Problem> {
    let key = key_of(&app.vault, &headers, "payout", &(id.to_string(), &asked))?;
    let currency = currency(&asked.currency)?;
    let party = app.find(|view| party_of(&view.state, actor, Some(&id.to_string()))).await?;
    let command = Command::PayPartner { party, currency, amount_minor: asked.amount_minor };
    app.submit_keyed(actor, key, command).await?;
    let owed = app
        .read(|view| {
            let account = account_of(&view.state, (party, currency), Held::Payable)?;
            Ok::<_, Fault>(view.state.ledger.account(account).map_or(0, |row| row.posted))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Owed { party: id.to_string(), owed: money(owed, currency) })))
}

/// The currency that is named, or the only one that a partner is paid in.
fn paid_in(state: &engine::state::State, party: PartyRef, named: Option<&str>) -> Result<Currency, Fault> {
    if let Some(code) = named {
        return currency(code);
    }
    let paid: Vec<Currency> = state
        .party(party)
        .map_or_else(Vec::new, |row| row.payable.keys().filter_map(|asset| currency_of(state, *asset)).collect());
    match paid.as_slice() {
        [] => Err(Rejection::UnknownWallet.into()),
        [only] => Ok(*only),
        _ => Err(Fault::invalid("currency: one of those the partner is paid in is expected")),
    }
}

/// The closed month that a report until `to` ends in.
async fn closed_until(app: &App, to: Option<u64>) -> Option<engine::state::ClosedPeriod> {
    app.read(|view| periods::closed_until(&view.state, to).copied()).await
}

/// A report of exactly a closed month is verified: its postings are those that were sealed.
fn marked(
    gate: &Gate,
    postings: &mut dyn Postings,
    period: Period,
    closed: Option<engine::state::ClosedPeriod>,
) -> Result<Option<ClosedMark>, ReportError> {
    let Some(closed) = closed else { return Ok(None) };
    let exact = period == hours(closed.sealed.month);
    let found = exact.then(|| postings_hash(gate, postings, closed.sealed.month)).transpose()?;
    let sealed = (closed.sealed.form, closed.sealed.rows, closed.sealed.postings);
    let verified = found.map(|(rows, hash)| sealed == (FORM, rows, hash));
    Ok(Some(mark(&closed, verified)))
}

/// Which account of a party.
#[derive(Clone, Copy)]
pub(crate) enum Held {
    Wallet,
    Payable,
}

/// The account of a party in a currency.
pub(crate) fn account_of(
    state: &engine::state::State,
    (party, currency): (PartyRef, Currency),
    held: Held,
) -> Result<engine::ledger::AccountRef, Fault> {
    let row = state.party(party).ok_or(Rejection::UnknownParty)?;
    let asset = state.ledger.asset_ref(Asset::Currency(currency)).ok_or(Rejection::UnknownWallet)?;
    let accounts = match held {
        Held::Wallet => &row.wallets,
        Held::Payable => &row.payable,
    };
    Ok(*accounts.get(&asset).ok_or(Rejection::UnknownWallet)?)
}

/// A handle of the postings, as far as everything that was answered before.
pub(crate) async fn postings_of(app: &App) -> Result<Box<dyn Postings>, Fault> {
    postings_before(app, 0).await
}

async fn postings_before(app: &App, next_seq: u64) -> Result<Box<dyn Postings>, Fault> {
    app.gate.postings_before(next_seq).await.map_err(|error| match error {
        RecordsError::Behind { .. } => Fault::Door(Door::PostingsBehind, error.to_string()),
        RecordsError::Journal(error) => Fault::internal("open the postings", &error),
    })
}

/// Makes a report of the postings, as far as everything that was answered before; with how far it goes.
pub(crate) async fn report<T: Send + 'static>(
    app: &App,
    make: impl FnOnce(&mut dyn Postings) -> Result<T, ReportError> + Send + 'static,
) -> Result<(T, u64), Fault> {
    report_before(app, 0, make).await
}

/// The same, and at least of every event before `next_seq`, which was seen already.
pub(crate) async fn report_before<T: Send + 'static>(
    app: &App,
    next_seq: u64,
    make: impl FnOnce(&mut dyn Postings) -> Result<T, ReportError> + Send + 'static,
) -> Result<(T, u64), Fault> {
    let mut postings = postings_before(app, next_seq).await?;
    let done = tokio::task::spawn_blocking(move || {
        // How far they go is read first: what is added meanwhile is in it as well, never less.
        let next_seq = postings.next_seq()?;
        Ok::<_, ReportError>((make(&mut *postings)?, next_seq))
    });
    Ok(done.await.map_err(|error| Fault::internal("make a report", &error))??)
}
