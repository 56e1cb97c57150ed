//! Whole repositories and the exact text they give. `LINKMESH_BLESS=1` writes the texts anew; read the difference before you
//! commit it, because a changed text restarts collectors.

use std::fmt::Write as _;
use std::fs;

use linkmesh_fleet::yaml;
use linkmesh_render::{Rendered, Stability, Target};
use serde_json::Value;

use super::peer::{alloy_refusal, refusal};
use super::recorded::Recorded;
use super::support::{
    Files, Reached, brave_alloy, folder, here, plain_alloy, problems, rendered, rendered_for,
};

pub(crate) fn cases() -> Vec<(String, Files, Reached)> {
    let quickstart = here("../../../examples/quickstart");
    let mut cases = vec![("quickstart".to_owned(), folder(&quickstart), Reached::default())];
    let mut paths: Vec<_> =
        fs::read_dir(here("corpus")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let value = yaml::value(&fs::read_to_string(&path).unwrap()).unwrap();
        let Value::Object(map) = value else { panic!("{name} holds no files") };
        let mut files: Files = map.into_iter().collect();
        let mut reached = Reached::default();
        if let Some(given) = files.remove("collector") {
            let ids = |key: &str| serde_json::from_value(given[key].clone()).unwrap_or_default();
            reached = Reached {
                sends: ids("sends"),
                receives: ids("receives"),
                kubernetes: given["kubernetes"].as_bool().unwrap_or_default(),
            };
        }
        cases.push((name, files, reached));
    }
    cases
}

#[test]
fn a_repository_gives_the_golden_text_and_the_collector_accepts_it() {
    let mut recorded = Recorded::default();
    for (name, files, reached) in cases() {
        let rendered =
            rendered(&files, &reached).unwrap_or_else(|faults| panic!("{name}:\n{}", problems(&faults)));
        assert!(!rendered.idle, "{name}");
        if let Some(why) = refusal(&rendered.text) {
            panic!("{name}: {why}\n{}", rendered.text);
        }
        recorded.compare(&format!("{name}.yaml"), &rendered.text);
        recorded.compare(&format!("{name}.map"), &map(&rendered));
    }
    recorded.end();
}

#[test]
fn a_repository_gives_the_golden_text_for_alloy_and_alloy_accepts_it() {
    let mut recorded = Recorded::default();
    let mut texts = Vec::new();
    for (name, files, reached) in cases() {
        let target = on_alloy(&name, &reached);
        let rendered = rendered_for(&files, &reached, &target)
            .unwrap_or_else(|faults| panic!("{name}:\n{}", problems(&faults)));
        recorded.compare(&format!("{name}.alloy"), &rendered.text);
        recorded.compare(&format!("{name}.alloy.map"), &map(&rendered));
        texts.push((target.stability, (name, rendered.text)));
    }
    for level in [Stability::GenerallyAvailable, Stability::Experimental] {
        let these: Vec<_> =
            texts.iter().filter(|(of, _)| *of == level).map(|(_, text)| text.clone()).collect();
        assert!(!these.is_empty());
        assert_eq!(alloy_refusal(&these, level.as_str()), None);
    }
    recorded.end();
}

/// What people start with must run on an Alloy as it is installed.
fn on_alloy(name: &str, reached: &Reached) -> Target {
    let kubernetes = reached.kubernetes;
    let target = if name == "quickstart" { plain_alloy() } else { brave_alloy() };
    Target { kubernetes, ..target }
}

fn map(rendered: &Rendered) -> String {
    let mut map = String::new();
    for row in &rendered.map {
        writeln!(map, "{} {} {} {}", row.kind, row.component, row.place, row.stage).unwrap();
    }
    for warning in &rendered.warnings {
        writeln!(map, "warning {warning}").unwrap();
    }
    map
}
