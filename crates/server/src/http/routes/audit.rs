//! The audit log.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{AuditEntry, AuditQuery, Page};
use linkmesh_fleet::Timestamp;
use linkmesh_fleet::access::Permission;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::observations::time;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Params, number_cursor, page_items};
use crate::http::state::App;
use crate::http::translate;

/// Entries that one page looks at; behind them it goes on with the next.
const LOOKED_AT_MAX: usize = 20_000;
const READ_ENTRIES: usize = 1000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Who did what, newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditQuery), responses((status = 200, body = Page<AuditEntry>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    let limit = page_items(query.limit);
    let mut before = number_cursor(query.cursor.as_deref())?;
    let from = query.from.as_ref().map(|text| time("from", text.as_str())).transpose()?;
    let to = query.to.as_ref().map(|text| time("to", text.as_str())).transpose()?;
    app.read(&caller, Permission::AuditRead, move |plane| {
        let names: BTreeMap<String, String> =
            plane.accounts.services().into_iter().map(|account| (account.id, account.name)).collect();
        let mut items = Vec::new();
        let mut looked_at = 0;
        loop {
            let page = plane.journal.audit_before(before, READ_ENTRIES)?;
            for entry in &page {
                before = Some(entry.seq);
                looked_at += 1;
                if within(entry.at, from, to) {
                    let entry = translate::audit_entry(entry, &names);
                    if wanted(&entry, &query) {
                        items.push(entry);
                    }
                }
                if items.len() == limit {
                    break;
                }
            }
            let end = page.len() < READ_ENTRIES && items.len() < limit;
            if end || items.len() == limit || looked_at >= LOOKED_AT_MAX {
                let next_cursor =
                    before.filter(|before| !end && *before > 1).map(|before| before.to_string());
                return Ok(Json(Page { items, next_cursor, total: None }));
            }
        }
    })
    .await
}

fn within(at: Timestamp, from: Option<Timestamp>, to: Option<Timestamp>) -> bool {
    from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
}

fn wanted(entry: &AuditEntry, query: &AuditQuery) -> bool {
    let actor = |wanted: &String| entry.actor.id == *wanted || entry.actor.name == *wanted;
    query.actor.as_ref().is_none_or(actor)
        && query.action.as_ref().is_none_or(|wanted| entry.action == *wanted)
        && query.object.as_ref().is_none_or(|wanted| entry.object.starts_with(wanted.as_str()))
}
