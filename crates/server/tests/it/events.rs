//! The live stream: what happened while nobody listened comes first, then what happens.

use std::io::{BufRead as _, BufReader, Read};
use std::time::{Duration, Instant};

use linkmesh_api::client::{Client, ClientSettings};
use linkmesh_api::types::EventQuery;
use serde_json::json;

use crate::running::Server;

fn client(server: &Server) -> Client {
    let settings = ClientSettings {
        url: server.url.clone(),
        token: Some(server.token.clone()),
        user_agent: "tests".to_owned(),
        ..ClientSettings::default()
    };
    Client::new(&settings).unwrap()
}

fn make(server: &Server, name: &str) {
    assert_eq!(server.post("enrollment-tokens", &json!({"name": name})).status, 201);
}

#[test]
fn a_stream_goes_on_where_it_was_left_and_then_lives() {
    let server = Server::new();
    make(&server, "one");
    make(&server, "two");
    let client = client(&server);
    let ids: Vec<u64> = client
        .event_stream(&EventQuery::default(), Some("0"))
        .unwrap()
        .take(3)
        .map(|event| event.unwrap().id.parse().unwrap())
        .collect();
    assert_eq!(ids, [1, 2, 3]);
    let mut stream = client.event_stream(&EventQuery::default(), Some("2")).unwrap();
    assert_eq!(stream.next().unwrap().unwrap().id, "3");
    make(&server, "three");
    let live = stream.next().unwrap().unwrap();
    assert_eq!((live.id.as_str(), live.kind.as_str()), ("4", "enrollment_created"));
}

#[test]
fn a_stream_without_a_past_begins_now_and_filters() {
    let server = Server::new();
    make(&server, "before");
    let client = client(&server);
    let query = EventQuery { kind: Some("collector_removed".to_owned()), ..EventQuery::default() };
    let mut stream = client.event_stream(&query, None).unwrap();
    make(&server, "other");
    server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
    server.with("DELETE", "collectors/web", &[], None);
    let event = stream.next().unwrap().unwrap();
    assert_eq!((event.kind.as_str(), event.collector.as_deref()), ("collector_removed", Some("web")));
    let unknown = EventQuery { kind: Some("colector_removed".to_owned()), ..EventQuery::default() };
    assert!(client.event_stream(&unknown, None).err().unwrap().to_string().contains("did you mean"));
    // An id from another life of the server does not hold back what happens now.
    let mut ahead = client.event_stream(&EventQuery::default(), Some("999999")).unwrap();
    make(&server, "after");
    assert_eq!(ahead.next().unwrap().unwrap().kind, "enrollment_created");
}

#[test]
fn a_page_of_events_is_newest_first_and_pages_join() {
    let server = Server::new();
    for number in 0..7 {
        make(&server, &number.to_string());
    }
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let kind = Some("enrollment_created".to_owned());
        let query = EventQuery { limit: Some(3), cursor, kind, ..EventQuery::default() };
        let page = client(&server).events(&query).unwrap();
        ids.extend(page.items.iter().map(|event| event.id.parse::<u64>().unwrap()));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(ids, [8, 7, 6, 5, 4, 3, 2]);
}

#[test]
fn streams_end_when_the_credential_does() {
    let server = Server::new();
    let made = server.post("service-accounts", &json!({"name": "reader", "role": "viewer"})).json();
    let mut reader = open(&server, made["token"].as_str().unwrap());
    let path = format!("service-accounts/{}", made["id"].as_str().unwrap());
    let begun = Instant::now();
    assert_eq!(server.with("DELETE", &path, &[], None).status, 204);
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}

#[test]
fn streams_end_when_the_server_stops() {
    let server = Server::new();
    let mut reader = open(&server, &server.token);
    let begun = Instant::now();
    let _folder = server.stop();
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

/// An open stream, past its greeting.
fn open(server: &Server, token: &str) -> BufReader<impl Read + use<>> {
    let agent =
        ureq::Agent::config_builder().timeout_per_call(Some(Duration::from_secs(30))).build().new_agent();
    let response = agent
        .get(format!("{}/api/v1/events", server.url))
        .header("authorization", format!("Bearer {token}"))
        .call()
        .unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut reader = BufReader::new(response.into_body().into_reader());
    let mut line = String::new();
    while !line.contains("listening") {
        line.clear();
        assert!(reader.read_line(&mut line).unwrap() > 0, "the stream ended before it began");
    }
    reader
}
