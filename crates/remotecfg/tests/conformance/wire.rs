//! Statements about the wire: verbs, codecs, compression, errors.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use linkmesh_remotecfg::proto::{
    GetConfigRequest, GetConfigResponse, RegisterCollectorRequest, RemoteConfigStatuses,
    UnregisterCollectorRequest,
};
use linkmesh_remotecfg::{Code, Message, Method, Reply, check, refuse};
use prost::Message as _;

use super::{
    C1, C2, Sent, assert_refused, bare, config, gzip, header, response, with_effective, with_status,
};

fn sample() -> GetConfigRequest {
    let request = with_status(bare(C1), RemoteConfigStatuses::Failed, "3:1: \"x\"");
    let mut request = with_effective(request, &[("", C2)]);
    request.local_attributes = [("env".to_owned(), "prød".to_owned())].into();
    request
}

pub(super) fn query(message: &str) -> String {
    format!("connect=v1&base64=1&encoding=proto&message={message}")
}

#[test]
fn s01_a_poll_by_post_is_answered_with_exactly_this_content_type() {
    let sent = Sent::post(Method::GetConfig, bare("").encode_to_vec()).with("connect-protocol-version", "1");
    let answer = sent.read().unwrap().reply.poll(&sent.poll(), &config(C1));
    assert_eq!((answer.status, header(&answer, "content-type")), (200, Some("application/proto")));
    assert_eq!(response(&answer).content, C1);
    assert_eq!(Method::of_path("/collector.v1.CollectorService/GetConfig"), Some(Method::GetConfig));
}

#[test]
fn s02_register_and_unregister_are_answered_with_nothing() {
    let register = RegisterCollectorRequest {
        id: "edge-7".to_owned(),
        name: "Edge".to_owned(),
        local_attributes: [("collector.os".to_owned(), "linux".to_owned())].into(),
        ..RegisterCollectorRequest::default()
    };
    let unregister = UnregisterCollectorRequest { id: "edge-7".to_owned() };
    let calls = [
        (Method::Register, register.encode_to_vec(), Message::Register(register)),
        (Method::Unregister, unregister.encode_to_vec(), Message::Unregister(unregister)),
    ];
    for (method, body, message) in calls {
        let call = Sent::post(method, body).with("accept-encoding", "gzip").read().unwrap();
        assert_eq!(call.message, message);
        let answer = call.reply.empty();
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        assert_eq!(answer.headers, [("content-type", "application/proto".to_owned())]);
        assert_eq!(Method::of_path(method.path()), Some(method));
    }
    for path in ["/agent.v1.AgentService/GetConfig", "/collector.v1.CollectorService/", "/x"] {
        assert_eq!(Method::of_path(path), None);
    }
}

#[test]
fn s03_a_poll_by_get_says_and_gets_the_same_as_one_by_post() {
    let bytes = sample().encode_to_vec();
    let escaped: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let queries = [
        query(&URL_SAFE_NO_PAD.encode(&bytes)),
        query(&URL_SAFE.encode(&bytes)),
        query(&URL_SAFE.encode(&bytes).replace('=', "%3D")),
        query(&STANDARD.encode(&bytes).replace('+', "%2B").replace('/', "%2F")),
        format!("message={}&encoding=proto&base64=1", URL_SAFE_NO_PAD.encode(&bytes)),
        format!("connect=v1&encoding=proto&message={escaped}"),
        format!("{}&compression=gzip", query(&URL_SAFE_NO_PAD.encode(gzip(&bytes)))),
        format!("{}&compression=identity&other=%zz", query(&URL_SAFE_NO_PAD.encode(&bytes))),
    ];
    let post = Sent::post(Method::GetConfig, bytes);
    let expected = post.read().unwrap().reply.poll(&post.poll(), &config(C2));
    for query in queries {
        let get = Sent::get(&query);
        assert_eq!(get.poll(), sample(), "{query}");
        assert_eq!(get.read().unwrap().reply.poll(&get.poll(), &config(C2)).body, expected.body);
    }
    assert_eq!(Sent::get(&query("")).poll(), GetConfigRequest::default(), "an empty message is a message");
}

#[test]
fn s03_only_a_poll_may_be_a_get() {
    for method in [Method::Register, Method::Unregister] {
        let refused = Sent { method, ..Sent::get(&query("")) }.read().unwrap_err();
        assert_refused(&refused, 405, Code::Unimplemented);
        assert_eq!(header(&refused, "allow"), Some("POST"));
    }
}

