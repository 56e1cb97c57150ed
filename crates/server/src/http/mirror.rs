//! Large files over HTTP: bodies into the mirror, the mirror into bodies, parts of files (RFC 9110 §14).
//! Memory is bounded whatever the size, and a peer that stalls is let go. Start at [`receive`] and [`send`].

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use base64::Engine as _;
use futures_util::StreamExt as _;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::error::ApiError;
use super::places::Place;
use super::state::App;
use crate::mirror::{Entry, FILE_BYTES_MAX, Incoming, MirrorError};

/// How long a peer may send or take nothing.
const STALL_MAX: Duration = Duration::from_secs(60);
/// How slowly a peer may take a file, measured over so long: 64 kbit/s. A place is not for those who only hold it.
const PACE_OVER: Duration = Duration::from_secs(60);
const PACE_BYTES_MIN: u64 = 60 * 8 * 1024;
const CHUNK_BYTES: usize = 64 * 1024;
/// Chunks that wait between a disk and a socket.
const CHUNKS_WAITING: usize = 2;

/// Takes a body in. Nothing is left of one that breaks off, stalls or is too large.
pub(super) async fn receive(app: &App, request: Request) -> Result<Incoming, ApiError> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > FILE_BYTES_MAX) {
        return Err(MirrorError::TooLarge.into());
    }
    let mut incoming = app.blocking_mirror(crate::mirror::Mirror::begin).await?;
    let (parts, mut taken) = mpsc::channel::<Bytes>(CHUNKS_WAITING);
    let writer = tokio::task::spawn_blocking(move || {
        while let Some(bytes) = taken.blocking_recv() {
            incoming.write(&bytes)?;
        }
        Ok::<_, MirrorError>(incoming)
    });
    let mut body = request.into_body().into_data_stream();
    let mut arrived = 0_u64;
    let whole = loop {
        match tokio::time::timeout(STALL_MAX, body.next()).await {
            Ok(None) => break true,
            Ok(Some(Ok(bytes))) => {
                arrived = arrived.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                // Where the writer has given up, the rest is read all the same: a sender hears why only when it is done.
                let given_up = parts.send(bytes).await.is_err();
                if given_up && arrived > FILE_BYTES_MAX {
                    break true;
                }
            }
            Ok(Some(Err(_))) | Err(_) => break false,
        }
    };
    drop(parts);
    let written = writer.await.map_err(|cause| {
        tracing::error!(%cause, "an upload failed inside the program");
        ApiError::internal()
    })?;
    if whole || written.is_err() {
        return written.map_err(ApiError::from);
    }
    Err(ApiError::bad_request("the file broke off before its end; nothing was stored, send it again"))
}

/// Hands a file out: all of it, the part that was asked for, or only that it is unchanged.
pub(super) fn send(entry: &Entry, file: File, headers: &HeaderMap, place: Place) -> Response {
    let tag = format!("\"{}\"", entry.sha256);
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let mut response = Response::new(Body::empty());
    describe(&mut response, entry, &tag);
    if text(header::IF_NONE_MATCH).is_some_and(|tags| tags == "*" || tags.contains(&tag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    let size = entry.size_bytes;
    let current = text(header::IF_RANGE).is_none_or(|known| known == tag);
    let wanted = text(header::RANGE).filter(|_| current).map_or(Wanted::All, |range| wanted(range, size));
    let (first, length) = match wanted {
        Wanted::All => (0, size),
        Wanted::Part { first, last } => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(&mut response, header::CONTENT_RANGE, &format!("bytes {first}-{last}/{size}"));
            (first, last.saturating_sub(first).saturating_add(1))
        }
        Wanted::Nothing => {
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            set(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
            return response;
        }
    };
    set(&mut response, header::CONTENT_LENGTH, &length.to_string());
    *response.body_mut() = Body::from_stream(flow(file, first, length, place));
    response
}

fn describe(response: &mut Response, entry: &Entry, tag: &str) {
    set(response, header::ETAG, tag);
    set(response, header::ACCEPT_RANGES, "bytes");
    set(response, header::CONTENT_TYPE, "application/octet-stream");
    // Another file may take the same place.
    set(response, header::CACHE_CONTROL, "no-cache");
    set(response, header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{}\"", entry.slot.name));
    // RFC 9530 §3.
    let bytes: Option<Vec<u8>> = (0..entry.sha256.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(entry.sha256.get(at..at + 2)?, 16).ok())
        .collect();
    if let Some(bytes) = bytes {
        let digest = base64::engine::general_purpose::STANDARD.encode(bytes);
        if let Ok(value) = HeaderValue::from_str(&format!("sha-256=:{digest}:")) {
            response.headers_mut().insert("repr-digest", value);
        }
    }
}

fn set(response: &mut Response, name: http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// What a `Range` asks for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part { first: u64, last: u64 },
    Nothing,
}

/// Reads a `Range` of one part (RFC 9110 §14.1.2); whatever else it is means the whole file, as the standard allows.
fn wanted(range: &str, size: u64) -> Wanted {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|part| part.split_once('-'))
    else {
        return Wanted::All;
    };
    let end = size.saturating_sub(1);
    match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first > last => Wanted::All,
        (Ok(first), _) if first >= size => Wanted::Nothing,
        (Ok(first), Ok(last)) => Wanted::Part { first, last: last.min(end) },
        (Ok(first), Err(_)) if last.trim().is_empty() => Wanted::Part { first, last: end },
        (Err(_), Ok(0)) if first.trim().is_empty() => Wanted::Nothing,
        (Err(_), Ok(suffix)) if first.trim().is_empty() && size > 0 => {
            Wanted::Part { first: size.saturating_sub(suffix), last: end }
        }
        _ => Wanted::All,
    }
}

