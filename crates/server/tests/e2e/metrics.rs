//! The receiver of collectors' own metrics: what it takes, from whom, and what it refuses.

use std::time::Duration;

use linkmesh_api::types::{CreateEnrollmentToken, ThroughputQuery};
use linkmesh_opamp::uid::InstanceUid;
use linkmesh_testkit::fleet::{member, uid};
use linkmesh_testkit::server::Answer;
use linkmesh_testkit::wait::until;

use crate::opamp::gzip;
use crate::wire::{Wire, first_message};
use crate::world::{SOON, World};

/// Larger than any push of a collector may be.
const TOO_MUCH_BYTES: usize = 5 * 1024 * 1024;

impl World {
    /// A collector made of memory; gives the bearer that it is offered for its own metrics.
    fn bearer_of(&self, token: &str, number: usize) -> (Wire, String) {
        let mut wire = Wire::open(self.server.address(), token);
        let answer = wire.ask(&first_message(member(number)));
        let offer = answer.connection_settings.unwrap().own_metrics.unwrap();
        assert_eq!(offer.destination_endpoint, format!("{}/v1/metrics", self.server.url()));
        let headers = offer.headers.unwrap().headers;
        let bearer = headers.into_iter().find(|header| header.key == "Authorization").unwrap().value;
        assert!(bearer.starts_with("Bearer lmcol_"), "{bearer}");
        (wire, bearer)
    }

    fn push(&self, bearer: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut all = vec![("authorization", bearer), ("content-type", "application/x-protobuf")];
        all.extend(headers);
        self.server.request("POST", "/v1/metrics", &all, body)
    }

    fn memory(&self, id: &str) -> Option<f64> {
        self.api().throughput(id, &ThroughputQuery::default()).unwrap().process.memory_bytes
    }
}

/// A length-delimited protobuf field.
fn field(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag << 3 | 2];
    let mut length = content.len();
    while length >= 0x80 {
        bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap());
    bytes.extend(content);
    bytes
}

/// One gauge, `otelcol_process_memory_rss`, as a collector pushes it.
fn push_of(instance: InstanceUid, memory_bytes: u64) -> Vec<u8> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now_ns = u64::try_from(now.as_nanos()).unwrap();
    let mut point = vec![3 << 3 | 1];
    point.extend(now_ns.to_le_bytes());
    point.push(6 << 3 | 1);
    point.extend(memory_bytes.to_le_bytes());
    let gauge = field(5, &field(1, &point));
    let metric = [field(1, b"otelcol_process_memory_rss"), gauge].concat();
    let value = field(1, instance.to_string().as_bytes());
    let attribute = [field(1, b"service.instance.id"), field(2, &value)].concat();
    let resource = field(1, &field(1, &attribute));
    let scope = field(2, &field(2, &metric));
    field(1, &[resource, scope].concat())
}

#[test]
fn s68_pushes_are_taken_in_either_encoding_with_the_right_bearer_only() {
    let world = World::new("s68");
    let (_wire, bearer) = world.bearer_of(&world.token().token, 1);
    let answer = world.push(&bearer, &[], push_of(uid(1), 1_000_000));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-protobuf")));
    assert!(answer.body.is_empty(), "taken whole: {:?}", answer.text());
    assert_eq!(until("it is counted", SOON, || world.memory("fake-00001")), 1_000_000.0);
    let zipped = world.push(&bearer, &[("content-encoding", "gzip")], gzip(&push_of(uid(1), 2_000_000)));
    assert_eq!(zipped.status, 200, "{}", zipped.text());
    for wrong in [
        "Bearer lmcol_x",
        "Bearer ",
        "Basic YTpi",
        &bearer.replace("Bearer lmcol_", "Bearer lmenr_"),
        &format!("{bearer}x"),
    ] {
        let refused = world.push(wrong, &[], push_of(uid(1), 3_000_000));
        assert_eq!(refused.status, 401, "{wrong}");
        assert!(refused.header("www-authenticate").is_some());
    }
    for path in ["/v1/logs", "/v1/traces"] {
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/x-protobuf")];
        assert_eq!(
            world.server.request("POST", path, &headers, Vec::new()).status,
            404,
            "no telemetry comes here"
        );
    }
}

#[test]
fn s69_a_push_that_names_another_collector_is_not_taken() {
    let world = World::new("s69");
    let token = world
        .token_with(CreateEnrollmentToken { max_uses: Some(2), ..CreateEnrollmentToken::default() })
        .token;
    let (_one, bearer) = world.bearer_of(&token, 1);
    let (_two, _) = world.bearer_of(&token, 2);
    let answer = world.push(&bearer, &[], push_of(uid(2), 9_000_000));
    assert_eq!(answer.status, 200, "a part is refused, which is no reason to send it again");
    assert!(answer.text().contains("another collector"), "{:?}", answer.text());
    assert_eq!(world.push(&bearer, &[], push_of(uid(1), 1_000_000)).body, b"");
    assert_eq!(until("the right one is counted", SOON, || world.memory("fake-00001")), 1_000_000.0);
    assert_eq!(world.memory("fake-00002"), None, "and nobody else");
}

#[test]
fn a_revoked_collector_pushes_no_more() {
    let world = World::new("push-revoked");
    let token = world.token();
    let (_wire, bearer) = world.bearer_of(&token.token, 1);
    assert_eq!(world.push(&bearer, &[], push_of(uid(1), 1)).status, 200);
    world.api().revoke_enrollment_token(&token.id).unwrap();
    let refused = || (world.push(&bearer, &[], push_of(uid(1), 2)).status == 401).then_some(());
    until("its bearer ends with its token", Duration::from_secs(5), refused);
}

#[test]
fn pushes_that_are_too_large_broken_or_bombs_are_refused_and_the_next_one_is_taken() {
    let world = World::new("push-bad");
    let (_wire, bearer) = world.bearer_of(&world.token().token, 1);
    let good = push_of(uid(1), 1_000_000);
    for (what, status, body, coding) in [
        ("too large", 413, vec![0; TOO_MUCH_BYTES], None),
        ("a bomb", 413, gzip(&vec![0; 20 * TOO_MUCH_BYTES]), Some("gzip")),
        ("no gzip", 400, good.clone(), Some("gzip")),
        ("cut gzip", 400, gzip(&good)[..20].to_vec(), Some("gzip")),
        ("cut off", 400, good[..good.len() - 3].to_vec(), None),
        ("wrong wire type", 400, [&[1 << 3][..], &[7]].concat(), None),
        ("an unknown coding", 415, good.clone(), Some("zstd")),
    ] {
        let headers: Vec<(&str, &str)> =
            coding.map(|coding| ("content-encoding", coding)).into_iter().collect();
        let answer = world.push(&bearer, &headers, body);
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
    }
    let json = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    for (what, body) in [
        ("deep", deep),
        ("not UTF-8", b"{\"resourceMetrics\":\"\xff\"}".to_vec()),
        ("text", b"hello".to_vec()),
    ] {
        let answer = world.server.request("POST", "/v1/metrics", &json, body);
        assert_eq!(answer.status, 400, "{what}: {}", answer.text());
    }
    assert_eq!(world.push(&bearer, &[], good).status, 200);
}
