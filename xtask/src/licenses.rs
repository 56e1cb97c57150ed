//! Every package that is linked has a license that goes with Apache-2.0.
//! Expressions are SPDX; of alternatives one must be accepted, of joined ones all.

use serde_json::Value;

use crate::breach::Breach;

/// Accepted for every package.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Accepted for one package, with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[(
    "libfuzzer-sys",
    "NCSA asks for its notice only, and it is linked into fuzzing builds, never into a release",
)];

/// A package and its license expression.
pub(crate) struct Package {
    name: String,
    expression: Option<String>,
}

/// The packages in `cargo metadata`.
pub(crate) fn packages(metadata: &Value) -> Vec<Package> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .map(|package| Package {
            name: package["name"].as_str().unwrap_or_default().to_owned(),
            expression: package["license"].as_str().map(str::to_owned),
        })
        .collect()
}

/// Packages whose license is not accepted.
pub(crate) fn check(packages: &[Package]) -> Vec<Breach> {
    packages
        .iter()
        .filter(|package| !EXCEPTIONS.iter().any(|(name, _)| *name == package.name))
        .filter_map(|package| {
            let expression = package.expression.as_deref().unwrap_or("no license");
            let advice = format!("is under `{expression}`; find another package, or accept it in xtask/src/licenses.rs and deny.toml");
            (!accepted(expression)).then(|| Breach::new(&package.name, advice))
        })
        .collect()
}

/// Reads `OR`, `AND`, parentheses and the older `/` for `OR`.
fn accepted(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = Vec::new();
    for word in spaced.split_whitespace() {
        // `A WITH B` is one license.
        let joins = word == "WITH" || words.last().is_some_and(|last: &String| last.ends_with(" WITH"));
        match words.last_mut() {
            Some(last) if joins => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    let mut rest = words.as_slice();
    either(&mut rest) && rest.is_empty()
}

fn either(words: &mut &[String]) -> bool {
    let mut verdict = both(words);
    while let [first, tail @ ..] = *words
        && first == "OR"
    {
        *words = tail;
        let other = both(words);
        verdict = verdict || other;
    }
    verdict
}

fn both(words: &mut &[String]) -> bool {
    let mut verdict = single(words);
    while let [first, tail @ ..] = *words
        && first == "AND"
    {
        *words = tail;
        let other = single(words);
        verdict = verdict && other;
    }
    verdict
}

fn single(words: &mut &[String]) -> bool {
    let [first, tail @ ..] = *words else { return false };
    *words = tail;
    if first != "(" {
        return ACCEPTED.contains(&first.as_str());
    }
    let verdict = either(words);
    if let [close, tail @ ..] = *words
        && close == ")"
    {
        *words = tail;
        return verdict;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_alternatives_and_all_of_joined_licenses_must_be_accepted() {
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "Apache-2.0/MIT",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
            "Apache-2.0 AND ISC",
        ] {
            assert!(accepted(good), "{good}");
        }
        for bad in
            ["GPL-3.0", "MIT AND GPL-3.0", "(MIT", "", "no license", "MIT Apache-2.0", "AGPL-3.0 OR SSPL-1.0"]
        {
            assert!(!accepted(bad), "{bad}");
        }
    }

    #[test]
    fn a_package_without_a_license_is_reported() {
        let metadata = serde_json::json!({"packages": [
            {"name": "good", "license": "MIT"},
            {"name": "secret", "license": null},
        ]});
        let breaches = check(&packages(&metadata));
        assert_eq!(breaches.len(), 1);
        assert!(breaches[0].to_string().starts_with("secret: is under `no license`"));
    }
}