#[test]
fn s03_a_broken_query_string_is_refused_with_what_is_wrong() {
    let cases = [
        ("", "encoding is missing"),
        ("connect=v1&base64=1&message=", "encoding is missing"),
        ("connect=v1&base64=1&encoding=proto", "message is missing"),
        ("connect=v2&base64=1&encoding=proto&message=", "connect must be v1"),
        ("connect=v1&base64=1&encoding=proto&message=%", "message is malformed"),
        ("connect=v1&base64=1&encoding=proto&message=%4", "message is malformed"),
        ("connect=v1&base64=1&encoding=proto&message=a*b", "not base64url"),
        ("connect=v1&base64=1&encoding=proto&message=A", "not base64url"),
        ("connect=v1&base64=1&encoding=%ff&message=", "encoding is malformed"),
        ("connect=v1&encoding=json&message=%7B", "cannot be decoded"),
        ("connect=v1&base64=1&encoding=proto&compression=gzip&message=AAAA", "gzip"),
    ];
    for (query, words) in cases {
        let refused = Sent::get(query).read().unwrap_err();
        assert_refused(&refused, 400, Code::InvalidArgument);
        assert!(String::from_utf8_lossy(&refused.body).contains(words), "{query}: {refused:?}");
    }
    let codec = Sent::get("connect=v1&encoding=xml&message=").read().unwrap_err();
    assert_refused(&codec, 415, Code::Unimplemented);
    let compression = Sent::get("encoding=proto&compression=br&message=").read().unwrap_err();
    assert_refused(&compression, 501, Code::Unimplemented);
}

#[test]
fn s04_a_get_is_never_answered_with_304_and_says_what_it_varies_with() {
    let etag = config(C1).hash_text().to_owned();
    let query = query(&URL_SAFE_NO_PAD.encode(bare(C1).encode_to_vec()));
    let get = Sent::get(&query).with("if-none-match", &format!("\"{etag}\"")).with("accept-encoding", "gzip");
    for config in [config(C1), config(C2)] {
        let answer = get.read().unwrap().reply.poll(&get.poll(), &config);
        assert_eq!((answer.status, header(&answer, "vary")), (200, Some("accept-encoding")));
        assert_eq!(header(&answer, "cache-control"), Some("no-store"), "it may hold credentials");
    }
    let post = Sent::post(Method::GetConfig, Vec::new()).read().unwrap().reply;
    assert_eq!(header(&post.config(&config(C1)), "vary"), None);
}

#[test]
fn s05_the_json_codec_says_the_same_in_both_directions() {
    let text = serde_json::json!({
        "id": "edge-7",
        "hash": config(C1).hash_text(),
        "localAttributes": { "env": "prød" },
        "remoteConfigStatus": { "status": "RemoteConfigStatuses_FAILED", "errorMessage": "3:1: \"x\"" },
        "effectiveConfig": { "configMap": { "configMap": {
            "": { "body": STANDARD.encode(C2), "contentType": "text/plain" }
        } } },
    });
    assert_eq!(serde_json::to_value(sample()).unwrap(), text);
    let json = |body: Vec<u8>| Sent::post(Method::GetConfig, body).with("content-type", "application/json");
    let sent = json(text.to_string().into_bytes());
    assert_eq!(sent.poll(), sample());
    let by_get = Sent::get(&format!(
        "connect=v1&encoding=json&base64=1&message={}",
        URL_SAFE_NO_PAD.encode(text.to_string())
    ));
    assert_eq!(by_get.poll(), sample());

    let reply = sent.read().unwrap().reply;
    let whole = reply.poll(&bare(C1), &config(C2));
    assert_eq!(header(&whole, "content-type"), Some("application/json"));
    let whole: serde_json::Value = serde_json::from_slice(&whole.body).unwrap();
    assert_eq!(whole, serde_json::json!({ "content": C2, "hash": config(C2).hash_text() }));
    let same: serde_json::Value = serde_json::from_slice(&reply.poll(&bare(C2), &config(C2)).body).unwrap();
    assert_eq!(same, serde_json::json!({ "hash": config(C2).hash_text(), "notModified": true }));
    assert_eq!(&reply.empty().body[..], b"{}");

    for same in [
        "{\"id\":\"a\",\"local_attributes\":{\"k\":\"v\"},\"remote_config_status\":{\"status\":3}}",
        "{\"id\":\"a\",\"localAttributes\":{\"k\":\"v\"},\"hash\":null,\"effectiveConfig\":null,\
         \"remoteConfigStatus\":{\"status\":\"RemoteConfigStatuses_FAILED\",\"errorMessage\":null}}",
    ] {
        let poll = json(same.as_bytes().to_vec()).poll();
        assert_eq!(poll.claims().get("k").map(String::as_str), Some("v"));
        assert_eq!(poll.remote_config_status.unwrap().status(), RemoteConfigStatuses::Failed);
    }
    for charset in ["application/json; charset=utf-8", "APPLICATION/JSON"] {
        assert!(json(b"{}".to_vec()).with("content-type", charset).read().is_ok());
    }
    assert_eq!(json(Vec::new()).poll(), GetConfigRequest::default());
    for broken in ["{", "[]", "{\"id\":7}", "{\"remoteConfigStatus\":{\"status\":[]}}", "{} {}"] {
        assert_refused(&json(broken.into()).read().unwrap_err(), 400, Code::InvalidArgument);
    }
}

