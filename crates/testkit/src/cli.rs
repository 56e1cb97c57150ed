//! The command line `linkmesh` as an operator runs it, with a home of its own.
//! Start at [`Cli::new`].

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use crate::folder::Folder;
use crate::peers;

static BUILDING: Mutex<()> = Mutex::new(());

/// An operator's shell.
#[derive(Debug)]
pub struct Cli {
    program: PathBuf,
    home: PathBuf,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Cli {
    /// A shell whose home is in `folder`. `beside` is a program of the same build: `linkmesh` lies next to it.
    ///
    /// # Panics
    /// When the program is missing and cannot be built.
    #[must_use]
    pub fn new(folder: &Folder, beside: &Path) -> Self {
        let home = folder.join("home");
        std::fs::create_dir_all(&home).expect("a home can be made");
        let program = beside.with_file_name("linkmesh");
        let _one_at_a_time = BUILDING.lock();
        if !program.is_file() {
            let cargo = option_env!("CARGO").unwrap_or("cargo");
            let built = Command::new(cargo)
                .args(["build", "--package", "linkmesh-cli"])
                .current_dir(peers::repository())
                .status()
                .expect("cargo can be run");
            assert!(
                built.success() && program.is_file(),
                "`cargo build -p linkmesh-cli` did not make {}",
                program.display()
            );
        }
        Self { program, home }
    }

    /// Runs it with these words.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn run(&self, words: &[&str]) -> Said {
        self.run_with_input(words, "")
    }

    /// Runs it with these words and this standard input.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn run_with_input(&self, words: &[&str], input: &str) -> Said {
        let mut child = Command::new(&self.program)
            .args(words)
            .env_clear()
            .env("HOME", &self.home)
            .current_dir(peers::repository())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("linkmesh can be run");
        let mut stdin = child.stdin.take().expect("its input is piped");
        // A command that does not read its input has closed it.
        drop(stdin.write_all(input.as_bytes()));
        drop(stdin);
        Said::of(&child.wait_with_output().expect("linkmesh ends"))
    }

    /// Runs it with these words; it must end well. Gives its standard output.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn ok(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert_eq!(said.code, 0, "linkmesh {} failed: {said:#?}", words.join(" "));
        said.out
    }
}

impl Said {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
