//! Both ends of a link in otelcol's words. Start at [`sender`] and [`receiver`].

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Auth, Parts};

/// The exporter.
pub(super) fn sender(endpoints: &[String], tls: Value, helper: Map<String, Value>, auth: Auth) -> Parts {
    let (auth, extensions) = authenticator(
        auth,
        |username, password| json!({"client_auth": {"username": username, "password": password}}),
    );
    let mut config = helper;
    if let [only] = endpoints {
        config.insert("endpoint".into(), json!(only));
        config.insert("tls".into(), tls);
        config.extend(auth.map(|auth| ("auth".to_owned(), auth)));
        return ("otlp", config.into(), extensions);
    }
    // The outer queue counts and retries, towards another endpoint if need be; the inner ones would be invisible.
    let mut otlp = Map::new();
    otlp.insert("tls".into(), tls);
    otlp.insert("timeout".into(), config.get("timeout").cloned().unwrap_or_default());
    otlp.insert("sending_queue".into(), json!({"enabled": false}));
    otlp.insert("retry_on_failure".into(), json!({"enabled": false}));
    otlp.extend(auth.map(|auth| ("auth".to_owned(), auth)));
    config.insert("protocol".into(), json!({"otlp": otlp}));
    config.insert("resolver".into(), json!({"static": {"hostnames": endpoints}}));
    ("loadbalancing", config.into(), extensions)
}

/// The receiver.
pub(super) fn receiver(mut grpc: Map<String, Value>, auth: Auth) -> Parts {
    let (auth, extensions) = authenticator(
        auth,
        |username, password| json!({"htpasswd": {"inline": format!("{username}:{password}")}}),
    );
    grpc.extend(auth.map(|auth| ("auth".to_owned(), auth)));
    ("otlp", json!({"protocols": {"grpc": grpc}}), extensions)
}

/// The reference to the authenticator, and the authenticator itself.
fn authenticator(
    auth: Auth,
    basic: impl Fn(String, String) -> Value,
) -> (Option<Value>, BTreeMap<String, Value>) {
    let (type_, config, owner) = match auth {
        Auth::None => return (None, BTreeMap::new()),
        Auth::Bearer { token, owner } => ("bearertokenauth", json!({"token": token}), owner),
        Auth::Basic { username, password, owner } => ("basicauth", basic(username, password), owner),
    };
    let reference = json!({"authenticator": format!("{type_}/{owner}")});
    (Some(reference), BTreeMap::from([(type_.to_owned(), config)]))
}
