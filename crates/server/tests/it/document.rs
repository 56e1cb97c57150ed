//! The OpenAPI document: checked in, valid in itself, and true.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::running::Server;

/// Set to write the document anew.
const BLESS: &str = "LINKMESH_BLESS";

#[test]
fn the_checked_in_document_is_the_one_that_the_code_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let made = linkmesh_server::http::openapi_json();
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "the API changed; look at it, then run this test with {BLESS}=1");
}

#[test]
fn the_served_document_is_the_same_and_refers_to_nothing_that_is_missing() {
    let server = Server::fresh();
    let served = server.send("GET", "/api/v1/openapi.json", &[], None);
    assert_eq!(served.text, linkmesh_server::http::openapi_json());
    let document = served.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let schemas: BTreeSet<String> =
        document["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    let mut missing = BTreeSet::new();
    each(&document, &mut |value| {
        if let Some(name) = value["$ref"].as_str().and_then(|path| path.strip_prefix("#/components/schemas/"))
            && !schemas.contains(name)
        {
            missing.insert(name.to_owned());
        }
    });
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn every_call_has_an_id_of_its_own_a_summary_and_says_how_it_refuses() {
    let document: Value = serde_json::from_str(&linkmesh_server::http::openapi_json()).unwrap();
    let mut seen = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{what}");
            assert!(operation["responses"]["default"].is_object(), "{what}");
            assert!(operation["security"].is_array(), "{what}");
            let id = operation["operationId"].as_str().unwrap();
            assert!(seen.insert(id.to_owned()), "{what}: {id} is used twice");
        }
    }
}

fn each(value: &Value, look: &mut impl FnMut(&Value)) {
    look(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| each(item, look)),
        Value::Object(map) => map.values().for_each(|item| each(item, look)),
        _ => {}
    }
}
