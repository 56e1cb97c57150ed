//! A fleet to look at: many collectors with labels, versions, states and numbers, made of memory, in a server that runs.
//! Most say hello and leave; some stay and push numbers of their own. Start at [`seed`].

mod numbers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use linkmesh_api::client::{ApiError, Client, ClientSettings};
use linkmesh_api::types::{
    Change, CreateCollector, CreateEnrollmentToken, EntityKind, EntityQuery, Mode, RenderRequest, Runtime,
};
use linkmesh_opamp::agent::{AgentSettings, Verdict};
use linkmesh_opamp::proto::KeyValue;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::fleet::{End, FakeAgent, uid};
use numbers::Numbers;

/// Most collectors of one seed.
pub const COUNT_MAX: usize = 100_000;
/// Most of them that stay connected.
pub const STAY_MAX: usize = 5_000;
/// Longest stay.
pub const STAY_TIME_MAX: Duration = Duration::from_secs(12 * 3600);
const AT_ONCE: usize = 96;
const TRIES_MAX: usize = 20;
const TRY_AGAIN: Duration = Duration::from_millis(500);
const HELLO_MAX: Duration = Duration::from_secs(60);
const PUSH_EVERY: Duration = Duration::from_secs(10);
/// One in so many is an Alloy that still awaits its host.
const AWAITING_EVERY: usize = 500;
const AWAITING_MAX: usize = 40;

const ENVIRONMENTS: [&str; 3] = ["prod", "staging", "dev"];
const REGIONS: [&str; 4] = ["eu-central", "eu-west", "us-east", "ap-south"];
const ROLES: [&str; 5] = ["web", "api", "db", "queue", "edge"];
const VERSIONS: [&str; 5] = ["0.158.0", "0.158.0", "0.158.0", "0.151.0", "0.140.0"];

/// What to make.
#[derive(Clone, Debug)]
pub struct Seed {
    /// Base address of the server.
    pub url: String,
    /// A service account that may make tokens and save.
    pub token: String,
    /// How many collectors, at most [`COUNT_MAX`].
    pub count: usize,
    /// How many of them stay, at most [`STAY_MAX`].
    pub stay: usize,
    /// How long those stay, at most [`STAY_TIME_MAX`].
    pub time: Duration,
}

/// Why a fleet could not be made.
#[derive(Debug)]
pub struct SeedError(String);

impl std::fmt::Display for SeedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SeedError {}

impl From<ApiError> for SeedError {
    fn from(error: ApiError) -> Self {
        Self(error.to_string())
    }
}

/// Makes the fleet and lets those who stay live; `said` is told how far it is.
///
/// # Errors
/// The server refuses what is needed, or nobody could join.
pub async fn seed(seed: Seed, said: fn(&str)) -> Result<(), SeedError> {
    let count = seed.count.min(COUNT_MAX);
    let stay = seed.stay.min(STAY_MAX).min(count);
    let client = Arc::new(Client::new(&ClientSettings {
        url: seed.url.clone(),
        token: Some(seed.token.clone()),
        ca_pem: None,
        user_agent: "linkmesh-seed".to_owned(),
    })?);
    let tokens = {
        let client = Arc::clone(&client);
        blocking(move || prepare(&client, count)).await?
    };
    said("the configuration and the tokens are there");
    let numbers = {
        let client = Arc::clone(&client);
        Arc::new(blocking(move || Numbers::of(&client.render(&rendering(&client)?)?)).await?)
    };
    let socket = format!("{}/v1/opamp", seed.url.replacen("http", "ws", 1));
    let end = Instant::now() + seed.time.min(STAY_TIME_MAX);
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let (mut passing, mut staying) = (tokio::task::JoinSet::new(), tokio::task::JoinSet::new());
    // Those who stay come last, so that they are the newest.
    for number in (0..count).rev() {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let token = tokens[number % tokens.len()].clone();
        let (socket, url) = (socket.clone(), seed.url.clone());
        let numbers = Arc::clone(&numbers);
        let life = async move {
            let mut agent = join(&socket, &token, number).await?;
            drop(place);
            if number < stay {
                live(&mut agent, &url, &numbers, number, end).await;
            }
            Some(())
        };
        if number < stay {
            staying.spawn(life)
        } else {
            passing.spawn(life)
        };
        if number % 1000 == 0 {
            said(&format!("{} of {count} are on their way", count - number));
        }
    }
    let mut joined = 0;
    while let Some(done) = passing.join_next().await {
        joined += usize::from(matches!(done, Ok(Some(()))));
    }
    if joined + staying.len() == 0 && count > 0 {
        return Err(SeedError("nobody could join".to_owned()));
    }
    said(&format!("{joined} came and left, {} stay", staying.len()));
    while staying.join_next().await.is_some() {}
    Ok(())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SeedError> + Send + 'static,
) -> Result<T, SeedError> {
    tokio::task::spawn_blocking(work).await.map_err(|cause| SeedError(cause.to_string()))?
}

