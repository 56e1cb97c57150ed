//! Keeping the repository fast: loose objects and small packs are merged into larger packs, step by step.
//! Nothing is dropped, not even what nobody refers to; an old file goes only after its objects are elsewhere on the disk.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{PoisonError, TryLockError};

use crate::open::open_library;
use crate::packs::{Pack, loose, packs, write_pack};
use crate::{ConfigRepo, RepoError};

/// Loose objects from which merging is worth it.
const LOOSE_MAX: usize = 500;
/// Packs from which merging is worth it.
const PACKS_MAX: usize = 24;
/// Most objects in one merge, so that its memory is bounded.
const MERGE_MAX_OBJECTS: usize = 2_000_000;

/// What [`ConfigRepo::maintain`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Maintained {
    /// Loose objects found.
    pub loose_objects: usize,
    /// Packs found.
    pub packs: usize,
    /// Packs merged into one; 0 where nothing was to do.
    pub merged_packs: usize,
}

impl ConfigRepo {
    /// Merges loose objects and small packs where there are many. Saves, reads and pushes go on meanwhile; they wait
    /// only while old files are removed. Call it every few minutes; it costs little where nothing is to do.
    ///
    /// # Errors
    /// [`RepoError`]; the repository is as good as before.
    pub fn maintain(&self) -> Result<Maintained, RepoError> {
        let shared = &self.shared;
        let _alone = match shared.maintaining.try_lock() {
            Ok(alone) => alone,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(Maintained::default()),
        };
        let loose = loose(&shared.path)?;
        let found = packs(&shared.path)?;
        let mut done = Maintained { loose_objects: loose.len(), packs: found.len(), merged_packs: 0 };
        // Git's own index over all packs would name packs that are gone.
        let indexed = shared.path.join("objects/pack/multi-pack-index").exists();
        if indexed || (loose.len() < LOOSE_MAX && found.len() < PACKS_MAX) {
            return Ok(done);
        }
        let small = choose(found, loose.len());
        let mut objects: BTreeSet<_> = loose.iter().map(|(id, _)| *id).collect();
        for pack in &small {
            objects.extend(pack.ids()?);
        }
        if objects.is_empty() {
            return Ok(done);
        }
        let merged = write_pack(&open_library(&shared.path)?, &objects)?;
        let _gate = shared.gate.write().unwrap_or_else(PoisonError::into_inner);
        shared.forget_handles();
        for pack in small.iter().filter(|pack| pack.path != merged) {
            pack.remove()?;
            done.merged_packs = done.merged_packs.saturating_add(1);
        }
        for (_, file) in loose {
            match fs::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(done)
    }
}

/// The smallest packs, up to the last one that is not at least twice as large as all below it together: so an object
/// is merged only a logarithmic number of times, and few packs stay.
fn choose(found: Vec<Pack>, loose: usize) -> Vec<Pack> {
    let mut below = loose;
    let mut take = 0;
    for (position, pack) in found.iter().enumerate() {
        if below.saturating_add(pack.objects) > MERGE_MAX_OBJECTS {
            break;
        }
        if pack.objects < below.saturating_mul(2) {
            take = position.saturating_add(1);
        }
        below = below.saturating_add(pack.objects);
    }
    found.into_iter().take(take).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(sizes: &[usize], loose: usize) -> usize {
        choose(sizes.iter().map(|objects| Pack { path: "p".into(), objects: *objects }).collect(), loose)
            .len()
    }

    #[test]
    fn small_packs_are_merged_and_large_ones_stay() {
        assert_eq!(chosen(&[4, 4, 4, 1000], 0), 3);
        assert_eq!(chosen(&[4, 10, 100], 0), 0);
        assert_eq!(chosen(&[4, 10, 100], 60), 3);
        assert_eq!(chosen(&[], 600), 0);
        assert_eq!(chosen(&[1_500_000, 1_600_000], 0), 0);
    }
}
