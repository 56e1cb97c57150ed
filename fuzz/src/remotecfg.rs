//! What a collector may send to the calls of `collector.v1`, and what a server may answer to one of ours.

use linkmesh_remotecfg::agent::{Agent, AgentSettings, Generation, Life, Outcome};
use linkmesh_remotecfg::{DIAGNOSTICS_MAX, EncodedConfig, Incoming, Limits, Memory, Message, Method, read};

const POLL_MS: u64 = 60_000;

/// The first byte says how the request is made; the rest is its body and its query string.
pub(crate) fn request(input: &[u8]) {
    let (&how, body) = input.split_first().unwrap_or((&0, &[]));
    let method = Method::ALL.into_iter().nth(usize::from(how % 3)).unwrap_or(Method::GetConfig);
    let verb = if how & 4 == 0 { "POST" } else { "GET" };
    let content_type = if how & 8 == 0 { "application/proto" } else { "application/json" };
    let encoding = if how & 16 == 0 { "identity" } else { "gzip" };
    let headers = |name: &str| match name {
        "content-type" => Some(content_type),
        "content-encoding" => Some(encoding),
        "accept-encoding" => Some("gzip"),
        _ => None,
    };
    let query = String::from_utf8_lossy(body);
    let incoming = Incoming { verb, query: Some(&query), headers: &headers, body };
    let call = match read(method, &incoming, &Limits::default()) {
        Ok(call) => call,
        Err(answer) => {
            let body: serde_json::Value = serde_json::from_slice(&answer.body).expect("an error is JSON");
            assert!(answer.status >= 400 && body["code"].is_string() && body["message"].is_string());
            return;
        }
    };
    let Message::GetConfig(poll) = call.message else { return };
    let config = EncodedConfig::new("// none").expect("a comment is served");
    assert_eq!(call.reply.poll(&poll, &config).status, 200);
    // The same poll once more says nothing new, and what is remembered can be stored.
    let mut memory = Memory::default();
    memory.hear(&poll, &|_| true);
    assert!(!memory.hear(&poll, &|_| true).changed);
    let stored = serde_json::to_string(&memory).expect("it is plain");
    assert_eq!(serde_json::from_str::<Memory>(&stored).ok(), Some(memory));
}

/// Each answer is a byte that says how, a byte of length, and so many bytes; before, one byte for the generation.
pub(crate) fn agent(input: &[u8]) {
    let (&generation, mut rest) = input.split_first().unwrap_or((&0, &[]));
    let generations = Generation::ALL;
    let generation = generations.into_iter().nth(usize::from(generation) % generations.len());
    let mut agent = Agent::new(AgentSettings::of("edge-7", generation.unwrap_or(Generation::V1_13)));
    agent.start();
    let mut now_ms = 0;
    while let [how, length, more @ ..] = rest {
        let (body, after) = more.split_at(usize::from(*length).min(more.len()));
        rest = after;
        if how & 32 != 0 {
            agent.reload([("env".to_owned(), how.to_string())].into());
        }
        if agent.poll(now_ms).is_some() {
            let status = if how & 1 == 0 { 200 } else { 503 };
            let content_type = if how & 2 == 0 { Some("application/proto") } else { None };
            agent.receive(Outcome::Answered { status, content_type, gzip: how & 4 != 0, body }, now_ms);
        } else {
            now_ms += POLL_MS;
        }
        if matches!(agent.life(), Life::Exited | Life::Deaf) || how & 64 != 0 {
            agent.start();
        }
    }
}

/// Nothing is added to the words, and what is found is bounded.
pub(crate) fn diagnostics(input: &[u8]) {
    let words = String::from_utf8_lossy(input);
    let found = linkmesh_remotecfg::diagnostics(&words);
    assert!(found.len() <= DIAGNOSTICS_MAX);
    assert!(found.iter().map(|diagnostic| diagnostic.message.len()).sum::<usize>() <= words.len());
    assert!(found.iter().filter_map(|diagnostic| diagnostic.at).all(|(line, column)| line > 0 && column > 0));
}
