//! `/v1/attachments`: the operator's.

use crate::app::App;
use crate::device;
use crate::fault::{Door, Fault};
use crate::native::attachments::wire::{Attachment, Follow, Followed, FollowedSession};
use crate::native::convert::place_asked;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Host};
use crate::native::wire::PlaceAsked;
use axum::Json;
use axum::extract::State;
use engine::state::{self, SessionRef, SessionState};
use engine::{Actor, Command, Rejection};
use types::H3Cell;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's, all of them.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(attach_device))
}

/// Says from where a device is served now, and where it will be next. Its promises follow it: what serves it there is held
/// instead. Send it for devices that hold a promise, when what serves them changes.
#[utoipa::path(
    post, path = "/v1/attachments", tag = "operator", security(("bearer" = [])), request_body = Attachment,
    responses((status = 200, description = "What became of its promises.", body = Followed), Problems),
)]
async fn attach_device(
    State(app): State<App>,
    _host: Host,
    Body(attachment): Body<Attachment>,
) -> Result<Json<Followed>, Problem> {
    let device = device::known(&app, &attachment.device).await?.ok_or(Door::UnknownDevice)?;
    let (places, sessions) = app
        .read(|view| {
            let shapes = std::iter::once(&attachment.place).chain(&attachment.ahead);
            let places = shapes.map(|shape| one_cell(shape, &view.state)).collect::<Result<Vec<_>, _>>()?;
            let active = view.state.sessions_of(device).filter(|(_, row)| row.state == SessionState::Active);
            let holding =
                active.filter(|(_, row)| view.state.token(row.token).is_some_and(|row| row.booking.is_some()));
            Ok::<_, Fault>((places, holding.map(|(session, _)| session).collect::<Vec<_>>()))
        })
        .await?;
    if sessions.is_empty() {
        return Err(Door::UnknownDevice.into());
    }
    let mut followed = Vec::new();
    for session in sessions {
        followed.push(follow(&app, session, &places).await?);
    }
    Ok(Json(Followed { sessions: followed }))
}

async fn follow(app: &App, session: SessionRef, places: &[H3Cell]) -> Result<FollowedSession, Problem> {
    let before = app.read(move |view| held(&view.state, session)).await;
    let command = Command::MoveSession { session, places: places.to_vec() };
    app.submit(Actor::NETWORK, command).await?;
    let after = app.read(move |view| held(&view.state, session)).await;
    let (before, after) = before.zip(after).ok_or(Rejection::UnknownSession)?;
    let promise = match (after.broken > before.broken, after.legs == before.legs) {
        (true, _) => Follow::Broken,
        (false, true) => Follow::Kept,
        (false, false) => Follow::Moved,
    };
    Ok(FollowedSession { session: after.session, token: after.token, promise })
}

/// What is held for a session, and how often its promise was broken.
struct Held {
    session: String,
    token: String,
    legs: Vec<engine::capacity::Leg>,
    broken: u64,
}

fn held(state: &state::State, session: SessionRef) -> Option<Held> {
    let row = state.session(session)?;
    let token = state.token(row.token)?;
    let (session, broken) = (row.id.to_string(), row.windows_broken);
    Some(Held { session, token: token.id.to_string(), legs: token.legs.clone(), broken })
}

fn one_cell(shape: &PlaceAsked, state: &state::State) -> Result<H3Cell, Fault> {
    match place_asked(shape, state)?.cells() {
        [cell] => Ok(*cell),
        _ => Err(Fault::invalid("place: a point or one H3 cell is expected: a device is at one place")),
    }
}
