//! Packs: writing one durably, and reading which objects an existing one holds.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use git2::{Oid, Repository};

use crate::RepoError;

/// Most objects of one pack index that is read.
const OBJECTS_MAX: usize = 20_000_000;

/// Writes the objects as one pack, synced with its index and their folder; answers its path. The handle must come from
/// [`crate::open::open_library`].
pub(crate) fn write_pack(repo: &Repository, objects: &BTreeSet<Oid>) -> Result<PathBuf, RepoError> {
    let folder = repo.path().join("objects/pack");
    let mut builder = repo.packbuilder()?;
    builder.set_threads(1);
    for object in objects {
        builder.insert_object(*object, None)?;
    }
    builder.write(&folder, 0o444)?;
    let name = builder.name()?.ok_or_else(|| RepoError::Failed("the pack has no name".to_owned()))?;
    // The library has synced both files and the folder: the handle's settings say so, see `open_library`.
    Ok(folder.join(format!("pack-{name}.pack")))
}

/// A pack that may be merged into another.
#[derive(Debug)]
pub(crate) struct Pack {
    pub(crate) path: PathBuf,
    pub(crate) objects: usize,
}

/// The packs of the repository without those that somebody marked to be kept, smallest first.
pub(crate) fn packs(repository: &Path) -> Result<Vec<Pack>, RepoError> {
    let mut packs = Vec::new();
    for entry in fs::read_dir(repository.join("objects/pack"))? {
        let path = entry?.path();
        let is_pack = path.extension().is_some_and(|extension| extension == "pack");
        let special = ["keep", "promisor", "mtimes"].iter().any(|mark| path.with_extension(mark).exists());
        if is_pack && !special && path.with_extension("idx").exists() {
            packs.push(Pack { objects: count(&path.with_extension("idx"))?, path });
        }
    }
    packs.sort_by_key(|pack| pack.objects);
    Ok(packs)
}

impl Pack {
    /// The ids of its objects, from its index (version 2: header, fan-out, sorted ids).
    pub(crate) fn ids(&self) -> Result<Vec<Oid>, RepoError> {
        let mut file = File::open(self.path.with_extension("idx"))?;
        let objects = read_count(&mut file)?;
        let mut ids = Vec::with_capacity(objects.min(100_000));
        let mut raw = vec![0; objects.saturating_mul(20)];
        file.read_exact(&mut raw)?;
        for id in raw.chunks_exact(20) {
            ids.push(Oid::from_bytes(id)?);
        }
        Ok(ids)
    }

    /// Removes the pack; its index first, so that a reader in between finds a pack it can open or none.
    pub(crate) fn remove(&self) -> Result<(), RepoError> {
        for extension in ["idx", "bitmap", "rev", "pack"] {
            match fs::remove_file(self.path.with_extension(extension)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Loose objects: their ids and files.
pub(crate) fn loose(repository: &Path) -> Result<Vec<(Oid, PathBuf)>, RepoError> {
    let mut found = Vec::new();
    for folder in fs::read_dir(repository.join("objects"))? {
        let folder = folder?.path();
        let Some(start) = folder.file_name().and_then(|name| name.to_str()).filter(|name| name.len() == 2)
        else {
            continue;
        };
        let start = start.to_owned();
        for file in fs::read_dir(&folder)? {
            let file = file?.path();
            let id =
                file.file_name().and_then(|rest| Oid::from_str(&format!("{start}{}", rest.to_str()?)).ok());
            if let Some(id) = id.filter(|_| file.file_name().is_some_and(|rest| rest.len() == 38)) {
                found.push((id, file));
            }
        }
    }
    Ok(found)
}

fn count(index: &Path) -> Result<usize, RepoError> {
    read_count(&mut File::open(index)?)
}

fn read_count(index: &mut File) -> Result<usize, RepoError> {
    let mut head = [0; 8 + 256 * 4];
    index.read_exact(&mut head)?;
    let count = head.last_chunk::<4>().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if !head.starts_with(&[0xff, b't', b'O', b'c', 0, 0, 0, 2]) || count > OBJECTS_MAX {
        return Err(RepoError::Damaged("a pack index has an unknown format".to_owned()));
    }
    Ok(count)
}
