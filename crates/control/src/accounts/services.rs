//! Service accounts: programs that call the API with a token of their own.

use std::time::Duration;

use linkmesh_fleet::Timestamp;
use linkmesh_fleet::access::Role;
use linkmesh_store::{Expected, PutError, RecordError};

use super::{AccountError, Accounts, hex};
use crate::records::ServiceAccountRecord;
use crate::secrets::{SERVICE_PREFIX, digest, draw_key, draw_token};

impl Accounts {
    /// Makes a service account; its token is answered once and never again.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub fn create_service(
        &self,
        name: &str,
        role: Role,
        expires_in_s: Option<u64>,
        now: Timestamp,
    ) -> Result<(ServiceAccountRecord, String), AccountError> {
        if name.is_empty() || name.chars().count() > 128 || name.chars().any(char::is_control) {
            return Err(AccountError::Invalid("name", "a name has 1 to 128 characters".to_owned()));
        }
        if expires_in_s == Some(0) {
            return Err(AccountError::Invalid(
                "expires_in_s",
                "a lifetime is at least one second".to_owned(),
            ));
        }
        let token = draw_token(SERVICE_PREFIX);
        let service = ServiceAccountRecord {
            id: draw_key(),
            name: name.to_owned(),
            role,
            digest: hex(&digest(&token)),
            created_at: now,
            expires_at: expires_in_s.map(|seconds| now.plus(Duration::from_secs(seconds))),
        };
        self.services.put_if(service.id.as_bytes(), Expected::Absent, &service)?;
        let mut known = self.write();
        known.service_by_digest.insert(service.digest.clone(), service.id.clone());
        known.services.insert(service.id.clone(), service.clone());
        Ok((service, token))
    }

    /// All service accounts, without their tokens.
    #[must_use]
    pub fn services(&self) -> Vec<ServiceAccountRecord> {
        self.read().services.values().cloned().collect()
    }

    /// Removes a service account; its token ends at once.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub fn remove_service(&self, id: &str) -> Result<(), AccountError> {
        let known = self.read().services.get(id).cloned();
        let service = known.ok_or_else(|| AccountError::Unknown(id.to_owned()))?;
        // First the store: a token that works again after a restart was not removed.
        match self.services.delete_if(service.id.as_bytes(), Expected::Any) {
            Ok(()) | Err(RecordError::Put(PutError::Conflict { .. })) => {}
            Err(other) => return Err(other.into()),
        }
        let mut known = self.write();
        known.services.remove(id);
        known.service_by_digest.remove(&service.digest);
        Ok(())
    }
}
