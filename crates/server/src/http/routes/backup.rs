//! A backup over HTTP: one archive, made while it is sent.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use futures_util::stream::unfold;
use http::{HeaderValue, header};
use linkmesh_control::mutate::Act;
use linkmesh_fleet::access::Permission;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::state::App;

/// How long a peer may take nothing before the backup is given up.
const STALL_MAX: Duration = Duration::from_secs(60);
const CHUNK_BYTES: usize = 64 * 1024;
/// Chunks that wait between the disk and the socket.
const CHUNKS_WAITING: usize = 2;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(backup))
}

/// Take a backup of this moment: repository, record and keys, as a tar archive that lists its own checksums. It holds the
/// keys: whoever has it can open every credential. An answer that breaks off is no backup; `linkmesh-server restore` refuses it.
#[utoipa::path(post, path = "/server/backup", tag = "server",
    responses((status = 200, body = String, content_type = "application/x-tar")))]
pub(in crate::http) async fn backup(State(app): State<App>, caller: Caller) -> Result<Response, ApiError> {
    let act = || Act::new(Permission::ServerBackup, "server.backup", "server");
    if app.plane().allow::<ApiError>(caller.principal(), Permission::ServerBackup).is_err() {
        // A refusal is audited as well, and nothing else happens here.
        app.mutate(&caller, act(), |_, _, _| Ok::<_, ApiError>(())).await?;
    }
    let Ok(place) = app.backups().clone().try_acquire_owned() else {
        return Err(ApiError::busy("another backup is being made; try again when it is done", 60));
    };
    let (chunks, taken) = mpsc::channel(CHUNKS_WAITING);
    let (plane, who) = (app.plane().clone(), caller.principal().clone());
    let mut pipe = Pipe { chunks, waiting: Vec::with_capacity(CHUNK_BYTES), runtime: Handle::current() };
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let done = plane.mutate(&who, act(), |_| plane.backup(&mut pipe));
        if let Err(cause) = done {
            tracing::error!(%cause, "a backup was not finished");
            // The peer sees that the answer breaks off, if it is still there.
            drop(pipe.send(Err(io::Error::other("the backup was not finished"))));
        }
    });
    let body = unfold(taken, |mut taken| async move { taken.recv().await.map(|chunk| (chunk, taken)) });
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-tar"));
    let named = HeaderValue::from_static("attachment; filename=\"linkmesh-backup.tar\"");
    headers.insert(header::CONTENT_DISPOSITION, named);
    Ok(response)
}

/// Where the archive is written to: chunks for a body, with a deadline for each.
struct Pipe {
    chunks: mpsc::Sender<io::Result<Bytes>>,
    waiting: Vec<u8>,
    runtime: Handle,
}

impl Pipe {
    fn send(&self, chunk: io::Result<Bytes>) -> io::Result<()> {
        let sent = async { tokio::time::timeout(STALL_MAX, self.chunks.send(chunk)).await };
        match self.runtime.block_on(sent) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::Error::new(io::ErrorKind::BrokenPipe, "whoever asked for it is gone")),
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "whoever asked for it takes nothing")),
        }
    }
}

impl io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.waiting, Vec::with_capacity(CHUNK_BYTES));
        self.send(Ok(Bytes::from(chunk)))
    }
}
