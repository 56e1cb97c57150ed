//! The socket inside the data directory, through which commands on this machine reach a running server. Whoever may open it
//! could read the data directory as well, so nobody is asked who they are. Start at [`serve`] and [`ask`].

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const NAME: &str = "linkmesh.sock";
const HEADERS_MAX: Duration = Duration::from_secs(10);
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a command waits for the next bytes.
const SILENCE_MAX: Duration = Duration::from_secs(60);
const HEAD_BYTES_MAX: usize = 16 * 1024;
const PROBLEM_BYTES_MAX: u64 = 64 * 1024;

/// Opens the socket; what an earlier process left behind is replaced, for the lock of the store says that it is gone.
///
/// # Errors
/// The system refuses it.
pub fn bind(data_dir: &Path) -> io::Result<UnixListener> {
    let folder = File::open(data_dir)?;
    match fs::remove_file(data_dir.join(NAME)) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let listener = UnixListener::bind(short(&folder))?;
    fs::set_permissions(data_dir.join(NAME), Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers commands until `closing`.
pub async fn serve(listener: UnixListener, routes: Router, closing: CancellationToken, tasks: TaskTracker) {
    loop {
        let accepted = tokio::select! {
            () = closing.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let (routes, closing) = (routes.clone(), closing.clone());
        tasks.spawn(async move {
            let mut builder = hyper::server::conn::http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(HEADERS_MAX).keep_alive(false);
            let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
            tokio::select! {
                served = connection => {
                    if let Err(cause) = served {
                        tracing::debug!(%cause, "a command's connection ended early");
                    }
                }
                () = closing.cancelled() => {}
            }
        });
    }
}

/// Why a command got no answer.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The socket cannot be reached.
    #[error("the server that uses {path} cannot be reached through its socket: {cause}", path = path.display())]
    Unreachable {
        /// The data directory.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The server says no.
    #[error("{0}")]
    Refused(String),
}

/// Asks the server that uses this data directory, and answers the body to read.
///
/// # Errors
/// See [`LocalError`].
pub fn ask(data_dir: &Path, path: &str) -> Result<impl Read, LocalError> {
    let unreachable = |cause| LocalError::Unreachable { path: data_dir.to_owned(), cause };
    let mut stream = connect(data_dir, path).map_err(unreachable)?;
    let head = head(&mut stream).map_err(unreachable)?;
    if head.split(' ').nth(1) == Some("200") {
        return Ok(stream);
    }
    let mut problem = String::new();
    stream.take(PROBLEM_BYTES_MAX).read_to_string(&mut problem).map_err(unreachable)?;
    let problem: serde_json::Value = serde_json::from_str(&problem).unwrap_or_default();
    let detail = problem.get("detail").and_then(serde_json::Value::as_str);
    Err(LocalError::Refused(detail.unwrap_or("the server refused it; its log says why").to_owned()))
}

fn connect(data_dir: &Path, path: &str) -> io::Result<UnixStream> {
    let folder = File::open(data_dir)?;
    let mut stream = UnixStream::connect(short(&folder))?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    stream.set_write_timeout(Some(SILENCE_MAX))?;
    stream.write_all(format!("POST {path} HTTP/1.0\r\ncontent-length: 0\r\n\r\n").as_bytes())?;
    Ok(stream)
}

fn head(stream: &mut UnixStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut one = [0; 1];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut one)?;
        head.extend_from_slice(&one);
        if head.len() > HEAD_BYTES_MAX {
            return Err(io::Error::other("the answer is none"));
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// The socket's path by the open folder: however long the folder's own path is, the system takes this one.
fn short(folder: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}/{NAME}", folder.as_raw_fd()))
}
