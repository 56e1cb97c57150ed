//! Who is calling: the one place where a request becomes a caller, or is refused. Denies whatever is not listed as public.
//! What a caller may do is decided in the control plane. Start at [`guard`].

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, Method, Uri, header};
use linkmesh_control::accounts::{Principal, PrincipalKind};
use linkmesh_control::secrets::{COLLECTOR_PREFIX, ENROLLMENT_PREFIX};
use linkmesh_fleet::access::Role;
use subtle::ConstantTimeEq as _;

use super::error::ApiError;
use super::state::App;
use super::web::{FILES, SCREENS};

/// The cookie of a browser session.
pub(super) const COOKIE: &str = "linkmesh_session";

/// The routes that need no credential, or check one of another kind themselves.
pub const PUBLIC: [(&str, &str); 18] = [
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/api/docs"),
    ("GET", "/api/docs/{file}"),
    ("GET", "/api/v1/openapi.json"),
    ("POST", "/api/v1/setup"),
    ("POST", "/api/v1/session"),
    ("GET", "/api/v1/enrollment-tokens/check"),
    ("GET", "/api/v1/downloads/opamp-bootstrap-config.yaml"),
    ("GET", "/api/v1/downloads/install-opamp.sh"),
    ("GET", "/api/v1/downloads/mirror/manifest.json"),
    ("GET", "/api/v1/downloads/mirror/SHA256SUMS"),
    ("GET", "/api/v1/downloads/mirror/{kind}/{version}/{arch}/{name}"),
    ("GET", "/api/v1/downloads/config.alloy"),
    // A collector's token, or that of a caller.
    ("GET", "/api/v1/remotecfg"),
    // HEAD is answered wherever GET is; these are what load balancers and downloading programs ask for.
    ("HEAD", "/healthz"),
    ("HEAD", "/readyz"),
    ("HEAD", "/api/v1/downloads/mirror/{kind}/{version}/{arch}/{name}"),
];

/// Somebody who may call.
#[derive(Clone)]
pub(super) struct Caller(Arc<Known>);

struct Known {
    principal: Principal,
    credential: Credential,
}

/// What they proved it with; kept so that what stays open can ask again.
enum Credential {
    Bearer(String),
    Cookie(String),
    /// Nothing: whoever reaches the socket in the data directory could read the data as well.
    Local,
}

impl Caller {
    pub(super) fn principal(&self) -> &Principal {
        &self.0.principal
    }

    /// The session's cookie, where it is one.
    pub(super) fn cookie(&self) -> Option<&str> {
        match &self.0.credential {
            Credential::Cookie(cookie) => Some(cookie),
            Credential::Bearer(_) | Credential::Local => None,
        }
    }

    /// Whether the credential still holds.
    pub(super) fn still_holds(&self, app: &App) -> bool {
        match &self.0.credential {
            Credential::Bearer(bearer) => of_bearer(app, bearer).is_some(),
            Credential::Cookie(cookie) => of_cookie(app, cookie).is_some(),
            Credential::Local => true,
        }
    }
}

impl OptionalFromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Option<Self>, ApiError> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| ApiError::unauthenticated(NO_CREDENTIAL))
    }
}

const NO_CREDENTIAL: &str =
    "sign in, or send `Authorization: Bearer lmsat_…` with the token of a service account";

/// Lets public routes pass; everybody else must prove who they are, and a browser that it means it.
pub(super) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else {
        return next.run(request).await;
    };
    if let Err(refused) = same_site(request.method(), request.headers(), &app) {
        return refused.into_response();
    }
    let public = is_public(request.method(), path.as_str());
    match identify(&app, request.method(), request.headers()) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
        }
        Err(refused) if !public => return refused.into_response(),
        Err(_) => {}
    }
    next.run(request).await
}

/// The interface itself holds nothing that is not in the program; what it shows comes from calls that ask.
fn is_public(method: &Method, path: &str) -> bool {
    PUBLIC.iter().any(|(verb, public)| method == *verb && path == *public)
        || matches!(*method, Method::GET | Method::HEAD) && (SCREENS.contains(&path) || FILES.contains(&path))
}

fn identify(app: &App, method: &Method, headers: &HeaderMap) -> Result<Caller, ApiError> {
    if headers.contains_key(header::AUTHORIZATION) {
        let bearer = bearer(headers).ok_or_else(|| {
            ApiError::unauthenticated("the Authorization header is not of the form `Bearer …`")
        })?;
        let principal = of_bearer(app, bearer).ok_or_else(|| ApiError::unauthenticated(wrong(bearer)))?;
        return Ok(caller(principal, Credential::Bearer(bearer.to_owned())));
    }
    let cookie = cookie(headers).ok_or_else(|| ApiError::unauthenticated(NO_CREDENTIAL))?;
    let principal = of_cookie(app, cookie)
        .ok_or_else(|| ApiError::unauthenticated("the session is over; sign in again"))?;
    if !is_safe(method) {
        let sent = headers.get("x-csrf-token").map(http::HeaderValue::as_bytes).unwrap_or_default();
        let expected = principal.csrf.as_deref().unwrap_or_default().as_bytes();
        if expected.is_empty() || !bool::from(sent.ct_eq(expected)) {
            return Err(ApiError::forbidden(
                "a change with a session cookie needs the header X-CSRF-Token with the session's csrf_token (GET /api/v1/me has it)",
            ));
        }
    }
    Ok(caller(principal, Credential::Cookie(cookie.to_owned())))
}

/// Somebody at the machine itself.
pub(super) fn at_the_machine() -> Caller {
    let principal = Principal {
        kind: PrincipalKind::CommandLine,
        id: "command-line".to_owned(),
        name: "command line".to_owned(),
        role: Role::Admin,
        expires_at: None,
        csrf: None,
    };
    caller(principal, Credential::Local)
}

fn caller(principal: Principal, credential: Credential) -> Caller {
    Caller(Arc::new(Known { principal, credential }))
}

fn of_bearer(app: &App, bearer: &str) -> Option<Principal> {
    app.plane().accounts.authenticate(bearer, app.plane().clock.now())
}

fn of_cookie(app: &App, cookie: &str) -> Option<Principal> {
    let plane = app.plane();
    plane.accounts.session(cookie, plane.clock.now(), |session| plane.keys.csrf_token(session))
}

fn wrong(bearer: &str) -> &'static str {
    if bearer.starts_with(ENROLLMENT_PREFIX) {
        "this is an enrollment token, with which hosts join; the API needs the token of a service account (lmsat_…)"
    } else if bearer.starts_with(COLLECTOR_PREFIX) {
        "this is a collector's token; the API needs the token of a service account (lmsat_…)"
    } else {
        "the token is not known, or it has expired or been removed"
    }
}

/// The bearer of a request.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, bearer) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(bearer.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A change that a browser sends on behalf of another site is refused, whatever it carries.
fn same_site(method: &Method, headers: &HeaderMap, app: &App) -> Result<(), ApiError> {
    if is_safe(method) {
        return Ok(());
    }
    let refused = || Err(ApiError::forbidden("a page of another site cannot change anything here"));
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return if matches!(site, "same-origin" | "none") { Ok(()) } else { refused() };
    }
    let Some(origin) = text("origin") else { return Ok(()) };
    let external = app.plane().external_url();
    let host = text("host").unwrap_or_default();
    let authority = origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(ToString::to_string));
    let same = authority.is_some_and(|authority| {
        let ours = external.parse::<Uri>().ok().and_then(|uri| uri.authority().map(ToString::to_string));
        authority == host || Some(&authority) == ours.as_ref()
    });
    if same { Ok(()) } else { refused() }
}
