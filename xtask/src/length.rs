//! Long files are named with a reason, and leave the list when they shrink.

use std::collections::BTreeMap;

use crate::breach::Breach;
use crate::tree::Tree;

const FILE_LINES_MAX: usize = 400;
const LIST: &str = "xtask/long-files.txt";

/// Compares the tree with the list of long files (`path: reason`, one a line, `#` for comments).
pub(crate) fn check(tree: &Tree, list: &str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut named = BTreeMap::new();
    for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (path, reason) = line.split_once(':').unwrap_or((line, ""));
        if reason.trim().is_empty() {
            breaches.push(Breach::new(LIST, format!("`{path}` has no reason; write `path: reason`")));
        }
        named.insert(path.trim(), reason.trim());
    }
    for (path, text) in tree.rust() {
        let lines = text.lines().count();
        let listed = named.remove(path).is_some();
        if lines > FILE_LINES_MAX && !listed {
            let advice =
                format!("has {lines} lines; split it by concern, or name it with a reason in {LIST}");
            breaches.push(Breach::new(path, advice));
        }
        if lines <= FILE_LINES_MAX && listed {
            breaches.push(Breach::new(path, format!("has only {lines} lines now; take it off {LIST}")));
        }
    }
    breaches
        .extend(named.keys().map(|path| Breach::new(*path, format!("does not exist; take it off {LIST}"))));
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_long_files_is_exact() {
        let long = "x\n".repeat(FILE_LINES_MAX + 1);
        let tree =
            Tree::of(&[("long.rs", &long), ("named.rs", &long), ("short.rs", "x\n"), ("long.txt", &long)]);
        let list = "# why they are long\nnamed.rs: one table\nshort.rs: was long\ngone.rs: was there\n";
        let places: Vec<String> = check(&tree, list).iter().map(ToString::to_string).collect();
        assert_eq!(places.len(), 3, "{places:?}");
        assert!(places[0].starts_with("long.rs: has 401 lines"));
        assert!(places[1].starts_with("short.rs: has only 1 lines"));
        assert!(places[2].starts_with("gone.rs: does not exist"));
    }

    #[test]
    fn a_long_file_needs_a_reason() {
        let long = "x\n".repeat(FILE_LINES_MAX + 1);
        assert_eq!(check(&Tree::of(&[("a.rs", &long)]), "a.rs:\n").len(), 1);
    }
}
