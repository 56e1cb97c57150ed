//! Hostile bytes: each gives one answer, before memory is spent, and never a panic.

use linkmesh_remotecfg::agent::{Agent, AgentSettings, Generation, Outcome};
use linkmesh_remotecfg::{DIAGNOSTICS_MAX, Incoming, Limits, Memory, Message, Method, diagnostics, read};
use proptest::prelude::*;

fn method() -> impl Strategy<Value = Method> {
    proptest::sample::select(Method::ALL.to_vec())
}

/// Text that is likely to be looked at.
fn said() -> impl Strategy<Value = String> {
    let known = [
        "",
        "1",
        "gzip",
        "identity",
        "application/proto",
        "application/json",
        "connect=v1&base64=1&encoding=proto&message=",
        "connect=v1&base64=1&encoding=json&message=",
        "encoding=proto&message=%0a",
    ];
    prop_oneof![3 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,40}"]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let field = (1_u8..8, proptest::collection::vec(any::<u8>(), 0..24)).prop_map(|(number, content)| {
        let mut bytes = vec![(number << 3) | 2, u8::try_from(content.len()).unwrap_or(0)];
        bytes.extend(content);
        bytes
    });
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..64),
        proptest::collection::vec(field, 0..8).prop_map(|fields| fields.concat()),
        "\\{(\"(id|hash|attributes)\":(\"[a-z]{0,3}\"|\\{\\}|7|null),?){0,3}\\}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_request_is_read_or_refused(
        method in method(),
        get in any::<bool>(),
        (content_type, encoding, query) in (said(), said(), said()),
        body in body(),
    ) {
        let headers = |name: &str| match name {
            "content-type" => Some(content_type.as_str()),
            "content-encoding" => Some(encoding.as_str()),
            _ => None,
        };
        let verb = if get { "GET" } else { "POST" };
        let query = format!("{query}{}", String::from_utf8_lossy(&body));
        let incoming = Incoming { verb, query: Some(&query), headers: &headers, body: &body };
        match read(method, &incoming, &Limits::default()) {
            Ok(call) => {
                prop_assert_eq!(call.reply.empty().status, 200);
                if let Message::GetConfig(poll) = call.message {
                    let mut memory = Memory::default();
                    memory.hear(&poll, &|_| true);
                    let heard = memory.hear(&poll, &|_| true);
                    prop_assert!(!heard.changed, "the same poll once more says nothing new");
                }
            }
            Err(answer) => {
                prop_assert!((400..=501).contains(&answer.status));
                let body: serde_json::Value = serde_json::from_slice(&answer.body).expect("an error is JSON");
                prop_assert!(body["code"].is_string() && body["message"].is_string());
            }
        }
    }

    #[test]
    fn any_words_are_taken_apart(words in "([0-9]{1,3}:){0,3}.{0,30}(; [0-9]{1,2}:[0-9]{1,2}: .{0,10}){0,5}") {
        let found = diagnostics(&words);
        prop_assert!(found.len() <= DIAGNOSTICS_MAX);
        prop_assert!(found.iter().map(|diagnostic| diagnostic.message.len()).sum::<usize>() <= words.len());
    }

    #[test]
    fn an_agent_takes_any_answer(
        generation in proptest::sample::select(Generation::ALL.to_vec()),
        answers in proptest::collection::vec((100_u16..600, any::<bool>(), body()), 0..12),
    ) {
        let mut agent = Agent::new(AgentSettings::of("edge-7", generation));
        agent.start();
        for (at, (status, gzip, body)) in (0..).zip(&answers) {
            let now_ms = at * 60_000;
            if agent.poll(now_ms).is_some() {
                let status = if status % 2 == 0 { 200 } else { *status };
                let content_type = Some("application/proto");
                agent.receive(Outcome::Answered { status, content_type, gzip: *gzip, body }, now_ms);
            }
        }
    }
}
