//! A program that runs in a process group of its own, writes to a log file, and never outlives its test.
//! Start at [`Process::start`].

use std::fs::OpenOptions;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::wait;

/// A running program.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: PathBuf,
    log_start: usize,
}

impl Process {
    /// Starts `command`; what it says is appended to `log`.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(mut command: Command, log: &Path) -> Self {
        let open =
            || OpenOptions::new().create(true).append(true).open(log).expect("a log file can be opened");
        let log_start = std::fs::metadata(log).map_or(0, |known| usize::try_from(known.len()).unwrap_or(0));
        command.stdin(Stdio::null()).stdout(open()).stderr(open()).process_group(0);
        let program = command.get_program().to_owned();
        let child =
            command.spawn().unwrap_or_else(|e| panic!("{} cannot be started: {e}", program.display()));
        Self { child, log: log.to_owned(), log_start }
    }

    /// Its process id, which is that of its group too.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it said so far, without what earlier programs wrote to the same file.
    #[must_use]
    pub fn said(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(bytes.get(self.log_start..).unwrap_or_default()).into_owned()
    }

    /// Whether it still runs.
    ///
    /// # Panics
    /// When the system does not tell.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_none()
    }

    /// Ends it as `kill -9` does, alone, and waits for its end.
    pub fn kill_9(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks it to end (SIGTERM), and waits.
    ///
    /// # Panics
    /// When it does not end within `limit`.
    pub fn stop(&mut self, limit: Duration) -> ExitStatus {
        signal("TERM", &self.id().to_string());
        wait::until("the program ends after SIGTERM", limit, || {
            self.child.try_wait().expect("a child can be asked")
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        signal("KILL", &format!("-{}", self.id()));
        drop(self.child.wait());
    }
}

/// Sends a signal to a process or, with a leading `-`, to a group; one that is gone is no error.
pub fn signal(name: &str, target: &str) {
    let script = format!("kill -s {name} -- {target} 2>/dev/null");
    drop(Command::new("sh").args(["-c", &script]).status());
}

/// The processes whose parent is `parent`.
#[must_use]
pub fn children(parent: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name in parentheses may hold anything; state and parent follow the last one.
        let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let (state, owner) = (fields.next(), fields.next());
        if state != Some("Z") && owner.and_then(|text| text.parse().ok()) == Some(parent) {
            found.push(id);
        }
    }
    found
}
