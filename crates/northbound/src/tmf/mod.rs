//! TM Forum Open APIs: what BSS stacks, finance and care speak, over the same commands as our own API.
//!
//! `common` has what every TM Forum API shares: the error body, lists with `offset`, `limit`, `fields`, `sort` and filters,
//! and the hub that tells listeners. Each API is a folder of its own: routes, wire forms, conversions.

pub(crate) mod common;
pub(crate) mod customer_bill;
pub(crate) mod prepay_balance;
pub(crate) mod product_catalog;
pub(crate) mod usage;
pub(crate) mod usage_consumption;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

/// Every path below this speaks TM Forum.
const PREFIX: &str = "/tmf-api";

/// Is this path one of TM Forum's?
pub(crate) fn speaks(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Every route but the operator's.
pub(crate) fn routes() -> OpenApiRouter<App> {
    prepay_balance::routes()
        .merge(usage::routes())
        .merge(usage_consumption::routes())
        .merge(customer_bill::routes())
        .merge(product_catalog::routes())
}

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    prepay_balance::operators().merge(product_catalog::operators())
}
