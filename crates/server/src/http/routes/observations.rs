//! What is known of one collector: its configurations, drift, attempts, events, health tree, throughput and intent.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{
    Attempt, CollectorComponents, CollectorConfig, Drift, Event, EventQuery, Intent, ListQuery, Page,
    Throughput, ThroughputQuery,
};
use linkmesh_control::ControlPlane;
use linkmesh_control::roster::Live;
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::drift::{Evidence, cause};
use linkmesh_fleet::{Id, Timestamp};
use linkmesh_throughput::ChartQuery;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Params, PathId, number_cursor, page_items};
use crate::http::state::App;
use crate::http::translate;

use super::events::page as events_page;

const DAY_MS: u64 = 24 * 3600 * 1000;
const CHART_STEP_S: u64 = 60;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(config))
        .routes(routes!(drift))
        .routes(routes!(attempts))
        .routes(routes!(events))
        .routes(routes!(components))
        .routes(routes!(throughput))
        .routes(routes!(intent))
}

/// What the collector should run, was last sent, and says that it runs; credentials are redacted.
#[utoipa::path(get, path = "/collectors/{collector}/config", tag = "collectors",
    params(("collector" = String, Path)), responses((status = 200, body = CollectorConfig)))]
async fn config(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Json<CollectorConfig>, ApiError> {
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let view = plane.configs(&*live(plane, &id)?)?;
        Ok(Json(translate::config(&view)))
    })
    .await
}

/// How what runs differs in meaning from what was given.
#[utoipa::path(get, path = "/collectors/{collector}/drift", tag = "collectors",
    params(("collector" = String, Path)), responses((status = 200, body = Drift)))]
async fn drift(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<Json<Drift>, ApiError> {
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let live = live(plane, &id)?;
        let known = plane.drift(&live);
        let cause = known.as_ref().and_then(|(drift, _)| {
            let state = live.lock();
            let desired = state.record.released?;
            let ledger = &state.record.ledger;
            let reported = ledger.reported.as_ref();
            // An Alloy gives back the very bytes that it runs.
            let runs = state.record.effective.filter(|hash| *hash != desired);
            let matches_older = runs.is_some_and(|hash| ledger.has_heard_of(&hash));
            cause(drift, &Evidence { desired, reported, matches_older })
        });
        Ok(Json(translate::drift(id.to_string(), known, cause)))
    })
    .await
}

/// The ledger of configurations that were offered, newest first.
#[utoipa::path(get, path = "/collectors/{collector}/attempts", tag = "collectors",
    params(("collector" = String, Path), ListQuery), responses((status = 200, body = Page<Attempt>)))]
async fn attempts(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<Attempt>>, ApiError> {
    let skip = number_cursor(query.cursor.as_deref())?.unwrap_or(0);
    let limit = page_items(query.limit);
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let all = plane.attempts(&*live(plane, &id)?);
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let items: Vec<Attempt> = all.iter().skip(skip).take(limit).map(translate::attempt).collect();
        let next = skip.saturating_add(items.len());
        let next_cursor = (next < all.len()).then(|| next.to_string());
        Ok(Json(Page { items, next_cursor, total: u64::try_from(all.len()).ok() }))
    })
    .await
}

/// What happened to the collector, newest first.
#[utoipa::path(get, path = "/collectors/{collector}/events", tag = "collectors",
    params(("collector" = String, Path), EventQuery), responses((status = 200, body = Page<Event>)))]
async fn events(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Params(query): Params<EventQuery>,
) -> Result<Json<Page<Event>>, ApiError> {
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        live(plane, &id)?;
        events_page(plane, &EventQuery { collector: Some(id.to_string()), ..query }).map(Json)
    })
    .await
}

/// The health tree that the collector reports.
#[utoipa::path(get, path = "/collectors/{collector}/components", tag = "collectors",
    params(("collector" = String, Path)), responses((status = 200, body = CollectorComponents)))]
