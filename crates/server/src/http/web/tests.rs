//! What browsers get of the built files.

use std::collections::BTreeSet;

use super::*;

fn built() -> Web {
    let files = [
        ("index.html", "<!doctype html>"),
        ("index.html.br", "page in brotli"),
        ("index.html.gz", "page in gzip"),
        ("assets/a-1.js", "script"),
        ("assets/a-1.js.gz", "script in gzip"),
        ("assets/inter.woff2", "font"),
        ("assets/a-1.js.map", "not for the world"),
        ("icon.svg", "<svg/>"),
    ];
    Web::of(files.map(|(path, text)| (path.to_owned(), Bytes::from_static(text.as_bytes()))))
}

fn get(web: &Web, path: &str, headers: &[(&'static str, &str)]) -> Option<Response> {
    let headers = headers
        .iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
    web.answer(path, &Method::GET, &headers.collect())
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[test]
fn the_best_form_that_a_browser_takes_is_sent_and_never_one_that_it_refuses() {
    let web = built();
    let coding = |path: &str, accepted: &str| {
        let response = get(&web, path, &[("accept-encoding", accepted)]).unwrap();
        assert_eq!(header(&response, "vary"), "accept-encoding");
        header(&response, "content-encoding").to_owned()
    };
    assert_eq!(coding("index.html", "gzip, deflate, br, zstd"), "br");
    assert_eq!(coding("index.html", "gzip, br;q=0"), "gzip");
    assert_eq!(coding("index.html", "*"), "br");
    assert_eq!(coding("index.html", "*;q=0"), "");
    assert_eq!(coding("index.html", "identity"), "");
    assert_eq!(coding("assets/a-1.js", "br, gzip"), "gzip");
    assert_eq!(coding("assets/inter.woff2", "br, gzip"), "");
    assert_eq!(header(&get(&web, "index.html", &[]).unwrap(), "content-encoding"), "");
}

#[test]
fn assets_live_for_ever_and_the_page_is_asked_for_again() {
    let web = built();
    let asset = get(&web, "assets/a-1.js", &[]).unwrap();
    assert!(header(&asset, "cache-control").contains("immutable"));
    for path in ["index.html", "icon.svg"] {
        assert_eq!(header(&get(&web, path, &[]).unwrap(), "cache-control"), "no-cache", "{path}");
    }
}

#[test]
fn a_page_that_is_known_already_is_not_sent_again() {
    let web = built();
    let br = [("accept-encoding", "br")];
    let tag = header(&get(&web, "index.html", &br).unwrap(), "etag").to_owned();
    let again = get(&web, "index.html", &[br[0], ("if-none-match", &format!("\"x\", {tag}"))]).unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header(&again, "etag"), tag);
    // The same tag never names two different byte strings.
    let plain = get(&web, "index.html", &[("if-none-match", &tag)]).unwrap();
    assert_eq!(plain.status(), StatusCode::OK);
    assert_ne!(header(&plain, "etag"), tag);
}

#[test]
fn only_known_kinds_of_files_are_served_and_nothing_without_the_page() {
    let web = built();
    for path in ["assets/a-1.js.map", "assets/a-1.js.gz", "assets/none.js", "", "../Cargo.toml"] {
        assert!(get(&web, path, &[]).is_none(), "{path}");
    }
    let half = Web::of([("assets/a-1.js".to_owned(), Bytes::from_static(b"script"))]);
    assert!(get(&half, "assets/a-1.js", &[]).is_none());
}

#[test]
fn every_screen_of_the_web_router_has_an_address_here() {
    let router = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/app/router.tsx");
    let text = std::fs::read_to_string(router).unwrap();
    let screens: BTreeSet<String> = text
        .split("path: \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        // What no screen has: the server itself answers that there is nothing.
        .filter(|path| *path != "$")
        .map(|path| {
            let parts = path.split('/').map(|part| match part.strip_prefix('$') {
                Some("") => "{*path}".to_owned(),
                Some(name) => format!("{{{name}}}"),
                None => part.to_owned(),
            });
            parts.collect::<Vec<_>>().join("/")
        })
        .collect();
    assert!(screens.len() > 10, "{screens:?}");
    assert_eq!(screens, SCREENS.map(str::to_owned).into());
}
