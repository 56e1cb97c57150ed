//! Collectors: their page, their configurations, what became of offers, how they feel.

use std::collections::BTreeMap;

use linkmesh_api::types as api;
use linkmesh_control::content::Config;
use linkmesh_control::views::{CollectorView, ConfigView};
use linkmesh_fleet::attempt::{Attempt, Outcome};
use linkmesh_fleet::drift::{Cause, Drift};
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::state::{ComponentHealth, Health, Status, Sync};
use linkmesh_fleet::{Runtime, Timestamp};

use super::throughput::count;
use super::{short_entity, time};

const NANOS_PER_MILLI: u64 = 1_000_000;

/// One collector.
pub(in crate::http) fn collector(view: &CollectorView) -> api::Collector {
    let desired = view.desired.as_ref();
    api::Collector {
        id: view.id.to_string(),
        name: view.name.clone(),
        mode: mode(view.mode),
        runtime: Some(runtime_word(view.mode.runtime())),
        version: view.version.clone(),
        tier: api::Tier::Standards,
        outdated: view.outdated,
        status: status(view.status),
        sync: sync(view.sync),
        sync_reason: view.sync_reason.clone(),
        unsettled_reason: view.unsettled_reason.clone(),
        numbers_reason: view.numbers_reason.clone(),
        health: health(view.health),
        health_reason: view.health_reason.clone(),
        labels: view.labels.clone(),
        reported: view.reported.clone(),
        groups: view.groups.iter().map(ToString::to_string).collect(),
        host: view.host.clone(),
        uid: view.uid.map(|uid| uid.to_string()),
        managed: view.managed,
        held: view.hold.is_some(),
        archived: view.archived.is_some(),
        archived_at: view.archived.as_ref().map(|archived| time(archived.at)),
        archived_reason: view.archived.as_ref().and_then(|archived| archived.reason.clone()),
        last_seen_at: view.last_seen_at.map(time),
        connected_at: view.connected_at.map(time),
        desired: desired
            .map(|(revision, hash)| api::DesiredRef { revision: revision.clone(), hash: hash.to_string() }),
        effective: view.effective.map(|hash| api::EffectiveRef { hash: Some(hash.to_string()) }),
        inferred: view.inferred,
        token_minted_at: view.token_minted_at.map(time),
        in_per_s: view.rates.in_per_s,
        out_per_s: view.rates.out_per_s,
        cpu_percent: view.rates.process.cpu_percent,
        memory_bytes: view.rates.process.memory_bytes.map(count),
    }
}

/// How a collector is managed.
pub(in crate::http) fn mode(mode: Mode) -> api::Mode {
    match mode {
        Mode::Opamp => api::Mode::Opamp,
        Mode::AlloyRemotecfg => api::Mode::AlloyRemotecfg,
    }
}

/// How a new collector shall be managed.
pub(in crate::http) fn mode_of(mode: api::Mode) -> Mode {
    match mode {
        api::Mode::Opamp => Mode::Opamp,
        api::Mode::AlloyRemotecfg => Mode::AlloyRemotecfg,
    }
}

/// The program that runs.
pub(in crate::http) fn runtime_word(runtime: Runtime) -> api::Runtime {
    match runtime {
        Runtime::Otelcol => api::Runtime::Otelcol,
        Runtime::Alloy => api::Runtime::Alloy,
    }
}

/// The program to render for.
pub(in crate::http) fn runtime_of(runtime: api::Runtime) -> Runtime {
    match runtime {
        api::Runtime::Otelcol => Runtime::Otelcol,
        api::Runtime::Alloy => Runtime::Alloy,
    }
}

/// A badge.
pub(in crate::http) fn status(status: Status) -> api::Status {
    match status {
        Status::AwaitingConnection => api::Status::AwaitingConnection,
        Status::Connected => api::Status::Connected,
        Status::Disconnected => api::Status::Disconnected,
    }
}

/// A badge.
pub(in crate::http) fn sync(sync: Sync) -> api::Sync {
    match sync {
        Sync::InSync => api::Sync::InSync,
        Sync::Pending => api::Sync::Pending,
        Sync::Drifted => api::Sync::Drifted,
        Sync::Failed => api::Sync::Failed,
        Sync::Held => api::Sync::Held,
        Sync::Unknown => api::Sync::Unknown,
    }
}

