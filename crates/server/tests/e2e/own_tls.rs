//! A real host on a server with a certificate of a private authority: everything that it speaks goes over TLS.

use std::time::{Duration, Instant};

use linkmesh_api::types::ThroughputQuery;
use linkmesh_testkit::authority::Authority;
use linkmesh_testkit::folder::Folder;
use linkmesh_testkit::process::signal;
use linkmesh_testkit::server::Extra;
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::wait::{until, until_seen};

use crate::world::{APPLY_MAX, Ports, SOON, World, borrowed, flow, trusting};

const NAMES: [&str; 2] = ["127.0.0.1", "localhost"];

#[test]
fn a_real_host_runs_over_tls_and_a_new_certificate_does_not_disturb_it() {
    let folder = Folder::new("own-tls");
    let authority = Authority::new("site");
    let lay_down = |pair: (String, String)| {
        (folder.write("tls/cert.pem", &pair.0), folder.write("tls/key.pem", &pair.1))
    };
    let (cert, key) = lay_down(authority.issue(&NAMES));
    let ca = folder.write("ca.pem", authority.pem());
    let args = [
        "--tls-cert-file".to_owned(),
        cert.display().to_string(),
        "--tls-key-file".to_owned(),
        key.display().to_string(),
    ];
    let extra = Extra { args: args.to_vec(), ca_pem: Some(authority.pem().to_owned()) };
    let mut world = World::with(folder.clone(), extra);
    assert!(world.server.url().starts_with("https://"), "{}", world.server.url());

    let file = world.bootstrap(&world.token().token);
    assert!(file.contains(&format!("wss://{}/v1/opamp", world.server.address())), "{file}");
    let (host, id) = world.join_with("host", &trusting(&file, &ca));
    let (sink, ports) = (Sink::start(), Ports::free());
    world.save(&borrowed(&flow(ports, &sink.endpoint())));
    world.event(&id, "config_applied", 1);
    let process = until_seen(
        "its own metrics arrive",
        APPLY_MAX,
        || world.api().throughput(&id, &ThroughputQuery::default()).unwrap().process,
        |process| process.uptime_s > Some(0.0),
    );
    assert!(process.memory_bytes.is_some());

    let pid = host.collector_pid();
    lay_down(authority.issue(&NAMES));
    signal("HUP", &world.server.pid().to_string());
    until("the new certificate is in force", SOON, || {
        world.server.said().contains("is in force").then_some(())
    });
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(3) {
        assert_eq!(world.count(&id, "connected"), 1, "an open line stays");
        std::thread::sleep(Duration::from_millis(200));
    }
    world.server.kill_9();
    world.server.restart();
    world.event(&id, "connected", 2);
    world.settled(&id);
    assert_eq!(world.count(&id, "config_offered"), 1, "nothing is offered again");
    assert_eq!(host.collector_pid(), pid);
}
