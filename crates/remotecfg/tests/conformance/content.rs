//! Statements about what is served: whole or not modified, under which hash.

use std::sync::Arc;

use linkmesh_remotecfg::proto::{GetConfigRequest, RegisterCollectorRequest};
use linkmesh_remotecfg::{BadContent, EncodedConfig, Method, Reply, hash_of};

use super::{C1, C2, Sent, bare, config, response};

#[test]
fn s20_the_newer_attributes_are_preferred_and_the_older_ones_taken_where_there_are_none() {
    let attributes = |value: &str| [("env".to_owned(), value.to_owned())].into();
    let mut poll = GetConfigRequest { attributes: attributes("old"), ..bare("") };
    assert_eq!(poll.claims()["env"], "old");
    poll.local_attributes = attributes("new");
    assert_eq!(poll.claims()["env"], "new");
    let register = RegisterCollectorRequest { attributes: attributes("old"), ..Default::default() };
    assert_eq!(register.claims()["env"], "old");
    let both = RegisterCollectorRequest { local_attributes: attributes("new"), ..register };
    assert_eq!(both.claims()["env"], "new");
}

#[test]
fn s21_a_request_without_a_hash_gets_the_whole_configuration() {
    let answer = response(&Reply::default().poll(&bare(""), &config(C1)));
    assert_eq!((answer.content.as_str(), answer.not_modified), (C1, false));
}

#[test]
fn s22_the_hash_of_the_served_content_is_not_modified_and_repeated() {
    let answer = response(&Reply::default().poll(&bare(C1), &config(C1)));
    assert_eq!((answer.content.as_str(), answer.not_modified), ("", true));
    assert_eq!(answer.hash, config(C1).hash_text());
}

#[test]
fn s23_another_hash_gets_the_content_with_a_hash_that_names_nothing_but_the_content() {
    let upper = GetConfigRequest { hash: config(C1).hash_text().to_uppercase(), ..bare("") };
    for request in [bare(C2), GetConfigRequest { hash: "7".to_owned(), ..bare("") }, upper] {
        let answer = response(&Reply::default().poll(&request, &config(C1)));
        assert_eq!((answer.content.as_str(), answer.hash.as_str()), (C1, config(C1).hash_text()));
    }
    assert_eq!(config(C1).hash_text(), "a5c2ab2c188741b9a2549b8601717566a36d0d7b29b5ba46ff089ab863cb63eb");
    assert_eq!(*config(C1).hash(), hash_of(C1.as_bytes()));
    assert_ne!(config(C1).hash_text(), config(C2).hash_text());
}

#[test]
fn s23_a_configuration_is_encoded_once_and_shared_by_all_who_ask() {
    let config = Arc::new(config(&"// a long line of comment\n".repeat(100)));
    for (codec, accepts) in [
        ("application/proto", ""),
        ("application/proto", "gzip"),
        ("application/json", ""),
        ("application/json", "gzip"),
    ] {
        let sent = Sent::post(Method::GetConfig, Vec::new())
            .with("content-type", codec)
            .with("accept-encoding", accepts);
        let answers = [1, 2].map(|_| sent.read().unwrap().reply.poll(&sent.poll(), &config));
        assert_eq!(answers[0].body.as_ptr(), answers[1].body.as_ptr(), "{codec} {accepts}");
    }
}

#[test]
fn s24_content_is_never_empty() {
    for empty in ["", " ", "\n\t\r\n"] {
        assert_eq!(EncodedConfig::new(empty).err(), Some(BadContent::Empty));
    }
    assert!(EncodedConfig::new("// nothing is configured\n").is_ok());
}

#[test]
fn s25_content_holds_no_character_that_the_parser_refuses() {
    for bad in ["a\0b", "\u{feff}// x", "// x\u{feff}"] {
        assert_eq!(EncodedConfig::new(bad).err(), Some(BadContent::BadCharacter));
    }
    let odd = "// \u{1f980} \"quotes\" \\ `ticks` \u{2028}\n";
    assert_eq!(response(&Reply::default().config(&config(odd))).content, odd);
}
