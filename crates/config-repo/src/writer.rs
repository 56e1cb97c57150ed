//! The one writer: takes the saves that wait, chains their commits, writes one pack, moves the branch once, answers.
//! A save is answered with success only after the pack and the branch are synced.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use git2::{ErrorCode, Oid, Repository};

use crate::change::{Change, SaveError, Saved};
use crate::commit::{Evaluated, evaluate, new_objects};
use crate::locks::Watch;
use crate::open::{BRANCH, Shared, open_library};
use crate::packs::write_pack;
use crate::{RepoError, RepoStats, Revision};

/// Saves that share one sync at most.
const BATCH_MAX: usize = 256;
/// Bytes of files that share one sync at most.
const BATCH_MAX_BYTES: usize = 32 * 1024 * 1024;
/// Times a batch is made again because somebody pushed meanwhile.
const REBASE_MAX: usize = 16;
/// How long to wait for a lock on the branch, in all.
const LOCK_WAIT_S: u64 = 8;
/// Pause between two tries for the lock.
const LOCK_RETRY_MS: u64 = 10;
/// Above the packs and loose files, so that new objects stay in memory until the batch is whole.
const MEMORY_FIRST: i32 = 1000;

/// One save that waits for its answer.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) change: Change,
    pub(crate) reply: SyncSender<Answer>,
}

pub(crate) type Answer = Result<Saved, SaveError>;

#[derive(Debug, Default)]
pub(crate) struct Counters {
    saves: AtomicU64,
    commits: AtomicU64,
    batches: AtomicU64,
    rebased: AtomicU64,
}

impl Counters {
    pub(crate) fn read(&self) -> RepoStats {
        RepoStats {
            saves: self.saves.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            batches: self.batches.load(Ordering::Relaxed),
            rebased: self.rebased.load(Ordering::Relaxed),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
    queue: Receiver<Request>,
}

/// How a try to write a batch ended without answers.
enum Failure {
    /// Somebody else moved the branch: everything has to be judged again.
    Moved,
    Repo(RepoError),
}

impl<E: Into<RepoError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Repo(error.into())
    }
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, queue: Receiver<Request>) -> Self {
        Self { shared, queue }
    }

    pub(crate) fn run(self) {
        while let Ok(first) = self.queue.recv() {
            let mut batch = Vec::new();
            let mut size_bytes = 0usize;
            let mut next = Some(first);
            while let Some(request) = next {
                let bytes = request.change.put.values().map(Vec::len).fold(0, usize::saturating_add);
                size_bytes = size_bytes.saturating_add(bytes);
                batch.push(request);
                if batch.len() >= BATCH_MAX || size_bytes >= BATCH_MAX_BYTES {
                    break;
                }
                next = self.queue.try_recv().ok();
            }
            let answers = self.serve(&batch);
            for (request, answer) in batch.into_iter().zip(answers) {
                self.shared.counters.saves.fetch_add(1, Ordering::Relaxed);
                if request.reply.send(answer).is_err() {
                    tracing::debug!("a caller did not wait for its save");
                }
            }
        }
    }

    fn serve(&self, batch: &[Request]) -> Vec<Answer> {
        let _gate = self.shared.gate.read().unwrap_or_else(PoisonError::into_inner);
        let mut error = RepoError::Busy("somebody keeps pushing to branch main".to_owned());
        for _ in 0..REBASE_MAX {
            match self.attempt(batch) {
                Ok(answers) => return answers,
                Err(Failure::Moved) => {
                    self.shared.counters.rebased.fetch_add(1, Ordering::Relaxed);
                }
                Err(Failure::Repo(why)) => {
                    error = why;
                    break;
                }
            }
        }
        batch.iter().map(|_| Err(error.clone().into())).collect()
    }

    /// A fresh handle per try: what a failed try left in memory is never taken for written.
    fn attempt(&self, batch: &[Request]) -> Result<Vec<Answer>, Failure> {
        let repo = open_library(&self.shared.path)?;
        let head = repo.refname_to_id(BRANCH)?;
        let odb = repo.odb()?;
        let _memory = odb.add_new_mempack_backend(MEMORY_FIRST)?;
        let mut tip = head;
        let mut commits = 0u64;
        let mut answers: Vec<Answer> = Vec::with_capacity(batch.len());
        for request in batch {
            let evaluated = catch_unwind(AssertUnwindSafe(|| {
                evaluate(&repo, tip, &request.change, &self.shared.program)
            }))
            .unwrap_or_else(|_| {
                Err(RepoError::Failed("the validation of this change panicked".to_owned()).into())
            });
            answers.push(evaluated.map(|evaluated| match evaluated {
                Evaluated::Unchanged => Saved { revision: Revision::from_oid(tip), unchanged: true },
                Evaluated::Commit(commit) => {
                    tip = commit;
                    commits = commits.saturating_add(1);
                    Saved { revision: Revision::from_oid(commit), unchanged: false }
                }
            }));
        }
        if tip != head {
            write_pack(&repo, &new_objects(&repo, head, tip)?)?;
            move_branch(&repo, &self.shared.path, head, tip)?;
            self.shared.counters.commits.fetch_add(commits, Ordering::Relaxed);
            self.shared.counters.batches.fetch_add(1, Ordering::Relaxed);
        }
        Ok(answers)
    }
}

/// Moves the branch from `from` to `to`, if it is still at `from`, and syncs it.
fn move_branch(repo: &Repository, path: &Path, from: Oid, to: Oid) -> Result<(), Failure> {
    let deadline = Instant::now() + Duration::from_secs(LOCK_WAIT_S);
    let mut watch = Watch::new(path.join(format!("{BRANCH}.lock")));
    loop {
        match repo.reference_matching(BRANCH, to, true, from, "save") {
            // Synced by the library, the file before it takes its place and the folder after.
            Ok(_) => return Ok(()),
            Err(error) if error.code() == ErrorCode::Modified => return Err(Failure::Moved),
            Err(error) if error.code() == ErrorCode::Locked && Instant::now() < deadline => {
                watch.look()?;
                std::thread::sleep(Duration::from_millis(LOCK_RETRY_MS));
            }
            Err(error) => return Err(error.into()),
        }
    }
}
