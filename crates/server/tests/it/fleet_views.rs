//! The list in any order, what collectors have in common, the fleet at one look, and the two ends of links.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::running::Server;

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// Twelve collectors; their names are in the opposite order of their ids' numbers within each half.
fn twelve() -> Server {
    let server = Server::new();
    for number in 0..12 {
        let env = if number % 3 == 0 { "prod" } else { "dev" };
        let mode = if number % 2 == 0 { "opamp" } else { "alloy-remotecfg" };
        let name = format!("Host {:02}", (7 * number) % 12);
        let body = json!({"name": name, "mode": mode, "labels": {"env": env, "zone": format!("z{number}")}});
        assert_eq!(server.post("collectors", &body).status, 201);
    }
    server
}

#[test]
fn every_order_sees_every_collector_once_and_can_be_turned_round() {
    let server = twelve();
    let walk = |sort: &str| {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = server.get(&format!("collectors?limit=5&sort={sort}{cursor}")).json();
            assert_eq!(page["total"], 12, "{sort}");
            seen.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return seen,
            }
            assert!(seen.len() <= 12, "{sort}");
        }
    };
    for word in ["id", "name", "status", "sync", "health", "version", "last_seen_at", "rate"] {
        for sort in [word.to_owned(), format!("-{word}")] {
            let seen: BTreeSet<String> = walk(&sort).iter().map(|item| item["id"].to_string()).collect();
            assert_eq!(seen.len(), 12, "{sort}");
        }
    }
    let names = |sort: &str| -> Vec<String> {
        walk(sort).iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    let mut sorted: Vec<String> = (0..12).map(|number| format!("Host {number:02}")).collect();
    assert_eq!(names("name"), sorted);
    sorted.reverse();
    assert_eq!(names("-name"), sorted);
}

#[test]
fn a_cursor_holds_for_its_own_order_only() {
    let server = twelve();
    let page = server.get("collectors?limit=2&sort=name").json();
    let cursor = page["next_cursor"].as_str().unwrap();
    for wrong in [
        format!("collectors?sort=-name&cursor={cursor}"),
        "collectors?sort=name&cursor=host-01".to_owned(),
        "collectors?cursor=!".to_owned(),
    ] {
        let problem = server.get(&wrong).problem(422);
        assert_eq!(problem["errors"][0]["path"], "cursor", "{wrong}");
    }
    let problem = server.get("collectors?sort=age").problem(422);
    assert_eq!(problem["errors"][0]["path"], "sort");
    assert!(problem["errors"][0]["message"].as_str().unwrap().contains("last_seen_at"), "{problem}");
}

#[test]
fn the_total_counts_what_the_filters_leave_and_rates_are_unknown_not_zero() {
    let server = twelve();
    let page = server.get("collectors?limit=1&label=env%3Dprod&q=host").json();
    assert_eq!((&page["total"], ids(&page).len()), (&json!(4), 1));
    assert_eq!(server.get("collectors?runtime=alloy").json()["total"], 6);
    assert_eq!(server.get("collectors?version=0.158.0").json()["total"], 0);
    assert_eq!(server.get("collectors?outdated=false").json()["total"], 12);
    let item = &page["items"][0];
    for key in ["in_per_s", "out_per_s", "cpu_percent", "memory_bytes"] {
        assert_eq!(item.get(key), Some(&Value::Null), "{key}: {item}");
    }
    assert_eq!((&item["outdated"], &item["archived"]), (&json!(false), &json!(false)));
}

#[test]
fn facets_count_what_the_query_means() {
    let server = twelve();
    let all = server.get("collectors/facets").json();
    assert_eq!((&all["total"], &all["mode"]), (&json!(12), &json!({"opamp": 6, "alloy-remotecfg": 6})));
    assert_eq!(all["status"], json!({"awaiting_connection": 12}));
    assert_eq!(all["runtime"], json!({"otelcol": 6, "alloy": 6}));
    let label = |facets: &Value, key: &str| {
        facets["labels"].as_array().unwrap().iter().find(|label| label["key"] == key).cloned()
    };
    let env = label(&all, "env").unwrap();
    assert_eq!(env["values"], json!([{"value": "dev", "count": 8}, {"value": "prod", "count": 4}]));
    assert_eq!(label(&all, "zone").unwrap()["values"].as_array().unwrap().len(), 12);
    let prod = server.get("collectors/facets?q=label.env%3Dprod&key=env").json();
    assert_eq!(prod["total"], 4);
    assert_eq!(label(&prod, "env").unwrap()["values"], json!([{"value": "prod", "count": 4}]));
    assert_eq!(label(&prod, "zone"), None, "only the label that was asked for");
    server.get("collectors/facets?q=%28").problem(422);
}

