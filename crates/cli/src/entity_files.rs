//! Entities in files, laid out as in the repository, read into one change.
//! Judges where a file belongs and whether it is YAML; what an entity means is the server's to say. Start at [`read`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};

/// Entities by their path in the repository.
pub(crate) type Entities = BTreeMap<String, Value>;

const FILE_BYTES_MAX: u64 = 1024 * 1024;
const FILES_MAX: usize = 20_000;
const YAML_DEPTH_MAX: usize = 64;
const YAML_NODES_MAX: usize = 100_000;
const FOLDER_DEPTH_MAX: usize = 4;
/// Folders of a repository that hold entities. `registry` is written by the server only.
const TOP_FOLDERS: &[&str] = &["pipelines", "fleet", "groups", "collectors", "links"];
const SCOPED_FOLDERS: &[&str] = &["sources", "routes", "destinations"];

/// Reads every folder and file in `from`.
pub(crate) fn read(from: &[PathBuf]) -> Result<Entities> {
    let mut entities = Entities::new();
    for start in from {
        let facts = fs::metadata(start).with_context(|| format!("reading {}", start.display()))?;
        let found =
            if facts.is_dir() { in_folder(start)? } else { vec![(repository_path(start)?, start.clone())] };
        for (path, file) in found {
            let entity = read_entity(&file)?;
            if entities.insert(path.clone(), entity).is_some() {
                bail!("{path} is given twice");
            }
            if entities.len() > FILES_MAX {
                bail!("there are more than {FILES_MAX} files; apply them in parts");
            }
        }
    }
    if entities.is_empty() {
        bail!(
            "no entity found; a folder holds files such as fleet/sources/<id>.yaml, pipelines/<id>.yaml or groups/<group>/group.yaml"
        );
    }
    Ok(entities)
}

