//! What runs where, with the numbers of now.

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{Topology, TopologyLevel, TopologyQuery};
use linkmesh_control::topology::{Level, Question};
use linkmesh_fleet::access::Permission;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Params, id};
use crate::http::state::App;
use crate::http::translate;

/// Longest key or value of a label.
const LABEL_BYTES_MAX: usize = 256;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(topology))
}

/// Sources, routes, destinations and collectors as one graph with live numbers; made at most once in three seconds for all who ask
/// the same.
#[utoipa::path(get, path = "/topology", tag = "topology", params(TopologyQuery),
    responses((status = 200, body = Topology)))]
async fn topology(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<TopologyQuery>,
) -> Result<Json<Topology>, ApiError> {
    let level = query.level.unwrap_or_default();
    let question = Question {
        level: part(level, &query)?,
        signal: query.signal.map(translate::signal_of),
        by: query.by.filter(|_| level == TopologyLevel::Fleet),
    };
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let drawn = plane.topology(&question).ok_or_else(|| {
            let noun = if level == TopologyLevel::Group { "group" } else { "collector" };
            ApiError::not_found(format!("there is no {noun} `{}`", query.id.as_deref().unwrap_or_default()))
        })?;
        Ok(Json(translate::topology(&drawn, (level, query.id))))
    })
    .await
}

fn part(level: TopologyLevel, query: &TopologyQuery) -> Result<Level, ApiError> {
    if let Some(key) = &query.by
        && (key.is_empty() || key.len() > LABEL_BYTES_MAX)
    {
        return Err(ApiError::field("by", format!("a label has 1 to {LABEL_BYTES_MAX} bytes")));
    }
    let named = || query.id.as_deref().ok_or_else(|| ApiError::field("id", "say which one"));
    Ok(match level {
        TopologyLevel::Fleet if query.id.is_some() => {
            return Err(ApiError::field("id", "the fleet has no id; say `level=group` or `level=collector`"));
        }
        TopologyLevel::Fleet => Level::Fleet,
        TopologyLevel::Collector => Level::Collector(id("id", named()?)?),
        TopologyLevel::Group => match &query.by {
            Some(key) if named()?.len() <= LABEL_BYTES_MAX => Level::Label(key.clone(), named()?.to_owned()),
            Some(_) => {
                return Err(ApiError::field(
                    "id",
                    format!("a label's value has at most {LABEL_BYTES_MAX} bytes"),
                ));
            }
            None => Level::Group(id("id", named()?)?),
        },
    })
}