#[test]
fn s06_other_content_types_and_verbs_are_refused_with_what_is_taken() {
    for content_type in [
        "",
        "text/plain",
        "application/x-protobuf",
        "application/proto; charset=utf-8",
        "application/protobuf",
        "application/connect+proto",
        "application/grpc",
        "application/json; charset=latin1",
    ] {
        let refused =
            Sent::post(Method::Register, Vec::new()).with("content-type", content_type).read().unwrap_err();
        assert_refused(&refused, 415, Code::Unimplemented);
        assert_eq!(header(&refused, "accept-post"), Some("application/proto, application/json"));
    }
    for verb in ["PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "get", ""] {
        for (method, allowed) in [(Method::GetConfig, "GET, POST"), (Method::Register, "POST")] {
            let refused = check(method, verb, &|_| Some("application/proto")).unwrap_err();
            assert_refused(&refused, 405, Code::Unimplemented);
            assert_eq!(header(&refused, "allow"), Some(allowed));
        }
    }
}

#[test]
fn s07_the_protocol_version_may_be_missing_and_must_not_be_another() {
    let sent = Sent::post(Method::Register, Vec::new());
    assert!(sent.read().is_ok() && sent.clone().with("connect-protocol-version", "1").read().is_ok());
    for version in ["2", "", "v1", "1.0"] {
        let refused = sent.clone().with("connect-protocol-version", version).read().unwrap_err();
        assert_refused(&refused, 400, Code::InvalidArgument);
    }
    assert!(Sent::get("encoding=proto&message=").read().is_ok(), "the query parameter may be missing too");
}

#[test]
fn s08_answers_are_compressed_for_those_who_take_it_and_labelled() {
    let long = config(&format!("{C1}{}", "// the same line again\n".repeat(500)));
    let cases = [
        ("gzip", true),
        ("deflate, gzip;q=0.5", true),
        ("GZIP", true),
        ("br,gzip", true),
        ("", false),
        ("identity", false),
        ("gzip;q=0", false),
        ("gzip; q=0.0", false),
        ("*", false),
        ("xgzip", false),
    ];
    for (accepts, compressed) in cases {
        for codec in ["application/proto", "application/json"] {
            let sent = Sent::post(Method::GetConfig, Vec::new()).with("content-type", codec);
            let sent = sent.with("accept-encoding", accepts);
            let answer = sent.read().unwrap().reply.config(&long);
            assert_eq!(header(&answer, "content-encoding"), compressed.then_some("gzip"), "{accepts}");
            assert_eq!(answer.body.starts_with(&[0x1f, 0x8b]), compressed);
            assert!(answer.body.len() < 2_000 || !compressed);
        }
    }
    let short =
        Sent::post(Method::GetConfig, Vec::new()).with("accept-encoding", "gzip").read().unwrap().reply;
    assert_eq!(response(&short.config(&config("//"))).content, "//", "what gzip makes longer stays plain");
}

