//! What goes over the wire between an Alloy and the server, down to the odd and the hostile.

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use linkmesh_remotecfg::agent::AgentSettings;
use linkmesh_remotecfg::proto::{GetConfigRequest, GetConfigResponse, RegisterCollectorRequest};
use prost::Message as _;
use serde_json::{Value, json};

use crate::alloy::{Alloy, Raw, save_simple, send};
use crate::running::Server;

const SERVICE: &str = "/collector.v1.CollectorService";

fn with(server: &Server, token: &str, start: &str, more: &[(&str, &str)], body: &[u8]) -> Raw {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![("authorization", bearer.as_str())];
    headers.extend_from_slice(more);
    send(server, start, &headers, body)
}

fn post(server: &Server, token: &str, call: &str, body: &[u8]) -> Raw {
    with(server, token, &format!("POST {SERVICE}/{call}"), &[("content-type", "application/proto")], body)
}

fn request(id: &str, hash: &str) -> GetConfigRequest {
    GetConfigRequest { id: id.to_owned(), hash: hash.to_owned(), ..GetConfigRequest::default() }
}

fn response(raw: &Raw) -> GetConfigResponse {
    assert_eq!((raw.status, raw.header("content-type")), (200, Some("application/proto")), "{raw:?}");
    GetConfigResponse::decode(&raw.body[..]).unwrap()
}

/// A server with a configuration and one collector; its token.
fn stage() -> (Server, String) {
    let server = Server::new();
    save_simple(&server, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&server, AgentSettings::new("edge-7"));
    alloy.starts(&server);
    (server, alloy.token)
}

#[test]
fn s1_s2_s3_posts_and_gets_are_answered_with_the_same_exact_bytes() {
    let (server, token) = stage();
    let body = request("edge-7", "").encode_to_vec();
    let posted = post(&server, &token, "GetConfig", &body);
    assert!(!response(&posted).content.is_empty());
    for message in [URL_SAFE_NO_PAD.encode(&body), URL_SAFE.encode(&body).replace('=', "%3D")] {
        let start = format!("GET {SERVICE}/GetConfig?connect=v1&base64=1&encoding=proto&message={message}");
        let got = with(&server, &token, &start, &[("if-none-match", "*")], b"");
        assert_eq!((got.status, &got.body), (200, &posted.body), "s4: never 304");
        assert!(got.header("vary").unwrap().to_ascii_lowercase().contains("accept-encoding"));
    }
    for call in ["RegisterCollector", "UnregisterCollector"] {
        let id = RegisterCollectorRequest { id: "edge-7".to_owned(), ..Default::default() }.encode_to_vec();
        let answer = post(&server, &token, call, &id);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/proto")));
        assert!(answer.body.is_empty());
        let refused = with(&server, &token, &format!("GET {SERVICE}/{call}"), &[], b"");
        assert_eq!((refused.status, refused.header("allow")), (405, Some("POST")));
    }
}

