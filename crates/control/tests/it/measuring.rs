//! What looks at a large fleet cost. Not run by itself: `cargo test --release -p linkmesh-control --test it measuring -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::Instant;

use linkmesh_control::records::CollectorRecord;
use linkmesh_control::roster::Live;
use linkmesh_control::topology::{Level, Question};
use linkmesh_control::views::Order;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::{Registration, Timestamp};
use linkmesh_throughput::{Batch, History, Number, Reading};

use crate::flowing::FILES;
use crate::world::World;

fn record(number: usize, now: Timestamp) -> CollectorRecord {
    let id: linkmesh_fleet::Id = format!("host-{number:06}").parse().unwrap();
    let mut record = CollectorRecord::new(format!("key-{number}"), id, Mode::Opamp, now);
    let labels = [("env", number % 3), ("zone", number % 40), ("rack", number % 900)];
    record.registration_due = Some(Registration {
        name: format!("Host {}", (number * 7919) % 1_000_003),
        mode: Mode::Opamp,
        uid: None,
        labels: labels.iter().map(|(key, value)| ((*key).to_owned(), format!("{key}-{value}"))).collect(),
        groups: Vec::new(),
        managed: true,
    });
    let claims = [
        ("host.name", format!("host-{number:06}.example.com")),
        ("service.version", format!("0.15{}.0", number % 9)),
    ];
    record.claims = claims.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    record.last_seen_at = Some(Timestamp(now.0 - i64::try_from(number % 5000).unwrap()));
    record
}

/// An hour of pushes, each half a minute after the other, of every component that counts.
fn an_hour(components: &[(String, String)], now_ms: u64) -> History {
    let mut history = History::new();
    for step in 0..120_u64 {
        let at_ms = now_ms - (120 - step) * 30_000;
        let mut batch = Batch::new();
        for (kind, component) in components {
            let families: &[&str] = match kind.as_str() {
                "receiver" => {
                    &["otelcol_receiver_accepted_log_records", "otelcol_receiver_refused_log_records"]
                }
                "processor" => &["otelcol_processor_incoming_items", "otelcol_processor_outgoing_items"],
                _ => &[
                    "otelcol_exporter_sent_log_records",
                    "otelcol_exporter_queue_size",
                    "otelcol_exporter_queue_capacity",
                ],
            };
            for family in families {
                let reading = Reading {
                    family,
                    value: Number::Int(i64::try_from(step * 3000).unwrap()),
                    start_time_unix_nano: 1,
                    time_unix_nano: at_ms * 1_000_000,
                };
                batch.add(&reading, |name| match name {
                    "otel.signal" | "data_type" => Some("logs"),
                    _ if name == kind => Some(component.as_str()),
                    _ => None,
                });
            }
        }
        history.record(&batch, at_ms);
    }
    history
}

#[expect(clippy::print_stdout, reason = "the numbers are what it is for")]
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("{what}: {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
    done
}

fn world_of(collectors: usize) -> World {
    let world = World::new();
    let now = world.clock.now();
    for number in 0..collectors {
        world.plane.roster.add(&Live::new(record(number, now)));
    }
    world
}

#[test]
#[ignore = "it measures, and takes minutes"]
fn a_page_of_a_hundred_thousand_in_any_order() {
    let world = world_of(100_000);
    for word in ["id", "name", "-last_seen_at", "version", "status", "sync", "rate"] {
        let order = Order::parse(word).unwrap();
        let page = timed(&format!("100,000 by {word}"), || {
            world.plane.collectors_in_order(order, (None, 100), |_| true).unwrap()
        });
        assert_eq!((page.total, page.views.len()), (100_000, 100));
        let cursor = page.next_cursor.unwrap();
        timed(&format!("100,000 by {word}, the second page"), || {
            world.plane.collectors_in_order(order, (Some(&cursor), 100), |_| true).unwrap()
        });
    }
    timed("facets of 100,000", || world.plane.facets("", None, |_| true));
    timed("overview of 100,000", || world.plane.overview());
}

#[test]
#[ignore = "it measures, and takes minutes"]
fn the_topology_of_two_thousand() {
    let world = world_of(2_000);
    // Whoever is not registered runs nothing.
    timed("registering all", || world.plane.reconcile_all());
    world.save(FILES).unwrap();
    let lives = world.plane.roster.all();
    let target = lives.first().unwrap().lock().assignment.target.clone().unwrap();
    let components: Vec<(String, String)> = target
        .map
        .iter()
        .filter(|mapped| ["receiver", "processor", "exporter"].contains(&mapped.kind.as_str()))
        .map(|mapped| (mapped.kind.clone(), mapped.component.clone()))
        .collect();
    let now_ms = u64::try_from(world.clock.now().0).unwrap();
    let history = an_hour(&components, now_ms);
    assert!(history.series_count() > 20, "{}", history.series_count());
    for live in &lives {
        let mut state = live.lock();
        state.released = Some(Arc::clone(&target));
        state.history = Some(Box::new(history.clone()));
    }
    let fleet = Question { level: Level::Fleet, signal: None, by: None };
    let drawn = timed("the first look at 2,000", || world.plane.topology(&fleet).unwrap());
    assert_eq!((drawn.total, drawn.reporting), (2_000, 2_000));
    let by = Question { by: Some("zone".to_owned()), ..fleet };
    timed("a further look, by zone", || world.plane.topology(&by).unwrap());
    timed("totals", || world.plane.fleet_totals());
    let order = Order::parse("-rate").unwrap();
    timed("2,000 by rate", || world.plane.collectors_in_order(order, (None, 100), |_| true).unwrap());
}
