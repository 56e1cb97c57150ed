//! Many small `POST`s over a few connections that stay open, and the least server that can answer them.
//! Start at [`Target::post_all`] and [`serve_bodies`].

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;

use super::child::{say, told};

const ANSWER_MAX: Duration = Duration::from_secs(30);
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Runs the role: an HTTP server that reads each body and does nothing with it.
pub fn serve_bodies() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime can be started");
    let listener =
        runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port can be bound");
    say(&format!("listening {}", listener.local_addr().expect("a bound port has a number")));
    let app = Router::new().fallback(async |body: Bytes| drop(body));
    runtime.spawn(async move { axum::serve(listener, app).await });
    told(|_| {});
}

/// Where pushes go.
pub(crate) struct Target<'a> {
    pub(crate) address: &'a str,
    /// Who pushes: one connection each.
    pub(crate) bearers: &'a [String],
}

impl Target<'_> {
    /// Sends every body once, shared out among the connections, and gives the time that it took. Each is answered with 200
    /// and without a word of complaint.
    pub(crate) fn post_all(&self, bodies: &[Vec<u8>]) -> Duration {
        let start = Instant::now();
        let share = bodies.len().div_ceil(self.bearers.len().max(1)).max(1);
        std::thread::scope(|scope| {
            for (bearer, bodies) in self.bearers.iter().zip(bodies.chunks(share)) {
                scope.spawn(move || {
                    let stream = TcpStream::connect(self.address).expect("the server listens");
                    for body in bodies {
                        post(&stream, bearer, body).expect("a push is answered");
                    }
                });
            }
        });
        start.elapsed()
    }
}

fn post(mut stream: &TcpStream, bearer: &str, body: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    let mut request = format!(
        "POST /v1/metrics HTTP/1.1\r\nhost: bench\r\nauthorization: {bearer}\r\ncontent-type: application/x-protobuf\r\n\
         content-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    stream.write_all(&request)?;
    let mut answer = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0_usize);
    answer.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        answer.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut rest = vec![0; length.min(ANSWER_BYTES_MAX)];
    answer.read_exact(&mut rest)?;
    // A full success has an empty body (OTLP specification, Full Success).
    if first.starts_with("HTTP/1.1 200 ") && rest.is_empty() {
        return Ok(());
    }
    Err(io::Error::other(format!("{first}{}", String::from_utf8_lossy(&rest))))
}