/// The bytes of a file as they are asked for. A thread reads ahead a little; a peer that takes nothing, or next to nothing,
/// ends it.
fn flow(
    file: File,
    first: u64,
    length: u64,
    place: Place,
) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send {
    let (chunks, taken) = mpsc::channel(CHUNKS_WAITING);
    let file = Arc::new(file);
    tokio::spawn(async move {
        let _place = place;
        let mut at = first;
        let end = first.saturating_add(length);
        let (mut since, mut taken_bytes) = (Instant::now(), 0_u64);
        while at < end {
            let wanted = usize::try_from(end.saturating_sub(at)).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
            let read = tokio::task::spawn_blocking({
                let file = Arc::clone(&file);
                move || {
                    let mut chunk = vec![0; wanted];
                    file.read_exact_at(&mut chunk, at).map(|()| Bytes::from(chunk))
                }
            });
            let chunk = read.await.unwrap_or_else(|cause| Err(std::io::Error::other(cause)));
            let failed = chunk.is_err();
            at = at.saturating_add(u64::try_from(wanted).unwrap_or(u64::MAX));
            let sent = tokio::time::timeout(STALL_MAX, chunks.send(chunk)).await;
            if failed || !matches!(sent, Ok(Ok(()))) {
                return;
            }
            taken_bytes = taken_bytes.saturating_add(u64::try_from(wanted).unwrap_or(u64::MAX));
            if since.elapsed() >= PACE_OVER {
                if taken_bytes < PACE_BYTES_MIN {
                    return;
                }
                (since, taken_bytes) = (Instant::now(), 0);
            }
        }
    });
    stream::unfold(taken, |mut taken| async move { taken.recv().await.map(|chunk| (chunk, taken)) })
}

#[cfg(test)]
mod tests {
    use super::super::places::Places;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_next_to_nothing_is_let_go_and_a_slow_line_gets_the_whole_file() {
        let size = 4 * 1024 * 1024_u64;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![7; usize::try_from(size).unwrap()]).unwrap();
        for (pause_s, whole) in [(0, true), (5, true), (20, false), (59, false)] {
            let place = Places::default().take([192, 0, 2, 1].into()).unwrap();
            let mut bytes = Box::pin(flow(File::open(&path).unwrap(), 0, size, place));
            let mut got = 0;
            while let Some(chunk) = bytes.next().await {
                got += u64::try_from(chunk.unwrap().len()).unwrap();
                tokio::time::sleep(Duration::from_secs(pause_s)).await;
            }
            assert_eq!(got == size, whole, "{got} bytes at a chunk in {pause_s} s");
        }
    }

    #[test]
    fn a_range_means_what_the_standard_says() {
        let part = |first, last| Wanted::Part { first, last };
        for (range, expected) in [
            ("bytes=0-0", part(0, 0)),
            ("bytes=2-4", part(2, 4)),
            ("bytes=7-", part(7, 9)),
            ("bytes=7-99999999999", part(7, 9)),
            ("bytes=-3", part(7, 9)),
            ("bytes=-30", part(0, 9)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=4-2", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("bytes=-", Wanted::All),
            ("items=0-1", Wanted::All),
            ("bytes=x-1", Wanted::All),
            ("bytes=99999999999999999999-", Wanted::All),
        ] {
            assert_eq!(wanted(range, 10), expected, "{range}");
        }
        assert_eq!(wanted("bytes=-1", 0), Wanted::All);
    }
}
