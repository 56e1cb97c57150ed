//! The REST API and the few pages: who may call, what the parts of a request are, how answers and errors look.
//! Translates only; every rule is in the control plane. Start at [`router`], then `routes`.

mod auth;
mod config_alloy;
mod downloads;
mod error;
mod extract;
mod idempotency;
mod install;
mod install_lines;
mod limits;
mod metrics;
mod mirror;
mod openapi;
mod pages;
mod places;
mod query;
mod restore;
mod routes;
mod selection;
mod state;
mod translate;
mod web;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};

pub use auth::PUBLIC;
pub use openapi::openapi_json;
pub use state::App;
pub use web::SCREENS;

use error::ApiError;

/// Largest body of a call, in bytes.
pub const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Every route of the REST API and the pages. The protocols of collectors are merged beside it, with limits of their own.
pub fn router(app: App) -> Router {
    let (api, _document) = openapi::routes().split_for_parts();
    api.merge(pages::routes())
        .merge(web::routes())
        .fallback(web::nothing)
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(app.clone(), auth::guard))
        .layer(from_fn(limits::bounded))
        .layer(from_fn(limits::hardened))
        .with_state(app)
}

/// What commands on this machine may ask, through the socket in the data directory.
pub fn local_router(app: App) -> Router {
    Router::new()
        .route(crate::backup::PATH, axum::routing::post(routes::backup::backup))
        .layer(axum::Extension(auth::at_the_machine()))
        .with_state(app)
}
