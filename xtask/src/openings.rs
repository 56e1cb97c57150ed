//! Every Rust file opens with what it is.

use crate::breach::Breach;
use crate::tree::Tree;

const OPENING_WORDS_MAX: usize = 120;

/// Files without an opening `//!`, and openings that are too long to be read.
pub(crate) fn check(tree: &Tree) -> Vec<Breach> {
    tree.rust()
        .filter_map(|(path, text)| {
            let opening: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
            let words: usize =
                opening.iter().map(|line| line.split_whitespace().count().saturating_sub(1)).sum();
            let advice = if opening.is_empty() {
                "open the file with `//!`: what it is, what it must not know, where to start".to_owned()
            } else if words == 0 || opening.first().is_some_and(|line| line.contains("Placeholder")) {
                "the opening says nothing; say what the file is".to_owned()
            } else if words > OPENING_WORDS_MAX {
                format!(
                    "the opening has {words} words; {OPENING_WORDS_MAX} at most, the rest goes to the items"
                )
            } else {
                return None;
            };
            Some(Breach::new(path, advice))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_is_in_few_words() {
        let long = format!("//! {}\n", "word ".repeat(OPENING_WORDS_MAX + 1));
        let tree = Tree::of(&[
            ("good.rs", "//! Which collectors to offer to.\nfn f() {}\n"),
            ("bare.rs", "fn f() {}\n"),
            ("empty.rs", "//!\n"),
            ("long.rs", &long),
            ("text.md", "no opening needed"),
        ]);
        let places: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(places.len(), 3, "{places:?}");
        assert!(
            places[0].starts_with("bare.rs")
                && places[1].starts_with("empty.rs")
                && places[2].starts_with("long.rs")
        );
    }
}
