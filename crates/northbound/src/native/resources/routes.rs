//! `/v1/resources`, `/v1/profiles`: the operator's.

use crate::app::App;
use crate::fault::Fault;
use crate::native::convert::{listing, page_limit};
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Host, Id, Params, Segment};
use crate::native::resources::convert;
use crate::native::resources::wire::{Available, Calendar, Profile, Resource, ResourceDraft, Span, Wanted};
use crate::native::wire::{Listing, Page};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::capacity::{ProfileRef, ResourceRef};
use engine::{Command, Rejection};
use node::wall_clock;
use types::ResourceId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's, all of them.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(define_resource, list_resources))
        .routes(routes!(get_resource))
        .routes(routes!(set_available))
        .routes(routes!(get_calendar))
        .routes(routes!(set_profile))
}

/// Defines a resource of the network.
#[utoipa::path(
    post, path = "/v1/resources", tag = "operator", security(("bearer" = [])), request_body = ResourceDraft,
    responses((status = 201, description = "Defined.", body = Resource), Problems),
)]
async fn define_resource(
    State(app): State<App>,
    Host(actor): Host,
    Body(draft): Body<ResourceDraft>,
) -> Result<(StatusCode, Json<Resource>), Problem> {
    let (id, command) = app.read(|view| convert::define(draft, &view.state)).await?;
    app.submit(actor, command).await?;
    Ok((StatusCode::CREATED, Json(shown(&app, id).await?)))
}

/// The resources of the network, in the order they were defined: all, or those of a class or with something in their name.
#[utoipa::path(
    get, path = "/v1/resources", tag = "operator", security(("bearer" = [])), params(Wanted),
    responses((status = 200, description = "A page.", body = Listing<Resource>), Problems),
)]
async fn list_resources(
    State(app): State<App>,
    _host: Host,
    Params(wanted): Params<Wanted>,
) -> Result<Json<Listing<Resource>>, Problem> {
    let limit = page_limit(&Page { limit: wanted.limit, ..Page::default() })?;
    app.read(|view| {
        let state = &view.state;
        let after = match wanted.after.as_deref().map(ResourceId::parse) {
            None => None,
            Some(id) => Some(id.ok().and_then(|id| state.resource_by_id(id)).ok_or(Rejection::UnknownResource)?),
        };
        let handles = state.capacity.resources().map(|(resource, _)| resource);
        let is_wanted = |resource: &ResourceRef| {
            let Some(info) = state.resource(*resource) else { return false };
            wanted.class.is_none_or(|class| info.class == class.into())
                && wanted.name.as_deref().is_none_or(|part| info.name.contains(part))
        };
        let rest = handles.filter(|resource| after.is_none_or(|after| *resource > after)).filter(is_wanted);
        let rows = rest.filter_map(|resource| convert::resource(state, resource));
        Ok(Json(listing(rows.map(|row| (row.id.clone(), row)), limit)))
    })
    .await
}

/// A resource.
#[utoipa::path(
    get, path = "/v1/resources/{id}", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "It.", body = Resource), Problems),
)]
async fn get_resource(State(app): State<App>, _host: Host, Id(id): Id<ResourceId>) -> Result<Json<Resource>, Problem> {
    Ok(Json(shown(&app, id).await?))
}

/// Says what of a resource works now. Less than what is promised stops sales there.
#[utoipa::path(
    put, path = "/v1/resources/{id}/available", tag = "operator", security(("bearer" = [])), params(("id" = String, Path)), request_body = Available,
    responses((status = 200, description = "Set.", body = Resource), Problems),
)]
async fn set_available(
    State(app): State<App>,
    Host(actor): Host,
    Id(id): Id<ResourceId>,
    Body(asked): Body<Available>,
) -> Result<Json<Resource>, Problem> {
    let resource = app.read(|view| convert::resource_by(&view.state, id)).await?;
    app.submit(actor, Command::SetAvailable { resource, available: asked.available }).await?;
    Ok(Json(shown(&app, id).await?))
}

/// What is sellable of a resource, slot by slot.
#[utoipa::path(
    get, path = "/v1/resources/{id}/calendar", tag = "operator", security(("bearer" = [])), params(("id" = String, Path), Span),
    responses((status = 200, description = "The calendar.", body = Calendar), Problems),
)]
async fn get_calendar(
    State(app): State<App>,
    _host: Host,
    Id(id): Id<ResourceId>,
    Params(span): Params<Span>,
) -> Result<Json<Calendar>, Problem> {
    let calendar = app.read(|view| convert::calendar(&view.state, id, &span, wall_clock())).await?;
    Ok(Json(calendar))
}

/// Sets a background profile; the next free number adds one.
#[utoipa::path(
    put, path = "/v1/profiles/{number}", tag = "operator", security(("bearer" = [])), params(("number" = u16, Path)), request_body = Profile,
    responses((status = 204, description = "Set."), Problems),
)]
async fn set_profile(
    State(app): State<App>,
    Host(actor): Host,
    Segment(number): Segment,
    Body(profile): Body<Profile>,
) -> Result<StatusCode, Problem> {
    let number: u16 = number.parse().map_err(|_| Fault::malformed("the number of a profile is expected"))?;
    let command = Command::SetProfile { profile: ProfileRef::from_index(number), hourly_ppm: profile.hourly_ppm };
    app.submit(actor, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn shown(app: &App, id: ResourceId) -> Result<Resource, Fault> {
    app.read(|view| {
        let resource = convert::resource_by(&view.state, id)?;
        convert::resource(&view.state, resource).ok_or_else(|| Rejection::UnknownResource.into())
    })
    .await
}
