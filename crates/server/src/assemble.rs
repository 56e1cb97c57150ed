//! Puts the program together, and takes it apart again: opens the data, binds the port, starts every task, ends them.
//! Start at [`start`].

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{any, post};
use linkmesh_control::secrets::draw_token;
use linkmesh_control::{ControlPlane, OpenError};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accept::Front;
use crate::http::{self, App};
use crate::mirror::Mirror;
use crate::opamp::Opamp;
use crate::otlp::Otlp;
use crate::remotecfg::Remotecfg;
use crate::settings::Settings;
use crate::tls::{Tls, TlsError};

const BACKLOG: u32 = 4096;

/// A server that is serving.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// Makes the first administrator; absent once there is one.
    pub setup_token: Option<String>,
    /// The control plane behind it.
    pub plane: Arc<ControlPlane>,
    closing: CancellationToken,
    tasks: TaskTracker,
    grace: Duration,
}

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The port cannot be bound.
    #[error("listening on {address}: {cause}; stop what uses that port, or set another with --listen")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A part of the program failed while it started.
    #[error("starting failed inside the program: {0}")]
    Broken(#[from] tokio::task::JoinError),
}

/// A port that is bound and not served yet: whoever connects waits, and is not refused.
pub struct Bound {
    settings: Settings,
    listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Binds the port, opens the data and serves.
///
/// # Errors
/// See [`StartError`]; then nothing is left running.
pub async fn start(settings: Settings) -> Result<Running, StartError> {
    bound(settings)?.open().await
}

/// Binds the port. It comes first: an Alloy that is refused a connection while it starts dies, one that waits does not.
///
/// # Errors
/// The port cannot be bound.
pub fn bound(settings: Settings) -> Result<Bound, StartError> {
    let listener =
        bind(settings.listen).map_err(|cause| StartError::Bind { address: settings.listen, cause })?;
    let address = listener.local_addr().unwrap_or(settings.listen);
    Ok(Bound { settings, listener, address })
}

impl Bound {
    /// Opens the data and serves.
    ///
    /// # Errors
    /// See [`StartError`]; then nothing is left running.
    pub async fn open(self) -> Result<Running, StartError> {
        let Self { settings, listener, address } = self;
        serve(settings, listener, address).await
    }
}

async fn serve(
    settings: Settings,
    listener: TcpListener,
    address: SocketAddr,
) -> Result<Running, StartError> {
    let for_plane = linkmesh_control::Settings {
        data_dir: settings.data_dir.clone(),
        external_url: settings.external_url.clone().unwrap_or_default(),
        clock: settings.clock.clone(),
    };
    // A wrong certificate is found before anything is opened.
    let tls = settings.tls.clone().map(Tls::open).transpose()?;
    let plane = tokio::task::spawn_blocking(move || ControlPlane::open(&for_plane)).await??;
    let scheme = if tls.is_some() { "https" } else { "http" };
    if settings.external_url.is_none() {
        plane.set_external_url(&format!("{scheme}://{address}"));
    }
    let setup_token = (!plane.accounts.is_set_up())
        .then(|| settings.setup_token.clone().unwrap_or_else(|| draw_token("lmset_")));
    if let Some(token) = &setup_token {
        plane.accounts.expect_setup(token);
    }
    let closing = CancellationToken::new();
    let tasks = TaskTracker::new();
    plane.start(&tasks, &closing);
    let mirror = Mirror::open(settings.data_dir.join("mirror"), settings.mirror_public);
    let app = App::new(Arc::clone(&plane), mirror, closing.clone(), tls.clone());
    let routes = http::router(app.clone()).merge(other_protocols(&plane, &closing, &tasks));
    match crate::local::bind(&settings.data_dir) {
        Ok(socket) => {
            let routes = http::local_router(app);
            tasks.spawn(crate::local::serve(socket, routes, closing.clone(), tasks.clone()));
        }
        Err(cause) => {
            tracing::warn!(%cause, "commands on this machine cannot reach this server; a backup has to be asked for over the API");
        }
    }
    if let Some(tls) = &tls {
        tasks.spawn(Arc::clone(tls).keep_fresh(closing.clone()));
    }
    tasks.spawn({
        let front = Front { tls, proxies: Arc::new(settings.trusted_proxies) };
        let (closing, tasks) = (closing.clone(), tasks.clone());
        async move { crate::accept::serve(listener, routes, front, closing, &tasks).await }
    });
    Ok(Running { address, scheme, setup_token, plane, closing, tasks, grace: settings.shutdown_grace })
}

/// The protocols that collectors speak. Each brings its own limits, deadlines and refusals.
fn other_protocols(plane: &Arc<ControlPlane>, closing: &CancellationToken, tasks: &TaskTracker) -> Router {
    let opamp = Opamp::new(Arc::clone(plane), closing.clone(), tasks.clone());
    let opamp = Router::new()
        .route("/v1/opamp", any(crate::opamp::handle))
        .route("/api/v1/opamp", any(crate::opamp::handle))
        .with_state(opamp);
    let otlp = Router::new()
        .route("/v1/metrics", post(crate::otlp::handle))
        .with_state(Otlp::new(Arc::clone(plane)));
    let remotecfg = Router::new()
        .route("/collector.v1.CollectorService/{call}", any(crate::remotecfg::handle))
        .route("/agent.v1.AgentService/{call}", any(crate::remotecfg::handle))
        .with_state(Remotecfg::new(Arc::clone(plane)));
    opamp.merge(otlp).merge(remotecfg)
}

impl Running {
    /// Stops taking requests, lets open ones finish within the grace, then closes the data.
    pub async fn stop(self) {
        self.closing.cancel();
        self.tasks.close();
        if tokio::time::timeout(self.grace, self.tasks.wait()).await.is_err() {
            tracing::warn!(tasks = self.tasks.len(), "some connections did not end in time and are cut off");
        }
        let plane = Arc::clone(&self.plane);
        if let Err(cause) = tokio::task::spawn_blocking(move || plane.close()).await {
            tracing::error!(%cause, "the data could not be closed in order");
        }
    }
}

/// Waits for SIGTERM or SIGINT.
///
/// # Errors
/// The system refuses to tell us of signals.
pub async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // Certificates listen to it as well; without any it must not end the program, which is what the system does by itself.
    let mut hangup = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = hangup.recv() => {}
        }
    }
}

fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4()?,
        SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
