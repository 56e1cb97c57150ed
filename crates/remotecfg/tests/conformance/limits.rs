//! Statements about amounts: what must be taken, and what is refused before it costs anything.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use linkmesh_remotecfg::proto::{AgentConfigFile, GetConfigRequest, RemoteConfigStatuses};
use linkmesh_remotecfg::{Code, Limits, Method};
use prost::Message as _;

use super::wire::query;
use super::{C1, Sent, assert_refused, bare, gzip, with_effective, with_status};

#[test]
fn s14_four_mebibytes_of_effective_configuration_and_long_addresses_are_accepted() {
    let large = with_effective(bare(C1), &[("", &"x".repeat(4 * 1024 * 1024))]);
    assert_eq!(Sent::post(Method::GetConfig, large.encode_to_vec()).poll(), large);
    assert_eq!(
        Sent::post(Method::GetConfig, gzip(&large.encode_to_vec())).with("content-encoding", "gzip").poll(),
        large
    );
    let mut wide = bare(C1);
    wide.local_attributes = (0..100).map(|n| (format!("key-{n}"), "v".repeat(120))).collect();
    let query = query(&URL_SAFE_NO_PAD.encode(wide.encode_to_vec()));
    assert!(query.len() > 16 * 1024);
    assert_eq!(Sent::get(&query).poll(), wide);
}

#[test]
fn s16_what_is_too_much_is_refused_before_it_is_decoded() {
    let limits = Limits::default();
    let attributes = |count: usize, length: usize| {
        let mut request = bare(C1);
        request.local_attributes = (0..count).map(|n| (format!("{n}"), "v".repeat(length))).collect();
        request.encode_to_vec()
    };
    let file = AgentConfigFile { body: vec![0; limits.message_bytes], ..AgentConfigFile::default() };
    let mut long_words = with_status(bare(C1), RemoteConfigStatuses::Failed, "");
    long_words.remote_config_status.as_mut().unwrap().error_message = "x".repeat(limits.error_bytes + 1);
    let cases = [
        attributes(1_000, 10_000),
        attributes(100, 10_000),
        attributes(4_000, 1),
        attributes(1, limits.text_bytes + 1),
        GetConfigRequest { id: "x".repeat(limits.text_bytes + 1), ..bare("") }.encode_to_vec(),
        GetConfigRequest {
            local_attributes: [("k".repeat(limits.key_bytes + 1), String::new())].into(),
            ..bare("")
        }
        .encode_to_vec(),
        file.encode_to_vec(),
        long_words.encode_to_vec(),
        [0x22, 0x00].repeat(1_000_000),
        [0x32, 0x04, 0x0a, 0x02, 0x0a, 0x00].repeat(500_000),
    ];
    for body in cases {
        for body in [body.clone(), gzip(&body)] {
            let sent = Sent::post(Method::GetConfig, body.clone());
            let sent =
                if body.starts_with(&[0x1f, 0x8b]) { sent.with("content-encoding", "gzip") } else { sent };
            assert_refused(&sent.read().unwrap_err(), 429, Code::ResourceExhausted);
        }
    }
    let json = [
        format!("{{\"localAttributes\":{{{}\"z\":\"\"}}}}", "\"k\":\"v\",".repeat(20_000)),
        format!("{{\"localAttributes\":{{\"k\":\"{}\"}}}}", "v".repeat(limits.text_bytes + 1)),
        format!("{{\"unknown\":[{}\"\"]}}", "\"\",".repeat(20_000)),
    ];
    for body in json {
        let sent = Sent::post(Method::GetConfig, body.into()).with("content-type", "application/json");
        assert_refused(&sent.read().unwrap_err(), 429, Code::ResourceExhausted);
    }
    let long = Sent::get(&query(&"A".repeat(limits.query_bytes)));
    assert_refused(&long.read().unwrap_err(), 429, Code::ResourceExhausted);
}

#[test]
fn s16_a_small_body_that_inflates_to_a_gigabyte_is_let_go_early() {
    // A thousand members of one mebibyte each: a few megabytes at most on the wire.
    let member = gzip(&vec![0; 1024 * 1024]);
    let mut bomb = member.repeat(1_024);
    // Its end is broken, which nobody finds who stops in time.
    bomb.extend(b"not gzip");
    assert!(bomb.len() < 2 * 1024 * 1024);
    let sent = Sent::post(Method::GetConfig, bomb).with("content-encoding", "gzip");
    assert_refused(&sent.read().unwrap_err(), 429, Code::ResourceExhausted);
}
