//! A server with its operator, and hosts that join it. Knows nothing of what a test wants to see.
//! Start at [`World::new`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use linkmesh_api::client::Client;
use linkmesh_api::types::{
    Change, Collector, CollectorQuery, Committed, CreateEnrollmentToken, CreatedEnrollmentToken, Event,
    EventQuery, Health, Status, Sync,
};
use linkmesh_testkit::folder::Folder;
use linkmesh_testkit::peers;
use linkmesh_testkit::server::{Extra, Server};
use linkmesh_testkit::supervisor::Supervisor;
use linkmesh_testkit::wait::{until, until_seen};

/// The server under test.
pub(crate) const SERVER: &str = env!("CARGO_BIN_EXE_linkmesh-server");
/// A host needs a start of its collector to find out what that can do, and another one to run it.
pub(crate) const JOIN_MAX: Duration = Duration::from_secs(60);
/// From a save to the report that it is applied: the supervisor waits three seconds of it.
pub(crate) const APPLY_MAX: Duration = Duration::from_secs(60);
/// Anything that takes no longer than a moment.
pub(crate) const SOON: Duration = Duration::from_secs(15);

/// A server that is set up, and a folder for everything around it.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) folder: Folder,
}

impl World {
    pub(crate) fn new(name: &str) -> Self {
        Self::with(Folder::new(name), Extra::default())
    }

    /// With a server that is started in a way of its own.
    pub(crate) fn with(folder: Folder, extra: Extra) -> Self {
        Self { server: Server::start_with(SERVER, &folder, extra), folder }
    }

    pub(crate) fn api(&self) -> Client {
        self.server.api()
    }

    /// A token for one host.
    pub(crate) fn token(&self) -> CreatedEnrollmentToken {
        self.token_with(CreateEnrollmentToken::default())
    }

    pub(crate) fn token_with(&self, wanted: CreateEnrollmentToken) -> CreatedEnrollmentToken {
        self.api().create_enrollment_token(&wanted).unwrap()
    }

    /// The file that the server hands out to whoever presents this token.
    pub(crate) fn bootstrap(&self, token: &str) -> String {
        let bearer = format!("Bearer {token}");
        let path = "/api/v1/downloads/opamp-bootstrap-config.yaml";
        let answer = self.server.request("GET", path, &[("authorization", &bearer)], Vec::new());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text()
    }

    /// A host with a new token, started and well.
    pub(crate) fn join(&self, name: &str) -> (Supervisor, String) {
        self.join_with(name, &self.bootstrap(&self.token().token))
    }

    /// A host with this file, started and well.
    pub(crate) fn join_with(&self, name: &str, file: &str) -> (Supervisor, String) {
        let before = self.ids();
        let mut host = Supervisor::prepare(&self.folder, name, file);
        host.start();
        let id = until("a new collector is listed", JOIN_MAX, || {
            self.ids().into_iter().find(|id| !before.contains(id))
        });
        self.settled(&id);
        (host, id)
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let page = self.api().collectors(&CollectorQuery::default()).unwrap();
        page.items.into_iter().map(|collector| collector.id).collect()
    }

    pub(crate) fn collector(&self, id: &str) -> Collector {
        self.api().collector(id).unwrap()
    }

    /// Waits until it is connected, in sync and healthy.
    pub(crate) fn settled(&self, id: &str) -> Collector {
        let look = || {
            let collector = self.collector(id);
            let drift = (collector.sync == Sync::Drifted).then(|| self.api().drift(id).unwrap());
            (collector, drift)
        };
        let seen = until_seen(
            "the collector is connected, in sync and healthy",
            APPLY_MAX,
            look,
            |(collector, _)| {
                collector.status == Status::Connected
                    && collector.sync == Sync::InSync
                    && collector.health == Health::Healthy
            },
        );
        seen.0
    }

    /// Events of a collector, oldest first.
    pub(crate) fn events(&self, id: &str) -> Vec<Event> {
        let query = EventQuery { limit: Some(500), ..EventQuery::default() };
        let mut events = self.api().collector_events(id, &query).unwrap().items;
        events.reverse();
        events
    }

    /// All events of one kind, oldest first.
    pub(crate) fn events_of(&self, kind: &str) -> Vec<Event> {
        let query = EventQuery { limit: Some(500), kind: Some(kind.to_owned()), ..EventQuery::default() };
        let mut events = self.api().events(&query).unwrap().items;
        events.reverse();
        events
    }