/// How YAML is read, by the server as well: `yes` and `on` are words, `0644` is octal as collectors read it, `.inf` is a
/// word; anchors, aliases and duplicate keys are refused.
pub(crate) fn yaml_options() -> serde_saphyr::Options {
    let budget = serde_saphyr::budget! {
        max_aliases: 0,
        max_anchors: 0,
        max_depth: YAML_DEPTH_MAX,
        max_documents: 1,
        max_nodes: YAML_NODES_MAX,
        max_events: 4 * YAML_NODES_MAX,
    };
    serde_saphyr::options! {
        budget: budget,
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        legacy_octal_numbers: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

fn read_entity(file: &Path) -> Result<Value> {
    let reading = || format!("reading {}", file.display());
    let size = fs::metadata(file).with_context(reading)?.len();
    if size > FILE_BYTES_MAX {
        bail!("{} has {size} bytes; an entity has at most {FILE_BYTES_MAX}", file.display());
    }
    let bytes = fs::read(file).with_context(reading)?;
    let text =
        String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("{} is not UTF-8 text", file.display()))?;
    parse(&text).with_context(|| file.display().to_string())
}

fn parse(text: &str) -> Result<Value> {
    let value: Value = serde_saphyr::from_str_with_options(text, yaml_options()).map_err(|e| {
        let words = e.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        anyhow::anyhow!("not readable as YAML: {}", for_people(&words))
    })?;
    match value {
        Value::Object(_) => Ok(value),
        Value::Null => bail!("is empty; an entity is a mapping of keys to values"),
        _ => bail!("is not an entity; an entity is a mapping of keys to values"),
    }
}

/// The reader's words speak to programmers about its settings, which are not the person's to change.
fn for_people(words: &str) -> String {
    let words = words.replace(", set DuplicateKeyPolicy in Options if acceptable", "");
    match words.split_once("budget breached: ") {
        Some((_, rest)) if rest.starts_with("Anchors") || rest.starts_with("Aliases") => {
            let place = rest.split_once(" at ").map(|(_, place)| format!(" at {place}")).unwrap_or_default();
            format!("anchors and aliases are not taken; write the value out{place}")
        }
        _ => words,
    }
}

/// The files of a folder that is laid out like the repository.
fn in_folder(root: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for top in TOP_FOLDERS {
        let folder = root.join(top);
        if folder.is_dir() {
            walk(&folder, top, 1, &mut found)?;
        }
    }
    if found.is_empty() && entries(root)?.iter().any(|(name, _)| is_yaml(name)) {
        bail!(
            "{} holds YAML files, but none of the folders {}; give the folder above, or one file",
            root.display(),
            TOP_FOLDERS.join(", ")
        );
    }
    Ok(found)
}

fn walk(folder: &Path, path: &str, depth: usize, found: &mut Vec<(String, PathBuf)>) -> Result<()> {
    if depth > FOLDER_DEPTH_MAX {
        bail!("{} is deeper than a repository goes", folder.display());
    }
    for (name, full) in entries(folder)? {
        let below = format!("{path}/{name}");
        // A link to a folder could lead in a circle.
        let facts = fs::symlink_metadata(&full).with_context(|| format!("reading {}", full.display()))?;
        if facts.is_dir() {
            walk(&full, &below, depth + 1, found)?;
        } else if is_yaml(&name) {
            if !is_entity_path(&below) {
                bail!("{} has no place in a repository; {}", full.display(), places(&below));
            }
            found.push((below, full));
        }
        if found.len() > FILES_MAX {
            bail!("there are more than {FILES_MAX} files; apply them in parts");
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let reading = || format!("reading {}", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            entries.push((name, entry.path()));
        }
    }
    entries.sort();
    Ok(entries)
}

/// Where one file belongs: the end of its path that is a place in a repository.
fn repository_path(file: &Path) -> Result<String> {
    let full = fs::canonicalize(file).with_context(|| format!("reading {}", file.display()))?;
    let parts: Vec<String> = full.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let candidates: Vec<String> = (0..parts.len())
        .filter_map(|from| parts.get(from..).map(|tail| tail.join("/")))
        .filter(|path| is_entity_path(path))
        .collect();
    match candidates.as_slice() {
        [path] => Ok(path.clone()),
        [] => bail!(
            "{} stands in no folder of a repository, so where it belongs is not known; put it below one of {}, for example fleet/sources/<id>.yaml",
            file.display(),
            TOP_FOLDERS.join(", ")
        ),
        several => {
            bail!("{} could be {}; give the folder instead of the file", file.display(), several.join(" or "))
        }
    }
}

/// Whether there is such a place. Ids are judged by the server, which says more about them.
fn is_entity_path(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["pipelines" | "links", file] => file.ends_with(".yaml"),
        ["groups", _, "group.yaml"] => true,
        ["fleet", kind, file] | ["groups" | "collectors", _, kind, file] => {
            SCOPED_FOLDERS.contains(kind) && file.ends_with(".yaml")
        }
        _ => false,
    }
}

fn places(path: &str) -> String {
    if path.ends_with(".yml") {
        return "name it .yaml".to_owned();
    }
    "places are pipelines/<id>.yaml, links/<id>.yaml, groups/<group>/group.yaml, and sources, routes, destinations below fleet, groups/<group> or collectors/<collector>".to_owned()
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let full = root.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        }
        root
    }

    fn error_of(files: &[(&str, &str)]) -> String {
        format!("{:#}", read(&[folder(files).path().to_owned()]).unwrap_err())
    }

    #[test]
    fn a_folder_laid_out_like_the_repository_is_read_whole() {
        let root = folder(&[
            ("fleet/sources/app.yaml", "type: otlp\nname: on\n"),
            ("fleet/sources/notes.md", "not an entity"),
            ("pipelines/clean.yaml", "signals: [logs]\nsteps: []\n"),
            ("groups/edge/group.yaml", "selector: 'env = prod'\n"),
            ("groups/edge/routes/a.yaml", "sources: ['*']\ndestinations: [d]\n"),
            ("registry/3f/web-01.yaml", "name: web-01\n"),
            ("README.md", "read me"),
        ]);
        let entities = read(&[root.path().to_owned()]).unwrap();
        let paths: Vec<&str> = entities.keys().map(String::as_str).collect();
        assert_eq!(
            paths,
            [
                "fleet/sources/app.yaml",
                "groups/edge/group.yaml",
                "groups/edge/routes/a.yaml",
                "pipelines/clean.yaml"
            ]
        );
        assert_eq!(entities["fleet/sources/app.yaml"]["name"], "on", "a word stays a word");
    }

    #[test]
    fn the_place_of_a_single_file_is_read_from_its_path() {
        let root = folder(&[("deep/groups/edge/sources/a.yaml", "type: otlp\n"), ("a.yaml", "type: otlp\n")]);
        let inside = read(&[root.path().join("deep/groups/edge/sources/a.yaml")]).unwrap();
        assert_eq!(inside.keys().collect::<Vec<_>>(), ["groups/edge/sources/a.yaml"]);
        let outside = format!("{:#}", read(&[root.path().join("a.yaml")]).unwrap_err());
        assert!(outside.contains("where it belongs is not known"), "{outside}");
    }

    #[test]
    fn a_file_with_two_possible_places_is_refused() {
        let root = folder(&[("groups/fleet/sources/a.yaml", "type: otlp\n")]);
        let error = format!("{:#}", read(&[root.path().join("groups/fleet/sources/a.yaml")]).unwrap_err());
        assert!(error.contains("groups/fleet/sources/a.yaml or fleet/sources/a.yaml"), "{error}");
        assert!(read(&[root.path().to_owned()]).is_ok(), "the folder is not ambiguous");
    }

    #[test]
    fn bad_files_are_named_with_the_reason() {
        for (text, part) in [
            ("a: 1\na: 2\n", "duplicate mapping key: a at line 2"),
            ("a: [", "sources/x.yaml"),
            ("", "is empty"),
            ("- a\n", "not an entity"),
            ("a: &x [1]\n", "anchors and aliases are not taken; write the value out at line 1"),
            ("a: yes\n<<: {b: 1}\n", "sources/x.yaml"),
        ] {
            let error = error_of(&[("fleet/sources/x.yaml", text)]);
            assert!(error.contains("fleet/sources/x.yaml") && error.contains(part), "{text}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_file_out_of_place_is_refused_and_told_where_to_go() {
        assert!(error_of(&[("fleet/sorces/x.yaml", "a: 1\n")]).contains("places are"));
        assert!(error_of(&[("fleet/sources/x.yml", "a: 1\n")]).contains("name it .yaml"));
        assert!(error_of(&[("x.yaml", "a: 1\n")]).contains("none of the folders"));
        assert!(error_of(&[("README.md", "")]).contains("no entity found"));
    }

    #[test]
    fn a_file_that_is_too_large_or_not_text_is_refused() {
        let large = format!("a: {}\n", "x".repeat(1024 * 1024));
        assert!(error_of(&[("fleet/sources/x.yaml", &large)]).contains("at most 1048576"));
        let root = folder(&[("fleet/sources/x.yaml", "")]);
        fs::write(root.path().join("fleet/sources/x.yaml"), [0xff, 0xfe, 0x00]).unwrap();
        assert!(format!("{:#}", read(&[root.path().to_owned()]).unwrap_err()).contains("not UTF-8"));
    }

    #[test]
    fn deep_and_multiplying_yaml_is_refused() {
        let deep = format!("a: {}{}", "[".repeat(20_000), "]".repeat(20_000));
        assert!(parse(&deep).is_err());
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for n in 1..10 {
            let inner = vec![format!("*a{}", n - 1); 10].join(",");
            bomb.push_str(&format!("a{n}: &a{n} [{inner}]\n"));
        }
        assert!(parse(&bomb).is_err());
    }
}
