//! From files to a rendering, as the server does it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use linkmesh_fleet::intent::Reach;
use linkmesh_fleet::{Entity, Id, Intent, Place, Problem, Runtime, Scope, Union};
use linkmesh_render::{RenderError, Rendered, Stability, Target, render};
use serde_json::Value;

/// Entities by repository path.
pub(crate) type Files = BTreeMap<String, Value>;

/// What a collector is, beside the files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reached {
    pub(crate) sends: Vec<Id>,
    pub(crate) receives: Vec<Id>,
    pub(crate) kubernetes: bool,
}

pub(crate) fn intent(files: &Files) -> Intent {
    let mut intent = Intent::default();
    for (path, value) in files {
        let place: Place = path.parse().unwrap();
        let entity = Entity::from_value(&place, value.clone()).unwrap_or_else(|problem| panic!("{problem}"));
        intent.put(&place, entity);
    }
    intent
}

pub(crate) fn union(intent: &Intent, reached: &Reached) -> Result<Union, Vec<Problem>> {
    union_on(intent, reached, Runtime::Otelcol)
}

pub(crate) fn union_on(intent: &Intent, reached: &Reached, runtime: Runtime) -> Result<Union, Vec<Problem>> {
    intent.union(&Reach {
        scopes: vec![Scope::Fleet],
        sends: reached.sends.clone(),
        receives: reached.receives.clone(),
        runtime,
    })
}

/// Opens a sealed text by showing what was asked for.
pub(crate) fn open(place: &Place, field: &str, sealed: &str) -> Result<String, String> {
    Ok(format!("opened {sealed} of {place} {field}"))
}

/// Reads, checks and renders for otelcol; every fault is told.
pub(crate) fn rendered(files: &Files, reached: &Reached) -> Result<Rendered, Vec<Problem>> {
    rendered_for(files, reached, &Target::new(Runtime::Otelcol, Some("0.158.0"), reached.kubernetes))
}

/// The same for any target.
pub(crate) fn rendered_for(
    files: &Files,
    reached: &Reached,
    target: &Target,
) -> Result<Rendered, Vec<Problem>> {
    let intent = intent(files);
    let mut faults = intent.check();
    faults.retain(|fault| !fault.message.contains("there is no group or collector"));
    faults.extend(linkmesh_render::check(&intent));
    if !faults.is_empty() {
        return Err(faults);
    }
    match render(&union_on(&intent, reached, target.runtime)?, target, &open) {
        Ok(rendered) => Ok(rendered),
        Err(RenderError::Invalid(problems)) => Err(problems),
        Err(error @ RenderError::TooOld { .. }) => panic!("{error}"),
    }
}

/// An Alloy as it is installed: what is generally available, and nothing else.
pub(crate) fn plain_alloy() -> Target {
    Target::new(Runtime::Alloy, Some("1.19.2"), false)
}

/// An Alloy that accepts everything.
pub(crate) fn brave_alloy() -> Target {
    plain_alloy().with_stability(Stability::Experimental).with_community(true)
}

/// The files of a folder that is laid out like the repository.
pub(crate) fn folder(root: &Path) -> Files {
    fn walk(root: &Path, dir: &Path, files: &mut Files) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, files);
            } else if path.extension().is_some_and(|ending| ending == "yaml") {
                let text = std::fs::read_to_string(&path).unwrap();
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, linkmesh_fleet::yaml::value(&text).unwrap());
            }
        }
    }
    let mut files = Files::new();
    walk(root, root, &mut files);
    files
}

/// A folder of this crate's tests.
pub(crate) fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

pub(crate) fn problems(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}
