//! Both ends of a link: an exporter on the sending side, a receiver on the receiving side, from one entity.
//! Knows no other entity. Start at [`sender`] and [`receiver`].

use std::collections::BTreeMap;

use linkmesh_fleet::destination::Destination;
use linkmesh_fleet::{Link, Place, Problem};
use serde_json::{Value, json};

use crate::catalog::{Component, Listen};
use crate::escape::{Secrets, escaped};
use crate::ports::port_of;
use crate::resolve::{Setting, helper, tls_client};

/// What is wrong with a link by itself.
pub(crate) fn check(place: &Place, link: &Link) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, endpoint) in link.endpoints.iter().enumerate() {
        let host = endpoint.rsplit_once(':').map(|(host, _)| host).unwrap_or_default();
        if host.is_empty() || host.contains('/') || port_of(endpoint).is_none() {
            let shown: String = endpoint.chars().take(80).collect();
            let message = format!("`{shown}` is not host:port");
            problems.push(Problem::new(place, format!("endpoints[{index}]"), message));
        }
    }
    let names: Vec<&str> = link.auth.keys().map(String::as_str).collect();
    match names.as_slice() {
        [] | ["token"] | ["password", "username"] => {}
        _ => problems.push(Problem::new(place, "auth", "takes `token`, or `username` and `password`")),
    }
    if !names.is_empty() && link.tls.is_none() {
        problems.push(Problem::new(place, "auth", "credentials are only sent over TLS; say `tls` too"));
    }
    if link.tls.as_ref().is_some_and(|tls| tls.cert_file.is_some() != tls.key_file.is_some()) {
        problems.push(Problem::new(place, "tls", "`cert_file` and `key_file` go together"));
    }
    problems
}

/// The exporter. Several endpoints are balanced over; records of one trace or service stay together.
///
/// # Errors
/// Everything wrong with the link, and credentials that cannot be opened.
pub(crate) fn sender(setting: &Setting<'_>, place: &Place, link: &Link) -> Result<Component, Vec<Problem>> {
    let tls = link.tls.as_ref().map_or_else(|| json!({"insecure": true}), tls_client);
    let (auth, extensions) = auth(place, link, Side::Sends);
    let mut config = helper(&plain_destination());
    let component = match link.endpoints.as_slice() {
        [only] => {
            config.insert("endpoint".into(), json!(only));
            config.insert("tls".into(), tls);
            if let Some(auth) = auth {
                config.insert("auth".into(), auth);
            }
            "otlp"
        }
        several => {
            // The outer queue counts and retries, towards another endpoint if need be; the inner ones would be invisible.
            let mut otlp = json!({
                "tls": tls,
                "timeout": config.get("timeout"),
                "sending_queue": {"enabled": false},
                "retry_on_failure": {"enabled": false},
            });
            if let (Value::Object(otlp), Some(auth)) = (&mut otlp, auth) {
                otlp.insert("auth".into(), auth);
            }
            config.insert("protocol".into(), json!({"otlp": otlp}));
            config.insert("resolver".into(), json!({"static": {"hostnames": several}}));
            "loadbalancing"
        }
    };
    finish(setting, place, link, (component, config.into()), extensions, Vec::new())
}

/// The receiver, on the port that the endpoints name.
///
/// # Errors
/// As for the sender; endpoints with different ports; TLS without a certificate to show.
pub(crate) fn receiver(setting: &Setting<'_>, place: &Place, link: &Link) -> Result<Component, Vec<Problem>> {
    let mut ports: Vec<u16> = link.endpoints.iter().filter_map(|endpoint| port_of(endpoint)).collect();
    ports.sort_unstable();
    ports.dedup();
    let [port] = ports.as_slice() else {
        let message = "the receiving side listens on one port; give all endpoints the same";
        return Err(vec![Problem::new(place, "endpoints", message)]);
    };
    let endpoint = format!("0.0.0.0:{port}");
    let mut grpc = json!({"endpoint": endpoint});
    let (auth, extensions) = auth(place, link, Side::Receives);
    if let Value::Object(grpc) = &mut grpc {
        if let Some(tls) = &link.tls {
            let (Some(cert), Some(key)) = (&tls.cert_file, &tls.key_file) else {
                let message = "the receiving side needs `cert_file` and `key_file` to offer TLS";
                return Err(vec![Problem::new(place, "tls", message)]);
            };
            let mut block = json!({"cert_file": cert, "key_file": key});
            if let (Value::Object(block), Some(ca)) = (&mut block, &tls.ca_file) {
                block.insert("client_ca_file".into(), json!(ca));
            }
            grpc.insert("tls".into(), block);
        }
        if let Some(auth) = auth {
            grpc.insert("auth".into(), auth);
        }
    }
    let listens = vec![Listen { endpoint, transport: "tcp".to_owned(), field: "endpoints".to_owned() }];
    finish(setting, place, link, ("otlp", json!({"protocols": {"grpc": grpc}})), extensions, listens)
}

/// Unique behind `<extension type>/`.
pub(crate) fn owner(place: &Place) -> String {
    format!("{}.link", place.id)
}

#[derive(Clone, Copy)]
enum Side {
    Sends,
    Receives,
}

/// The reference to the authenticator, and the authenticator itself.
fn auth(place: &Place, link: &Link, side: Side) -> (Option<Value>, BTreeMap<String, Value>) {
    let stand_in = |name: &str| format!("{{{{credentials.{name}}}}}");
    let (type_, config) = if link.auth.contains_key("token") {
        ("bearertokenauth", json!({"token": stand_in("token")}))
    } else if link.auth.contains_key("password") {
        let (username, password) = (stand_in("username"), stand_in("password"));
        let config = match side {
            Side::Sends => json!({"client_auth": {"username": username, "password": password}}),
            Side::Receives => json!({"htpasswd": {"inline": format!("{username}:{password}")}}),
        };
        ("basicauth", config)
    } else {
        return (None, BTreeMap::new());
    };
    let reference = json!({"authenticator": format!("{type_}/{}", owner(place))});
    (Some(reference), BTreeMap::from([(type_.to_owned(), config)]))
}

fn finish(
    setting: &Setting<'_>,
    place: &Place,
    link: &Link,
    (type_, config): (&str, Value),
    extensions: BTreeMap<String, Value>,
    listens: Vec<Listen>,
) -> Result<Component, Vec<Problem>> {
    let mut problems = check(place, link);
    let secrets = Secrets::open(place, "auth", &link.auth, setting.open, &mut problems);
    let mut finished = BTreeMap::new();
    let fault = |why| vec![Problem::new(place, "", why)];
    let config = escaped(config, &secrets).map_err(fault)?;
    for (type_, config) in extensions {
        finished.insert(type_, escaped(config, &secrets).map_err(fault)?);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let signals = link.signals.clone();
    Ok(Component { type_: type_.to_owned(), config, extensions: finished, signals, listens })
}

/// A link has the same defaults as a destination that says nothing.
fn plain_destination() -> Destination {
    Destination {
        type_: "otlp-grpc".to_owned(),
        name: None,
        endpoint: None,
        settings: serde_json::Map::new(),
        credentials: BTreeMap::new(),
        tls: None,
        retry: None,
        queue: None,
        timeout_s: None,
        filter: BTreeMap::new(),
        runtimes: Vec::new(),
    }
}
