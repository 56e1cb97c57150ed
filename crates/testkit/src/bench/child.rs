//! Helper processes of the benchmark: this program again, in another role, told and heard over pipes, a line at a time.
//! Start at [`Child::start`].

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// What a process of the benchmark can be besides the one that measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Holds agents on a server.
    Agents,
    /// Holds bare sockets.
    Sockets,
    /// Accepts bare sockets and writes to them.
    Accept,
    /// Serves HTTP and only reads bodies.
    Bodies,
}

impl Role {
    /// The word for it on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Sockets => "sockets",
            Self::Accept => "accept",
            Self::Bodies => "bodies",
        }
    }

    /// The role with that word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Agents, Self::Sockets, Self::Accept, Self::Bodies].into_iter().find(|role| role.word() == word)
    }
}

/// A helper process; it ends when it is dropped.
pub(crate) struct Child {
    process: std::process::Child,
    input: ChildStdin,
    lines: Receiver<String>,
    role: Role,
}

impl Child {
    pub(crate) fn start(role: Role, arguments: &[String]) -> Self {
        let program = std::env::current_exe().expect("a program knows where it is");
        let mut command = Command::new(program);
        command.args(["--role", role.word()]).args(arguments.iter().flat_map(|word| ["--with", word]));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("this program can be started again");
        let input = process.stdin.take().expect("it has an input");
        let output = process.stdout.take().expect("it has an output");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { process, input, lines, role }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").and_then(|()| self.input.flush()).expect("a helper process listens");
    }

    /// The rest of the next line that begins with `word`.
    pub(crate) fn hear(&self, word: &str, limit: Duration) -> String {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line =
                line.unwrap_or_else(|cause| panic!("`{}` did not say `{word}`: {cause}", self.role.word()));
            if let Some(rest) = line.strip_prefix(word) {
                return rest.trim().to_owned();
            }
            assert!(!line.starts_with("broken"), "`{}` says: {line}", self.role.word());
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// What a helper process says to the one that started it.
#[expect(clippy::print_stdout, reason = "the pipe to the process that started this one")]
pub(super) fn say(line: &str) {
    println!("{line}");
}

/// Gives each line that this helper process is told to `take`, until there are no more.
pub(super) fn told(mut take: impl FnMut(&str)) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        take(&line);
    }
}
