//! A helper process that holds agents on a server, and says when all of them hold the same configuration.
//! Start at [`hold_agents`].

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use linkmesh_opamp::agent::Running;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, mpsc};

use super::child::{say, told};
use super::measure::now_ns;
use crate::fleet::{End, FakeAgent, NoConnection, member};

/// Agents that join at the same time with one token.
const AT_ONCE: usize = 128;
const TRIES_MAX: usize = 20;
const TRY_AGAIN: Duration = Duration::from_millis(250);
const ANSWER_MAX: Duration = Duration::from_secs(30);
const LIFE_MAX: Duration = Duration::from_secs(900);
/// Agents whose bearer for their own metrics is told.
pub(super) const BEARERS: usize = 8;

enum Said {
    Connected { bearer: Option<String> },
    Holds { hash: String, at_ns: u64 },
    Broken(String),
}

/// Runs the role: `words` are the address, the token, the first number and how many. It ends with its input.
pub fn hold_agents(words: &[String]) {
    let [url, token, first, count] = words else {
        return say("broken: wants an address, a token and two numbers");
    };
    let first: usize = first.parse().unwrap_or(0);
    let count: usize = count.parse().unwrap_or(0);
    let (url, token): (Arc<str>, Arc<str>) = (url.as_str().into(), token.as_str().into());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime can be started");
    let (sender, receiver) = mpsc::unbounded_channel();
    runtime.spawn(async move {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        for number in first..first + count {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let (url, token, sender) = (Arc::clone(&url), Arc::clone(&token), sender.clone());
            tokio::spawn(async move {
                let Some(mut agent) = join(&url, &token, number).await else {
                    return drop(sender.send(Said::Broken(format!("agent {number} was not let in"))));
                };
                drop(place);
                drop(sender.send(Said::Connected { bearer: bearer(&agent) }));
                live(&mut agent, number, &sender).await;
            });
        }
    });
    runtime.spawn(count_up(receiver, count));
    told(|_| {});
}

async fn join(url: &str, token: &str, number: usize) -> Option<FakeAgent> {
    for _ in 0..TRIES_MAX {
        let mut settings = member(number);
        // Idle means idle: nothing but heartbeats.
        settings.habits.repeats_health_every_ms = None;
        match FakeAgent::connect(url, token, settings).await {
            Ok(mut agent) => {
                let answered = agent.talk(ANSWER_MAX, |agent| agent.agent.own_metrics().is_some()).await;
                return (answered == End::Seen).then_some(agent);
            }
            Err(NoConnection::Refused { .. }) => tokio::time::sleep(TRY_AGAIN).await,
            Err(NoConnection::Unreachable(_)) => return None,
        }
    }
    None
}

fn bearer(agent: &FakeAgent) -> Option<String> {
    let headers = agent.agent.own_metrics()?.headers.as_ref()?;
    headers
        .headers
        .iter()
        .find(|header| header.key.eq_ignore_ascii_case("authorization"))
        .map(|h| h.value.clone())
}

async fn live(agent: &mut FakeAgent, number: usize, sender: &mpsc::UnboundedSender<Said>) {
    let mut last = Vec::new();
    let end = agent
        .talk(LIFE_MAX, |agent| {
            let hash = &agent.agent.status().last_remote_config_hash;
            if let (Running::Config(map), false) = (agent.agent.running(), *hash == last) {
                last.clone_from(hash);
                let valid = map
                    .config_map
                    .values()
                    .any(|file| Sha256::digest(&file.body).as_slice() == hash.as_slice());
                let said = if valid {
                    let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
                    Said::Holds { hash, at_ns: now_ns() }
                } else {
                    Said::Broken(format!("agent {number} got bytes that are not what their hash says"))
                };
                drop(sender.send(said));
            }
            false
        })
        .await;
    drop(sender.send(Said::Broken(format!("agent {number} ended: {end:?}; {:?}", agent.last_error()))));
}

async fn count_up(mut receiver: mpsc::UnboundedReceiver<Said>, count: usize) {
    let (mut connected, mut bearers) = (0, 0);
    let mut holds: HashMap<String, Vec<String>> = HashMap::new();
    while let Some(said) = receiver.recv().await {
        match said {
            Said::Connected { bearer } => {
                connected += 1;
                if let Some(bearer) = bearer.filter(|_| bearers < BEARERS) {
                    bearers += 1;
                    say(&format!("bearer {bearer}"));
                }
                if connected == count {
                    say("connected");
                }
            }
            Said::Holds { hash, at_ns } => {
                let times = holds.entry(hash.clone()).or_default();
                times.push(at_ns.to_string());
                if times.len() == count {
                    say(&format!("holds {hash} {}", times.join(",")));
                }
            }
            Said::Broken(why) => say(&format!("broken: {why}")),
        }
    }
}
