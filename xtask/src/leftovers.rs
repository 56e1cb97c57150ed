//! What must not stay behind: unfinished code, silenced lints, drawers, machine paths, conflict marks.

use crate::breach::Breach;
use crate::tree::Tree;

/// Names of files and folders that say nothing about what is inside.
const DRAWERS: &[&str] = &[
    "util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "mod", "shared", "stuff",
];

// Written in two halves, so that this file does not report itself.
const IN_RUST: &[(&str, &str)] = &[
    (concat!("todo", "!("), "finish it, or refuse the case with an error"),
    (concat!("unimplemented", "!("), "finish it, or refuse the case with an error"),
    (concat!("dbg", "!("), "take it out"),
    (concat!("FIX", "ME"), "fix it, or say in a comment why it is as it is"),
    (concat!("TO", "DO"), "do it, or say in a comment why it is as it is"),
    (concat!("#[all", "ow("), "use #[expect(…, reason = \"…\")]"),
    (concat!("#![all", "ow("), "use #![expect(…, reason = \"…\")]"),
    (
        concat!("#[ign", "ore]"),
        "a test runs or goes; one that another test starts says so: #[ignore = \"…\"]",
    ),
];
const IN_TEXT: &[(&str, &str)] = &[
    (concat!("<<<<", "<<< "), "resolve the conflict"),
    (concat!(">>>>", ">>> "), "resolve the conflict"),
    (concat!("/wo", "rk/"), "a path of one machine; take it out"),
    (concat!("/tmp", "/lm"), "a path of one machine; take it out"),
    (concat!("/ro", "ot/"), "a path of one machine; take it out"),
];

/// Everything that stayed behind.
pub(crate) fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for path in tree.paths().filter(|path| is_ours(path)) {
        let drawer =
            path.split('/').map(|part| part.split('.').next().unwrap_or(part)).find(|n| DRAWERS.contains(n));
        if let Some(name) = drawer {
            breaches.push(Breach::new(path, format!("`{name}` is a drawer; name it for what is inside")));
        }
    }
    for (path, text) in tree.texts() {
        let rust = if path.ends_with(".rs") { IN_RUST } else { &[] };
        for (number, line) in text.lines().enumerate() {
            for (word, advice) in rust.iter().chain(IN_TEXT).filter(|(word, _)| line.contains(word)) {
                breaches.push(Breach::new(format!("{path}:{}", number + 1), format!("`{word}`: {advice}")));
            }
        }
    }
    breaches
}

fn is_ours(path: &str) -> bool {
    path.starts_with("crates/") || path.starts_with("xtask/") || path.starts_with("fuzz/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_leftover_is_found_at_its_line() {
        for (word, _) in IN_RUST.iter().chain(IN_TEXT) {
            let text = format!("//! A.\n{word}");
            let breaches = check(&Tree::of(&[("crates/fleet/src/a.rs", &text)]));
            assert_eq!(breaches.len(), 1, "{word}: {breaches:?}");
            assert!(breaches[0].to_string().starts_with("crates/fleet/src/a.rs:2"));
        }
    }

    #[test]
    fn a_drawer_is_found_as_file_and_as_folder() {
        let tree = Tree::of(&[
            ("crates/fleet/src/utils.rs", ""),
            ("crates/common/src/lib.rs", ""),
            ("crates/fleet/src/commons.rs", ""),
            ("examples/common/a.yaml", ""),
        ]);
        assert_eq!(check(&tree).len(), 2);
    }
}
