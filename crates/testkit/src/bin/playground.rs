//! `playground`: a real server, real hosts and destinations that count, for tests that are not written in Rust. It takes one
//! JSON object a line, `{"do": …}`, and answers one a line. Everything ends with its input.

use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use clap::Parser;
use linkmesh_testkit::folder::Folder;
use linkmesh_testkit::server::{PASSWORD, Server, USERNAME};
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::supervisor::Supervisor;
use linkmesh_testkit::{ports, send};
use serde_json::{Value, json};

/// Logs of one `send`.
const LOGS_MAX: u64 = 100_000;
const LOGS_OF_ONE_REQUEST: u64 = 500;

/// A server, hosts and destinations, driven over standard input.
#[derive(Parser)]
struct Arguments {
    /// The server's program; the one beside this program when absent.
    #[arg(long)]
    server: Option<PathBuf>,
}

struct Playground {
    program: String,
    folder: Folder,
    // Hosts end before the server that they talk to.
    hosts: BTreeMap<String, Supervisor>,
    sinks: Vec<Sink>,
    server: Option<Server>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let beside = std::env::current_exe()?.with_file_name("linkmesh-server");
    let program = Arguments::parse().server.unwrap_or(beside);
    if !program.is_file() {
        return Err(format!("{} is not there: build it first", program.display()).into());
    }
    let mut playground = Playground {
        program: program.display().to_string(),
        folder: Folder::new("playground"),
        hosts: BTreeMap::new(),
        sinks: Vec::new(),
        server: None,
    };
    let mut out = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let answer = match serde_json::from_str::<Value>(&line?) {
            Ok(asked) => playground.answer(&asked),
            Err(cause) => json!({"error": cause.to_string()}),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

impl Playground {
    /// What the parts of the test kit complain about becomes an answer.
    fn answer(&mut self, asked: &Value) -> Value {
        catch_unwind(AssertUnwindSafe(|| self.perform(asked))).unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            json!({"error": said.unwrap_or_else(|| "it failed".to_owned())})
        })
    }

    fn perform(&mut self, asked: &Value) -> Value {
        let text = |key: &str| asked[key].as_str().unwrap_or_default();
        let number = |key: &str| asked[key].as_u64().unwrap_or_default();
        match text("do") {
            "server" => {
                let server = Server::start_bare(&self.program, &self.folder);
                let answer = json!({"url": server.url(), "setup_link": server.setup_link()});
                self.server = Some(server);
                answer
            }
            "set_up" => {
                self.server().set_up();
                json!({"username": USERNAME, "password": PASSWORD, "token": self.server().token()})
            }
            "kill_server" => {
                self.server().kill_9();
                json!({})
            }
            "restart_server" => {
                self.server().restart();
                json!({"url": self.server().url()})
            }
            "host" => {
                let mut host = Supervisor::prepare(&self.folder, text("name"), text("file"));
                host.start();
                self.hosts.insert(text("name").to_owned(), host);
                json!({})
            }
            "stop_host" => {
                if let Some(mut host) = self.hosts.remove(text("name")) {
                    host.stop();
                }
                json!({})
            }
            "host_said" => json!({"said": self.hosts.get(text("name")).map(Supervisor::said)}),
            "port" => json!({"port": ports::free()}),
            "sink" => {
                let sink = Sink::start();
                let answer = json!({"number": self.sinks.len(), "endpoint": sink.endpoint()});
                self.sinks.push(sink);
                answer
            }
            "counted" => {
                let number = usize::try_from(number("number")).unwrap_or(usize::MAX);
                json!({"logs": self.sinks.get(number).map(Sink::log_count)})
            }
            "send" => send_logs(text("endpoint"), text("severity"), number("count").min(LOGS_MAX)),
            other => json!({"error": format!("there is nothing called `{other}` to do")}),
        }
    }

    fn server(&mut self) -> &mut Server {
        self.server.as_mut().expect("the server is started first")
    }
}

/// Sends logs and says how many were taken.
fn send_logs(endpoint: &str, severity: &str, count: u64) -> Value {
    let mut taken = 0;
    while taken < count {
        let many = (count - taken).min(LOGS_OF_ONE_REQUEST);
        let bodies: Vec<String> = (taken..taken + many).map(|number| format!("line {number}")).collect();
        let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
        match send::logs(endpoint, "shop", severity, &bodies) {
            Ok(()) => taken += many,
            Err(status) => return json!({"taken": taken, "status": status}),
        }
    }
    json!({"taken": taken})
}
