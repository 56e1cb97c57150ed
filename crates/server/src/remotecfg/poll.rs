//! One poll: what it reports is taken in, what it should have is answered. An unchanged one renders, writes and encodes nothing.

use std::sync::{Arc, PoisonError};

use linkmesh_control::ControlPlane;
use linkmesh_control::content::Config;
use linkmesh_control::polls::{Caller, Identity, PollAnswer, PollReport, Verdict};
use linkmesh_control::roster::Live;
use linkmesh_fleet::ConfigHash;
use linkmesh_remotecfg::proto::GetConfigRequest;
use linkmesh_remotecfg::{Answer, Code, EncodedConfig, Heard, Memory, Reply, State, refuse};

pub(super) async fn answer(
    plane: &Arc<ControlPlane>,
    live: &Arc<Live>,
    request: &GetConfigRequest,
    reply: Reply,
    peer: String,
) -> Answer {
    if request.id.is_empty() {
        return super::no_id();
    }
    let caller = Caller { id: request.id.clone(), claims: request.claims().clone(), peer };
    match plane.identify_poller(live, &caller) {
        Identity::Foreign(why) => return refuse(Code::PermissionDenied, &why),
        Identity::New => forget(live),
        Identity::Known => {}
    }
    let (heard, memory) = remember(plane, live, request);
    let ask_again = heard.ask_again;
    let has = heard.has.map(ConfigHash);
    let noted = plane.hear_poll(live, report(heard, memory), &caller);
    if noted.assign {
        let (plane, live) = (Arc::clone(plane), Arc::clone(live));
        if let Err(cause) = tokio::task::spawn_blocking(move || plane.settle_poller(&live)).await {
            tracing::error!(%cause, "what a collector should run could not be decided");
        }
    }
    if ask_again {
        // What became of its configuration was told to a process that died before it wrote that down.
        return reply.ask_again();
    }
    if noted.fresh {
        plane.await_release(live).await;
    }
    match plane.answer_poll(live, has, is_read(request)) {
        PollAnswer::Unavailable(why) => refuse(Code::Unavailable, why),
        PollAnswer::NotModified => reply.not_modified(&request.hash),
        PollAnswer::Config(config) => match encoded(&config) {
            Some(encoded) => reply.poll(request, encoded),
            None => refuse(
                Code::Unavailable,
                "the configuration of this collector cannot be sent; see the server's log",
            ),
        },
    }
}

/// Forgets what was remembered of a collector, because another host took its place.
pub(super) fn forget(live: &Live) {
    *live.session.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Whether the answer is read: Alloy throws away that to a second call, with which it only reports.
fn is_read(request: &GetConfigRequest) -> bool {
    let reports = request.remote_config_status.as_ref().is_some_and(|reported| reported.status != 0);
    !reports && request.effective_config.is_none()
}

/// Compares a poll with the one before; answers also what is to be kept, where that changed.
fn remember(plane: &ControlPlane, live: &Live, request: &GetConfigRequest) -> (Heard, Option<String>) {
    let mut session = live.session.lock().unwrap_or_else(PoisonError::into_inner);
    let known = session.take().and_then(|known| known.downcast::<Memory>().ok());
    let mut memory = known.unwrap_or_else(|| {
        let kept = plane.poller_memory(live);
        Box::new(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
    });
    let ours = |hash: &str| hash.parse().is_ok_and(|hash| plane.is_ours(live, &hash));
    let heard = memory.hear(request, &ours);
    let kept = if heard.changed { serde_json::to_string(&*memory).ok() } else { None };
    *session = Some(memory);
    (heard, kept)
}

fn report(heard: Heard, memory: Option<String>) -> PollReport {
    let verdict = heard.verdict.map(|verdict| {
        let state = match verdict.state {
            State::Applied { inferred: false } => Verdict::Applied,
            State::Applied { inferred: true } => Verdict::Inferred,
            State::Failed(words) => Verdict::Failed(words.to_string()),
            State::TransportTrouble(words) => Verdict::Trouble(words.to_string()),
            State::Pending => Verdict::Pending,
        };
        (ConfigHash(verdict.hash), state)
    });
    PollReport {
        has: heard.has.map(ConfigHash),
        verdict,
        effective: heard.effective,
        changed: heard.changed || heard.restarted,
        memory,
    }
}

/// The encoded form of a configuration: made once, shared by all who poll.
fn encoded(config: &Config) -> Option<&EncodedConfig> {
    let wire = config.wire.get_or_init(|| {
        let encoded = EncodedConfig::new(&config.text).inspect_err(
            |cause| tracing::error!(%cause, hash = %config.hash, "a configuration cannot be served"),
        );
        Arc::new(encoded.ok())
    });
    wire.downcast_ref::<Option<EncodedConfig>>()?.as_ref()
}
