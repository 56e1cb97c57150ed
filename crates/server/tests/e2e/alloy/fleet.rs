//! Alloys made of memory against the real server: every generation over real HTTP, and many at once.

use std::time::Duration;

use linkmesh_api::types::{CreateCollector, MintToken, Mode, Status, Sync};
use linkmesh_remotecfg::agent::{AgentSettings, Generation, Life};
use linkmesh_testkit::fake_alloy::{FakeAlloy, FleetSettings, run};
use linkmesh_testkit::wait::until_seen;

use crate::world::{Ports, SOON, World, borrowed, flow};

const FLEET: usize = 150;
/// A server that is built for tests, on a machine that does other things too.
const ANSWER_MAX: Duration = Duration::from_secs(5);

impl World {
    fn token_of(&self, name: &str) -> String {
        let (labels, groups) = (std::collections::BTreeMap::default(), Vec::new());
        let made = CreateCollector { name: name.to_owned(), mode: Mode::AlloyRemotecfg, labels, groups };
        let id = self.api().create_collector(&made).unwrap().id;
        self.api().mint_token(&id, &MintToken { now: false }).unwrap().token
    }
}

#[test]
fn every_generation_that_can_be_served_runs_what_it_should() {
    let world = World::new("alloy-generations");
    world.save(&borrowed(&flow(Ports::free(), "http://127.0.0.1:1")));
    for generation in Generation::ALL {
        let name = format!("alloy-{}", generation.version().replace('.', "-"));
        let token = world.token_of(&name);
        let mut settings = AgentSettings::of(&name, generation);
        settings.poll_frequency_ms = 300;
        let mut host = FakeAlloy::new(world.server.url(), &token, settings);
        host.start();
        let polls = |host: &FakeAlloy| host.requests() >= 6 && *host.agent.life() == Life::Polling;
        assert!(host.talk(SOON, polls), "{name}: {:?}", host.agent.life());
        let runs = host.agent.running().is_some_and(|text| text.contains("otelcol.receiver.otlp"));
        assert_eq!(
            runs,
            generation >= Generation::V1_8,
            "{name}: older ones are held: {:?}",
            host.agent.running()
        );
        let wanted = if runs { Sync::InSync } else { Sync::Held };
        let look = || world.collector(&name);
        let seen =
            until_seen("its page says so", SOON, look, |c| c.sync == wanted && c.status == Status::Connected);
        assert_eq!(seen.version.as_deref(), Some(generation.version()));
        assert_eq!((host.refusals(), world.count(&name, "config_failed")), (0, 0), "{name}");
    }
}

#[test]
fn s39_a_fleet_that_starts_at_once_is_answered_and_so_is_everybody_else() {
    let world = World::new("alloy-fleet");
    world.save(&borrowed(&flow(Ports::free(), "http://127.0.0.1:1")));
    let collectors: Vec<_> = (0..FLEET)
        .map(|number| {
            let name = format!("alloy-{number:03}");
            let token = world.token_of(&name);
            (name, token)
        })
        .collect();
    let (url, span, poll) = (world.server.url().to_owned(), Duration::from_secs(8), Duration::from_secs(1));
    let settings = FleetSettings { url, collectors, poll, at_once: 16, span };
    let tally = std::thread::scope(|scope| {
        let fleet = scope.spawn(|| run(&settings));
        // A person looks at it meanwhile.
        while !fleet.is_finished() {
            let start = std::time::Instant::now();
            let _ids = world.ids();
            assert!(start.elapsed() < ANSWER_MAX, "a page took {:?}", start.elapsed());
            std::thread::sleep(Duration::from_millis(200));
        }
        fleet.join().unwrap()
    });
    assert_eq!((tally.polling, tally.lost, tally.refusals), (FLEET, 0, 0), "{tally:?}");
    assert!(tally.requests > FLEET * 6, "{tally:?}");
    assert!(tally.slowest < ANSWER_MAX, "{tally:?}");
    let applied = || world.events_of("config_applied").len();
    until_seen("all of them applied it", SOON, applied, |count| *count >= FLEET);
    assert!(world.events_of("config_failed").is_empty());
}
