//! What every handler shares, and the two ways into the control plane: looking, and changing.
//! Both run off the async threads, because the control plane waits for disks.

use std::fmt::Display;
use std::sync::Arc;

use linkmesh_control::ControlPlane;
use linkmesh_control::accounts::Principal;
use linkmesh_control::mutate::{Act, MutateError};
use linkmesh_fleet::Timestamp;
use linkmesh_fleet::access::Permission;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::auth::Caller;
use super::error::ApiError;
use super::idempotency::Repeats;
use super::places::Places;
use super::web::Web;
use crate::mirror::{Mirror, MirrorError};
use crate::tls::Tls;

/// Open event streams.
const STREAMS_MAX: usize = 1000;
/// Passwords that are checked or wait for it; each takes tens of milliseconds of a core.
const SIGN_INS_MAX: usize = 16;
/// Backups at the same time; each holds one moment of the record.
const BACKUPS_MAX: usize = 2;
/// Files of the mirror that are written or read whole at the same time.
const UPLOADS_MAX: usize = 4;

/// What every handler shares. Cloning is cheap.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    plane: Arc<ControlPlane>,
    closing: CancellationToken,
    streams: Arc<Semaphore>,
    sign_ins: Arc<Semaphore>,
    repeats: Repeats,
    web: Web,
    backups: Arc<Semaphore>,
    mirror: Arc<Mirror>,
    uploads: Arc<Semaphore>,
    downloads: Places,
    tls: Option<Arc<Tls>>,
}

/// How the server's own certificate is.
pub(super) struct Certificate {
    /// Why the files that are there now are not in force, if so.
    pub trouble: Option<String>,
    /// Until when the one in force is valid.
    pub valid_until: Option<Timestamp>,
}

impl App {
    /// The handlers' side of a control plane; `closing` ends what stays open.
    #[must_use]
    pub fn new(
        plane: Arc<ControlPlane>,
        mirror: Mirror,
        closing: CancellationToken,
        tls: Option<Arc<Tls>>,
    ) -> Self {
        Self(Arc::new(Parts {
            plane,
            closing,
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            sign_ins: Arc::new(Semaphore::new(SIGN_INS_MAX)),
            repeats: Repeats::default(),
            web: Web::open(),
            backups: Arc::new(Semaphore::new(BACKUPS_MAX)),
            mirror: Arc::new(mirror),
            uploads: Arc::new(Semaphore::new(UPLOADS_MAX)),
            downloads: Places::default(),
            tls,
        }))
    }

    /// The control plane.
    #[must_use]
    pub fn plane(&self) -> &Arc<ControlPlane> {
        &self.0.plane
    }

    /// Ends when the server stops.
    #[must_use]
    pub fn closing(&self) -> &CancellationToken {
        &self.0.closing
    }

    pub(super) fn streams(&self) -> &Arc<Semaphore> {
        &self.0.streams
    }

    pub(super) fn streams_open(&self) -> usize {
        STREAMS_MAX.saturating_sub(self.0.streams.available_permits())
    }

    pub(super) fn sign_ins(&self) -> &Arc<Semaphore> {
        &self.0.sign_ins
    }

    pub(super) fn repeats(&self) -> &Repeats {
        &self.0.repeats
    }

    /// The files of the web interface.
    pub(super) fn web(&self) -> &Web {
        &self.0.web
    }

    pub(super) fn backups(&self) -> &Arc<Semaphore> {
        &self.0.backups
    }

    /// The server's own certificate; nothing without TLS.
    pub(super) fn certificate(&self) -> Option<Certificate> {
        let of = |tls: &Arc<Tls>| Certificate { trouble: tls.trouble(), valid_until: tls.valid_until() };
        self.0.tls.as_ref().map(of)
    }

    pub(super) fn mirror(&self) -> &Arc<Mirror> {
        &self.0.mirror
    }

    pub(super) fn uploads(&self) -> &Arc<Semaphore> {
        &self.0.uploads
    }

    pub(super) fn downloads(&self) -> &Places {
        &self.0.downloads
    }

    /// Asks the mirror, off the async threads.
    pub(super) async fn blocking_mirror<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Mirror) -> Result<T, MirrorError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let mirror = Arc::clone(self.mirror());
        self.blocking(move |_| Ok(work(&mirror)?)).await
    }

    /// Looks at something, if the caller may.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        caller: &Caller,
        permission: Permission,
        look: impl FnOnce(&Arc<ControlPlane>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.plane().allow::<ApiError>(caller.principal(), permission)?;
        self.blocking(look).await
    }

    /// Changes something, if the caller may; audited.
    pub(super) async fn mutate<T, E>(
        &self,
        caller: &Caller,
        act: Act,
        change: impl FnOnce(&Arc<ControlPlane>, &Principal, u64) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Display + Send + 'static,
        ApiError: From<MutateError<E>>,
    {
        let who = caller.principal().clone();
        self.blocking(move |plane| {
            plane.mutate(&who, act, |number| change(plane, &who, number)).map_err(ApiError::from)
        })
        .await
    }

    /// Runs what may wait for a disk.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<ControlPlane>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let plane = Arc::clone(self.plane());
        tokio::task::spawn_blocking(move || work(&plane)).await.unwrap_or_else(|cause| {
            tracing::error!(%cause, "a request failed inside the program");
            Err(ApiError::internal())
        })
    }
}
