//! The Alloy made of memory must say what the real one says, or tests with it prove nothing.

use std::time::Duration;

use linkmesh_remotecfg::agent::{AgentSettings, Opinion};
use linkmesh_remotecfg::proto::{GetConfigRequest, RemoteConfigStatuses};
use linkmesh_remotecfg::{Code, Message, Method};
use linkmesh_testkit::alloy::{Alloy, POLL};
use linkmesh_testkit::collector_service::{Answering, CollectorService, Heard};
use linkmesh_testkit::fake_alloy::FakeAlloy;
use linkmesh_testkit::folder::Folder;
use linkmesh_testkit::wait::until_seen;

/// Two polls of a real one, and what a busy machine needs.
const TURN_MAX: Duration = Duration::from_secs(60);
const FAST_POLL: Duration = Duration::from_millis(200);

const FIRST: &str = "// first\notelcol.processor.batch \"a\" {\n\toutput { }\n}\n";
const SECOND: &str = "// second\notelcol.processor.batch \"a\" {\n\toutput { }\n}\n";
const UNKNOWN: &str = "// unknown\notelcol.processor.no_such_thing \"a\" { }\n";
const UNKNOWN_TOO: &str = "// unknown2\notelcol.processor.no_such_thing \"a\" { }\n";
const UNREADABLE: &str = "// unreadable\notelcol.processor.batch \"a\" {\n";
const WRONG_ARGUMENT: &str =
    "// wrong argument\notelcol.processor.batch \"a\" {\n\tno_such_argument = 1\n\toutput { }\n}\n";
const NOTHING: &str = "// nothing\n";
const TEXTS: [&str; 7] = [FIRST, SECOND, UNKNOWN, UNKNOWN_TOO, UNREADABLE, WRONG_ARGUMENT, NOTHING];

/// What the real one says of these texts, without which the fake would have nothing to say.
fn judge(text: &str) -> Opinion {
    match text {
        UNKNOWN | UNKNOWN_TOO => Opinion::Refused("unknown"),
        UNREADABLE => Opinion::Refused("unreadable"),
        WRONG_ARGUMENT => Opinion::Evaluates("wrong argument"),
        _ => Opinion::Good,
    }
}

/// A real or a remembered Alloy, as far as the play needs it.
trait Player {
    /// Does what is due.
    fn turn(&mut self);
    /// Ends in order.
    fn stop(&mut self);
}

impl Player for Alloy {
    fn turn(&mut self) {
        assert!(self.runs(), "it runs on: {}", self.said());
    }

    fn stop(&mut self) {
        assert!(Self::stop(self).success());
    }
}

impl Player for FakeAlloy {
    fn turn(&mut self) {
        self.step();
    }

    fn stop(&mut self) {
        self.agent.stop();
        self.step();
    }
}

/// Runs through everything that can become of a configuration; gives what the server heard, a line for each request.
fn play(service: &CollectorService, player: &mut impl Player) -> Vec<String> {
    let mut act = |what: &str, seen: &dyn Fn(&[Heard]) -> bool| {
        until_seen(
            what,
            TURN_MAX,
            || {
                player.turn();
                service.heard()
            },
            |heard| seen(heard),
        );
    };
    // A poll with this text's hash was answered: what there is to say of it has been said, or nothing is said of it.
    let settled = |text: &'static str| {
        let end = format!("has {}", name(text));
        move |heard: &[Heard]| {
            heard.last().is_some_and(|last| last.status == 200 && line(last).ends_with(&end))
        }
    };
    // Registers, asks, says, registers again; and then the first regular poll.
    act("the first one is applied", &|heard| heard.len() == 5);
    for (what, text) in [
        ("a second one is applied, without a word about it", SECOND),
        ("one with an unknown component fails", UNKNOWN),
        ("another one fails with the same words, and says nothing", UNKNOWN_TOO),
        ("one that cannot be read fails", UNREADABLE),
        ("the good one heals it", SECOND),
        ("one with a wrong argument fails", WRONG_ARGUMENT),
        ("the first good one heals it", FIRST),
        ("nothing is a configuration too", NOTHING),
    ] {
        service.serve(text);
        act(what, &settled(text));
    }
    let before = service.heard().len();
    service.answer(Method::GetConfig, Answering::Refuse(Code::Unavailable));
    act("it asks twice where it is refused", &|heard| heard.len() >= before + 2);
    service.answer(Method::GetConfig, Answering::Well);
    act("it says so when it is answered again", &|heard| {
        heard.last().is_some_and(|last| last.status == 200 && line(last).contains("Applied"))
    });
    player.stop();
    service.heard().iter().map(line).collect()
}

/// A request in short. What depends on the machine or on words is left out.
fn line(heard: &Heard) -> String {
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
            let keys: Vec<_> = hello.local_attributes.keys().collect();
            format!("{how} -> {status}: {} {:?} {keys:?} {:?}", hello.id, hello.name, hello.attributes)
        }
        Message::Unregister(bye) => {
            format!("{how} -> {status}: {} within {}", bye.id, header("connect-timeout-ms").len())
        }
    }
}

fn poll_line(poll: &GetConfigRequest) -> String {
    let keys: Vec<_> = poll.local_attributes.keys().collect();
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
    let hash = TEXTS.iter().find(|text| hash(text) == poll.hash).map_or("unknown", |text| name(text));
    let hash = if poll.hash.is_empty() { "nothing" } else { hash };
    let [status, effective] = [status, effective].map(Option::unwrap_or_default);
    format!("{} {keys:?} {:?}{effective}{status} has {hash}", poll.id, poll.attributes)
}

fn hash(text: &str) -> String {
    linkmesh_remotecfg::hash_of(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first line of a text, which names it.
fn name(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_start_matches("// ")
}

fn file(service: &CollectorService) -> String {
    format!(
        "remotecfg {{\n\turl = \"{}\"\n\tid = \"edge-7\"\n\tpoll_frequency = \"10s\"\n\tbearer_token = \"token\"\n\tattributes = {{ \"a\" = \"b\" }}\n}}\n",
        service.url()
    )
}

fn real() -> Vec<String> {
    let (service, folder) = (CollectorService::start(FIRST), Folder::new("alloy-fake"));
    let mut alloy = Alloy::prepare(&folder, "edge-7", &file(&service));
    alloy.start();
    play(&service, &mut alloy)
}

#[test]
fn tmp() {
    for l in remembered() {
        println!("{l}");
    }
}
fn remembered() -> Vec<String> {
    let service = CollectorService::start(FIRST);
    let mut settings = AgentSettings::new("edge-7");
    settings.attributes.insert("a".to_owned(), "b".to_owned());
    settings.poll_frequency_ms = u64::try_from(FAST_POLL.as_millis()).unwrap();
    settings.judge = judge;
    let mut alloy = FakeAlloy::new(&service.url(), "token", settings);
    alloy.start();
    play(&service, &mut alloy)
}

#[test]
fn the_alloy_made_of_memory_says_what_the_real_one_says() {
    let (real, remembered) = (std::thread::spawn(real), remembered());
    let real = real.join().unwrap();
    assert_eq!(real, remembered, "on the left the real one, with {} s between polls", POLL.as_secs());
}
