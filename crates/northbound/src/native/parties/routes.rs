//! `/v1/parties`: the operator's.

use crate::app::App;
use crate::fault::{Door, Fault};
use crate::idempotency::key_of;
use crate::native::convert::{currency, listing, page_limit};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Host, Id, Operator, Params};
use crate::native::parties::convert;
use crate::native::parties::wire::{CreditLimit, Party, PartyDraft, Priority, TopUp, Wallet, WalletDraft};
use crate::native::wire::{Listing, Page};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use engine::state::{PartyKind, PartyRef};
use engine::{Actor, Command, Rejection};
use types::{Currency, PartyId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's, all of them.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(register_party, list_parties))
        .routes(routes!(get_party))
        .routes(routes!(erase_personal_data))
        .routes(routes!(open_wallet))
        .routes(routes!(top_up))
        .routes(routes!(set_credit_limit))
        .routes(routes!(set_priority))
}

/// Registers a party.
#[utoipa::path(
    post, path = "/v1/parties", tag = "operator", security(("bearer" = [])), request_body = PartyDraft,
    responses((status = 201, description = "Registered.", body = Party), Problems),
)]
async fn register_party(
    State(app): State<App>,
    Operator(actor): Operator,
    Body(draft): Body<PartyDraft>,
) -> Result<(StatusCode, Json<Party>), Problem> {
    let id = convert::new_id(&draft)?;
    if app.read(|view| view.state.party_by_id(id)).await.is_some() {
        return Err(Rejection::AlreadyExists.into());
    }
    let subject = match draft.personal.as_ref().map(convert::record).transpose()? {
        None => None,
        Some(record) => {
            let keep = move |vault: &node::Vault| {
                let subject = vault.subject_for(&convert::vault_identifier(id))?;
                vault.put(subject, &record).map(|()| Some(subject))
            };
            app.vault(keep).await?
        }
    };
    app.submit(actor, convert::register(id, &draft, subject)).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, actor, id).await?)))
}

/// The parties of the caller's brand, in the order they were registered.
#[utoipa::path(
    get, path = "/v1/parties", tag = "operator", security(("bearer" = [])), params(Page),
    responses((status = 200, description = "A page.", body = Listing<Party>), Problems),
)]
async fn list_parties(
    State(app): State<App>,
    Operator(actor): Operator,
    Params(page): Params<Page>,
) -> Result<Json<Listing<Party>>, Problem> {
    let limit = page_limit(&page)?;
    app.read(|view| {
        let state = &view.state;
        let first = match page.after.as_deref().map(PartyId::parse) {
            None => 0,
            Some(id) => id.ok().and_then(|id| state.party_by_id(id)).ok_or(Rejection::UnknownParty)?.index() + 1,
        };
        let rows = state.parties.iter().skip(first).filter(|row| in_brand(actor, row));
        Ok(Json(listing(rows.map(|row| (row.id.to_string(), convert::party(state, row, None))), limit)))
    })
    .await
}

/// One party, with its personal data.
#[utoipa::path(
    get, path = "/v1/parties/{id}", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "The party.", body = Party), Problems),
)]
async fn get_party(
    State(app): State<App>,
    Operator(actor): Operator,
    Id(id): Id<PartyId>,
) -> Result<Json<Party>, Problem> {
    Ok(Json(shown(&app, actor, id).await?))
}

/// Erases a party's personal data for good: its own, and that of devices and flows that only it used; of a consumer, who is
/// one person, the webhooks too, with all that waits for them.
#[utoipa::path(
    delete, path = "/v1/parties/{id}/personal-data", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 204, description = "Erased."), Problems),
)]
async fn erase_personal_data(
    State(app): State<App>,
    Operator(actor): Operator,
    Id(id): Id<PartyId>,
) -> Result<StatusCode, Problem> {
    let party = known(&app, actor, id).await?;
    let subjects = app.read(|view| convert::subjects_of(&view.state, party)).await.ok_or(Door::PersonalDataInUse)?;
    let consumer = app.read(|view| view.state.party(party).is_some_and(|row| row.kind == PartyKind::Consumer)).await;
    if consumer && let Ok(telling) = app.telling() {
        // Behind the webhook of a company or a public service there are other people, who go on.
        telling.notifier.mailroom(move |room| room.remove_webhooks_of(id)).await.map_err(Fault::from)?;
    }
    app.vault(move |vault| subjects.into_iter().try_for_each(|subject| vault.erase(subject))).await?;
    if let Ok(telling) = app.telling() {
        // Nothing more is told to what a session named once its private part is erased; what waits already goes now.
        telling.notifier.mailroom(move |room| room.remove_sessions_of(id)).await.map_err(Fault::from)?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Opens a wallet; answers with the one there is.
#[utoipa::path(
    post, path = "/v1/parties/{id}/wallets", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)), request_body = WalletDraft,
    responses((status = 201, description = "Open.", body = Wallet), Problems),
)]
async fn open_wallet(
    State(app): State<App>,
    Operator(actor): Operator,
    Id(id): Id<PartyId>,
    Body(draft): Body<WalletDraft>,
) -> Result<(StatusCode, Json<Wallet>), Problem> {
    let (party, currency) = (known(&app, actor, id).await?, currency(&draft.currency)?);
    app.submit(actor, Command::OpenWallet { party, currency }).await?;
    Ok((StatusCode::CREATED, Json(wallet(&app, party, currency).await?)))
}

