//! What happens, as it happens: server-sent events from the journal, or a page of it.
//! The stream is described in the WHATWG HTML standard, "Server-sent events".

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event as Message, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use linkmesh_api::types::{Event, EventQuery, Page};
use linkmesh_control::ControlPlane;
use linkmesh_fleet::Id;
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::event::{Event as Happened, EventKind, Severity};
use tokio::sync::{OwnedSemaphorePermit, broadcast};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Params, did_you_mean, id, number_cursor, page_items};
use crate::http::state::App;
use crate::http::translate;

/// How often a stream makes sure that its reader may still read.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// Checks between two heartbeats: one comment every 15 seconds.
const CHECKS_PER_HEARTBEAT: u32 = 3;
const REPLAY_EVENTS: usize = 256;
/// How long a browser waits before it connects again.
const RETRY: Duration = Duration::from_secs(2);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}

/// Events as they happen (server-sent events), from `Last-Event-ID` on; or, where `Accept` asks for JSON, a page of them, newest first.
#[utoipa::path(get, path = "/events", tag = "events",
    params(EventQuery, ("Last-Event-ID" = Option<String>, Header, description = "Go on behind this event")),
    responses((status = 200, content((Event = "text/event-stream"), (Page<Event> = "application/json")))))]
async fn events(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Params(query): Params<EventQuery>,
) -> Result<Response, ApiError> {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("application/json") && !accept.contains("text/event-stream") {
        return app
            .read(&caller, Permission::CollectorsRead, move |plane| {
                page(plane, &query).map(|page| Json(page).into_response())
            })
            .await;
    }
    app.plane().allow::<ApiError>(caller.principal(), Permission::CollectorsRead)?;
    let filter = Filter::read(&query)?;
    let behind = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let behind = behind
        .filter(|id| !id.is_empty())
        .map(|id| id.parse::<u64>().map_err(|_| ApiError::bad_request("Last-Event-ID is no id of an event")));
    let permit = app
        .streams()
        .clone()
        .try_acquire_owned()
        .map_err(|_| ApiError::busy("too many event streams are open; try again later", 30))?;
    Ok(stream(app, caller, filter, behind.transpose()?, permit))
}

fn stream(
    app: App,
    caller: Caller,
    filter: Filter,
    behind: Option<u64>,
    permit: OwnedSemaphorePermit,
) -> Response {
    // First the ear, then the look back: nothing falls between.
    let live = app.plane().journal.subscribe();
    let newest = app.plane().journal.newest_event();
    // An id from the future is from another life of this server.
    let seen = behind.filter(|behind| *behind <= newest).unwrap_or(newest);
    let mut check = interval_at(Instant::now() + CHECK_EVERY, CHECK_EVERY);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let reader = Reader {
        app,
        caller,
        filter,
        live,
        seen,
        replaying: true,
        waiting: VecDeque::new(),
        check,
        checks: 0,
        greeted: false,
        _permit: permit,
    };
    let messages = unfold(reader, |mut reader| async {
        let message = reader.next().await?;
        Some((Ok::<_, Infallible>(message), reader))
    });
    let mut response = Sse::new(messages).into_response();
    // Proxies that collect answers before they pass them on would hold events back.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// One open stream. Holds at most one page of events; what a slow reader misses is read again from the journal.
struct Reader {
    app: App,
    caller: Caller,
    filter: Filter,
    live: broadcast::Receiver<Arc<Happened>>,
    seen: u64,
    replaying: bool,
    waiting: VecDeque<Arc<Happened>>,
    check: Interval,
    checks: u32,
    greeted: bool,
    _permit: OwnedSemaphorePermit,
}

impl Reader {
    async fn next(&mut self) -> Option<Message> {
        if !self.greeted {
            self.greeted = true;
            return Some(Message::default().retry(RETRY).comment("listening"));
        }
        let closing = self.app.closing().clone();
        loop {
            while let Some(event) = self.waiting.pop_front() {
                self.seen = event.id;
                if self.filter.wants(&event) {
                    return Some(message(&event));
                }
            }
            if self.replaying {
                self.waiting = self.app.plane().journal.events_after(self.seen, REPLAY_EVENTS).into();
                self.replaying = !self.waiting.is_empty();
                continue;
            }
            tokio::select! {
                () = closing.cancelled() => return None,
                _ = self.check.tick() => {
                    if !self.caller.still_holds(&self.app) {
                        return None;
                    }
                    self.checks = self.checks.wrapping_add(1);
                    if self.checks.is_multiple_of(CHECKS_PER_HEARTBEAT) {
                        return Some(Message::default().comment("still here"));
                    }
                }
                event = self.live.recv() => match event {
                    // Writers at the same moment may announce their events in another order than that of the journal.
                    Ok(event) if event.id == self.seen.saturating_add(1) => self.waiting.push_back(event),
                    Ok(event) => self.replaying = event.id > self.seen,
                    Err(broadcast::error::RecvError::Lagged(_)) => self.replaying = true,
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
            }
        }
    }
}

/// The kind travels inside, so that a browser hears every kind with one listener.
fn message(event: &Happened) -> Message {
    let data = serde_json::to_string(&translate::event(event)).unwrap_or_default();
    Message::default().id(event.id.to_string()).data(data)
}

/// Which events are asked for.
struct Filter {
    collector: Option<Id>,
    kind: Option<EventKind>,
    severity: Option<Severity>,
}

impl Filter {
    fn read(query: &EventQuery) -> Result<Self, ApiError> {
        let kind = query.kind.as_deref().map(|word| {
            EventKind::ALL.iter().copied().find(|kind| kind.word() == word).ok_or_else(|| {
                let hint = did_you_mean(word, EventKind::ALL.iter().map(|kind| kind.word()));
                ApiError::field("kind", format!("there are no events of this kind{hint}"))
            })
        });
        Ok(Self {
            collector: query.collector.as_deref().map(|text| id("collector", text)).transpose()?,
            kind: kind.transpose()?,
            severity: query.severity.map(translate::severity_of),
        })
    }

    fn wants(&self, event: &Happened) -> bool {
        self.collector.as_ref().is_none_or(|wanted| event.collector.as_ref() == Some(wanted))
            && self.kind.is_none_or(|wanted| event.kind == wanted)
            && self.severity.is_none_or(|wanted| event.severity == wanted)
    }
}

/// A page of events, newest first.
pub(super) fn page(plane: &ControlPlane, query: &EventQuery) -> Result<Page<Event>, ApiError> {
    let filter = Filter::read(query)?;
    let limit = page_items(query.limit);
    let before = number_cursor(query.cursor.as_deref())?;
    let found = plane.journal.events_before(before, limit, |event| filter.wants(event));
    let full = found.len() == limit;
    let next_cursor = found.last().filter(|_| full).map(|event| event.id.to_string());
    Ok(Page { items: found.iter().map(|event| translate::event(event)).collect(), next_cursor, total: None })
}
