//! The catalog: types of source, step and destination.

use axum::Json;
use axum::extract::{Path, State};
use linkmesh_api::types::{
    CatalogEntry, CatalogExample, CatalogKind, CatalogList, CatalogSummary, Runtime, Signal,
};
use linkmesh_fleet::access::Permission;
use linkmesh_render::catalog::{Example, SignalRule};
use linkmesh_render::{Entry, EntryKind, catalog};
use serde_json::{Map, Value};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::did_you_mean;
use crate::http::state::App;
use crate::http::translate;

const KINDS: [(&str, EntryKind); 3] =
    [("sources", EntryKind::Source), ("steps", EntryKind::Step), ("destinations", EntryKind::Destination)];

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// Every type of source, step and destination.
#[utoipa::path(get, path = "/catalog", tag = "catalog", responses((status = 200, body = CatalogList)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<CatalogList>, ApiError> {
    app.plane().allow::<ApiError>(caller.principal(), Permission::ConfigRead)?;
    let all = EntryKind::ALL.into_iter().flat_map(|kind| catalog().list(kind));
    Ok(Json(CatalogList { items: all.map(summary).collect() }))
}

/// One type with its schema and examples.
#[utoipa::path(get, path = "/catalog/{kind}/{type}", tag = "catalog",
    params(("kind" = String, Path, description = "`sources`, `steps` or `destinations`"), ("type" = String, Path)),
    responses((status = 200, body = CatalogEntry)))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Json<CatalogEntry>, ApiError> {
    app.plane().allow::<ApiError>(caller.principal(), Permission::ConfigRead)?;
    let kind = KINDS.iter().find(|(word, _)| *word == kind).map(|(_, kind)| *kind).ok_or_else(|| {
        let hint = did_you_mean(&kind, KINDS.iter().map(|(word, _)| *word));
        ApiError::not_found(format!("the catalog holds sources, steps and destinations{hint}"))
    })?;
    let entry = catalog().get(kind, &name).ok_or_else(|| {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        let hint = did_you_mean(&shown, catalog().list(kind).map(|entry| entry.type_.as_str()));
        ApiError::not_found(format!("there is no {} of type `{shown}`{hint}", kind.noun()))
    })?;
    Ok(Json(CatalogEntry { summary: summary(entry), schema: schema(entry), examples: examples(entry) }))
}

fn summary(entry: &Entry) -> CatalogSummary {
    let runs = |runtime: &Runtime| entry.runs_on(translate::runtime_of(*runtime));
    let runtimes: Vec<Runtime> = [Runtime::Otelcol, Runtime::Alloy].into_iter().filter(runs).collect();
    CatalogSummary {
        kind: match entry.kind {
            EntryKind::Source => CatalogKind::Sources,
            EntryKind::Step => CatalogKind::Steps,
            EntryKind::Destination => CatalogKind::Destinations,
        },
        type_id: entry.type_.clone(),
        name: entry.title.clone(),
        summary: entry.summary.clone(),
        signals: match &entry.signals {
            SignalRule::Fixed(signals) => signals.iter().copied().map(signal).collect(),
            // The entity says which of them.
            SignalRule::Declared(_) => linkmesh_fleet::Signal::ALL.into_iter().map(signal).collect(),
        },
        runtimes,
        docs: Some(entry.docs.clone()).filter(|docs| !docs.is_empty()),
    }
}

fn signal(signal: linkmesh_fleet::Signal) -> Signal {
    match signal {
        linkmesh_fleet::Signal::Logs => Signal::Logs,
        linkmesh_fleet::Signal::Metrics => Signal::Metrics,
        linkmesh_fleet::Signal::Traces => Signal::Traces,
    }
}

/// The schema of `settings`; those of `credentials` and `endpoint`, and which common blocks a destination takes, stand
/// beside it for forms.
fn schema(entry: &Entry) -> Value {
    let mut schema = match &entry.schema {
        Value::Object(map) => map.clone(),
        _ => Map::new(),
    };
    if let Some(credentials) = &entry.credentials {
        schema.insert("x-credentials".to_owned(), credentials.clone());
    }
    if let Some(endpoint) = &entry.endpoint {
        schema.insert("x-endpoint".to_owned(), endpoint.clone());
        schema.insert("x-endpoint-optional".to_owned(), entry.endpoint_optional.into());
    }
    if entry.kind == EntryKind::Destination {
        schema.insert("x-accepts".to_owned(), serde_json::to_value(&entry.accepts).unwrap_or_default());
    }
    Value::Object(schema)
}

fn examples(entry: &Entry) -> Vec<CatalogExample> {
    let example =
        |example: &Example| CatalogExample { name: example.name.clone(), entity: example.entity.clone() };
    entry.examples.iter().map(example).collect()
}
