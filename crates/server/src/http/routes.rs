//! The calls of `/api/v1`, one module per noun. A handler reads as a sentence: parse, one command or look, answer.

mod accounts;
mod audit;
pub(super) mod backup;
mod bulk;
mod catalog;
mod changes;
mod collector_tokens;
mod collectors;
mod delivery;
mod downloads;
mod enrollment;
mod entities;
mod events;
mod facets;
mod install;
mod lines;
mod links;
mod mirror;
mod observations;
mod operations;
mod overview;
mod remotecfg;
mod render;
mod revisions;
mod server;
mod session;
mod topology;

use utoipa_axum::router::OpenApiRouter;

use super::state::App;

/// Every call, without the prefix.
pub(super) fn all() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(session::routes())
        .merge(accounts::routes())
        .merge(enrollment::routes())
        .merge(collectors::routes())
        .merge(bulk::routes())
        .merge(collector_tokens::routes())
        .merge(remotecfg::routes())
        .merge(observations::routes())
        .merge(operations::routes())
        .merge(delivery::routes())
        .merge(entities::routes())
        .merge(changes::routes())
        .merge(render::routes())
        .merge(revisions::routes())
        .merge(lines::routes())
        .merge(catalog::routes())
        .merge(events::routes())
        .merge(audit::routes())
        .merge(server::routes())
        .merge(backup::routes())
        .merge(downloads::routes())
        .merge(install::routes())
        .merge(mirror::routes())
        .merge(facets::routes())
        .merge(overview::routes())
        .merge(topology::routes())
        .merge(links::routes())
}
