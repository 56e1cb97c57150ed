//! Two components of one collector must not listen on one port. Start at [`conflicts`].

use std::net::IpAddr;

use linkmesh_fleet::{Place, Problem};

use crate::catalog::Listen;

/// Where an entity listens.
#[derive(Debug)]
pub(crate) struct Listener<'a> {
    pub(crate) place: &'a Place,
    pub(crate) listen: &'a Listen,
}

/// Every pair of listeners that cannot both be served.
pub(crate) fn conflicts(listeners: &[Listener<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, later) in listeners.iter().enumerate() {
        for earlier in listeners.iter().take(index).filter(|earlier| collide(earlier.listen, later.listen)) {
            let Listen { endpoint, field, .. } = later.listen;
            let problem = if earlier.place == later.place {
                Problem::new(later.place, field, format!("listens twice on {endpoint}"))
            } else {
                let message = format!("listens on {endpoint}, where `{}` listens already", earlier.place.id);
                Problem::new(later.place, field, message).with(earlier.place)
            };
            problems.push(problem);
        }
    }
    problems
}

fn collide(a: &Listen, b: &Listen) -> bool {
    let (Some(port), Some(other)) = (port_of(&a.endpoint), port_of(&b.endpoint)) else { return false };
    // Port 0 asks the system for a free one.
    port == other
        && port != 0
        && a.transport == b.transport
        && overlap(host_of(&a.endpoint), host_of(&b.endpoint))
}

/// Names are compared as names: what they resolve to is the host's business.
fn overlap(a: &str, b: &str) -> bool {
    let any =
        |host: &str| host.is_empty() || host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    let local =
        |host: &str| host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    any(a)
        || any(b)
        || a.eq_ignore_ascii_case(b)
        || (local(a) && local(b) && (a == "localhost" || b == "localhost"))
}

fn host_of(endpoint: &str) -> &str {
    let host = endpoint.rsplit_once(':').map_or("", |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

/// The port of `host:port`; `None` where it is not a number, such as a reference to the host's environment.
pub(crate) fn port_of(endpoint: &str) -> Option<u16> {
    endpoint.rsplit_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listen(text: &str) -> Listen {
        let (transport, endpoint) = text.split_once('/').unwrap();
        Listen { endpoint: endpoint.into(), transport: transport.into(), field: String::new() }
    }

    #[test]
    fn the_same_port_collides_only_where_addresses_overlap() {
        for (a, b, expected) in [
            ("tcp/0.0.0.0:4317", "tcp/127.0.0.1:4317", true),
            ("tcp/:4317", "tcp/10.0.0.1:4317", true),
            ("tcp/[::]:4317", "tcp/0.0.0.0:4317", true),
            ("tcp/localhost:4317", "tcp/127.0.0.1:4317", true),
            ("tcp/10.0.0.1:4317", "tcp/127.0.0.1:4317", false),
            ("tcp/0.0.0.0:4317", "udp/0.0.0.0:4317", false),
            ("tcp/0.0.0.0:4317", "tcp/0.0.0.0:4318", false),
            ("tcp/0.0.0.0:${env:PORT}", "tcp/0.0.0.0:4318", false),
            ("tcp/127.0.0.1:0", "tcp/127.0.0.1:0", false),
        ] {
            assert_eq!(collide(&listen(a), &listen(b)), expected, "{a} {b}");
        }
    }
}
