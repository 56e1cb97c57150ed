//! Files that no `mod` line leads to: they look alive and are never compiled.

use crate::breach::Breach;
use crate::tree::Tree;

/// Rust files of `src` and of test folders that their parent does not name.
pub(crate) fn check(tree: &Tree) -> Vec<Breach> {
    tree.rust()
        .filter(|(path, _)| !is_root(path))
        .filter(|(path, _)| !is_named(tree, path))
        .map(|(path, _)| {
            Breach::new(path, "no `mod` line leads here; add one to its parent, or delete the file")
        })
        .collect()
}

/// Files that Cargo itself finds.
fn is_root(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [.., "src", "lib.rs" | "main.rs"]
        | [.., "src", "bin", _]
        | [.., "tests" | "benches" | "examples", _, "main.rs"] => true,
        [.., "tests" | "benches" | "examples", _] => parts.iter().all(|part| *part != "src"),
        [.., "build.rs"] => true,
        _ => false,
    }
}

fn is_named(tree: &Tree, path: &str) -> bool {
    let Some((folder, file)) = path.rsplit_once('/') else { return true };
    let stem = file.trim_end_matches(".rs");
    let parents = [format!("{folder}.rs"), format!("{folder}/lib.rs"), format!("{folder}/main.rs")];
    parents.iter().filter_map(|parent| tree.text(parent)).any(|text| names(&text, stem, file))
}

fn names(parent: &str, stem: &str, file: &str) -> bool {
    parent.lines().map(str::trim).any(|line| {
        let module = line.strip_suffix(';').and_then(|line| line.rsplit_once("mod ")).map(|(_, name)| name);
        module == Some(stem) || (line.starts_with("#[path") && line.contains(file))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_mod_line_is_found() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "mod b;\npub(crate) mod d;\n// mod x;\n"),
            ("crates/a/src/b.rs", "mod c;\n"),
            ("crates/a/src/b/c.rs", ""),
            ("crates/a/src/d.rs", ""),
            ("crates/a/src/lost.rs", ""),
            ("crates/a/src/b/lost.rs", ""),
            ("crates/a/tests/one.rs", "mod part;\n"),
            ("crates/a/tests/one/part.rs", ""),
            ("crates/a/tests/it/main.rs", "mod x;\n"),
            ("crates/a/tests/it/x.rs", ""),
            ("crates/a/build.rs", ""),
        ]);
        let places: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(places.len(), 2, "{places:?}");
        assert!(places.iter().all(|place| place.contains("lost.rs")));
    }
}
