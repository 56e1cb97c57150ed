//! The requests of a real Alloy 1.19.2, as they were recorded against a server that gave it a good configuration, a bad one and
//! one of nothing but a comment: the agent here sends the same.

use linkmesh_remotecfg::Method;
use linkmesh_remotecfg::agent::{Agent, AgentSettings, Opinion, Outcome, Request};
use linkmesh_remotecfg::proto::{GetConfigRequest, RegisterCollectorRequest};
use prost::Message as _;

use super::{POLL_MS, Server};

const GOOD: &str = "declare \"linkmesh\" {\n\totelcol.receiver.otlp \"a\" {\n\t\tgrpc { endpoint = \"127.0.0.1:24317\" }\n\
    \t\toutput { logs = [] }\n\t}\n}\nlinkmesh \"default\" { }\n";
const WORDS: &str = "4:3: unrecognized block name \"outputt\"";

/// The bodies in their order; the order of attributes within one is left to chance by Alloy.
const RECORDED: [&[u8]; 9] = [
    b"\n\x06edge-7\"\x15\n\x0ccollector.os\x12\x05linux\"\x1c\n\x11collector.version\x12\x07v1.19.2\"\x0b\n\x03env\x12\x04prod",
    b"\n\x06edge-7\"\x15\n\x0ccollector.os\x12\x05linux\"\x1c\n\x11collector.version\x12\x07v1.19.2\"\x0b\n\x03env\x12\x04prod*\x00",
    b"\n\x06edge-7\x1a@1da6f13350d03b068cefc4a36bd737989edbf4c458132c9611a9df6dcec427ec\"\x1c\n\x11collector.version\x12\x07v1.19.2\
      \"\x0b\n\x03env\x12\x04prod\"\x15\n\x0ccollector.os\x12\x05linux*\x02\x08\x012\xa7\x01\n\xa4\x01\n\xa1\x01\n\x00\x12\x9c\x01\n\x8d\x01\
      declare \"linkmesh\" {\n\totelcol.receiver.otlp \"a\" {\n\t\tgrpc { endpoint = \"127.0.0.1:24317\" }\n\
      \t\toutput { logs = [] }\n\t}\n}\nlinkmesh \"default\" { }\n\x12\ntext/plain",
    b"\n\x06edge-7\"\x15\n\x0ccollector.os\x12\x05linux\"\x1c\n\x11collector.version\x12\x07v1.19.2\"\x0b\n\x03env\x12\x04prod",
    b"\n\x06edge-7\x1a@1da6f13350d03b068cefc4a36bd737989edbf4c458132c9611a9df6dcec427ec\"\x1c\n\x11collector.version\x12\x07v1.19.2\
      \"\x0b\n\x03env\x12\x04prod\"\x15\n\x0ccollector.os\x12\x05linux",
    b"\n\x06edge-7\x1a@0bbd89e33ab79d85dca2bfd23fab807f40de91dd9bb1aec98f51e780b0c1456a\"\x15\n\x0ccollector.os\x12\x05linux\
      \"\x1c\n\x11collector.version\x12\x07v1.19.2\"\x0b\n\x03env\x12\x04prod**\x08\x03\x12&4:3: unrecognized block name \"outputt\"",
    b"\n\x06edge-7\x1a@0bbd89e33ab79d85dca2bfd23fab807f40de91dd9bb1aec98f51e780b0c1456a\"\x15\n\x0ccollector.os\x12\x05linux\
      \"\x1c\n\x11collector.version\x12\x07v1.19.2\"\x0b\n\x03env\x12\x04prod",
    b"\n\x06edge-7\x1a@407a9c96701708020fad288464a60aa9cc53bcf817fd200e5f4f7ad1361d397f\"\x0b\n\x03env\x12\x04prod\
      \"\x15\n\x0ccollector.os\x12\x05linux\"\x1c\n\x11collector.version\x12\x07v1.19.2*\x02\x08\x012\x1e\n\x1c\n\x1a\n\x00\x12\x16\n\x08\
      // back\n\x12\ntext/plain",
    b"\n\x06edge-7\x1a@407a9c96701708020fad288464a60aa9cc53bcf817fd200e5f4f7ad1361d397f\"\x15\n\x0ccollector.os\x12\x05linux\
      \"\x1c\n\x11collector.version\x12\x07v1.19.2\"\x0b\n\x03env\x12\x04prod",
];

#[test]
fn the_agent_sends_what_a_real_one_sent() {
    let judge = |text: &str| if text.contains("outputt") { Opinion::Refused(WORDS) } else { Opinion::Good };
    let attributes = [("env".to_owned(), "prod".to_owned())].into();
    let mut agent = Agent::new(AgentSettings { judge, attributes, ..AgentSettings::new("edge-7") });
    agent.start();
    let mut server = Server::new(GOOD);
    let mut requests = exchanges(&mut agent, &mut server, 0);
    server.serve(&GOOD.replace("output ", "outputt "));
    requests.extend(exchanges(&mut agent, &mut server, POLL_MS));
    server.serve("// back\n");
    requests.extend(exchanges(&mut agent, &mut server, 2 * POLL_MS));
    requests.extend(exchanges(&mut agent, &mut server, 3 * POLL_MS));
    assert_eq!(requests.len(), RECORDED.len());
    for (request, recorded) in requests.iter().zip(RECORDED) {
        let same_body = match request.method {
            Method::Register => {
                RegisterCollectorRequest::decode(&*request.body) == RegisterCollectorRequest::decode(recorded)
            }
            _ => GetConfigRequest::decode(&*request.body) == GetConfigRequest::decode(recorded),
        };
        assert!(same_body, "{request:?} is not {recorded:?}");
        assert_eq!((request.verb, request.query.as_deref()), ("POST", None));
        let headers = [
            ("content-type", "application/proto"),
            ("connect-protocol-version", "1"),
            ("accept-encoding", "gzip"),
            ("user-agent", "Alloy/v1.19.2 (linux; binary)"),
        ];
        assert!(headers.iter().all(|(name, value)| request.header(name) == Some(value)), "{request:?}");
    }
}

fn exchanges(agent: &mut Agent, server: &mut Server, now_ms: u64) -> Vec<Request> {
    let mut requests = Vec::new();
    while let Some(request) = agent.poll(now_ms) {
        agent.receive(Outcome::of(&server.answer(&request)), now_ms);
        requests.push(request);
    }
    requests
}
