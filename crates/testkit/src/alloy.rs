//! A real Alloy with the file that the server hands out, or with one of the test's own.
//! Start at [`Alloy::prepare`].

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use crate::folder::Folder;
use crate::process::Process;
use crate::server::{Answer, request};
use crate::{peers, ports, wait};

/// The shortest poll that an Alloy takes.
pub const POLL: Duration = Duration::from_secs(10);
const START_MAX: Duration = Duration::from_secs(60);
/// An Alloy with a destination that does not answer takes its time.
const STOP_MAX: Duration = Duration::from_secs(60);

/// A host that runs Alloy.
#[derive(Debug)]
pub struct Alloy {
    name: String,
    folder: Folder,
    config: PathBuf,
    port: u16,
    flags: Vec<String>,
    process: Option<Process>,
}

impl Alloy {
    /// A host called `name` in `folder`, not started. Of the file only three waiting times are replaced: by the shortest
    /// poll, and by a second for its own metrics.
    #[must_use]
    pub fn prepare(folder: &Folder, name: &str, file: &str) -> Self {
        let config = folder.write(&format!("{name}/config.alloy"), &hurried(file));
        let (name, folder, port) = (name.to_owned(), folder.clone(), ports::free());
        Self { name, folder, config, port, flags: Vec::new(), process: None }
    }

    /// The same with a flag more, such as `--stability.level=experimental`.
    #[must_use]
    pub fn with_flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// Replaces its file; a [`Self::reload`] or a start takes it up.
    pub fn write(&self, file: &str) {
        self.folder.write(&format!("{}/config.alloy", self.name), &hurried(file));
    }

    /// Its file.
    #[must_use]
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Starts it.
    pub fn start(&mut self) {
        let mut command = Command::new(peers::path(peers::ALLOY));
        command.arg("run").arg(&self.config).args(&self.flags);
        command.arg(format!("--storage.path={}", self.storage().display()));
        command.arg(format!("--server.http.listen-addr={}", self.address())).arg("--disable-reporting");
        // A proxy of the caller's machine has no business here.
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
            command.env_remove(name);
        }
        command.current_dir(self.folder.join(&self.name));
        self.process = Some(Process::start(command, &self.log()));
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Panics
    /// When it ends, or never is.
    pub fn start_ready(&mut self) {
        self.start();
        wait::until("Alloy is ready", START_MAX, || {
            assert!(self.runs(), "Alloy ended: {}", self.said());
            self.is_ready().then_some(())
        });
    }

    /// Waits until it ended by itself.
    ///
    /// # Panics
    /// When it does not.
    pub fn ended(&mut self) {
        wait::until("Alloy ends by itself", START_MAX, || (!self.runs()).then_some(()));
        self.process = None;
    }

    /// Stops it as the system does (SIGTERM): it says good-bye.
    ///
    /// # Panics
    /// When it does not run or does not end.
    pub fn stop(&mut self) -> ExitStatus {
        let mut process = self.process.take().expect("it runs");
        process.stop(STOP_MAX)
    }

    /// Kills it without a word.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill_9();
        }
    }

    /// Whether the process lives.
    pub fn runs(&mut self) -> bool {
        self.process.as_mut().is_some_and(Process::runs)
    }

    /// Makes it read its own file again, and gives its answer.
    ///
    /// # Panics
    /// When nobody answers.
    #[must_use]
    pub fn reload(&self) -> Answer {
        self.request("POST", "/-/reload")
    }

    /// Whether it says that it is ready.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        std::net::TcpStream::connect(self.address()).is_ok() && self.request("GET", "/-/ready").status == 200
    }

    /// Its own metrics, as text.
    ///
    /// # Panics
    /// When nobody answers.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.request("GET", "/metrics").text()
    }

    /// The value of one of its own metrics, by name and labels as they are printed: `up{a="b"}`.
    #[must_use]
    pub fn metric(&self, series: &str) -> Option<f64> {
        let metrics = self.metrics();
        let value = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        value.and_then(|value| value.parse().ok())
    }

    /// Where it keeps what must survive.
    #[must_use]
    pub fn storage(&self) -> PathBuf {
        self.folder.join(&format!("{}/data", self.name))
    }

    /// What it logged since its last start.
    #[must_use]
    pub fn said(&self) -> String {
        let whole = || std::fs::read_to_string(self.log()).unwrap_or_default();
        self.process.as_ref().map_or_else(whole, Process::said)
    }

    fn log(&self) -> PathBuf {
        self.folder.join(&format!("{}.log", self.name))
    }

    /// Host and port of its own web server.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn request(&self, method: &str, path: &str) -> Answer {
        request(&format!("http://{}{path}", self.address()), method, &[], Vec::new())
    }
}

/// What `alloy validate` says against a configuration; nothing where it is content.
///
/// # Panics
/// When it cannot be run.
#[must_use]
pub fn faults(folder: &Folder, file: &str, flags: &[&str]) -> Option<String> {
    let config = folder.write(&format!("validate-{}.alloy", ports::free()), file);
    let output = Command::new(peers::path(peers::ALLOY)).arg("validate").args(flags).arg(&config).output();
    let output = output.expect("alloy can be run");
    let said = [output.stdout, output.stderr].concat();
    (!output.status.success()).then(|| String::from_utf8_lossy(&said).into_owned())
}

/// The file with waiting times that suit tests.
fn hurried(file: &str) -> String {
    let poll = format!("\"{}s\"", POLL.as_secs());
    let text = replace_value(file, "poll_frequency", &poll);
    let text = replace_value(&text, "scrape_timeout", "\"1s\"");
    if text.contains("scrape_timeout") {
        return replace_value(&text, "scrape_interval", "\"1s\"");
    }
    // An interval must not be shorter than the timeout, which is ten seconds where nobody sets it.
    replace_value(&text, "scrape_interval", "\"1s\"\n\tscrape_timeout = \"1s\"")
}

/// Replaces the value of every line that sets `key`.
fn replace_value(text: &str, key: &str, value: &str) -> String {
    let lines = text.lines().map(|line| {
        let body = line.trim_start();
        let sets = body.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        let indentation = &line[..line.len() - body.len()];
        if sets { format!("{indentation}{key} = {value}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

impl Drop for Alloy {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_times_become_short_and_the_rest_stays() {
        let file = "remotecfg {\n\tpoll_frequency = \"60s\"\n}\nprometheus.scrape \"x\" {\n\tscrape_interval = \"30s\"\n}\n";
        let expected = "remotecfg {\n\tpoll_frequency = \"10s\"\n}\nprometheus.scrape \"x\" {\n\tscrape_interval = \"1s\"\n\tscrape_timeout = \"1s\"\n}\n";
        assert_eq!(hurried(file), expected);
    }
}