/// The configuration, some Alloys that wait, and a token for every combination of labels.
fn prepare(client: &Client, count: usize) -> Result<Vec<String>, SeedError> {
    let put = entities().into_iter().map(|(path, value)| (path.to_owned(), value)).collect();
    client.change(&Change { put, message: Some("A fleet to look at".to_owned()), ..Change::default() })?;
    for number in 0..(count / AWAITING_EVERY).min(AWAITING_MAX) {
        let labels = [("env".to_owned(), "staging".to_owned())].into();
        let name = format!("alloy-{number:03}");
        let body = CreateCollector { name, mode: Mode::AlloyRemotecfg, labels, groups: Vec::new() };
        // A second seed finds them there.
        drop(client.create_collector(&body));
    }
    let combinations = ENVIRONMENTS.len() * REGIONS.len() * ROLES.len();
    let uses = u32::try_from(count / combinations + 1).unwrap_or(u32::MAX);
    let mut tokens = Vec::new();
    for number in 0..combinations {
        let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let labels = [
            label("env", ENVIRONMENTS[number % ENVIRONMENTS.len()]),
            label("region", REGIONS[number / ENVIRONMENTS.len() % REGIONS.len()]),
            label("role", ROLES[number / ENVIRONMENTS.len() / REGIONS.len() % ROLES.len()]),
        ];
        let made = client.create_enrollment_token(&CreateEnrollmentToken {
            name: Some(format!("Seed {number}")),
            expires_in_s: Some(24 * 3600),
            max_uses: Some(uses),
            labels: labels.into(),
            ..CreateEnrollmentToken::default()
        })?;
        tokens.push(made.token);
    }
    Ok(tokens)
}

fn entities() -> Vec<(&'static str, serde_json::Value)> {
    vec![
        ("fleet/sources/app-otlp.yaml", json!({"type": "otlp", "name": "Applications"})),
        (
            "pipelines/clean-logs.yaml",
            json!({"name": "Clean logs", "signals": ["logs"], "steps": [
                {"id": "drop-debug", "type": "filter", "settings": {"drop": {"logs": ["log.severity_number < 9"]}}},
                {"id": "mask-mail", "type": "mask", "settings": {"fields": ["log.body"], "patterns": ["email"]}},
            ]}),
        ),
        (
            "fleet/routes/errors.yaml",
            json!({"name": "Errors", "sources": ["app-otlp"], "pipeline": "clean-logs", "destinations": ["alerts"], "signals": ["logs"],
                "filter": {"logs": "log.severity_number >= 17"}, "priority": 10, "policy": "immediate"}),
        ),
        (
            "fleet/routes/everything.yaml",
            json!({"name": "Everything", "sources": ["*"], "pipeline": "clean-logs", "destinations": ["archive"], "signals": ["logs"],
                "policy": "immediate"}),
        ),
        (
            "fleet/destinations/alerts.yaml",
            json!({"type": "otlp-http", "name": "Alerts", "endpoint": "https://alerts.example.com"}),
        ),
        (
            "fleet/destinations/archive.yaml",
            json!({"type": "otlp-http", "name": "Archive", "endpoint": "https://archive.example.com"}),
        ),
        ("groups/edge/group.yaml", json!({"name": "Edge", "selector": "role = edge"})),
        ("groups/production/group.yaml", json!({"name": "Production", "selector": "env = prod"})),
    ]
}

/// What every collector of the fleet level runs: names of components do not depend on the collector.
fn rendering(client: &Client) -> Result<RenderRequest, ApiError> {
    let kinds = [EntityKind::Sources, EntityKind::Routes, EntityKind::Destinations, EntityKind::Pipelines];
    let mut entities = std::collections::BTreeMap::new();
    for kind in kinds {
        let listed = client.entities(kind, &EntityQuery { limit: Some(1000), ..EntityQuery::default() })?;
        let fleet = |path: &str| path.starts_with("fleet/") || path.starts_with("pipelines/");
        entities.extend(listed.items.into_iter().filter(|e| fleet(&e.path)).map(|e| (e.path, e.entity)));
    }
    Ok(RenderRequest {
        runtime: Some(Runtime::Otelcol),
        entities: Some(entities),
        ..RenderRequest::default()
    })
}

async fn join(socket: &str, token: &str, number: usize) -> Option<FakeAgent> {
    for _ in 0..TRIES_MAX {
        if let Ok(mut agent) = FakeAgent::connect(socket, token, member(number)).await {
            let known = |agent: &FakeAgent| agent.agent.own_metrics().is_some();
            if agent.talk(HELLO_MAX, known).await == End::Seen {
                return Some(agent);
            }
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
    None
}

/// Some have older versions, some refuse what they are given, some have long names.
fn member(number: usize) -> AgentSettings {
    let role = ROLES[number / ENVIRONMENTS.len() / REGIONS.len() % ROLES.len()];
    let mut settings = AgentSettings::new(uid(number), &format!("{role}-{number:06}"));
    for attribute in &mut settings.description.identifying_attributes {
        if attribute.key == "service.version" {
            *attribute = KeyValue::text("service.version", VERSIONS[number % VERSIONS.len()]);
        }
    }
    settings.config_apply_timeout_ms = 1_000;
    if number % 97 == 3 {
        settings.judge = |_| {
            Verdict::Invalid(
                "error decoding 'receivers': listen tcp 127.0.0.1:4317: bind: address already in use",
            )
        };
    }
    if number % 89 == 5 {
        settings.judge = |_| Verdict::Crashes;
    }
    settings
}

async fn live(agent: &mut FakeAgent, url: &str, numbers: &Numbers, number: usize, end: Instant) {
    let headers = agent.agent.own_metrics().and_then(|offer| offer.headers.clone()).unwrap_or_default();
    let bearer = headers.headers.into_iter().find(|header| header.key.eq_ignore_ascii_case("authorization"));
    let Some(bearer) = bearer.map(|header| header.value) else { return };
    let started = Instant::now();
    while Instant::now() < end {
        let body = numbers.push(number, started.elapsed());
        let (url, bearer) = (format!("{url}/v1/metrics"), bearer.clone());
        // A push that is refused is one that is missing.
        drop(tokio::task::spawn_blocking(move || numbers::post(&url, &bearer, body)).await);
        let rest = PUSH_EVERY.min(end.saturating_duration_since(Instant::now()));
        if let End::Closed(_) = agent.talk(rest, |_| false).await {
            return;
        }
    }
}
