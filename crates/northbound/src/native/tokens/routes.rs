//! `/v1/tokens`.

use crate::app::App;
use crate::fault::Fault;
use crate::native::convert::{listing, page_limit, party_of};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Customer, Id, Operator, Params};
use crate::native::satellites;
use crate::native::tokens::wire::{Last, Revocation, RevocationDraft, Timeline, Token};
use crate::native::tokens::{convert, gifts, timeline};
use crate::native::wire::{Listing, Page};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::state::TokenRef;
use engine::{Actor, Command, Rejection};
use node::View;
use types::TokenId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens))
        .routes(routes!(get_token, release_token))
        .routes(routes!(get_timeline))
        .routes(routes!(revoke_entitlement))
        .merge(gifts::routes())
}

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(suspend_token)).routes(routes!(resume_token))
}

/// The tokens of a party, in the order they were bought, without their entitlements.
#[utoipa::path(
    get, path = "/v1/tokens", tag = "tokens", security(("bearer" = [])), params(Page),
    responses((status = 200, description = "A page.", body = Listing<Token>), Problems),
)]
async fn list_tokens(
    State(app): State<App>,
    Customer(actor): Customer,
    Params(page): Params<Page>,
) -> Result<Json<Listing<Token>>, Problem> {
    let limit = page_limit(&page)?;
    app.read(|view| {
        let state = &view.state;
        let party = party_of(state, actor, page.party.as_deref())?;
        let after = match page.after.as_deref().map(TokenId::parse) {
            None => None,
            Some(id) => Some(convert::own(state, actor, id.map_err(|_| Rejection::UnknownToken)?)?),
        };
        let handles = state.tokens_of(party).map(|(token, _)| token);
        let rest = handles.filter(|token| after.is_none_or(|after| *token > after));
        let rows = rest.filter_map(|token| convert::token(state, token));
        Ok(Json(listing(rows.map(|row| (row.id.clone(), row)), limit)))
    })
    .await
}

/// One token, with its signed entitlement while it can be called.
#[utoipa::path(
    get, path = "/v1/tokens/{id}", tag = "tokens", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "The token.", body = Token), Problems),
)]
async fn get_token(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<TokenId>,
) -> Result<Json<Token>, Problem> {
    let read = |view: &View| {
        let token = convert::own(&view.state, actor, id)?;
        convert::with_entitlement(&app.entitlements, view, token)
    };
    let mut token = app.read(read).await?;
    satellites::name(&app, &mut token.path, &token.window);
    Ok(Json(token))
}

/// Gives a token up before its window ends; what is unused is paid back as its offering says.
#[utoipa::path(
    delete, path = "/v1/tokens/{id}", tag = "tokens", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "It is over.", body = Token), Problems),
)]
async fn release_token(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<TokenId>,
) -> Result<Json<Token>, Problem> {
    let token = own(&app, actor, id).await?;
    app.submit(actor, Command::ReleaseToken { token }).await?;
    Ok(Json(shown(&app, token).await?))
}

/// Holds a token back: it cannot be called.
#[utoipa::path(
    post, path = "/v1/tokens/{id}/suspend", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "It is suspended.", body = Token), Problems),
)]
async fn suspend_token(
    State(app): State<App>,
    Operator(actor): Operator,
    Id(id): Id<TokenId>,
) -> Result<Json<Token>, Problem> {
    let token = own(&app, actor, id).await?;
    app.submit(actor, Command::SuspendToken { token }).await?;
    Ok(Json(shown(&app, token).await?))
}

/// Lets a suspended token be called again.
#[utoipa::path(
    post, path = "/v1/tokens/{id}/resume", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "It can be called.", body = Token), Problems),
)]
async fn resume_token(
    State(app): State<App>,
    Operator(actor): Operator,
    Id(id): Id<TokenId>,
) -> Result<Json<Token>, Problem> {
    let token = own(&app, actor, id).await?;
    app.submit(actor, Command::ResumeToken { token }).await?;
    Ok(Json(shown(&app, token).await?))
}

/// What happened to a token lately: sessions, usage, broken promises, refunds. Newest last.
#[utoipa::path(
    get, path = "/v1/tokens/{id}/events", tag = "tokens", security(("bearer" = [])), params(("id" = String, Path), Last),
    responses((status = 200, description = "The timeline.", body = Timeline), Problems),
)]
async fn get_timeline(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<TokenId>,
    Params(last): Params<Last>,
) -> Result<Json<Timeline>, Problem> {
    let limit = page_limit(&Page { limit: last.limit, ..Page::default() })?;
    let token = own(&app, actor, id).await?;
    let items = app.read(|view| timeline::timeline(view, token, limit)).await;
    Ok(Json(Timeline { items }))
}

/// Revokes signed entitlements of a token: one text and all that was made of it, or every one. The token itself goes on,
/// for its party's own credentials.
#[utoipa::path(
    post, path = "/v1/tokens/{id}/revocations", tag = "tokens", security(("bearer" = [])), params(("id" = String, Path)),
    request_body = RevocationDraft,
    responses((status = 201, description = "It is revoked, from the next use on.", body = Revocation), Problems),
)]
async fn revoke_entitlement(
    State(app): State<App>,
    Customer(actor): Customer,
    Id(id): Id<TokenId>,
    Body(draft): Body<RevocationDraft>,
) -> Result<(StatusCode, Json<Revocation>), Problem> {
    let token = own(&app, actor, id).await?;
    let block = app.read(|view| convert::revoked_block(&app.entitlements, &view.state, token, &draft)).await?;
    app.submit(actor, Command::RevokeEntitlement { token, block }).await?;
    let shown = app.read(|view| convert::revocation(&view.state, token, block)).await;
    Ok((StatusCode::CREATED, Json(shown.ok_or(Fault::from(Rejection::UnknownToken))?)))
}

pub(super) async fn own(app: &App, actor: Actor, id: TokenId) -> Result<TokenRef, Fault> {
    app.read(|view| convert::own(&view.state, actor, id)).await
}

async fn shown(app: &App, token: TokenRef) -> Result<Token, Fault> {
    app.read(|view| convert::token(&view.state, token)).await.ok_or_else(|| Rejection::UnknownToken.into())
}
