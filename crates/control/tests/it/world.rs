//! The stage on which the stories happen.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use linkmesh_control::accounts::{Principal, PrincipalKind};
use linkmesh_control::clock::Clock;
use linkmesh_control::content::Config;
use linkmesh_control::link::{Hello, Link, Report};
use linkmesh_control::save::{Draft, SaveError, Saved};
use linkmesh_control::tokens::TokenDraft;
use linkmesh_control::views::CollectorView;
use linkmesh_control::{ControlPlane, Settings};
use linkmesh_fleet::access::Role;
use linkmesh_fleet::attempt::{RemoteStatus, Reported};
use linkmesh_fleet::enrollment::Refusal;
use linkmesh_fleet::state::ComponentHealth;
use linkmesh_fleet::{ConfigHash, Id, Timestamp, Uid};

/// What a supervisor with the documented settings can do.
pub(crate) const CAPABLE: u64 = 0x7c47;

/// A control plane in a folder of its own.
pub(crate) struct World {
    pub(crate) plane: Arc<ControlPlane>,
    pub(crate) clock: Clock,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::by_hand(Timestamp(1_800_000_000_000));
        let plane = open(folder.path(), &clock);
        Self { plane, clock, folder }
    }

    /// The process dies and starts again; what was only in memory is gone.
    pub(crate) fn restart(&mut self) {
        self.plane.close();
        self.crash();
    }

    /// The process is killed: what was not written yet is gone as well.
    pub(crate) fn crash(&mut self) {
        self.plane.repo.close();
        let fresh = tempfile::tempdir().unwrap();
        // The old one still holds its locks, so the story goes on in a copy, as after a restore.
        copy(self.folder.path(), fresh.path());
        self.plane = open(fresh.path(), &self.clock);
        self.folder = fresh;
    }

    pub(crate) fn wind(&self, seconds: u64) {
        self.clock.wind(Duration::from_secs(seconds));
    }

    /// A minute goes by, and the archive is looked at, so many times.
    pub(crate) fn rounds(&self, minutes: u64) {
        for _ in 0..minutes {
            self.wind(60);
            self.plane.reconcile_archive();
        }
    }

    /// A token and its secret.
    pub(crate) fn token(&self, max_uses: u32, labels: &[(&str, &str)]) -> (Id, String) {
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let draft = TokenDraft { max_uses: Some(max_uses), labels, ..TokenDraft::default() };
        let (token, secret) = self.plane.create_token(draft, "user:ana").unwrap();
        (token.id.clone(), secret)
    }

    /// A supervisor on this host connects for the first time or again.
    pub(crate) async fn connect(&self, token: &Id, uid: u8, host: &str) -> Result<Host, Refusal> {
        let hello = Hello {
            claims: claims(host),
            capabilities: CAPABLE,
            peer: "192.0.2.1:1234".to_owned(),
            polling: false,
        };
        let plane = Arc::clone(&self.plane);
        let registering = tokio::spawn(async move {
            loop {
                let plane = Arc::clone(&plane);
                tokio::task::spawn_blocking(move || plane.reconcile_registrations()).await.unwrap();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let link = self.plane.greet(token, Uid([uid; 16]), hello).await;
        registering.abort();
        let link = link?;
        link.report(Report { claims: Some(claims(host)), capabilities: Some(CAPABLE), ..Report::default() });
        self.plane.reconcile_all();
        Ok(Host { link, plane: Arc::clone(&self.plane) })
    }

    pub(crate) fn view(&self, id: &str) -> CollectorView {
        self.plane.collector(&id.parse().unwrap()).unwrap()
    }

    pub(crate) fn save(&self, files: &[(&str, &str)]) -> Result<Saved, SaveError> {
        self.save_draft(&Draft { put: entities(files), ..Draft::default() })
    }

    pub(crate) fn save_draft(&self, draft: &Draft) -> Result<Saved, SaveError> {
        let saved = self.plane.save(draft, &ana(), 1);
        self.plane.reconcile_all();
        saved
    }

    /// Words of the events about one collector, oldest first.
    pub(crate) fn events(&self, id: &str) -> Vec<&'static str> {
        let id: Id = id.parse().unwrap();
        let events = self.plane.journal.events_after(0, 10_000);
        events.iter().filter(|e| e.collector.as_ref() == Some(&id)).map(|e| e.kind.word()).collect()
    }
}

pub(crate) fn entities(files: &[(&str, &str)]) -> BTreeMap<linkmesh_fleet::Place, serde_json::Value> {
    let value = |text: &str| linkmesh_fleet::yaml::value(text).unwrap();
    files.iter().map(|(path, text)| (path.parse().unwrap(), value(text))).collect()
}

/// The smallest thing that runs: one source, one route, one destination.
pub(crate) fn simple(endpoint: &str) -> Vec<(&'static str, String)> {
    vec![
        ("fleet/sources/app.yaml", "{type: otlp, settings: {grpc: '127.0.0.1:4317'}}".to_owned()),
        ("fleet/routes/all.yaml", "{sources: [app], destinations: [out]}".to_owned()),
        ("fleet/destinations/out.yaml", format!("{{type: otlp-http, endpoint: '{endpoint}'}}")),
    ]
}

pub(crate) fn save_simple(world: &World, endpoint: &str) -> Saved {
    let files = simple(endpoint);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    world.save(&files).unwrap()
}

pub(crate) fn ana() -> Principal {
    Principal {
        kind: PrincipalKind::User,
        id: "ana".to_owned(),
        name: "Ana".to_owned(),
        role: Role::Admin,
        expires_at: None,
        csrf: None,
    }
}

/// A host with a supervisor that is connected.
pub(crate) struct Host {
    pub(crate) link: Link,
    plane: Arc<ControlPlane>,
}

impl Host {
    /// What it is offered now; taken in as a supervisor does.
    pub(crate) fn offer(&self) -> Option<Arc<Config>> {
        let wanted = self.link.wanted();
        if let Some(config) = &wanted.config {
            self.link.offered(config);
        }
        wanted.config
    }

    pub(crate) fn says(&self, hash: Option<ConfigHash>, status: RemoteStatus) {
        self.link.report(Report { remote: Some(Reported { hash, status }), ..Report::default() });
        self.plane.reconcile_all();
    }

    /// It never had a configuration and says so.
    pub(crate) fn fresh(&self) {
        self.says(None, RemoteStatus::Unset);
    }

    pub(crate) fn feels(&self, healthy: bool, error: &str) {
        let health = ComponentHealth {
            healthy,
            status: if healthy { "StatusOK".to_owned() } else { String::new() },
            last_error: error.to_owned(),
            ..ComponentHealth::default()
        };
        self.link.report(Report { health: Some(health), ..Report::default() });
        self.plane.reconcile_all();
    }

    /// Takes what it is offered and runs it.
    pub(crate) fn runs_its_offer(&self) -> Arc<Config> {
        let config = self.offer().expect("an offer");
        self.says(Some(config.hash), RemoteStatus::Applying);
        self.feels(true, "");
        self.link.report(Report { effective: Some(config.text.to_string()), ..Report::default() });
        self.says(Some(config.hash), RemoteStatus::Applied);
        config
    }

    pub(crate) fn refuses_its_offer(&self, why: &str) -> Arc<Config> {
        let config = self.offer().expect("an offer");
        self.says(Some(config.hash), RemoteStatus::Applying);
        self.feels(false, "exited");
        self.says(Some(config.hash), RemoteStatus::Failed { why: why.to_owned() });
        config
    }
}

fn claims(host: &str) -> BTreeMap<String, String> {
    [("host.name", host), ("service.name", "otelcol"), ("service.version", "0.158.0"), ("os.type", "linux")]
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect()
}

fn open(folder: &std::path::Path, clock: &Clock) -> Arc<ControlPlane> {
    let settings = Settings {
        data_dir: folder.to_owned(),
        external_url: "https://mesh.example.com".to_owned(),
        clock: clock.clone(),
    };
    ControlPlane::open(&settings).unwrap()
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}
