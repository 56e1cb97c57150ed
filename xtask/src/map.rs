//! The documents name what is there: every room is on the map, and every path in backticks exists.
//! Start at [`check`].

use crate::breach::Breach;
use crate::tree::Tree;

const MAP: &str = "ARCHITECTURE.md";
/// Documents whose paths are checked.
const DOCUMENTS: &[&str] = &[MAP, "CONTRIBUTING.md", "README.md", "GLOSSARY.md"];
const MAP_WORDS_MAX: usize = 1500;
/// A path in a document is one of this repository when it starts with one of these.
const ROOTS: &[&str] =
    &[".ci", "catalog", "crates", "docs", "examples", "fuzz", "packaging", "peers", "proto", "web", "xtask"];

/// Rooms that are not on the map, paths that do not exist, and a map that is too long.
pub(crate) fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for document in DOCUMENTS {
        let Some(text) = tree.text(document) else {
            breaches.push(Breach::new(*document, "missing; write it"));
            continue;
        };
        for path in paths(&text) {
            if !tree.has(&path) {
                let advice = format!("names `{path}`, which does not exist; correct the path or take it out");
                breaches.push(Breach::new(*document, advice));
            }
        }
    }
    if let Some(map) = tree.text(MAP) {
        breaches.extend(check_map(tree, &map));
    }
    breaches
}

fn check_map(tree: &Tree, map: &str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for room in tree.rooms() {
        let named = [format!("`{room}`"), format!("crates/{room}"), format!("`linkmesh-{room}`")];
        if !named.iter().any(|name| map.contains(name.as_str())) {
            breaches.push(Breach::new(MAP, format!("does not name crates/{room}; say what lives there")));
        }
    }
    let words = map.split_whitespace().count();
    if words > MAP_WORDS_MAX {
        breaches.push(Breach::new(MAP, format!("has {words} words; shorten it to {MAP_WORDS_MAX}")));
    }
    breaches
}

/// Repository paths in backticks, outside fenced blocks. A path is taken up to its first placeholder, and
/// `{a,b}` stands for both.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        for (index, span) in line.split('`').enumerate() {
            if index % 2 == 1 && is_path(span) {
                found.extend(expand(span).iter().map(|path| up_to_placeholder(path)));
            }
        }
    }
    found
}

fn is_path(span: &str) -> bool {
    let plain = span.chars().all(|c| c.is_ascii_alphanumeric() || "/._-{},<>…*".contains(c));
    let rooted = span.split_once('/').is_some_and(|(first, _)| ROOTS.contains(&first));
    let document = !span.contains('/') && span.ends_with(".md");
    plain && (rooted || document)
}

fn expand(span: &str) -> Vec<String> {
    let Some((before, rest)) = span.split_once('{') else { return vec![span.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return vec![span.to_owned()] };
    inside.split(',').flat_map(|part| expand(&format!("{before}{part}{after}"))).collect()
}

fn up_to_placeholder(path: &str) -> String {
    let segments = path.split('/').take_while(|segment| !segment.contains(['<', '*', '…']));
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(map: &str) -> Tree {
        Tree::of(&[
            (MAP, map),
            ("README.md", "Say `make run`; then see `CONTRIBUTING.md` and `fleet/sources/app.yaml`."),
            (
                "CONTRIBUTING.md",
                "Add `crates/{fleet,render}/src/<noun>.rs`.\n```\ncrates/nowhere\n`crates/nowhere`\n```\n",
            ),
            ("GLOSSARY.md", ""),
            ("crates/fleet/Cargo.toml", ""),
            ("crates/fleet/src/lib.rs", ""),
            ("crates/render/Cargo.toml", ""),
            ("crates/render/src/lib.rs", ""),
        ])
    }

    #[test]
    fn a_true_map_passes() {
        let breaches = check(&tree("Rooms: `fleet` and [render](crates/render)."));
        assert_eq!(breaches, []);
    }

    #[test]
    fn a_room_that_is_not_on_the_map_is_reported() {
        let breaches = check(&tree("Rooms: `fleet`."));
        assert_eq!(breaches, [Breach::new(MAP, "does not name crates/render; say what lives there")]);
    }

    #[test]
    fn a_path_that_does_not_exist_is_reported() {
        let breaches = check(&tree("Rooms: `fleet`, `render`; see `crates/fleet/src/gone.rs` and `docs/`."));
        assert_eq!(breaches.len(), 2, "{breaches:?}");
        assert!(breaches[0].to_string().contains("crates/fleet/src/gone.rs"));
    }

    #[test]
    fn a_map_that_is_too_long_or_missing_is_reported() {
        let long = format!("`fleet` `render` {}", "word ".repeat(MAP_WORDS_MAX));
        assert_eq!(check(&tree(&long)).len(), 1);
        let missing = check(&Tree::of(&[]));
        assert_eq!(missing.len(), DOCUMENTS.len());
    }
}
