//! Our own API: one folder per resource, JSON in snake case, problems by RFC 9457.

pub(crate) mod attachments;
pub(crate) mod bills;
pub(crate) mod books;
pub(crate) mod congestion;
pub(crate) mod convert;
pub(crate) mod dead_letters;
pub(crate) mod error;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod extract;
pub(crate) mod finance;
pub(crate) mod floor;
pub(crate) mod forecasts;
pub(crate) mod keys;
pub(crate) mod leases;
pub(crate) mod loads;
pub(crate) mod meters;
pub(crate) mod offerings;
pub(crate) mod orders;
pub(crate) mod parties;
pub(crate) mod periods;
pub(crate) mod plans;
pub(crate) mod preemptions;
pub(crate) mod qualifications;
pub(crate) mod quotes;
pub(crate) mod resources;
pub(crate) mod sandbox;
pub(crate) mod satellites;
pub(crate) mod sessions;
pub(crate) mod tokens;
pub(crate) mod usage;
pub(crate) mod wallets;
pub(crate) mod webhooks;
pub(crate) mod wire;

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

/// Every route but the operator's.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(offerings::routes())
        .merge(qualifications::routes())
        .merge(quotes::routes())
        .merge(orders::routes())
        .merge(tokens::routes())
        .merge(sessions::routes())
        .merge(wallets::routes())
        .merge(finance::routes())
        .merge(bills::routes())
        .merge(usage::routes())
        .merge(meters::routes())
        .merge(keys::routes())
        .merge(events::routes())
        .merge(webhooks::routes())
        .merge(sandbox::routes())
}

/// The operator's.
pub(crate) fn operators() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(parties::operators())
        .merge(resources::operators())
        .merge(forecasts::operators())
        .merge(congestion::operators())
        .merge(loads::operators())
        .merge(offerings::operators())
        .merge(tokens::operators())
        .merge(wallets::operators())
        .merge(keys::operators())
        .merge(books::operators())
        .merge(finance::operators())
        .merge(exports::operators())
        .merge(periods::operators())
        .merge(floor::operators())
        .merge(attachments::operators())
        .merge(preemptions::operators())
        .merge(leases::operators())
        .merge(dead_letters::operators())
}
