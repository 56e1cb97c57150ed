//! A folder for one test, removed with it; after a failure it stays, and the ends of its logs are shown.
//! Start at [`Folder::new`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Lines of each log that are shown after a failure, and how much of each.
const LINES_SHOWN: usize = 12;
const LINE_CHARS_SHOWN: usize = 240;

/// A folder. Clones are the same folder; it goes with the last one.
#[derive(Clone, Debug)]
pub struct Folder {
    kept: Arc<Kept>,
}

#[derive(Debug)]
struct Kept {
    folder: Option<tempfile::TempDir>,
    path: PathBuf,
}

impl Folder {
    /// A new, empty folder whose name tells which test it belongs to.
    ///
    /// # Panics
    /// When the system gives none.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let prefix = format!("linkmesh-{name}-");
        let folder =
            tempfile::Builder::new().prefix(&prefix).tempdir().expect("a temporary folder can be made");
        let path = folder.path().to_owned();
        Self { kept: Arc::new(Kept { folder: Some(folder), path }) }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.kept.path
    }

    /// A path in it.
    #[must_use]
    pub fn join(&self, name: &str) -> PathBuf {
        self.kept.path.join(name)
    }

    /// A file in it, with this text; its folders are made.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        self.write_bytes(name, text.as_bytes())
    }

    /// The same with any bytes.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write_bytes(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.join(name);
        std::fs::create_dir_all(path.parent().expect("a path in a folder has a parent"))
            .expect("folders can be made");
        std::fs::write(&path, bytes).expect("a file in the temporary folder can be written");
        path
    }
}

impl Drop for Kept {
    #[expect(
        clippy::print_stderr,
        reason = "evidence of a failed test is for the person who reads its output"
    )]
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let Some(folder) = self.folder.take() else { return };
        let path = folder.keep();
        eprintln!("\nthe evidence stays in {}", path.display());
        for entry in std::fs::read_dir(&path).into_iter().flatten().flatten() {
            let file = entry.path();
            if file.extension().is_some_and(|end| end == "log") {
                let text = std::fs::read_to_string(&file).unwrap_or_default();
                let lines: Vec<&str> = text.lines().collect();
                eprintln!("--- the end of {}", file.display());
                for line in lines.iter().skip(lines.len().saturating_sub(LINES_SHOWN)) {
                    eprintln!("{}", line.chars().take(LINE_CHARS_SHOWN).collect::<String>());
                }
            }
        }
    }
}
