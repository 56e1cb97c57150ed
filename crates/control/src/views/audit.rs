//! The audit log as people read it: never without a look whether it still holds together.

use linkmesh_fleet::audit::Broken;
use linkmesh_store::StoreError;

use crate::journal::AuditPage;
use crate::plane::ControlPlane;

/// Entries that are held against each other at once.
const PAGE_ENTRIES: usize = 1000;

impl ControlPlane {
    /// Audit entries below `before`, newest first, and whether they follow from each other. Blocking.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn audit(&self, before: Option<u64>, limit: usize) -> Result<AuditPage, StoreError> {
        self.journal.audit_page(before, limit)
    }

    /// Reads the whole audit log; answers the oldest entry that does not follow from the one before it. Blocking.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn verify_audit(&self) -> Result<Option<Broken>, StoreError> {
        let mut oldest = None;
        let mut before = None;
        loop {
            let page = self.journal.audit_page(before, PAGE_ENTRIES)?;
            oldest = page.broken.or(oldest);
            match page.entries.last() {
                Some(last) if last.seq > 1 && before.is_none_or(|before| last.seq < before) => {
                    before = Some(last.seq);
                }
                _ => return Ok(oldest),
            }
        }
    }
}
