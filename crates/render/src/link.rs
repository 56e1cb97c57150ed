//! Both ends of a link: an exporter on the sending side, a receiver on the receiving side, from one entity.
//! Knows no other entity. Start at [`sender`] and [`receiver`].

use std::collections::BTreeMap;

use linkmesh_fleet::destination::Destination;
use linkmesh_fleet::{Link, Place, Problem, Runtime};
use serde_json::{Map, Value, json};

use crate::catalog::{Component, Listen};
use crate::escape::{Secrets, escaped};
use crate::ports::port_of;
use crate::resolve::{Setting, helper, tls_client};
use crate::target::Stability;

mod alloy;
mod otelcol;

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
    let tls =
        link.tls.as_ref().map_or_else(|| json!({"insecure": true}), |tls| tls_client(setting.runtime, tls));
    let helper = helper(setting.runtime, &plain_destination());
    let auth = Auth::of(place, link);
    let parts = match setting.runtime {
        Runtime::Otelcol => otelcol::sender(&link.endpoints, tls, helper, auth),
        Runtime::Alloy => alloy::sender(&link.endpoints, tls, helper, auth),
    };
    finish(setting, place, link, parts, Vec::new())
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
    let mut grpc = Map::from_iter([("endpoint".to_owned(), json!(endpoint))]);
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
    let listens = vec![Listen { endpoint, transport: "tcp".to_owned(), field: "endpoints".to_owned() }];
    let auth = Auth::of(place, link);
    let parts = match setting.runtime {
        Runtime::Otelcol => otelcol::receiver(grpc, auth),
        Runtime::Alloy => alloy::receiver(grpc, auth),
    };
    finish(setting, place, link, parts, listens)
}

/// Unique behind `<extension type>/`.
pub(crate) fn owner(place: &Place) -> String {
    format!("{}.link", place.id)
}

/// How the two ends know each other; the texts are stand-ins for secrets.
enum Auth {
    None,
    Bearer { token: String, owner: String },
    Basic { username: String, password: String, owner: String },
}

impl Auth {
    fn of(place: &Place, link: &Link) -> Self {
        let stand_in = |name: &str| format!("{{{{credentials.{name}}}}}");
        let owner = owner(place);
        if link.auth.contains_key("token") {
            Self::Bearer { token: stand_in("token"), owner }
        } else if link.auth.contains_key("password") {
            Self::Basic { username: stand_in("username"), password: stand_in("password"), owner }
        } else {
            Self::None
        }
    }
}

/// A component's type and configuration, and the components beside it.
type Parts = (&'static str, Value, BTreeMap<String, Value>);

fn finish(
    setting: &Setting<'_>,
    place: &Place,
    link: &Link,
    (type_, config, extensions): Parts,
    listens: Vec<Listen>,
) -> Result<Component, Vec<Problem>> {
    let mut problems = check(place, link);
    let secrets = Secrets::open(place, "auth", &link.auth, setting.open, &mut problems);
    let component = Component {
        type_: type_.to_owned(),
        config,
        extensions,
        behind: Vec::new(),
        counts: None,
        signals: link.signals.clone(),
        listens,
        needs: Stability::default(),
    };
    let component = component
        .map_values(|value| escaped(setting.runtime, value, &secrets))
        .map_err(|why| vec![Problem::new(place, "", why)])?;
    if problems.is_empty() { Ok(component) } else { Err(problems) }
}

/// A link has the same defaults as a destination that says nothing.
fn plain_destination() -> Destination {
    Destination {
        type_: "otlp-grpc".to_owned(),
        name: None,
        endpoint: None,
        settings: Map::new(),
        credentials: BTreeMap::new(),
        tls: None,
        retry: None,
        queue: None,
        timeout_s: None,
        filter: BTreeMap::new(),
        runtimes: Vec::new(),
    }
}
