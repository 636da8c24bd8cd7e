//! CAMARA: the APIs of the network operators' alliance, with their exact error bodies.

pub(crate) mod common;
pub(crate) mod quality_on_demand;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

/// Every path below this one speaks CAMARA.
pub(crate) const PREFIX: &str = "/quality-on-demand";

/// Every route of these APIs.
pub(crate) fn routes() -> OpenApiRouter<App> {
    quality_on_demand::routes()
}
