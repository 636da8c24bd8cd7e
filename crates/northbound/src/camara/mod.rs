//! CAMARA: the APIs of the network operators' alliance, with their exact error bodies.

pub(crate) mod common;
pub(crate) mod device_data_volume;
pub(crate) mod notify;
pub(crate) mod qos_profiles;
pub(crate) mod quality_on_demand;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

/// Every path below one of these speaks CAMARA.
const PREFIXES: [&str; 3] = ["/quality-on-demand", "/qos-profiles", "/device-data-volume"];

/// Is this path one of CAMARA's?
pub(crate) fn speaks(path: &str) -> bool {
    let below = |prefix| path.strip_prefix(prefix).is_some_and(|rest: &str| rest.is_empty() || rest.starts_with('/'));
    PREFIXES.into_iter().any(below)
}

/// Every route of these APIs.
pub(crate) fn routes() -> OpenApiRouter<App> {
    quality_on_demand::routes().merge(qos_profiles::routes()).merge(device_data_volume::routes())
}
