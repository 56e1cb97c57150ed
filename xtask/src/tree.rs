//! The work tree as the checks see it: files that Git tracks or would track, with their text.
//! The only place of this program that reads files or runs programs. Start at [`Tree::read`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Files that are larger are data, and no check looks inside.
const TEXT_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Paths relative to the repository, with `/` between, and the text of those that are text.
pub(crate) struct Tree {
    root: PathBuf,
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// Reads the repository that this program was built in.
    pub(crate) fn read() -> Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?.to_owned();
        let listed = run(&root, "git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
        let mut files = BTreeMap::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let full = root.join(path);
            // A tracked file may be deleted in the work tree, and a link may lead nowhere.
            let Ok(facts) = std::fs::metadata(&full) else { continue };
            let text = (facts.is_file() && facts.len() <= TEXT_BYTES_MAX)
                .then(|| std::fs::read(&full).ok().and_then(|bytes| String::from_utf8(bytes).ok()))
                .flatten();
            files.insert(path.to_owned(), text);
        }
        Ok(Self { root, files })
    }

    /// A made-up tree, for tests of the checks.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned()))).collect();
        Self { root: PathBuf::new(), files }
    }

    /// Every path.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Every text file with its text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Every Rust file with its text.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// The text of one file, if it is there and is text.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        self.files.get(path)?.clone()
    }

    /// Whether there is such a file or folder.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.keys().any(|file| file.starts_with(&folder))
    }

    /// Names of the folders directly in `crates`.
    pub(crate) fn rooms(&self) -> Vec<&str> {
        let mut rooms: Vec<&str> = self
            .paths()
            .filter_map(|path| path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"))
            .filter(|room| !room.contains('/'))
            .collect();
        rooms.sort_unstable();
        rooms
    }

    /// What `cargo metadata` says.
    pub(crate) fn cargo_metadata(&self, arguments: &[&str]) -> Result<Value> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let text = run(
            &self.root,
            &cargo,
            &[&["metadata", "--format-version", "1", "--quiet"], arguments].concat(),
        )?;
        serde_json::from_str(&text).context("reading the answer of cargo metadata")
    }

    /// A path below the repository made relative to it.
    pub(crate) fn relative(&self, full: &str) -> String {
        Path::new(full).strip_prefix(&self.root).map_or_else(|_| full.to_owned(), |p| p.display().to_string())
    }
}

/// The platform that is compiled for, so that packages of others need not be there.
pub(crate) fn host_platform() -> Result<String> {
    let text = run(Path::new("."), "rustc", &["-vV"])?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc does not say its host platform")
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .with_context(|| format!("running {program}; is it installed?"))?;
    if !output.status.success() {
        bail!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("reading the answer of {program}"))
}
