//! The web interface: the built files of `web/`, each with its tag, its lifetime and its compressed forms.
//! Release builds carry them; debug builds read the folder when the server starts. Start at [`Web::open`].

use std::collections::BTreeMap;
use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path as InPath, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest as _, Sha256};

use super::error::ApiError;
use super::pages;
use super::state::App;

include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// The addresses of screens, as the router of `web/` knows them. The page itself is the same for all of them.
pub const SCREENS: [&str; 22] = [
    "/",
    "/setup",
    "/topology",
    "/collectors",
    "/collectors/{collector}",
    "/add",
    "/groups",
    "/groups/{group}",
    "/sources",
    "/routes",
    "/destinations",
    "/links",
    "/edit/{*path}",
    "/pipelines",
    "/pipelines/{pipeline}",
    "/review",
    "/tokens",
    "/history",
    "/history/{revision}",
    "/events",
    "/health",
    "/settings",
];
/// The files of the interface beside the page.
pub(super) const FILES: [&str; 2] = ["/assets/{file}", "/icon.svg"];

/// Under these only programs ask.
const PROGRAMS: [&str; 3] = ["api", "v1", "assets"];

/// Scripts, fonts and data only from here; styles also inline, because components place and size themselves.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The name of an asset changes with its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
/// Most files that are read from a folder, and the most bytes of one.
const FILES_MAX: usize = 4000;
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// One file, plain and compressed, with the tag of each.
struct File {
    kind: &'static str,
    plain: (Bytes, String),
    gzip: Option<(Bytes, String)>,
    brotli: Option<(Bytes, String)>,
}

/// The files of the web interface by path.
#[derive(Default)]
pub(super) struct Web {
    files: BTreeMap<String, File>,
}

impl Web {
    /// What this build carries, or what its folder holds now. Without a page it is empty.
    pub(super) fn open() -> Self {
        let Some(folder) = FOLDER else {
            return Self::of(
                EMBEDDED.iter().map(|(path, bytes)| ((*path).to_owned(), Bytes::from_static(bytes))),
            );
        };
        let mut found = Vec::new();
        if let Err(cause) = read(Path::new(folder), "", &mut found) {
            tracing::warn!(%cause, folder, "the built web interface cannot be read");
            return Self::default();
        }
        Self::of(found)
    }

    fn of(found: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let mut found: BTreeMap<String, Bytes> = found.into_iter().collect();
        let mut files = BTreeMap::new();
        let paths: Vec<String> = found.keys().filter(|path| kind(path).is_some()).cloned().collect();
        for path in paths {
            let (Some(kind), Some(plain)) = (kind(&path), found.remove(&path)) else { continue };
            let digest = Sha256::digest(&plain);
            let tag: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            let mut form = |ending: &str| {
                Some((found.remove(&format!("{path}.{ending}"))?, format!("\"{tag}-{ending}\"")))
            };
            let (gzip, brotli) = (form("gz"), form("br"));
            files.insert(path, File { kind, plain: (plain, format!("\"{tag}\"")), gzip, brotli });
        }
        if files.contains_key("index.html") { Self { files } } else { Self::default() }
    }

    /// The file in the best form that the client takes, or that it has it already.
    fn answer(&self, path: &str, method: &Method, headers: &HeaderMap) -> Option<Response> {
        let file = self.files.get(path)?;
        let accepted =
            headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let form = |form: &'_ Option<(Bytes, String)>, name: &'static str| {
            form.clone().filter(|_| takes(accepted, name)).map(|(bytes, tag)| (bytes, tag, Some(name)))
        };
        let (bytes, tag, encoding) = form(&file.brotli, "br")
            .or_else(|| form(&file.gzip, "gzip"))
            .unwrap_or_else(|| (file.plain.0.clone(), file.plain.1.clone(), None));
        let known = headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|one| one.trim().trim_start_matches("W/") == tag);
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else if *method == Method::HEAD {
            Body::empty().into_response()
        } else {
            Body::from(bytes).into_response()
        };
        let lifetime = if path.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN };
        let fixed = [
            (header::CONTENT_TYPE, file.kind),
            (header::CACHE_CONTROL, lifetime),
            (header::VARY, "accept-encoding"),
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY),
        ];
        let headers = response.headers_mut();
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if let Some(encoding) = encoding.filter(|_| !known) {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(response)
    }
}

/// The screens, and the files that they load.
pub(super) fn routes() -> Router<App> {
    let screens =
        SCREENS.into_iter().fold(Router::new(), |router, address| router.route(address, get(screen)));
    screens.route(FILES[0], get(asset)).route(FILES[1], get(icon))
}

async fn screen(State(app): State<App>, request: Request) -> Response {
    app.web().answer("index.html", request.method(), request.headers()).unwrap_or_else(pages::no_interface)
}

/// What is at no address: a browser that goes there is answered with the page, which says so and leads on; a program with a
/// problem.
pub(super) async fn nothing(State(app): State<App>, request: Request) -> Response {
    let problem = || ApiError::not_found("there is nothing at this address").into_response();
    let headers = request.headers();
    let wants_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && headers
            .get_all(header::ACCEPT)
            .iter()
            .any(|value| value.to_str().is_ok_and(|kinds| kinds.contains("text/html")))
        && !request.uri().path().split('/').nth(1).is_some_and(|first| PROGRAMS.contains(&first));
    if !wants_page {
        return problem();
    }
    // Whatever the browser has kept of it, the answer is that there is nothing.
    let mut taken = headers.clone();
    taken.remove(header::IF_NONE_MATCH);
    app.web().answer("index.html", request.method(), &taken).map_or_else(problem, |mut page| {
        *page.status_mut() = StatusCode::NOT_FOUND;
        page
    })
}

async fn asset(
    State(app): State<App>,
    InPath(file): InPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    found(&app, &format!("assets/{file}"), &request)
}

async fn icon(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    found(&app, "icon.svg", &request)
}

fn found(app: &App, path: &str, request: &Request) -> Result<Response, ApiError> {
    app.web()
        .answer(path, request.method(), request.headers())
        .ok_or_else(|| ApiError::not_found("there is nothing at this address"))
}

/// The type of a file by its ending; what has none is not served.
fn kind(path: &str) -> Option<&'static str> {
    let (_, ending) = path.rsplit_once('.')?;
    Some(match ending {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "webp" => "image/webp",
        _ => return None,
    })
}

/// Whether an `Accept-Encoding` takes a coding: named, or by `*`, and not with a weight of nothing (RFC 9110 §12.5.3).
fn takes(accepted: &str, coding: &str) -> bool {
    let weight = |wanted: &str| {
        accepted.split(',').find_map(|one| {
            let mut parts = one.split(';');
            let name = parts.next()?.trim();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).unwrap_or("1");
            name.eq_ignore_ascii_case(wanted)
                .then(|| weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0))
        })
    };
    weight(coding).or_else(|| weight("*")).unwrap_or(false)
}

fn read(folder: &Path, prefix: &str, found: &mut Vec<(String, Bytes)>) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        let about = entry.metadata()?;
        if about.is_dir() && prefix.is_empty() {
            read(&entry.path(), &format!("{path}/"), found)?;
        } else if about.is_file() && about.len() <= FILE_BYTES_MAX && found.len() < FILES_MAX {
            found.push((path, std::fs::read(entry.path())?.into()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
