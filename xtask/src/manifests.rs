//! Every package takes its lints, its facts and its dependencies from the workspace.

use serde_json::Value;

use crate::breach::Breach;
use crate::tree::Tree;

/// Facts of a package that stand once, in the workspace.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

/// Manifests of the members of the workspace, relative to the repository.
pub(crate) fn members(metadata: &Value, tree: &Tree) -> Vec<String> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter_map(|package| package["manifest_path"].as_str()).map(|path| tree.relative(path)).collect()
}

/// Manifests that say something of their own.
pub(crate) fn check(tree: &Tree, manifests: &[String]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for path in manifests {
        let Some(text) = tree.text(path) else { continue };
        breaches.extend(advice(&text).into_iter().map(|advice| Breach::new(path, advice)));
    }
    breaches
}

fn advice(text: &str) -> Vec<String> {
    let mut section = "";
    let mut inherits_lints = false;
    let mut inherited = Vec::new();
    let mut advice = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
            if section.contains("dependencies.") {
                advice.push(format!("write `[{section}]` as one line with `workspace = true`"));
            }
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let (key, value) = (key.trim(), value.trim());
        match section {
            "lints" => inherits_lints |= key == "workspace" && value == "true",
            "package" => inherited.extend(key.strip_suffix(".workspace")),
            _ if section.ends_with("dependencies") => {
                let from_workspace = key.ends_with(".workspace") || value.contains("workspace = true");
                if !from_workspace {
                    advice.push(format!("`{key}` is declared here; declare it once in the root Cargo.toml and write `workspace = true`"));
                }
            }
            _ => {}
        }
    }
    if !inherits_lints {
        advice.push("add `[lints]` with `workspace = true`".to_owned());
    }
    let missing = INHERITED.iter().filter(|key| !inherited.contains(*key));
    advice.extend(missing.map(|key| format!("write `{key}.workspace = true`")));
    advice
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\
        [lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\n\
        utoipa = { workspace = true, optional = true }\n";

    #[test]
    fn a_manifest_that_inherits_everything_passes() {
        assert_eq!(advice(GOOD), [""; 0]);
    }

    #[test]
    fn a_manifest_of_its_own_is_reported() {
        for planted in [
            GOOD.replace("serde.workspace = true", "serde = \"1\""),
            GOOD.replace("[lints]\nworkspace = true\n", ""),
            GOOD.replace("edition.workspace = true", "edition = \"2024\""),
            format!("{GOOD}[dev-dependencies.tokio]\nworkspace = true\n"),
        ] {
            assert_eq!(advice(&planted).len(), 1, "{planted}");
        }
    }
}
