//! A destination's exporter: queue, batch, retry, timeout and TLS alike for every type that takes them.
//! Knows no particular type. Start at [`destination`].

use linkmesh_fleet::destination::{Destination, Overflow, Queue, Retry, Tls};
use linkmesh_fleet::{Place, Problem, Runtime};
use serde_json::{Map, Value, json};

use super::{Extra, Given, STORAGE, Setting, Site, component, filters};
use crate::alloy;
use crate::catalog::{Component, EntryKind, Helper, catalog, seconds};
use crate::target::Stability;

/// Longest wait for one request, in seconds, unless the destination says otherwise. A restart waits for it.
const DEFAULT_TIMEOUT_S: f64 = 10.0;
/// The longest that a destination may ask for, in seconds.
const TIMEOUT_MAX_S: f64 = 600.0;

/// A destination's exporter.
///
/// # Errors
/// Everything wrong with the destination by itself.
pub(crate) fn destination(
    setting: &Setting<'_>,
    place: &Place,
    destination: &Destination,
) -> Result<Component, Vec<Problem>> {
    let id = place.id.as_str();
    let credentials = "credentials".to_owned();
    let site = Site { place, field: String::new(), credentials, id, owner: format!("{id}.destination") };
    let mut problems = Vec::new();
    numbers(&site, destination, &mut problems);
    endpoint(&site, destination, &mut problems);
    let endpoint = destination.endpoint.as_deref();
    let (type_, settings) = (destination.type_.as_str(), &destination.settings);
    let kind = EntryKind::Destination;
    let given = Given { kind, type_, settings, credentials: &destination.credentials, values: None };
    if destination.queue.as_ref().is_some_and(|queue| queue.persistent) {
        let lacks = setting.lacks("a persistent queue", Stability::PublicPreview, false);
        problems.extend(lacks.map(|why| site.problem("queue.persistent", why)));
    }
    let helper = helper(setting.runtime, destination);
    let extra = Extra { endpoint, helper, given: as_given(destination), signals: None };
    let component = component(setting, &site, &given, extra, &mut problems);
    if let Some(component) = &component {
        filters(&site, &destination.filter, &component.signals, &mut problems);
    }
    component.filter(|_| problems.is_empty()).ok_or(problems)
}

/// The blocks of an exporter that are the same for all types.
pub(crate) fn helper(runtime: Runtime, destination: &Destination) -> Map<String, Value> {
    let mut helper = Map::new();
    helper.insert("timeout".into(), json!(seconds(destination.timeout_s.unwrap_or(DEFAULT_TIMEOUT_S))));
    let queue = queue(runtime, &destination.queue.clone().unwrap_or_default());
    helper.insert("sending_queue".into(), queue);
    helper.insert("retry_on_failure".into(), retry(&destination.retry.clone().unwrap_or_default()));
    let plain = destination.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    match &destination.tls {
        Some(tls) => drop(helper.insert("tls".into(), tls_client(runtime, tls))),
        None if plain => drop(helper.insert("tls".into(), json!({"insecure": true}))),
        None => {}
    }
    helper
}

/// TLS as a client.
pub(crate) fn tls_client(runtime: Runtime, tls: &Tls) -> Value {
    let server_name = match runtime {
        Runtime::Otelcol => "server_name_override",
        Runtime::Alloy => "server_name",
    };
    let texts = [
        ("ca_file", &tls.ca_file),
        ("cert_file", &tls.cert_file),
        ("key_file", &tls.key_file),
        (server_name, &tls.server_name),
    ];
    let mut block: Map<String, Value> =
        texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text.clone()?.into()))).collect();
    if tls.insecure_skip_verify {
        block.insert("insecure_skip_verify".into(), true.into());
    }
    Value::Object(block)
}

/// Counted in items and batched inside: a queue of requests in front of a destination that hangs holds a restart for minutes.
fn queue(runtime: Runtime, queue: &Queue) -> Value {
    let batch = &queue.batch;
    let mut block = json!({
        "enabled": true,
        "sizer": "items",
        "queue_size": queue.items,
        "batch": {
            "flush_timeout": format!("{}ms", batch.flush_ms),
            "min_size": batch.min_items,
            "max_size": batch.max_items,
        },
    });
    if runtime == Runtime::Alloy
        && let Some(Value::Object(batch)) = block.get_mut("batch")
    {
        // The first versions with batches have no default for it.
        batch.insert("sizer".into(), "items".into());
    }
    if let Value::Object(map) = &mut block {
        if queue.overflow == Overflow::Block {
            map.insert("block_on_overflow".into(), true.into());
        }
        if queue.persistent {
            let storage = match runtime {
                Runtime::Otelcol => STORAGE.into(),
                Runtime::Alloy => alloy::storage(),
            };
            map.insert("storage".into(), storage);
        }
    }
    block
}

