//! Both ends of a link in Alloy's words. Start at [`sender`] and [`receiver`].

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Auth, Parts};
use crate::alloy::{expression, label};

/// The exporter.
pub(super) fn sender(endpoints: &[String], tls: Value, helper: Map<String, Value>, auth: Auth) -> Parts {
    let (auth, extensions) = authenticator(auth);
    let mut config = helper;
    let mut client = Map::from_iter([("tls".to_owned(), tls)]);
    client.extend(auth.map(|auth| ("auth".to_owned(), auth)));
    if let [only] = endpoints {
        client.insert("endpoint".into(), json!(only));
        config.insert("client".into(), client.into());
        return ("otelcol.exporter.otlp", config.into(), extensions);
    }
    // The outer queue counts and retries, towards another endpoint if need be; the inner ones would be invisible.
    let otlp = json!({
        "client": client,
        "timeout": config.get("timeout"),
        "queue": {"enabled": false},
        "retry": {"enabled": false},
    });
    config.insert("protocol".into(), json!({"otlp": otlp}));
    config.insert("resolver".into(), json!({"static": {"hostnames": endpoints}}));
    ("otelcol.exporter.loadbalancing", config.into(), extensions)
}

/// The receiver.
pub(super) fn receiver(mut grpc: Map<String, Value>, auth: Auth) -> Parts {
    let (auth, extensions) = authenticator(auth);
    grpc.extend(auth.map(|auth| ("auth".to_owned(), auth)));
    ("otelcol.receiver.otlp", json!({"grpc": grpc}), extensions)
}

/// The reference to the authenticator, and the authenticator itself, which serves both ends alike.
fn authenticator(auth: Auth) -> (Option<Value>, BTreeMap<String, Value>) {
    let (name, config, owner) = match auth {
        Auth::None => return (None, BTreeMap::new()),
        Auth::Bearer { token, owner } => ("otelcol.auth.bearer", json!({"token": token}), owner),
        Auth::Basic { username, password, owner } => {
            ("otelcol.auth.basic", json!({"username": username, "password": password}), owner)
        }
    };
    let reference = expression(&format!("{name}.{}.handler", label(&owner)));
    (Some(reference), BTreeMap::from([(name.to_owned(), config)]))
}