#[test]
fn s9_every_error_is_one_of_connect() {
    let (server, token) = stage();
    let poll = request("edge-7", "").encode_to_vec();
    let start = format!("POST {SERVICE}/GetConfig");
    let proto = ("content-type", "application/proto");
    let odd = |more: &[(&str, &str)], body: &[u8]| with(&server, &token, &start, more, body);
    assert_eq!(
        odd(&[("content-type", "text/plain")], &poll).header("accept-post").map(str::is_empty),
        Some(false)
    );
    odd(&[("content-type", "application/proto; charset=utf-8")], &poll).error(415);
    assert_eq!(odd(&[proto, ("connect-protocol-version", "2")], &poll).error(400).0, "invalid_argument");
    assert_eq!(odd(&[proto, ("content-encoding", "br")], &poll).error(501).0, "unimplemented");
    assert_eq!(odd(&[proto], b"\xff\xff\xff").error(400).0, "invalid_argument");
    assert_eq!(odd(&[proto], &request("", "").encode_to_vec()).error(400).0, "invalid_argument");
    assert_eq!(post(&server, &token, "ListCollectors", b"").error(501).0, "unimplemented");
    with(&server, &token, &format!("PUT {SERVICE}/GetConfig"), &[], b"").error(405);
    let old = with(&server, &token, "POST /agent.v1.AgentService/GetConfig", &[proto], b"");
    assert!(old.error(501).1.contains("upgrade"));
    for query in
        ["", "?connect=v1", "?connect=v2&encoding=proto&message=", "?encoding=proto&base64=1&message=%25%25"]
    {
        let refused = with(&server, &token, &format!("GET {SERVICE}/GetConfig{query}"), &[], b"");
        assert!((400..500).contains(&refused.status), "{query}: {refused:?}");
        refused.error(refused.status);
    }
    let events = server.get("collectors/edge-7/events").text;
    assert_eq!(events.matches("cannot be read").count(), 1, "told once: {events}");
    assert!(events.contains("poll_unreadable") && !events.contains("poll_failed"), "{events}");
    assert!(!events.contains("invalid_argument"), "the words, and not what is on the wire: {events}");
}

#[test]
fn s10_only_the_right_bearer_is_let_in_and_the_others_are_told_why() {
    let (server, token) = stage();
    let body = request("edge-7", "").encode_to_vec();
    let proto = ("content-type", "application/proto");
    for call in ["GetConfig", "RegisterCollector", "UnregisterCollector"] {
        let start = format!("POST {SERVICE}/{call}");
        for (value, says) in [
            (None, "no token was sent"),
            (Some("Basic dXNlcjpwYXNz"), "no basic_auth"),
            (Some("Bearer lmcol_made_1_up"), "linkmesh token mint"),
            (Some("Bearer lmenr_x"), "enrollment token"),
            (Some("Bearer"), "not known"),
        ] {
            let mut headers = vec![proto];
            headers.extend(value.map(|value| ("authorization", value)));
            let (code, words) = send(&server, &start, &headers, &body).error(401);
            assert_eq!(code, "unauthenticated");
            assert!(words.contains(says), "{words}");
        }
        post(&server, &format!("{token}x"), call, &body).error(401);
    }
    assert!(
        server
            .with("GET", "events?limit=50", &[("accept", "application/json")], None)
            .text
            .contains("token_refused")
    );
    server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
    let key =
        server.running.as_ref().unwrap().plane.roster.by_id(&"web".parse().unwrap()).unwrap().key.clone();
    let other = server.running.as_ref().unwrap().plane.keys.collector_token(&key, 1);
    assert_eq!(post(&server, &other, "GetConfig", &body).error(403).0, "permission_denied");
}

#[test]
fn s8_s21_s22_s23_the_hash_decides_what_is_sent_and_gzip_is_understood() {
    let (server, token) = stage();
    let poll =
        |hash: &str| response(&post(&server, &token, "GetConfig", &request("edge-7", hash).encode_to_vec()));
    let whole = poll("");
    assert!(!whole.not_modified && whole.hash.len() == 64);
    let same = poll(&whole.hash);
    assert!(same.not_modified && same.content.is_empty());
    assert_eq!(same.hash, whole.hash);
    for foreign in ["7", "not a hash", &"0".repeat(64)] {
        assert_eq!(poll(foreign).content, whole.content);
    }
    let body = request("edge-7", "").encode_to_vec();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &body).unwrap();
    let more =
        [("content-type", "application/proto"), ("content-encoding", "gzip"), ("accept-encoding", "gzip")];
    let answer =
        with(&server, &token, &format!("POST {SERVICE}/GetConfig"), &more, &packed.finish().unwrap());
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&answer.body[..]), &mut plain).unwrap();
    assert_eq!(GetConfigResponse::decode(&plain[..]).unwrap(), whole);
    // s23: another collector of the same class has the same one.
    let mut other = Alloy::new(&server, AgentSettings::new("edge-8"));
    other.starts(&server);
    assert_eq!(other.agent.received_hash(), whole.hash);
}