#[test]
fn the_overview_says_what_is_known_and_null_for_the_rest() {
    let server = twelve();
    let overview = server.get("overview").json();
    assert_eq!(overview["collectors"]["total"], 12);
    assert_eq!(overview["collectors"]["status"], json!({"awaiting_connection": 12}));
    assert_eq!(overview["totals"]["in_per_s"], Value::Null);
    assert_eq!(
        (&overview["totals"]["reporting"], &overview["totals"]["not_reporting"]),
        (&json!(0), &json!(12))
    );
    assert_eq!((&overview["drifted"], &overview["failures"]), (&json!(0), &json!([])));
    assert_eq!(overview["delivery"]["frozen"], false);
    assert_eq!(overview["repository"]["valid"], true);
    assert_eq!(overview["repository"]["revision"].as_str().map(str::len), Some(40));
}

const LINKED: &[(&str, &str)] = &[
    ("groups/gateways/group.yaml", "{selector: 'role = gateway'}"),
    ("links/up.yaml", "{from: 'role = edge', to: gateways, endpoints: ['127.0.0.1:5317'], signals: [logs]}"),
    ("groups/edges/group.yaml", "{name: Edges, selector: 'role = edge'}"),
    ("groups/edges/sources/app.yaml", "{type: otlp, settings: {grpc: '127.0.0.1:4317'}}"),
    ("groups/edges/routes/up.yaml", "{sources: [app], destinations: [up]}"),
    ("groups/gateways/routes/on.yaml", "{sources: [up], destinations: [out]}"),
    ("groups/gateways/destinations/out.yaml", "{type: otlp-http, endpoint: 'https://out.example.com'}"),
];

#[test]
fn a_link_is_drawn_from_pool_to_pool_and_between_its_ends() {
    let server = Server::new();
    let put: serde_json::Map<String, Value> = LINKED
        .iter()
        .map(|(path, text)| ((*path).to_owned(), linkmesh_fleet::yaml::value(text).unwrap()))
        .collect();
    let saved = server.post("changes", &json!({"put": put}));
    assert!(saved.status == 200 || saved.status == 201, "{saved:?}");
    for (name, role) in [("edge-1", "edge"), ("edge-2", "edge"), ("gw-1", "gateway")] {
        let body = json!({"name": name, "mode": "opamp", "labels": {"role": role}});
        assert_eq!(server.post("collectors", &body).status, 201);
    }
    let drawn = server.get("topology").json();
    let node = |id: &str| drawn["nodes"].as_array().unwrap().iter().find(|node| node["id"] == id).cloned();
    let edges: Vec<&str> =
        drawn["edges"].as_array().unwrap().iter().map(|edge| edge["id"].as_str().unwrap()).collect();
    for id in [
        "link:pool:group/edges>pool:group/gateways",
        "link:links/up.yaml#destination>links/up.yaml#source",
        "route:links/up.yaml#source>groups/gateways/routes/on.yaml",
        "send:groups/edges/routes/up.yaml>links/up.yaml#destination",
        "runs:pool:group/edges>groups/edges/sources/app.yaml",
    ] {
        assert!(edges.contains(&id), "{id}: {edges:?}");
    }
    let sending = node("links/up.yaml#destination").unwrap();
    assert_eq!(
        (&sending["kind"], &sending["type"], &sending["collectors"]),
        (&json!("destination"), &json!("link"), &json!(2))
    );
    assert_eq!(sending["path"], "links/up.yaml");
    assert_eq!(node("pool:group/edges").unwrap()["name"], "Edges");
    let route = node("groups/gateways/routes/on.yaml").unwrap();
    assert_eq!(route["badges"], json!({"links/up.yaml#source": "in"}));
    let one = server.get("topology?level=collector&id=gw-1").json();
    let edges: Vec<&Value> = one["edges"].as_array().unwrap().iter().collect();
    assert!(edges.iter().any(|edge| edge["id"] == "link:pool:from/up>collector:gw-1"), "{edges:?}");
    let traffic = server.get("links/up/traffic").json();
    assert_eq!((&traffic["from"]["collectors"], &traffic["to"]["collectors"]), (&json!(2), &json!(1)));
    assert_eq!((&traffic["from"]["sent_per_s"], &traffic["lost_per_s"]), (&Value::Null, &Value::Null));
    assert!(traffic["note"].as_str().unwrap().contains("report no numbers"), "{traffic}");
    server.get("links/none/traffic").problem(404);
}

#[test]
fn what_makes_no_sense_to_draw_is_refused() {
    let server = Server::new();
    for (query, field) in [("level=group", "id"), ("id=web", "id"), ("level=collector", "id"), ("by=", "by")]
    {
        let problem = server.get(&format!("topology?{query}")).problem(422);
        assert_eq!(problem["errors"][0]["path"], field, "{query}");
    }
    server.get("topology?level=group&id=none").problem(404);
    server.get("topology?level=collector&id=none").problem(404);
    server.get("topology?level=pool").problem(422);
    let empty = server.get("topology").json();
    assert_eq!((&empty["nodes"], &empty["interval_s"]), (&json!([]), &json!(15)));
}
