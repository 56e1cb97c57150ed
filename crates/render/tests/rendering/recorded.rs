//! Texts that are recorded in files. `LINKMESH_BLESS=1` writes them anew.

use std::fs;
use std::path::Path;

use super::support::here;

/// Compares texts with files, and tells all that differ at once.
#[derive(Default)]
pub(crate) struct Recorded {
    changed: Vec<String>,
}

impl Recorded {
    /// Compares with a golden file.
    pub(crate) fn compare(&mut self, name: &str, text: &str) {
        self.compare_file(&here("golden").join(name), text);
    }

    /// Compares with any file.
    pub(crate) fn compare_file(&mut self, path: &Path, text: &str) {
        if std::env::var_os("LINKMESH_BLESS").is_some() {
            fs::write(path, text).unwrap();
        } else if fs::read_to_string(path).unwrap_or_default() != text {
            self.changed.push(format!("{}:\n{text}", path.display()));
        }
    }

    pub(crate) fn end(self) {
        assert!(self.changed.is_empty(), "not as expected; see LINKMESH_BLESS\n{}", self.changed.join("\n"));
    }
}