#[test]
fn s13_it_works_over_http2_without_encryption_too() {
    let (server, token) = stage();
    let address = server.running.as_ref().unwrap().address;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (status, body) = runtime.block_on(async {
        use http_body_util::{BodyExt as _, Full};
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let io = hyper_util::rt::TokioIo::new(stream);
        let executor = hyper_util::rt::TokioExecutor::new();
        let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
        tokio::spawn(connection);
        let request = http::Request::post(format!("http://{address}{SERVICE}/GetConfig"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/proto")
            .body(Full::new(bytes::Bytes::from(request("edge-7", "").encode_to_vec())))
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        (response.status(), response.into_body().collect().await.unwrap().to_bytes())
    });
    assert_eq!(status, 200);
    assert!(GetConfigResponse::decode(body).unwrap().content.contains("otelcol."));
}

#[test]
fn s14_large_reports_are_taken_and_too_large_ones_refused() {
    let (server, token) = stage();
    let with_body = |bytes: usize| {
        let file = linkmesh_remotecfg::proto::AgentConfigFile {
            body: vec![b'/'; bytes],
            content_type: "text/plain".to_owned(),
        };
        let map = linkmesh_remotecfg::proto::AgentConfigMap { config_map: [(String::new(), file)].into() };
        let effective = linkmesh_remotecfg::proto::EffectiveConfig { config_map: Some(map) };
        GetConfigRequest { effective_config: Some(effective), ..request("edge-7", "") }.encode_to_vec()
    };
    assert_eq!(post(&server, &token, "GetConfig", &with_body(4 * 1024 * 1024)).status, 200);
    let (code, _) = post(&server, &token, "GetConfig", &with_body(9 * 1024 * 1024)).error(429);
    assert_eq!(code, "resource_exhausted");
    let claims = (0..200).map(|number| (format!("k{number}"), "x".repeat(50_000))).collect();
    let register =
        RegisterCollectorRequest { id: "edge-7".to_owned(), local_attributes: claims, ..Default::default() };
    post(&server, &token, "RegisterCollector", &register.encode_to_vec()).error(429);
    let long = "a".repeat(15 * 1024);
    let claims = [("long".to_owned(), long)].into();
    let poll = GetConfigRequest { local_attributes: claims, ..request("edge-7", "") };
    let message = URL_SAFE_NO_PAD.encode(poll.encode_to_vec());
    let start = format!("GET {SERVICE}/GetConfig?connect=v1&base64=1&encoding=proto&message={message}");
    assert_eq!(with(&server, &token, &start, &[], b"").status, 200);
}

#[test]
fn s18_to_register_is_answered_although_nothing_can_be_stored() {
    let (server, token) = stage();
    // As on a full disk: every write fails from now on.
    server.running.as_ref().unwrap().plane.close();
    let register = RegisterCollectorRequest {
        id: "edge-7".to_owned(),
        local_attributes: [("collector.version".to_owned(), "v1.18.0".to_owned())].into(),
        ..Default::default()
    };
    let before = std::time::Instant::now();
    assert_eq!(post(&server, &token, "RegisterCollector", &register.encode_to_vec()).status, 200);
    assert!(before.elapsed() < std::time::Duration::from_secs(1));
    assert!(
        !response(&post(&server, &token, "GetConfig", &request("edge-7", "").encode_to_vec()))
            .content
            .is_empty()
    );
}

#[test]
fn s15_a_body_that_never_comes_is_not_waited_for() {
    let (server, token) = stage();
    let before = std::time::Instant::now();
    let more = [("content-type", "application/proto"), ("content-length", "50")];
    let (code, _) = with(&server, &token, &format!("POST {SERVICE}/GetConfig"), &more, b"half").error(504);
    assert_eq!(code, "deadline_exceeded");
    assert!(before.elapsed() < std::time::Duration::from_secs(9), "{:?}", before.elapsed());
}

#[test]
fn s5_json_is_spoken_for_people() {
    let (server, token) = stage();
    let start = format!("POST {SERVICE}/GetConfig");
    let answer =
        with(&server, &token, &start, &[("content-type", "application/json")], br#"{"id":"edge-7"}"#);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert!(body["content"].as_str().unwrap().contains("otelcol."));
}

#[test]
fn the_same_content_is_there_as_text_with_its_hash_as_entity_tag() {
    let (server, token) = stage();
    let whole = response(&post(&server, &token, "GetConfig", &request("edge-7", "").encode_to_vec()));
    let own = |query: &str, more: &[(&str, &str)]| {
        with(&server, &token, &format!("GET /api/v1/remotecfg{query}"), more, b"")
    };
    let tag = format!("\"{}\"", whole.hash);
    let text = own("?collector=edge-7", &[]);
    assert_eq!((text.status, text.header("etag")), (200, Some(tag.as_str())));
    assert_eq!(text.body, whole.content.as_bytes());
    assert_eq!(own("", &[("if-none-match", &tag)]).status, 304);
    assert_eq!(own("?collector=edge-8", &[]).status, 403);
    assert_eq!(send(&server, "GET /api/v1/remotecfg", &[], b"").status, 401);
    let seen = server.get("remotecfg?collector=edge-7");
    assert_eq!((seen.status, seen.header("etag")), (200, format!("W/{tag}").as_str()));
    assert_eq!(server.get("remotecfg?collector=edge-7&with_secrets=true").header("etag"), tag);
    server.get("remotecfg").problem(422);
    server.get("remotecfg?collector=none").problem(404);
}

#[test]
fn a_config_alloy_holds_the_token_only_where_it_was_proven() {
    let server = Server::on(tempfile::tempdir().unwrap(), Some("https://mesh.example.com/base"));
    let (cookie, csrf) = server.set_up();
    let headers = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
    let body = json!({"name": "edge-7", "mode": "alloy-remotecfg"});
    assert_eq!(server.send("POST", "/api/v1/collectors", &headers, Some(&body)).status, 201);
    let minted = server.send("POST", "/api/v1/collectors/edge-7/token", &headers, Some(&json!({})));
    assert_eq!(minted.status, 201);
    let minted = minted.json();
    let (token, file) = (minted["token"].as_str().unwrap(), minted["config_alloy"].as_str().unwrap());
    for with in ["apt", "dnf"] {
        let lines = minted["install"][with].as_str().unwrap();
        assert!(lines.contains("install -y alloy\n") && !lines.contains(token), "{lines}");
    }
    assert!(
        file.contains(token)
            && file.contains("\"https://mesh.example.com/base\"")
            && file.contains("\"edge-7\"")
    );
    assert!(file.contains("\"linkmesh.stability\" = \"generally-available\""));
    let download = |query: &str, bearer: Option<&str>| {
        let bearer = bearer.map(|bearer| format!("Bearer {bearer}"));
        let headers: Vec<_> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        server.send("GET", &format!("/api/v1/downloads/config.alloy{query}"), &headers, None)
    };
    assert_eq!(download("", Some(token)).text, file);
    let plain = download("?collector=edge-9", Some("lmcol_x\"; evil")).text;
    assert!(
        plain.contains("REPLACE-WITH-A-COLLECTOR-TOKEN")
            && plain.contains("\"edge-9\"")
            && !plain.contains("evil")
    );
    let by_file = download("?token_file=/etc/alloy/linkmesh.token", Some(token)).text;
    assert!(by_file.contains("bearer_token_file") && !by_file.contains(token));
    download("?token_file=relative", None).problem(422);
    download("?collector=No%20Id", None).problem(422);
    // A download is no first use: the token before it would hold on.
    let again = server.send("POST", "/api/v1/collectors/edge-7/token", &headers, None);
    assert_eq!(again.status, 201, "a body may be absent");
}