async fn components(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Json<CollectorComponents>, ApiError> {
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let live = live(plane, &id)?;
        let (root, at) = plane.components(&live);
        let released = live.lock().released.clone();
        let map: BTreeMap<String, String> = released
            .iter()
            .flat_map(|config| &config.map)
            .map(|mapped| (format!("{}:{}", mapped.kind, mapped.component), mapped.entity.clone()))
            .collect();
        Ok(Json(translate::components(root.as_ref(), at, &map)))
    })
    .await
}

/// Rates now; with `from`, `to` or `step_s` also over time, for the last day.
#[utoipa::path(get, path = "/collectors/{collector}/throughput", tag = "collectors",
    params(("collector" = String, Path), ThroughputQuery), responses((status = 200, body = Throughput)))]
async fn throughput(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Params(query): Params<ThroughputQuery>,
) -> Result<Json<Throughput>, ApiError> {
    let now_ms = u64::try_from(app.plane().clock.now().0).unwrap_or(0);
    let chart = chart_query(&query, now_ms)?;
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let live = live(plane, &id)?;
        let mut answer = translate::throughput(&plane.throughput(&live));
        if let Some(chart) = chart {
            answer.series = translate::chart(&plane.chart(&live, chart));
        }
        Ok(Json(answer))
    })
    .await
}

fn chart_query(query: &ThroughputQuery, now_ms: u64) -> Result<Option<ChartQuery>, ApiError> {
    if query.from.is_none() && query.to.is_none() && query.step_s.is_none() {
        return Ok(None);
    }
    let point = |field: &str, text: &Option<linkmesh_api::types::Timestamp>, absent| match text {
        Some(text) => unix_ms(field, text.as_str()),
        None => Ok(absent),
    };
    let to_unix_ms = point("to", &query.to, now_ms)?;
    let from_unix_ms = point("from", &query.from, to_unix_ms.saturating_sub(DAY_MS))?;
    if from_unix_ms > to_unix_ms {
        return Err(ApiError::field("from", "this lies behind `to`"));
    }
    if query.step_s == Some(0) {
        return Err(ApiError::field("step_s", "a step has at least one second"));
    }
    Ok(Some(ChartQuery { from_unix_ms, to_unix_ms, step_s: query.step_s.map_or(CHART_STEP_S, u64::from) }))
}

/// A time of a query, in milliseconds since 1970.
fn unix_ms(field: &str, text: &str) -> Result<u64, ApiError> {
    time(field, text).map(|time| u64::try_from(time.0).unwrap_or(0))
}

/// A time of a query.
pub(super) fn time(field: &str, text: &str) -> Result<Timestamp, ApiError> {
    text.parse::<jiff::Timestamp>()
        .map(|time| Timestamp(time.as_millisecond()))
        .map_err(|_| ApiError::field(field, "this is no time; write it as 2026-03-01T09:30:00Z"))
}

/// The union of what applies to the collector, each with where it comes from.
#[utoipa::path(get, path = "/collectors/{collector}/intent", tag = "collectors",
    params(("collector" = String, Path)), responses((status = 200, body = Intent)))]
async fn intent(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Json<Intent>, ApiError> {
    app.read(&caller, Permission::ConfigRead, move |plane| {
        let view = super::collectors::find(plane, &id)?;
        let revision = plane.head.in_force().revision;
        let union = plane.union_of(&id).ok_or_else(|| {
            ApiError::conflict(format!("`{id}` is not registered yet; try again in a moment"))
        })?;
        let class = live(plane, &id)?.lock().assignment.class.clone();
        let mut warnings: Vec<_> =
            class.iter().flat_map(|class| &class.warnings).map(translate::warning).collect();
        let items = match union {
            Ok(union) => translate::intent_items(&union),
            Err(conflicts) => {
                warnings = conflicts.iter().map(translate::warning).collect();
                Vec::new()
            }
        };
        Ok(Json(Intent { collector: view.id, revision, groups: view.groups, items, warnings }))
    })
    .await
}

/// The collector of this id.
pub(super) fn live(plane: &ControlPlane, id: &Id) -> Result<Arc<Live>, ApiError> {
    plane.roster.by_id(id).ok_or_else(|| ApiError::not_found(format!("there is no collector `{id}`")))
}
