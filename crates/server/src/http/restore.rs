//! From an old state of the repository to the change that brings it back. Pure.
//! Registrations are left alone: restoring never enrolls or unenrolls anybody.

use std::collections::BTreeSet;

use linkmesh_control::save::Draft;
use linkmesh_fleet::{Intent, Kind, Place};
use serde_json::Value;

const KINDS: [Kind; 6] =
    [Kind::Source, Kind::Route, Kind::Destination, Kind::Pipeline, Kind::Group, Kind::Link];

/// The change that makes `present` what `wanted` is: for everything, or for what lies at or below `paths`. `differing` are the
/// files that are written differently, which may be so only in their comments.
pub(super) fn draft(
    present: &Intent,
    wanted: &Intent,
    differing: &BTreeSet<String>,
    paths: Option<&[String]>,
) -> Draft {
    let selected = |place: &Place| {
        let path = place.to_string();
        paths.is_none_or(|paths| {
            paths.iter().any(|prefix| {
                let prefix = prefix.trim_end_matches('/');
                path == prefix || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
            })
        })
    };
    let places = |intent: &Intent| -> BTreeSet<Place> {
        KINDS.into_iter().flat_map(|kind| intent.places(kind)).filter(selected).collect()
    };
    let mut draft = Draft::default();
    for place in places(wanted) {
        let then = wanted.get(&place);
        if then != present.get(&place) || differing.contains(&place.to_string()) {
            let value = then.and_then(|entity| serde_json::to_value(entity).ok()).unwrap_or(Value::Null);
            draft.put.insert(place, value);
        }
    }
    draft.delete = places(present).into_iter().filter(|place| wanted.get(place).is_none()).collect();
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(files: &[(&str, &str)]) -> Intent {
        let (intent, problems) = Intent::read(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        assert_eq!(problems, []);
        intent
    }

    #[test]
    fn a_restore_puts_back_and_removes_and_leaves_collectors_alone() {
        let old =
            intent(&[("fleet/sources/a.yaml", "type: otlp\n"), ("fleet/sources/b.yaml", "type: otlp\n")]);
        let new = intent(&[
            ("fleet/sources/a.yaml", "type: otlp\nname: New\n"),
            ("fleet/sources/c.yaml", "type: otlp\n"),
        ]);
        let all = draft(&new, &old, &BTreeSet::new(), None);
        let put: Vec<String> = all.put.keys().map(ToString::to_string).collect();
        assert_eq!(put, ["fleet/sources/a.yaml", "fleet/sources/b.yaml"]);
        let gone: Vec<String> = all.delete.iter().map(ToString::to_string).collect();
        assert_eq!(gone, ["fleet/sources/c.yaml"]);
        let some = draft(&new, &old, &BTreeSet::new(), Some(&["fleet/sources/b.yaml".to_owned()]));
        assert_eq!((some.put.len(), some.delete.len()), (1, 0));
        let folder = draft(&new, &old, &BTreeSet::new(), Some(&["fleet/sources/".to_owned()]));
        assert_eq!((folder.put.len(), folder.delete.len()), (2, 1));
        let none = draft(&new, &old, &BTreeSet::new(), Some(&["fleet/source".to_owned()]));
        assert_eq!((none.put.len(), none.delete.len()), (0, 0));
        let noted = draft(&new, &new, &["fleet/sources/a.yaml".to_owned()].into(), None);
        assert_eq!((noted.put.len(), noted.delete.len()), (1, 0), "only its comments differ");
    }
}