/// A badge.
pub(in crate::http) fn health(health: Health) -> api::Health {
    match health {
        Health::Healthy => api::Health::Healthy,
        Health::Degraded => api::Health::Degraded,
        Health::Failed => api::Health::Failed,
        Health::Unknown => api::Health::Unknown,
    }
}

/// The three configurations of a collector, credentials hidden.
pub(in crate::http) fn config(view: &ConfigView) -> api::CollectorConfig {
    let rendered = |config: &Config, revision: &str, at: Option<Timestamp>| api::ConfigText {
        text: config.redacted().to_string(),
        hash: Some(config.hash.to_string()),
        revision: Some(revision.to_owned()).filter(|revision| !revision.is_empty()),
        at: at.map(time),
    };
    api::CollectorConfig {
        desired: view.desired.as_ref().map(|(config, revision)| rendered(config, revision, None)),
        offered: view.offered.as_ref().map(|(config, at)| rendered(config, &config.revision, Some(*at))),
        effective: view.effective.as_ref().map(|(text, at)| api::ConfigText {
            text: text.clone(),
            hash: view.effective_hash.map(|hash| hash.to_string()),
            revision: None,
            at: Some(time(*at)),
        }),
    }
}

/// One row of the ledger.
pub(in crate::http) fn attempt(attempt: &Attempt) -> api::Attempt {
    let (state, reason, late) = match &attempt.outcome {
        Outcome::Offered => (api::AttemptState::Offered, None, false),
        Outcome::Applying => (api::AttemptState::Applying, None, false),
        Outcome::Applied { late } => (api::AttemptState::Applied, None, *late),
        Outcome::Failed { why } => (api::AttemptState::Failed, Some(why.clone()), false),
        Outcome::RolledBack => (api::AttemptState::RolledBack, attempt.why().map(str::to_owned), false),
    };
    api::Attempt {
        hash: attempt.hash.to_string(),
        revision: attempt.revision.clone(),
        state,
        reason,
        offered_at: time(attempt.offered_at),
        changed_at: time(attempt.at),
        late,
        inferred: attempt.inferred,
    }
}

/// How what runs differs from what was given, and why.
pub(in crate::http) fn drift(
    collector: String,
    known: Option<(Drift, Option<Timestamp>)>,
    cause: Option<Cause>,
) -> api::Drift {
    let Some((drift, at)) = known else {
        let (drifted, cause, message, at) = (None, None, None, None);
        return api::Drift { collector, drifted, cause, message, differences: Vec::new(), at };
    };
    let cause_word = cause.map(|cause| match cause {
        Cause::LocalEdit => api::DriftCause::LocalEdit,
        Cause::OlderRevision => api::DriftCause::OlderRevision,
        Cause::InjectedBySupervisor => api::DriftCause::Injected,
        Cause::Redacted => api::DriftCause::Redacted,
    });
    let difference = |difference: &linkmesh_fleet::drift::Difference| api::DriftDifference {
        path: difference.path.clone(),
        desired: difference.desired.clone(),
        effective: difference.effective.clone(),
    };
    api::Drift {
        collector,
        drifted: Some(drift.is_drifted()),
        cause: cause_word,
        message: cause.map(|cause| cause.sentence().to_owned()),
        differences: drift.differences.iter().map(difference).collect(),
        at: at.map(time),
    }
}

/// The health tree; `map` is from a component's id to its entity.
pub(in crate::http) fn components(
    root: Option<&ComponentHealth>,
    at: Option<Timestamp>,
    map: &BTreeMap<String, String>,
) -> api::CollectorComponents {
    api::CollectorComponents { root: root.map(|root| component("", root, map)), as_of: at.map(time) }
}

/// Trees are as deep as the decoder let them be, which is a handful.
fn component(name: &str, known: &ComponentHealth, map: &BTreeMap<String, String>) -> api::ComponentHealth {
    api::ComponentHealth {
        healthy: known.healthy,
        status: known.status.clone(),
        last_error: Some(known.last_error.clone()).filter(|error| !error.is_empty()),
        status_at: nanos(known.status_time_unix_nano),
        started_at: nanos(known.start_time_unix_nano),
        entity: map.get(name).map(|path| short_entity(path)),
        components: known
            .components
            .iter()
            .map(|(name, below)| (name.clone(), component(name, below, map)))
            .collect(),
    }
}

fn nanos(unix_nano: u64) -> Option<api::Timestamp> {
    let millis = i64::try_from(unix_nano / NANOS_PER_MILLI).ok()?;
    (unix_nano > 0).then(|| time(Timestamp(millis)))
}
