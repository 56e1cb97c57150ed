//! The repository as files, of one moment, while others go on saving: for a backup. Its own settings and hooks stay behind,
//! because whoever brings them back would run what they say. Start at [`ConfigRepo::hold`].

use std::fs::{self, File};
use std::path::Path;
use std::sync::{Arc, PoisonError};

use crate::open::{BRANCH, Shared, open_library};
use crate::packs::{loose, packs};
use crate::{ConfigRepo, RepoError, Revision};

/// Branches and tags that are copied at most.
const REFS_MAX: usize = 10_000;

/// One moment of the repository.
#[derive(Debug)]
pub struct RepoCopy {
    shared: Arc<Shared>,
    head: Revision,
    refs: String,
}

/// One file of the repository.
#[derive(Debug)]
pub struct RepoFile {
    /// Where it belongs, from the repository's folder on.
    pub path: String,
    /// Its content.
    pub content: File,
    /// How many bytes it has.
    pub bytes: u64,
}

impl ConfigRepo {
    /// Notes where every branch is, while `also` notes whatever belongs to the same moment: no save is under way in between.
    ///
    /// # Errors
    /// [`RepoError`] where the branches cannot be read.
    pub fn hold<T>(&self, also: impl FnOnce() -> T) -> Result<(RepoCopy, T), RepoError> {
        let shared = Arc::clone(&self.shared);
        let _gate = shared.gate.write().unwrap_or_else(PoisonError::into_inner);
        let repo = open_library(&shared.path)?;
        let head = repo.refname_to_id(BRANCH)?;
        let mut refs = format!("{head} {BRANCH}\n");
        for (number, reference) in repo.references()?.enumerate() {
            let reference = reference?;
            if number >= REFS_MAX {
                return Err(RepoError::TooLarge(format!("more than {REFS_MAX} branches and tags")));
            }
            if let (Ok(name), Some(target)) = (reference.name(), reference.target())
                && name != BRANCH
                && name.starts_with("refs/")
            {
                refs.push_str(&format!("{target} {name}\n"));
            }
        }
        let also = also();
        let copy = RepoCopy { shared: Arc::clone(&shared), head: Revision::from_oid(head), refs };
        Ok((copy, also))
    }
}

impl RepoCopy {
    /// The revision that branch `main` was at.
    #[must_use]
    pub fn head(&self) -> Revision {
        self.head
    }

    /// Every branch and tag as the text of Git's file `packed-refs`.
    #[must_use]
    pub fn refs(&self) -> &str {
        &self.refs
    }

    /// Hands out the files that hold the objects, until `take` refuses one. Objects never change; what came after the moment
    /// may be among them and does no harm. Nothing is tidied up meanwhile.
    ///
    /// # Errors
    /// A file cannot be read, or what `take` answered.
    pub fn each_file<E: From<RepoError>>(
        &self,
        mut take: impl FnMut(RepoFile) -> Result<(), E>,
    ) -> Result<(), E> {
        let _still = self.shared.maintaining.lock().unwrap_or_else(PoisonError::into_inner);
        let root = &self.shared.path;
        let mut files: Vec<_> = loose(root)?.into_iter().map(|(_, file)| file).collect();
        for pack in packs_of_all(root)? {
            files.push(pack.with_extension("pack"));
            files.push(pack.with_extension("idx"));
        }
        for file in files {
            take(opened(root, &file)?)?;
        }
        Ok(())
    }
}

/// Every pack, also those that are marked to be kept.
fn packs_of_all(root: &Path) -> Result<Vec<std::path::PathBuf>, RepoError> {
    let mut all: Vec<_> = packs(root)?.into_iter().map(|pack| pack.path).collect();
    for entry in fs::read_dir(root.join("objects/pack"))? {
        let path = entry?.path();
        let is_pack = path.extension().is_some_and(|extension| extension == "pack");
        if is_pack && path.with_extension("idx").exists() && !all.contains(&path) {
            all.push(path);
        }
    }
    Ok(all)
}

fn opened(root: &Path, file: &Path) -> Result<RepoFile, RepoError> {
    let content = File::open(file)?;
    let bytes = content.metadata()?.len();
    let path = file.strip_prefix(root).ok().and_then(Path::to_str).unwrap_or_default().to_owned();
    Ok(RepoFile { path, content, bytes })
}

/// Lays down an empty repository into which the files of a copy are put. What Git needs beside them is made when it is opened.
///
/// # Errors
/// The disk refused it.
pub fn lay_out(path: &Path, refs: &str) -> Result<(), RepoError> {
    for folder in ["objects/pack", "objects/info", "refs/heads", "refs/tags"] {
        fs::create_dir_all(path.join(folder))?;
    }
    fs::write(path.join("HEAD"), format!("ref: {BRANCH}\n"))?;
    fs::write(
        path.join("config"),
        "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n",
    )?;
    fs::write(path.join("packed-refs"), refs)?;
    for file in ["HEAD", "config", "packed-refs"] {
        File::open(path.join(file))?.sync_all()?;
    }
    Ok(())
}
