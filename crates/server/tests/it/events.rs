//! The live stream: what happened while nobody listened comes first, then what happens.

use std::io::{BufRead as _, BufReader, Read};
use std::time::{Duration, Instant};

use linkmesh_api::client::{Client, ClientSettings, EventStream};
use linkmesh_api::types::{Event, EventQuery, Severity};
use linkmesh_fleet::event::EventKind;
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

/// The next event of a stream that is not silent for long.
fn next(stream: EventStream) -> (EventStream, Event) {
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut stream = stream;
        let event = stream.next();
        drop(told.send((stream, event)));
    });
    let (stream, event) = heard.recv_timeout(Duration::from_secs(20)).unwrap();
    (stream, event.unwrap().unwrap())
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
    let mut stream = client.event_stream(&EventQuery::default(), Some("0")).unwrap();
    let (mut seen, mut made) = (0, 0);
    while made < 2 {
        let (rest, event) = next(stream);
        assert_eq!(event.id, (seen + 1).to_string(), "from the very first one, in order");
        (seen, made) = (seen + 1, made + usize::from(event.kind == "enrollment_created"));
        stream = rest;
    }
    let behind = (seen - 1).to_string();
    let (stream, event) = next(client.event_stream(&EventQuery::default(), Some(&behind)).unwrap());
    assert_eq!(event.id, seen.to_string());
    make(&server, "three");
    let (_, live) = next(stream);
    assert_eq!((live.id, live.kind.as_str()), ((seen + 1).to_string(), "enrollment_created"));
}

#[test]
fn a_stream_without_a_past_begins_now_and_filters() {
    let server = Server::new();
    make(&server, "before");
    let client = client(&server);
    let query = EventQuery { kind: Some("collector_removed".to_owned()), ..EventQuery::default() };
    let stream = client.event_stream(&query, None).unwrap();
    make(&server, "other");
    server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
    server.with("DELETE", "collectors/web", &[], None);
    let (_, event) = next(stream);
    assert_eq!((event.kind.as_str(), event.collector.as_deref()), ("collector_removed", Some("web")));
    let unknown = EventQuery { kind: Some("colector_removed".to_owned()), ..EventQuery::default() };
    assert!(client.event_stream(&unknown, None).err().unwrap().to_string().contains("did you mean"));
    // An id from another life of the server does not hold back what happens now.
    let ahead = client.event_stream(&EventQuery::default(), Some("999999")).unwrap();
    make(&server, "after");
    assert_eq!(next(ahead).1.kind, "enrollment_created");
}

#[test]
fn what_happens_at_the_same_moment_is_all_heard_in_order() {
    const WRITERS: u64 = 8;
    const EACH: u64 = 50;
    let server = Server::new();
    let mut stream = client(&server).event_stream(&EventQuery::default(), None).unwrap();
    let plane = &server.running.as_ref().unwrap().plane;
    let first = plane.journal.newest_event() + 1;
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                for _ in 0..EACH {
                    plane.journal.event(plane.clock.now(), EventKind::Connected, None, "at once");
                }
            });
        }
    });
    for id in first..first + WRITERS * EACH {
        let (rest, event) = next(stream);
        assert_eq!(event.id, id.to_string());
        stream = rest;
    }
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
    assert_eq!(ids.len(), 7);
    assert!(ids.is_sorted_by(|newer, older| newer > older), "{ids:?}");
}

#[test]
fn events_of_one_severity_are_found_behind_any_number_of_others() {
    let server = Server::new();
    let plane = &server.running.as_ref().unwrap().plane;
    let event = |kind| plane.journal.event(plane.clock.now(), kind, None, "a test");
    for _ in 0..5 {
        event(EventKind::DuplicateIdentity);
        (0..40).for_each(|_| event(EventKind::Connected));
        event(EventKind::Held);
    }
    let pages = |severity: Severity, limit: u32| -> Vec<Vec<u64>> {
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let severity = Some(severity);
            let query = EventQuery { limit: Some(limit), cursor, severity, ..EventQuery::default() };
            let page = client(&server).events(&query).unwrap();
            assert!(page.items.iter().all(|event| Some(event.severity) == severity), "{page:?}");
            pages.push(page.items.iter().map(|event| event.id.parse().unwrap()).collect());
            cursor = page.next_cursor;
            if cursor.is_none() {
                return pages;
            }
        }
    };
    for severity in [Severity::Error, Severity::Warning] {
        let found = pages(severity, 2);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1], "{found:?}");
        assert!(found.concat().is_sorted_by(|newer, older| newer > older), "{found:?}");
        assert_eq!(found.concat(), pages(severity, 100).concat());
    }
    server.get("events?severity=bad").problem(422);

    let query = EventQuery { severity: Some(Severity::Error), ..EventQuery::default() };
    let (stream, first) = next(client(&server).event_stream(&query, Some("0")).unwrap());
    let (_, second) = next(stream);
    assert_eq!((first.severity, second.severity), (Severity::Error, Severity::Error));
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
