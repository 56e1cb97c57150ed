//! A real Alloy and one made of memory, played alike, and what a server hears of them in lines that can be compared.
//! Knows no LinkMesh server. Start at [`Player`].

use std::collections::BTreeMap;
use std::time::Duration;

use linkmesh_remotecfg::Message;
use linkmesh_remotecfg::agent::{AgentSettings, Life};
use linkmesh_remotecfg::proto::{GetConfigRequest, RemoteConfigStatuses};
use linkmesh_testkit::alloy::Alloy;
use linkmesh_testkit::collector_service::{CollectorService, Heard};
use linkmesh_testkit::fake_alloy::FakeAlloy;
use linkmesh_testkit::folder::Folder;
use linkmesh_testkit::wait::until_seen;

use super::texts::{FIRST, judge, name, name_of};

/// Two polls of a real one, and what a busy machine needs.
const TURN_MAX: Duration = Duration::from_secs(60);
/// The polls of one made of memory.
const FAST_POLL: Duration = Duration::from_millis(200);

/// A real or a remembered Alloy, as far as a play needs it.
pub(super) trait Player {
    /// Starts it.
    fn start(&mut self);
    /// Does what is due.
    fn turn(&mut self);
    /// Whether it lives.
    fn lives(&mut self) -> bool;
    /// Reads its own file again, with another value of its attribute `a`; says whether that went well.
    fn reload(&mut self, service: &CollectorService, a: &str) -> bool;
    /// Ends in order.
    fn stop(&mut self);
    /// The time between two polls.
    fn poll(&self) -> Duration;
}

impl Player for Alloy {
    fn start(&mut self) {
        Self::start(self);
    }

    fn turn(&mut self) {}

    fn lives(&mut self) -> bool {
        self.runs()
    }

    fn reload(&mut self, service: &CollectorService, a: &str) -> bool {
        self.write(&file(service, a));
        Self::reload(self).status == 200
    }

    fn stop(&mut self) {
        assert!(Self::stop(self).success());
    }

    fn poll(&self) -> Duration {
        linkmesh_testkit::alloy::POLL
    }
}

impl Player for FakeAlloy {
    fn start(&mut self) {
        Self::start(self);
    }

    fn turn(&mut self) {
        self.step();
    }

    fn lives(&mut self) -> bool {
        self.step();
        !matches!(self.agent.life(), Life::Stopped | Life::Exited)
    }

    fn reload(&mut self, _: &CollectorService, a: &str) -> bool {
        self.agent.reload(BTreeMap::from([("a".to_owned(), a.to_owned())]));
        self.step();
        !self.agent.reload_failed()
    }

    fn stop(&mut self) {
        self.agent.stop();
        self.step();
    }

    fn poll(&self) -> Duration {
        FAST_POLL
    }
}

/// Plays with a real one and with one made of memory, each with a server of its own: both must say the same. Gives what they said.
pub(super) fn side_by_side(
    name: &str,
    play: impl Fn(&mut CollectorService, &mut dyn Player) + Sync,
) -> Vec<String> {
    let real = || {
        let (mut service, folder) = (CollectorService::start(FIRST), Folder::new(name));
        let mut alloy = Alloy::prepare(&folder, "edge-7", &file(&service, "b"));
        play(&mut service, &mut alloy);
        lines(&service)
    };
    let (real, remembered) = std::thread::scope(|scope| {
        let real = scope.spawn(real);
        let mut service = CollectorService::start(FIRST);
        let mut settings = AgentSettings::new("edge-7");
        settings.attributes.insert("a".to_owned(), "b".to_owned());
        settings.poll_frequency_ms = u64::try_from(FAST_POLL.as_millis()).unwrap();
        settings.judge = judge;
        let mut alloy = FakeAlloy::new(&service.url(), "token", settings);
        play(&mut service, &mut alloy);
        (real.join().unwrap(), lines(&service))
    });
    assert_eq!(real, remembered, "on the left the real one");
    real
}

/// Plays on until what the server heard is as wanted.
pub(super) fn act(
    what: &str,
    service: &CollectorService,
    player: &mut dyn Player,
    seen: impl Fn(&[Heard]) -> bool,
) {
    let look = || {
        player.turn();
        service.heard()
    };
    until_seen(what, TURN_MAX, look, |heard| seen(heard));
}

/// Everything that the server heard, a line for each request.
fn lines(service: &CollectorService) -> Vec<String> {
    service.heard().iter().map(line).collect()
}

/// A request in short. What depends on the machine or on words is left out.
pub(super) fn line(heard: &Heard) -> String {
    let header = |name: &str| {
        let value = heard.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        value.unwrap_or("-").to_owned()
    };
    let agent = header("user-agent");
    let how = format!(
        "{} {:?} {} v{} {} {} {} auth {}",
        heard.verb,
        heard.method,
        header("content-type"),
        header("connect-protocol-version"),
        header("accept-encoding"),
        header("content-encoding"),
        agent.split('/').next().unwrap_or_default(),
        header("authorization").split(' ').next().unwrap_or_default(),
    );
    let status = heard.status;
    match &heard.message {
        Message::GetConfig(poll) => format!("{how} -> {status}: {}", poll_line(poll)),
        Message::Register(hello) => {
            let keys = keys(&hello.local_attributes);
            format!("{how} -> {status}: {} {:?} {keys} {:?}", hello.id, hello.name, hello.attributes)
        }
        Message::Unregister(bye) => {
            format!("{how} -> {status}: {} within {}", bye.id, header("connect-timeout-ms").len())
        }
    }
}

fn poll_line(poll: &GetConfigRequest) -> String {
    let keys = keys(&poll.local_attributes);
    let status = poll.remote_config_status.as_ref().map(|status| {
        let words = if status.error_message.is_empty() { "" } else { " with words" };
        format!(" {:?}{words}", RemoteConfigStatuses::try_from(status.status).unwrap())
    });
    let effective = poll.effective_config.as_ref().map(|effective| {
        let files = &effective.config_map.as_ref().unwrap().config_map;
        let names = files.iter().map(|(key, file)| {
            format!(" {key:?} {} {}", file.content_type, name(std::str::from_utf8(&file.body).unwrap()))
        });
        names.collect::<String>()
    });
    let hash = if poll.hash.is_empty() { "nothing" } else { name_of(&poll.hash) };
    let [status, effective] = [status, effective].map(Option::unwrap_or_default);
    format!("{} {keys} {:?}{effective}{status} has {hash}", poll.id, poll.attributes)
}

/// Attributes by name; the one that a reload changes with its value.
fn keys(attributes: &BTreeMap<String, String>) -> String {
    attributes
        .iter()
        .map(|(key, value)| if key == "a" { format!("{key}={value} ") } else { format!("{key} ") })
        .collect()
}

/// The file of a real one.
fn file(service: &CollectorService, a: &str) -> String {
    format!(
        "remotecfg {{\n\turl = \"{}\"\n\tid = \"edge-7\"\n\tpoll_frequency = \"10s\"\n\tbearer_token = \"token\"\n\tattributes = {{ \"a\" = \"{a}\" }}\n}}\n",
        service.url()
    )
}