    pub(crate) fn kinds(&self, id: &str) -> Vec<String> {
        self.events(id).into_iter().map(|event| event.kind).collect()
    }

    pub(crate) fn count(&self, id: &str, kind: &str) -> usize {
        self.kinds(id).into_iter().filter(|known| known == kind).count()
    }

    /// Waits until there are `count` events of this kind, and gives the last one.
    pub(crate) fn event(&self, id: &str, kind: &str, count: usize) -> Event {
        let what = format!("`{id}` has {count} events `{kind}`");
        let events = until_seen(
            &what,
            APPLY_MAX,
            || self.events(id),
            |events| events.iter().filter(|event| event.kind == kind).count() >= count,
        );
        events.into_iter().rfind(|event| event.kind == kind).unwrap()
    }

    /// Saves these entities, given as YAML.
    pub(crate) fn save(&self, entities: &[(&str, &str)]) -> Committed {
        self.api().change(&change(entities)).unwrap()
    }

    /// A copy of `examples/quickstart` on ports and files of this test.
    pub(crate) fn quickstart(&self, ports: Ports, alerts: &str, archive: &str) -> PathBuf {
        let from = peers::repository().join("examples/quickstart");
        let to = self.folder.join("quickstart");
        let logs = self.folder.join("app-logs");
        let replace = |text: &str| {
            text.replace("127.0.0.1:4317", &format!("127.0.0.1:{}", ports.grpc))
                .replace("127.0.0.1:4318", &format!("127.0.0.1:{}", ports.http))
                .replace("/tmp/linkmesh-quickstart", &logs.display().to_string())
                .replace("http://127.0.0.1:4328", alerts)
                .replace("http://127.0.0.1:4329", archive)
        };
        copy(&from, &to, &replace);
        std::fs::create_dir_all(&logs).unwrap();
        to
    }
}

/// Where a collector's OTLP source listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    pub(crate) grpc: u16,
    pub(crate) http: u16,
}

impl Ports {
    pub(crate) fn free() -> Self {
        Self { grpc: linkmesh_testkit::ports::free(), http: linkmesh_testkit::ports::free() }
    }

    /// Where to send over HTTP.
    pub(crate) fn endpoint(self) -> String {
        format!("http://127.0.0.1:{}", self.http)
    }
}

/// A change that puts these entities, given as YAML.
pub(crate) fn change(entities: &[(&str, &str)]) -> Change {
    let put =
        entities.iter().map(|(path, text)| ((*path).to_owned(), linkmesh_fleet::yaml::value(text).unwrap()));
    Change { put: put.collect(), ..Change::default() }
}

/// The smallest flow: OTLP in, OTLP out.
pub(crate) fn flow(ports: Ports, destination: &str) -> Vec<(String, String)> {
    [
        ("fleet/sources/app.yaml", format!("type: otlp\nsettings: {{http: \"127.0.0.1:{}\"}}\n", ports.http)),
        ("fleet/destinations/out.yaml", format!("type: otlp-http\nendpoint: {destination}\n")),
        ("fleet/routes/all.yaml", "sources: [app]\ndestinations: [out]\nsignals: [logs]\n".to_owned()),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text))
    .collect()
}

/// The same as references, as [`World::save`] takes them.
pub(crate) fn borrowed(entities: &[(String, String)]) -> Vec<(&str, &str)> {
    entities.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

fn copy(from: &Path, to: &Path, replace: &impl Fn(&str) -> String) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target, replace);
        } else {
            std::fs::write(&target, replace(&std::fs::read_to_string(entry.path()).unwrap())).unwrap();
        }
    }
}

/// The file that a host is set up with, for a site with an authority of its own: what stands there as a comment is used.
pub(crate) fn trusting(file: &str, ca: &Path) -> String {
    let ca = ca.display();
    let server = "  # tls:\n  #   ca_file: /etc/otelcol-supervisor/ca.pem\n";
    let agent = "    # SSL_CERT_FILE: /etc/otelcol-supervisor/ca.pem\n";
    assert!(file.contains(server) && file.contains(agent), "{file}");
    file.replace(server, &format!("  tls:\n    ca_file: {ca}\n"))
        .replace(agent, &format!("    SSL_CERT_FILE: {ca}\n"))
}
