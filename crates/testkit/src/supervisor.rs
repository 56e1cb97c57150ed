//! A real supervisor with a real collector, set up with the file that the server hands out.
//! Start at [`Supervisor::prepare`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::folder::Folder;
use crate::peers;
use crate::process::{Process, children, signal};

/// What a supervisor waits before it says that a configuration was applied: short, so that tests are.
pub const APPLY_TIMEOUT: Duration = Duration::from_secs(3);
const STOP_MAX: Duration = Duration::from_secs(25);

/// A host: a supervisor, its collector, its storage.
#[derive(Debug)]
pub struct Supervisor {
    name: String,
    folder: Folder,
    program: PathBuf,
    config: PathBuf,
    process: Option<Process>,
}

impl Supervisor {
    /// A host called `name` in `folder`, not started. Of the server's file only what belongs to this machine is
    /// replaced: the two paths, and two waiting times.
    ///
    /// # Panics
    /// When the file lacks one of them.
    #[must_use]
    pub fn prepare(folder: &Folder, name: &str, file: &str) -> Self {
        Self::prepare_with(folder, name, file, peers::SUPERVISOR)
    }

    /// The same with another supervisor of `peers/`.
    ///
    /// # Panics
    /// When the file lacks what has to be replaced.
    #[must_use]
    pub fn prepare_with(folder: &Folder, name: &str, file: &str, supervisor: &str) -> Self {
        Self::of(folder, name, file, peers::path(supervisor), &peers::path(peers::COLLECTOR))
    }

    /// The host that the install script made of the folder `root`: its programs and its file, not started. Only what
    /// belongs to this machine is replaced.
    ///
    /// # Panics
    /// When the file is not there, or lacks what has to be replaced.
    #[must_use]
    pub fn installed(folder: &Folder, name: &str, root: &Path) -> Self {
        let file = std::fs::read_to_string(root.join("etc/otelcol-supervisor/supervisor.yaml"))
            .expect("the script wrote the supervisor's file");
        let programs = root.join("usr/local/bin");
        Self::of(folder, name, &file, programs.join("opampsupervisor"), &programs.join("otelcol-contrib"))
    }

    fn of(folder: &Folder, name: &str, file: &str, program: PathBuf, real: &Path) -> Self {
        let storage = folder.join(&format!("{name}/storage"));
        std::fs::create_dir_all(&storage).expect("a storage folder can be made");
        let executable = collector(folder, name, real);
        let mut text = file.to_owned();
        for (key, value) in [
            ("executable", executable.display().to_string()),
            ("directory", storage.display().to_string()),
            ("config_apply_timeout", format!("{}s", APPLY_TIMEOUT.as_secs())),
            ("OTEL_METRIC_EXPORT_INTERVAL", "\"1000\"".to_owned()),
        ] {
            text = replace_value(&text, key, &value);
        }
        // Collectors of one machine must not share their positions in files.
        let own = format!("{}/collector", storage.display());
        text = match text.contains("LINKMESH_STORAGE:") {
            true => replace_value(&text, "LINKMESH_STORAGE", &own),
            false => text.replace("\"1000\"", &format!("\"1000\"\n    LINKMESH_STORAGE: {own}")),
        };
        let config = folder.write(&format!("{name}/supervisor.yaml"), &text);
        Self { name: name.to_owned(), folder: folder.clone(), program, config, process: None }
    }

    /// Where it keeps what must survive.
    #[must_use]
    pub fn storage(&self) -> PathBuf {
        self.folder.join(&format!("{}/storage", self.name))
    }

    /// Its configuration file.
    #[must_use]
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Starts it.
    pub fn start(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&self.config).current_dir(self.folder.join(&self.name));
        self.process = Some(Process::start(command, &self.log()));
    }

    /// Stops it as the system does (SIGTERM): it says good-bye and takes its collector with it.
    ///
    /// # Panics
    /// When it does not end.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.stop(STOP_MAX);
        }
    }

    /// Kills it and its collector without a word.
    pub fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            let family = self.family(&process);
            drop(process);
            family.iter().for_each(|id| signal("KILL", &id.to_string()));
        }
    }

    /// The process id of its collector, if one runs.
    #[must_use]
    pub fn collector_pid(&self) -> Option<u32> {
        let process = self.process.as_ref()?;
        children(process.id()).into_iter().find(|id| {
            let words = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&words).contains("--config")
        })
    }

    /// What supervisor and collector logged.
    #[must_use]
    pub fn said(&self) -> String {
        let agent = std::fs::read_to_string(self.storage().join("agent.log")).unwrap_or_default();
        let own = std::fs::read_to_string(self.log()).unwrap_or_default();
        format!("{own}{agent}")
    }

    fn log(&self) -> PathBuf {
        self.folder.join(&format!("{}.log", self.name))
    }

    fn family(&self, process: &Process) -> Vec<u32> {
        children(process.id())
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The collector behind a script that takes two accidents of test machines away.
///
/// As long as nobody tells it where to push its own metrics, a collector opens a port for them, always the same: of two that
/// start at once on one machine the second one would end. And a supervisor that asks for the list of feature gates waits three
/// seconds, which a busy machine may need to load the program, and may close the pipe before it has read the answer when the
/// program ends at once; either way it falls back to a `nop` receiver, which cannot be had for this collector.
fn collector(folder: &Folder, name: &str, real: &Path) -> PathBuf {
    let gates = folder.write(&format!("{name}/featuregates"), &feature_gates(real));
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = featuregate ]; then\n  cat '{gates}'\n  sleep 0.5\n  exit 0\nfi\n\
         if [ \"$1\" = --config ] && ! grep -q 'periodic:' \"$2\"; then\n  \
         set -- \"$@\" --set=service.telemetry.metrics.level=none\nfi\nexec '{real}' \"$@\"\n",
        real = real.display(),
        gates = gates.display()
    );
    let path = folder.write(&format!("{name}/otelcol"), &script);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&path, executable).expect("a script can be made executable");
    path
}

/// What the program says of its feature gates: asked once, it never changes.
fn feature_gates(real: &Path) -> String {
    static GATES: OnceLock<Mutex<BTreeMap<PathBuf, String>>> = OnceLock::new();
    let mut known = GATES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    let ask = || {
        let output = Command::new(real).arg("featuregate").output().expect("the collector can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a list is text")
    };
    known.entry(real.to_owned()).or_insert_with(ask).clone()
}

/// Replaces the value of the one line that sets `key`, whatever its indentation.
fn replace_value(text: &str, key: &str, value: &str) -> String {
    let mut seen = 0;
    let mut lines = Vec::new();
    for line in text.lines() {
        let body = line.trim_start();
        if body.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')) {
            let indentation = &line[..line.len() - body.len()];
            lines.push(format!("{indentation}{key}: {value}"));
            seen += 1;
        } else {
            lines.push(line.to_owned());
        }
    }
    assert_eq!(seen, 1, "the bootstrap file sets `{key}` once:\n{text}");
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_replaced_and_the_rest_stays() {
        let text = "agent:\n  # executable: a comment\n  executable: /x\nstorage:\n  directory: /y\n";
        let expected = "agent:\n  # executable: a comment\n  executable: /z\nstorage:\n  directory: /y\n";
        assert_eq!(replace_value(text, "executable", "/z"), expected);
    }
}