/// Adds money that was received to a wallet.
#[utoipa::path(
    post, path = "/v1/parties/{id}/top-ups", tag = "operator", security(("bearer" = [])), request_body = TopUp,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, pattern = "^[!-~]*$", description = "Makes repeating it safe.")),
    responses((status = 201, description = "Added.", body = Wallet), Problems),
)]
async fn top_up(
    State(app): State<App>,
    Operator(actor): Operator,
    Id(id): Id<PartyId>,
    headers: HeaderMap,
    Body(asked): Body<TopUp>,
) -> Result<(StatusCode, Json<Wallet>), Problem> {
    let key = key_of(&app.vault, &headers, "top-up", &(id.to_string(), &asked))?;
    let (party, currency) = (known(&app, actor, id).await?, currency(&asked.currency)?);
    let command = convert::top_up(party, currency, asked)?;
    app.submit_keyed(actor, key, command).await?;
    Ok((StatusCode::CREATED, Json(wallet(&app, party, currency).await?)))
}

/// Lets a wallet go below zero.
#[utoipa::path(
    put, path = "/v1/parties/{id}/credit-limit", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)), request_body = CreditLimit,
    responses((status = 200, description = "Set.", body = Wallet), Problems),
)]
async fn set_credit_limit(
    State(app): State<App>,
    Operator(actor): Operator,
    Id(id): Id<PartyId>,
    Body(asked): Body<CreditLimit>,
) -> Result<Json<Wallet>, Problem> {
    let (party, currency) = (known(&app, actor, id).await?, currency(&asked.currency)?);
    app.submit(actor, Command::SetCreditLimit { party, currency, limit_minor: asked.limit_minor }).await?;
    Ok(Json(wallet(&app, party, currency).await?))
}

/// Authorises a party for priority, so that it may buy offerings of levels 1 to 8, or withdraws that. What it bought stays.
#[utoipa::path(
    put, path = "/v1/parties/{id}/priority", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)), request_body = Priority,
    responses((status = 200, description = "Set.", body = Party), Problems),
)]
async fn set_priority(
    State(app): State<App>,
    Host(actor): Host,
    Id(id): Id<PartyId>,
    Body(asked): Body<Priority>,
) -> Result<Json<Party>, Problem> {
    let party = known(&app, actor, id).await?;
    app.submit(actor, convert::authorise(party, &asked)?).await?;
    Ok(Json(shown(&app, actor, id).await?))
}

async fn wallet(app: &App, party: PartyRef, currency: Currency) -> Result<Wallet, Fault> {
    app.read(|view| convert::wallet_in(&view.state, party, currency)).await
}

/// The party, if it belongs to the caller's brand; otherwise it is as if it did not exist.
async fn known(app: &App, actor: Actor, id: PartyId) -> Result<PartyRef, Fault> {
    app.read(|view| {
        let party = view.state.party_by_id(id).ok_or(Rejection::UnknownParty)?;
        let row = view.state.party(party).ok_or(Rejection::UnknownParty)?;
        if in_brand(actor, row) { Ok(party) } else { Err(Rejection::UnknownParty.into()) }
    })
    .await
}

fn in_brand(actor: Actor, row: &engine::state::Party) -> bool {
    actor.tenant == types::TenantId(1) || row.tenant == actor.tenant
}

async fn shown(app: &App, actor: Actor, id: PartyId) -> Result<Party, Fault> {
    let party = known(app, actor, id).await?;
    let subject = app.read(|view| view.state.party(party).and_then(|row| row.subject)).await;
    let record = match subject {
        None => None,
        Some(subject) => app.vault(move |vault| vault.get(subject)).await?,
    };
    let personal = record.and_then(|record| convert::personal(&record));
    app.read(|view| {
        let row = view.state.party(party).ok_or(Rejection::UnknownParty)?;
        Ok(convert::party(&view.state, row, personal))
    })
    .await
}