fn retry(retry: &Retry) -> Value {
    json!({
        "enabled": true,
        "initial_interval": seconds(retry.initial_interval_s),
        "max_interval": seconds(retry.max_interval_s),
        "max_elapsed_time": seconds(retry.max_elapsed_s),
    })
}

fn as_given(destination: &Destination) -> Value {
    json!({
        "timeout_s": destination.timeout_s,
        "queue": destination.queue.clone().unwrap_or_default(),
        "retry": destination.retry.clone().unwrap_or_default(),
        "tls": destination.tls,
    })
}

fn endpoint(site: &Site<'_>, destination: &Destination, problems: &mut Vec<Problem>) {
    let Some(entry) = catalog().get(EntryKind::Destination, &destination.type_) else { return };
    match (&entry.endpoint_schema, &destination.endpoint) {
        (None, Some(_)) => {
            problems.push(site.problem("endpoint", format!("type `{}` takes no endpoint", entry.type_)));
        }
        (Some(_), None) if !entry.endpoint_optional => {
            problems.push(site.problem("endpoint", "an endpoint is required"));
        }
        (Some(schema), Some(endpoint)) => {
            let words = entry.endpoint.as_ref().and_then(|schema| schema.get("description"));
            let words = words.and_then(Value::as_str).unwrap_or_default();
            if !schema.faults(&json!(endpoint)).is_empty() {
                let shown: String = endpoint.chars().take(80).collect();
                problems.push(site.problem("endpoint", format!("`{shown}` does not fit: {words}")));
            }
            if endpoint.starts_with("http://") && destination.tls.is_some() {
                problems.push(site.problem("tls", "the endpoint is http://, which never uses TLS"));
            }
        }
        (None | Some(_), None) => {}
    }
    let given = [
        (Helper::Timeout, destination.timeout_s.is_some()),
        (Helper::Queue, destination.queue.is_some()),
        (Helper::Retry, destination.retry.is_some()),
        (Helper::Tls, destination.tls.is_some()),
    ];
    for (helper, given) in given {
        if given && !entry.accepts.contains(&helper) {
            let field = helper.field();
            problems.push(site.problem(field, format!("type `{}` has no `{field}`", entry.type_)));
        }
    }
    if destination.tls.as_ref().is_some_and(|tls| tls.cert_file.is_some() != tls.key_file.is_some()) {
        problems.push(site.problem("tls", "`cert_file` and `key_file` go together"));
    }
}

fn numbers(site: &Site<'_>, destination: &Destination, problems: &mut Vec<Problem>) {
    let mut expect = |holds: bool, field: &str, message: &str| {
        if !holds {
            problems.push(site.problem(field, message));
        }
    };
    if let Some(timeout) = destination.timeout_s {
        expect(
            timeout > 0.0 && timeout <= TIMEOUT_MAX_S,
            "timeout_s",
            "should be above 0 and at most 600 seconds",
        );
    }
    if let Some(queue) = &destination.queue {
        let batch = &queue.batch;
        expect(
            queue.items > 0 && i64::try_from(queue.items).is_ok(),
            "queue.items",
            "a queue holds at least one item",
        );
        expect(batch.min_items <= queue.items, "queue.batch.min_items", "should not exceed `queue.items`");
        expect(
            batch.max_items == 0 || batch.max_items >= batch.min_items,
            "queue.batch.max_items",
            "should be 0 (no limit) or at least `min_items`",
        );
        expect(
            (1..=600_000).contains(&batch.flush_ms),
            "queue.batch.flush_ms",
            "should be 1 to 600000 milliseconds",
        );
    }
    if let Some(retry) = &destination.retry {
        let sane = |seconds: f64| (0.0..=86_400.0 * 365.0).contains(&seconds);
        expect(retry.initial_interval_s > 0.0, "retry.initial_interval_s", "should be above 0 seconds");
        expect(
            sane(retry.max_interval_s) && retry.max_interval_s >= retry.initial_interval_s,
            "retry.max_interval_s",
            "should be at least `initial_interval_s`",
        );
        expect(
            sane(retry.max_elapsed_s),
            "retry.max_elapsed_s",
            "should be 0 (never give up) or more seconds",
        );
    }
}