#[test]
fn s08_requests_may_be_compressed_with_gzip_and_nothing_else() {
    let plain = sample().encode_to_vec();
    let sent = |encoding: &str, body: Vec<u8>| {
        Sent::post(Method::GetConfig, body).with("content-encoding", encoding)
    };
    assert_eq!(sent("gzip", gzip(&plain)).poll(), sample());
    assert_eq!(sent("GZip", gzip(&plain)).poll(), sample());
    assert_eq!(sent("identity", plain.clone()).poll(), sample());
    assert_eq!(sent("gzip", Vec::new()).poll(), GetConfigRequest::default());
    let (first, second) = plain.split_at(plain.len() / 2);
    assert_eq!(sent("gzip", [gzip(first), gzip(second)].concat()).poll(), sample());
    for encoding in ["br", "deflate", "zstd", "gzip, gzip"] {
        assert_refused(&sent(encoding, plain.clone()).read().unwrap_err(), 501, Code::Unimplemented);
    }
    let mut cut = gzip(&plain);
    cut.truncate(cut.len() - 9);
    for broken in [cut, plain, [gzip(b""), b"rest".to_vec()].concat()] {
        assert_refused(&sent("gzip", broken).read().unwrap_err(), 400, Code::InvalidArgument);
    }
}

#[test]
fn s09_every_code_has_the_status_of_the_protocol_and_the_same_body() {
    let table = [
        ("canceled", 499),
        ("unknown", 500),
        ("invalid_argument", 400),
        ("deadline_exceeded", 504),
        ("not_found", 404),
        ("already_exists", 409),
        ("permission_denied", 403),
        ("resource_exhausted", 429),
        ("failed_precondition", 400),
        ("aborted", 409),
        ("out_of_range", 400),
        ("unimplemented", 501),
        ("internal", 500),
        ("unavailable", 503),
        ("data_loss", 500),
        ("unauthenticated", 401),
    ];
    for ((name, status), code) in table.into_iter().zip(Code::ALL) {
        assert_eq!((code.name(), code.http_status()), (name, status));
        assert_refused(&refuse(code, "why \"this\"\n"), status, code);
    }
    assert_refused(&Reply::default().ask_again(), 503, Code::Unavailable);
}

#[test]
fn s11_unknown_fields_and_values_are_skipped() {
    let mut bytes = sample().encode_to_vec();
    // Field 15 of every wire type, and a status that has no name yet.
    bytes.extend([0x78, 0x01, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 2, 0xff, 0xff, 0x7d, 1, 2, 3, 4]);
    assert_eq!(Sent::post(Method::GetConfig, bytes).poll(), sample());
    let mut newer = sample();
    newer.remote_config_status.as_mut().unwrap().status = 77;
    assert_eq!(Sent::post(Method::GetConfig, newer.encode_to_vec()).poll(), newer);
    let json = "{\"id\":\"a\",\"new\":[{\"x\":{}}],\"remoteConfigStatus\":{\"status\":\"RemoteConfigStatuses_NEW\"}}";
    let poll = Sent::post(Method::GetConfig, json.into()).with("content-type", "application/json").poll();
    assert_eq!((poll.id.as_str(), poll.remote_config_status.unwrap().status), ("a", 0));
}

#[test]
fn s12_a_timeout_header_is_accepted() {
    for timeout in ["900", "999", "", "soon"] {
        let sent = Sent::post(Method::Unregister, Vec::new()).with("connect-timeout-ms", timeout);
        assert!(sent.read().is_ok());
    }
}

#[test]
fn s16_what_cannot_be_decoded_is_the_callers_fault() {
    let broken: [&[u8]; 9] = [
        b"\x0a\x05ab",
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"\x00\x01",
        b"\x0b\x0c",
        b"\x08\x01",
        b"\x2a\x02\x0a\x00",
        b"\x0a\x02\xff\xfe",
        b"\x2d\x01\x02\x03\x04",
        b"\xff",
    ];
    for body in broken {
        let refused = Sent::post(Method::GetConfig, body.to_vec()).read().unwrap_err();
        assert_refused(&refused, 400, Code::InvalidArgument);
    }
}

#[test]
fn s16_answers_are_no_requests() {
    let answer = GetConfigResponse { content: C1.to_owned(), hash: "h".to_owned(), not_modified: true };
    let refused = Sent::post(Method::GetConfig, answer.encode_to_vec()).read().unwrap_err();
    assert_refused(&refused, 400, Code::InvalidArgument);
}
