//! Pure rooms read no clock, file, environment, socket or chance.
//! Looks at the text, because the standard library needs no dependency to do it.

use crate::arrows::PURE;
use crate::breach::Breach;
use crate::tree::Tree;

/// What must not stand in a pure room, and what to do instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("SystemTime::now", "take the time as an argument"),
    ("Instant::now", "take the time as an argument"),
    ("Timestamp::now", "take the time as an argument"),
    ("std::fs", "take the bytes as an argument"),
    ("std::env::", "take the value as an argument"),
    ("std::net::Tcp", "a listener in `server` does that"),
    ("std::net::Udp", "a listener in `server` does that"),
    ("std::process::", "the caller does that"),
    ("std::thread::", "the caller does that"),
    ("RandomState", "hash with fixed keys, or use an ordered map"),
];

/// Every use of the world in a pure room, tests left out.
pub(crate) fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in tree.rust() {
        let pure = PURE.iter().any(|room| path.starts_with(&format!("crates/{room}/src/")));
        if !pure || path.ends_with("tests.rs") || path.contains("/tests/") {
            continue;
        }
        let tested = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
        for (number, line) in text[..tested].lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for (word, advice) in FORBIDDEN.iter().filter(|(word, _)| line.contains(word)) {
                let place = format!("{path}:{}", number + 1);
                breaches.push(Breach::new(place, format!("`{word}` in a pure room; {advice}")));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_a_pure_room_is_found_and_one_in_a_test_is_not() {
        let tree = Tree::of(&[
            ("crates/fleet/src/a.rs", "//! A.\nfn f() { let t = Instant::now(); }\n"),
            ("crates/fleet/src/b.rs", "//! B.\n#[cfg(test)]\nmod tests { fn f() { Instant::now(); } }\n"),
            ("crates/control/src/clock.rs", "//! C.\nfn f() { Instant::now(); }\n"),
            ("crates/fleet/src/c.rs", "//! C.\n// Instant::now is the caller's\n"),
        ]);
        let breaches = check(&tree);
        assert_eq!(breaches.len(), 1, "{breaches:?}");
        assert!(breaches[0].to_string().starts_with("crates/fleet/src/a.rs:2: `Instant::now`"));
    }
}
