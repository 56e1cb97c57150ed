//! Who may know whom: dependencies between the rooms, and who owns which heavy library.
//! Start at [`check`] and its tables.

use serde_json::Value;

use crate::breach::Breach;

/// Every room, and the rooms that it may know. What is absent is forbidden.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("fleet", &[]),
    ("opamp", &[]),
    ("otlp", &[]),
    ("remotecfg", &[]),
    ("api", &[]),
    ("render", &["fleet"]),
    ("throughput", &["fleet"]),
    ("config-repo", &["fleet"]),
    ("store", &["fleet"]),
    ("control", &["fleet", "render", "throughput", "config-repo", "store"]),
    (
        "server",
        &[
            "api",
            "config-repo",
            "control",
            "fleet",
            "opamp",
            "otlp",
            "remotecfg",
            "render",
            "store",
            "throughput",
        ],
    ),
    ("cli", &["api"]),
    ("fuzz", &["fleet", "opamp", "otlp", "remotecfg", "throughput"]),
    (
        "testkit",
        &[
            "api",
            "config-repo",
            "control",
            "fleet",
            "opamp",
            "otlp",
            "remotecfg",
            "render",
            "server",
            "store",
            "throughput",
        ],
    ),
];

/// Rooms that take bytes, facts, time and chance as arguments.
pub(crate) const PURE: &[&str] = &["fleet", "render", "opamp", "otlp", "remotecfg", "throughput"];

/// Libraries that reach the operating system, a network or chance.
const NOT_IN_PURE: &[&str] = &[
    "tokio",
    "tokio-util",
    "tokio-tungstenite",
    "axum",
    "hyper",
    "hyper-util",
    "tower",
    "tower-http",
    "ureq",
    "rustls",
    "redb",
    "git2",
    "getrandom",
    "rand",
    "socket2",
    "tempfile",
    "tracing-subscriber",
    "clap",
];

/// Heavy libraries that only these rooms may use.
const OWNERS: &[(&str, &[&str])] = &[
    ("git2", &["config-repo"]),
    ("redb", &["store"]),
    ("axum", &["server", "testkit"]),
    ("hyper", &["server", "testkit"]),
    ("ureq", &["api", "testkit"]),
    ("clap", &["cli", "server", "testkit"]),
    ("comfy-table", &["cli"]),
    ("aes-gcm-siv", &["control"]),
    ("argon2", &["control"]),
    ("getrandom", &["control", "testkit"]),
];

/// A dependency of one package, other than for its tests.
pub(crate) struct Edge {
    from: String,
    to: String,
}

/// The dependencies in `cargo metadata`; those for tests only are left out.
pub(crate) fn edges(metadata: &Value) -> Vec<Edge> {
    let mut edges = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let from = package["name"].as_str().unwrap_or_default();
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        for dependency in dependencies.filter(|dependency| dependency["kind"].as_str() != Some("dev")) {
            let to = dependency["name"].as_str().unwrap_or_default();
            edges.push(Edge { from: from.to_owned(), to: to.to_owned() });
        }
        // A package without dependencies still has to be in the table.
        edges.push(Edge { from: from.to_owned(), to: String::new() });
    }
    edges
}

/// Every edge that the tables forbid.
pub(crate) fn check(edges: &[Edge]) -> Vec<Breach> {
    edges.iter().filter_map(|edge| verdict(edge).map(|advice| Breach::new(&edge.from, advice))).collect()
}

fn verdict(edge: &Edge) -> Option<String> {
    if edge.from == "xtask" {
        return edge.to.starts_with("linkmesh-").then(|| "chores know no room".to_owned());
    }
    let Some(room) = edge.from.strip_prefix("linkmesh-") else {
        return Some("a package is named linkmesh-<its folder>".to_owned());
    };
    let Some((_, known)) = MAY_KNOW.iter().find(|(name, _)| *name == room) else {
        return Some("say in xtask/src/arrows.rs whom this room may know".to_owned());
    };
    if edge.to.is_empty() {
        return None;
    }
    if let Some(other) = edge.to.strip_prefix("linkmesh-") {
        return (!known.contains(&other))
            .then(|| format!("may not know `{other}`; move what is shared down, or pass it as an argument"));
    }
    if PURE.contains(&room) && NOT_IN_PURE.contains(&edge.to.as_str()) {
        return Some(format!(
            "is a pure room and may not use `{}`; act in `control` or `server` instead",
            edge.to
        ));
    }
    let (_, owners) = OWNERS.iter().find(|(library, _)| *library == edge.to)?;
    (!owners.contains(&room)).then(|| format!("may not use `{}`; only {} may", edge.to, owners.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict_of(from: &str, to: &str) -> Option<String> {
        verdict(&Edge { from: from.to_owned(), to: to.to_owned() })
    }

    #[test]
    fn arrows_point_inward() {
        assert_eq!(verdict_of("linkmesh-control", "linkmesh-fleet"), None);
        assert!(verdict_of("linkmesh-fleet", "linkmesh-control").is_some());
        assert!(verdict_of("linkmesh-opamp", "linkmesh-fleet").is_some());
        assert!(verdict_of("linkmesh-cli", "linkmesh-control").is_some());
    }

    #[test]
    fn a_pure_room_uses_nothing_that_acts() {
        assert!(verdict_of("linkmesh-render", "tokio").is_some());
        assert_eq!(verdict_of("linkmesh-render", "serde"), None);
        assert_eq!(verdict_of("linkmesh-server", "tokio"), None);
    }

    #[test]
    fn a_heavy_library_has_its_owners() {
        assert!(verdict_of("linkmesh-control", "git2").is_some());
        assert_eq!(verdict_of("linkmesh-config-repo", "git2"), None);
    }

    #[test]
    fn a_room_that_the_table_does_not_name_is_reported() {
        assert!(verdict_of("linkmesh-new-room", "").is_some());
        assert!(verdict_of("other", "").is_some());
        assert_eq!(verdict_of("linkmesh-fleet", ""), None);
    }

    #[test]
    fn dependencies_for_tests_are_left_out() {
        let metadata = serde_json::json!({"packages": [{"name": "linkmesh-fleet", "dependencies": [
            {"name": "linkmesh-testkit", "kind": "dev"},
            {"name": "redb", "kind": null},
        ]}]});
        let breaches = check(&edges(&metadata));
        assert_eq!(breaches.len(), 1, "{breaches:?}");
        assert!(breaches[0].to_string().contains("redb"));
    }
}
