//! `/v1/sandbox`: where a cell is no sandbox it says so.

use super::convert::{currencies, first_call, kind_of, logged, numbers};
use super::wire::{Application, ApplicationDraft, Latest, LoggedRequest};
use crate::app::App;
use crate::entropy::fresh_id;
use crate::fault::{Door, Fault};
use crate::limits::REQUESTS_LOGGED_MAX;
use crate::native::convert::money;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Customer, Params};
use crate::native::parties::{convert as parties, wire::Personal};
use crate::native::wire::Listing;
use crate::sandbox::{Sandbox, key_of};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::state::{Origin, PartyRef};
use engine::{Actor, Answer, Command, Receipt, Rejection};
use types::{PartyId, TenantId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Requests that are shown unless it is said.
const SHOWN: usize = 20;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_up)).routes(routes!(requests))
}

/// Signs an application up: a party with money to play with, and its key.
#[utoipa::path(
    post, path = "/v1/sandbox/applications", tag = "sandbox", request_body = ApplicationDraft,
    responses((status = 201, description = "It may call.", body = Application), Problems),
)]
async fn sign_up(
    State(app): State<App>,
    Body(draft): Body<ApplicationDraft>,
) -> Result<(StatusCode, Json<Application>), Problem> {
    let sandbox = open(&app)?;
    let kind = kind_of(draft.kind)?;
    let record = parties::record(&Personal { name: draft.name, contact: None })?;
    let id = PartyId::from_u128(fresh_id());
    let keep = move |vault: &node::Vault| {
        let subject = vault.subject_for(&parties::vault_identifier(id))?;
        vault.put(subject, &record).map(|()| Some(subject))
    };
    let subject = app.vault(keep).await?;
    let actor = app.read(|view| host(&view.state)).await.ok_or(Rejection::NotFounded)?;
    let register = Command::RegisterParty { id, tenant: TenantId(1), kind: kind.into(), subject };
    let Answer::Party(party) = app.submit(actor, register).await? else {
        return Err(Fault::unexpected_answer("register a party").into());
    };
    let currencies = app.read(|view| currencies(&view.state)).await;
    for currency in &currencies {
        app.submit(actor, Command::OpenWallet { party, currency: *currency }).await?;
        let (amount_minor, origin) = (sandbox.balance_minor, Origin::Promotion);
        let receipt = Receipt { party, currency: *currency, amount_minor, origin };
        app.submit(actor, Command::ReceivePayment(Box::new(receipt))).await?;
    }
    let application = Application {
        party: id.to_string(),
        key: key_of(&app.vault, id),
        wallets: currencies.iter().map(|currency| money(sandbox.balance_minor, *currency)).collect(),
        numbers: numbers(),
        try_it: first_call(),
    };
    Ok((StatusCode::CREATED, Json(application)))
}

/// What the caller's application sent last and was answered, the newest first. It is kept in memory alone.
#[utoipa::path(
    get, path = "/v1/sandbox/requests", tag = "sandbox", security(("bearer" = [])), params(Latest),
    responses((status = 200, description = "The last requests.", body = Listing<LoggedRequest>), Problems),
)]
async fn requests(
    State(app): State<App>,
    Customer(actor): Customer,
    Params(latest): Params<Latest>,
) -> Result<Json<Listing<LoggedRequest>>, Problem> {
    open(&app)?;
    let limit = latest.limit.unwrap_or(SHOWN);
    if !(1..=REQUESTS_LOGGED_MAX).contains(&limit) {
        return Err(Fault::malformed(format!("limit: 1 to {REQUESTS_LOGGED_MAX} is expected")).into());
    }
    let party =
        app.read(|view| view.state.party(actor.party).map(|row| row.id)).await.ok_or(Rejection::UnknownParty)?;
    let items = app.requests.of(party).into_iter().take(limit).map(logged).collect();
    Ok(Json(Listing { items, next: None }))
}

fn open(app: &App) -> Result<Sandbox, Fault> {
    app.sandbox.ok_or_else(|| Door::NoSandbox.into())
}

/// The operator, on whose behalf an application is welcomed.
fn host(state: &engine::state::State) -> Option<Actor> {
    state.party(PartyRef::OPERATOR).map(|row| Actor {
        tenant: row.tenant,
        party: PartyRef::OPERATOR,
        ..Actor::OPERATOR
    })
}
