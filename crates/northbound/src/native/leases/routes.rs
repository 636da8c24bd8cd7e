//! `/v1/leases`: the operator's.

use crate::app::App;
use crate::fault::Fault;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Host, Id, Params};
use crate::native::leases::convert;
use crate::native::leases::wire::{Lease, LeasesAsked, Reauthorisation};
use crate::native::wire::Listing;
use crate::nchf::notify::reauthorisation;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::Rejection;
use engine::limits::RATING_GROUPS_MAX;
use engine::state::Charging;
use node::{Delivery, DeliveryKey};
use types::ChargingId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes: the operator's, all of them.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_leases)).routes(routes!(ask_again))
}

/// What of tokens is granted to functions of the network right now, to whom and until when.
#[utoipa::path(
    get, path = "/v1/leases", tag = "operator", security(("bearer" = [])),
    params(("after" = Option<String>, Query, description = "Behind this charging session: `next` of the page before.")),
    responses((status = 200, description = "A page.", body = Listing<Lease>), Problems),
)]
async fn list_leases(
    State(app): State<App>,
    _host: Host,
    Params(asked): Params<LeasesAsked>,
) -> Result<Json<Listing<Lease>>, Problem> {
    let after = asked.after.as_deref().map(ChargingId::parse).transpose();
    let after = after.map_err(|error| Fault::invalid(format!("after: {error}")))?;
    Ok(Json(app.read(|view| convert::page(&view.state, after)).await))
}

/// Tells a function of the network to report and to ask again, for rating groups of one of its charging sessions. It goes
/// to the address that the session was opened with; without one nobody is told.
#[utoipa::path(
    post, path = "/v1/leases/{id}/reauthorisation", tag = "operator", security(("bearer" = [])),
    params(("id" = String, Path, description = "The charging session: `chg_…`")), request_body = Reauthorisation,
    responses((status = 202, description = "It will be told."), Problems),
)]
async fn ask_again(
    State(app): State<App>,
    _host: Host,
    Id(id): Id<ChargingId>,
    Body(asked): Body<Reauthorisation>,
) -> Result<StatusCode, Problem> {
    if asked.rating_groups.len() > RATING_GROUPS_MAX as usize {
        return Err(Fault::invalid(format!("rating_groups: at most {RATING_GROUPS_MAX} are expected")).into());
    }
    let now = app.gate.clock().now();
    let look = |view: &node::View| {
        let charging = view.state.charging(id).ok_or(Rejection::UnknownCharging)?;
        if !charging.is_open() {
            return Err(Rejection::ChargingClosed);
        }
        Ok(reauthorisation(charging, &meant(charging, asked), (view.next_seq.saturating_sub(1), now)))
    };
    let delivery = app.read(look).await.map_err(Fault::from)?.map(beside_events);
    let delivery = delivery.ok_or_else(|| Fault::invalid("the session was opened without a notifyUri"))?;
    app.telling()?.notifier.mailroom(move |room| room.send(delivery)).await.map_err(Fault::from)?;
    Ok(StatusCode::ACCEPTED)
}

/// No event asks for it: it lies beside those that the last event did.
fn beside_events(delivery: Delivery) -> Delivery {
    let part = delivery.key.part | (1 << 31);
    Delivery { key: DeliveryKey { part, ..delivery.key }, ..delivery }
}

/// Those that were named, or every one of which something is granted.
fn meant(charging: &Charging, asked: Reauthorisation) -> Vec<u32> {
    if !asked.rating_groups.is_empty() {
        return asked.rating_groups;
    }
    charging.leases.iter().filter(|(_, lease)| lease.granted > 0).map(|(group, _)| *group).collect()
}
