//! Money of the caller: wallets, who shares them, their caps, notices, top-ups, transfers and payouts.

pub(crate) mod convert;
mod money;
mod routes;
mod rules;
pub(crate) mod wire;

pub(crate) use money::operators;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(routes::routes()).merge(rules::routes()).merge(money::routes())
}
